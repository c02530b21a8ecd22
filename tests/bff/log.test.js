// The log hook: one line per request, nothing secret in it, nothing at all without it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bffFor, get, handClock, json, post, startUpstream, textReader, within } from './support.js';

async function shop(t, more = {}) {
  const lines = [];
  let tell;
  const upstream = await startUpstream(t, (request, response) => {
    if (request.url.endsWith('/subscribe')) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: 1\n\n');
    } else {
      json(response, 200, { order_id: 'secret-order', pin_code: 'SECRET-CODE' });
    }
  });
  const clock = handClock();
  const bff = bffFor(upstream, {
    timers: clock.timers,
    log: (line) => {
      lines.push(line);
      tell?.();
    },
    ...more,
  });
  const count = (n) => within((async () => {
    while (lines.length < n) await new Promise((resolve) => { tell = resolve; });
  })(), `${n} lines`);
  return { bff, lines, clock, count };
}

test('each request writes one line, with ids hashed and no bodies', async (t) => {
  const { bff, lines, count } = await shop(t);
  await bff(get('/api/orders/secret-order'));
  await count(1);
  await bff(post('/api/orders', { email: 'shopper@secret.example' }));
  await count(2);
  await bff(get('/api/products/country/US?brand_name=SECRET'));
  await count(3);
  await bff(get('/api/secret'));
  await count(4);
  await bff(get('/api/orders/not%20an%20id'));
  await count(5);
  const [order, created, products, nothing, badId] = lines;
  assert.match(order.order, /^[A-Za-z0-9_-]{16}$/);
  assert.deepEqual(order, { method: 'GET', route: 'order', status: 200, ms: 0, order: order.order });
  assert.deepEqual(created, { method: 'POST', route: 'create', status: 200, ms: 0, order: order.order });
  assert.deepEqual(products, { method: 'GET', route: 'products', cache: 'miss', status: 200, ms: 0 });
  assert.deepEqual(nothing, { method: 'GET', route: null, error: 'NOT_FOUND', status: 404, ms: 0 });
  assert.deepEqual(badId, { method: 'GET', route: null, error: 'BAD_ORDER_ID', status: 404, ms: 0 });
  assert.doesNotMatch(JSON.stringify(lines), /secret/i);
});

test('a stream writes its line when it ends, saying how', async (t) => {
  const { bff, lines, clock, count } = await shop(t);
  const reader = textReader(await bff(get('/api/orders/abc/subscribe')));
  await reader.until('data: 1\n\n');
  assert.equal(lines.length, 0);
  clock.advance(3000);
  await reader.cancel();
  await count(1);
  assert.deepEqual(lines, [{ method: 'GET', route: 'subscribe', status: 200, ended: 'client', ms: 3000, order: lines[0].order }]);
});

test('what failed is named, and nothing it said', async (t) => {
  const leaky = (more) => Object.assign(new Error('buyer@example.com SECRET-CODE'), more);
  const line = async (request, more) => {
    const { bff, lines, count } = await shop(t, more);
    await bff(request);
    await count(1);
    assert.doesNotMatch(JSON.stringify(lines), /buyer@|SECRET/u);
    const { error, cause } = lines[0];
    return [error, cause];
  };
  const failed = (error) => ({ fetch: () => Promise.reject(error) });
  assert.deepEqual(await line(get('/api/brands'), failed(Object.assign(new TypeError('fetch failed'), { cause: leaky({ code: 'ECONNRESET' }) }))), ['UPSTREAM_UNREACHABLE', 'TypeError ECONNRESET']);
  assert.deepEqual(await line(post('/api/orders', {}), failed(Object.assign(new TypeError('fetch failed'), { cause: leaky({ code: 'ECONNREFUSED' }) }))), ['UPSTREAM_UNREACHABLE', 'TypeError ECONNREFUSED']);
  assert.deepEqual(await line(get('/api/orders/abc'), { authorize: () => { throw leaky({ name: 'DatabaseError', code: '08006', cause: { code: 'ENOTFOUND' } }); } }), ['INTERNAL', 'DatabaseError 08006 ENOTFOUND']);
  assert.deepEqual(await line(get('/api/orders/abc'), { authorize: () => { throw leaky({ name: 'of buyer@example.com', code: 'SECRET-CODE'.repeat(9) }); } }), ['INTERNAL', 'object']);
  assert.deepEqual(await line(get('/api/orders/abc'), { authorize: () => { throw 'SECRET'; } }), ['INTERNAL', 'string']);
  assert.deepEqual(await line(get('/api/orders/abc'), { fetch: async () => new Response(new ReadableStream({ pull: (controller) => controller.error(leaky({ code: 'UND_ERR_SOCKET' })) })) }), ['UPSTREAM_INCOMPLETE', 'Error UND_ERR_SOCKET']);
  assert.deepEqual(await line(get('/api/nothing')), ['NOT_FOUND', undefined]);
});

test('a logger that throws or rejects harms nobody', async (t) => {
  for (const log of [() => { throw new Error('full'); }, async () => { throw new Error('full'); }]) {
    const { bff } = await shop(t, { log });
    assert.equal((await bff(get('/api/orders/abc'))).status, 200);
  }
});

test('without a hook nothing is written', async (t) => {
  const { bff } = await shop(t, { log: undefined });
  const written = [];
  for (const name of ['log', 'info', 'warn', 'error', 'debug']) t.mock.method(console, name, (...args) => written.push(args));
  await bff(get('/api/orders/abc'));
  await bff(get('/api/nothing'));
  assert.deepEqual(written, []);
});
