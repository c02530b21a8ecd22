// The inlined module: its text says the same bytes again, and no tool has to escape it.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { text, unpacker } from '../build/inline.js';
import { inline } from '../inline.mjs';

const npm = fileURLToPath(new URL('..', import.meta.url));

/** What the loader makes of bytes written as text. */
async function unpacked(bytes) {
  const folder = await mkdtemp(join(tmpdir(), 'inline-'));
  const values = Object.entries({ ...inline(bytes), unpacker });
  const contents = values.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`).join('\n');
  const outfile = join(folder, 'loader.mjs');
  try {
    await build({
      entryPoints: [join(npm, 'src/loader-inline.js')], outfile, bundle: true, format: 'esm', logLevel: 'error',
      plugins: [{ name: 'bytes', setup: ({ onLoad }) => onLoad({ filter: /build.inline\.js$/ }, () => ({ contents })) }],
    });
    return (await import(pathToFileURL(outfile))).inlinedBytes();
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('the text says the module byte for byte', async () => {
  const wasm = new Uint8Array(await readFile(join(npm, 'dist/sdk.wasm')));
  assert.deepEqual(new Uint8Array(await unpacked(wasm)), wasm);
});

test('any bytes survive, whichever are common', async () => {
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  for (const common of [0, 65, 125, 255]) {
    const bytes = Uint8Array.from([...all, ...all.map((byte) => (byte < 90 ? (byte + common) % 256 : byte)), common, ...all.reverse()]);
    assert.deepEqual(new Uint8Array(await unpacked(bytes)), bytes);
  }
});

test('no tool has to escape it, and a page may hold it', async () => {
  assert.match(text, /^[ -~]+$/);
  assert.doesNotMatch(text, /["'`\\$<]/);
  for (const minify of [false, true]) {
    const { code } = await transform(`console.log('${text}')`, { minify });
    assert.ok(code.includes(text));
  }
});
