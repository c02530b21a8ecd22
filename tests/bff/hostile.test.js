// What a browser would never send and others will: over bare sockets, to the BFF in Node http. Nothing of it goes upstream.

import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { createHandler } from '../../npm/src/bff/handler.js';
import { raw, status } from './matrix.js';
import { json, startUpstream, within } from './support.js';

const KEY = 'a secret of more than thirty-two characters';
const ORDER = '11111111-1111-4111-8111-111111111111';

async function start(t, options = {}) {
  let placed = 0;
  const upstream = await startUpstream(t, (request, response) => {
    if (request.method === 'POST') {
      placed += 1;
      return json(response, 200, { order_id: `order-${placed}` }, { 'Set-Cookie': 'api=1' });
    }
    if (!request.url.endsWith('/subscribe')) return json(response, 200, { order_id: 'order-1', pin: 'SECRET' });
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    return response.flushHeaders();
  });
  const bff = createHandler({ partnerId: 'p', appVersion: '1', upstream: upstream.url, sessionKeys: [KEY], ...options });
  const server = http.createServer(getRequestListener(bff, { overrideGlobalObjects: false })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address();
  const ask = (line, headers = '', body = '') => raw(port, `${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n${headers}\r\n${body}`);
  const place = async (headers = '', body = '{}') => ask('POST /api/orders', `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}`, body);
  return { upstream, port, ask, place };
}

/** Each is refused with one of these, and the API hears nothing of it. */
async function refused({ ask, upstream }, requests, ...statuses) {
  for (const request of requests) {
    const [line, headers, body] = [request].flat();
    const answer = await ask(line, headers, body);
    assert.ok(statuses.includes(status(answer)), `${JSON.stringify(request)}: ${answer.slice(0, 300)}`);
    assert.ok(!/stack|node:internal|\.js:/u.test(answer), 'nothing of the inside');
  }
  assert.deepEqual(upstream.seen, []);
}

test('traversal in ids and paths', async (t) => refused(await start(t), [
  'GET /api/orders/../payment_vias/x', 'GET /api/orders/..%2fpayment_vias', 'GET /api/orders/%2e%2e/%2e%2e/v5/admin', 'GET /api/orders/..%5c..%5cadmin',
  'GET /api/orders/%252e%252e%252fadmin', 'GET /api/orders/%c0%ae%c0%ae%c0%afadmin', 'GET /api/orders/.', 'GET /api/orders/..', 'GET /api/orders/a/b', 'GET /api/orders/a%2fb',
  'GET /api/orders/a%00', 'GET /api/orders/a%20b', 'GET /api/orders/a%3fb', 'GET /api/orders/a%23b', 'GET /api/orders/a;b', 'GET /api/orders/a:b@c', `GET /api/orders/${'a'.repeat(65)}`,
  'GET /api/orders/%ff', 'GET /api/orders/%', 'GET /api/orders/%zz/subscribe', 'GET /api/orders/ａ', 'GET /api/orders//subscribe', 'GET /api/orders/x/subscribe/', 'GET /api/orders/x/Subscribe',
  'GET /api/products/country/..', 'GET /api/products/country/USA', 'GET /api/products/country/%75', 'GET /api/products/country/U%53/x',
  'GET /api//payment_vias', 'GET /API/payment_vias', 'GET /api/payment_vias/', 'GET /apiv5/orders', 'GET /v5/orders', 'GET /api/v5/orders', 'GET /', 'GET /api',
], 404, 400));

test('methods that are not taken', async (t) => {
  const house = await start(t);
  await refused(house, ['DELETE /api/orders/x', 'PUT /api/orders/x', 'PATCH /api/orders', 'OPTIONS /api/orders', 'HEAD /api/brands', 'POST /api/brands', 'POST /api/orders/x/subscribe', 'TRACE /api/brands', 'BREW /api/brands'], 405, 400, 404, 500);
});

test('no header of the request reaches the API but what is meant to', async (t) => {
  const { ask, upstream } = await start(t);
  await ask('GET /api/payment_vias?evil=1&X-Cr-Application=thief', [
    'X-Cr-Application: thief', 'X-Cr-Version: 9', 'X-Forwarded-For: 6.6.6.6', 'X-Forwarded-Host: evil.example', 'X-Original-URL: /v5/admin', 'X-Rewrite-URL: /v5/admin', 'X-HTTP-Method-Override: DELETE',
    'Authorization: Bearer x', 'Cookie: a=b', 'X-Country-ISO-Code: U\tS', 'User-Agent: a\u00ffb', 'Transfer-Encoding-X: chunked', 'Proxy-Authorization: x', 'Forwarded: for=6.6.6.6', '',
  ].join('\r\n'));
  const [{ url, headers, method }] = upstream.seen;
  assert.deepEqual([method, url], ['GET', '/v3/payment_vias']);
  assert.equal(headers['x-cr-application'], 'p');
  assert.equal(headers['x-country-iso-code'], 'US');
  const known = ['accept', 'accept-encoding', 'accept-language', 'connection', 'content-type', 'host', 'sec-fetch-mode', 'user-agent', 'x-country-iso-code', 'x-cr-application', 'x-cr-version'];
  assert.deepEqual(Object.keys(headers).filter((name) => !known.includes(name)), []);
  assert.ok(/^[\x20-\x7e]*$/u.test(headers['user-agent']));
});

test('line breaks in what becomes a header or a query stay where they are', async (t) => {
  const { ask, port, upstream } = await start(t, { authorize: () => true });
  const ids = ['a%0d%0aX-Evil:%201', 'a%0aX-Evil:1', '%00', '%e3%81%82', `${'a'.repeat(5000)}`];
  for (const id of ids) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET /api/orders/abc/subscribe?lastEventId=${id} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await within(once(socket, 'data'), 'answer');
    socket.destroy();
  }
  assert.equal(upstream.seen.length, ids.length);
  for (const { headers, url } of upstream.seen) {
    assert.equal(url, '/v5/orders/abc/subscribe');
    assert.equal(headers['x-evil'], undefined);
    assert.ok((headers['last-event-id'] ?? '').length <= 256);
  }
  for (const query of ['country_code=US%0d%0aX-Evil:1', 'country_code=US%00', `promo_code=${'x'.repeat(300)}`, 'promo_code=a%0ab']) {
    assert.equal(status(await ask(`GET /api/brands?${query}`)), 400, query);
  }
  const before = upstream.seen.length;
  await ask('GET /api/brands?country_code=us&country_code=DE&promo_code=a%26country_code%3dFR%23%2f..%2f');
  assert.equal(upstream.seen[before].url, '/v2/brands?country_code=US&promo_code=a%26country_code%3DFR%23%2F..%2F');
});

test('request lines and headers that are no HTTP, or two requests in one', async (t) => {
  const { port, upstream } = await start(t);
  for (const bytes of [
    'GET /api/orders/x\r\n\r\n', 'nonsense\r\n\r\n', '\u0016\u0003\u0001', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET /api/orders/x HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`, 'GET /api/orders/x HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n',
    'POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/payment_vias HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 50\r\n\r\n{}',
    'GET /api/orders/x HTTP/1.1\r\nConnection: close\r\n\r\n',
  ]) {
    const socket = net.connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (part) => { text += part; });
    socket.on('error', () => {});
    socket.end(bytes);
    await within(once(socket, 'close'), JSON.stringify(bytes.slice(0, 60)));
    assert.ok(text === '' || status(text) >= 400, text.slice(0, 200));
  }
  assert.deepEqual(upstream.seen, []);
});

test('bodies of the wrong type, too large, too slow or too deep', async (t) => {
  const house = await start(t, { timeouts: { upload: 200 } });
  const post = 'POST /api/orders';
  const length = (text) => `Content-Length: ${Buffer.byteLength(text)}\r\n`;
  const as = (type, text, more = '') => [post, `${type ? `Content-Type: ${type}\r\n` : ''}${more}${length(text)}`, text];
  await refused(house, [
    as('text/plain', '{}'), as('application/x-www-form-urlencoded', 'a=b'), as('multipart/form-data; boundary=x', '--x--'), as('application/jsonp', '{}'), as('text/json', '{}'), as('', '{}'),
    as('application/json', '{}', 'Content-Encoding: gzip\r\n'),
  ], 415);
  await refused(house, [
    as('application/json', ''), as('application/json', '[]'), as('application/json', '"{}"'), as('application/json', 'null'), as('application/json', '{"a":1'), as('application/json', '{}{}'),
    as('application/json', '{"a":NaN}'), as('application/json', '\ufeff\ufeff{}'), as('application/json', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('latin1')), as('application/json', `${'['.repeat(30_000)}${']'.repeat(30_000)}`),
  ].filter(([, , text]) => text !== '{"\u00ff":1}'), 400);
  await refused(house, [
    [post, 'Content-Type: application/json\r\nContent-Length: 65537\r\n', ' '.repeat(65_537)],
    [post, 'Content-Type: application/json\r\nContent-Length: 99999999999\r\n', '{'],
    [post, 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n', `${(70_000).toString(16)}\r\n${' '.repeat(70_000)}\r\n0\r\n\r\n`],
  ], 413);
  // Announced and never sent, or one byte and no more.
  await refused(house, [[post, 'Content-Type: application/json\r\nContent-Length: 100\r\n', '{'], [post, 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n', '1\r\n{\r\n']], 408);
});

test('orders placed from foreign pages', async (t) => {
  const house = await start(t);
  const from = (headers) => ['POST /api/orders', `Content-Type: application/json\r\nContent-Length: 2\r\n${headers}\r\n`, '{}'];
  await refused(house, [
    from('Origin: https://evil.example'), from('Origin: null'), from('Origin: http://127.0.0.1.evil.example'), from(`Origin: http://127.0.0.1:${house.port}0`), from('Origin: http://127.0.0.1'),
    from('Sec-Fetch-Site: cross-site'), from('Sec-Fetch-Site: same-site'), from('Sec-Fetch-Site: none'), from(`Origin: http://127.0.0.1:${house.port}\r\nSec-Fetch-Site: cross-site`),
    from('Origin: garbage'), from('Origin: https://evil.example\r\nHost: evil.example'),
  ], 403, 400);
});

test('no answer can be read from a foreign page', async (t) => {
  const { ask, place } = await start(t);
  for (const answer of [await ask('GET /api/payment_vias', 'Origin: https://evil.example\r\n'), await ask(`GET /api/orders/${ORDER}`, 'Origin: https://evil.example\r\n'), await place()]) {
    assert.doesNotMatch(answer, /access-control-/iu);
    assert.match(answer, /cross-origin-resource-policy: same-origin/iu);
    assert.match(answer, /x-content-type-options: nosniff/iu);
    assert.doesNotMatch(answer, /set-cookie: api=/iu);
  }
});

const cookieOf = (answer) => /set-cookie: (cr_order=[^;]+);/iu.exec(answer)?.[1];

test('a cookie opens its own order and no other, forged or replayed', async (t) => {
  const { ask, place, upstream } = await start(t);
  const [one, other] = [cookieOf(await place()), cookieOf(await place())];
  const read = async (order, cookie, suffix = '') => status(await ask(`GET /api/orders/${order}${suffix}`, cookie ? `Cookie: ${cookie}\r\n` : ''));
  assert.equal(await read('order-1', one), 200);
  assert.equal(await read('order-2', other), 200);
  const [, issued, mac] = /^cr_order=([^.]+)\.(.+)$/u.exec(one);
  const flipped = `${mac.slice(0, -2)}${mac.at(-2) === 'A' ? 'B' : 'A'}${mac.at(-1)}`;
  const before = upstream.seen.length;
  for (const [order, cookie] of [
    ['order-1', ''], ['order-1', other], ['order-2', one], ['order-3', one], ['Order-1', one], ['order-1', `cr_order=${issued}.${flipped}`], ['order-1', `cr_order=${issued}.`],
    ['order-1', `cr_order=zzzzzz.${mac}`], ['order-1', `cr_order=${issued}.${mac}x`], ['order-1', `cr_order=${mac}`], ['order-1', `CR_ORDER=${issued}.${mac}`], ['order-1', `x_cr_order=${issued}.${mac}`],
    ['order-1', `cr_order="${issued}.${mac}"`], ['order-1', `cr_order=-1.${mac}`], ['order-1', `cr_order=${issued}.${'A'.repeat(43)}`], ['order-1', 'cr_order=__proto__.constructor'],
    ['order-1', `${'cr_order=x; '.repeat(8)}cr_order=${issued}.${mac}`], ['order-1', `${'a'.repeat(12_000)}=b`],
  ]) {
    assert.equal(await read(order, cookie), 404, `${order} ${cookie.slice(0, 80)}`);
    assert.equal(await read(order, cookie, '/subscribe'), 404, `${order} ${cookie.slice(0, 80)}`);
  }
  assert.equal(upstream.seen.length, before);
});

test('the cookie of another shop, or of a key that is gone, opens nothing', async (t) => {
  const here = await start(t);
  const there = await start(t, { sessionKeys: ['another secret of more than thirty-two characters'] });
  const cookie = cookieOf(await there.place());
  assert.equal(status(await there.ask('GET /api/orders/order-1', `Cookie: ${cookie}\r\n`)), 200);
  assert.equal(status(await here.ask('GET /api/orders/order-1', `Cookie: ${cookie}\r\n`)), 404);
});

test('an id from the API that is no id makes no cookie', async (t) => {
  const upstream = await startUpstream(t, (_, response) => json(response, 200, { order_id: 'a; Path=/; Domain=evil.example\r\nSet-Cookie: b=c' }));
  const bff = createHandler({ partnerId: 'p', appVersion: '1', upstream: upstream.url, sessionKeys: [KEY] });
  const response = await bff(new Request('https://shop.example/api/orders', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }));
  assert.equal(response.headers.get('set-cookie'), null);
});

test('idempotency keys that are none, and one shopper\'s key under another\'s order', async (t) => {
  const { place, upstream } = await start(t);
  for (const key of ['short', 'x'.repeat(31), 'x'.repeat(129), 'a key with spaces in it', '../../../../etc/passwd', '{"$ne":null}xxxxxxxxxx']) {
    assert.equal(status(await place(`Idempotency-Key: ${key}\r\n`)), 400, key);
  }
  assert.deepEqual(upstream.seen, []);
  const key = `Idempotency-Key: ${'0123456789abcdef'.repeat(2)}\r\n`;
  assert.equal(status(await place(key)), 200);
  const stolen = await place(key, '{"a":1}');
  assert.equal(status(stolen), 422);
  assert.equal(cookieOf(stolen), undefined);
  assert.equal(upstream.seen.length, 1);
});
