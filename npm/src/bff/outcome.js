// What the answer to a new order says about it: placed, refused, or that nobody can tell.

import { isAmbiguous } from '../ambiguous.js';

const ORDER_ID = /^[A-Za-z0-9_-]{1,64}$/;
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/**
 * Only what says why there is no order is a refusal. A success that says neither may have placed one whose id cannot be read.
 * @param {{ status: number, bytes: Uint8Array }} answer JSON text
 * @returns {{ outcome: 'placed' | 'refused' | 'unknown', orderId?: string }}
 */
export function readOutcome({ status, bytes }) {
  if (isAmbiguous(status)) return { outcome: 'unknown' };
  const body = JSON.parse(new TextDecoder().decode(bytes));
  const id = body?.order_id || body?.id || body?.orderId;
  if (status < 300 && typeof id === 'string' && ORDER_ID.test(id)) return { outcome: 'placed', orderId: id };
  if (id || namesAnOrder(body)) return { outcome: 'unknown' };
  const { problems, detail } = body ?? {};
  const saysWhyNot = (Array.isArray(problems) && problems.length > 0) || (typeof detail === 'string' && CODE.test(detail));
  return { outcome: status >= 400 || saysWhyNot ? 'refused' : 'unknown' };
}

/** Whether an order's id stands anywhere in it, of whatever kind. Without recursion: nobody bounds an answer's depth. */
function namesAnOrder(body) {
  const rest = [body];
  for (const value of rest) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) {
      if (/^order_?id$/i.test(name) && inner !== null && inner !== '') return true;
      rest.push(inner);
    }
  }
  return false;
}
