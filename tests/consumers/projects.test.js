// The packed package in projects of the kinds its users have: built with the tool's own defaults, opened in a browser.

import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort, startServer } from './support/server.js';
import { assertLetsGo, assertVisit, visit } from './support/visit.js';
import { run, start, workshop } from './support/workshop.js';

/**
 * Built once, then served as files.
 * @param {string} title
 * @param {string} name the folder in projects/
 * @param {[tool: string, ...args: string[]]} command
 */
function built(title, name, [tool, ...args] = [], { command = tool, check = assertVisit, then, own } = {}) {
  test(title, async (t) => {
    const shop = await workshop();
    const cwd = await shop.project(name, title.replaceAll(/\W+/gu, '-').toLowerCase());
    // Laid over it: what the project has in other versions than the workshop.
    if (own) await cp(new URL(`projects/${own}`, import.meta.url), cwd, { recursive: true });
    if (own) await run('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--prefer-offline'], { cwd });
    if (tool) await run(await shop.tool(tool, command), args, { cwd });
    const server = await startServer({ folders: [join(cwd, 'dist'), cwd], package: shop.package });
    t.after(() => server.stop());
    await check(await visit(`${server.address}/`, { then: then && ((page) => then(page, server)) }), server);
  });
}

/** Served by the tool's own server while developing, nothing built before. */
function developed(title, name, tool, { command = tool, check = assertVisit } = {}) {
  test(title, async (t) => {
    const shop = await workshop();
    const cwd = await shop.project(name, title.replaceAll(/\W+/gu, '-').toLowerCase());
    const api = await startServer();
    t.after(() => api.stop());
    const port = await freePort();
    const args = [await shop.tool(tool, command), '--host', '127.0.0.1', '--port', String(port), '--strictPort'];
    const dev = await start(args, { cwd, env: { API: api.address }, ready: /ready in/u });
    t.after(() => dev.stop());
    const address = `http://127.0.0.1:${port}`;
    await check(await visit(`${address}/`), api, { address });
    assert.doesNotMatch(dev.said(), /warn|error/iu);
  });
}

/** `./slim` found its file by itself. */
function slimWorks({ outcome, notes }) {
  assert.deepEqual(outcome, { before: 'NOT_INITIALIZED', ready: true, ok: true });
  assert.deepEqual(notes, []);
}

/** The tool serves its index.html in the file's place, and the error says what happened and what to do. */
function slimExplains({ outcome }) {
  assert.match(outcome.error, /answered 200 with an HTML page.*pass its URL to init\(\), or import cryptorefills-checkout/u);
}

/** As assertVisit, and what the page loaded has one copy of the module, however many entries it came in by. */
async function oneCopy(visited, server, where) {
  await assertVisit(visited, server, where);
  const scripts = await Promise.all(visited.requests.filter((url) => /\.m?js(\?|$)/u.test(url)).map(async (url) => (await fetch(url)).text()));
  const copies = scripts.join('').split(`Symbol.for("cryptorefills-checkout.error")`).length - 1;
  const quoted = scripts.join('').split('Symbol.for(`cryptorefills-checkout.error`)').length - 1;
  assert.equal(copies + quoted, 1);
}

const ESBUILD = ['esbuild', '--bundle', '--format=esm', '--outdir=dist', '--log-level=warning'];

built('Vite 8, built', 'vite', ['vite', 'build']);
developed('Vite 8, developing', 'vite', 'vite');
built('Vite 7, built', 'vite', ['vite7', 'build'], { command: 'vite' });
developed('Vite 7, developing', 'vite', 'vite7', { command: 'vite' });
built('Vite 6, built', 'vite', ['vite6', 'build'], { command: 'vite' });
developed('Vite 6, developing', 'vite', 'vite6', { command: 'vite' });
built('webpack 5', 'webpack', ['webpack-cli', 'build', '--mode=production'], { command: 'webpack-cli' });
built('esbuild', 'esbuild', [...ESBUILD, 'main.js']);
built('Rollup', 'rollup', ['rollup', '--config', '--silent']);
built('React, StrictMode, SWR, built', 'react', ['vite', 'build']);
developed('React, StrictMode, SWR, developing', 'react', 'vite');
built('React, StrictMode, TanStack Query, built', 'tanstack', ['vite', 'build']);
built('React, StrictMode, useOrder, built', 'use-order', ['vite', 'build'], { check: oneCopy });
developed('React, StrictMode, useOrder, developing', 'use-order', 'vite', { check: oneCopy });
built('React 18, StrictMode, useOrder, built', 'use-order', ['vite', 'build'], { check: oneCopy, own: 'react18' });
built('Vue, built', 'vue', ['vite', 'build'], { then: assertLetsGo });
built('Svelte, built', 'svelte', ['vite', 'build'], { then: assertLetsGo });
built('a Web Worker of Vite', 'worker', ['vite', 'build']);
built('a service worker of esbuild', 'service-worker', [...ESBUILD, 'main.js', 'service-worker.js']);
built('a page without a bundler', 'plain');

built('slim, Vite 8, built', 'slim', ['vite', 'build'], { check: slimWorks });
developed('slim, Vite 8, developing', 'slim', 'vite', { check: slimWorks });
developed('slim, Vite 7, developing, which cannot find its file', 'slim', 'vite7', { command: 'vite', check: slimExplains });
built('slim, webpack 5', 'slim', ['webpack-cli', 'build', '--mode=production', '--entry=./main.js'], { command: 'webpack-cli', check: slimWorks });
built('slim, a page without a bundler', 'slim-plain', [], { check: slimWorks });
