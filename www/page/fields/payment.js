// How it is paid: the coin, then the network it travels on. What is paused cannot be chosen; without a list, common pairs are offered.
import { choice, h } from '../dom.js';
import { RECOMMENDED } from '../shop.js';
import { plain } from '../text.js';

const VIA = 'USER_WALLET';

/** Offered when the list cannot be had: the checkout itself still tells what is refused. */
const COMMON = [
  { name: 'USDC', networks: [{ name: 'Solana' }, { name: 'Base' }, { name: 'Polygon (Matic)' }, { name: 'Arbitrum' }, { name: 'ETH Mainnet' }] },
  { name: 'USDT', networks: [{ name: 'Solana' }, { name: 'Tron' }, { name: 'Polygon (Matic)' }, { name: 'ETH Mainnet' }] },
];

/**
 * @param {{ vias: any[] | null, coin: string, network: string, oncoin: (coin: string) => void }} o `vias` is null when unknown
 */
export function paymentField({ vias, coin, network, oncoin }) {
  const wallet = (vias ?? []).find((via) => via.name === VIA && via.available !== false);
  const coins = wallet?.currencies?.length ? wallet.currencies : COMMON;
  const guessed = coins === COMMON;

  const usable = coins.filter((entry) => !paused(entry) && networksOf(entry).some((each) => !paused(each)));
  const first = usable.find((entry) => entry.name === coin) ?? usable.find((entry) => entry.name === RECOMMENDED.coin) ?? usable[0];
  const networkHome = h('div', null);
  let networks = null;

  const coinChoice = choice({
    legend: 'Coin',
    minor: true,
    narrow: true,
    options: coins.map((entry) => ({ value: entry.name, name: plain(entry.name), note: usable.includes(entry) ? '' : 'Paused', disabled: !usable.includes(entry) })),
    value: first?.name,
    onchange: (name) => { showNetworks(name); settle(); oncoin(name); },
  });

  function showNetworks(name) {
    const list = networksOf(coins.find((entry) => entry.name === name));
    const free = list.filter((entry) => !paused(entry));
    const chosen = free.find((entry) => entry.name === (networks?.value ?? network)) ?? free.find((entry) => recommended(name, entry.name)) ?? free[0];
    networks = choice({
      legend: 'Network',
      minor: true,
      hint: 'The network your wallet will send on. Recommended means low fees and a quick confirmation.',
      options: list.map((entry) => ({
        value: entry.name,
        name: plain(entry.display_name ?? entry.name),
        note: paused(entry) ? 'Paused' : recommended(name, entry.name) ? 'Recommended' : '',
        good: !paused(entry) && recommended(name, entry.name),
        disabled: paused(entry),
      })),
      value: chosen?.name,
      onchange: () => settle(),
    });
    networkHome.replaceChildren(networks.node);
  }
  if (first) showNetworks(first.name);

  /** Buttons for what this order can be paid with, of the pairs a refusal names. */
  const remedies = h('div', { class: 'actions slot' });
  function offer(combinations = []) {
    const pairs = combinations.filter(({ coin, network }) => usable.some((entry) => entry.name === coin
      && networksOf(entry).some((each) => each.name === network && !paused(each))));
    // The coin chosen already first: the shopper has that one.
    pairs.sort((a, b) => Number(b.coin === coinChoice.value) - Number(a.coin === coinChoice.value));
    remedies.replaceChildren(...pairs.slice(0, 3).map(({ coin, network }) => h('button', { type: 'button', class: 'button', onclick: () => take(coin, network) },
      `Pay with ${plain(coin)} on ${plain(network)}`)));
  }
  function take(coin, network) {
    const changed = coin !== coinChoice.value;
    coinChoice.choose(coin);
    showNetworks(coin);
    networks.choose(network);
    settle();
    networks.focus();
    if (changed) oncoin(coin);
  }
  function settle() {
    coinChoice.setError('');
    networks?.setError('');
    offer();
  }

  return {
    node: h('div', { class: 'stack' },
      h('h2', null, 'How will you pay?'),
      guessed && h('div', { class: 'notice warn' }, h('p', null, 'The list of coins is not available just now. These usually work; we check your choice in the next step.')),
      coinChoice.node, networkHome, remedies),
    get coin() { return coinChoice.value ?? ''; },
    get network() { return networks?.value ?? ''; },
    via: VIA,
    offer,
    coinField: coinChoice,
    networkField: { setError: (text) => networks?.setError(text), focus: () => networks?.focus() },
  };
}

const paused = (entry) => entry?.is_suspended === true;
const networksOf = (entry) => entry?.networks ?? [];
const recommended = (coin, network) => coin === RECOMMENDED.coin && network === RECOMMENDED.network;
