// The built package in Node: what goes in, what comes out.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import {
  CheckoutError, checkBeneficiary, checkDraft, checkJson, checkOrder, checkValidation, countries, createOrderRequest, decodeProblems, draftValue, init, isCheckoutError,
  isCountry, isFinal, isReady, logoUrl, openBrands, orderRequest, orderSchema, orderStage, orderStreamUrl, paymentInstructions, paymentViasRequest, paymentWindow, productsRequest,
} from '../dist/index.js';

const fixture = (name) => readFile(new URL(`../../tests/fixtures/answers/${name}.json`, import.meta.url), 'utf8');
const draft = {
  email: 'shopper@example.com',
  items: [{ kind: 'giftcard', brand: 'Lumen Books Café', country: 'FR', value: { denomination: '50 EUR' } }],
  payment: { coin: 'USDC', network: 'Solana' },
};

test('the first call compiles, init() is a warm-up that shares one attempt', async () => {
  assert.equal(isCountry('FR'), true);
  assert.equal(isReady(), true);
  await Promise.all([init(), init()]);
});

test('requests are plain data', () => {
  assert.deepEqual(paymentViasRequest(), { method: 'GET', url: '/api/payment_vias', headers: { 'Content-Type': 'application/json' } });
  const { url } = productsRequest({ country: 'FR', family: 'Lumen & Sons', coin: 'USDC', lang: 'fr-CH', base: 'https://shop.example/api/' });
  assert.equal(url, 'https://shop.example/api/products/country/FR?family_name=Lumen%20%26%20Sons&coin=USDC&lang=fr');
  assert.equal(orderStreamUrl('abc'), '/api/orders/abc/subscribe');
  assert.equal(createOrderRequest(draft).body, createOrderRequest(structuredClone(draft)).body);
});

test('what cannot work is refused with a pointer, and never repeats the value', () => {
  assert.throws(() => orderRequest('../brands'), (error) => {
    assert.ok(error instanceof CheckoutError && error instanceof Error && isCheckoutError(error));
    assert.equal(error.code, 'BAD_INPUT');
    assert.equal(error.path, '/orderId');
    assert.doesNotMatch(error.message, /brands/);
    return true;
  });
  const [issue] = checkDraft({ ...draft, email: 'not-an-address' });
  assert.deepEqual([issue.path, issue.code], ['/email', 'EMAIL']);
  assert.throws(() => createOrderRequest({ ...draft, payment: { coin: 'USDC' } }), { code: 'BAD_INPUT', path: '/payment/network' });
  assert.throws(() => createOrderRequest({ ...draft, items: 5n }), { code: 'BAD_INPUT' });
  assert.deepEqual(checkDraft(draft), []);
});

test('an order as text, bytes or object', async () => {
  const text = await fixture('order-done');
  for (const body of [text, new TextEncoder().encode(text), new TextEncoder().encode(text).buffer]) {
    const { ok, value } = checkOrder(body);
    assert.equal(ok, true);
    assert.equal(value.coin_amount, '0.00072310');
    assert.equal(value.updated_at, 1791000184.25);
  }
  assert.equal(checkOrder(JSON.parse(text)).value.order_state, 'Done');
});

test('bytes are bytes, whatever frame they come from', async () => {
  const text = await fixture('order-done');
  const elsewhere = runInNewContext('({ Uint8Array, DataView, ArrayBuffer })');
  const bytes = elsewhere.Uint8Array.from(new TextEncoder().encode(` ${text}`));
  for (const body of [bytes.subarray(1), bytes.buffer, new elsewhere.DataView(bytes.buffer, 1)]) {
    assert.equal(body instanceof Uint8Array || body instanceof ArrayBuffer, false);
    assert.deepEqual(checkOrder(body), checkOrder(text));
  }
});

test('checking never throws on data', () => {
  const cyclic = {};
  cyclic.self = cyclic;
  for (const body of [undefined, null, '', '<!doctype html>', 5, true, [], {}, cyclic, { a: 1n }, new Uint8Array([0xff, 0xfe])]) {
    const result = checkOrder(body);
    assert.equal(result.ok, false);
    assert.ok(result.issues.length > 0 && result.issues.every(({ code, message }) => code && message));
  }
  assert.equal(checkOrder('{}', { maxBytes: 1 }).issues[0].code, 'TOO_LARGE');
});

test('an answer that was not read is no answer: it says to read it, and is never without problems', async () => {
  const text = await fixture('order-done');
  for (const unread of [new Response(text), Promise.resolve(text), new Blob([text]), new Request('http://localhost/', { method: 'POST', body: text })]) {
    const checked = checkOrder(unread);
    assert.deepEqual(checked, openBrands(unread));
    const [{ path, code, message }] = checked.issues;
    assert.deepEqual([checked.issues.length, path, code], [1, '', 'TYPE']);
    assert.match(message, /pass `await response\.text\(\)`/);
    assert.deepEqual(decodeProblems(unread).map(({ code: problem }) => problem), ['UNREADABLE_ANSWER']);
  }
  // Data may have a field of that name.
  assert.deepEqual(checkJson({ then: 1, arrayBuffer: [] }).value, { then: 1, arrayBuffer: [] });
});

test('problems, whatever the body', async () => {
  assert.deepEqual(decodeProblems('{"problems":null,"coin_amount":"1"}'), []);
  const [problem] = decodeProblems({ problems: [{ problem: 'OUT_OF_STOCK' }] });
  assert.equal(problem.code, 'OUT_OF_STOCK');
  assert.equal(problem.known, true);
  assert.equal(decodeProblems('{"status":"400","detail":"SUSPENDED_COIN"}', 400)[0].code, 'SUSPENDED_COIN');
  const [limited] = decodeProblems('', 429, new Headers({ 'retry-after': '7' }));
  assert.equal(limited.params.retryAfterSeconds, 7);
  assert.deepEqual(decodeProblems('', 429, new Map([['retry-after', 7]])), [limited]);
  assert.equal(decodeProblems('{"problems":[{"problem":"BRAND_NEW_CODE"}]}')[0].known, false);
});

test('an order read for the shopper', async () => {
  const order = checkOrder(await fixture('order-created')).value;
  assert.equal(orderStage(order), 'awaiting_payment');
  assert.equal(orderStage('Done'), 'delivered');
  assert.equal(isFinal(order), false);
  assert.deepEqual(paymentWindow(order, 1791000062_000), { expiresAt: 1791001802, secondsLeft: 1740, isEstimate: true, source: 'payment_requested_at' });
  assert.equal(paymentWindow({}), null);
  const vias = JSON.parse(await fixture('payment_vias'));
  const pay = paymentInstructions(order, vias);
  assert.equal(pay.amount, '51.270000');
  assert.match(pay.uri, /^solana:7fUAJdStEuGbc3sM84cKRL6yYaaSstyLSU4ve5oovLS7\?amount=51\.27/);
  assert.equal(paymentInstructions({}), null);
});

test('validation without an amount is no quote', async () => {
  assert.equal(checkValidation(await fixture('validation')).value.coin_amount, '51.30');
  assert.equal(checkValidation('{"coin_amount":null,"problems":[]}').value.coin_amount, undefined);
});

test('countries are named and sorted in a language', () => {
  const list = countries('en');
  assert.equal(list.length, 233);
  assert.equal(list.find(({ code }) => code === 'JP').name, 'Japan');
  assert.equal(countries('de').find(({ code }) => code === 'JP').name, 'Japan');
  assert.equal(countries('fr').find(({ code }) => code === 'DE').name, 'Allemagne');
});

test("a product's value goes into a draft as the catalogue has it; what is missing is named by the draft's check", () => {
  assert.deepEqual(draftValue({ is_dynamic: false, denomination: '25 USD' }, '7'), { denomination: '25 USD' });
  assert.deepEqual(draftValue({ is_dynamic: true, denomination: 'range' }, '12.50'), { amount: '12.50' });
  for (const [product, path] of [[{ is_dynamic: false }, '/items/0/value/denomination'], [{ is_dynamic: true }, '/items/0/value/amount']]) {
    const issues = checkDraft({ ...draft, items: [{ ...draft.items[0], value: draftValue(product) }] });
    assert.deepEqual(issues.map((issue) => [issue.path, issue.code]), [[path, 'REQUIRED']]);
  }
});

test('logos and beneficiaries', () => {
  assert.equal(logoUrl({ logo_base_url: 'https://cdn.example/x' }), 'https://cdn.example/x_500x318.webp');
  assert.equal(logoUrl({}), null);
  assert.deepEqual(checkBeneficiary('by_email', 'a@example.com'), []);
  assert.equal(checkBeneficiary('by_phone', '12345', 'US')[0].code, 'PHONE_NOT_E164');
});

test('the checkers are Standard Schema objects', async () => {
  const { validate, vendor, version } = orderSchema['~standard'];
  assert.deepEqual([vendor, version], ['cryptorefills-checkout', 1]);
  assert.equal(validate(await fixture('order-done')).value.order_state, 'Done');
  const { issues } = validate({ order_id: 'a', order_state: 'Done', deliveries: [{ id: {} }] });
  assert.deepEqual(issues[0].path, ['deliveries', '0', 'id']);
});

test('JSON of unknown shape is kept', () => {
  assert.deepEqual(checkJson('{"rows":[1,{"a":null}]}').value, { rows: [1, { a: null }] });
});
