// What a page's Content-Security-Policy has to allow, and what happens where it does not.

import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { blocksOf } from '../support/readme.js';
import { startServer } from './support/server.js';
import { assertVisit, visit } from './support/visit.js';
import { run, workshop } from './support/workshop.js';

/** The strictest policy under which everything works, as the README has it. */
const POLICY = blocksOf('README.md').policy.replace('Content-Security-Policy: ', '').trim();
let folders;

before(async () => {
  const shop = await workshop();
  const cwd = await shop.project('policy');
  await run(await shop.tool('esbuild'), ['main.js', '--bundle', '--format=esm', '--outdir=dist', '--log-level=warning'], { cwd });
  folders = [join(cwd, 'dist'), cwd];
});

async function open(t, policy, path) {
  const server = await startServer({ folders, headers: { 'Content-Security-Policy': policy } });
  t.after(() => server.stop());
  return { server, visited: await visit(server.address + path) };
}

test(`all of it works under ${POLICY}`, async (t) => {
  const { server, visited } = await open(t, POLICY, '/');
  await assertVisit(visited, server);
});

for (const [title, policy] of [
  ["without 'wasm-unsafe-eval'", POLICY.replace(" 'wasm-unsafe-eval'", '')],
  ['with scripts left to default-src', "default-src 'self'"],
]) {
  test(`${title}, the error names the directive that is missing`, async (t) => {
    const { visited } = await open(t, policy, '/?refused');
    assert.equal(visited.outcome.length, 3);
    for (const error of visited.outcome) {
      assert.match(error.message, /Content-Security-Policy.*'wasm-unsafe-eval'.*script-src/u);
      assert.deepEqual({ ...error, message: '' }, { known: true, code: 'LOAD_FAILED', message: '', retryable: false, cause: 'CompileError' });
    }
  });
}

/** ./slim fetches its file, which the policy's connect-src has to allow. */
async function slim(t, policy) {
  const shop = await workshop();
  const cwd = await shop.project('slim', `policy-slim-${policy.length}`);
  await run(await shop.tool('esbuild'), ['main.js', '--bundle', '--format=esm', '--outdir=.', '--allow-overwrite', '--log-level=warning'], { cwd });
  await copyFile(join(shop.package, 'sdk.wasm'), join(cwd, 'sdk.wasm'));
  const server = await startServer({ folders: [cwd], headers: { 'Content-Security-Policy': policy } });
  t.after(() => server.stop());
  return (await visit(`${server.address}/`)).outcome;
}

test('slim works under the same policy', async (t) => {
  assert.deepEqual(await slim(t, POLICY), { before: 'NOT_INITIALIZED', ready: true, ok: true });
});

test('slim names connect-src where that is what is missing', async (t) => {
  assert.match((await slim(t, POLICY.replace(/; connect-src.*/u, ''))).error, /could not be fetched.*connect-src/u);
});
