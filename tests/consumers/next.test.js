// The packed package in a Next.js app, its BFF in a route handler: with either of its bundlers, built and while developing.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createOrderRequest } from 'cryptorefills-checkout';
import { hostMatrix, IMPATIENT } from '../bff/matrix.js';
import { within } from '../bff/support.js';
import { startServer } from './support/server.js';
import { blocksOf } from '../support/readme.js';
import { writeSnippet } from './support/snippets.js';
import { assertVisit, TRIED, visit } from './support/visit.js';

const APP = fileURLToPath(new URL('next', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../node_modules/cryptorefills-checkout', import.meta.url));
const NEXT = `${APP}/node_modules/next/dist/bin/next`;
const MINUTES = 60_000;
const { transform } = createRequire(new URL('../../npm/package.json', import.meta.url))('esbuild');

const DRAFT = {
  email: 'shopper@example.com',
  items: [{ kind: 'giftcard', brand: 'Airbnb', country: 'US', value: { denomination: '100 USD' } }],
  payment: { coin: 'USDC', network: 'Solana' },
};

/** Each way has a folder of its own for what it builds. */
const environment = (dist, more) => ({ ...process.env, NEXT_TELEMETRY_DISABLED: '1', DIST: dist, ...more });

function run(command, args, ms, dist = '.next') {
  const child = spawn(command, args, { cwd: APP, env: environment(dist), stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (text) => { said += text; });
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(said);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${said.slice(-4000)}`));
    });
  });
}

before(async () => {
  assert.ok(existsSync(`${PACKAGE}/package.json`), 'the packed package is not installed in tests/: cargo xtask test does that');
  // Not `npm ci`: it refuses where a registry lacks the compiler of another platform.
  await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefer-offline'], 5 * MINUTES);
  const installed = `${APP}/node_modules/cryptorefills-checkout`;
  rmSync(installed, { recursive: true, force: true });
  cpSync(PACKAGE, installed, { recursive: true, dereference: true });
  cpSync(fileURLToPath(new URL('projects/shop.js', import.meta.url)), `${APP}/app/shop.js`);
  await writeSnippet('app/api/[...path]/route.js', APP);
  await writeReadme();
  await run(process.execPath, [NEXT, 'build'], 5 * MINUTES);
});

/** The README's server beside the one of docs/bff.md, in JavaScript as this app is: it has to build without secrets too. */
async function writeReadme() {
  const { code } = await transform(blocksOf('README.md').server.replace("appVersion: '1.0.0',", "appVersion: '1.0.0', basePath: '/readme',")
    .replace("'https://api.cryptorefills.com'", 'process.env.UPSTREAM'), { loader: 'ts' });
  assert.ok(code.includes('/readme') && code.includes('UPSTREAM'));
  mkdirSync(`${APP}/app/readme/[...path]`, { recursive: true });
  writeFileSync(`${APP}/app/readme/[...path]/route.js`, code);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function startNext(t, upstream, { command = ['start'], dist = '.next' } = {}) {
  const port = await freePort();
  const child = spawn(process.execPath, [NEXT, ...command, '--port', String(port), '--hostname', '127.0.0.1'], {
    cwd: APP,
    env: environment(dist, { PARTNER_ID: 'partner-1', SESSION_KEY: 'x'.repeat(32), UPSTREAM: upstream, TIMEOUTS: JSON.stringify(IMPATIENT) }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // While developing, the server is a child of this one: both end as a group.
    detached: true,
  });
  t.after(() => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  });
  let said = '';
  const ready = new Promise((resolve, reject) => {
    for (const pipe of [child.stdout, child.stderr]) {
      pipe.on('data', (text) => {
        said += text;
        if (/Ready in/.test(said)) resolve();
      });
    }
    child.on('close', (code) => reject(new Error(`next start ended with ${code}:\n${said}`)));
  });
  ready.catch(() => {});
  await within(ready, 'next start', MINUTES);
  return port;
}

hostMatrix('Next.js, built', startNext, {
  owned: true,
  impatient: async (t, upstream) => ({ port: await startNext(t, upstream), base: '/impatient' }),
});

test('Next.js, built: the README\'s route was built without secrets, and serves with them', async (t) => {
  const api = await startServer({ base: '/v5' });
  t.after(() => api.stop());
  const address = `http://127.0.0.1:${await startNext(t, api.address)}/readme`;
  const order = await fetch(`${address}/orders`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' }, body: createOrderRequest(DRAFT).body,
  });
  assert.equal(order.status, 200);
  const [cookie] = order.headers.getSetCookie();
  assert.match(cookie, /HttpOnly/u);
  const { order_id: id } = await order.json();
  assert.equal((await fetch(`${address}/orders/${id}`)).status, 404);
  assert.equal((await fetch(`${address}/orders/${id}`, { headers: { Cookie: cookie.split(';')[0] } })).status, 200);
});

/** The page, as the server renders it and as the browser goes on with it. */
async function assertPage(t, options) {
  const api = await startServer({ base: '/v5' });
  t.after(() => api.stop());
  const address = `http://127.0.0.1:${await startNext(t, api.address, options)}`;
  const page = await (await fetch(address)).text();
  const { text, ...tried } = JSON.parse(/<script[^>]*id="tried"[^>]*>(.*?)<\/script>/u.exec(page)[1]);
  // Several visitors may share the server, so the module may be ready already.
  assert.deepEqual({ ...tried, readyBefore: false }, TRIED);
  assert.equal(text.length, 1);
  await assertVisit(await visit(address), api, { address });
}

test('Next.js, built: the page does it all, on the server and in the browser, through the BFF', (t) => assertPage(t));

test('Next.js, built with webpack', async (t) => {
  await run(process.execPath, [NEXT, 'build', '--webpack'], 5 * MINUTES, '.next-webpack');
  await assertPage(t, { dist: '.next-webpack' });
});

test('Next.js, developing', (t) => assertPage(t, { command: ['dev'], dist: '.next-dev' }));
test('Next.js, developing with webpack', (t) => assertPage(t, { command: ['dev', '--webpack'], dist: '.next-dev-webpack' }));
