// The package's types as TypeScript of every age we support reads them: strict, with the package's own files checked too.

import assert from 'node:assert/strict';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run, workshop } from './support/workshop.js';

/** From the oldest to the newest; each is a package of the workshop. */
const VERSIONS = ['54', '56', '58', '59', '60', '70'];

const STRICT = {
  target: 'es2022',
  lib: ['es2022', 'dom'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  skipLibCheck: false,
  noEmit: true,
};

/** The two ways projects resolve packages with an exports map. */
const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler', verbatimModuleSyntax: true },
};

let shop;
let cwd;
before(async () => {
  shop = await workshop();
  cwd = await shop.project('types');
  // The same uses and misuses the package's own tests have.
  for (const file of ['valid.ts', 'invalid.ts']) await cp(fileURLToPath(new URL(`../../npm/test/types/${file}`, import.meta.url)), join(cwd, file));
  await mkdir(join(cwd, 'node_modules'), { recursive: true });
  for (const [name, resolution] of Object.entries(RESOLUTIONS)) {
    await writeFile(join(cwd, `tsconfig.${name}.json`), JSON.stringify({ compilerOptions: { ...STRICT, ...resolution }, include: ['*.ts'] }));
  }
});

for (const version of VERSIONS) {
  test(`TypeScript ${version[0]}.${version[1]}`, async () => {
    const tsc = await shop.tool(`typescript${version}`, 'tsc');
    const { stdout } = await run(process.execPath, [tsc, '--version'], { cwd });
    assert.ok(stdout.includes(`Version ${version[0]}.${version[1]}.`), stdout);
    // Every version one way, the first and the last both.
    const ways = [VERSIONS[0], VERSIONS.at(-1)].includes(version) ? Object.keys(RESOLUTIONS) : ['bundler'];
    await Promise.all(ways.map((name) => run(process.execPath, [tsc, '--project', `tsconfig.${name}.json`], { cwd })));
  });
}

test('a misuse that compiles would be noticed', async () => {
  const tsc = await shop.tool('typescript54', 'tsc');
  await writeFile(join(cwd, 'tsconfig.misuse.json'), JSON.stringify({ compilerOptions: { ...STRICT, ...RESOLUTIONS.nodenext }, files: ['misuse.ts'] }));
  await writeFile(join(cwd, 'misuse.ts'), `import { brandsRequest } from 'cryptorefills-checkout';\nbrandsRequest({});\n`);
  await assert.rejects(run(process.execPath, [tsc, '--project', 'tsconfig.misuse.json'], { cwd }), /TS2345/u);
});
