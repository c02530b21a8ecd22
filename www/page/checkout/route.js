// Where the shopper is: a step in the page's address after `#`, never a secret. Whoever has an order's number can read its codes at the
// API, so the address carries only the beginning of it; the number itself is in this entry of the history and in `orders.js`.
import { findOrder, isOrderId, referenceOf } from './orders.js';

/**
 * @typedef {{ step: 'brands' | 'details' | 'review' | 'order', country?: string, brand?: string, order?: string }} Route
 */

const COUNTRY = /^[A-Z]{2}$/u;
const OURS = ['country', 'brand', 'review', 'order'];

/** Whether an address is one of ours: the page around the checkout has anchors of its own. */
const isOurs = (hash) => hash.length <= 1 || OURS.some((name) => new URLSearchParams(hash.slice(1)).has(name));

/** @param {string} hash @returns {Route} */
export function routeOf(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/u, ''));
  const named = parts.get('country')?.toUpperCase();
  const country = named && COUNTRY.test(named) ? named : undefined;
  const order = parts.get('order');
  if (order !== null) return { step: 'order', order, country };
  if (parts.has('review')) return { step: 'review', country };
  const brand = parts.get('brand');
  if (brand) return { step: 'details', brand, country };
  return { step: 'brands', country };
}

/** @param {Route} route */
export function hashOf(route) {
  if (route.step === 'order') return `#order=${encodeURIComponent(referenceOf(route.order ?? ''))}`;
  const parts = new URLSearchParams();
  if (route.country) parts.set('country', route.country);
  if (route.step === 'review') parts.set('review', '');
  else if (route.brand) parts.set('brand', route.brand);
  return `#${parts}`;
}

/**
 * @param {{ useAddress: boolean, onchange: () => void }} o without the address, the steps are only in memory
 */
export function createRouter({ useAddress, onchange }) {
  /** @type {Route} */
  let route = { step: 'brands' };
  /** What a link leads to, since its address does not hold all of it. @type {WeakMap<Element, Route>} */
  const targets = new WeakMap();
  const read = () => {
    route = routeOf(location.hash);
    if (route.step === 'order') {
      // A whole number in the address (from an e-mail, say) is taken out of it.
      const whole = isOrderId(route.order);
      route.order = whole ? route.order : findOrder(route.order, history.state?.crOrder);
      if (route.order && (whole || history.state?.crOrder !== route.order)) write(true);
    }
  };
  const write = (replace) => {
    const state = route.step === 'order' ? { crOrder: route.order } : null;
    history[replace ? 'replaceState' : 'pushState'](state, '', hashOf(route));
  };
  const moved = () => {
    if (!isOurs(location.hash)) return;
    read();
    onchange();
  };
  return {
    start() {
      if (useAddress) {
        addEventListener('popstate', moved);
        read();
      }
      onchange();
    },
    stop: () => removeEventListener('popstate', moved),
    /** @returns {Route} */
    current: () => ({ ...route }),
    /** Goes to a step; `replace` leaves no trace in the history. @param {Route} to */
    go(to, { replace = false } = {}) {
      const same = hashOf(to) === hashOf(route) && to.order === route.order;
      route = { ...to };
      if (useAddress) write(replace || same);
      onchange();
    },
    /** The attributes of a link to a step. @param {Route} to */
    link: (to) => ({ href: hashOf(to), 'data-step': to.step, ref: (element) => targets.set(element, to) }),
    follow(element) {
      const to = targets.get(element);
      if (to) this.go(to);
    },
  };
}
