// A page from nothing to its first checked order, at full speed and on slower machines and lines.

import { gzipSync } from 'node:zlib';
import { bundle } from './support/bundle.mjs';
import { openChromium, POLICIES, shuffled } from './support/harness.mjs';
import { orderText } from './support/payloads.mjs';
import { writePeers } from './support/peers.mjs';
import { kilobytes, markdown, summary } from './support/statistics.mjs';

export const title = 'Page load → first checked order, cold';

const NAMES = {
  ours: '**`cryptorefills-checkout`**',
  slim: '**`…/slim`, its module preloaded**',
};
const CONTESTANTS = {
  ours: "import { checkOrder } from 'cryptorefills-checkout'; const check = (text) => checkOrder(text).ok;",
  slim: `import { checkOrder, init } from 'cryptorefills-checkout/slim'; await init('/sdk.wasm');
    const check = (text) => checkOrder(text).ok;`,
  'JSON.parse only': 'const check = (text) => JSON.parse(text).order_id !== undefined;',
  'ajv standalone': "import { order } from './.peers/ajv-browser.mjs'; const check = (text) => order(JSON.parse(text));",
  valibot: "import { safeParse } from 'valibot'; import { order } from './.peers/valibot.mjs'; const check = (text) => safeParse(order, JSON.parse(text)).success;",
  zod: "import { order } from './.peers/zod.mjs'; const check = (text) => order.safeParse(JSON.parse(text)).success;",
  'lean stack': "import * as all from './stacks/lean.mjs'; globalThis.all = all; const check = (text) => all.checkOrder(text).success;",
  'comfortable stack': "import * as all from './stacks/comfortable.mjs'; globalThis.all = all; const check = (text) => all.checkOrder(text).success;",
};

const CONDITIONS = {
  'full speed': {},
  '4× slower': { slower: 4 },
  '4× slower, slow 4G': { slower: 4, latency: 150, bitsPerSecond: 1.6e6 },
};

/** One load: from navigating, and from the script's first line, to the order, in milliseconds. */
function load(browser, name, { slower, latency, bitsPerSecond }) {
  return browser.page(async (page) => {
    const session = await page.context().newCDPSession(page);
    if (slower) await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    if (latency) {
      await session.send('Network.enable');
      const throughput = bitsPerSecond / 8;
      await session.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: throughput, uploadThroughput: throughput });
    }
    const failed = new Promise((_, reject) => page.on('pageerror', reject));
    failed.catch(() => {});
    await page.goto(`${browser.address}/${name.replaceAll(' ', '-')}`, { waitUntil: 'commit' });
    await Promise.race([page.waitForFunction(() => globalThis.measured, null, { polling: 50 }), failed]);
    return page.evaluate(() => globalThis.measured);
  });
}

export async function run({ rounds = 12, log }) {
  await writePeers();
  const text = JSON.stringify(orderText(1500));
  const browser = await openChromium();
  const bytes = {};
  const taken = {};
  try {
    const zip = (body, type, headers) => ({ type, body: gzipSync(body, { level: 9 }), headers: { 'Content-Encoding': 'gzip', ...headers } });
    const { readFileSync } = await import('node:fs');
    const wasm = readFileSync(new URL('node_modules/cryptorefills-checkout/sdk.wasm', import.meta.url));
    browser.files.set('/sdk.wasm', zip(wasm, 'application/wasm'));
    for (const [name, source] of Object.entries(CONTESTANTS)) {
      const path = `/${name.replaceAll(' ', '-')}`;
      const script = await bundle(
        `${source}\nif (!check(${text})) throw new Error('refused');\nconst end = performance.now(); globalThis.measured = { script: end - globalThis.started, page: end };`,
        { banner: { js: 'globalThis.started=performance.now();' } },
      );
      bytes[name] = gzipSync(script, { level: 9 }).length + (name === 'slim' ? gzipSync(wasm, { level: 9 }).length : 0);
      browser.files.set(`${path}.js`, zip(script, 'text/javascript'));
      const preload = name === 'slim' ? '<link rel="preload" href="/sdk.wasm" as="fetch" crossorigin>' : '';
      const html = `<!doctype html><meta charset="utf-8"><title>x</title>${preload}<script type="module" src="${path}.js"></script>`;
      browser.files.set(path, { type: 'text/html', body: html, headers: { 'Content-Security-Policy': POLICIES.eval } });
    }
    for (let round = 0; round <= rounds; round++) {
      if (round) log(`   round ${round} of ${rounds}`);
      for (const [condition, how] of Object.entries(CONDITIONS)) {
        for (const name of shuffled(Object.keys(CONTESTANTS))) {
          const measured = await load(browser, name, how);
          // The first round warms the browser and the disk.
          if (round) ((taken[condition] ??= {})[name] ??= []).push(measured);
        }
      }
    }
  } finally {
    await browser.close();
  }
  const result = { unit: 'ms', rounds, bytes, conditions: {}, ratios: {} };
  for (const [condition, contestants] of Object.entries(taken)) {
    result.conditions[condition] = Object.fromEntries(Object.keys(CONTESTANTS).map((name) => [name, {
      script: summary(contestants[name].map(({ script }) => script)),
      page: summary(contestants[name].map(({ page }) => page)),
    }]));
    const { ours, 'lean stack': lean, zod } = result.conditions[condition];
    result.ratios[`${condition}: script start to order, to the lean stack`] = ours.script.median / lean.script.median;
    result.ratios[`${condition}: script start to order, to zod`] = ours.script.median / zod.script.median;
  }
  return result;
}

export function table({ bytes, conditions, rounds }) {
  const shown = ({ median }) => median.toFixed(1);
  const rows = Object.keys(CONTESTANTS).map((name) => [
    NAMES[name] ?? name, kilobytes(bytes[name]),
    ...Object.values(conditions).map((contestants) => shown(contestants[name].script)),
    ...Object.values(conditions).map((contestants) => shown(contestants[name].page)),
  ]);
  const head = ['ms, median', 'gzip', ...Object.keys(conditions).map((name) => `script: ${name}`), ...Object.keys(conditions).map((name) => `page: ${name}`)];
  return `${markdown(head, rows)}\n\nScript: from the bundle's first line to the order; page: from navigating. ${rounds} loads each in a fresh context of Chromium, loopback, gzip.`;
}
