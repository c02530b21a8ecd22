// Builds the demo: www/page/ -> www/page/dist/. The scripts are split, so that a language and the sanitiser come only when they are needed.
import { build, transform } from 'esbuild';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('./page/', import.meta.url));
const dist = `${page}dist/`;

/** The checkout's styles go into its script as text: it makes a sheet of them for its shadow root. */
const stylesAsText = {
  name: 'styles as text',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]checkout[\\/]styles[\\/][^\\/]+\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code, loader: 'text' };
    });
  },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await build({
  entryPoints: ['main.js', 'style.css', 'states.js', 'states.css'].map((name) => page + name),
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022'],
  minify: true,
  sourcemap: 'linked',
  legalComments: 'none',
  chunkNames: '[name]-[hash]',
  plugins: [stylesAsText],
  logLevel: 'warning',
});
for (const file of ['index.html', 'states.html', 'favicon.svg']) await cp(page + file, dist + file);
console.log(`page built in ${dist}`);
