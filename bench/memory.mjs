// What is held after each: an order, and open catalogues. In Node, where garbage can be collected when asked.

import { inNode, program } from './support/harness.mjs';
import { brandsText, orderText, productsText } from './support/payloads.mjs';
import { writePeers } from './support/peers.mjs';
import { kilobytes, markdown, median } from './support/statistics.mjs';

export const title = 'Memory held';

const ZOD = `import * as zod from './.peers/zod.mjs'; const checked = (kind, text) => zod[kind].safeParse(JSON.parse(text)).data;`;
const rows = "kind === 'brands' ? value.categories.flatMap(({ brands }) => brands) : value";

const CONTESTANTS = {
  'JSON.parse': 'export const hold = (kind, bytes) => JSON.parse(new TextDecoder().decode(bytes));',
  'JSON.parse + zod': `${ZOD} export const hold = (kind, bytes) => checked(kind, new TextDecoder().decode(bytes));`,
  'JSON.parse + zod + minisearch': `${ZOD} import MiniSearch from 'minisearch';
    export const hold = (kind, bytes) => {
      const value = checked(kind, new TextDecoder().decode(bytes));
      if (kind === 'order') return value;
      const index = new MiniSearch({ fields: ['brand', 'family'] });
      index.addAll((${rows}).map((row, id) => ({ ...row, id })));
      return { value, index };
    };`,
  ours: `import { checkOrder, openBrands, openProducts } from 'cryptorefills-checkout';
    export const hold = (kind, bytes) => {
      if (kind === 'order') return checkOrder(bytes).value;
      const { value } = (kind === 'brands' ? openBrands : openProducts)(bytes);
      value.search('x');
      return value;
    };`,
};

/** What the module's memory grew by counts as well: it never shrinks. */
const MAIN = `
  const memories = [];
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...input) {
    const instance = new Instance(...input);
    memories.push(instance.exports.memory);
    return instance;
  };
  const held = () => {
    for (let times = 0; times < 5; times++) gc();
    const { heapUsed, external } = process.memoryUsage();
    const module = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    return { heap: heapUsed + external - module, module };
  };
  export async function main({ text, kind }) {
    // The module is compiled by its first use.
    hold('order', new TextEncoder().encode('{"order_id":"1","order_state":"Done","deliveries":[]}'));
    const bytes = new TextEncoder().encode(text);
    const { module: moduleBefore } = held();
    // Whatever a library makes once is there before, and an order alone is less than what a heap breathes.
    const many = () => Array.from({ length: kind === 'order' ? 500 : 1 }, () => hold(kind, bytes));
    for (let times = 0; times < 3; times++) for (const { close } of many()) close?.();
    const before = held();
    globalThis.kept = many();
    const after = held();
    return { heap: (after.heap - before.heap) / globalThis.kept.length, module: after.module - moduleBefore, moduleBefore };
  }`;

const TEXTS = { order: orderText(1500), brands: brandsText(), products: productsText() };
const LABELS = { order: 'an order (1.4 kB)', brands: '1,000 brands (322 kB)', products: '3,000 products (1.27 MB)' };

export async function run({ rounds = 5 }) {
  await writePeers();
  const result = { unit: 'bytes', rounds, held: {}, ratios: {} };
  for (const [name, source] of Object.entries(CONTESTANTS)) {
    const bytes = await program(`${source}\n${MAIN}`);
    for (const [kind, text] of Object.entries(TEXTS)) {
      const runs = [];
      for (let round = 0; round < rounds; round++) runs.push(await inNode(bytes, { text, kind }, ['--expose-gc']));
      const middle = (what) => median(runs.map((run) => run[what]));
      (result.held[name] ??= {})[kind] = { heap: middle('heap'), module: middle('module'), moduleBefore: middle('moduleBefore') };
    }
  }
  for (const kind of Object.keys(TEXTS)) {
    const { ours, 'JSON.parse + zod + minisearch': peer } = result.held;
    result.ratios[`${kind}: ours to JSON.parse + zod + minisearch`] = (ours[kind].heap + ours[kind].module) / peer[kind].heap;
  }
  return result;
}

export function table({ held }) {
  const cell = ({ heap, module }) => (module ? `${kilobytes(heap)} and ${kilobytes(module)} of the module's memory` : kilobytes(heap));
  const rows = Object.entries(held).map(([name, kinds]) => [name === 'ours' ? '**`cryptorefills-checkout`**' : name, ...Object.values(kinds).map(cell)]);
  const { moduleBefore } = held.ours.order;
  return `${markdown(['held', ...Object.values(LABELS)], rows)}\n\nOnce compiled, the module itself holds ${kilobytes(moduleBefore)} of memory. It grows by pages and does not shrink; what a closed catalogue held is used again.`;
}
