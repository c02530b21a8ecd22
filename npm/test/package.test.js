// The package as it is published: what it exports, how it loads, what its files promise.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
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

/** What a page has that a language has not; some of it is missing in Node, and WebAssembly may be forbidden. */
const OF_A_PAGE = ['document', 'window', 'self', 'location', 'localStorage', 'sessionStorage', 'indexedDB', 'EventSource', 'XMLHttpRequest', 'WebAssembly'];

test('importing reads no global of the host and adds none, whatever the entry', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'import-'));
  t.after(() => rm(folder, { recursive: true }));
  const modules = join(folder, 'node_modules');
  await cp(dist, join(modules, manifest.name), { recursive: true });
  // React reads globals of its own; here it only has to be there.
  await mkdir(join(modules, 'react'));
  await writeFile(join(modules, 'react/package.json'), '{ "name": "react", "type": "module", "exports": "./index.js" }');
  await writeFile(join(modules, 'react/index.js'), 'export let useEffect, useMemo, useRef, useSyncExternalStore;');
  const entries = Object.entries(manifest.exports).filter(([, target]) => target.types).map(([entry]) => manifest.name + entry.slice(1));
  assert.equal(entries.length, 6);
  await writeFile(join(folder, 'script.mjs'), `
    import { runInNewContext } from 'node:vm';
    const ofTheLanguage = new Set(runInNewContext('Object.getOwnPropertyNames(globalThis)'));
    const host = [...Object.getOwnPropertyNames(globalThis).filter((name) => !ofTheLanguage.has(name)), ...${JSON.stringify(OF_A_PAGE)}];
    const read = new Set();
    // Node reads some of them itself meanwhile, so who asks is looked at.
    Error.stackTraceLimit = 100;
    const note = (what) => {
      if (new Error().stack.includes(${JSON.stringify(`/${manifest.name}/`)}) || asking) read.add(what);
    };
    let asking = false;
    for (const name of host) {
      const value = globalThis[name];
      Object.defineProperty(globalThis, name, { configurable: true, get: () => (note(name), value), set: () => note(name + ' =') });
    }
    const before = Object.getOwnPropertyNames(globalThis);
    const told = {};
    for (const entry of ${JSON.stringify(entries)}) {
      read.clear();
      await import(entry);
      told[entry] = [...read].sort();
    }
    told.added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
    // The watch itself works.
    read.clear();
    asking = true;
    typeof document;
    told.watched = [host.length > 60, ...read];
    process.stdout.write(JSON.stringify(told));`);
  const { stdout } = await run(process.execPath, ['script.mjs'], { cwd: folder });
  // jsdom lacks these two, so a bundle looks at once where they are; the server half makes its encoder.
  const coding = ['TextDecoder', 'TextEncoder'];
  const name = (entry) => `${manifest.name}${entry}`;
  assert.deepEqual(JSON.parse(stdout), {
    [name('')]: coding, [name('/slim')]: coding, [name('/bff')]: ['TextEncoder'], [name('/react')]: [], [name('/testing')]: coding, [name('/messages')]: [],
    added: [], watched: [true, 'document'],
  });
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

test('what the types say of limits is what the sources have', async () => {
  const [types, watch, source, endpoints] = await Promise.all(['watch.d.ts', 'src/watch.d.ts', 'src/watch.js', '../src/endpoint.rs'].map((file, at) => readFile(join(at ? npm : dist, file), 'utf8')));
  assert.equal(types, watch);
  const number = (text) => (text === 'HOUR' ? 3_600_000 : Number(text.replaceAll('_', '')));
  const settings = Array.from(source.matchAll(/^  \['([\w.]+)', ([\w.]+), ([\w.]+), ([\w.]+)\],$/gm), ([, name, ...numbers]) => [name, ...numbers.map(number)]);
  assert.ok(settings.length >= 12);
  const OWNERS = { backoff: 'BackoffOptions', poll: 'PollOptions' };
  for (const [path, usual, least, most] of settings) {
    const [owner, name = owner] = path.split('.');
    const of = new RegExp(`interface ${OWNERS[owner] ?? 'WatchOptions'} \\{[^]*?\\n\\}`).exec(types)[0];
    const [, doc] = new RegExp(`/\\*\\* ([^\\n]*) \\*/\\n  ${name}\\?:`).exec(of);
    assert.ok(doc.includes(`${least} to ${most}`) || doc.includes(`${least} (exact) to ${most}`), `${path}: ${least} to ${most}`);
    assert.ok(doc.includes(`Default: ${usual}`), `${path}: Default: ${usual}`);
  }
  const [, languages] = /const LANGUAGES: &str = "([^"]+)";/.exec(endpoints);
  const listed = Array.from((await readFile(join(dist, 'index.d.ts'), 'utf8')).matchAll(/((?:`\w\w`, )+`\w\w` or `\w\w`)[^\n]*\n  lang\?:/g), ([, list]) => list.match(/\w\w(?=`)/g).join(' '));
  assert.equal(listed.length, 2);
  for (const list of listed) assert.equal(list, languages);
});
