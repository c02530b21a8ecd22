// The READMEs' code, word for word, where it needs no server of its own: from the tarball, as a newcomer has it.
// The dozen lines in a page, the policy and the server are in tests/e2e/readme.test.js.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { blocksOf, READMES } from '../support/readme.js';
import { startServer } from './support/server.js';
import { assertRendered, visit } from './support/visit.js';
import { run, workshop } from './support/workshop.js';

const folders = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder in which the README's own command has been run, but for where the package comes from. */
async function installed(command) {
  const { tarball } = await workshop();
  const cwd = await mkdtemp(join(tmpdir(), 'readme-'));
  folders.push(cwd);
  const words = command.trim().split(' ').map((word) => (word === 'cryptorefills-checkout' ? tarball : word));
  assert.ok(words.includes(tarball), command);
  await run(words[0], [...words.slice(1), '--offline', '--no-audit', '--no-fund'], { cwd });
  return cwd;
}

for (const readme of READMES) {
  test(`${readme}: installed, the dozen lines run without a server`, async () => {
    const blocks = blocksOf(readme);
    const cwd = await installed(blocks.install);
    // Faster than a person would want to see it.
    const shop = blocks['no server'].replace('every: 1000', 'every: 1');
    await writeFile(join(cwd, 'example.mjs'), shop + blocks['dozen lines']);
    const { stdout } = await run(process.execPath, ['example.mjs'], { cwd });
    assert.deepEqual(stdout.trim().split('\n'), ['pay 25.00 USDC', 'WaitingForPayment', 'PaymentStarted', 'PaymentReceived', 'WaitingForDelivery', 'Done']);
  });

  test(`${readme}: the search finds`, async () => {
    const blocks = blocksOf(readme);
    const cwd = await installed(blocks.install);
    await writeFile(join(cwd, 'search.mjs'), `import { createClient } from 'cryptorefills-checkout';\n${blocks['no server']}
      const client = createClient({ country: 'US' });
      const input = { value: 'bo' };
      const show = (rows) => console.log(JSON.stringify(rows.map(({ brand }) => brand)));
      ${blocks.search}
      input.oninput();`);
    const { stdout } = await run(process.execPath, ['search.mjs'], { cwd });
    assert.equal(JSON.parse(stdout)[0], 'Example Books');
  });

  test(`${readme}: the component and the test run`, async () => {
    const blocks = blocksOf(readme);
    const shop = await workshop();
    const cwd = await shop.project('vitest', `readme-${readme}`);
    await rm(join(cwd, 'order.test.jsx'));
    await writeFile(join(cwd, 'order.tsx'), blocks.react);
    await writeFile(join(cwd, 'shop.test.jsx'), blocks.testing);
    await writeFile(join(cwd, 'component.test.jsx'), `
      import { act, createElement, StrictMode } from 'react';
      import { createRoot } from 'react-dom/client';
      import { expect, test, vi } from 'vitest';
      import { en } from 'cryptorefills-checkout/messages';
      import { createTestShop } from 'cryptorefills-checkout/testing';
      import { Order } from './order.tsx';
      globalThis.IS_REACT_ACT_ENVIRONMENT = true;
      /** What it shows of an order, before and after something happens. */
      async function shown(shop, id, happens) {
        const restore = shop.install();
        const node = document.createElement('div');
        const root = createRoot(node);
        await act(async () => root.render(createElement(StrictMode, null, createElement(Order, { id }))));
        const texts = [node.textContent];
        await happens(node);
        texts.push(node.textContent);
        await act(async () => root.unmount());
        restore();
        return texts;
      }
      test('it says what a shopper has to know', async () => {
        const shop = createTestShop();
        const { order_id: id } = shop.placeOrder();
        expect(await shown(shop, id, () => act(() => shop.finish()))).toEqual(['Waiting for your payment', 'Delivered']);
      });
      const changed = (node) => vi.waitFor(async () => {
        await act(async () => {});
        expect(node.textContent).not.toBe('One moment …');
      });
      test('it says why there is no order to show', async () => {
        expect((await shown(createTestShop(), 'nobody-s', changed))[1]).toBe(en.errors.NOT_FOUND);
        expect((await shown(createTestShop(), '../..', changed))[1]).toBe(en.issues.FORMAT);
        const refusing = createTestShop();
        refusing.answer('order', {}, { status: 401 });
        const [, text] = await shown(refusing, 'somebody-s', changed);
        expect(text).toBe(en.errors.HTTP);
      });`);
    const { stdout } = await run(process.execPath, [await shop.tool('vitest'), 'run'], { cwd });
    assert.match(stdout, /Tests +3 passed \(3\)/u);
  });
}

/** What a page's element has shown, one after the other, once it shows the last state. */
const OBSERVED = `
import { ORDER_ID as id, show } from './shop.js';
const app = document.getElementById('app');
const states = [];
new MutationObserver(() => {
  const state = app.textContent.trim();
  if (state && states.at(-1) !== state) states.push(state);
  if (state === 'Done') show(states);
}).observe(app, { subtree: true, childList: true, characterData: true });
`;

for (const [title, project, file, main] of [
  ['Vue', 'vue', 'Order.vue', `import { createApp } from 'vue';\nimport Order from './Order.vue';\n${OBSERVED}\ncreateApp(Order, { id }).mount(app);`],
  ['Svelte', 'svelte', 'Order.svelte', `import { mount } from 'svelte';\nimport Order from './Order.svelte';\n${OBSERVED}\nmount(Order, { target: app, props: { id } });`],
  ['SWR', 'react', 'order.js', `import { createRoot } from 'react-dom/client';\nimport { useOrder } from './order.js';\n${OBSERVED}
    const Order = () => <p>{useOrder(id).data?.order_state}</p>;\ncreateRoot(app).render(<Order />);`],
]) {
  test(`docs/frameworks.md: ${title}`, async (t) => {
    const text = await readFile(new URL('../../docs/frameworks.md', import.meta.url), 'utf8');
    const [, code] = new RegExp(`^## ${title}\n\n\`\`\`\\w+\n([^]*?)^\`\`\``, 'mu').exec(text);
    const shop = await workshop();
    const cwd = await shop.project(project, `frameworks-${project}`);
    await writeFile(join(cwd, file), code);
    await writeFile(join(cwd, project === 'react' ? 'main.jsx' : 'main.js'), main);
    await run(await shop.tool('vite'), ['build'], { cwd });
    const server = await startServer({ folders: [join(cwd, 'dist')] });
    t.after(() => server.stop());
    const { outcome, notes } = await visit(`${server.address}/`);
    assert.deepEqual(notes, []);
    assertRendered(outcome);
    assert.equal(server.streams.length, 1);
  });
}

test('the Japanese README has the same code, but for what its comments say', () => {
  const plain = (blocks) => Object.fromEntries(Object.entries(blocks).map(([name, code]) => [name, code.replace(/(\/\/|#) .*$/gmu, '').replace(/ +$/gmu, '')]));
  const [english, ...others] = READMES.map((readme) => plain(blocksOf(readme)));
  for (const other of others) assert.deepEqual(other, english);
});

test('the Japanese README has the same sections, tables and links', async () => {
  const [english, japanese] = await Promise.all(READMES.map((readme) => readFile(new URL(`../../${readme}`, import.meta.url), 'utf8')));
  const shape = (text) => ({
    headings: text.match(/^#+(?= )/gmu),
    rows: text.match(/^\|/gmu).length,
    links: Array.from(text.matchAll(/\]\(([^)]+)\)/gu), ([, link]) => link.replace('README.ja.md', 'README.md')),
    // Names and values are the same in any language.
    code: Array.from(new Set(text.replace(/^```[^]*?^```$/gmu, '').match(/`[^`\n]+`/gu))).filter((code) => /^[ -~]+$/u.test(code)).sort(),
  });
  assert.deepEqual(shape(japanese), shape(english));
});

test('every file a page links to is there, in the package too, and so is every heading', async () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const shop = await workshop();
  const anchors = (text) => new Set(Array.from(text.matchAll(/^#+ (.+)$/gmu), ([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').trim().replaceAll(' ', '-')));
  for (const [folder, least] of [[root, 12], [shop.package, 10]]) {
    const pages = [...READMES, 'CHANGELOG.md', ...(await readdir(join(folder, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
    assert.ok(pages.length > 10);
    let count = 0;
    for (const page of pages) {
      const text = (await readFile(join(folder, page), 'utf8')).replace(/^```[^]*?^```$|`[^`\n]*`/gmu, '');
      for (const [, link, anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/gu)) {
        count += 1;
        const target = join(folder, link ? join(page, '..', link) : page);
        const found = await readFile(target, 'utf8').catch(() => assert.fail(`${page} links to ${link}`));
        if (anchor) assert.ok(anchors(found).has(anchor), `${page} links to ${link}#${anchor}`);
      }
    }
    assert.ok(count > least);
  }
});

test('what the package ships is without its pictures, and says what they show', async () => {
  const shop = await workshop();
  for (const page of [...READMES, 'docs/checkout.md']) {
    const [ours, shipped] = await Promise.all([fileURLToPath(new URL('../../', import.meta.url)), shop.package].map((folder) => readFile(join(folder, page), 'utf8')));
    const pictures = Array.from(ours.matchAll(/!\[([^\]]+)\]\([^)]+\.png\)/gu), ([, what]) => what);
    assert.ok(pictures.length > 0);
    for (const what of pictures) assert.ok(shipped.includes(what), what);
    assert.doesNotMatch(shipped, /!\[|\.png/u);
  }
});
