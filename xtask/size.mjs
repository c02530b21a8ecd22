// Measures npm/dist: the wasm, and each entry as a page would get it, bundled whole and minified by esbuild. ./messages also
// by language, since a page takes one; ./react beside the main entry, which it shares with the page.
// Prints {"wasm":{"raw","gzip","brotli"},"entries":{".":{...}}}; with --page {"page, first view":{...},"page, all of it":{...}}.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const npm = new URL('../npm/', import.meta.url);
const dist = new URL('dist/', npm);
const require = createRequire(new URL('package.json', npm));
const { build } = require('esbuild');

/** @param {Uint8Array} bytes */
function sizes(bytes) {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, quality).length,
  };
}

/**
 * The file an entry of the exports map leads an ESM bundler to.
 * @param {unknown} target
 * @returns {string | undefined}
 */
function file(target) {
  if (typeof target === 'string') return target;
  if (target === null || typeof target !== 'object') return undefined;
  const conditions = /** @type {Record<string, unknown>} */ (target);
  return file(conditions.browser ?? conditions.import ?? conditions.default);
}

const manifest = JSON.parse(readFileSync(new URL('package.json', dist), 'utf8'));
const external = Object.keys(manifest.peerDependencies ?? {});

/**
 * @param {import('esbuild').BuildOptions} what
 */
async function bundled(what) {
  const built = await build({
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    external,
    write: false,
    logLevel: 'error',
    ...what,
  });
  return sizes(built.outputFiles[0].contents);
}

// The demo's page: what its first view needs, with the scripts its main script imports at once, and all of it.
const [module] = process.argv.slice(2);
if (module === '--page') {
  const page = new URL('../www/page/dist/', import.meta.url);
  const scripts = (name, found = new Set()) => {
    if (found.has(name)) return found;
    found.add(name);
    const text = readFileSync(new URL(name, page), 'utf8');
    for (const [, next] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/gu)) scripts(next, found);
    return found;
  };
  const sum = (names) => [...names].map((name) => sizes(readFileSync(new URL(name, page))))
    .reduce((all, one) => ({ raw: all.raw + one.raw, gzip: all.gzip + one.gzip, brotli: all.brotli + one.brotli }));
  const all = readdirSync(page).filter((name) => /\.(?:html|css|js|svg)$/u.test(name) && !name.startsWith('states'));
  console.log(JSON.stringify({
    'page, first view': sum(['index.html', 'style.css', 'favicon.svg', ...scripts('main.js')]),
    'page, all of it': sum(all),
  }));
  process.exit();
}

// A module by itself, for comparison.
if (module) {
  console.log(JSON.stringify({ wasm: sizes(readFileSync(module)) }));
  process.exit();
}

/** @type {Record<string, ReturnType<typeof sizes>>} */
const entries = {};
for (const [name, target] of Object.entries(manifest.exports)) {
  const path = file(target);
  if (!path?.endsWith('.js')) continue;
  const shared = name === '.' ? [] : [file(manifest.exports['.'])];
  entries[name] = await bundled({ entryPoints: [fileURLToPath(new URL(path, dist))], external: [...external, ...shared] });
}
for (const lang of ['en', 'ja']) {
  const contents = `export { ${lang}, endText, errorText, issueText, problemText, stageText } from '${file(manifest.exports['./messages'])}';`;
  entries[`./messages, ${lang}`] = await bundled({ stdin: { contents, resolveDir: fileURLToPath(dist) } });
}
const wasm = sizes(readFileSync(new URL('sdk.wasm', dist)));
console.log(JSON.stringify({ wasm, entries }));
