// The floor the README states: no syntax that is newer than it, no feature of WebAssembly, and nothing of an engine's library.
//
// No engine of that age runs here. So today's Chromium is taken back: whatever any of the three engines got after its
// floor is deleted, as the compatibility data of MDN tells it, before the page's first script runs.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startServer } from './support/server.js';
import { assertVisit, visit } from './support/visit.js';
import { run, workshop } from './support/workshop.js';

const FLOOR = { chrome: 96, firefox: 113, safari: 16.4 };
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

/** What some engine got only after its floor, as [global, member] or [global]. */
async function newcomers() {
  const shop = await workshop();
  const data = JSON.parse(await readFile(createRequire(join(shop.package, 'x.js')).resolve('@mdn/browser-compat-data'), 'utf8'));
  const since = (support) => {
    const [{ version_added: version }] = [support].flat();
    return version === false || version === null || version === 'preview' ? Infinity : parseFloat(String(version).replace('≤', ''));
  };
  const isNew = ({ __compat: compat } = {}) => compat && Object.entries(FLOOR).some(([engine, floor]) => since(compat.support[engine] ?? { version_added: false }) > floor);
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
  globalThis.takenBack = { gone, left: [typeof Array.fromAsync, typeof Uint8Array.fromBase64, typeof Promise.withResolvers, typeof Object.groupBy, typeof AbortSignal.timeout] };
}

test('it runs without anything an engine got after the floor', async (t) => {
  const shop = await workshop();
  const cwd = await shop.project('floor');
  await run(await shop.tool('esbuild'), ['main.js', '--bundle', '--format=esm', '--outdir=dist', `--target=${TARGETS}`, '--log-level=warning'], { cwd });
  const server = await startServer({ folders: [join(cwd, 'dist'), cwd] });
  t.after(() => server.stop());
  const list = await newcomers();
  const visited = await visit(server.address, {
    before: (page) => page.addInitScript(takeBack, list),
    then: (page) => page.evaluate(() => globalThis.takenBack),
  });
  assert.equal(visited.outcome.error, undefined);
  assert.ok(visited.more.gone > 300, `only ${visited.more.gone} were taken back`);
  assert.deepEqual(visited.more.left.slice(0, 4), Array(4).fill('undefined'));
  await assertVisit(visited, server);
});
