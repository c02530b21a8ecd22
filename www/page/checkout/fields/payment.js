// How it is paid: the coin, then the network it travels on with what sending there costs. What is paused cannot be chosen; without a list,
// common pairs are offered.
import { choice, h } from '../dom.js';
import { coinMark } from '../icons.js';
import { RECOMMENDED } from '../shop.js';
import { plain, safeUrl } from '../text.js';

const VIA = 'USER_WALLET';

/** Offered when the list cannot be had: the checkout itself still tells what is refused. */
const COMMON = [
  { name: 'USDC', networks: [{ name: 'Solana' }, { name: 'Base' }, { name: 'Polygon (Matic)' }, { name: 'Arbitrum' }, { name: 'ETH Mainnet' }] },
  { name: 'USDT', networks: [{ name: 'Solana' }, { name: 'Tron' }, { name: 'Polygon (Matic)' }, { name: 'ETH Mainnet' }] },
];

/** What a transfer costs on a network, roughly: the API does not say, and orders of magnitude are what helps to choose. */
const FEES = {
  Solana: 'tiny', Lightning: 'tiny', Base: 'tiny', Arbitrum: 'low', 'Polygon (Matic)': 'tiny', Ton: 'low', Tron: 'medium', 'ETH Mainnet': 'high',
};
const FEES_OF_COIN = { 'BTC Mainnet': 'high', 'LTC Mainnet': 'low', 'DOGE Mainnet': 'low' };
const levelOf = (coin, { name }) => FEES_OF_COIN[`${coin} ${name}`] ?? FEES[name];
/** What is not known is taken for dear. */
const costOf = (coin, network) => ['tiny', 'low', 'medium', 'high', undefined].indexOf(levelOf(coin, network));

/**
 * @param {import('../element.js').Context} context
 * @param {{ vias: any[] | null, wanted: string, coin: string, network: string, oncoin: (coin: string) => void, onchange: () => void }} o
 *   `vias` is null when unknown; `wanted` is the coin the shop would like, `coin` and `network` what the shopper has chosen before
 */
export function paymentField({ t }, { vias, wanted, coin, network, oncoin, onchange }) {
  const wallet = (vias ?? []).find((via) => via.name === VIA && via.available !== false);
  const coins = wallet?.currencies?.length ? wallet.currencies : COMMON;
  const guessed = coins === COMMON;

  const usable = coins.filter((entry) => !paused(entry) && networksOf(entry).some((each) => !paused(each)));
  const named = [coin, wanted, RECOMMENDED.coin].map((name) => usable.find((entry) => entry.name === name));
  const first = named.find(Boolean) ?? usable[0];
  /** Whether it is the shopper who has chosen. */
  let chosen = coin !== '';
  const networkHome = h('div', null);
  let networks = null;

  const coinChoice = choice({
    legend: t.coin,
    minor: true,
    options: coins.map((entry) => ({
      value: entry.name,
      name: plain(entry.name),
      mark: coinMark(entry, safeUrl),
      note: usable.includes(entry) ? '' : t.paused,
      badge: entry.name === RECOMMENDED.coin && usable.includes(entry) ? t.recommended : '',
      disabled: !usable.includes(entry),
    })),
    value: first?.name,
    onchange: (name) => { showNetworks(name); settle(); oncoin(name); },
  });

  function feeOf(coinName, entry) {
    if (entry.estimated_transfer_cost) return t.fees.exact(plain(entry.estimated_transfer_cost));
    return t.fees[levelOf(coinName, entry)] ?? '';
  }

  function showNetworks(name) {
    const list = networksOf(coins.find((entry) => entry.name === name));
    const free = list.filter((entry) => !paused(entry));
    const fit = free.find((entry) => entry.name === (networks?.value ?? network)) ?? free.find((entry) => recommended(name, entry.name)) ?? free[0];
    networks = choice({
      legend: t.network,
      minor: true,
      long: true,
      hint: t.networkHint,
      options: list.map((entry) => ({
        value: entry.name,
        name: plain(entry.display_name ?? entry.name),
        note: paused(entry) ? t.paused : feeOf(name, entry),
        badge: !paused(entry) && recommended(name, entry.name) ? t.recommended : '',
        disabled: paused(entry),
      })),
      value: fit?.name,
      onchange: () => settle(),
    });
    networkHome.replaceChildren(networks.node);
  }
  if (first) showNetworks(first.name);

  function settle() {
    chosen = true;
    coinChoice.setError('');
    networks?.setError('');
    onchange();
  }

  return {
    node: h('div', { class: 'stack' },
      h('h3', null, t.paymentTitle),
      guessed && h('div', { class: 'notice warn' }, h('p', null, t.noCoinList)),
      coinChoice.node, networkHome),
    get coin() { return coinChoice.value ?? ''; },
    get network() { return networks?.value ?? ''; },
    /** What to begin with another time: nothing where all of it was the shop's proposal. */
    get chosen() { return chosen ? { coin: this.coin, network: this.network } : { coin: '', network: '' }; },
    via: VIA,
    /** Pairs that can be chosen here, of those a refusal names; those of the coin chosen already first. @param {{ coin: string, network: string }[]} pairs */
    fitting(pairs) {
      return pairs
        .filter((pair) => usable.some((entry) => entry.name === pair.coin && networksOf(entry).some((each) => each.name === pair.network && !paused(each))))
        .sort((a, b) => Number(b.coin === coinChoice.value) - Number(a.coin === coinChoice.value));
    },
    /** What else could be chosen: the other coins, each on the network where sending costs least. */
    otherCoins: () => usable.filter((entry) => entry.name !== coinChoice.value)
      .map((entry) => ({ coin: entry.name, network: networksOf(entry).filter((each) => !paused(each)).sort((a, b) => costOf(entry.name, a) - costOf(entry.name, b))[0].name })),
    /** The other networks of the coin chosen. */
    otherNetworks: () => networksOf(coins.find((entry) => entry.name === coinChoice.value))
      .filter((entry) => !paused(entry) && entry.name !== networks?.value).map(({ name }) => name),
    /** Chooses for the shopper, who asked for it by a button. */
    take(pair) {
      const changed = pair.coin !== coinChoice.value;
      coinChoice.choose(pair.coin);
      showNetworks(pair.coin);
      networks.choose(pair.network);
      settle();
      networks.focus();
      if (changed) oncoin(pair.coin);
    },
    coinField: coinChoice,
    networkField: { setError: (text, remedies) => networks?.setError(text, remedies), focus: () => networks?.focus() },
  };
}

const paused = (entry) => entry?.is_suspended === true;
const networksOf = (entry) => entry?.networks ?? [];
const recommended = (coin, network) => coin === RECOMMENDED.coin && network === RECOMMENDED.network;
