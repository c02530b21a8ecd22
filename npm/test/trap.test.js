// A trap in the module is an error that says so, and the next call works again.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { checkOrder } from '../dist/index.js';

const npm = fileURLToPath(new URL('..', import.meta.url));

test('a trap becomes INTERNAL, and the next call has a fresh instance', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'trap-'));
  t.after(() => rm(folder, { recursive: true }));
  const entry = join(folder, 'entry.js');
  await writeFile(entry, `export { init, isReady, wasm } from ${JSON.stringify(join(npm, 'src/runtime.js'))};`);
  await build({
    entryPoints: [entry], outfile: join(folder, 'out.mjs'), bundle: true, format: 'esm', logLevel: 'error',
    alias: { '#loader': join(npm, 'src/loader-inline.js') }, define: { PACKAGE_VERSION: '"0.0.0-test"' },
  });
  const { init, isReady, wasm } = await import(pathToFileURL(join(folder, 'out.mjs')));
  assert.equal(wasm().isCountry('US'), 1);
  // More than a wasm memory can hold, so that the allocation traps. The pages of it are never touched.
  const huge = new Uint8Array(2 ** 32 - 65_536);
  assert.throws(() => wasm().check(0, huge, 0), (error) => {
    assert.equal(error.code, 'INTERNAL');
    assert.match(error.message, /0\.0\.0-test failed in check\(\)/);
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    return true;
  });
  assert.equal(wasm().isCountry('US'), 1);
  // Or asked for ahead, where an engine does nothing on the spot.
  assert.throws(() => wasm().check(0, huge, 0), { code: 'INTERNAL' });
  assert.equal(isReady(), false);
  await init();
  assert.equal(isReady(), true);
  assert.equal(wasm().isCountry('US'), 1);
});

test('an answer larger than any memory is refused before it is copied', () => {
  assert.equal(checkOrder(new Uint8Array(2 ** 32 - 65_536)).issues[0].code, 'TOO_LARGE');
  assert.equal(checkOrder('x'.repeat(11), { maxBytes: 10 }).issues[0].code, 'TOO_LARGE');
});
