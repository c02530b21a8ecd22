// Where the shopper is, kept in the address after `#`: a country, a brand, or an order number. Never an e-mail, never a code.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const KEY = 'order';

/**
 * @typedef {{ step: 'brands' | 'details' | 'review' | 'order', country?: string, brand?: string, order?: string }} Route
 */

/** @returns {Route} */
export function currentRoute() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const country = parts.get('country') ?? undefined;
  const order = parts.get('order');
  if (order !== null) return { step: 'order', order, country };
  if (parts.has('review')) return { step: 'review', country };
  const brand = parts.get('brand');
  if (brand) return { step: 'details', brand, country };
  return { step: 'brands', country };
}

/** The address of a step. @param {Route} route */
export function addressOf(route) {
  const parts = new URLSearchParams();
  if (route.order) return `#order=${encodeURIComponent(route.order)}`;
  if (route.country) parts.set('country', route.country);
  if (route.step === 'review') parts.set('review', '');
  else if (route.brand) parts.set('brand', route.brand);
  return `#${parts}`;
}

/** Goes to a step; `replace` leaves no trace in the history. @param {Route} route */
export function go(route, { replace = false } = {}) {
  const address = addressOf(route);
  if (replace) {
    history.replaceState(null, '', address);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else if (location.hash === address) dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = address;
}

export const looksLikeOrderId = (text) => UUID.test(text);

/** The order this tab placed last, so that coming back to the front of the shop does not lose it. Storage may be forbidden. */
export function rememberOrder(id) {
  try {
    sessionStorage.setItem(KEY, id);
  } catch { /* the address still has it */ }
}

/** @returns {string | null} */
export function rememberedOrder() {
  try {
    const id = sessionStorage.getItem(KEY);
    return id && looksLikeOrderId(id) ? id : null;
  } catch {
    return null;
  }
}

export function forgetOrder() {
  try {
    sessionStorage.removeItem(KEY);
  } catch { /* nothing was kept */ }
}
