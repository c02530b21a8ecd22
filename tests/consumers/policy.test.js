// What a page's Content-Security-Policy has to allow, and what happens where it does not.

import assert from 'node:assert/strict';
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
