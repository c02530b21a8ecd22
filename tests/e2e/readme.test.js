// The README's example, word for word, in a page of the demo's origin.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { build } = createRequire(join(root, 'www/package.json'))('esbuild');

test('the example of the README places an order and follows it to its end', async (t) => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, example] = /```js\n(import \{ createClient[\s\S]*?)```/u.exec(readme);
  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  t.after(() => rm(folder, { recursive: true }));
  await symlink(join(root, 'tests/node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'example.js'), example);
  const bundle = await build({ entryPoints: [join(folder, 'example.js')], bundle: true, format: 'esm', write: false, preserveSymlinks: true });

  const demo = await startDemo({ speed: 20 });
  t.after(() => demo.stop());
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const { page, notes } = await newPage(browser, { bypassCSP: true });
  await page.goto(demo.address);
  const done = page.waitForEvent('console', (message) => message.text() === 'Done');
  await page.addScriptTag({ type: 'module', content: bundle.outputFiles[0].text });
  await done;
  const [paid, ...states] = notes.console;
  assert.match(paid, /^pay \d+(\.\d+)? USDC$/u);
  assert.equal(states[0], 'WaitingForPayment');
  assert.deepEqual(notes.errors, []);
});
