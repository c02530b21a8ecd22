import { checkOrder, createClient, isCheckoutError, paymentWindow } from 'cryptorefills-checkout';
import { createTestShop, fixtures, lifecycles } from 'cryptorefills-checkout/testing';
import { en, stageText } from 'cryptorefills-checkout/messages';
import { orderStage } from 'cryptorefills-checkout';

const draft = {
  email: 'shopper@example.com',
  items: [{ kind: 'giftcard', brand: 'Example Games', country: 'US', value: { denomination: '25 USD' } }],
  payment: { coin: 'USDC', network: 'Solana' },
};

test('it runs where there is a document and no TextDecoder', () => {
  expect(typeof document).toBe('object');
  expect(typeof TextDecoder).toBe('undefined');
  expect(checkOrder(fixtures.order('Done')).value.deliveries[0].deliverable.pin_code).toBe(fixtures.PIN_CODE);
  expect(checkOrder('{"order_id":"é漢字\u{1f600}","order_state":"Done"}').value.order_id).toBe('é漢字\u{1f600}');
});

test('an order is placed and followed to its refund, without a server', async () => {
  const shop = createTestShop({ lifecycle: lifecycles.refunded });
  const client = createClient({ country: 'US', fetch: shop.fetch });
  const order = await client.create(draft);
  expect(paymentWindow(order).secondsLeft).toBeGreaterThan(1700);
  const seen = [];
  const watch = client.watch(order.order_id, { env: shop.env, onOrder: (now) => seen.push(stageText(orderStage(now), en)) });
  await shop.finish();
  expect((await watch.done).reason).toBe('stop');
  expect(seen).toEqual(lifecycles.refunded.map((state) => stageText(orderStage(state), en)));
});

test('a refusal is an error with problems', async () => {
  const shop = createTestShop();
  shop.refuse('create', 'OUT_OF_STOCK');
  const error = await createClient({ fetch: shop.fetch }).create(draft).catch((caught) => caught);
  expect(isCheckoutError(error)).toBe(true);
  expect(error.problems[0].code).toBe('OUT_OF_STOCK');
});
