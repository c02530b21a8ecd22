// What must hold wherever the handler is mounted, tried over real sockets: what arrives on the wire, and what leaving does.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { bestOfThree, CLOSED_MS, closes, elapsed, FIRST_BYTE_MS, json, startUpstream, within } from './support.js';

/** Milliseconds, for hosts that can be started with timeouts of the test's own. */
export const IMPATIENT = { heartbeat: 100, stall: 1000, connect: 500 };

/** Orders whose stream is answered with something else. */
const ANSWERS = {
  is404: (response) => json(response, 404, { message: 'order not found' }),
  is503: (response) => json(response, 503, '<h1>down</h1>'),
  is429: (response) => json(response, 429, { message: 'slow down' }, { 'Retry-After': '7' }),
  isHtml: (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome</h1>'),
  isRedirect: (response) => response.writeHead(302, { Location: 'https://evil.example/' }).end(),
};

const ORDER_BODY = JSON.stringify({
  deliveries: [{ brand_name: 'Airbnb', country_code: 'US', denomination: '100 USD', beneficiary_account: 'buyer@example.com' }],
  payment: { type: 'via', coin: 'USDC', network: 'Solana', payment_via: 'USER_WALLET' },
  user: { email: 'buyer@example.com' },
});

/**
 * @param {string} host its name
 * @param {(t: import('node:test').TestContext, upstream: string) => Promise<number>} startHost gives back the port
 * @param {object} [how]
 * @param {boolean} [how.owned] an order is followed by whoever placed it, with the cookie
 * @param {(request: http.ClientRequest) => void} [how.leave] how the shopper goes
 * @param {(t: import('node:test').TestContext, upstream: string) => Promise<{ port: number, base: string }>} [how.impatient]
 *   starts the same with the timeouts of IMPATIENT and without owners
 */
export function hostMatrix(host, startHost, { owned = false, leave = (request) => request.destroy(), impatient } = {}) {
  async function start(t) {
    let tell;
    let placed = '';
    const upstream = await startUpstream(t, (request, response) => {
      if (request.method === 'POST') {
        json(response, 200, { order_id: placed });
      } else if (!request.url.endsWith('/subscribe')) {
        json(response, 200, { url: request.url });
      } else if (ANSWERS[request.url.split('/')[3]]) {
        ANSWERS[request.url.split('/')[3]](response);
      } else {
        if (!request.url.includes('/slow/')) {
          response.writeHead(200, { 'Content-Type': 'text/event-stream' });
          response.flushHeaders();
        }
        tell?.(response);
      }
    });
    const port = await startHost(t, upstream.url);
    return {
      upstream,
      port,
      /** The headers that open an order, which is placed first where that takes a cookie. */
      async mine(order) {
        if (!owned) return {};
        placed = order;
        const response = await fetch(`http://127.0.0.1:${port}/api/orders`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: ORDER_BODY });
        assert.equal(response.status, 200, await response.text());
        const [cookie] = response.headers.getSetCookie();
        assert.match(cookie, /; HttpOnly; .*SameSite=Lax/u);
        upstream.seen.length = 0;
        return { Cookie: cookie.split(';')[0] };
      },
      stream: () => within(new Promise((resolve) => { tell = resolve; }), 'upstream stream', 20_000),
    };
  }

  test(`${host}: a stream's first bytes come at once, uncompressed, with its own headers`, async (t) => {
    const { port, stream, mine } = await start(t);
    const headers = await mine('abc');
    const opening = stream();
    const { request, response, until } = await subscribe(port, 'abc', headers);
    await until('event: config');
    const source = await opening;
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8');
    assert.equal(response.headers['cache-control'], 'no-store, no-transform');
    assert.equal(response.headers['x-accel-buffering'], 'no');
    for (const name of ['content-encoding', 'content-length', 'access-control-allow-origin', 'set-cookie']) assert.equal(response.headers[name], undefined);
    source.write('data: 1\n\n');
    await until('data: 1\n\n');
    request.destroy();
  });

  test(`${host}: the first byte comes at once from an upstream that says nothing`, async (t) => {
    const { port, stream, mine } = await start(t);
    await bestOfThree(t, 'first byte', FIRST_BYTE_MS, async (round) => {
      const headers = await mine(`abc-${round}`);
      const opening = stream();
      const subscribing = subscribe(port, `abc-${round}`, headers);
      await opening;
      const first = elapsed(subscribing.then(({ until }) => until(':')), 'first byte');
      const { request } = await subscribing;
      try {
        return await first;
      } finally {
        request.destroy();
      }
    });
  });

  test(`${host}: a shopper who leaves closes the upstream, silent or busy`, async (t) => {
    const { port, stream, mine } = await start(t);
    for (const busy of [false, true]) {
      await bestOfThree(t, 'upstream closed', CLOSED_MS, async (round) => {
        const order = `abc-${busy}-${round}`;
        const headers = await mine(order);
        const opening = stream();
        const { request, until } = await subscribe(port, order, headers);
        await until('event: config');
        const source = await opening;
        const beat = busy ? setInterval(() => source.write('data: 1\n\n'), 5) : undefined;
        if (busy) await until('data: 1\n\n');
        const closed = once(source, 'close');
        leave(request);
        try {
          return await elapsed(closed, 'upstream closed');
        } finally {
          clearInterval(beat);
        }
      });
    }
  });

  test(`${host}: what is no stream keeps its status, as JSON; 502 for what is no answer`, async (t) => {
    const { port, upstream, mine } = await start(t);
    const ask = async (order, status, error) => {
      const response = await fetch(`http://127.0.0.1:${port}/api/orders/${order}/subscribe`, { headers: { Accept: 'text/event-stream', ...await mine(order) } });
      const { error: told } = await response.json();
      assert.deepEqual([response.status, told], [status, error], order);
      assert.match(response.headers.get('cache-control'), /no-store/u);
      return response;
    };
    await ask('is404', 404, 'UPSTREAM_STATUS');
    await ask('is503', 503, 'UPSTREAM_STATUS');
    assert.equal((await ask('is429', 429, 'UPSTREAM_STATUS')).headers.get('retry-after'), '7');
    await ask('isHtml', 502, 'UPSTREAM_NOT_A_STREAM');
    await ask('isRedirect', 502, 'UPSTREAM_REDIRECT');
    const cookie = await mine('gone');
    upstream.server.closeAllConnections();
    await new Promise((resolve) => { upstream.server.close(resolve); });
    const gone = await fetch(`http://127.0.0.1:${port}/api/orders/gone/subscribe`, { headers: cookie });
    assert.deepEqual([gone.status, (await gone.json()).error], [502, 'UPSTREAM_UNREACHABLE']);
  });

  if (impatient) {
    test(`${host}: heartbeats come between events and nowhere else, and an upstream that stalls is ended`, async (t) => {
      const { stream, upstream } = await start(t);
      const { port, base } = await impatient(t, upstream.url);
      const opening = stream();
      const { response, until } = await subscribe(port, 'abc', {}, base);
      const source = await opening;
      const ended = once(response, 'end');
      const closed = once(source, 'close');
      source.write('data: 1\n\n');
      await until('data: 1\n\nevent: ping\ndata: {}\n\n');
      source.write('data: ha');
      await until('data: ha');
      await within(ended, 'the end of a stalled stream');
      await closes(closed);
      const text = await until('data: ha');
      assert.equal(text.slice(text.indexOf('data: ha')), 'data: ha', 'nothing inside an event');
    });

    test(`${host}: a shopper who stops reading is let go of`, async (t) => {
      const { stream, upstream } = await start(t);
      const { port, base } = await impatient(t, upstream.url);
      const opening = stream();
      const { request, response, until } = await subscribe(port, 'abc', {}, base);
      const source = await opening;
      await until('event: config');
      response.pause();
      const closed = once(source, 'close');
      const block = Buffer.from(`data: ${'x'.repeat(65_000)}\n\n`);
      const pour = () => {
        while (!source.destroyed && source.write(block));
        if (!source.destroyed) source.once('drain', pour);
      };
      pour();
      await within(closed, 'the upstream of a shopper who does not read', 20_000);
      request.destroy();
    });

    test(`${host}: an upstream that does not answer in time is 504, and let go of`, async (t) => {
      const { stream, upstream } = await start(t);
      const { port, base } = await impatient(t, upstream.url);
      const opening = stream();
      const asking = fetch(`http://127.0.0.1:${port}${base}/orders/slow/subscribe`);
      const closed = once(await opening, 'close');
      const response = await within(asking, 'answer');
      assert.deepEqual([response.status, (await response.json()).error], [504, 'UPSTREAM_TIMEOUT']);
      await closes(closed);
    });
  }

  test(`${host}: an upstream cut off in the middle ends the answer`, async (t) => {
    const { port, stream, mine } = await start(t);
    const headers = await mine('abc');
    const opening = stream();
    const { response, until } = await subscribe(port, 'abc', headers);
    const source = await opening;
    source.write('data: ha');
    await until('data: ha');
    const ended = once(response, 'end');
    source.destroy();
    await within(ended, 'the end');
  });

  test(`${host}: hostile request lines and headers do not get through`, async (t) => {
    const { port, upstream, mine } = await start(t);
    const ask = (line, headers = '', body = '') => raw(port, `${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}Connection: close\r\n\r\n${body}`);
    for (const [line, headers, body] of [
      ['GET /api/orders/../../v5/admin'], ['GET /api/orders/..%2f..%2fv5%2fadmin'], ['GET /api/orders/%252e%252e%252fadmin'], ['GET /api/..\\admin'],
      ['GET //evil.example/api/orders/x'], ['GET /api/orders/x%0d%0aX-Evil:1'], ['GET /api/orders/x;y=1'], ['GET /api/orders/x%00'],
      ['TRACE /api/orders/x'], ['PUT /api/orders/x'], ['DELETE /api/orders/x'],
      ['POST /api/orders', 'Content-Type: text/plain\r\nContent-Length: 2\r\n', '{}'],
    ]) {
      const code = status(await ask(line, headers, body));
      // A host may send the browser to a tidier address first.
      assert.ok(code >= 300, `${line}: ${code}`);
    }
    assert.deepEqual(upstream.seen, []);

    const own = Object.entries(await mine('abc')).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const absolute = await ask('GET http://evil.example/api/orders/abc', own);
    if (status(absolute) === 200) assert.equal(upstream.seen.at(-1).headers.host, new URL(upstream.url).host);
    await raw(port, `GET /api/orders/abc HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n${own}Connection: close\r\n\r\n`);
    assert.equal(upstream.seen.at(-1).headers.host, new URL(upstream.url).host);
    assert.equal(upstream.seen.at(-1).url, '/v5/orders/abc');
  });

  test(`${host}: an endless body is answered with 413 long before its end`, async (t) => {
    const { port, upstream } = await start(t);
    const text = await raw(port, `POST /api/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`, { endless: true });
    if (text) assert.equal(status(text), 413);
    assert.deepEqual(upstream.seen, []);
  });

  test(`${host}: a shopper who leaves before the upstream answered ends the request there`, async (t) => {
    const { port, stream, mine } = await start(t);
    const headers = await mine('slow');
    await bestOfThree(t, 'upstream closed', CLOSED_MS, async () => {
      const opening = stream();
      const request = http.get({ port, host: '127.0.0.1', path: '/api/orders/slow/subscribe', headers, agent: false });
      request.on('error', () => {});
      const closed = once(await opening, 'close');
      leave(request);
      return elapsed(closed, 'upstream closed');
    });
  });

  test(`${host}: a slow shopper slows the upstream down`, async (t) => {
    const { port, stream, mine } = await start(t);
    const headers = await mine('abc');
    const opening = stream();
    const { request, response, until } = await subscribe(port, 'abc', headers);
    await until('event: config');
    const source = await opening;
    response.pause();
    const block = Buffer.from(`data: ${'x'.repeat(65_000)}\n\n`);
    let written = 0;
    for (;;) {
      written += block.length;
      if (source.write(block)) continue;
      const drained = await Promise.race([once(source, 'drain').then(() => true), new Promise((resolve) => { setTimeout(resolve, 500, false); })]);
      if (!drained || written > 256 * 1024 * 1024) break;
    }
    assert.ok(written < 64 * 1024 * 1024, `${written} bytes were taken without a reader`);
    request.destroy();
  });
}

/** An answer's head and a running text of its body, as they come off the socket. */
export async function subscribe(port, order = 'abc', headers = {}, base = '/api') {
  const request = http.get({ port, host: '127.0.0.1', path: `${base}/orders/${order}/subscribe`, headers: { 'Accept-Encoding': 'gzip, br', Accept: 'text/event-stream', ...headers }, agent: false });
  request.on('error', () => {});
  const [response] = await within(once(request, 'response'), 'answer');
  response.on('error', () => {});
  let text = '';
  let wake = () => {};
  response.setEncoding('utf8');
  response.on('data', (part) => {
    text += part;
    wake();
  });
  const until = (mark) => within((async () => {
    while (!text.includes(mark)) await new Promise((resolve) => { wake = resolve; });
    return text;
  })(), `waiting for ${JSON.stringify(mark)}`);
  return { request, response, until };
}

/** Sends bytes as they are and gives back what comes until the other side closes, or, to an endless body, until it answers. */
export async function raw(port, bytes, { endless = false } = {}) {
  const socket = net.connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (part) => {
    text += part;
    if (endless) socket.destroy();
  });
  socket.on('error', () => {});
  socket.write(bytes);
  if (endless) {
    const block = `${(16 * 1024).toString(16)}\r\n${' '.repeat(16 * 1024)}\r\n`;
    const pour = () => {
      while (!socket.destroyed && socket.write(block));
      socket.once('drain', pour);
    };
    pour();
  }
  await within(new Promise((resolve) => { socket.on('close', resolve); }), 'the connection\'s end');
  return text;
}
export const status = (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
