// The demo's page as a shopper on a slow phone meets it: first content, and the search at each letter, with 1,000 brands.

import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { openChromium } from './support/harness.mjs';
import { brandsText } from './support/payloads.mjs';
import { markdown, summary } from './support/statistics.mjs';

export const title = 'The checkout page with 1,000 brands';

const DIST = new URL('../www/page/dist/', import.meta.url);
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";
const WORDS = ['kalo', 'ven gam', 'アマ', 'sporta'];
const CONDITIONS = { 'full speed': {}, '4× slower': { slower: 4 }, '4× slower, slow 4G': { slower: 4, latency: 150, bitsPerSecond: 1.6e6 } };

/** In the page: when the checkout's heading and its first brand are on the screen, and how long each letter takes until its frame is. */
function observe() {
  const marks = (globalThis.marks = { letters: [] });
  const shown = (name) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { marks[name] ??= performance.now(); };
    port2.postMessage(0);
  });
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(options) {
    const root = attach.call(this, options);
    new MutationObserver(() => {
      if (root.querySelector('.title')) shown('heading');
      if (root.querySelector('a.brand')) shown('brands');
    }).observe(root, { subtree: true, childList: true });
    return root;
  };
  addEventListener('input', (event) => {
    // Emptying the field is not a letter.
    if (!event.composedPath()[0].value) return;
    const begun = performance.now();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => marks.letters.push(performance.now() - begun);
      port2.postMessage(0);
    });
  }, true);
}

async function visit(browser, { slower, latency, bitsPerSecond }) {
  return browser.page(async (page) => {
    const session = await page.context().newCDPSession(page);
    if (slower) await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    if (latency) {
      await session.send('Network.enable');
      const throughput = bitsPerSecond / 8;
      await session.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: throughput, uploadThroughput: throughput });
    }
    await page.setViewportSize({ width: 390, height: 800 });
    await page.addInitScript(observe);
    await page.goto(`${browser.address}/#country=FR`, { waitUntil: 'commit' });
    await page.waitForFunction(() => globalThis.marks?.brands);
    const search = page.locator('input[type="search"]');
    await search.focus();
    for (const word of WORDS) {
      await search.fill('');
      for (const letter of word) {
        const before = await page.evaluate(() => globalThis.marks.letters.length);
        await page.keyboard.insertText(letter);
        await page.waitForFunction((count) => globalThis.marks.letters.length > count, before);
        // A person pauses: what is left to do after the frame is done by then.
        await page.waitForTimeout(150);
      }
    }
    return page.evaluate(() => globalThis.marks);
  });
}

export async function run({ rounds = 6, log }) {
  const browser = await openChromium();
  const taken = {};
  try {
    for (const name of readdirSync(DIST)) {
      const type = TYPES[name.split('.').pop()];
      if (type) browser.files.set(`/${name}`, { type, body: gzipSync(readFileSync(new URL(name, DIST)), { level: 9 }), headers: { 'Content-Encoding': 'gzip', 'Content-Security-Policy': POLICY } });
    }
    browser.files.set('/', browser.files.get('/index.html'));
    const brands = brandsText(1000).replaceAll('https://cdn.example/', `${browser.address}/`);
    browser.files.set('/api/brands', { type: 'application/json', body: gzipSync(brands, { level: 9 }), headers: { 'Content-Encoding': 'gzip' } });
    for (let round = 0; round <= rounds; round++) {
      if (round) log(`   round ${round} of ${rounds}`);
      for (const [condition, how] of Object.entries(CONDITIONS)) {
        const marks = await visit(browser, how);
        // The first round warms the browser and the disk.
        if (round) (taken[condition] ??= []).push(marks);
      }
    }
  } finally {
    await browser.close();
  }
  const conditions = Object.fromEntries(Object.entries(taken).map(([condition, visits]) => [condition, {
    heading: summary(visits.map(({ heading }) => heading)),
    brands: summary(visits.map(({ brands }) => brands)),
    letter: summary(visits.flatMap(({ letters }) => letters)),
    slowest: Math.max(...visits.flatMap(({ letters }) => letters)),
  }]));
  return { unit: 'ms', rounds, conditions };
}

export function table({ conditions, rounds }) {
  const shown = (ms) => ms.toFixed(0);
  const rows = Object.entries(conditions).map(([name, { heading, brands, letter, slowest }]) => [name, shown(heading.median), shown(brands.median), shown(letter.median), shown(slowest)]);
  return `${markdown(['ms', 'first content', 'brands shown', 'a letter typed, median', 'slowest letter'], rows)}\n\n`
    + `From navigating, and from the input event of a letter to the frame that shows its hits; ${rounds} visits with an empty cache, 390 px wide, gzip, loopback.`;
}
