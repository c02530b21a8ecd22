// What has hurt shops that integrated the API, a test for each that a client can prevent.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as sdk from '../dist/index.js';
import { createBff } from '../dist/bff.js';
import { World } from '../../tests/browser/world.js';
import { en, stageText } from '../dist/messages/index.js';

const {
  checkBeneficiary, checkBrands, checkDraft, checkOrder, checkPaymentVias, checkPrice, checkProducts, checkValidation, createClient, createOrderRequest,
  decodeProblems, isFinal, orderStage, paymentInstructions, paymentWindow, plainText, priceRequest, productsRequest, validateOrderRequest, watchOrder,
} = sdk;

const draftOf = (value, more = {}) => ({
  email: 'shopper@example.com', items: [{ kind: 'giftcard', brand: 'A', country: 'US', value, ...more }], payment: { coin: 'USDC', network: 'Solana' },
});
const valueOf = ({ ok, value, issues }) => {
  assert.ok(ok, JSON.stringify(issues));
  return value;
};
const productOf = (product) => valueOf(checkProducts([{ brand: 'A', products: [{ is_dynamic: false, ...product }] }]))[0].products[0];
const orderOf = (order) => valueOf(checkOrder({ order_id: 'o-1', order_state: 'WaitingForPayment', ...order }));
const codesOf = (issues) => issues.map(({ path, code }) => `${path} ${code}`);
const rangeProduct = productOf({ is_dynamic: true, range: { min: 5.0, max: 300.0, currency: 'USD', step_size: 0.5, default: '' }, delivery_type: 'by_email' });
const clientOver = (answer) => {
  const sent = [];
  const client = createClient({ country: 'US', fetch: async (url, init) => { sent.push({ url, ...init }); return answer(sent.length); } });
  return { client, sent };
};

test('a range brand is never ordered by a literal text', () => {
  assert.deepEqual(codesOf(checkDraft(draftOf({ denomination: '100 USD' }), rangeProduct)), ['/items/0/value FORMAT']);
  const { deliveries: [{ deliverable }] } = JSON.parse(createOrderRequest(draftOf({ amount: '100' }), { product: rangeProduct }).body);
  assert.deepEqual([deliverable.denomination, deliverable.product_value], ['range', 100]);
});

test('an amount a fixed brand does not list is refused, not exchanged for the default', () => {
  const product = productOf({ denomination: '25 USD' });
  assert.deepEqual(codesOf(checkDraft(draftOf({ amount: '30' }), product)), ['/items/0/value FORMAT']);
  assert.deepEqual(codesOf(checkDraft(draftOf({ denomination: '30 USD' }), product)), ['/items/0/value/denomination FORMAT']);
});

test('a fixed text is sent as the catalogue has it, without a product_value', () => {
  for (const denomination of ['1 GB 7 days', '5 EUR - PIN', '1 month']) {
    for (const shape of ['nested', 'flat']) {
      const { body } = createOrderRequest(draftOf({ denomination }), { shape, product: productOf({ denomination }) });
      assert.ok(body.includes(`"denomination":${JSON.stringify(denomination)}`));
      assert.ok(!body.includes('product_value'));
    }
  }
});

test('labels in local notation are texts, whatever their separators', () => {
  const labels = ['Rp 10.000', '₫100,000', 'د.إ 50', '1 000 €', '1 GB 3 days'];
  const { all_brands: brands } = valueOf(checkBrands({ all_brands: labels.map((min, at) => ({ brand: `B${at}`, min })) }));
  assert.deepEqual(brands.map(({ min }) => min), labels);
});

test('an unlimited benefit is never minus one', () => {
  const benefit = { type: 'DATA', unit_type: 'BYTES', unit: 'GB' };
  const { benefits } = productOf({ denomination: 'x', benefits: [{ ...benefit, amount: { base: { amount: -1 }, total_including_tax: { amount: 3 } } }] });
  assert.deepEqual(benefits, [{ ...benefit, amount: { base: { amount: 'unlimited' }, total_including_tax: { amount: '3' } } }]);
});

test('the order id is found under its new name and its old ones', () => {
  for (const name of ['order_id', 'id', 'orderId']) assert.equal(valueOf(checkOrder({ [name]: 'o-1', order_state: 'Created' })).order_id, 'o-1');
});

test('a time that is text, a number, a fraction or unreadable does not lose a fresh order', () => {
  for (const [sent, read] of [['1791000000', 1791000000], [1791000000, 1791000000], [1791000000.5, 1791000000.5], ['soon', undefined]]) {
    assert.equal(orderOf({ created_at: sent }).created_at, read);
  }
});

test('a number for a text, and a text for a number, is read', () => {
  for (const amount of [17.5, '17.5']) {
    const order = orderOf({ payment_value: amount, coin_amount: amount, deliveries: [{ deliverable: { points: 18, product_value: amount } }] });
    assert.deepEqual([order.payment_value, order.coin_amount, order.deliveries[0].deliverable.points], ['17.5', '17.5', '18']);
  }
});

test('an empty list of products is not kept for long', async () => {
  let now = 1e12;
  let asked = 0;
  const bff = createBff({
    partnerId: 'p', appVersion: '1', authorize: () => true, timers: { now: () => now, setTimeout: () => 0, clearTimeout() {} },
    fetch: async () => Response.json(++asked > 1 ? [{ brand: 'A', products: [] }] : []),
  });
  const ask = async () => (await bff(new Request('https://shop.example/api/products/country/US?brand_name=A'))).json();
  assert.deepEqual(await ask(), []);
  now += 20 * 60_000;
  assert.equal((await ask()).length, 1);
});

test('a rate limit is left alone until its reset', async () => {
  const reset = String(Math.floor(Date.now() / 1000) + 90);
  const { client, sent } = clientOver(() => new Response('slow down', { status: 429, headers: { 'x-ratelimit-reset': reset } }));
  await assert.rejects(client.brands(), (error) => error.problems[0].params.retryAfterSeconds > 60);
  assert.equal(sent.length, 1);
});

test('polling every 4 s, which used up the rate budget: never more often than every 5 s, and not while an answer is awaited', async () => {
  for (const random of [0, 0.5, 0.999]) {
    const world = new World();
    const [asked, waits] = [[], []];
    const env = { ...world.getEnv(), Math: { random: () => random } };
    const watch = watchOrder('o-1', { transport: 'poll', env: { ...env, fetch: (...request) => { asked.push(world.time); return env.fetch(...request); } } });
    for (let nth = 1; nth <= 20; nth++) {
      world.advance(4000);
      assert.equal(asked.length, nth);
      await world.answer(200, JSON.stringify({ order_id: 'o-1', order_state: 'WaitingForPayment', updated_at: nth }));
      const answered = world.time;
      while (asked.length === nth) world.advance(100);
      waits.push(asked[nth] - answered);
    }
    watch.close();
    assert.ok(waits.every((wait) => wait >= 5000 && wait <= 10_100), waits.join());
  }
});

test('a double click makes one order, and a retry asks for the same one', async () => {
  const { client, sent } = clientOver((nth) => (nth === 1 ? new Response('', { status: 504 }) : Response.json({ order_id: 'o-1', order_state: 'Created' })));
  const draft = draftOf({ denomination: '25 USD' });
  await assert.rejects(Promise.all([client.create(draft), client.create({ ...draft })]), { code: 'OUTCOME_UNKNOWN' });
  assert.equal(sent.length, 1);
  await client.create(draft);
  assert.equal(sent[0].headers['Idempotency-Key'], sent[1].headers['Idempotency-Key']);
});

test('a create without a clear answer is neither a success nor a refusal, and is not sent again', async () => {
  for (const answer of [
    () => { throw new TypeError('reset'); }, () => new Response('', { status: 500 }), () => new Response('', { status: 429 }),
    () => new Response('<!doctype html>'), () => new Response('{"order_id":"o-1"'),
    () => Response.json({ order_id: 'o-1', order_state: 'Created', problems: [{ problem: 'OUT_OF_STOCK' }] }),
  ]) {
    const { client, sent } = clientOver(answer);
    await assert.rejects(client.create(draftOf({ denomination: '25 USD' })), { code: 'OUTCOME_UNKNOWN', retryable: false });
    assert.equal(sent.length, 1);
  }
});

test('a validation without an amount is no price', async () => {
  for (const amount of [null, undefined, '0']) {
    const outcome = await clientOver(() => Response.json({ coin_amount: amount, problems: [] })).client.validate(draftOf({ denomination: '25 USD' }));
    assert.equal(outcome.quote, undefined);
  }
  assert.equal(checkValidation('{}').ok, false, 'and no word about problems is no permission');
});

test('another network of the coin is tried where the brand refuses one', async () => {
  const { client } = clientOver((nth) => Response.json(nth === 1
    ? { problems: [{ problem: 'UNSUPPORTED_PROTOCOL_COIN_COMBINATION' }] } : { coin: 'USDC', coin_amount: '1', problems: null }));
  assert.equal((await client.validateNetworks(draftOf({ denomination: '25 USD' }), ['Tron', 'Base'])).network, 'Base');
});

test('a price names no network, whatever its label says', () => {
  assert.ok(!priceRequest({ brand: 'A', country: 'US', faceValue: '10', coin: 'USDC', network: 'Solana' }).url.includes('etwork'));
  const price = valueOf(checkPrice({ coin: 'USDC', coin_amount: '10.1', payment_method: 'USDC-MATIC' }));
  assert.equal(price.network, undefined);
  const pay = paymentInstructions(orderOf({ coin: 'USDC', coin_amount: '1', wallet_address: 'x', payment_method: 'USDC-MATIC' }));
  assert.deepEqual([pay.network, pay.uri], [undefined, null]);
});

test('family and brand are asked for under their own names', () => {
  assert.match(productsRequest({ country: 'AE', family: 'Du Data' }).url, /\?family_name=Du%20Data$/);
  assert.match(productsRequest({ country: 'AE', brand: 'Du' }).url, /\?brand_name=Du$/);
});

test('a brand in several categories is one brand, told by its id and not by its name', () => {
  const [a, b] = [{ brand: 'Du & Co', brand_id: '1' }, { brand: 'Du Co', brand_id: '2' }];
  const { all_brands: brands } = valueOf(checkBrands({ categories: [{ brands: [a, b] }, { brands: [{ ...a, category: 'food' }] }] }));
  assert.deepEqual(brands.map(({ brand_id }) => brand_id), ['1', '2']);
});

test('each product decides whom it is delivered to', () => {
  const [pin, topUp] = [productOf({ denomination: '5', delivery_type: 'by_email' }), productOf({ denomination: '5', delivery_type: 'by_phone' })];
  const draft = (beneficiary) => draftOf({ denomination: '5' }, { kind: 'mobile_recharge', beneficiary });
  assert.deepEqual(checkDraft(draft('shopper@example.com'), pin), []);
  assert.deepEqual(codesOf(checkDraft(draft('shopper@example.com'), topUp)), ['/items/0/beneficiary PHONE_NOT_E164']);
  assert.deepEqual(checkDraft(draft('+14155550132'), topUp), []);
  assert.deepEqual(codesOf(checkDraft(draft('+14155550132'), pin)), ['/items/0/beneficiary EMAIL']);
});

test('a phone number is E.164 and of the product\'s country', () => {
  assert.deepEqual(checkBeneficiary('by_phone', '+14155550132', 'US'), []);
  assert.equal(checkBeneficiary('by_phone', '(415) 555-0132', 'US')[0].code, 'PHONE_NOT_E164');
  assert.equal(checkBeneficiary('by_phone', '+393331234567', 'US')[0].code, 'PHONE_WRONG_COUNTRY');
});

test('a sold-out brand has neither limits nor products, and is read', () => {
  const { all_brands: [brand] } = valueOf(checkBrands({ all_brands: [{ brand: 'A', min: null, max: null, is_out_of_stock: true }] }));
  assert.equal(brand.is_out_of_stock, true);
  for (const products of [null, []]) assert.deepEqual(valueOf(checkProducts([{ brand: 'A', products }]))[0].products, []);
});

test('a refund address goes along with the order', () => {
  assert.equal(JSON.parse(createOrderRequest({ ...draftOf({ denomination: '5' }), refundAddress: 'addr' }).body).refund_wallet_address, 'addr');
});

test('an underpaid order says so, and its link asks for the rest', () => {
  const order = orderOf({ order_state: 'PartialPaymentStarted', coin: 'SOL', network: 'Solana', coin_amount: '0.4', sent_coin_amount: '0.1', wallet_address: 'mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN' });
  const { amount, remaining, uri, issues } = paymentInstructions(order);
  assert.deepEqual([orderStage(order), isFinal(order), amount, remaining, issues], ['underpaid', false, '0.4', '0.3', []]);
  assert.equal(uri, 'solana:mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN?amount=0.3');
});

// The second example of BOLT 11: 0.0025 BTC, one minute from 1496314658.
const INVOICE = 'lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp';

test('an invoice must be for the order\'s amount, and may end before the order does', () => {
  const order = (amount) => orderOf({ coin: 'BTC', network: 'Lightning', coin_amount: amount, wallet_address: INVOICE, payment_requested_at: '1496314658' });
  const right = paymentInstructions(order('0.0025'));
  assert.deepEqual([right.uri, right.issues], [`lightning:${INVOICE}`, []]);
  const wrong = paymentInstructions(order('0.0024'));
  assert.deepEqual([wrong.uri, wrong.issues[0].code], [null, 'INVOICE_AMOUNT']);
  assert.deepEqual(paymentWindow(order('0.0025'), 1496314658_000), { expiresAt: 1496314718, secondsLeft: 60, isEstimate: false, source: 'invoice' });
});

test('the wallet link is our own, not qr_text', () => {
  const address = 'mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN';
  const pay = paymentInstructions(orderOf({ coin: 'SOL', network: 'Solana', coin_amount: '0.4', wallet_address: address, qr_text: address }));
  assert.equal(pay.uri, `solana:${address}?amount=0.4`);
});

test('the countdown says that it is an estimate', () => {
  assert.equal(paymentWindow(orderOf({ created_at: '1791000000' }), 1791000000_000).isEstimate, true);
});

test('an expired order is over but may move on, and is not offered for payment', () => {
  const order = orderOf({ order_state: 'Expired', coin: 'USDC', coin_amount: '1', wallet_address: 'x' });
  assert.equal(isFinal(order), true);
  assert.deepEqual(paymentInstructions(order).issues.map(({ code }) => code), ['NOT_PAYABLE']);
});

test('an unsupported language asks for English, instead of for no prose at all; an order keeps the shopper\'s', () => {
  assert.match(productsRequest({ country: 'US', brand: 'A', lang: 'fa' }).url, /&lang=en$/);
  assert.equal(JSON.parse(validateOrderRequest({ ...draftOf({ denomination: '5' }), lang: 'ja' }).body).lang, 'ja');
});

test('HTML in notes, terms and redeem instructions is read as text', () => {
  const html = '<p>Only online.</p><ul><li>No cash &amp; no refund</li></ul><img src=x onerror=alert(1)><script src="//x.example"></script>';
  const [{ rich_description: told, product_tc: terms }] = valueOf(checkProducts([{ brand: 'A', product_tc: html, rich_description: { note: html, term_and_conditions: html } }]));
  const [{ deliverable }] = orderOf({ order_state: 'Done', deliveries: [{ deliverable: { redeem_instructions: html } }] }).deliveries;
  for (const text of [told.note, told.term_and_conditions, terms, deliverable.redeem_instructions]) {
    assert.equal(text, html, 'kept as it came');
    assert.equal(plainText(text), 'Only online.\n- No cash & no refund');
  }
});

test('bidi/control characters in brand texts are not shown, and sent back as they came', () => {
  const name = 'Acme\u202e drac\u202c\u0007';
  const { all_brands: [{ brand }] } = valueOf(checkBrands({ all_brands: [{ brand: name }] }));
  assert.equal(plainText(brand), 'Acme drac');
  const { deliveries: [{ deliverable }] } = JSON.parse(createOrderRequest(draftOf({ denomination: name }, { brand })).body);
  assert.deepEqual([deliverable.brand_name, deliverable.denomination], [name, name]);
});

test('e-money is told by its category, and a late refusal by its code', () => {
  const { all_brands: [brand] } = valueOf(checkBrands({ all_brands: [{ brand: 'A', category: 'e-money', additional_categories: null }] }));
  assert.deepEqual([brand.category, brand.additional_categories], ['e-money', []]);
  const [problem] = decodeProblems('{"status":"UNPROCESSABLE","detail":"LOGIN_REQUIRED"}', 422);
  assert.deepEqual([problem.code, problem.known], ['LOGIN_REQUIRED', true]);
});

test('a missing partner id is noticed at once', () => {
  for (const partnerId of [undefined, '', ' ']) assert.throws(() => createBff({ partnerId, appVersion: '1', authorize: () => true }), /partnerId/);
});

test('empty or partial ways to pay do not block a checkout', () => {
  assert.deepEqual(valueOf(checkPaymentVias('[]')), []);
  assert.deepEqual(valueOf(checkPaymentVias([{ name: 'USER_WALLET' }, {}, null])), [{ name: 'USER_WALLET', currencies: [] }]);
  assert.equal(paymentInstructions(orderOf({ coin: 'BTC', coin_amount: '1', wallet_address: 'x' }), []).amount, '1');
});

test('every state has words for the shopper, and so has one nobody knows', () => {
  for (const state of ['Created', 'WaitingForPayment', 'PaymentStarted', 'PartialPaymentStarted', 'PaymentReceived', 'WaitingForDelivery', 'WaitingForManualAction',
    'Done', 'Expired', 'PaymentFailed', 'PaymentSetupFailed', 'Refunded', 'SomethingNew']) {
    const text = stageText(orderStage(state), en);
    assert.ok(text.length > 5 && !text.includes(state), state);
    assert.equal(orderStage(state) === 'unknown', state === 'SomethingNew');
  }
  assert.equal(isFinal('SomethingNew'), false);
});

test('codes stay out of errors, and orders out of caches', async () => {
  const secret = 'TEST-CODE-0003';
  const answer = () => Response.json({ order_id: { secret }, order_state: 'Done', deliveries: [{ deliverable: { pin_code: { secret } } }] });
  const { client, sent } = clientOver(answer);
  await assert.rejects(client.order('o-1'), (error) => error.code === 'BAD_ANSWER' && !JSON.stringify({ ...error, message: error.message }).includes(secret));
  assert.equal(sent[0].cache, 'no-store');
});

test('amounts are never floats, and exponents are refused', async () => {
  const text = await readFile(new URL('../../tests/fixtures/answers/order-done.json', import.meta.url), 'utf8');
  assert.equal(checkOrder(text).value.coin_amount, '0.00072310');
  assert.equal(checkOrder('{"order_id":"o-1","order_state":"Created","coin_amount":7.231e-4}').ok, false);
  assert.deepEqual(codesOf(checkDraft(draftOf({ amount: 25.5 }))), ['/items/0/value/amount TYPE']);
});

test('an amount keeps to the minimum, the maximum and the step, where there are any', () => {
  const told = (amount, product) => checkDraft(draftOf({ amount }), product).map(({ code, message }) => `${code}: ${message}`);
  assert.deepEqual(told('7.5', rangeProduct), []);
  assert.deepEqual(told('4', rangeProduct), ['OUT_OF_RANGE: This amount is below the product\'s minimum of 5']);
  assert.deepEqual(told('301', rangeProduct), ['OUT_OF_RANGE: This amount is above the product\'s maximum of 300']);
  assert.deepEqual(told('7.3', rangeProduct), ['STEP: The product\'s amounts begin at 5 and go up in steps of 0.5']);
  assert.deepEqual(told('7.3', productOf({ is_dynamic: true, range: { min: 5, max: 10, step_size: null } })), []);
  // As the API sends it, numbers and all.
  assert.deepEqual(told('4', { is_dynamic: true, range: { min: 5, max: 10 } }).length, 1);
});

test('a product without a price has none, which is not zero', () => {
  for (const amount of [null, undefined, '', '1E1']) assert.ok(!('coin_amount' in productOf({ denomination: '5', coin_amount: amount })));
});

test('the shopper\'s address is the first of the chain', async () => {
  let seen;
  const bff = createBff({
    partnerId: 'p', appVersion: '1', authorize: () => true, clientAddress: () => '203.0.113.7, 10.0.0.1',
    fetch: async (_, { headers }) => { seen = new Headers(headers).get('x-forwarded-for'); return Response.json([]); },
  });
  await bff(new Request('https://shop.example/api/products/price'));
  assert.equal(seen, '203.0.113.7');
});
