// Placing the order under review: one order, and none placed again but by the shopper. What becomes of it counts wherever the shopper is by then.
import { beginPlacing, endPlacing, rememberOrder } from './orders.js';

/**
 * One of: the `order`; why there is none for certain, `refused`; why nobody can tell, `unknown`.
 * @typedef {{ review: any, begun: number, order?: any, refused?: any, unknown?: any }} Outcome
 */

const guard = (event) => event.preventDefault();

/** @param {import('./element.js').Context} context @param {any} review */
export async function placeOrder({ api, shop }, review) {
  if (shop.placing) return;
  const { draft, product } = review;
  const begun = Date.now();
  shop.placing = { review, begun };
  beginPlacing(begun);
  // Who leaves now would not know whether there is an order.
  addEventListener('beforeunload', guard);
  /** @type {Outcome} */
  const outcome = { review, begun };
  const asked = JSON.stringify(draft);
  const create = (again) => api.client(draft.items[0].country).create(draft, { product, again });
  try {
    outcome.order = await create(false).catch((error) => {
      // The shopper knows that there may be an order and wants one all the same, and the server has no more to say of the first.
      if (shop.doubted === asked && error.problems?.[0]?.code === 'ORDER_OUTCOME_UNKNOWN') return create(true);
      throw error;
    });
    rememberOrder(outcome.order.order_id);
    endPlacing(begun);
  } catch (/** @type {any} */ error) {
    const refused = error.code === 'PROBLEMS' || error.code === 'BAD_INPUT';
    outcome[refused ? 'refused' : 'unknown'] = error;
    // Of one that may exist, the mark stays until the shopper says that they know.
    if (refused) endPlacing(begun);
    else shop.doubted = asked;
  }
  removeEventListener('beforeunload', guard);
  shop.placing = null;
  shop.settled(outcome);
}
