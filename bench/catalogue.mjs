// A catalogue: an answer's bytes → checked and searchable, and a keystroke's search.

import { inNode, openChromium, POLICIES, program, shuffled } from './support/harness.mjs';
import { brandsText, productsText } from './support/payloads.mjs';
import { writePeers } from './support/peers.mjs';
import { markdown, median, ratio, time } from './support/statistics.mjs';

export const title = 'A catalogue: response bytes → checked and searchable, and a keystroke';

const FOLD = "const folded = (text) => text.normalize('NFKD').replace(/[\\u0300-\\u036f]/g, '').toLowerCase();";

/** The rows to search: brands once each, or the products of all brands. */
const ROWS = `const rowsOf = (kind, value) => kind === 'brands'
  ? value.categories.flatMap(({ brands }) => brands).map((row, id) => ({ ...row, id }))
  : value.flatMap(({ products, ...group }) => products.map((product) => ({ ...group, ...product }))).map((row, id) => ({ ...row, id }));`;

const ZOD = `import * as zod from './.peers/zod.mjs';
  const checked = async (kind, response) => {
    const { success, data } = zod[kind].safeParse(await response.json());
    if (!success) throw new Error('refused');
    return data;
  };`;

const CONTESTANTS = {
  'response.json() alone': `export const open = async (kind, response) => { const value = await response.json(); return { value, close() {} }; };`,
  'response.json() + zod': `${ZOD} export const open = async (kind, response) => { const value = await checked(kind, response); return { value, close() {} }; };`,
  'response.json() + zod + minisearch': `${ZOD}\n${FOLD}\n${ROWS}
    import MiniSearch from 'minisearch';
    export const open = async (kind, response) => {
      const rows = rowsOf(kind, await checked(kind, response));
      const index = new MiniSearch({ fields: ['brand', 'family'], processTerm: folded, searchOptions: { prefix: true, fuzzy: 0.2 } });
      index.addAll(rows);
      return { search: (text) => index.search(text).slice(0, 20).map(({ id }) => rows[id]), close() {} };
    };`,
  'response.json() + zod + fuse.js': `${ZOD}\n${FOLD}\n${ROWS}
    import Fuse from 'fuse.js';
    export const open = async (kind, response) => {
      const index = new Fuse(rowsOf(kind, await checked(kind, response)), { keys: ['brand', 'family'], threshold: 0.3, ignoreDiacritics: true });
      return { search: (text) => index.search(text, { limit: 20 }).map(({ item }) => item), close() {} };
    };`,
  ours: `import { openBrands, openProducts } from 'cryptorefills-checkout';
    export const open = async (kind, response) => {
      const { value: catalog } = (kind === 'brands' ? openBrands : openProducts)(await response.arrayBuffer());
      // The index is made at the first search.
      catalog.search('x', { limit: 1 });
      return { search: (text) => catalog.search(text, { limit: 20 }), close: () => catalog.close() };
    };`,
};
const OURS = '**`openBrands`, `openProducts`**';

const MAIN = `
  import { measure } from './support/measure.mjs';
  export async function main({ texts, typed, milliseconds }) {
    const times = {};
    for (const [kind, text] of Object.entries(texts)) {
      const bytes = new TextEncoder().encode(text);
      let fastest = Infinity;
      let opened;
      for (const end = performance.now() + milliseconds; performance.now() < end; ) {
        opened?.close();
        const response = new Response(bytes);
        const start = performance.now();
        opened = await open(kind, response);
        fastest = Math.min(fastest, performance.now() - start);
      }
      times[kind] = { open: fastest * 1e6 };
      if (opened.search) {
        for (const text of typed) if (!Array.isArray(opened.search(text))) throw new Error('no rows');
        times[kind].keystrokes = typed.map((text) => measure(() => opened.search(text), { milliseconds: milliseconds / 10 }));
      }
    }
    return times;
  }`;

/** What somebody types, a keystroke at a time, with a slip, in four scripts. */
const TYPED = ['k', 'ka', 'kal', 'kalo', 'kaloim', 'cafe', 'gift card ven', 'ニンテン', 'امازون', 'яндекс', 'zzzzzzzzzz'];

export async function run({ rounds = 5, log }) {
  await writePeers();
  const input = { texts: { brands: brandsText(), products: productsText() }, typed: TYPED, milliseconds: 800 };
  const programs = {};
  for (const [name, source] of Object.entries(CONTESTANTS)) programs[name] = await program(`${source}\n${MAIN}`);
  const browser = await openChromium();
  const places = { Node: (bytes) => inNode(bytes, input), Chromium: (bytes) => browser.run(bytes, input, POLICIES.eval) };
  const taken = {};
  try {
    for (let round = 1; round <= rounds; round++) {
      log(`   round ${round} of ${rounds}`);
      for (const name of shuffled(Object.keys(programs))) {
        for (const [place, go] of Object.entries(places)) ((taken[place] ??= {})[name] ??= []).push(await go(programs[name]));
      }
    }
  } finally {
    await browser.close();
  }
  const bytes = Object.fromEntries(Object.entries(input.texts).map(([kind, text]) => [kind, Buffer.byteLength(text)]));
  const result = { unit: 'ns', rounds, bytes, typed: TYPED, places: {}, ratios: {} };
  for (const [place, contestants] of Object.entries(taken)) {
    result.places[place] = Object.fromEntries(Object.keys(CONTESTANTS).map((name) => [name, Object.fromEntries(Object.keys(bytes).map((kind) => {
      const runs = contestants[name].map((times) => times[kind]);
      const all = { open: median(runs.map(({ open }) => open)) };
      if (runs[0].keystrokes) {
        const each = TYPED.map((_, at) => median(runs.map(({ keystrokes }) => keystrokes[at])));
        Object.assign(all, { keystroke: median(each), slowestKeystroke: Math.max(...each) });
      }
      return [kind, all];
    }))]));
    for (const kind of Object.keys(bytes)) {
      for (const index of ['minisearch', 'fuse.js']) {
        const of = result.places[place];
        result.ratios[`${place}, ${kind}: ours to response.json() + zod + ${index}`] = of.ours[kind].open / of[`response.json() + zod + ${index}`][kind].open;
      }
    }
  }
  return result;
}

export function table({ places, bytes }) {
  const peer = 'response.json() + zod + minisearch';
  const rows = [];
  for (const [place, contestants] of Object.entries(places)) {
    for (const [name, kinds] of Object.entries(contestants)) {
      const cells = Object.entries(kinds).flatMap(([kind, { open, keystroke, slowestKeystroke }]) => [
        `${time(open)} (${ratio(open, contestants[peer][kind].open)})`,
        keystroke ? `${time(keystroke)}, at most ${time(slowestKeystroke)}` : '',
      ]);
      rows.push([place, name === 'ours' ? OURS : name, ...cells]);
    }
  }
  const size = (kind) => `${Math.round(bytes[kind] / 1000)} kB`;
  const head = ['where', 'how', `1,000 brands (${size('brands')}) open`, 'a keystroke', `3,000 products (${size('products')}) open`, 'a keystroke'];
  return `${markdown(head, rows)}\n\nOpen: from the Response's bytes to the first search; in brackets the ratio to ${peer}.`;
}
