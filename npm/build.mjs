// Assembles npm/dist, the whole package, from npm/src and the module in npm/build.

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inline } from './inline.mjs';
import { page } from './page.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const at = (...names) => join(here, ...names);
const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8'));

const wasm = readFileSync(at('build/bindings_bg.wasm'));
const binaryen = (tool, ...words) => execFileSync(process.execPath, [at('node_modules/binaryen/bin', tool), ...words]);
binaryen('wasm-as', at('src/inline/unpack.wat'), '--output', at('build/unpack.wasm'));
binaryen('wasm-opt', '-Os', at('build/unpack.wasm'), '--output', at('build/unpack.wasm'));
const { singles, text } = inline(wasm);
const unpacker = readFileSync(at('build/unpack.wasm')).toString('base64');
writeFileSync(at('build/inline.js'), `export const singles = '${singles}';\nexport const text = '${text}';\nexport const unpacker = '${unpacker}';\n`);

rmSync(at('dist'), { recursive: true, force: true });
mkdirSync(at('dist'));

// One file an entry: with a shared file, a bundler told that nothing has side effects may drop the loader.
const banner = `// ${manifest.name} ${manifest.version}, ${manifest.license}`;
const bundle = (entry, out, { loader, inject = [], beside = [], platform = 'neutral' } = {}) =>
  build({
    entryPoints: [at('src', entry)],
    outfile: at('dist', out),
    bundle: true,
    format: 'esm',
    platform,
    target: ['es2022'],
    plugins: [{ name: 'beside', setup: ({ onResolve }) => onResolve({ filter: /^\.\.\/index\.js$/ }, ({ path }) => (beside.includes(path) ? { path: './index.js', external: true } : undefined)) }],
    alias: loader ? { '#loader': at('src', loader) } : {},
    inject: inject.map((file) => at('src', file)),
    define: { PACKAGE_VERSION: JSON.stringify(manifest.version) },
    banner: { js: banner },
    logLevel: 'warning',
  });

await Promise.all([
  bundle('index.js', 'index.js', { loader: 'loader-inline.js', inject: ['text-coding.js'] }),
  bundle('index.js', 'slim.js', { loader: 'loader-slim.js', inject: ['text-coding.js'] }),
  // It imports the entry beside it, as react.js does: a server that uses both has one module.
  bundle('bff/index.js', 'bff.js', { beside: ['../index.js'] }),
  bundle('doctor/main.js', 'doctor.js', { platform: 'node' }),
  bundle('testing/index.js', 'testing.js', { inject: ['text-coding.js'] }),
]);

// As it is: it imports the entry beside it, so that a page has one module, whoever asks for it.
writeFileSync(at('dist/react.js'), `${banner}\n${readFileSync(at('src/react.js'), 'utf8')}`);

// The messages stay one file a language, so that a page takes only its own.
cpSync(at('src/messages'), at('dist/messages'), { recursive: true });

writeFileSync(at('dist/sdk.wasm'), wasm);
for (const types of ['index.d.ts', 'wire.d.ts', 'watch.d.ts', 'bff.d.ts', 'react.d.ts', 'testing.d.ts']) copyFileSync(at('src', types), at('dist', types));
writeFileSync(at('dist/slim.d.ts'), "export * from './index.js';\n");
// What the README links to comes along, so that an installed package can be read without the repository: the pages, and in the
// place of pictures, which weigh as much as everything else, what they show.
const withoutPictures = (text) => text.replace(/!\[([^\]]+)\]\([^)]+\.png\)/g, '*$1*');
const ship = (from, to) => writeFileSync(at('dist', to), withoutPictures(readFileSync(at('..', from), 'utf8')));
for (const entry of readdirSync(at('../docs'), { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith('.md')) continue;
  const page = relative(at('..'), join(entry.parentPath, entry.name));
  mkdirSync(dirname(at('dist', page)), { recursive: true });
  ship(page, page);
}
// Where an error's `docUrl` leads: a browser shows the other pages as text, in which no link finds a heading.
writeFileSync(at('dist/docs/errors.html'), page(readFileSync(at('../docs/errors.md'), 'utf8')));
for (const file of ['README.md', 'README.ja.md', 'CHANGELOG.md', 'LICENSE-MIT', 'LICENSE-APACHE']) ship(file, file);

// The manifest of the package as it is published: paths from its own root, nothing for its makers.
const published = JSON.parse(JSON.stringify(manifest).replaceAll('./dist/', './'));
delete published.devDependencies;
delete published.files;
writeFileSync(at('dist/package.json'), `${JSON.stringify(published, null, 2)}\n`);
