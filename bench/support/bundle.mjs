// Bundles as a page would get them, and what they weigh.

import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('../', import.meta.url));

/** One minified ES module of a source text that imports what it wants, from bench/. */
export async function bundle(source, options = {}) {
  const result = await build({
    stdin: { contents: source, resolveDir: here, sourcefile: 'entry.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    logLevel: 'error',
    ...options,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

/** Bytes as they are, gzip -9 and brotli -q 11. */
export function sizes(bytes) {
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
  };
}
