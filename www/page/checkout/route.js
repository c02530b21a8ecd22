// Where the shopper is: a step in the page's address after `#`, never a secret. Whoever has an order's number can read its codes at the
// API, so the address carries only the beginning of it; the number itself is in this entry of the history and in `orders.js`.
import { findOrder, isOrderId, referenceOf } from './orders.js';

/**
 * @typedef {{ step: 'brands' | 'details' | 'review' | 'order', country?: string, brand?: string, order?: string }} Route
 */

const COUNTRY = /^[A-Z]{2}$/u;
const OURS = ['country', 'brand', 'review', 'order'];

/** Whether the entry of the history we are at is one of ours: the page around the checkout has anchors of its own, `#` among them. */
const isOurs = () => history.state?.cr === true || OURS.some((name) => new URLSearchParams(location.hash.slice(1)).has(name));

/** @param {string} hash @returns {Route} */
export function routeOf(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/u, ''));
  const named = parts.get('country')?.toUpperCase();
  const country = named && COUNTRY.test(named) ? named : undefined;
  const order = parts.get('order');
  if (order !== null) return { step: 'order', order, country };
  const brand = parts.get('brand') || undefined;
  if (parts.has('review')) return { step: 'review', brand, country };
  if (brand) return { step: 'details', brand, country };
  return { step: 'brands', country };
}

/** @param {Route} route */
export function hashOf(route) {
  if (route.step === 'order') return `#order=${encodeURIComponent(referenceOf(route.order ?? ''))}`;
  const parts = new URLSearchParams();
  if (route.country) parts.set('country', route.country);
  if (route.brand) parts.set('brand', route.brand);
  if (route.step === 'review') parts.set('review', '');
  return `#${parts}`;
}

/**
 * @param {{ useAddress: boolean, at?: Route, onchange: () => void }} o `at` is where the shopper is already; without the address, the
 *   steps are only in memory
 */
export function createRouter({ useAddress, at, onchange }) {
  /** @type {Route} */
  let route = at ?? { step: 'brands' };
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
    const state = { cr: true, ...(route.step === 'order' && { crOrder: route.order }) };
    history[replace ? 'replaceState' : 'pushState'](state, '', hashOf(route));
  };
  const moved = () => {
    if (!isOurs()) return;
    const from = route;
    read();
    // Back from an anchor of the page around it, nothing has changed.
    if (route.order !== from.order || hashOf(route) !== hashOf(from)) onchange();
  };
  return {
    start() {
      if (useAddress) {
        addEventListener('popstate', moved);
        // The entry the page begins at is ours, whatever its address says: going back to it leads to the front.
        if (!at) history.replaceState({ ...history.state, cr: true }, '');
        if (!at || isOurs()) read();
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
