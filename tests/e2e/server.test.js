// The demo's server as a program: its command line, what it refuses to start with, the page's files, and how it ends.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, get, request as httpRequest } from 'node:http';
import { createServer as createPort } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../www/server/main.js', import.meta.url));
const BOUND = 15_000;

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${BOUND} ms`)), BOUND);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function listening(t, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return server.address().port;
}

/** A stand-in for the stand-in: enough of the API to start and to follow an order. */
async function startApi(t, vias = '[]') {
  const port = await listening(t, createServer((request, response) => {
    if (request.url.endsWith('/subscribe')) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.flushHeaders();
    } else {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(vias);
    }
  }));
  return { url: `http://127.0.0.1:${port}` };
}

function start(t, args) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  const exited = new Promise((resolve) => { child.on('close', (code, signal) => resolve(code ?? signal)); });
  child.stderr.on('data', (text) => { said.err += text; });
  const ready = new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      said.out += text;
      const found = /^page ready on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(said.out);
      if (found) resolve(found[1]);
    });
    exited.then((code) => reject(new Error(`ended with ${code}: ${said.err}`)));
  });
  ready.catch(() => {});
  return { child, said, exited: within(exited, 'the end'), ready: () => within(ready, 'the ready line') };
}

const serveFor = (t, api, ...more) => start(t, ['--port', '0', '--upstream', api.url, '--partner-id', 'demo', ...more]);

function ask(base, path, options = {}) {
  return within(new Promise((resolve, reject) => {
    const url = new URL(base);
    const request = httpRequest({ host: url.hostname, port: url.port, path, agent: false, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part) => { body += part; });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    request.on('error', reject);
    request.end();
  }), path);
}

test('what it cannot start with is one clear line and exit 1', async (t) => {
  const api = await startApi(t);
  const taken = await listening(t, createPort());
  const html = await startApi(t, '<html>');
  const closed = createPort();
  const free = await listening(t, closed);
  closed.close();
  await once(closed, 'close');
  const good = ['--upstream', api.url, '--partner-id', 'demo'];
  for (const [args, expected] of [
    [['--port', String(taken), ...good], new RegExp(`port ${taken} is in use`)],
    [['--port', '0', '--upstream', `http://127.0.0.1:${free}`, '--partner-id', 'demo'], /cannot be reached \(ECONNREFUSED\)/],
    [['--port', '0', '--upstream', html.url, '--partner-id', 'demo'], /does not answer like the partner API/],
    [['--port', '0', '--upstream', 'nonsense', '--partner-id', 'demo'], /upstream is not a URL/],
    [['--port', '0', '--upstream', 'http://api.example', '--partner-id', 'demo'], /https/],
    [['--port', '99999', ...good], /--port takes a number from 0 to 65535/],
    [['--port', 'x', ...good], /--port takes a number/],
    [['--upstream', api.url], /--partner-id is missing.*commission/],
    [['--partner-id', 'demo'], /--upstream is missing/],
    [['--nonsense', ...good], /--nonsense/],
  ]) {
    const { said, exited } = start(t, args);
    assert.equal(await exited, 1, args.join(' '));
    assert.match(said.err, expected);
    assert.match(said.err, /^server: [^\n]+\n$/, 'one line');
    assert.equal(said.out, '');
  }
});

test('the page comes with its policy, its type and nothing from outside its folder', async (t) => {
  const server = serveFor(t, await startApi(t));
  const base = await server.ready();
  const page = await ask(base, '/');
  assert.equal(page.status, 200);
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(page.headers['content-security-policy'], "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    + "img-src 'self' https: data: http://127.0.0.1:*; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['cache-control'], 'no-cache');
  assert.equal((await ask(base, '/', { headers: { 'If-None-Match': page.headers.etag } })).status, 304);
  for (const path of ['/../package.json', '/..%2fpackage.json', '/%2e%2e/%2e%2e/server/main.js', '/..%5cpackage.json', '/nothing', '/index.html%00']) {
    const { status } = await ask(base, path);
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
  }
});

test('the BFF answers under /api', async (t) => {
  const server = serveFor(t, await startApi(t, '[{"name":"USER_WALLET"}]'));
  const base = await server.ready();
  assert.deepEqual(JSON.parse((await ask(base, '/api/payment_vias')).body), [{ name: 'USER_WALLET' }]);
  const nothing = await ask(base, '/api/nothing');
  assert.equal(nothing.status, 404);
  assert.equal(JSON.parse(nothing.body).error, 'NOT_FOUND');
});

for (const [how, end] of [
  ['SIGTERM', (child) => child.kill('SIGTERM')],
  ['SIGINT', (child) => child.kill('SIGINT')],
  ['the end of its input', (child) => child.stdin.end()],
]) {
  test(`${how} ends it, its streams included`, async (t) => {
    const api = await startApi(t);
    const server = serveFor(t, api, '--until-stdin-closes');
    const base = await server.ready();
    const url = new URL('/api/orders/abc/subscribe', base);
    const [stream] = await within(once(get(url, { agent: false }), 'response'), 'the stream');
    const ended = once(stream, 'end');
    stream.resume();
    end(server.child);
    await within(ended, 'the stream\'s end');
    assert.equal(await server.exited, 0);
    assert.equal(server.said.err, '');
  });
}
