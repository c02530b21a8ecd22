// ./testing: its fixtures are what the checkers accept, its shop answers every call, its streams tell every state.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as sdk from '../dist/index.js';
import { createTestShop, FakeEventSource, fixtures, lifecycles } from '../dist/testing.js';

const DRAFT = {
  email: 'shopper@example.com',
  items: [
    { kind: 'giftcard', brand: 'Example Games', country: 'US', quantity: 2, value: { denomination: '25 USD' } },
    { kind: 'giftcard', brand: 'Example Books', country: 'US', value: { amount: '12.34' } },
    { kind: 'mobile_recharge', brand: 'Example Mobile', country: 'US', value: { denomination: '10 USD' }, beneficiary: '+14155550132' },
  ],
  payment: { coin: 'USDC', network: 'Base' },
};

const shopAndClient = (options) => {
  const shop = createTestShop(options);
  return { shop, client: sdk.createClient({ country: 'US', fetch: shop.fetch, retries: 0 }) };
};

test('every fixture is accepted whole', () => {
  const checks = {
    brands: sdk.checkBrands, price: sdk.checkPrice, paymentVias: sdk.checkPaymentVias, validation: sdk.checkValidation, homepage: sdk.checkJson,
    products: sdk.checkProducts, order: sdk.checkOrder,
  };
  for (const [name, check] of Object.entries(checks)) {
    const { ok, leftOut, issues } = check(fixtures[name]());
    assert.deepEqual({ ok, leftOut, issues }, { ok: true, leftOut: undefined, issues: undefined }, name);
  }
});

test('every state of every lifecycle is an order, and each ends at an end', () => {
  for (const [name, states] of Object.entries(lifecycles)) {
    for (const state of states) {
      const { ok, value, leftOut } = sdk.checkOrder(fixtures.order(state));
      assert.ok(ok && !leftOut, `${name} ${state}`);
      assert.equal(value.deliveries[0].deliverable.pin_code, state === 'Done' ? fixtures.PIN_CODE : undefined);
      assert.equal(sdk.isFinal(state), state === states.at(-1), `${name} ${state}`);
      if (state !== 'BeamingUp') assert.notEqual(sdk.orderStage(state), 'unknown', state);
    }
  }
});

test('problems are read with what they tell', () => {
  const body = fixtures.problems('OUT_OF_STOCK', { code: 'NOT_ALLOWED_PAYMENT_VIA', details: ['USER_WALLET'] });
  const [first, second] = sdk.decodeProblems(body);
  assert.deepEqual([first.code, first.known, second.code, second.params.vias], ['OUT_OF_STOCK', true, 'NOT_ALLOWED_PAYMENT_VIA', ['USER_WALLET']]);
});

test('every call of the client is answered', async () => {
  const { shop, client } = shopAndClient();
  assert.equal((await client.paymentVias())[0].currencies[0].name, 'USDC');
  const { all_brands: brands } = await client.brands();
  assert.equal(brands.length, 5);
  assert.ok(await client.homepage());
  for (const { brand, family, is_out_of_stock: sold } of brands) {
    const [group] = await client.products({ brand });
    assert.equal(group.brand, brand);
    assert.equal(group.products.length === 0, sold);
    assert.equal((await client.products({ family })).length, 1);
  }
  assert.equal((await client.price({ brand: 'Example Books', faceValue: '12.34', coin: 'USDC' })).coin_amount, '12.34');
  const { ok, quote } = await client.validate(DRAFT);
  assert.deepEqual([ok, quote], [true, { coin: 'USDC', amount: '72.34' }]);
  const order = await client.create(DRAFT);
  assert.deepEqual([order.coin_amount, order.network, order.user.email, order.deliveries.length], ['72.34', 'Base', 'shopper@example.com', 4]);
  assert.deepEqual(await client.order(order.order_id), order);
  assert.ok(sdk.paymentWindow(order).secondsLeft > 1700);
  assert.match(sdk.paymentInstructions(order).address, /^7fUA/);
  assert.deepEqual(new Set(shop.requests.map(({ name }) => name)).size, 8);
  assert.equal(shop.requests.find(({ name }) => name === 'create').body.user.email, 'shopper@example.com');
  await assert.rejects(client.order(fixtures.ORDER_ID), ({ code, status }) => code === 'PROBLEMS' && status === 404);
});

test('either shape of the body places the same order', async () => {
  const placed = [];
  for (const shape of ['nested', 'flat']) {
    const shop = createTestShop();
    const { created_at, payment_requested_at, ...order } = await sdk.createClient({ shape, fetch: shop.fetch }).create(DRAFT);
    placed.push(order);
  }
  assert.deepEqual(placed[0], placed[1]);
});

for (const [name, states] of Object.entries(lifecycles)) {
  test(`${name}: a watch hears every state and ends with stop`, async () => {
    const { shop, client } = shopAndClient({ lifecycle: states });
    const order = await client.create(DRAFT);
    assert.equal(order.order_state, states[0]);
    const heard = [];
    const watch = client.watch(order.order_id, { env: shop.env, onOrder: ({ order_state: state }) => heard.push(state) });
    await shop.finish();
    const end = await watch.done;
    assert.deepEqual([heard, end.reason], [states, 'stop']);
    assert.equal(shop.streams.length, 1);
    assert.equal(shop.streams[0].readyState, FakeEventSource.CLOSED);
    assert.equal(shop.streams[0].listenerCount, 0);
  });
}

test('a brand there is not and one that is sold out are refused, as the API does', async () => {
  const { client } = shopAndClient();
  for (const brand of ['Nobody', 'Example Sold Out']) {
    const draft = { ...DRAFT, items: [{ ...DRAFT.items[0], brand }] };
    assert.equal((await client.validate(draft)).problems[0].code, 'NOT_AVAILABLE_PRODUCT');
    await assert.rejects(client.create(draft), { code: 'PROBLEMS' });
  }
});

test('a test says what the next call meets', async () => {
  const { shop, client } = shopAndClient();
  shop.refuse('validate', 'COUPON_EXPIRED');
  shop.refuse('create', 'OUT_OF_STOCK');
  shop.answer('any', new TypeError('gone'));
  await assert.rejects(client.brands(), { code: 'NETWORK' });
  assert.equal((await client.validate(DRAFT)).problems[0].code, 'COUPON_EXPIRED');
  await assert.rejects(client.create(DRAFT), ({ problems }) => problems[0].code === 'OUT_OF_STOCK');
  shop.answer('create', '<html>', { status: 502 });
  await assert.rejects(client.create(DRAFT), { code: 'OUTCOME_UNKNOWN' });
  assert.equal((await client.create(DRAFT)).order_state, 'WaitingForPayment');
});

test('what a test shop cannot do is said at once, with what it can', async () => {
  const shop = createTestShop();
  const told = (run, message) => assert.throws(run, (error) => error instanceof TypeError && error.code === 'BAD_INPUT' && message.test(error.message));
  const calls = /paymentVias, brands, homepage, products, price, validate, create, order, any/;
  told(() => shop.refuse('brnds', 'OUT_OF_STOCK'), calls);
  told(() => shop.answer('constructor', {}), calls);
  told(() => shop.answer(undefined, {}), calls);
  for (const codes of [[], [undefined], [''], [{ details: 1 }], ['OUT_OF_STOCK', null]]) told(() => shop.refuse('create', ...codes), /OUT_OF_STOCK.*details/);
  for (const lifecycle of [[], 'Done', null, [''], [undefined], {}]) {
    const named = new RegExp(Object.keys(lifecycles).join(', '));
    told(() => createTestShop({ lifecycle }), named);
    told(() => shop.follow(lifecycle), named);
  }
  // Nothing of it is waiting for the next call.
  assert.equal((await shop.fetch('/api/brands')).status, 200);
  assert.equal(shop.placeOrder().order_state, 'WaitingForPayment');
});

test('a lost connection comes back, and a state is not missed', async () => {
  const { shop } = shopAndClient();
  const { order_id: id } = shop.placeOrder({ coin: 'USDC' });
  const heard = [];
  const watch = sdk.watchOrder(id, { env: shop.env, transport: 'sse', backoff: { initial: 100, max: 100, jitter: 0 }, onOrder: ({ order_state: state }) => heard.push(state) });
  const live = new Promise((resolve) => {
    watch.done.then(resolve);
  });
  await null;
  shop.setDown();
  shop.advance();
  assert.equal(watch.state.status, 'backoff');
  shop.setDown(false);
  await shop.finish(id);
  assert.equal((await live).reason, 'stop');
  assert.equal(heard.at(-1), 'Done');
});

test('orders go on by themselves where a pace is given', async () => {
  const { shop, client } = shopAndClient({ every: 1 });
  const { order_id: id } = await client.create(DRAFT);
  const end = await client.watch(id, { env: shop.env }).done;
  assert.equal(end.order.order_state, 'Done');
});

test('installed, it takes the place of the globals, and leaves no trace', async () => {
  const scope = { fetch: 1 };
  const shop = createTestShop({ base: 'https://shop.example/v1/api' });
  const restore = shop.install(scope);
  assert.equal(scope.fetch, shop.fetch);
  assert.equal((await scope.fetch('https://shop.example/v1/api/brands')).status, 200);
  assert.equal((await scope.fetch('https://shop.example/api/brands')).status, 404);
  const source = new scope.EventSource('https://shop.example/v1/api/orders/none/subscribe');
  assert.equal(source.readyState, scope.EventSource.CONNECTING);
  restore();
  assert.deepEqual(scope, { fetch: 1 });
});

test('a fake EventSource does as the test says', () => {
  FakeEventSource.instances.length = 0;
  const source = new FakeEventSource('/x');
  const heard = [];
  source.onmessage = ({ data, lastEventId }) => heard.push(['on', data, lastEventId]);
  const listener = ({ type, data }) => heard.push([type, data]);
  for (const type of ['open', 'message', 'stop', 'error']) source.addEventListener(type, listener);
  source.send({ a: 1 }, { id: 7 });
  source.send('bye', { event: 'stop' });
  source.fail();
  assert.equal(source.readyState, FakeEventSource.CONNECTING);
  source.fail({ forGood: true });
  source.send('late');
  assert.deepEqual(heard, [['open', undefined], ['message', '{"a":1}'], ['on', '{"a":1}', '7'], ['stop', 'bye'], ['error', undefined], ['error', undefined]]);
  assert.deepEqual(FakeEventSource.instances, [source]);
});

test('it comes without the module', async () => {
  assert.doesNotMatch(await readFile(new URL('../dist/testing.js', import.meta.url), 'utf8'), /WebAssembly|from "\.|import\(/);
});
