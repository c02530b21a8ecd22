// Placing an order twice under one key places it once.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
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

const ANSWERS = [
  // A success that says neither what was placed nor why nothing was may have placed an order.
  ...[
    {}, [], null, 7, 'fine', { message: 'thank you' }, { problems: [] }, { problems: {} }, { problems: 'X_Y' }, { detail: 'please wait' }, { detail: { toString: 1 } }, { detail: '' }, { status: '422' },
    { order_id: 12345 }, { order_id: '7c1b:weird/id' }, { order_id: {} }, { order_id: true }, { id: 7 }, { orderId: [1] }, { data: { order_id: 'x' } }, { data: [{ orderID: 5 }] }, { order_id: 'x'.repeat(65) },
    { order_id: 12345, problems: [{ problem: 'X' }] }, { data: { order_id: 'x' }, problems: [{ problem: 'X' }] }, { order_id: '/', detail: 'SUSPENDED_COIN' },
  ].map((body) => [200, body, 'unknown']),
  [201, {}, 'unknown'],
  ...[
    { problems: [{ problem: 'OUT_OF_STOCK' }] }, { problems: [{ problem: 'X', moreDetails: { id: 7 } }], order_id: null }, { problems: ['X'], order_id: '' },
    { status: 422, detail: 'SUSPENDED_COIN' }, { status: '422', detail: 'LOGIN_REQUIRED' },
  ].map((body) => [200, body, 'refused']),
  [400, {}, 'refused'], [422, { status: 422, detail: 'LOGIN_REQUIRED' }, 'refused'], [404, [], 'refused'],
  // A refusal that names an order, and statuses that may come after one was placed.
  [400, { order_id: 'order-1' }, 'unknown'], [400, { data: { order_id: 7 } }, 'unknown'],
  ...[408, 409, 425, 429, 499, 500, 503].map((status) => [status, { problems: [{ problem: 'X' }] }, 'unknown']),
  [200, { order_id: 'order-1' }, 'placed'], [201, { id: 'order-1' }, 'placed'], [200, { order_id: 'order-1', problems: [{ problem: 'X' }] }, 'placed'],
];
const AGAIN = { unknown: [1, 409], refused: [2], placed: [1] };

test('a key is free again after a refusal and nothing else', async (t) => {
  for (const [status, body, outcome] of ANSWERS) {
    const what = `${status} ${JSON.stringify(body)}`;
    const { bff, upstream } = await shop(t, (_, response) => json(response, status, JSON.stringify(body)));
    const first = await bff(create());
    assert.equal(first.status, status, what);
    assert.equal(first.headers.get('x-order-outcome'), outcome === 'unknown' ? 'unknown' : null, what);
    assert.deepEqual(await first.json(), body, what);
    const repeat = await bff(create());
    const [sent, repeated = status] = AGAIN[outcome];
    assert.deepEqual([upstream.seen.length, repeat.status], [sent, repeated], what);
    const keyless = await bff(create({}, null));
    assert.equal(keyless.headers.get('x-order-outcome'), outcome === 'unknown' ? 'unknown' : null, `${what}, without a key`);
  }
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
  for (const key of ['short', 'x'.repeat(31), 'x'.repeat(129), 'spaces are not keys at all', 'quote"quote"quote"']) {
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

/** A store of which one function fails, or never answers until it is let go. */
function failing(name, how) {
  const store = memoryStore({ now: () => 0 });
  const held = [];
  const said = [];
  const work = { ...store };
  for (const own of ['claim', 'put', 'release']) {
    work[own] = (...args) => {
      said.push(own);
      if (own !== name) return store[own](...args);
      if (how === 'throws') throw Object.assign(new Error('READONLY buyer@example.com'), { name: 'ReplyError', code: 'READONLY' });
      if (how === 'rejects') return Promise.reject(Object.assign(new Error('READONLY buyer@example.com'), { name: 'ReplyError', code: 'READONLY' }));
      return new Promise((resolve) => { held.push(() => resolve(store[own](...args))); });
    };
  }
  return { work, held, said };
}
const CAUSES = { throws: 'ReplyError READONLY', rejects: 'ReplyError READONLY', hangs: 'TimeoutError' };

/** One order over such a store; a store that hangs is given up after two seconds, and not before. */
async function placeOver(t, name, how, answer, options = {}) {
  const clock = handClock();
  const { work, held, said } = failing(name, how);
  const lines = [];
  const { bff, upstream } = await shop(t, answer, { timers: clock.timers, store: work, sessionKeys: ['k'.repeat(32)], log: (line) => lines.push(line), ...options });
  let answered = false;
  const answering = bff(create()).finally(() => { answered = true; });
  if (how === 'hangs') {
    await until(() => held.length > 0);
    clock.advance(1_999);
    for (let i = 0; i < 5; i += 1) await new Promise(setImmediate);
    assert.equal(answered, false, `${name} ${how}`);
    clock.advance(1);
  }
  const response = await within(answering, `${name} ${how}`);
  await until(() => lines.length > 0);
  return { response, lines, upstream, clock, held, said, bff };
}
const until = (condition) => within((async () => {
  while (!condition()) await new Promise(setImmediate);
})(), 'condition');

test('an order that was placed is told, also where the store fails or hangs then', async (t) => {
  for (const how of ['throws', 'rejects', 'hangs']) {
    const { response, lines, clock, upstream } = await placeOver(t, 'put', how, places);
    assert.equal(response.status, 201, how);
    assert.match(response.headers.get('set-cookie'), /^cr_order=/u);
    assert.equal((await response.json()).order_id, 'order-1');
    const [{ error, cause, status }] = lines;
    assert.deepEqual({ error, cause, status }, { error: 'STORE', cause: CAUSES[how], status: 201 });
    assert.equal(clock.pending, 0);
    assert.equal(upstream.seen.length, 1);
  }
});

test('a refusal arrives although its key could not be freed', async (t) => {
  for (const how of ['throws', 'rejects', 'hangs']) {
    const { response, lines } = await placeOver(t, 'release', how, (_, answer) => json(answer, 400, { problems: [{ problem: 'X' }] }));
    assert.deepEqual([response.status, await response.json()], [400, { problems: [{ problem: 'X' }] }], how);
    assert.deepEqual([lines[0].error, lines[0].cause], ['STORE', CAUSES[how]]);
  }
});

test('what went wrong at the API is not hidden by the store', async (t) => {
  for (const how of ['throws', 'rejects', 'hangs']) {
    const { response, lines } = await placeOver(t, 'put', how, (_, answer) => answer.destroy());
    const { status, error, outcome } = await problem(response);
    assert.deepEqual([status, error, outcome], [502, 'UPSTREAM_UNREACHABLE', 'unknown'], how);
    assert.equal(response.headers.get('x-order-outcome'), 'unknown');
    assert.equal(lines[0].error, 'UPSTREAM_UNREACHABLE');
    assert.doesNotMatch(lines[0].cause, /READONLY|Timeout/u);
  }
});

test('nothing is placed while the store cannot say whether the key is taken', async (t) => {
  for (const how of ['throws', 'rejects', 'hangs']) {
    const { response, lines, upstream, clock } = await placeOver(t, 'claim', how, places);
    const { status, error, message } = await problem(response);
    assert.deepEqual([status, error], [503, 'STORE_UNAVAILABLE'], how);
    assert.match(message, /No order was placed\./u);
    assert.equal(response.headers.get('retry-after'), '5');
    assert.equal(response.headers.get('x-order-outcome'), null);
    assert.deepEqual([lines[0].error, lines[0].cause], ['STORE_UNAVAILABLE', CAUSES[how]]);
    assert.equal(upstream.seen.length, 0);
    assert.equal(clock.pending, 0);
    assert.doesNotMatch(JSON.stringify(lines), /buyer@/u);
  }
});

test('a claim that comes too late is given back, unless it is another attempt\'s', async (t) => {
  const mine = await placeOver(t, 'claim', 'hangs', places);
  mine.held[0]();
  await until(() => mine.said.includes('release'));

  const taken = await placeOver(t, 'claim', 'hangs', places);
  const second = taken.bff(create());
  await until(() => taken.held.length === 2);
  taken.held[1]();
  assert.equal((await within(second, 'the repeat')).status, 201);
  taken.held[0]();
  for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
  assert.ok(!taken.said.includes('release'));
});

test('a claim whose reply was lost and that was asked again is still ours', async (t) => {
  const inner = memoryStore({ now: () => 0 });
  const store = { ...inner, claim: async (...args) => {
    await inner.claim(...args);
    return inner.claim(...args);
  } };
  const { bff, upstream } = await shop(t, places, { store });
  assert.equal((await bff(create())).status, 201);
  assert.equal((await bff(create())).headers.get('idempotent-replay'), 'true');
  assert.equal(upstream.seen.length, 1);
});

test('a record that cannot be read counts as an unknown outcome', async (t) => {
  const { bff, upstream } = await shop(t, places, { store: { ...memoryStore({ now: () => 0 }), claim: async () => 'not ours' } });
  assert.equal((await problem(await bff(create()))).error, 'ORDER_OUTCOME_UNKNOWN');
  assert.equal(upstream.seen.length, 0);
});

test('the store never sees what was ordered, for whom, nor the key', async (t) => {
  const kept = [];
  const store = memoryStore({ now: () => 0 });
  const seen = Object.fromEntries(Object.entries(store).map(([name, own]) => [name, (...args) => { kept.push(args); return own(...args); }]));
  const order = { order_id: 'order-1', email: 'buyer@example.com', brand_name: 'Acme' };
  const { bff, upstream } = await shop(t, (_, response) => json(response, 201, order), { store: seen });
  const body = { user: { email: 'buyer@example.com' } };
  await bff(create(body));
  assert.deepEqual(await (await bff(create(body))).json(), order);
  assert.equal(upstream.seen.length, 1);

  const text = JSON.stringify(kept);
  for (const secret of ['buyer', 'order-1', 'Acme', KEY]) assert.ok(!text.includes(secret), secret);
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('base64url');
  assert.ok(!text.includes(hash), 'a hash that could be found by trying addresses');

  await bff(create(body, `${KEY}2`));
  const [[, first], [, second]] = kept.filter(([, record]) => record?.includes('"answer"')).map(([name, record]) => [name, JSON.parse(record)]);
  assert.notEqual(first.answer, second.answer, 'sealed with another key');
});

test('a record whose answer was tampered with counts as an unknown outcome', async (t) => {
  const store = memoryStore({ now: () => 0 });
  const put = (name, record, ttl) => store.put(name, record.replace(/"answer":"(.{20})(.)/, (_, start, char) => `"answer":"${start}${char === 'A' ? 'B' : 'A'}`), ttl);
  const { bff, upstream } = await shop(t, places, { store: { ...store, put } });
  assert.equal((await bff(create())).status, 201);
  assert.equal((await problem(await bff(create()))).error, 'ORDER_OUTCOME_UNKNOWN');
  assert.equal(upstream.seen.length, 1);
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
