// The module's memory: blocks do not overlap, and what is freed is taken again.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const module = await WebAssembly.compile(await readFile(new URL('../dist/sdk.wasm', import.meta.url)));

/** Its place among the payloads of src/schema/check.rs. */
const BRANDS = 3;

function instance() {
  const { memory, __wbindgen_malloc: allocate, __wbindgen_free: free, check } = new WebAssembly.Instance(module).exports;
  return { memory, allocate, free, check };
}

test('blocks in use do not overlap, whatever was freed between', () => {
  const { memory, allocate, free } = instance();
  const blocks = [];
  let seed = 7;
  const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 20_000; round++) {
    if (blocks.length > 200 || (blocks.length > 0 && random(3) === 0)) {
      const [{ at, size, mark }] = blocks.splice(random(blocks.length), 1);
      const bytes = new Uint8Array(memory.buffer, at, size);
      assert.ok(bytes[0] === mark && bytes[size - 1] === mark && bytes[size >> 1] === mark);
      free(at, size, 8);
    } else {
      const size = 1 + random(random(50) === 0 ? 200_000 : 300);
      const at = allocate(size, 8);
      const mark = 1 + random(255);
      assert.equal(at % 8, 0);
      new Uint8Array(memory.buffer, at, size).fill(mark);
      blocks.push({ at, size, mark });
    }
  }
});

test('the same work takes no more memory the hundredth time', () => {
  const { memory, allocate, free, check } = instance();
  const pass = (bytes) => {
    const at = allocate(bytes.length, 1);
    new Uint8Array(memory.buffer).set(bytes, at);
    return [at, bytes.length];
  };
  const work = () => {
    for (let rows = 1; rows < 200; rows += 7) {
      const text = JSON.stringify({ country_code: 'US', all_brands: Array.from({ length: rows }, (_, at) => ({ brand: `Brand ${at}`, min: at % 3 ? '1' : [] })) });
      const [at, length] = check(BRANDS, ...pass(Buffer.from(text)), 0);
      free(at, length, 1);
    }
  };
  work();
  const before = memory.buffer.byteLength;
  for (let times = 0; times < 99; times++) work();
  assert.equal(memory.buffer.byteLength, before);
});
