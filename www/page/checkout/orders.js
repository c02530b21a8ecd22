// The orders this browser has placed, so that a reload, a second tab or the next day finds them: numbers and times, no codes, no addresses.
// Kept for three days, the longest an order was seen to take; forgotten at once when the shopper says so.

const KEY = 'cr-checkout-orders';
const KEPT_MS = 3 * 24 * 3600_000;
const MOST = 5;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

export const isOrderId = (text) => UUID.test(text ?? '');
/** Enough of an order's number to tell it from another, and far too little to open it. @param {string} id */
export const referenceOf = (id) => id.slice(0, 8);

/** Where storage is forbidden, this page at least knows. @type {{ id: string, at: number, over: boolean }[]} */
let known = [];
let placing = 0;

/** @returns {typeof known} newest first */
function load() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    if (Array.isArray(stored)) known = stored.filter((entry) => isOrderId(entry?.id) && entry.at > Date.now() - KEPT_MS).map(({ id, at, over }) => ({ id, at, over: over === true }));
  } catch { /* storage is forbidden or was tampered with: what is in memory counts */ }
  return known;
}

function save(list) {
  known = list.slice(0, MOST);
  try {
    if (known.length > 0) localStorage.setItem(KEY, JSON.stringify(known));
    else localStorage.removeItem(KEY);
  } catch { /* in memory, then */ }
}

/** @param {string} id @param {{ over?: boolean }} [o] whether it has come to its end */
export function rememberOrder(id, { over = false } = {}) {
  const list = load();
  const [newest] = list;
  if (newest?.id === id && newest.over === over && newest.at > Date.now() - 60_000) return;
  save([{ id, at: Date.now(), over }, ...list.filter((entry) => entry.id !== id)]);
}

/** @param {string} id */
export const forgetOrder = (id) => save(load().filter((entry) => entry.id !== id));

/** The order placed last. */
export const lastOrder = () => load().at(0);

/** The order a reference stands for. @param {string} reference @param {unknown} likely the one this entry of the history was made for */
export function findOrder(reference, likely) {
  const fits = (id) => isOrderId(id) && referenceOf(id) === reference;
  return fits(likely) ? String(likely) : load().find(({ id }) => fits(id))?.id;
}

/** Calls back when another tab has placed or forgotten an order; gives the way to stop. @param {() => void} changed */
export function onOrders(changed) {
  const heard = (event) => { if (event.key === KEY) changed(); };
  addEventListener('storage', heard);
  return () => removeEventListener('storage', heard);
}

/* An order being placed while the page goes away: afterwards nobody here can tell whether it exists. */

const PLACING = 'cr-checkout-placing';
const PLACING_MS = 30 * 60_000;

export function beginPlacing() {
  placing = Date.now();
  try { sessionStorage.setItem(PLACING, String(placing)); } catch { /* in memory, then */ }
}

export function endPlacing() {
  placing = 0;
  try { sessionStorage.removeItem(PLACING); } catch { /* nothing was kept */ }
}

/** Whether this tab went away while it was placing an order. */
export function leftWhilePlacing() {
  let at = placing;
  try { at ||= Number(sessionStorage.getItem(PLACING)); } catch { /* nothing was kept */ }
  return at > Date.now() - PLACING_MS;
}
