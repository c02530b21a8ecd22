// The checkout's few pictures, drawn as strokes in the colour of the text around them, and the marks of coins.
import { h, svg } from './dom.js';

const PATHS = {
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18',
  star: 'm12 4 2.5 5.2 5.5.7-4 3.9 1 5.7-5-2.8-5 2.8 1-5.7-4-3.9 5.5-.7z',
  gift: 'M4 11h16v9H4zM3 7.5h18V11H3zM12 7.5V20M12 7.5C9 7.5 7 6.5 7 5s3-2 5 2.5C14 3 17 3.5 17 5s-2 2.5-5 2.5z',
  phone: 'M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zM11 18h2',
  sim: 'M7 3h7l4 4v12.5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 6 19.5V4zM9.5 11h5v6.5h-5zM9.5 14.200h5M12 11v6.5',
  games: 'M7.5 8h9a5 5 0 0 1 4.800 6.300l-.6 2.200a2.300 2.300 0 0 1-4 .8L15 15H9l-1.700 2.300a2.300 2.300 0 0 1-4-.8l-.6-2.200A5 5 0 0 1 7.5 8zM8 10.5v3M6.5 12h3M15.5 11h.1M17.5 12.800h.1',
  food: 'M7 3v8M4.5 3v5a2.5 2.5 0 0 0 5 0V3M7 11v10M17 3c-2 1-3 4-3 7h3zM17 10v11',
  travel: 'M3 14.5 21 8l-1.5 4.5L5 17zM8 12.5 5 8h2.5l5 3M10 19h10',
  home: 'M4 11.5 12 4l8 7.5M6 10v10h12V10M10 20v-5.5h4V20',
  shop: 'M5 8h14l1 12H4zM8.5 8V7a3.5 3.5 0 0 1 7 0v1',
  play: 'M4 5h16v12H4zM10.5 8.5v5l4-2.5zM8 20h8',
  heart: 'M12 20S4 15 4 9.5A4.300 4.300 0 0 1 12 7a4.300 4.300 0 0 1 8 2.5C20 15 12 20 12 20z',
  shirt: 'M8.5 4 3 7l1.5 4L7 10v10h10V10l2.5 1L21 7l-5.5-3a3.5 3.5 0 0 1-7 0z',
  sports: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.600 5.600c5 3 5 9.800 0 12.800M18.400 5.600c-5 3-5 9.800 0 12.800',
  book: 'M12 6c-2-1.5-5-2-8-1.5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5v-13c-3-.5-6 0-8 1.5zM12 6v13',
  wallet: 'M4 7.5A2.5 2.5 0 0 1 6.5 5H18v3M4 7.5V17a2.5 2.5 0 0 0 2.5 2.5H20V8H6M15.5 12.5H20v3h-4.5a1.5 1.5 0 0 1 0-3z',
  check: 'm5 12.5 4.5 4.5L19 7',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2',
  alert: 'M12 4 2.800 19.5h18.400zM12 10v4.5M12 17v.1',
  mail: 'M3.5 6h17v12h-17zM3.5 7l8.5 6 8.5-6',
  tag: 'M4 4h8l8.5 8.5-8 8L4 12zM8 8h.1',
};

const CATEGORIES = {
  'e-commerce': 'shop', retail: 'shop', electronics: 'play', food: 'food', groceries: 'food', games: 'games', entertainment: 'play',
  streaming: 'play', apparel_clothing: 'shirt', health_beauty: 'heart', sports_fitness: 'sports', travel_flights: 'travel', home: 'home',
  'e-money': 'wallet', 'e-sim': 'sim', mobile_talk_time: 'phone', mobile_credits: 'phone', mobile_bundle: 'phone', charity_donations: 'heart',
  books_learning: 'book',
};

/** @param {keyof typeof PATHS} name @param {string} [kind] */
export function icon(name, kind = '') {
  return svg('svg', { viewBox: '0 0 24 24', class: `icon ${kind}`.trim(), 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: PATHS[name] }));
}

/** A category's picture. @param {string} slug */
export const categoryIcon = (slug) => icon(/** @type {any} */ (CATEGORIES[slug] ?? 'gift'));

/** The sign and colour a coin is known by. */
const COINS = {
  USDC: ['$', '#2775ca'], USDT: ['₮', '#167c5e'], BTC: ['₿', '#b85c00'], ETH: ['Ξ', '#4d63c9'], SOL: ['S', '#7a3fe0'], LTC: ['Ł', '#345d9d'],
  DOGE: ['Ð', '#866b17'], TRX: ['T', '#c4252c'], TON: ['T', '#0070a8'], SUI: ['S', '#2b6fd4'], DAI: ['◈', '#9a6a00'],
};

/** A coin's mark: its own picture where the list of coins has one, else its sign. @param {{ name: string, logo_url?: string }} coin @param {(text: unknown) => string | null} safeUrl */
export function coinMark(coin, safeUrl) {
  const [sign, colour] = COINS[coin.name] ?? [[...coin.name][0] ?? '?', '#4b5a54'];
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' }, sign);
  mark.style.backgroundColor = colour;
  const url = coin.logo_url && safeUrl(coin.logo_url);
  if (url) {
    const image = h('img', { alt: '', decoding: 'async', referrerpolicy: 'no-referrer', width: 32, height: 32 });
    image.addEventListener('load', () => image.classList.add('ready'));
    image.addEventListener('error', () => image.remove());
    image.src = url;
    mark.append(image);
  }
  return mark;
}
