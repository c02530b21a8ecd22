// The package as it is published: what it exports, how it loads, what its files promise.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const npm = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(npm, 'dist');
const manifest = JSON.parse(await readFile(join(dist, 'package.json'), 'utf8'));

test('every exported file is in the package', async () => {
  const files = Object.values(manifest.exports).flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)));
  for (const file of files) assert.ok((await readFile(join(dist, file))).length > 0, file);
});

test('it has no dependencies and runs nothing at install', () => {
  assert.equal(manifest.dependencies, undefined);
  assert.ok(Object.keys(manifest.peerDependencies).every((name) => manifest.peerDependenciesMeta[name].optional));
  assert.equal(manifest.scripts, undefined);
  assert.equal(manifest.sideEffects, false);
});

test('it holds what contents.txt lists, and nothing else', async () => {
  const { stdout } = await run('npm', ['pack', dist, '--dry-run', '--json']);
  const [{ files }] = Object.values(JSON.parse(stdout));
  const listed = (await readFile(join(npm, 'contents.txt'), 'utf8')).trim().split('\n');
  // A star stands for any name in its folder.
  const patterns = listed.map((line) => new RegExp(`^${line.replace(/[.]/g, '\\.').replace('*', '[^/]+')}$`));
  const paths = files.map(({ path }) => path);
  assert.deepEqual(paths.filter((path) => !patterns.some((pattern) => pattern.test(path))), []);
  assert.deepEqual(listed.filter((_, at) => !paths.some((path) => patterns[at].test(path))), []);
});

test('publint finds nothing', async () => {
  const { stdout } = await run(process.execPath, [join(npm, 'node_modules/publint/src/cli.js'), 'run', dist, '--strict']);
  assert.match(stdout, /All good/);
});

test('the types resolve wherever ESM does', async () => {
  const into = await mkdtemp(join(tmpdir(), 'pack-'));
  try {
    await run('npm', ['pack', dist, '--pack-destination', into]);
    const [tarball] = await readdir(into);
    // sdk.wasm is a file to fetch, not a module with types.
    await run(process.execPath, [
      join(npm, 'node_modules/@arethetypeswrong/cli/dist/index.js'),
      join(into, tarball), '--profile', 'esm-only', '--exclude-entrypoints', './sdk.wasm',
    ]);
  } finally {
    await rm(into, { recursive: true });
  }
});

test('the types narrow and refuse misuse, under strict settings', async () => {
  await run(process.execPath, [join(npm, 'node_modules/typescript/bin/tsc'), '--project', join(npm, 'test/types')]).catch((error) => {
    assert.fail(error.stdout);
  });
});

test('importing touches no global and starts nothing', async () => {
  const script = `
    const before = Object.getOwnPropertyNames(globalThis).join();
    for (const name of ['EventSource', 'fetch', 'document', 'window']) delete globalThis[name];
    for (const entry of ${JSON.stringify(['index.js', 'slim.js', 'bff.js', 'messages/index.js', 'testing.js'])}) await import(${JSON.stringify(dist)} + '/' + entry);
    const after = Object.getOwnPropertyNames(globalThis);
    if (after.some((name) => !before.includes(name))) throw new Error('a global was added');
  `;
  await run(process.execPath, ['--input-type=module', '--eval', script]);
});

test('require() works too', () => {
  const require = createRequire(import.meta.url);
  const { isCountry } = require(join(dist, 'index.js'));
  assert.equal(isCountry('JP'), true);
});

test('slim says to call init() first, says why that failed, and then works', async () => {
  const slim = await import('../dist/slim.js');
  assert.throws(() => slim.isCountry('US'), { code: 'NOT_INITIALIZED', message: /await init\(\)/ });
  await assert.rejects(slim.init(new Response('<!doctype html>', { status: 200 })), { code: 'LOAD_FAILED', message: /an HTML page/ });
  const broken = new ReadableStream({ start: (stream) => stream.error(new TypeError('cut off')) });
  await assert.rejects(slim.init(new Response(broken)), { code: 'LOAD_FAILED', retryable: true, message: /could not be fetched/ });
  await assert.rejects(slim.init(Promise.reject(new Error('gone'))), { code: 'LOAD_FAILED', retryable: true, message: /could not be fetched/ });
  await slim.init();
  assert.equal(slim.isCountry('US'), true);
});

test('messages come without the module', async () => {
  const text = await readFile(join(dist, 'messages/index.js'), 'utf8');
  assert.doesNotMatch(text, /WebAssembly|index\.js'.*\.\./);
});
