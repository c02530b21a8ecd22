// Misuse the compiler has to refuse, each with the reason.

import {
  type CheckoutError, type End, type Issue, type OrderDraft, type Problem, type WatchState,
  brandsRequest, checkOrder, decodeProblems, draftValue, init, isCheckoutError, logoUrl, orderStage, orderStreamUrl, validateOrderRequest, watchOrder,
} from 'cryptorefills-checkout';
import { createBff } from 'cryptorefills-checkout/bff';
import { useOrder } from 'cryptorefills-checkout/react';
import { createTestShop } from 'cryptorefills-checkout/testing';

// @ts-expect-error a country is needed
brandsRequest({});

export const draft: OrderDraft = {
  email: 'shopper@example.com',
  // @ts-expect-error an amount is decimal text, never a number
  items: [{ kind: 'giftcard', brand: 'A', country: 'US', value: { amount: 12.5 } }],
  payment: { coin: 'USDC' },
};

const checked = checkOrder('{}');
// @ts-expect-error there is no value before ok was looked at
checked.value;

// @ts-expect-error there are six variants and this is none of them
logoUrl({}, { size: '100x100' });

// @ts-expect-error an order has order_state, not status
orderStage({ status: 'Done' });

// @ts-expect-error an order's id is text
watchOrder(5);

// @ts-expect-error without a partner id every commission is lost
createBff({ appVersion: '1', upstream: 'https://api.example' });

if (checked.ok) {
  // @ts-expect-error amounts are text: no arithmetic by accident
  checked.value.coin_amount * 2;
}

// @ts-expect-error an order's id is text
useOrder(5);

// @ts-expect-error a lifecycle is a list of states
createTestShop({ lifecycle: 'Done' });

// @ts-expect-error a lifecycle has states
createTestShop({ lifecycle: null });

const shop = createTestShop();
// @ts-expect-error there is no such call
shop.refuse('brnds', 'OUT_OF_STOCK');
// @ts-expect-error refused for no reason
shop.refuse('create');

// @ts-expect-error an answer is read before it is checked
checkOrder(new Response('{}'));
// @ts-expect-error a promise is awaited before it is checked
checkOrder(new Response('{}').text());
// @ts-expect-error a blob is read before it is checked
decodeProblems(new Blob([]));

export function narrowing(end: End, state: WatchState, error: CheckoutError, thrown: unknown, problem: Problem, issue: Issue): void {
  // @ts-expect-error only a fatal end is sure to have an error
  end.error.code;
  // @ts-expect-error an end that the server announced has none
  if (end.reason === 'stop') end.error.code;
  // @ts-expect-error what is live is not due
  if (state.status === 'live') state.nextRetryAt.toFixed();
  // @ts-expect-error a status has its number, silence has none
  if (state.reason === 'silent') state.httpStatus.toFixed();
  // @ts-expect-error there is no such status
  if (state.status === 'closed') return;
  // @ts-expect-error there is no such reason
  if (end.reason === 'error') return;
  // @ts-expect-error only the guard narrows by the code
  if (error.code === 'PROBLEMS') error.problems[0];
  // @ts-expect-error BAD_INPUT has issues, not problems
  if (isCheckoutError(thrown) && thrown.code === 'BAD_INPUT') thrown.problems[0];
  // @ts-expect-error there is no such code
  if (isCheckoutError(thrown) && thrown.code === 'PROBLEM') return;
  // @ts-expect-error a code is text
  problem.code = 5;
  // @ts-expect-error a code is text
  issue.code = null;
}

const fatal: End = { reason: 'fatal', error: {} as CheckoutError };
export const ends: End[] = [
  fatal,
  // @ts-expect-error a fatal end says why
  { reason: 'fatal' },
];

// @ts-expect-error an amount is decimal text, never a number
draftValue({ is_dynamic: true }, 12.5);

// @ts-expect-error validating has one form
validateOrderRequest(draft, { shape: 'flat' });
// @ts-expect-error an address has no header to put a country in
orderStreamUrl('x', { country: 'US' });

// @ts-expect-error a number is no module
init(5);
