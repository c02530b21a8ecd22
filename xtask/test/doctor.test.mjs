// The doctor over a BFF that keeps the rules, and over some that break them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const DOCTOR = fileURLToPath(new URL('../doctor.mjs', import.meta.url));
const ORDER = '11111111-1111-4111-8111-111111111111';
const STREAM = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
};

/** A BFF that keeps the rules, but for what is said here. */
async function bff(t, { stream = {}, first = ':\n\n', then = 'event: ping\ndata: {}\n\n', openProxy = false, vias = {} } = {}) {
  const json = { 'Content-Type': 'application/json' };
  const server = createServer((request, response) => {
    const refuse = () => response.writeHead(404, json).end('{"code":"NOT_FOUND"}');
    if (request.url === '/api/payment_vias') return response.writeHead(200, { ...json, ...vias }).end('[]');
    if (request.url === '/api/v5/orders' && openProxy) return response.writeHead(200, json).end('[]');
    if (request.url !== `/api/orders/${ORDER}/subscribe`) return refuse();
    if (request.headers.accept !== 'text/event-stream') return refuse();
    response.writeHead(200, { ...STREAM, ...stream });
    response.flushHeaders();
    if (first) response.write(first);
    if (then) response.write(then);
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** @returns {Promise<{ code: number, text: string }>} */
function doctor(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [DOCTOR, '--heartbeat-within', '0.5', ...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, text: stdout + stderr });
    });
  });
}

test('a BFF that keeps the rules passes', async (t) => {
  const { code, text } = await doctor(await bff(t), '--order', ORDER);
  assert.doesNotMatch(text, /FAIL|note/u);
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
  const { code, text } = await doctor(`${base}/api/orders/${ORDER}/subscribe`);
  assert.equal(code, 0, text);
  assert.match(text, /^ok {3}the stream opens/mu);
});

const broken = [
  ['no-transform missing', { stream: { 'Cache-Control': 'no-store' } }, /FAIL Cache-Control has no-transform/u],
  ['the wrong type', { stream: { 'Content-Type': 'text/plain' } }, /FAIL Content-Type is text\/event-stream/u],
  ['compressed', { stream: { 'Content-Encoding': 'gzip' } }, /FAIL the stream is not compressed/u],
  ['a cookie', { stream: { 'Set-Cookie': 'a=b' } }, /FAIL no header of the partner's/u],
  ['readable by anyone', { vias: { 'Access-Control-Allow-Origin': '*' } }, /FAIL other origins/u],
  ['an open proxy', { openProxy: true }, /FAIL the API's own paths/u],
  ['an error event', { first: 'event: error\ndata: {}\n\n' }, /FAIL no `error` event/u],
  ['silence', { first: '', then: '' }, /FAIL the first byte[\s\S]*FAIL a heartbeat/u],
  ['comments only', { then: ':\n\n' }, /FAIL a heartbeat/u],
];
for (const [what, how, expected] of broken) {
  test(`it tells: ${what}`, async (t) => {
    const { code, text } = await doctor(await bff(t, how), '--order', ORDER);
    assert.match(text, expected);
    assert.match(text, /fix: /u);
    assert.equal(code, 1);
  });
}

test('a buffering hint that is missing is advice, not a fault', async (t) => {
  const { code, text } = await doctor(await bff(t, { stream: { 'X-Accel-Buffering': 'yes' } }), '--order', ORDER);
  assert.match(text, /note X-Accel-Buffering/u);
  assert.equal(code, 0);
});

test('an order that is over has no heartbeat to look for', async (t) => {
  const { code, text } = await doctor(await bff(t, { then: 'event: stop\ndata: {}\n\n' }), '--order', ORDER);
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
