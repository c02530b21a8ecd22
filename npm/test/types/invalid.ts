// Misuse the compiler has to refuse, each with the reason.

import { type OrderDraft, brandsRequest, checkOrder, logoUrl, orderStage, watchOrder } from 'cryptorefills-checkout';
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
