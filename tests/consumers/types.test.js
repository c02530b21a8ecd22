// The package's types as TypeScript of every age we support reads them: strict, with the package's own files checked too.

import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { blocksOf, READMES } from '../support/readme.js';
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

/** A server's code, in a project that knows Node and no browser. */
const SERVER = `
import { checkOrder, createClient, decodeProblems, init, isCheckoutError, type Order, watchOrder } from 'cryptorefills-checkout';
import { createBff } from 'cryptorefills-checkout/bff';
import * as wasm from 'node:fs';

export const handler: (request: Request) => Promise<Response> = createBff({ partnerId: 'p', appVersion: '1' });
export const ready = init(wasm.readFileSync('sdk.wasm')).then(() => init(new URL('file:///sdk.wasm'))).then(() => init({ exports: 'a compiled module' }));
export async function read(response: Response): Promise<Order | undefined> {
  const text = await response.text();
  const checked = checkOrder(text);
  if (decodeProblems(text, response.status, response.headers).length > 0 || !checked.ok) return undefined;
  return checked.value;
}
export const client = createClient({ base: 'https://shop.example/api', fetch });
export const watch = watchOrder('x', { signal: AbortSignal.timeout(1), transport: 'poll' });
export const code = (error: unknown) => (isCheckoutError(error) ? error.code : undefined);
// @ts-expect-error a number is no module
init(5);
`;

let shop;
let cwd;
/** Compiles files under settings laid over the strict ones. */
async function compile(version, name, settings, files, resolution = 'bundler') {
  const project = `tsconfig.${name}.json`;
  await writeFile(join(cwd, project), JSON.stringify({ compilerOptions: { ...STRICT, ...RESOLUTIONS[resolution], ...settings }, files }));
  return run(process.execPath, [await shop.tool(`typescript${version}`, 'tsc'), '--project', project], { cwd });
}

before(async () => {
  shop = await workshop();
  cwd = await shop.project('types');
  // The same uses and misuses the package's own tests have.
  for (const file of ['valid.ts', 'invalid.ts']) await cp(fileURLToPath(new URL(`../../npm/test/types/${file}`, import.meta.url)), join(cwd, file));
  await mkdir(join(cwd, 'node_modules'), { recursive: true });
  for (const [name, resolution] of Object.entries(RESOLUTIONS)) {
    await writeFile(join(cwd, `tsconfig.${name}.json`), JSON.stringify({ compilerOptions: { ...STRICT, ...resolution }, files: ['valid.ts', 'invalid.ts'] }));
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
  await writeFile(join(cwd, 'misuse.ts'), `import { brandsRequest } from 'cryptorefills-checkout';\nbrandsRequest({});\n`);
  await assert.rejects(compile('54', 'misuse', {}, ['misuse.ts'], 'nodenext'), /TS2345/u);
});

// From the oldest on that Node's own types are written for.
for (const version of ['56', '70']) {
  test(`TypeScript ${version[0]}.${version[1]}, a server without DOM types`, async () => {
    await writeFile(join(cwd, 'server.ts'), SERVER);
    await compile(version, 'server', { lib: ['es2022'], types: ['node'] }, ['server.ts'], 'nodenext');
  });
}

for (const readme of READMES) {
  test(`${readme}: its code is TypeScript as it stands, under every strict setting`, async () => {
    const blocks = blocksOf(readme);
    const files = {
      'lines.ts': blocks['no server'] + blocks['dozen lines'],
      'route.ts': blocks.server,
      'order.tsx': blocks.react,
      'shop.test.ts': blocks.testing,
      'search.ts': `import type { Brand, CheckoutClient } from 'cryptorefills-checkout';
        declare const client: CheckoutClient;
        declare const input: HTMLInputElement;
        declare const show: (rows: Brand[]) => void;
        ${blocks.search}`,
    };
    await Promise.all(Object.entries(files).map(([name, code]) => writeFile(join(cwd, name), code)));
    // The declarations of vitest and React are not ours to check.
    const settings = { types: ['node'], lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'], jsx: 'react-jsx', skipLibCheck: true };
    for (const version of [VERSIONS[0], VERSIONS.at(-1)]) await compile(version, 'readme', settings, Object.keys(files));
  });
}

test('every entry exports at run time what its types say, and nothing else', async () => {
  const manifest = JSON.parse(await readFile(join(shop.package, 'package.json'), 'utf8'));
  const entries = Object.entries(manifest.exports).filter(([, target]) => target.types).map(([entry]) => entry.replace(/^\./u, 'cryptorefills-checkout'));
  assert.ok(entries.length >= 6);
  await writeFile(join(cwd, 'names.mjs'), `
    const names = {};
    for (const entry of ${JSON.stringify(entries)}) names[entry] = Object.keys(await import(entry));
    console.log(JSON.stringify(names));`);
  const names = JSON.parse((await run(process.execPath, ['names.mjs'], { cwd })).stdout);
  const union = (list) => list.map((name) => `'${name}'`).join(' | ');
  await writeFile(join(cwd, 'names.ts'), entries.map((entry, at) => `
    import * as entry${at} from '${entry}';
    type Names${at} = ${union(names[entry])};
    type Declared${at} = keyof typeof entry${at};
    export const undeclared${at}: Record<Exclude<Names${at}, Declared${at}>, never> = {};
    export const missing${at}: Record<Exclude<Declared${at}, Names${at}>, never> = {};
  `).join(''));
  await compile(VERSIONS.at(-1), 'names', { skipLibCheck: true }, ['names.ts']);
  // One that is missing on either side would be noticed.
  await writeFile(join(cwd, 'names.ts'), (await readFile(join(cwd, 'names.ts'), 'utf8')).replace("'checkOrder'", "'answered'"));
  await assert.rejects(compile(VERSIONS.at(-1), 'names', { skipLibCheck: true }, ['names.ts']), /'answered' is missing[^]*'checkOrder' is missing/u);
  assert.ok(names['cryptorefills-checkout'].length > 40 && !names['cryptorefills-checkout'].includes('answered'));
});
