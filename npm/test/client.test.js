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
  for (const [body, issue] of [['{"order_id":5}', 'REQUIRED'], ['<!doctype html>', 'NOT_JSON'], ['', 'NOT_JSON'], ['null', 'TYPE']]) {
    await assert.rejects(clientOver({ body }).client.order('abc'), (error) => error.code === 'BAD_ANSWER' && error.issues.some(({ code }) => code === issue), body);
  }
  await assert.rejects(clientOver({ body: '<!doctype html>' }).client.validate(draft), { code: 'BAD_ANSWER' });
});

test('no ways to pay are none, however that is written', async () => {
  for (const body of ['[]', 'null']) assert.deepEqual(await clientOver({ body }).client.paymentVias(), []);
});

/** Lets promises settle while no timer runs. */
const settled = async () => { for (let turns = 0; turns < 50; turns++) await null; };

test('a read is tried again after anything a server could not do just now, and after nothing else', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  for (const [status, tries] of [[500, 2], [503, 2], [520, 2], [522, 2], [599, 2], [408, 2], [501, 1], [505, 1], [400, 1]]) {
    const { client, requests } = clientOver({ status }, vias);
    client.paymentVias().catch(() => {});
    await settled();
    t.mock.timers.tick(400);
    await settled();
    assert.equal(requests.length, tries, status);
  }
});

test('the wait a server asks for is waited out, and a little more, so that not all come back at once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const sent = [];
  const client = createClient({
    random: () => 1,
    fetch: async () => (sent.push(1) > 1 ? new Response('[]') : new Response('', { status: 429, headers: { 'retry-after': '10' } })),
  });
  const answer = client.paymentVias();
  await settled();
  t.mock.timers.tick(10_399);
  await settled();
  assert.equal(sent.length, 1);
  t.mock.timers.tick(1);
  assert.deepEqual(await answer, []);
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

for (const [what, answer] of [
  ['a server that says so', { status: 409, body: '{"error":"ORDER_OUTCOME_UNKNOWN","message":"x","outcome":"unknown"}', headers: { 'x-order-outcome': 'unknown' } }],
  ['a server that says so with any status', { status: 400, body: '{"error":"X_Y"}', headers: { 'x-order-outcome': 'unknown' } }],
  ['an attempt that is running', { status: 409, body: '{"error":"ORDER_IN_PROGRESS"}' }],
  ['an order and problems in one body', { body: order.replace('{', '{"problems":[{"problem":"OUT_OF_STOCK"}],') }],
  ['an order whose amount cannot be read', { body: order.replace('"51.270000"', '"5.1e1"') }],
  ['an empty success', { status: 204, body: null }],
  ['problems behind a 5xx', { status: 502, body: '{"problems":[{"problem":"OUT_OF_STOCK"}]}' }],
  ['an order number and problems, and no state', { body: '{"order_id":"a","problems":[{"problem":"OUT_OF_STOCK"}]}' }],
  ['the number under its old name and problems', { body: '{"orderId":"a","problems":[{"problem":"OUT_OF_STOCK"}]}' }],
  ['an order and problems behind a 422', { status: 422, body: order.replace('{', '{"problems":[{"problem":"OUT_OF_STOCK"}],') }],
  ['an order number behind a 400', { status: 400, body: '{"order_id":"a","message":"no"}' }],
  ['somebody on the way who gave up waiting', { status: 499 }],
  ['an answer no script may read', () => ({ status: 0, ok: false, headers: new Headers(), arrayBuffer: async () => new ArrayBuffer(0) })],
]) {
  test(`create meets ${what}: the outcome is unknown and it is sent once`, async () => {
    const { client, requests } = clientOver(answer);
    await assert.rejects(client.create(draft), { code: 'OUTCOME_UNKNOWN', retryable: false });
    assert.equal(requests.length, 1);
    await assert.rejects(client.create(draft), { code: 'OUTCOME_UNKNOWN' });
    const [first, second] = requests.map(({ headers }) => headers['Idempotency-Key']);
    assert.equal(first, second, 'a second click asks for the same order');
  });
}

test('an error with a number of its own is a refusal, and never an order', async () => {
  for (const body of ['{"id":"req-1","status":"BAD_REQUEST","detail":"SUSPENDED_COIN"}', '{"id":"req-1","problems":[{"problem":"SUSPENDED_COIN"}]}']) {
    await assert.rejects(clientOver({ body }).client.create(draft), (error) => error.code === 'PROBLEMS' && error.problems[0].code === 'SUSPENDED_COIN');
  }
  await assert.rejects(clientOver({ body: '{"id":"req-1","status":"BAD_REQUEST","detail":"NEW_REASON"}' }).client.create(draft), { code: 'PROBLEMS' });
});

for (const status of [400, 401, 403, 404, 413, 422]) {
  test(`create meets ${status}: there is no order, whatever the body`, async () => {
    for (const body of ['', '<html>', '{"message":"no"}', '{"status":"422","detail":"LOGIN_REQUIRED"}']) {
      await assert.rejects(clientOver({ status, body }).client.create(draft), { code: 'PROBLEMS', status });
    }
  });
}

test('after an unknown outcome the same draft goes under the same key, until it is to be a new order', async () => {
  const { client, requests } = clientOver(new TypeError('reset'), { status: 504 }, { status: 504 }, { body: order }, { body: order });
  const key = (at) => requests[at].headers['Idempotency-Key'];
  await assert.rejects(client.create(draft), { code: 'OUTCOME_UNKNOWN' });
  await assert.rejects(client.create(draft), { code: 'OUTCOME_UNKNOWN' });
  await assert.rejects(client.create(draft, { again: true }), { code: 'OUTCOME_UNKNOWN' });
  assert.equal(key(0), key(1));
  assert.notEqual(key(1), key(2));
  await client.create(draft);
  assert.equal(key(3), key(2));
  await client.create(draft);
  assert.notEqual(key(4), key(3), 'an order that was answered is done: the next is another');
});

test('whoever is refused after an unknown outcome goes on under its key: the order may be there', async () => {
  const soldOut = { status: 400, body: '{"problems":[{"problem":"OUT_OF_STOCK"}]}' };
  const { client, requests } = clientOver({ status: 504 }, { status: 401 }, soldOut, { body: order }, soldOut, { body: order });
  const codes = [];
  for (let click = 0; click < 6; click++) codes.push(await client.create(draft).then(() => 'placed', ({ code }) => code));
  assert.deepEqual(codes, ['OUTCOME_UNKNOWN', 'PROBLEMS', 'PROBLEMS', 'placed', 'PROBLEMS', 'placed']);
  const keys = requests.map(({ headers }) => headers['Idempotency-Key']);
  assert.equal(new Set(keys.slice(0, 4)).size, 1, 'one order, asked for until it is there');
  assert.equal(new Set(keys.slice(3)).size, 3, 'what was refused at first is free');
});

test('another draft never goes under the key of one whose outcome is unknown, nor does one that was refused', async () => {
  const refusal = { body: '{"problems":[{"problem":"OUT_OF_STOCK"}]}' };
  const { client, requests } = clientOver({ status: 504 }, refusal, { body: order });
  await assert.rejects(client.create(draft), { code: 'OUTCOME_UNKNOWN' });
  await assert.rejects(client.create({ ...draft, coupon: 'TEN' }), { code: 'PROBLEMS' });
  await client.create({ ...draft, coupon: 'TEN' });
  assert.equal(new Set(requests.map(({ headers }) => headers['Idempotency-Key'])).size, 3);
});

test('aborting a create that is under way leaves its outcome unknown', async () => {
  const { client } = clientOver((init) => new Promise((_, reject) => init.signal.addEventListener('abort', () => reject(init.signal.reason))));
  const controller = new AbortController();
  const pending = client.create(draft, { signal: controller.signal });
  controller.abort();
  await assert.rejects(pending, (error) => error.code === 'OUTCOME_UNKNOWN' && error.cause.code === 'ABORTED');
});

test('a fetch that heeds no signal is answered all the same, and an aborted call never reaches it', async () => {
  const { client, requests } = clientOver(() => new Promise(() => {}));
  await assert.rejects(client.validate(draft, { timeout: 1 }), { code: 'TIMEOUT' });
  const controller = new AbortController();
  const pending = client.create(draft, { signal: controller.signal });
  controller.abort();
  await assert.rejects(pending, { code: 'OUTCOME_UNKNOWN' });
  await assert.rejects(client.validate(draft, { signal: AbortSignal.abort() }), { code: 'ABORTED' });
  await assert.rejects(client.create({ ...draft, coupon: 'TEN' }, { signal: AbortSignal.abort() }), { code: 'ABORTED' });
  assert.equal(requests.length, 2);
});

test('a request that gets no answer times out, a timeout of 0 or for ever does not fire at once', async () => {
  const never = (init) => new Promise((_, reject) => init.signal.addEventListener('abort', () => reject(init.signal.reason)));
  await assert.rejects(clientOver(never).client.validate(draft, { timeout: 1 }), { code: 'TIMEOUT', retryable: true });
  for (const timeout of [0, Infinity]) {
    const later = () => new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(new Response(order)))));
    assert.equal((await clientOver(later).client.create(draft, { timeout })).order_state, 'WaitingForPayment');
  }
});

test('who is asked to stay away for long is told so, instead of asking again too early', async () => {
  for (const headers of [{ 'retry-after': '120' }, { 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 300) }]) {
    const { client, requests } = clientOver({ status: 429, headers });
    await assert.rejects(client.brands(), (error) => error.code === 'PROBLEMS' && error.retryable && error.problems[0].params.retryAfterSeconds > 100);
    assert.equal(requests.length, 1);
  }
});

test('create that meets problems has placed no order', async () => {
  const { client } = clientOver({ body: '{"problems":[{"problem":"OUT_OF_STOCK"}]}' });
  await assert.rejects(client.create(draft), (error) => error.code === 'PROBLEMS' && error.problems[0].code === 'OUT_OF_STOCK');
});

/** As ./bff takes them. */
const KEY = /^[0-9-]{32,128}$/;

test('a page that was not served securely, and has no randomUUID, has keys all the same', async (t) => {
  t.mock.getter(globalThis, 'crypto', () => ({ getRandomValues: (numbers) => numbers.fill(2 ** 32 - 1) }));
  const { client, requests } = clientOver({ status: 504 });
  for (let click = 0; click < 2; click++) await assert.rejects(client.create(draft), { code: 'OUTCOME_UNKNOWN' });
  const [first, second] = requests.map(({ headers }) => headers['Idempotency-Key']);
  assert.match(first, KEY);
  assert.equal(first, second);
});

test('a double click makes one order', async () => {
  const { client, requests } = clientOver({ body: order });
  const [first, second] = await Promise.all([client.create(draft), client.create(structuredClone(draft))]);
  assert.equal(first, second);
  assert.equal(requests.length, 1);
  assert.match(requests[0].headers['Idempotency-Key'], KEY);
});

/** A fetch that answers when it is told to, and says whether its signal ended it. */
function held() {
  const seen = {};
  const answer = (init) => new Promise((resolve, reject) => {
    Object.assign(seen, { signal: init.signal, answer: () => resolve(new Response(order)) });
    init.signal.addEventListener('abort', () => reject(init.signal.reason));
  });
  return { seen, answer };
}

const turn = () => new Promise((resolve) => { setTimeout(resolve); });

test('an order that is answered when everybody has left is asked for again under its key', async () => {
  const { seen, answer } = held();
  const { client, requests } = clientOver(answer, { body: order });
  const leaves = new AbortController();
  const pending = client.create(draft, { signal: leaves.signal });
  leaves.abort();
  // The request goes on for another task, or for a second in a page that is hidden.
  seen.answer();
  await assert.rejects(pending, { code: 'OUTCOME_UNKNOWN' });
  await turn();
  assert.equal(seen.signal.aborted, false);
  for (let click = 0; click < 2; click++) assert.equal((await client.create(draft)).order_state, 'WaitingForPayment');
  const [first, second, third] = requests.map(({ headers }) => headers['Idempotency-Key']);
  assert.equal(first, second);
  assert.notEqual(second, third);
});

test('a signal that is none places no order', async () => {
  const { client, requests } = clientOver(new TypeError('reset'));
  for (const signal of [new AbortController(), 'stop']) await assert.rejects(client.create(draft, { signal }), TypeError);
  assert.equal(requests.length, 0);
});

test('who joins a create leaves it alone, and the one who stays gets the order', async () => {
  const { seen, answer } = held();
  const { client, requests } = clientOver(answer);
  const joins = new AbortController();
  const [first, second, late] = [client.create(draft), client.create(draft, { signal: joins.signal }), client.create(draft, { timeout: 1 })];
  joins.abort('gone');
  await assert.rejects(second, (error) => error.code === 'OUTCOME_UNKNOWN' && error.cause.code === 'ABORTED' && error.cause.cause === 'gone');
  await assert.rejects(late, (error) => error.code === 'OUTCOME_UNKNOWN' && error.cause.code === 'TIMEOUT');
  await assert.rejects(client.create(draft, { signal: AbortSignal.abort() }), { code: 'OUTCOME_UNKNOWN' });
  await turn();
  assert.equal(seen.signal.aborted, false);
  seen.answer();
  assert.equal((await first).order_state, 'WaitingForPayment');
  assert.equal(requests.length, 1);
});

test('a component that mounts, leaves and mounts again, as in StrictMode, gets its order by one request', async () => {
  const { seen, answer } = held();
  const { client, requests } = clientOver(answer);
  const leaves = new AbortController();
  const first = client.create(draft, { signal: leaves.signal });
  leaves.abort();
  const second = client.create(draft, { signal: new AbortController().signal });
  await assert.rejects(first, { code: 'OUTCOME_UNKNOWN' });
  await turn();
  seen.answer();
  assert.equal((await second).order_state, 'WaitingForPayment');
  assert.equal(requests.length, 1);
});

test('when the last caller has left the request ends, and the next one goes under the same key', async () => {
  const { seen, answer } = held();
  const { client, requests } = clientOver(answer, { body: order });
  const [one, two] = [new AbortController(), new AbortController()];
  const pending = Promise.allSettled([client.create(draft, { signal: one.signal }), client.create(draft, { signal: two.signal })]);
  one.abort();
  two.abort();
  assert.deepEqual((await pending).map(({ reason }) => reason.code), ['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN']);
  await turn();
  assert.equal(seen.signal.aborted, true);
  await client.create(draft);
  assert.equal(requests[0].headers['Idempotency-Key'], requests[1].headers['Idempotency-Key']);
});

test('a read that cannot be asked rejects, and is never sent', async () => {
  const { client, requests } = clientOver(vias);
  await assert.rejects(client.price({ brand: 'A', faceValue: 'much', coin: 'USDC' }), { code: 'BAD_INPUT' });
  await assert.rejects(client.products({ country: 'nowhere' }), { code: 'BAD_INPUT' });
  await assert.rejects(client.order(''), { code: 'BAD_INPUT' });
  assert.equal(requests.length, 0);
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
  for (const amount of ['"0"', '0', '"0.000"', '"-1.50"']) {
    assert.equal((await clientOver({ body: `{"coin_amount":${amount},"problems":[]}` }).client.validate(draft)).quote, undefined, amount);
  }
});

test('a price of nothing, or of less, is no price', async () => {
  const ask = (amount) => clientOver({ body: `{"coin":"USDC","coin_amount":${amount}}` }).client.price({ brand: 'A', faceValue: '10', coin: 'USDC' });
  for (const amount of ['"0"', '0', '"0.000"', '"-1"', 'null']) assert.deepEqual(await ask(amount), { coin: 'USDC' }, amount);
  assert.equal((await ask('"10.20"')).coin_amount, '10.20');
});

test('a draft goes in the client\'s language, unless it has one', async () => {
  const requests = [];
  const client = createClient({ lang: 'pl', fetch: async (url, { body }) => { requests.push(JSON.parse(body).lang); return new Response(order); } });
  await client.create(draft);
  await client.create({ ...draft, lang: 'ja' });
  await client.validate({ ...draft, lang: null }).catch(() => {});
  assert.deepEqual(requests, ['pl', 'ja', 'pl']);
  await assert.rejects(client.create(null), { code: 'BAD_INPUT', path: '' });
});

test('a brand that refuses one network of a coin may take another', async () => {
  const refusal = { body: '{"problems":[{"problem":"UNSUPPORTED_PROTOCOL_COIN_COMBINATION"}]}' };
  const { client, requests } = clientOver(refusal, { body: '{"coin":"USDC","coin_amount":"1.50","problems":null}' });
  const outcome = await client.validateNetworks(draft, ['Solana', 'Base', 'Tron']);
  assert.deepEqual([outcome.ok, outcome.network, requests.length], [true, 'Base', 2]);
  assert.equal(outcome.draft.payment.network, 'Base');
  const paused = clientOver({ status: 400, body: '{"status":400,"detail":"SUSPENDED_NETWORK"}' }, { body: '{"coin_amount":"1","problems":[]}' });
  assert.equal((await paused.client.validateNetworks(draft, ['Solana', 'Base'])).network, 'Base');
  const none = clientOver(refusal);
  const refused = await none.client.validateNetworks(draft, ['Solana', 'Base']);
  assert.deepEqual([refused.ok, refused.network, none.requests.length], [false, undefined, 2]);
  const other = clientOver({ body: '{"problems":[{"problem":"OUT_OF_STOCK"}]}' });
  const unfit = await other.client.validateNetworks(draft, ['Solana', 'Base']);
  assert.deepEqual([unfit.problems[0].code, 'network' in unfit, 'draft' in unfit], ['OUT_OF_STOCK', false, false], 'no network has been found to fit');
  assert.equal(other.requests.length, 1, 'another network would not help');
  await assert.rejects(other.client.validateNetworks(draft, []), { code: 'BAD_INPUT', path: '/networks' });
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

test('what an answer had that could not be read is told, and costs nothing', async () => {
  const told = [];
  const over = (body) => createClient({ country: 'FR', fetch: async () => new Response(body), onLeftOut: (issues) => told.push(...issues.map(({ path }) => path)) });
  assert.equal((await over('[{"brand":"A","products":[{"is_dynamic":false},{}]}]').products({ brand: 'A' }))[0].products.length, 1);
  assert.equal((await over(order.replace('"51.270000"', '"51.270000","created_at":"today"')).create(draft)).coin_amount, '51.270000');
  assert.equal((await over('{"coin_amount":"1","problems":[],"deliveries":[{"id":{}}]}').validate(draft)).ok, true);
  await over('[]').paymentVias();
  assert.deepEqual(told, ['/0/products/1/is_dynamic', '/created_at', '/deliveries/0/id']);
});

test('a watch asks where the client asks, unless it is told otherwise', async () => {
  for (const [given, address] of [
    [{}, 'https://shop.example/api'],
    [{ base: undefined, country: undefined }, 'https://shop.example/api'],
    [{ base: 'https://other.example' }, 'https://other.example'],
  ]) {
    const asked = new Promise((resolve) => {
      const client = createClient({ base: 'https://shop.example/api', country: 'FR' });
      const watch = client.watch(`order-${address.length}-${Object.keys(given).length}`, {
        ...given,
        transport: 'poll',
        env: { fetch: (url, { headers }) => { resolve([url, JSON.stringify(headers)]); watch.close(); return new Promise(() => {}); } },
      });
    });
    const [url, headers] = await asked;
    assert.ok(url.startsWith(`${address}/orders/`), url);
    assert.match(headers, /FR/);
  }
});
