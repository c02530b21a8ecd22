// What a bundler makes of the package: only what was asked for, and one copy of the module at most.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { en, ja } from '../dist/messages/index.js';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
let project;

before(async () => {
  project = await mkdtemp(join(tmpdir(), 'bundles-'));
  await mkdir(join(project, 'node_modules'));
  await symlink(dist, join(project, 'node_modules/cryptorefills-checkout'));
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
});
after(() => rm(project, { recursive: true }));

/** The bundle of a few lines in a project that has the package, not minified. */
async function bundle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: project, loader: 'ts' }, bundle: true, format: 'esm', platform: 'browser', external: ['react'],
    write: false, charset: 'utf8', logLevel: 'error', outdir: project, loader: { '.wasm': 'file' },
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** How many copies of the main entry a bundle has, and whether the module is inlined in it. */
const copies = (text) => text.split('Symbol.for("cryptorefills-checkout.error")').length - 1;
const isInlined = (text) => text.length > 100_000;

test('types alone leave nothing', async () => {
  const text = await bundle(`import { type Order, type WatchOptions } from 'cryptorefills-checkout';
    import type { UseOrder } from 'cryptorefills-checkout/react';
    export const state = (order: Order) => order.order_state;`);
  assert.equal(copies(text), 0);
  assert.ok(text.length < 200, text);
});

test('an import that is not used leaves nothing, whatever the entry', async () => {
  for (const entry of ['', '/slim', '/bff', '/react', '/messages', '/testing']) {
    const text = await bundle(`import 'cryptorefills-checkout${entry}'; import * as all from 'cryptorefills-checkout${entry}';`);
    assert.equal(text.trim(), '', entry);
  }
});

test('messages bring one language and no module', async () => {
  for (const [used, other] of [[en, ja], [ja, en]]) {
    const text = await bundle(`import { ${used.tag}, problemText } from 'cryptorefills-checkout/messages';
      console.log(problemText({ code: 'OUT_OF_STOCK' }, ${used.tag}));`);
    assert.ok(text.includes(used.problems.OUT_OF_STOCK));
    assert.ok(!text.includes(other.problems.OUT_OF_STOCK));
    assert.doesNotMatch(text, /WebAssembly/);
  }
});

test('the test shop brings no module', async () => {
  assert.doesNotMatch(await bundle(`export { createTestShop } from 'cryptorefills-checkout/testing'`), /WebAssembly/);
});

test('the server half and the main entry are one copy', async () => {
  const text = await bundle(`export { createBff } from 'cryptorefills-checkout/bff'; export { checkOrder } from 'cryptorefills-checkout';`);
  assert.equal(copies(text), 1);
});

test('the hook and the main entry are one copy', async () => {
  const text = await bundle(`import { checkOrder, CheckoutError } from 'cryptorefills-checkout';
    import { useOrder } from 'cryptorefills-checkout/react';
    import { createTestShop } from 'cryptorefills-checkout/testing';
    console.log(checkOrder, CheckoutError, useOrder, createTestShop);`);
  assert.equal(copies(text), 1);
  assert.equal(isInlined(text), true);
});

test('the hook over slim leaves the inlined module out', async () => {
  const text = await bundle(`import { init, watchOrder } from 'cryptorefills-checkout/slim';
    import { createUseOrder } from 'cryptorefills-checkout/react';
    export { init }; export const useOrder = createUseOrder(watchOrder);`);
  assert.equal(copies(text), 1);
  assert.equal(isInlined(text), false);
});
