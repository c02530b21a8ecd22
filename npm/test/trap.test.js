// A trap in the module is an error that says so, and the next call works again.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { checkOrder } from '../dist/index.js';

const npm = fileURLToPath(new URL('..', import.meta.url));

/** The loader by itself, as the package has it. */
async function loader(t) {
  const folder = await mkdtemp(join(tmpdir(), 'trap-'));
  t.after(() => rm(folder, { recursive: true }));
  const entry = join(folder, 'entry.js');
  await writeFile(entry, `export { init, isReady, wasm } from ${JSON.stringify(join(npm, 'src/runtime.js'))};`);
  await build({
    entryPoints: [entry], outfile: join(folder, 'out.mjs'), bundle: true, format: 'esm', logLevel: 'error',
    alias: { '#loader': join(npm, 'src/loader-inline.js') }, define: { PACKAGE_VERSION: '"0.0.0-test"' },
  });
  return import(pathToFileURL(join(folder, 'out.mjs')));
}

test('a trap becomes INTERNAL, and the next call has a fresh instance', async (t) => {
  const { init, isReady, wasm } = await loader(t);
  assert.equal(wasm().isCountry('US'), 1);
  // More than a wasm memory can hold, so that the allocation traps. The pages of it are never touched.
  const huge = new Uint8Array(2 ** 32 - 65_536);
  assert.throws(() => wasm().check(0, huge, 0), (error) => {
    assert.equal(error.code, 'INTERNAL');
    assert.match(error.message, /^cryptorefills-checkout 0\.0\.0-test failed in check\(\); .*tell its maintainers, with the version/);
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

/** A module that calls itself until the stack is full, and one whose memory is smaller than it says. */
const THROWS = [
  ['a stack that overflows', '(func $again (export "isCountry") (param i32 i32) (result i32) (i32.add (call $again (local.get 0) (local.get 1)) (i32.const 1)))', RangeError],
  ['a text that is nowhere', '(func (export "isCountry") (param i32 i32) (result i32 i32) (i32.const 65536) (i32.const 9))', RangeError],
];
for (const [title, wat, Thrown] of THROWS) {
  test(`${title} becomes INTERNAL too, and costs the instance`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'throws-'));
    t.after(() => rm(folder, { recursive: true }));
    const text = join(folder, 'module.wat');
    await writeFile(text, `(module (memory (export "memory") 1) (func (export "__wbindgen_malloc") (param i32 i32) (result i32) (i32.const 0)) ${wat})`);
    execFileSync(process.execPath, [join(npm, 'node_modules/binaryen/bin/wasm-as'), '--enable-multivalue', text, '--output', join(folder, 'module.wasm')]);
    const { init, isReady, wasm } = await loader(t);
    await init(await readFile(join(folder, 'module.wasm')));
    assert.equal(isReady(), true);
    assert.throws(() => wasm().isCountry('US'), (error) => {
      assert.equal(error.code, 'INTERNAL');
      assert.ok(error.cause instanceof Thrown, String(error.cause));
      return true;
    });
    assert.equal(isReady(), false);
  });
}

test('an answer larger than any memory is refused before it is copied', () => {
  assert.equal(checkOrder(new Uint8Array(2 ** 32 - 65_536)).issues[0].code, 'TOO_LARGE');
  assert.equal(checkOrder('x'.repeat(11), { maxBytes: 10 }).issues[0].code, 'TOO_LARGE');
});
