// What a checkout knows while its page is open: country, the form as filled in, the draft under review. In memory only.

export const newShop = () => ({
  country: '',
  /** The coin the shop prefers. */
  coin: '',
  /** The details form as last filled in, so that going back loses nothing. */
  form: { brandKey: '', product: '', amount: '', email: '', phone: '', coin: '', network: '', coupon: '' },
  /** @type {{ draft: any, product: any, group: any, validation: any, quote: { coin: string, amount: string } } | null} */
  review: null,
  /** The order heard of last, and when, so that coming back to it shows what is known. @type {{ order: any, at: number } | null} */
  known: null,
  /** The review whose order is being placed now, and what the beginning of that is called in storage. @type {{ review: any, begun: number } | null} */
  placing: null,
  /** The draft, as JSON, of which the shopper was told last that nobody can tell whether it was placed. */
  doubted: '',
  /** What became of an order whose shopper had gone elsewhere in the page by then. @type {import('./placing.js').Outcome | null} */
  outcome: null,
  /** What to do with an outcome; set by the element. @type {(outcome: import('./placing.js').Outcome) => void} */
  settled() {},
  /** The state each order was told to the page in. @type {Map<string, string>} */
  told: new Map(),
  /** Problems of a refused order, to be shown at their fields when the form comes back. @type {any[]} */
  problems: [],
  /** Which part of the form to begin at. @type {'value' | 'recipient' | 'payment' | null} */
  startAt: null,
});

const CODE = /^[A-Z]{2}$/u;

/** The shopper's country: the one the shop names, or from the browser's languages. @param {string | null} [named] */
export function detectCountry(named) {
  const wanted = named?.toUpperCase() ?? '';
  if (CODE.test(wanted)) return wanted;
  for (const tag of navigator.languages ?? [navigator.language]) {
    try {
      const { region } = new Intl.Locale(tag).maximize();
      if (region && CODE.test(region)) return region;
    } catch { /* not a language tag: ask the next one */ }
  }
  return 'US';
}

/** The API reference's own recommendation: lowest fees, quickest settlement. */
export const RECOMMENDED = { coin: 'USDC', network: 'Solana' };
