// The doctor of the packed package over our BFF, in HTTP/1.1 and HTTP/2, and over others that break the rules.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createBff } from 'cryptorefills-checkout/bff';
import { generate } from 'selfsigned';
import { json, startUpstream } from './support.js';

const DOCTOR = join(fileURLToPath(import.meta.resolve('cryptorefills-checkout/bff')), '../doctor.js');
const ORDER = '11111111-1111-4111-8111-111111111111';
/** What names the order to the doctor, and opens it. */
const MINE = ['--order', ORDER, '--header', 'Cookie: sid=1'];
const isMine = (request) => request.headers.get('cookie') === 'sid=1';
const CONFIG = 'event: config\ndata: {"heartbeatMs":2000,"stallMs":0}\n\n';
const STREAM = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
};

/** The API: it takes orders, and has one that others placed. */
function startApi(t) {
  let placed = 0;
  return startUpstream(t, (request, response) => {
    if (request.url.endsWith('/subscribe')) {
      if (!/order-|11111111/u.test(request.url)) return json(response, 404, { message: 'order not found' });
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.flushHeaders();
      // It says that it is alive in a way that no page can see.
      const comments = setInterval(() => response.write(': keep-alive\n\n'), 20);
      return response.on('close', () => clearInterval(comments));
    }
    if (request.url === '/v5/orders') {
      placed += 1;
      return json(response, 200, { order_id: `order-${placed}` });
    }
    const [, id] = /^\/v5\/orders\/(.+)$/u.exec(request.url) ?? [];
    return json(response, 200, id ? { order_id: id } : []);
  });
}

const bffBefore = (api, options) => createBff({ partnerId: 'p', appVersion: '1', upstream: api.url, checkout: false, timeouts: { heartbeat: 50 }, ...options });

async function listening(t, server) {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const sockets = new Set();
  server.on('connection', (socket) => sockets.add(socket));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return server.address().port;
}

/** Our BFF in Node http. */
async function ours(t, options) {
  const listener = getRequestListener(bffBefore(await startApi(t), options), { overrideGlobalObjects: false });
  return `http://localhost:${await listening(t, createServer(listener))}`;
}

/** A BFF that keeps the rules, but for what is said here. */
async function bff(t, { stream = {}, first = `:\n\n${CONFIG}`, then = 'event: ping\ndata: {}\n\n', openProxy = false, vias = {}, writes = 'checked', refusal = {}, root = '/api', owned = true, headersAfter = 0, tells = 'ORDER_NOT_FOUND' } = {}) {
  const type = { 'Content-Type': 'application/json' };
  const server = createServer(async (request, response) => {
    const answer = (status, headers = {}) => response.writeHead(status, { ...type, 'Cache-Control': 'no-store', ...headers }).end(`{"error":"${tells}"}`);
    const refuse = () => answer(404, refusal);
    if (request.method !== 'GET') {
      let size = 0;
      let text = '';
      for await (const chunk of request) {
        size += chunk.length;
        text += chunk;
      }
      if (writes === 'open') return answer(200);
      if (request.method !== 'POST') return answer(405);
      if (request.headers['sec-fetch-site'] !== 'same-origin') return answer(403);
      if (request.headers['content-type'] !== 'application/json') return answer(415);
      if (size > 64 * 1024) return answer(413);
      return text.endsWith('}') ? answer(200) : answer(400);
    }
    if (request.url === `${root}/payment_vias`) return response.writeHead(200, { ...type, ...vias }).end('[]');
    if (request.url === `${root}/v5/orders` && openProxy) return response.writeHead(200, type).end('[]');
    if (owned && request.headers.cookie !== 'sid=1') return refuse();
    if (request.url === `${root}/orders/${ORDER}`) return answer(200);
    if (request.url !== `${root}/orders/${ORDER}/subscribe`) return refuse();
    if (request.headers.accept !== 'text/event-stream') return refuse();
    await new Promise((resolve) => { setTimeout(resolve, headersAfter); });
    response.writeHead(200, { ...STREAM, ...stream });
    response.flushHeaders();
    if (first) response.write(first);
    if (then) response.write(then);
    return undefined;
  });
  return `http://localhost:${await listening(t, server)}`;
}

/** @returns {Promise<{ code: number, text: string }>} */
function doctor(...args) {
  const env = typeof args.at(-1) === 'object' ? args.pop() : {};
  return new Promise((resolve) => {
    execFile(process.execPath, [DOCTOR, '--heartbeat-within', '2', ...args], { timeout: 60_000, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, text: stdout + stderr });
    });
  });
}

test('our BFF keeps every rule, its stream included', async (t) => {
  const { code, text } = await doctor(await ours(t, { authorize: isMine }), ...MINE);
  assert.doesNotMatch(text, /FAIL|note/u);
  assert.match(text, /the stream opens: status 200 over http\/1\.1/u);
  assert.match(text, /^ok {3}a heartbeat/mu);
  assert.equal(code, 0);
});

test('over HTTP/2 too', async (t) => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'cert.pem'), cert);
  const listener = getRequestListener(bffBefore(await startApi(t), { authorize: isMine }), { overrideGlobalObjects: false });
  const port = await listening(t, createSecureServer({ key, cert, allowHTTP1: true }, listener));
  const { code, text } = await doctor(`https://localhost:${port}`, ...MINE, { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') });
  assert.doesNotMatch(text, /FAIL|note/u);
  assert.match(text, /the stream opens: status 200 over h2/u);
  assert.equal(code, 0);
  const untrusted = await doctor(`https://localhost:${port}`);
  assert.deepEqual([untrusted.code, /nothing answers.*certificate/u.test(untrusted.text)], [2, true], untrusted.text);
});

test('with --place it places one order and looks at whose it is', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'order.json');
  writeFileSync(file, '{"user":{"email":"buyer@example.com"}}');
  const mine = await doctor(await ours(t), '--place', file);
  assert.doesNotMatch(mine.text, /FAIL|note|buyer@|cr_order/u);
  for (const rule of ['an order can be placed', 'not placed again: the first answer', 'cookie is HttpOnly', 'another browser cannot read', 'the browser that placed it can', 'a heartbeat']) {
    assert.match(mine.text, new RegExp(`^ok {3}.*${rule}`, 'mu'));
  }
  const everybodys = await doctor(await ours(t, { authorize: () => true }), '--place', file);
  assert.match(everybodys.text, /FAIL another browser cannot read the order[^\n]*\n +fix: tie/u);
  assert.equal(everybodys.code, 1);
  const refused = await doctor(await bff(t), '--place', file);
  assert.match(refused.text, /FAIL an order can be placed: status 200/u);
  for (const args of [['--place', join(folder, 'none')], ['--place', DOCTOR], ['--place', file, '--order', 'x']]) {
    assert.equal((await doctor(await bff(t), ...args)).code, 2, args.join(' '));
  }
});

test('a BFF that keeps the rules passes', async (t) => {
  const { code, text } = await doctor(await bff(t), ...MINE);
  assert.doesNotMatch(text, /FAIL|note/u);
  assert.match(text, /^ok {3}another browser cannot read the order: status 404 to its id alone$/mu);
  assert.match(text, /^ok {3}the headers come within 3 s, the first byte within 1 s of them: headers after \d+ ms, the first byte \d+ ms after them$/mu);
  assert.match(text, /^ok {3}what to expect of its silences is announced \(event: config\): \{"heartbeatMs":2000,"stallMs":0\}$/mu);
  assert.match(text, /^ok {3}it stands between two events[^\n]*\nok {3}a page can see it$/mu);
  assert.match(text, /no rule is broken/u);
  assert.equal(code, 0);
});

test('the address may be that of the API, or of the stream itself', async (t) => {
  const base = await bff(t);
  for (const path of ['/', '/api', '/api/']) {
    const { code, text } = await doctor(base + path);
    assert.equal(code, 0, text);
    assert.match(text, /skip the event stream/u);
  }
  const { code, text } = await doctor(`${base}/api/orders/${ORDER}/subscribe`, '--header', 'Cookie: sid=1');
  assert.equal(code, 0, text);
  assert.match(text, /^ok {3}the stream opens/mu);
});

test('the routes may begin anywhere, with --base', async (t) => {
  for (const [root, given] of [['/shop/v1', '/shop/v1'], ['/shop/v1', 'shop/v1/'], ['', '/'], ['/apiary', '/apiary']]) {
    const base = await bff(t, { root });
    const { code, text } = await doctor(base, '--base', given, ...MINE);
    assert.equal(code, 0, text);
    assert.match(text, new RegExp(`^ok {3}GET ${root}/payment_vias answers`, 'mu'));
    assert.match(text, /^ok {3}the stream opens/mu);
    const named = await doctor(`${base}${root}/orders/${ORDER}`, '--base', given, '--header', 'Cookie: sid=1');
    assert.match(named.text, /^ok {3}the stream opens/mu);
  }
  const missed = await doctor(await bff(t, { root: '/shop/v1' }));
  assert.match(missed.text, /FAIL GET \/api\/payment_vias answers: status 404\n +fix: .*--base/u);
});

test('whose an order is shows with its id alone, and is guessed at without one', async (t) => {
  const everybodys = await doctor(await ours(t, { authorize: () => true }), '--order', ORDER);
  assert.match(everybodys.text, /FAIL another browser cannot read the order: status 200 to its id alone\n +fix: tie/u);
  assert.equal(everybodys.code, 1);
  const guessed = await doctor(await ours(t));
  assert.match(guessed.text, /^ok {3}another browser cannot read the order: an order that nobody placed is refused without asking the API/mu);
  assert.equal(guessed.code, 0);
  // The API said it, to somebody who has nothing to do with the order: that may be all there is between them.
  const asked = await doctor(await bff(t, { tells: 'UPSTREAM_STATUS' }));
  assert.match(asked.text, /^note another browser cannot read the order: status 404 .*\n +fix: tie.*--order ID/mu);
  assert.equal(asked.code, 0);
});

const broken = [
  ['no-transform missing', { stream: { 'Cache-Control': 'no-store' } }, /FAIL Cache-Control has no-transform/u],
  ['the wrong type', { stream: { 'Content-Type': 'text/plain' } }, /FAIL Content-Type is text\/event-stream/u],
  ['compressed', { stream: { 'Content-Encoding': 'gzip' } }, /FAIL the stream is not compressed/u],
  ['a cookie', { stream: { 'Set-Cookie': 'a=b' } }, /FAIL no header of the partner's/u],
  ['readable by anyone', { vias: { 'Access-Control-Allow-Origin': '*' } }, /FAIL other origins/u],
  ['an open proxy', { openProxy: true }, /FAIL the API's own paths/u],
  ['writes taken from anywhere', { writes: 'open' }, /FAIL an order from another site[\s\S]*FAIL a body that is not[\s\S]*FAIL a body that is no JSON[\s\S]*FAIL a body above 64 KiB[\s\S]*FAIL a method/u],
  ['refusals that caches keep', { refusal: { 'Cache-Control': 'public, max-age=60' } }, /FAIL refusals are kept out of caches: public/u],
  ['an error event', { first: 'event: error\ndata: {}\n\n' }, /FAIL no `error` event/u],
  ['silence', { first: '', then: '' }, /FAIL the headers come [^\n]*headers after \d+ ms, nothing after them[\s\S]*FAIL a heartbeat/u],
  ['headers held back until there is something to send', { headersAfter: 3100 }, /FAIL the headers come [^\n]*headers after 3\d\d\d ms, the first byte \d+ ms after them/u],
  ['comments only', { then: ':\n\n' }, /FAIL a heartbeat/u],
  ['an announcement that is no JSON', { first: ':\n\nevent: config\ndata: soon\n\n' }, /FAIL what to expect [^\n]*: soon/u],
  ['a heartbeat announced for later', { first: ':\n\nevent: config\ndata: {"heartbeatMs":60000,"stallMs":0}\n\n' }, /FAIL what to expect /u],
  ['a heartbeat inside an event', { then: 'data: {"a":\nevent: ping\ndata: {}\n\n' }, /FAIL it stands between two events[^\n]*: one event of event: ping and data, data/u],
  ['a heartbeat inside an event, after its id and CRs', { then: 'id: 7\r\nevent: ping\rdata: {}\r\r' }, /FAIL it stands between two events[^\n]*: one event of event: ping and id, data/u],
  ['a heartbeat without data', { then: 'event: ping\n\n' }, /FAIL a page can see it/u],
  ['an order for everybody', { owned: false }, /FAIL another browser cannot read the order: status 200/u],
];
for (const [what, how, expected] of broken) {
  test(`it tells: ${what}`, async (t) => {
    const { code, text } = await doctor(await bff(t, how), ...MINE);
    assert.match(text, expected);
    assert.match(text, /fix: /u);
    assert.equal(code, 1);
  });
}

test('a buffering hint or an announcement that is missing is advice, not a fault', async (t) => {
  const { code, text } = await doctor(await bff(t, { stream: { 'X-Accel-Buffering': 'yes' }, first: ':\n\n' }), ...MINE);
  assert.match(text, /note X-Accel-Buffering/u);
  assert.match(text, /note what to expect of its silences/u);
  assert.equal(code, 0);
});

test('an order that is over has no heartbeat to look for', async (t) => {
  const { code, text } = await doctor(await bff(t, { then: 'event: stop\ndata: {}\n\n' }), ...MINE);
  assert.match(text, /skip a heartbeat/u);
  assert.equal(code, 0);
});

test('nobody there is said in one line', async (t) => {
  const base = await bff(t);
  const gone = createServer();
  gone.listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address();
  gone.close();
  await once(gone, 'close');
  const { code, text } = await doctor(`http://127.0.0.1:${port}`);
  assert.equal(code, 2);
  assert.match(text, /nothing answers/u);
  assert.equal((await doctor('not an address')).code, 2);
  assert.equal((await doctor(base, '--header', 'nonsense')).code, 2);
});
