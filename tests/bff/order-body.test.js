// The BFF of the packed package looks at the bodies of orders with the crate before it forwards them.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import * as checkout from 'cryptorefills-checkout';
import * as slim from 'cryptorefills-checkout/slim';
import { createBff } from 'cryptorefills-checkout/bff';
import { json, post, startUpstream } from './support.js';

const CARD = { kind: 'giftcard', brand: 'Airbnb', country: 'US', value: { denomination: '100 USD' } };
const TOP_UP = { kind: 'mobile_recharge', brand: 'Nimbofon', country: 'US', value: { amount: '12.50' }, beneficiary: '+14155550132' };
const DRAFT = { email: 'buyer@example.com', items: [CARD], payment: { coin: 'USDC', network: 'Solana' } };

const DRAFTS = {
  'one card': DRAFT,
  'everything that can be said': {
    ...DRAFT, newsletter: true, lang: 'ja', coupon: 'SANDBOX10', refundAddress: 'abc', acquisition: { utm_source: 'shop' },
    items: [{ ...CARD, quantity: 3, beneficiary: 'friend@example.com' }, { ...CARD, value: { denomination: '25 USD', localized: '$25' } }, TOP_UP],
    payment: { coin: 'BTC', network: 'Lightning', via: 'USER_WALLET' },
  },
  'an eSIM': { ...DRAFT, items: [{ kind: 'mobile_recharge', brand: 'eSIM', country: 'JP', value: { denomination: '1 GB 7 days' } }] },
  'ten of one': { ...DRAFT, items: [{ ...CARD, quantity: 10 }] },
};

async function start(t, options = {}) {
  const upstream = await startUpstream(t, (_, response) => json(response, 200, { order_id: 'order-1' }));
  const bff = createBff({ partnerId: 'p', appVersion: '1', upstream: upstream.url, authorize: () => true, ...options });
  const send = async (path, body) => {
    const response = await bff(post(path, body));
    return { status: response.status, ...(await response.json()) };
  };
  return { upstream, send };
}

for (const [name, draft] of Object.entries(DRAFTS)) {
  test(`what the package writes passes as it is: ${name}`, async (t) => {
    const { upstream, send } = await start(t);
    const bodies = [
      ['/api/orders/validations', checkout.validateOrderRequest(draft).body],
      ['/api/orders', checkout.createOrderRequest(draft, { shape: 'nested' }).body],
      ['/api/orders', checkout.createOrderRequest(draft, { shape: 'flat' }).body],
    ];
    for (const [path, body] of bodies) {
      assert.deepEqual(await send(path, body), { status: 200, order_id: 'order-1' }, body);
      assert.equal(upstream.seen.at(-1).text, body);
    }
  });
}

const body = () => JSON.parse(checkout.createOrderRequest(DRAFT, { shape: 'nested' }).body);
const flat = () => JSON.parse(checkout.createOrderRequest(DRAFT, { shape: 'flat' }).body);
const changed = (value, change) => {
  change(value);
  return value;
};

const REFUSED = [
  ['no e-mail address', changed(body(), (b) => { b.user.email = 'nobody'; }), '/user/email', 'EMAIL'],
  ['no deliveries', changed(body(), (b) => { b.deliveries = []; }), '/deliveries', 'TOO_FEW'],
  ['no list', changed(body(), (b) => { b.deliveries = 'all'; }), '/deliveries', 'TYPE'],
  ['a hundred cards', changed(body(), (b) => { b.deliveries[0].quantity = 100; }), '/deliveries', 'TOO_MANY'],
  ['minus one card', changed(body(), (b) => { b.deliveries[0].quantity = -1; }), '/deliveries/0/quantity', 'TYPE'],
  ['an unknown country', changed(body(), (b) => { b.deliveries[0].deliverable.country_code = 'XX'; }), '/deliveries/0/deliverable/country_code', 'UNSUPPORTED'],
  ['nobody to deliver to', changed(flat(), (b) => { delete b.deliveries[0].beneficiary_account; }), '/deliveries/0/beneficiary_account', undefined],
  ['no network', changed(body(), (b) => { delete b.payment.network; }), '/payment/network', 'REQUIRED'],
  ['no payment', changed(body(), (b) => { b.payment = 'later'; }), '/payment/coin', 'REQUIRED'],
  ['a range without its amount', changed(flat(), (b) => { b.deliveries[0].denomination = 'range'; }), '/deliveries/0/denomination', undefined],
  ['an amount below zero', changed(flat(), (b) => { Object.assign(b.deliveries[0], { denomination: 'range', product_value: -5 }); }), '/deliveries/0/product_value', 'FORMAT'],
  ['a phone number of nowhere', changed(flat(), (b) => { b.deliveries[0].beneficiary_account = '+1'; }), '/deliveries/0/beneficiary_account', undefined],
  ['a coupon that is no text', changed(flat(), (b) => { b.promo_code = {}; }), '/promo_code', 'TYPE'],
  ['a kind that is no text', changed(body(), (b) => { b.deliveries[0].kind = {}; }), '/deliveries/0/kind', undefined],
  ['deliveries of nothing', changed(flat(), (b) => { b.deliveries = [null, 7, []]; }), '/deliveries/0/kind', undefined],
];

for (const [name, value, path, code] of REFUSED) {
  test(`refused before it is sent: ${name}`, async (t) => {
    const { upstream, send } = await start(t);
    const answer = await send('/api/orders', value);
    assert.deepEqual([answer.status, answer.error], [400, 'BAD_ORDER']);
    const issue = answer.issues.find((one) => one.path === path);
    assert.ok(issue, JSON.stringify(answer.issues));
    if (code) assert.equal(issue.code, code);
    assert.deepEqual(upstream.seen, []);
  });
}

test('who receives it decides how that is checked, not the kind of the brand', async (t) => {
  const { send, upstream } = await start(t);
  const nested = (kind, beneficiary) => changed(body(), (b) => {
    b.deliveries[0].kind = kind;
    b.deliveries[0].deliverable.beneficiary_account = beneficiary;
  });
  const flatly = (beneficiary) => changed(flat(), (b) => { b.deliveries[0].beneficiary_account = beneficiary; });
  for (const beneficiary of ['+14155550132', 'friend@example.com', 'player-7', 'player@realm', '@player', '+plus', '4155550132']) {
    for (const value of [nested('giftcard', beneficiary), nested('mobile_recharge', beneficiary), nested(undefined, beneficiary), flatly(beneficiary)]) {
      assert.equal((await send('/api/orders', value)).status, 200, JSON.stringify(value));
    }
  }
  assert.equal(upstream.seen.length, 28);
  for (const beneficiary of ['+1', ' +1 415', 'friend@example..com', 'a friend@example.com', '', '  ', undefined, null, 7, {}, [], ['a@example.com'], { toString: 1, valueOf: 1 }, { toJSON: 1 }, true]) {
    for (const value of [nested('giftcard', beneficiary), flatly(beneficiary)]) {
      const { status, error, issues } = await send('/api/orders', value);
      assert.deepEqual([status, error], [400, 'BAD_ORDER'], JSON.stringify(value));
      assert.deepEqual([...new Set(issues.map(({ path }) => path.split('/').at(-1)))], ['beneficiary_account'], JSON.stringify(value));
    }
  }
  assert.equal(upstream.seen.length, 28);
});

test('an order\'s product that goes by phone or to an account passes as the package wrote it', async (t) => {
  const { send } = await start(t);
  for (const [delivery_type, beneficiary] of [['by_phone', '+14155550132'], ['by_account', 'player-7'], ['by_account', 'player@realm']]) {
    const draft = { ...DRAFT, items: [{ ...CARD, beneficiary }] };
    for (const shape of ['nested', 'flat']) {
      const made = checkout.createOrderRequest(draft, { shape, product: { denomination: '100 USD', delivery_type } }).body;
      assert.equal((await send('/api/orders', made)).status, 200, made);
    }
  }
});

test('a check that fails by itself is a refusal, but for a trap of the module', async (t) => {
  const broken = (error) => ({ ...checkout, createOrderRequest() { throw error; } });
  const { send, upstream } = await start(t, { checkout: broken(new RangeError('Maximum call stack size exceeded')) });
  const refused = await send('/api/orders', body());
  assert.deepEqual([refused.status, refused.error, refused.issues], [400, 'BAD_ORDER', []]);
  const trapped = await start(t, { checkout: broken(new checkout.CheckoutError('INTERNAL', 'x')) });
  assert.equal((await trapped.send('/api/orders', body())).status, 500);
  assert.deepEqual([...upstream.seen, ...trapped.upstream.seen], []);
});

test('a validation may leave the network open, and has its e-mail address elsewhere', async (t) => {
  const { send } = await start(t);
  const validation = JSON.parse(checkout.validateOrderRequest({ ...DRAFT, payment: { coin: 'USDC' } }).body);
  assert.equal((await send('/api/orders/validations', validation)).status, 200);
  const { issues } = await send('/api/orders/validations', { ...validation, email: 'nobody' });
  assert.deepEqual(issues.map(({ path }) => path), ['/email']);
});

test('the check can be left to the API, or done with the module as a file', async (t) => {
  const off = await start(t, { checkout: false });
  assert.equal((await off.send('/api/orders', {})).status, 200);
  await slim.init(await readFile(fileURLToPath(import.meta.resolve('cryptorefills-checkout/sdk.wasm'))));
  const file = await start(t, { checkout: slim });
  assert.equal((await file.send('/api/orders', {})).error, 'BAD_ORDER');
  assert.equal((await file.send('/api/orders', body())).status, 200);
});

test('an engine that compiles no WebAssembly is told so at the start', () => {
  const cannot = { ...checkout, countries() { throw new Error('Wasm code generation disallowed by embedder'); } };
  const options = { partnerId: 'p', appVersion: '1' };
  assert.throws(() => createBff({ ...options, checkout: cannot }), /cannot compile its WebAssembly here.*checkout: false/);
  assert.throws(() => createBff({ ...options, checkout: {} }), TypeError);
});
