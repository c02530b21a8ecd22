// What becomes of the API's answers: statuses passed on, failures named, unknown outcomes marked.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { bffFor, get, handClock, json, post, startMuteUpstream, startUpstream, closes, within } from './support.js';

const problem = async (response) => ({ status: response.status, ...(await response.json()) });

test('an error with JSON passes on with its status and body', async (t) => {
  for (const status of [400, 401, 403, 404, 409, 422, 429, 500, 503]) {
    const body = { problems: [{ problem: 'OUT_OF_STOCK' }] };
    const upstream = await startUpstream(t, (_, response) => json(response, status, body));
    const response = await bffFor(upstream)(get('/api/orders/abc'));
    assert.equal(response.status, status);
    assert.deepEqual(await response.json(), body);
  }
});

test('an error page keeps its status and becomes JSON; as a success it is a 502', async (t) => {
  for (const [status, text, wanted, code] of [
    [503, '<html>down</html>', 503, 'UPSTREAM_STATUS'], [404, '', 404, 'UPSTREAM_STATUS'],
    [200, '<html>hello</html>', 502, 'UPSTREAM_NOT_JSON'], [200, '{"a":', 502, 'UPSTREAM_NOT_JSON'], [204, '', 502, 'UPSTREAM_NOT_JSON'],
  ]) {
    const upstream = await startUpstream(t, (_, response) => {
      response.writeHead(status, { 'Content-Type': 'text/html' });
      response.end(text);
    });
    const answer = await problem(await bffFor(upstream)(get('/api/brands')));
    assert.equal(answer.status, wanted);
    assert.equal(answer.error, code);
    assert.doesNotMatch(answer.message, /html|hello/);
  }
});

test('redirects are not followed', async (t) => {
  const upstream = await startUpstream(t, (_, response) => {
    response.writeHead(302, { Location: '/elsewhere' });
    response.end();
  });
  for (const path of ['/api/brands', '/api/orders/abc/subscribe']) {
    const answer = await problem(await bffFor(upstream)(get(path)));
    assert.deepEqual([answer.status, answer.error], [502, 'UPSTREAM_REDIRECT']);
  }
  assert.equal(upstream.seen.length, 2);
});

test('what an API says about waiting is passed on', async (t) => {
  const headers = { 'Retry-After': '7', 'X-RateLimit-Limit': '60', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1800000000' };
  const upstream = await startUpstream(t, (_, response) => json(response, 429, 'slow down', headers));
  for (const path of ['/api/orders/abc', '/api/orders/abc/subscribe']) {
    const response = await bffFor(upstream)(get(path));
    assert.equal(response.status, 429);
    for (const [name, value] of Object.entries(headers)) assert.equal(response.headers.get(name), value, path);
  }
});

test('an unreachable API is a 502, on reads, writes and streams', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const url = `http://127.0.0.1:${taken.address().port}`;
  taken.close();
  await once(taken, 'close');
  for (const request of [get('/api/brands'), post('/api/orders/validations', {}), get('/api/orders/abc/subscribe')]) {
    const answer = await problem(await bffFor(url)(request));
    assert.deepEqual([answer.status, answer.error, answer.outcome], [502, 'UPSTREAM_UNREACHABLE', undefined]);
  }
  const create = await bffFor(url)(post('/api/orders', {}));
  assert.equal(create.headers.get('x-order-outcome'), null, 'what was never sent has placed no order');
  assert.match((await create.json()).message, /No order was placed/);
});

test('an API that does not answer in time is a 504, and its connection is closed', async (t) => {
  for (const [request, ms] of [[get('/api/brands'), 10_000], [get('/api/orders/abc/subscribe'), 10_000], [post('/api/orders/validations', {}), 30_000]]) {
    const { upstream, wasAsked, wasClosed } = await startMuteUpstream(t);
    const clock = handClock();
    const answering = bffFor(upstream, { timers: clock.timers })(request);
    await within(wasAsked, 'request');
    clock.advance(ms);
    const answer = await problem(await within(answering, 'answer'));
    assert.deepEqual([answer.status, answer.error], [504, 'UPSTREAM_TIMEOUT']);
    await closes(wasClosed);
    assert.equal(clock.pending, 0);
  }
});

test('an answer that breaks off is a 502, one that never ends a 504', async (t) => {
  const upstream = await startUpstream(t, (request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
    response.write('{"a":');
    if (request.url === '/v2/brands') setImmediate(() => response.destroy());
  });
  const broken = await problem(await bffFor(upstream)(get('/api/brands')));
  assert.deepEqual([broken.status, broken.error], [502, 'UPSTREAM_INCOMPLETE']);
  const endless = await problem(await bffFor(upstream, { timeouts: { answer: 20 } })(get('/api/homepage')));
  assert.deepEqual([endless.status, endless.error], [504, 'UPSTREAM_TIMEOUT']);
});

test('an answer above 8 MiB is refused without being held', async (t) => {
  const upstream = await startUpstream(t, (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const block = Buffer.alloc(1024 * 1024, 0x20);
    const write = () => {
      while (!response.destroyed && response.write(block));
      if (!response.destroyed) response.once('drain', write);
    };
    write();
  });
  const answer = await problem(await within(bffFor(upstream)(get('/api/brands')), 'answer'));
  assert.deepEqual([answer.status, answer.error], [502, 'UPSTREAM_TOO_LARGE']);
});

test('whether an order was placed is said to be unknown when it is', async (t) => {
  const drop = await startUpstream(t, (_, response) => response.destroy());
  const dropped = await bffFor(drop)(post('/api/orders', {}));
  assert.equal(dropped.headers.get('x-order-outcome'), 'unknown');
  const body = await problem(dropped);
  assert.deepEqual([body.status, body.outcome], [502, 'unknown']);
  assert.match(body.message, /not known/);
  assert.equal(drop.seen.length, 1, 'a write is never repeated');

  const failing = await startUpstream(t, (_, response) => json(response, 500, { message: 'x' }));
  assert.equal((await bffFor(failing)(post('/api/orders', {}))).headers.get('x-order-outcome'), 'unknown');
  const refusing = await startUpstream(t, (_, response) => json(response, 400, { message: 'x' }));
  assert.equal((await bffFor(refusing)(post('/api/orders', {}))).headers.get('x-order-outcome'), null);
  assert.equal((await bffFor(drop)(post('/api/orders/validations', {}))).headers.get('x-order-outcome'), null);
});

test('only a failure of connecting proves that nothing was sent', async () => {
  const connecting = { syscall: 'connect' };
  for (const [cause, outcome] of [
    [{ code: 'ECONNREFUSED' }, null], [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, null], [{ code: 'EAI_AGAIN' }, null], [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, null],
    [{ code: 'EHOSTUNREACH', ...connecting }, null], [{ code: 'ENETUNREACH', ...connecting }, null], [{ code: 'ETIMEDOUT', ...connecting }, null], [{ code: 'ENETUNREACH', syscall: 'getaddrinfo' }, null],
    [{ code: 'EHOSTUNREACH', syscall: 'read' }, 'unknown'], [{ code: 'ENETUNREACH', syscall: 'write' }, 'unknown'], [{ code: 'EHOSTUNREACH' }, 'unknown'], [{ code: 'ETIMEDOUT', syscall: 'read' }, 'unknown'],
    [{ code: 'ECONNRESET' }, 'unknown'], [{ code: 'EPIPE', ...connecting }, 'unknown'], [{ code: 'UND_ERR_SOCKET' }, 'unknown'], [undefined, 'unknown'], [null, 'unknown'],
    [{ code: 'ECONNREFUSED', errors: [{ code: 'ECONNREFUSED', ...connecting }, { code: 'ENETUNREACH', ...connecting }] }, null],
    [{ code: 'ECONNREFUSED', errors: [{ code: 'ECONNREFUSED', ...connecting }, { code: 'ECONNRESET', syscall: 'read' }] }, 'unknown'],
  ]) {
    const fetch = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause }));
    const response = await bffFor('https://api.example', { fetch })(post('/api/orders', {}));
    assert.equal(response.headers.get('x-order-outcome'), outcome, JSON.stringify(cause));
    assert.deepEqual([response.status, (await response.json()).error], [502, 'UPSTREAM_UNREACHABLE']);
  }
});

test('a status that is none is a 502, whatever was asked', async (t) => {
  for (const status of [600, 799, 999, 101]) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(`HTTP/1.1 ${status} X\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi`));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const bff = bffFor(`http://127.0.0.1:${server.address().port}`, { checkout: false });
    for (const request of [get('/api/brands'), get('/api/orders/abc'), get('/api/orders/abc/subscribe'), post('/api/orders/validations', {}), post('/api/orders', {})]) {
      const isOrder = request.method === 'POST' && request.url.endsWith('/orders');
      const response = await within(bff(request), `${status} ${request.url}`);
      const { error, outcome } = await response.json();
      // Some of them fetch refuses by itself.
      assert.deepEqual([response.status, ['UPSTREAM_STATUS', 'UPSTREAM_UNREACHABLE'].includes(error), outcome], [502, true, isOrder ? 'unknown' : undefined], `${status} ${request.url}`);
      assert.equal(response.headers.get('x-order-outcome'), isOrder ? 'unknown' : null);
    }
  }
});

test('the handler never throws, whatever fetch gives it', async () => {
  const answer = (status, body = '{"order_id":"a"}', more = {}) => ({ status, ok: status >= 200 && status < 300, headers: new Headers({ 'Content-Type': 'application/json' }), body: new Blob([body]).stream(), ...more });
  for (const given of [
    answer(0, '', { type: 'opaqueredirect' }), answer(0), answer(99), answer(199), answer(600), answer(NaN), answer(204), answer(205), answer(304), answer(undefined), answer(204, '', { ok: undefined }), answer(205, '', { ok: false }),
    answer(200, '{}', { headers: undefined }), answer(200, '', { body: null }), answer(200, '', { body: 7 }), undefined, null, {},
  ]) {
    for (const request of [get('/api/brands'), get('/api/orders/abc'), get('/api/orders/abc/subscribe'), post('/api/orders', {})]) {
      const what = `${JSON.stringify(given)} ${request.url}`;
      const response = await bffFor('https://api.example', { fetch: async () => given })(request);
      assert.ok(response.status >= 500, what);
      assert.ok((await response.json()).error, what);
      assert.equal(response.headers.get('x-order-outcome'), request.method === 'POST' ? 'unknown' : null, what);
    }
  }
});

test('a shopper who leaves ends a read at the API, but not an order being placed', async (t) => {
  let asked;
  let closed;
  let finish;
  const upstream = await startUpstream(t, (request, response) => {
    response.on('close', () => closed(response.writableFinished));
    finish = () => json(response, 200, { order_id: 'x' });
    asked();
  });
  const leave = async (make) => {
    const wasAsked = new Promise((resolve) => { asked = resolve; });
    const wasClosed = new Promise((resolve) => { closed = resolve; });
    const controller = new AbortController();
    const answering = bffFor(upstream)(make(controller.signal));
    await within(wasAsked, 'request');
    controller.abort();
    return { answering, wasClosed };
  };
  const read = await leave((signal) => get('/api/orders/abc', { signal }));
  assert.equal(await closes(read.wasClosed), false);
  assert.equal((await read.answering).status, 499);

  const write = await leave((signal) => post('/api/orders', {}, { signal }));
  finish();
  assert.equal(await within(write.wasClosed, 'finished'), true);
  assert.equal((await write.answering).status, 200);
});

test('a body that trickles in is given up', async (t) => {
  const upstream = await startUpstream(t, (_, response) => json(response, 200, {}));
  const clock = handClock();
  const slow = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) });
  const answering = bffFor(upstream, { timers: clock.timers })(post('/api/orders', '', { body: slow, duplex: 'half' }));
  await new Promise(setImmediate);
  clock.advance(10_000);
  const answer = await problem(await within(answering, 'answer'));
  assert.deepEqual([answer.status, answer.error], [408, 'BODY_TOO_SLOW']);
  assert.deepEqual(upstream.seen, []);
});
