// The client over a fetch that answers what the test says: what is retried, what never is.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createClient } from '../dist/index.js';

const order = await readFile(new URL('../../tests/fixtures/answers/order-created.json', import.meta.url), 'utf8');
const draft = {
  email: 'shopper@example.com',
  items: [{ kind: 'giftcard', brand: 'A', country: 'FR', value: { denomination: '50 EUR' } }],
  payment: { coin: 'USDC', network: 'Solana' },
};

/** A client whose fetch gives the answers in turn, the last one for ever. */
function clientOver(...answers) {
  const requests = [];
  const client = createClient({
    country: 'FR',
    random: () => 0,
    timeout: 60_000,
    fetch: async (url, init) => {
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      requests.push({ url, ...init });
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(init) : new Response(answer.body ?? '', { status: answer.status ?? 200, headers: answer.headers ?? {} });
    },
  });
  return { client, requests };
}

const vias = { body: '[]' };
const waitsNone = { headers: { 'retry-after': '0' } };

test('a read is retried on an outage, then answers', async () => {
  const { client, requests } = clientOver({ status: 503, ...waitsNone }, new TypeError('down'), vias);
  assert.deepEqual(await client.paymentVias(), []);
  assert.equal(requests.length, 3);
});

test('a read gives up after its retries and says what happened', async () => {
  const { client, requests } = clientOver(new TypeError('down'));
  await assert.rejects(client.paymentVias(), { code: 'NETWORK', retryable: true });
  assert.equal(requests.length, 3);
});

test('a read is not retried when it was refused', async () => {
  const { client, requests } = clientOver({ status: 404, body: '{"message":"no"}' });
  await assert.rejects(client.order('abc'), { code: 'PROBLEMS', status: 404 });
  assert.equal(requests.length, 1);
});

test('an answer that is not what it should be is BAD_ANSWER with issues', async () => {
  const { client } = clientOver({ body: '{"order_id":5}' });
  await assert.rejects(client.order('abc'), (error) => error.code === 'BAD_ANSWER' && error.issues.length > 0);
});

for (const [what, answer] of [
  ['a timeout of the server', { status: 504 }],
  ['a 5xx', { status: 500, body: '<html>' }],
  ['a 429', { status: 429, headers: { 'retry-after': '1' } }],
  ['a network failure', new TypeError('reset')],
  ['a 200 HTML page', { body: '<!doctype html>' }],
  ['a body with an id but no state', { body: '{"order_id":"a"}' }],
]) {
  test(`create meets ${what}: the outcome is unknown and it is sent once`, async () => {
    const { client, requests } = clientOver(answer);
    await assert.rejects(client.create(draft), { code: 'OUTCOME_UNKNOWN', retryable: false });
    assert.equal(requests.length, 1);
  });
}

test('create that meets problems has placed no order', async () => {
  const { client } = clientOver({ body: '{"problems":[{"problem":"OUT_OF_STOCK"}]}' });
  await assert.rejects(client.create(draft), (error) => error.code === 'PROBLEMS' && error.problems[0].code === 'OUT_OF_STOCK');
});

test('a double click makes one order', async () => {
  const { client, requests } = clientOver({ body: order });
  const [first, second] = await Promise.all([client.create(draft), client.create(structuredClone(draft))]);
  assert.equal(first, second);
  assert.equal(requests.length, 1);
  assert.match(requests[0].headers['Idempotency-Key'], /^[0-9a-f-]{36}$/);
});

test('a draft that cannot work is never sent', async () => {
  const { client, requests } = clientOver({ body: order });
  await assert.rejects(client.create({ ...draft, email: 'x' }), { code: 'BAD_INPUT' });
  await assert.rejects(client.validate({ ...draft, items: [] }), { code: 'BAD_INPUT' });
  assert.equal(requests.length, 0);
});

test('validate answers problems as data, and no amount is no quote', async () => {
  const refused = await clientOver({ body: '{"problems":[{"problem":"OUT_OF_STOCK"}]}' }).client.validate(draft);
  assert.equal(refused.ok, false);
  const unpriced = await clientOver({ body: '{"coin_amount":null,"problems":[]}' }).client.validate(draft);
  assert.deepEqual([unpriced.ok, unpriced.quote], [true, undefined]);
  const priced = await clientOver({ body: '{"coin":"USDC","coin_amount":"1.50","problems":null}' }).client.validate(draft);
  assert.deepEqual(priced.quote, { coin: 'USDC', amount: '1.50' });
});

test('a brand that refuses one network of a coin may take another', async () => {
  const refusal = { body: '{"problems":[{"problem":"UNSUPPORTED_PROTOCOL_COIN_COMBINATION"}]}' };
  const { client, requests } = clientOver(refusal, { body: '{"coin":"USDC","coin_amount":"1.50","problems":null}' });
  const outcome = await client.validateNetworks(draft, ['Solana', 'Base', 'Tron']);
  assert.deepEqual([outcome.ok, outcome.network, requests.length], [true, 'Base', 2]);
});

test('aborting rejects with ABORTED, before or during', async () => {
  const { client, requests } = clientOver((init) => new Promise((_, reject) => init.signal.addEventListener('abort', () => reject(init.signal.reason))));
  const controller = new AbortController();
  const pending = client.brands({ signal: controller.signal });
  controller.abort();
  await assert.rejects(pending, { code: 'ABORTED' });
  await assert.rejects(client.create(draft, { signal: controller.signal }), { code: 'ABORTED' });
  assert.equal(requests.filter(({ method }) => method === 'POST').length, 0);
});

test('no error message holds an e-mail address', async () => {
  for (const answer of [{ status: 500, body: 'shopper@example.com' }, { body: '{"message":"shopper@example.com"}', status: 400 }]) {
    await assert.rejects(clientOver(answer).client.create(draft), (error) => !`${error.message} ${error.stack}`.includes('@'));
  }
});
