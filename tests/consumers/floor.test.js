// The floor the README states: no syntax that is newer than it, no feature of WebAssembly, and nothing of an engine's library.
//
// No engine of that age runs here. So today's are taken back: whatever an engine got after its floor is deleted, as the
// compatibility data of MDN tells it, before the page's first script runs; and once more what any of the three got.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { engines, openEngine } from '../e2e/support/webdriver.js';
import { startServer } from './support/server.js';
import { assertVisit, visit } from './support/visit.js';
import { run, workshop } from './support/workshop.js';

const WASM_OPT = fileURLToPath(new URL('../../npm/node_modules/binaryen/bin/wasm-opt', import.meta.url));

const FLOOR = { chrome: 96, firefox: 113, safari: 16.4 };
const ENGINES = { Chromium: 'chrome', Firefox: 'firefox', WebKit: 'safari' };

/** What of WebAssembly each of them has, by wasm-opt's names. */
const COMMON = [
  'mutable-globals', 'sign-ext', 'nontrapping-float-to-int', 'bulk-memory', 'bulk-memory-opt', 'multivalue', 'reference-types', 'call-indirect-overlong',
  'exception-handling', 'threads', 'simd',
];
const WEBASSEMBLY = { chrome: COMMON, firefox: [...COMMON, 'extended-const'], safari: COMMON };
/** Their names in the compatibility data, where they have one of their own. */
const NAMED = {
  'sign-ext': 'sign-extension-operations', 'nontrapping-float-to-int': 'non-trapping-float-to-int-conversions', 'bulk-memory': 'bulk-memory-operations',
  'multivalue': 'multi-value', 'reference-types': 'reference-types', 'exception-handling': 'exception-handling', 'threads': 'threads-and-atomics',
  'simd': 'fixed-width-SIMD', 'extended-const': 'extended-constant-expressions', 'tail-call': 'tail-calls', 'gc': 'garbage-collection', 'memory64': 'memory64',
  'multimemory': 'multiMemory', 'relaxed-simd': 'relaxed-SIMD', 'wide-arithmetic': 'wideArithmetic',
};
/** More than this is there to be taken from today's. */
const LEAST = { 1: { chrome: 300, firefox: 100, safari: 100 }, 3: { chrome: 300, firefox: 200, safari: 200 } };
const TARGETS = ['chrome96', 'firefox113', 'safari16.4', 'node20.19'];

test('the README and the error state this floor', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const shop = await workshop();
  const said = /Chrome and Edge (\d+), Firefox (\d+), Safari ([\d.]+), Node ([\d.]+)/u.exec(readme).slice(1).join();
  const thrown = /Chrome or Edge (\d+), Firefox (\d+), Safari ([\d.]+) or Node ([\d.]+)/u.exec(await readFile(join(shop.package, 'index.js'), 'utf8')).slice(1).join();
  assert.equal(said, [FLOOR.chrome, FLOOR.firefox, FLOOR.safari, '20.19'].join());
  assert.equal(thrown, said);
});

test('no syntax is newer than the floor', async () => {
  const shop = await workshop();
  const { transform } = await import(pathToFileURL(createRequire(join(shop.package, 'x.js')).resolve('esbuild')));
  const files = (await readdir(shop.package, { recursive: true })).filter((name) => name.endsWith('.js') && name !== 'doctor.js');
  assert.ok(files.length >= 6);
  for (const file of files) {
    const source = await readFile(join(shop.package, file), 'utf8');
    const [old, today] = await Promise.all([TARGETS, 'esnext'].map((target) => transform(source, { target })));
    assert.equal(old.code, today.code, file);
  }
  // Something newer would be noticed.
  const [old, today] = await Promise.all([TARGETS, 'esnext'].map((target) => transform('using a = b;', { target })));
  assert.notEqual(old.code, today.code);
});

let known;
/** MDN's compatibility data. */
async function compatibility() {
  const shop = await workshop();
  known ??= JSON.parse(await readFile(createRequire(join(shop.package, 'x.js')).resolve('@mdn/browser-compat-data'), 'utf8'));
  return known;
}

const since = (support) => {
  const [{ version_added: version }] = [support ?? { version_added: false }].flat();
  return version === false || version === null || version === 'preview' ? Infinity : parseFloat(String(version).replace('≤', ''));
};

test('what each floor has of WebAssembly is what the compatibility data says', async () => {
  const { webassembly } = await compatibility();
  for (const [engine, features] of Object.entries(WEBASSEMBLY)) {
    const there = Object.keys(NAMED).filter((feature) => since(webassembly[NAMED[feature]].__compat.support[engine]) <= FLOOR[engine]);
    assert.deepEqual(features.filter((feature) => feature in NAMED).sort(), there.sort(), engine);
  }
});

test('the modules need no more of WebAssembly than each floor has', async (t) => {
  const shop = await workshop();
  const folder = await mkdtemp(join(tmpdir(), 'floor-'));
  t.after(() => rm(folder, { recursive: true }));
  // The other one unpacks the inlined module.
  const [, unpacker] = /["'`](AGFzbQ[\w+/=]+)["'`]/u.exec(await readFile(join(shop.package, 'index.js'), 'utf8'));
  const modules = [join(shop.package, 'sdk.wasm'), join(folder, 'unpack.wasm')];
  await writeFile(modules[1], Buffer.from(unpacker, 'base64'));
  const accept = (module, features) => run(process.execPath, [
    WASM_OPT, '--mvp-features', ...features.map((feature) => `--enable-${feature}`), module, '--output', join(folder, 'out.wasm'),
  ]);
  for (const features of Object.values(WEBASSEMBLY)) for (const module of modules) await accept(module, features);
  // What is not enabled is refused.
  await assert.rejects(accept(modules[0], COMMON.filter((feature) => feature !== 'multivalue')), /error validating input/u);
});

/** What some of these engines got only after its floor, as [global, member] or [global]. */
async function newcomers(engines) {
  const data = await compatibility();
  const isNew = ({ __compat: compat } = {}) => compat && engines.some((engine) => since(compat.support[engine]) > FLOOR[engine]);
  const list = [];
  for (const [name, feature] of [...Object.entries(data.javascript.builtins), ...Object.entries(data.api)]) {
    if (isNew(feature)) list.push([name]);
    else for (const [member, part] of Object.entries(feature)) if (member !== '__compat' && isNew(part)) list.push([name, member.replace(/_static$/u, '')]);
  }
  return list;
}

/** In the page, before anything else: takes them away, and says how many were there. */
function takeBack(list) {
  let gone = 0;
  const remove = (holder, name) => {
    const descriptor = holder && Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor?.configurable && Reflect.deleteProperty(holder, name)) gone += 1;
  };
  for (const [name, member] of list) {
    if (member === undefined) remove(globalThis, name);
    else if (name === 'globals' || name === 'Window') remove(globalThis, member);
    else {
      const key = member.startsWith('@@') ? Symbol[member.slice(2)] : member;
      remove(globalThis[name], key);
      remove(globalThis[name]?.prototype, key);
    }
  }
  globalThis.takenBack = {
    gone,
    left: [typeof Promise.withResolvers, typeof Object.groupBy, typeof Uint8Array.fromBase64, typeof globalThis.WebTransport],
    timeout: typeof AbortSignal.timeout,
  };
}

/** The page's own copy of itself, with what is taken from it in front. */
async function pageWithout(t, engines) {
  const shop = await workshop();
  const cwd = await shop.project('floor');
  await run(await shop.tool('esbuild'), ['main.js', '--bundle', '--format=esm', '--outdir=dist', `--target=${TARGETS}`, '--log-level=warning'], { cwd });
  const page = await readFile(join(cwd, 'index.html'), 'utf8');
  const script = `<script>(${takeBack})(${JSON.stringify(await newcomers(engines))})</script>`;
  // A function, since the script has a dollar sign or two.
  await writeFile(join(cwd, 'dist/index.html'), page.replace('<title>', () => `${script}\n<title>`));
  const server = await startServer({ folders: [join(cwd, 'dist'), cwd] });
  t.after(() => server.stop());
  return server;
}

/** A page in any engine: what it showed, and what was taken from it. */
async function look(engine, address) {
  const browser = await openEngine(engine);
  try {
    await browser.goto(address);
    return await browser.runAsync(`
      const done = arguments[0];
      const tell = () => done({ outcome: JSON.parse(document.documentElement.dataset.outcome), more: window.takenBack });
      if (document.documentElement.dataset.outcome) tell();
      else new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ['data-outcome'] });
    `);
  } finally {
    await browser.close();
  }
}

const ALL = Object.values(ENGINES);
for (const engine of engines()) {
  const own = ENGINES[engine.name];
  for (const [what, of] of [['it got after the floor', [own]], ['any engine got after the floor', ALL]]) {
    test(`${engine.name} without anything ${what}`, { skip: !engine.here && `${engine.name} is not on this machine` }, async (t) => {
      const server = await pageWithout(t, of);
      const visited = own === 'chrome'
        ? await visit(server.address, { then: (page) => page.evaluate(() => globalThis.takenBack) })
        : { notes: [], requests: [], ...await look(engine, server.address) };
      assert.equal(visited.outcome.error, undefined);
      assert.ok(visited.more.gone > LEAST[of.length][own], `only ${visited.more.gone} were taken back`);
      assert.deepEqual(visited.more.left, Array(4).fill('undefined'));
      // Of these, Chrome alone got it after its floor.
      assert.equal(visited.more.timeout, of.includes('chrome') ? 'undefined' : 'function');
      await assertVisit(visited, server);
    });
  }
}
