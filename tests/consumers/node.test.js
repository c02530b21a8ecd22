// The packed package in Node, installed as a user would: into a folder of its own, with nothing beside it.

import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer, STATES } from './support/server.js';
import { TRIED } from './support/visit.js';
import { run, workshop } from './support/workshop.js';

const PROJECTS = new URL('projects/', import.meta.url);
let cwd;

before(async () => {
  const { tarball } = await workshop();
  cwd = await mkdtemp(join(tmpdir(), 'consumer-node-'));
  await cp(new URL('node', PROJECTS), cwd, { recursive: true });
  await cp(new URL('shop.js', PROJECTS), join(cwd, 'shop.js'));
  // Offline, because it needs nothing but itself.
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd });
});
after(() => cwd && rm(cwd, { recursive: true, force: true }));

/** What a script prints, which complains about nothing. */
async function script(...args) {
  const { stdout, stderr } = await run(process.execPath, args, { cwd });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

test('it is the only package that is installed', async () => {
  const installed = (await readdir(join(cwd, 'node_modules'))).filter((name) => !name.startsWith('.'));
  assert.deepEqual(installed, ['cryptorefills-checkout']);
});

test('import: the module at work, and an order polled to its end', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const { text, followed, ...tried } = await script('import.mjs', server.address);
  assert.deepEqual(tried, TRIED);
  assert.equal(text.length, 1);
  assert.deepEqual(followed, { states: STATES, reason: 'final' });
  assert.deepEqual(new Set(server.seen).size, 1, server.seen.join(', '));
});

test('require: every entry', async () => {
  const { text, ...rest } = await script('require.cjs');
  assert.deepEqual(rest, { readyBefore: false, state: 'Done', refused: 'BAD_INPUT', bff: 'function' });
  assert.ok(text.length > 10);
});

test('slim: init() finds its file', async () => {
  assert.deepEqual(await script('slim.mjs'), { ready: true, state: 'Done' });
});

test('importing it, checking and building opens no socket', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const told = await script('--import', './sockets.mjs', 'quiet.mjs', server.address);
  assert.deepEqual(told, { checked: true, sockets: 0, counts: true });
});

test('a bundle for a server, as CommonJS', async () => {
  const shop = await workshop();
  const out = join(cwd, 'bundle.cjs');
  await run(await shop.tool('esbuild'), ['require.cjs', '--bundle', '--platform=node', '--log-level=warning', `--outfile=${out}`], { cwd });
  await rm(join(cwd, 'node_modules'), { recursive: true });
  assert.equal((await script('bundle.cjs')).state, 'Done');
});
