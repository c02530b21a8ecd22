// Nothing is sent but to the base a page gives: every call that sends, with a base on another origin.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServer } from './support/server.js';
import { visit } from './support/visit.js';
import { run, workshop } from './support/workshop.js';

test('no request leaves but to the given base', async (t) => {
  const shop = await workshop();
  const cwd = await shop.project('quiet');
  await run(await shop.tool('esbuild'), ['main.js', '--bundle', '--format=esm', '--outdir=dist', '--log-level=warning'], { cwd });
  const page = await startServer({ folders: [join(cwd, 'dist'), cwd] });
  t.after(() => page.stop());
  const api = await startServer({ base: '/shop/v1' });
  t.after(() => api.stop());
  const base = `${api.address}/shop/v1`;

  const { outcome, requests } = await visit(`${page.address}/?base=${encodeURIComponent(base)}`);

  assert.equal(outcome.order, 'ok');
  assert.equal(outcome.watch, 'ok');
  assert.equal(outcome.follow, 'ok');
  const files = requests.filter((url) => url.startsWith(`${page.address}/`)).map((url) => new URL(url).pathname);
  assert.deepEqual(files.sort(), ['/', '/main.js']);
  const rest = requests.filter((url) => !url.startsWith(`${page.address}/`));
  assert.deepEqual(rest.filter((url) => !url.startsWith(`${base}/`)), []);
  // Every call did send something.
  const paths = new Set(rest.map((url) => new URL(url).pathname.slice('/shop/v1'.length)));
  for (const path of ['/payment_vias', '/brands', '/homepage', '/products/country/US', '/products/price', '/orders/validations', '/orders']) {
    assert.ok(paths.has(path), `nothing was sent to ${path}`);
  }
});
