// Placing an order twice under one key places it once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore, redisStore } from '../../npm/src/bff/idempotency.js';
import { bffFor, handClock, json, post, startUpstream, within } from './support.js';

const KEY = 'a1b2c3d4-e5f6-7890-abcd-ef0123456789';
const create = (body = { a: 1 }, key = KEY) => post('/api/orders', body, { headers: key ? { 'Idempotency-Key': key } : {} });
const problem = async (response) => ({ status: response.status, ...(await response.json()) });

async function shop(t, answer, options = {}) {
  let count = 0;
  const upstream = await startUpstream(t, (request, response) => {
    count += 1;
    answer(request, response, count);
  });
  return { upstream, bff: bffFor(upstream, options) };
}
const places = (_, response, count) => json(response, 201, { order_id: `order-${count}` });

test('a repeat gets the first answer', async (t) => {
  const { bff, upstream } = await shop(t, places, { sessionKeys: ['k'.repeat(32)] });
  const first = await bff(create());
  const second = await bff(create());
  assert.equal(first.headers.get('idempotent-replay'), null);
  assert.equal(second.headers.get('idempotent-replay'), 'true');
  assert.equal(second.status, 201);
  assert.ok(second.headers.get('set-cookie'), 'the repeat may follow the order too');
  assert.deepEqual(await second.json(), await first.json());
  assert.equal(upstream.seen.length, 1);
  assert.equal(upstream.seen[0].headers['idempotency-key'], undefined);
});

test('without a key, and under another, orders are separate', async (t) => {
  const { bff, upstream } = await shop(t, places);
  await bff(create({}, null));
  await bff(create({}, null));
  await bff(create());
  await bff(create({ a: 1 }, `${KEY}2`));
  assert.equal(upstream.seen.length, 4);
});

test('a repeat while the first runs is a 409', async (t) => {
  let release;
  const { bff, upstream } = await shop(t, (_, response) => { release = () => json(response, 200, { order_id: 'x' }); });
  const first = bff(create());
  const wait = async () => {
    while (!release) await new Promise(setImmediate);
  };
  await within(wait(), 'request');
  const repeat = await bff(create());
  assert.equal(repeat.headers.get('retry-after'), '1');
  const { status, error } = await problem(repeat);
  assert.deepEqual([status, error], [409, 'ORDER_IN_PROGRESS']);
  release();
  assert.equal((await first).status, 200);
  assert.equal((await bff(create())).status, 200);
  assert.equal(upstream.seen.length, 1);
});

test('after an unknown outcome nothing is sent again', async (t) => {
  for (const fail of [
    (_, response) => response.destroy(),
    (_, response) => json(response, 500, { message: 'x' }),
    (_, response) => json(response, 429, { message: 'x' }),
    (_, response) => { response.writeHead(200); response.end('<html>'); },
  ]) {
    const { bff, upstream } = await shop(t, fail);
    const first = await bff(create());
    assert.ok(first.status >= 429);
    assert.equal(first.headers.get('x-order-outcome'), 'unknown');
    const repeat = await bff(create());
    assert.equal(repeat.headers.get('x-order-outcome'), 'unknown');
    const { status, error, outcome } = await problem(repeat);
    assert.deepEqual([status, error, outcome], [409, 'ORDER_OUTCOME_UNKNOWN', 'unknown']);
    assert.equal(upstream.seen.length, 1);
  }
});

test('an order the API refused may be tried again under its key', async (t) => {
  const { bff, upstream } = await shop(t, (_, response, count) => {
    if (count === 1) json(response, 200, { problems: [{ problem: 'OUT_OF_STOCK' }] });
    else if (count === 2) json(response, 400, {});
    else places(_, response, count);
  });
  assert.equal((await bff(create())).status, 200);
  assert.equal((await bff(create())).status, 400);
  assert.equal((await (await bff(create())).json()).order_id, 'order-3');
  assert.equal(upstream.seen.length, 3);
});

test('what never reached the API may be tried again', async (t) => {
  let down = true;
  const refuse = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }));
  const { bff } = await shop(t, places, { fetch: (url, init) => (down ? refuse() : fetch(url, init)) });
  assert.equal((await bff(create())).status, 502);
  down = false;
  assert.equal((await bff(create())).status, 201);
});

test('a key is for one order', async (t) => {
  const { bff } = await shop(t, places);
  await bff(create({ a: 1 }));
  const { status, error } = await problem(await bff(create({ a: 2 })));
  assert.deepEqual([status, error], [422, 'IDEMPOTENCY_KEY_REUSED']);
});

test('a malformed key is refused before anything is sent', async (t) => {
  const { bff, upstream } = await shop(t, places);
  for (const key of ['short', 'x'.repeat(129), 'spaces are not keys at all', 'quote"quote"quote"']) {
    assert.equal((await problem(await bff(create({}, key)))).error, 'BAD_IDEMPOTENCY_KEY');
  }
  assert.equal(upstream.seen.length, 0);
});

test('an attempt whose process died counts as unknown, not as running for ever', async (t) => {
  const clock = handClock();
  const store = memoryStore(clock.timers);
  const { bff, upstream } = await shop(t, (_, response) => response.socket.pause(), { timers: clock.timers, store });
  const dead = bffFor(upstream, { timers: clock.timers, store, fetch: () => new Promise(() => {}), timeouts: { write: 0 } });
  dead(create());
  await new Promise(setImmediate);
  const wait = async () => {
    while ((await problem(await bff(create()))).error !== 'ORDER_IN_PROGRESS') await new Promise(setImmediate);
  };
  await within(wait(), 'running');
  clock.advance(66_000);
  assert.equal((await problem(await bff(create()))).error, 'ORDER_OUTCOME_UNKNOWN');
});

test('keys are forgotten after a day, and the memory is bounded', async () => {
  const clock = handClock();
  const store = memoryStore(clock.timers);
  assert.equal(await store.claim('a', '1', 1000), undefined);
  assert.equal(await store.claim('a', '2', 1000), '1');
  clock.advance(1001);
  assert.equal(await store.claim('a', '3', 1000), undefined);
  for (let i = 0; i < 10_001; i += 1) await store.claim(`k${i}`, 'x', 1_000_000);
  assert.equal(await store.claim('k0', 'y', 1000), undefined, 'the oldest went');
  assert.equal(await store.claim('k10000', 'y', 1000), 'x');
});

test('two BFFs with one store act as one', async (t) => {
  const store = memoryStore({ now: () => Date.now() });
  const { bff, upstream } = await shop(t, places, { store });
  const other = bffFor(upstream, { store });
  const answers = await Promise.all([bff(create()), other(create()), bff(create()), other(create())]);
  assert.equal(upstream.seen.length, 1);
  for (const { status } of answers) assert.ok(status === 201 || status === 409);
  assert.equal((await other(create())).status, 201);
});

test('the Redis store claims in one command', async () => {
  const said = [];
  const store = redisStore(async (args) => {
    said.push(args);
    return args[0] === 'SET' && args.includes('GET') && said.length > 1 ? 'earlier' : null;
  });
  assert.equal(await store.claim('k', 'r', 5), undefined);
  assert.equal(await store.claim('k', 'r', 5), 'earlier');
  await store.put('k', 'r2', 5);
  await store.release('k');
  assert.deepEqual(said, [
    ['SET', 'k', 'r', 'NX', 'GET', 'PX', '5'], ['SET', 'k', 'r', 'NX', 'GET', 'PX', '5'], ['SET', 'k', 'r2', 'PX', '5'], ['DEL', 'k'],
  ]);
});
