// The orders this browser has placed, so that a reload, a second tab or the next day finds them: numbers and times, no codes, no addresses.
// Kept for three days, the longest an order was seen to take; forgotten at once when the shopper says so.

const KEY = 'cr-checkout-orders';
const KEPT_MS = 3 * 24 * 3600_000;
/** Of orders that are over. One that is not is never pushed out by others. */
const MOST_OVER = 5;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

export const isOrderId = (text) => UUID.test(text ?? '');
/** Enough of an order's number to tell it from another, and far too little to open it. @param {string} id */
export const referenceOf = (id) => id.slice(0, 8);

/** A list in the browser's storage. Where that is forbidden, this page at least knows. */
function kept(key, valid) {
  let known = [];
  return {
    load() {
      try {
        const stored = JSON.parse(localStorage.getItem(key) ?? '[]');
        if (Array.isArray(stored)) known = stored.filter(valid);
      } catch { /* storage is forbidden or was tampered with: what is in memory counts */ }
      return known;
    },
    save(list) {
      known = list;
      try {
        if (list.length > 0) localStorage.setItem(key, JSON.stringify(list));
        else localStorage.removeItem(key);
      } catch { /* in memory, then */ }
      for (const tell of listeners) tell();
    },
  };
}

/** @type {Set<() => void>} */
const listeners = new Set();
const heard = ({ key }) => {
  if (key === KEY || key === PLACING) for (const tell of listeners) tell();
};

/** Calls back when this tab or another has placed or forgotten an order, or begun to; gives the way to stop. @param {() => void} changed */
export function onOrders(changed) {
  if (listeners.size === 0) addEventListener('storage', heard);
  listeners.add(changed);
  return () => {
    listeners.delete(changed);
    if (listeners.size === 0) removeEventListener('storage', heard);
  };
}

/** Newest first. */
const orders = kept(KEY, (entry) => isOrderId(entry?.id) && entry.at > Date.now() - KEPT_MS);

/** @param {string} id @param {{ over?: boolean }} [o] whether it has come to its end */
export function rememberOrder(id, { over = false } = {}) {
  const list = orders.load();
  const entry = list.find((one) => one.id === id) ?? { id, at: Date.now(), over: !over };
  if (entry.over === over) return;
  let finished = 0;
  orders.save([{ ...entry, over }, ...list.filter((one) => one !== entry)]
    .sort((a, b) => b.at - a.at)
    .filter((one) => !one.over || (finished += 1) <= MOST_OVER));
}

/** @param {string} id */
export const forgetOrder = (id) => orders.save(orders.load().filter((entry) => entry.id !== id));

/** Every order that is not over, and the newest of those that are. @returns {{ open: string[], over: string | undefined }} */
export function ordersKept() {
  const list = orders.load();
  return { open: list.filter(({ over }) => !over).map(({ id }) => id), over: list.find(({ over }) => over)?.id };
}

/** The order a reference stands for. @param {string} reference @param {unknown} likely the one this entry of the history was made for */
export function findOrder(reference, likely) {
  const fits = (id) => isOrderId(id) && referenceOf(id) === reference;
  return fits(likely) ? String(likely) : orders.load().find(({ id }) => fits(id))?.id;
}

/* Orders being placed, by when that began: a page that goes away meanwhile cannot tell whether there is one, and nor can anybody else here. */

const PLACING = 'cr-checkout-placing';
const PLACING_MS = 30 * 60_000;
const beginnings = kept(PLACING, (at) => at > Date.now() - PLACING_MS);

/** @param {number} begun */
export const beginPlacing = (begun) => beginnings.save([...beginnings.load(), begun]);

/** @param {number} begun */
export const endPlacing = (begun) => beginnings.save(beginnings.load().filter((at) => at !== begun));

/** The shopper has been told of all of them. */
export const forgetPlacing = () => beginnings.save([]);

/** Whether an order was being placed of which nobody has heard how that ended. @param {number} [own] the one this page is placing */
export const leftWhilePlacing = (own) => beginnings.load().some((at) => at !== own);
