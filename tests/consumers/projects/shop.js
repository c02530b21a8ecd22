// What every project does with the package; copied into each of them.

import { checkOrder, createOrderRequest, decodeProblems, isReady, watchOrder } from 'cryptorefills-checkout';
import { ja, problemText } from 'cryptorefills-checkout/messages';

export const ORDER_ID = '5d1f3c0a-8b7e-4c55-9a2e-6f0b1c2d3e4f';

export const DRAFT = {
  email: 'shopper@example.com',
  items: [{ kind: 'giftcard', brand: 'Airbnb', country: 'US', value: { denomination: '100 USD' } }],
  payment: { coin: 'USDC', network: 'Solana' },
};

/** Orders checked, a request built, problems decoded: the module at work, without any preparation. */
export function tryOut() {
  const readyBefore = isReady();
  const checked = checkOrder(JSON.stringify({ order_id: ORDER_ID, order_state: 'WaitingForPayment', deliveries: [] }));
  const refused = checkOrder('{"order_id": 7}');
  const { method, url, headers, body } = createOrderRequest(DRAFT, { base: '/api' });
  const problems = decodeProblems('{"problems":[{"problem":"OUT_OF_STOCK"}]}');
  return {
    readyBefore,
    state: checked.ok ? checked.value.order_state : checked.issues,
    refused: !refused.ok && refused.issues.length > 0,
    request: [method, url, headers['Content-Type'], JSON.parse(body).user.email],
    problems: problems.map(({ code }) => code),
    text: problems.map((problem) => problemText(problem, ja)),
  };
}

/** An order followed to its end. */
export async function follow(options) {
  const states = [];
  const watch = watchOrder(ORDER_ID, { ...options, onOrder: (order) => states.push(order.order_state) });
  const { reason, error } = await watch.done;
  return { states, reason, ...(error && { error: error.message }) };
}

/** Both, as plain data. */
export async function visit(options) {
  return { ...tryOut(), followed: await follow(options) };
}

/** Tells the test. */
export function show(outcome) {
  document.documentElement.dataset.outcome = JSON.stringify(outcome);
}
