// One message of the order's stream: text in, a checked order handed to the page's callback.

import { inNode, openChromium, POLICIES, program, shuffled } from './support/harness.mjs';
import { orderText } from './support/payloads.mjs';
import { writePeers } from './support/peers.mjs';
import { markdown, median, ratio, time } from './support/statistics.mjs';

export const title = 'One message: text → checked order in the callback';

const SIZES = { '0.7 kB': 700, '1.5 kB': 1500, '20 kB': 20_000 };

/** Each makes a function that takes a message and hands its order over. */
const CONTESTANTS = {
  'JSON.parse alone': 'export const make = (deliver) => (text) => deliver(JSON.parse(text));',
  zod: `import { order } from './.peers/zod.mjs';
    export const make = (deliver) => (text) => { const { success, data } = order.safeParse(JSON.parse(text)); if (success) deliver(data); };`,
  valibot: `import { safeParse } from 'valibot'; import { order } from './.peers/valibot.mjs';
    export const make = (deliver) => (text) => { const { success, output } = safeParse(order, JSON.parse(text)); if (success) deliver(output); };`,
  'ajv standalone': `import { order } from './.peers/ajv-browser.mjs';
    export const make = (deliver) => (text) => { const value = JSON.parse(text); if (order(value)) deliver(value); };`,
  typia: `import { order } from './.peers/typia.mjs';
    export const make = (deliver) => (text) => { const value = JSON.parse(text); if (order(value)) deliver(value); };`,
  checkOrder: `import { checkOrder } from 'cryptorefills-checkout';
    export const make = (deliver) => (text) => { const result = checkOrder(text); if (result.ok) deliver(result.value); };`,
  watchOrder: `import { watchOrder } from 'cryptorefills-checkout';
    export function make(deliver) {
      let source;
      class EventSource {
        heard = {};
        constructor() { source = this; }
        addEventListener(type, listener) { this.heard[type] = listener; }
        removeEventListener() {}
        close() {}
      }
      watchOrder('5d1f3c0a-8b7e-4c55-9a2e-6f0b1c2d3e4f', { env: { EventSource, window: undefined, document: undefined }, onOrder: deliver });
      source.heard.open({ type: 'open' });
      return (data) => source.heard.message({ type: 'message', data, lastEventId: '' });
    }`,
};

const MAIN = `
  import { measure } from './support/measure.mjs';
  export async function main({ texts }) {
    let delivered = 0;
    const take = make((order) => { delivered += order.deliveries.length > 0 ? 1 : 0; });
    // A watch hands over what it has once its caller holds it.
    await new Promise((resolve) => setTimeout(resolve));
    const times = {};
    for (const [name, pair] of Object.entries(texts)) {
      let asked = 0;
      const before = delivered;
      times[name] = measure(() => take(pair[asked++ % pair.length]));
      // A watch may have been told the same order last.
      if (delivered - before < asked - 1) throw new Error(\`\${asked} messages, \${delivered - before} orders\`);
    }
    return times;
  }`;

/** Two messages in turn, so that none is the repetition of the one before. */
function pair(bytes) {
  const text = orderText(bytes);
  return [text, text.replace('"sent_coin_amount":"0"', '"sent_coin_amount":"1"')];
}

export async function run({ rounds = 5, log }) {
  await writePeers();
  const input = { texts: Object.fromEntries(Object.entries(SIZES).map(([name, bytes]) => [name, pair(bytes)])) };
  const programs = {};
  for (const [name, source] of Object.entries(CONTESTANTS)) programs[name] = await program(`${source}\n${MAIN}`);
  const browser = await openChromium();
  const places = {
    Node: (bytes) => inNode(bytes, input),
    Chromium: (bytes) => browser.run(bytes, input, POLICIES.eval),
    'Chromium, no eval': (bytes) => browser.run(bytes, input, POLICIES.strict),
  };
  const taken = {};
  try {
    for (let round = 1; round <= rounds; round++) {
      log(`   round ${round} of ${rounds}`);
      for (const name of shuffled(Object.keys(programs))) {
        for (const [place, go] of Object.entries(places)) {
          const times = await go(programs[name]);
          for (const [size, nanoseconds] of Object.entries(times)) (((taken[place] ??= {})[name] ??= {})[size] ??= []).push(nanoseconds);
        }
      }
    }
  } finally {
    await browser.close();
  }
  const result = { unit: 'ns', rounds, places: {}, ratios: {} };
  for (const [place, contestants] of Object.entries(taken)) {
    result.places[place] = Object.fromEntries(Object.keys(CONTESTANTS).map((name) => [name, Object.fromEntries(Object.entries(contestants[name]).map(([size, times]) => [size, median(times)]))]));
    const { zod, watchOrder } = result.places[place];
    for (const size of Object.keys(SIZES)) result.ratios[`${place}, ${size}: watchOrder to JSON.parse + zod`] = watchOrder[size] / zod[size];
  }
  return result;
}

export function table({ places }) {
  const rows = [];
  for (const [place, contestants] of Object.entries(places)) {
    for (const [name, times] of Object.entries(contestants)) {
      const ours = name.endsWith('Order');
      const label = ours ? `**\`${name}\`**` : name === 'JSON.parse alone' ? name : `JSON.parse + ${name}`;
      rows.push([place, label, ...Object.entries(times).map(([size, value]) => `${time(value)} (${ratio(value, contestants.zod[size])})`)]);
    }
  }
  return `${markdown(['where', 'how', ...Object.keys(SIZES)], rows)}\n\nIn brackets the ratio to JSON.parse + zod.`;
}
