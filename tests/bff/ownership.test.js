// An order can be read by the browser that placed it, and by nobody else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHandler as createBff } from '../../npm/src/bff/handler.js';
import { bffFor, get, handClock, json, post, startUpstream } from './support.js';

const KEY = 'k'.repeat(32);
const NEWER = 'n'.repeat(32);

async function shop(t, options = {}) {
  let count = 0;
  const upstream = await startUpstream(t, (request, response) => {
    if (request.method === 'POST') {
      count += 1;
      json(response, 200, { order_id: `order-${count}`, order_state: 'Created' });
    } else if (request.url.endsWith('/subscribe')) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.end();
    } else {
      json(response, 200, { order_id: 'x' });
    }
  });
  return { upstream, bff: bffFor(upstream, { sessionKeys: [KEY], ...options }) };
}

const placed = async (bff) => (await bff(post('/api/orders', {}))).headers.get('set-cookie');
const value = (cookie) => cookie.split(';')[0];
const read = async (bff, id, cookie, tail = '') => {
  const response = await bff(get(`/api/orders/${id}${tail}`, cookie ? { headers: { Cookie: cookie } } : {}));
  await response.text();
  return response.status;
};

test('placing an order gives its browser a cookie for that order alone', async (t) => {
  const { bff, upstream } = await shop(t);
  const cookie = await placed(bff);
  assert.match(cookie, /^cr_order=[0-9a-z]+\.[A-Za-z0-9_-]{43}; Path=\/api\/orders\/order-1; Max-Age=7776000; HttpOnly; Secure; SameSite=Lax$/);
  assert.equal(await read(bff, 'order-1', value(cookie)), 200);
  assert.equal(await read(bff, 'order-1', value(cookie), '/subscribe'), 200);
  assert.equal(await read(bff, 'order-1', `a=1; ${value(cookie)}; b=2`), 200);
  assert.equal(await read(bff, 'order-1', `cr_order=stale; ${value(cookie)}`), 200);
  assert.equal(upstream.seen.find(({ headers }) => headers.cookie), undefined);
});

test('anyone else gets 404, and nothing goes upstream', async (t) => {
  const { bff, upstream } = await shop(t);
  const mine = value(await placed(bff));
  const other = value(await placed(bff));
  const before = upstream.seen.length;
  const [name, issued, mac] = /^(.*)=(.*)\.(.*)$/.exec(mine).slice(1);
  for (const forged of [
    undefined, other, '', 'cr_order', 'cr_order=', `cr_order=.${mac}`, `cr_order=${issued}.`, `cr_order=${issued}.${'A'.repeat(43)}`,
    `${name}=${issued}0.${mac}`, `${name}=1.${mac}`, `x${mine}`, `${mine}x`, `${mine.slice(0, -1)}`, `cr_order="${issued}.${mac}"`,
    `cr_order=${'1.'.repeat(5000)}`, 'cr_order=%00', `CR_ORDER=${issued}.${mac}`,
  ]) {
    assert.equal(await read(bff, 'order-1', forged), 404, forged);
    assert.equal(await read(bff, 'order-1', forged, '/subscribe'), 404, forged);
  }
  assert.equal(await read(bff, 'order-2', mine), 404);
  assert.equal(await read(bff, 'ORDER-1', mine), 404);
  assert.equal(upstream.seen.length, before);
});

test('without keys a random one is made: orders are still their browser\'s own', async (t) => {
  const { upstream } = await shop(t);
  const bare = () => createBff({ partnerId: 'p', appVersion: '1', upstream: upstream.url });
  const bff = bare();
  const mine = value(await placed(bff));
  assert.equal(await read(bff, 'order-1', mine), 200);
  assert.equal(await read(bff, 'order-1'), 404);
  assert.equal(await read(bare(), 'order-1', mine), 404);
});

test('a cookie for one key is nothing under another; keys rotate', async (t) => {
  const { bff, upstream } = await shop(t);
  const mine = value(await placed(bff));
  assert.equal(await read(bffFor(upstream, { sessionKeys: [NEWER] }), 'order-1', mine), 404);
  const rotated = bffFor(upstream, { sessionKeys: [NEWER, KEY] });
  assert.equal(await read(rotated, 'order-1', mine), 200);
  const newer = value(await placed(rotated));
  assert.equal(await read(bffFor(upstream, { sessionKeys: [NEWER] }), 'order-2', newer), 200);
  assert.equal(await read(bff, 'order-2', newer), 404);
});

test('a cookie ends with its 90 days, whatever the browser says', async (t) => {
  const clock = handClock();
  const { bff } = await shop(t, { timers: { now: clock.timers.now } });
  const mine = value(await placed(bff));
  clock.advance(89 * 86_400_000);
  assert.equal(await read(bff, 'order-1', mine), 200);
  clock.advance(2 * 86_400_000);
  assert.equal(await read(bff, 'order-1', mine), 404);
});

test('Secure is left out only for plain http on this machine', async (t) => {
  const { bff } = await shop(t);
  for (const [base, secure] of [['http://127.0.0.1:8080', false], ['http://localhost:8080', false], ['https://localhost', true], ['http://shop.example', true]]) {
    const request = new Request(`${base}/api/orders`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
    const cookie = (await bff(request)).headers.get('set-cookie');
    assert.equal(cookie.includes('Secure'), secure, base);
  }
});

test('an answer that placed nothing sets no cookie', async (t) => {
  for (const [status, body] of [
    [200, { problems: [{ problem: 'X' }] }], [200, { order_id: '../x' }], [200, { order_id: 7 }], [200, null], [200, []], [400, { order_id: 'a' }],
  ]) {
    const upstream = await startUpstream(t, (_, response) => json(response, status, body));
    assert.equal(await placed(bffFor(upstream, { sessionKeys: [KEY] })), null, JSON.stringify(body));
  }
});

test('authorize replaces the cookie', async (t) => {
  const asked = [];
  const { bff } = await shop(t, {
    authorize: async (request, id) => {
      asked.push([request.headers.get('x-user'), id]);
      return id === 'order-1';
    },
  });
  assert.equal(await placed(bff), null);
  assert.equal(await read(bff, 'order-1'), 200);
  assert.equal(await read(bff, 'order-2', undefined, '/subscribe'), 404);
  assert.deepEqual(asked, [[null, 'order-1'], [null, 'order-2']]);
  const truthy = await shop(t, { authorize: () => 'yes' });
  assert.equal(await read(truthy.bff, 'order-1'), 404, 'only true is yes');
  const failing = await shop(t, { authorize: () => { throw new Error('db down'); } });
  assert.equal(await read(failing.bff, 'order-1'), 500);
});

test('the house hears of an order before its shopper is answered, and again when the answer is repeated', async (t) => {
  const owners = new Map();
  const heard = [];
  const account = (request) => request.headers.get('x-user');
  const { bff } = await shop(t, {
    authorize: (request, id) => owners.get(id) === account(request),
    onOrder: async (request, id) => {
      await new Promise(setImmediate);
      heard.push(id);
      owners.set(id, account(request));
    },
  });
  const place = () => bff(post('/api/orders', {}, { headers: { 'X-User': 'ann', 'Idempotency-Key': 'k'.repeat(36) } }));
  assert.equal((await place()).status, 200);
  assert.deepEqual(heard, ['order-1']);
  const readBy = async (user) => (await bff(get('/api/orders/order-1', { headers: { 'X-User': user } }))).status;
  assert.deepEqual([await readBy('ann'), await readBy('bob')], [200, 404]);
  assert.equal((await place()).headers.get('idempotent-replay'), 'true');
  assert.deepEqual(heard, ['order-1', 'order-1']);
});

test('what fails or hangs in the house keeps no order from its shopper', async (t) => {
  const clock = handClock();
  for (const [onOrder, cause] of [
    [() => { throw Object.assign(new Error('buyer@example.com'), { code: '23505' }); }, 'Error 23505'],
    [async () => { throw new TypeError('buyer@example.com'); }, 'TypeError'],
    [() => new Promise(() => {}), 'TimeoutError'],
  ]) {
    const lines = [];
    let isCalled = false;
    const { bff } = await shop(t, { timers: clock.timers, log: (line) => lines.push(line), onOrder: (...args) => {
      isCalled = true;
      return onOrder(...args);
    } });
    const answering = bff(post('/api/orders', {}));
    while (!isCalled) await new Promise(setImmediate);
    await new Promise(setImmediate);
    clock.advance(5_000);
    const response = await answering;
    assert.equal(response.status, 200);
    assert.ok(response.headers.get('set-cookie'));
    while (lines.length === 0) await new Promise(setImmediate);
    assert.deepEqual([lines[0].error, lines[0].cause, lines[0].status], ['ON_ORDER', cause, 200]);
    assert.equal(clock.pending, 0);
  }
});

test('of what was not placed, or cannot be told, the house hears nothing', async (t) => {
  const heard = [];
  for (const [status, body] of [[200, { problems: [{ problem: 'X' }] }], [200, {}], [200, { order_id: 7 }], [400, { order_id: 'a' }], [500, { order_id: 'a' }]]) {
    const upstream = await startUpstream(t, (_, response) => json(response, status, body));
    await bffFor(upstream, { onOrder: (_, id) => heard.push(id) })(post('/api/orders', {}));
  }
  assert.deepEqual(heard, []);
});
