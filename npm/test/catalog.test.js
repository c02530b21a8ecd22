// Opened catalogues: what is found, in which order and in which script, and that nothing stays behind.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import * as slim from '../dist/slim.js';
import { createClient, openBrands, openProducts } from '../dist/index.js';

const npm = fileURLToPath(new URL('..', import.meta.url));
const brandsOf = (...names) => JSON.stringify({ categories: [{ brands: names.map((brand, at) => ({ brand, brand_id: `b-${at}` })) }] });

function finds(names, typed) {
  const { value: catalog } = openBrands(brandsOf(...names));
  const found = catalog.search(typed).map(({ brand }) => brand);
  catalog.close();
  return found;
}

test('exact before prefix before word before inside before errors', () => {
  const names = ['Steamy Nights', 'Stream', 'My Steam', 'Upsteam', 'Steam'];
  assert.deepEqual(finds(names, 'steam'), ['Steam', 'Steamy Nights', 'My Steam', 'Upsteam', 'Stream']);
});

test('accents, case, width and letters that are written in two ways', () => {
  for (const [name, typed] of [
    ['Café Crème', 'CAFE creme'], ['Pokémon', 'pokemon'], ['Müller', 'muller'], ['Strauß', 'STRAUSS'], ['Ørsted', 'orsted'], ['Żabka', 'zabka'],
    ['İstanbul Kart', 'istanbul'], ['Ｎｅｔｆｌｉｘ', 'netflix'], ['Θαλάσσης', 'ΘΑΛΑΣΣΗΣ'], ['H&M', 'h & m'], ['Đặc Sản', 'dac san'],
  ]) assert.deepEqual(finds([name, 'Other'], typed), [name], typed);
});

test('Japanese, which has no spaces and two syllabaries', () => {
  const names = ['ニンテンドーイーショップ', '任天堂ギフト', 'バス', 'ハス', 'プレイステーション　ストア'];
  assert.deepEqual(finds(names, 'にんてんどー'), ['ニンテンドーイーショップ']);
  assert.deepEqual(finds(names, 'ﾆﾝﾃﾝﾄﾞｰ'), ['ニンテンドーイーショップ']);
  assert.deepEqual(finds(names, 'ショップ'), ['ニンテンドーイーショップ']);
  assert.deepEqual(finds(names, '天堂'), ['任天堂ギフト']);
  // A voiced syllable is another syllable, not an accent.
  assert.deepEqual(finds(names, 'バス'), ['バス']);
  assert.deepEqual(finds(names, 'ストア'), ['プレイステーション　ストア']);
  assert.deepEqual(finds(names, 'ニンテドーイーショ'), ['ニンテンドーイーショップ']);
});

test('Arabic, whatever the forms of its letters', () => {
  const names = ['أمازون', 'مكتبة جرير', 'آيتونز', 'هدى'];
  assert.deepEqual(finds(names, 'امازون'), ['أمازون']);
  assert.deepEqual(finds(names, 'أَمَازُون'), ['أمازون']);
  assert.deepEqual(finds(names, 'أمـــازون'), ['أمازون']);
  assert.deepEqual(finds(names, 'مكتبه'), ['مكتبة جرير']);
  assert.deepEqual(finds(names, 'جرير'), ['مكتبة جرير']);
  assert.deepEqual(finds(names, 'ايتونز'), ['آيتونز']);
  assert.deepEqual(finds(names, 'هدي'), ['هدى']);
  assert.deepEqual(finds(['هدية ٥٠'], 'هديه 50'), ['هدية ٥٠']);
});

test('Cyrillic, Hebrew, Korean', () => {
  assert.deepEqual(finds(['Яндекс Музыка', 'Озон'], 'яндекс'), ['Яндекс Музыка']);
  assert.deepEqual(finds(['Яндекс Музыка', 'Озон'], 'МУЗЫ'), ['Яндекс Музыка']);
  assert.deepEqual(finds(['Алёнка'], 'аленка'), ['Алёнка']);
  assert.deepEqual(finds(['Яндекс'], 'янедкс'), ['Яндекс']);
  assert.deepEqual(finds(['שָׁלוֹם'], 'שלום'), ['שָׁלוֹם']);
  // A syllable begun is a syllable's beginning.
  assert.deepEqual(finds(['카카오'], '카카ㅇ'), ['카카오']);
});

test('an emoji, a quote and a name of nothing but signs do no harm', () => {
  assert.deepEqual(finds(['🎁 Gifts', 'A "quoted" \\ one', '!!!'], 'gifts'), ['🎁 Gifts']);
  assert.deepEqual(finds(['🎁 Gifts', 'A "quoted" \\ one', '!!!'], '"quoted"'), ['A "quoted" \\ one']);
  assert.equal(finds(['🎁 Gifts', '!!!'], '!').length, 2);
});

test('rows are whole, in pages, by id and by name', () => {
  const { value: catalog } = openBrands(new TextEncoder().encode(brandsOf('A "b"', 'C', 'D')));
  assert.equal(catalog.size, 3);
  assert.deepEqual(catalog.page({ limit: 2, offset: 1 }).map(({ brand }) => brand), ['C', 'D']);
  assert.deepEqual(catalog.brand('b-0'), { brand: 'A "b"', brand_id: 'b-0', additional_categories: [], brand_tags: [] });
  assert.equal(catalog.brand('A "b"').brand_id, 'b-0');
  assert.equal(catalog.brand('nobody'), undefined);
  catalog.close();
  catalog.close();
  assert.throws(() => catalog.page(), { code: 'BAD_INPUT', message: /closed/ });
});

test('it is disposed of by `using`, and two are apart', { skip: !Symbol.dispose }, () => {
  const [{ value: one }, { value: two }] = [openBrands(brandsOf('One')), openBrands(brandsOf('Two'))];
  one[Symbol.dispose]();
  assert.throws(() => one.search('o'), { code: 'BAD_INPUT' });
  assert.equal(two.search('two')[0].brand, 'Two');
  two.close();
});

test('what is refused and what is left out is told as by the checkers', () => {
  assert.equal(openBrands('<html>').issues[0].code, 'NOT_JSON');
  assert.equal(openBrands('{}').issues[0].code, 'REQUIRED');
  assert.equal(openBrands(brandsOf('A'), { maxBytes: 5 }).issues[0].code, 'TOO_LARGE');
  const { value, leftOut } = openProducts('[{"brand":"A","products":[]},{"brand":[]}]');
  assert.equal(value.size, 1);
  assert.equal(leftOut[0].path, '/1/brand');
  value.close();
});

test('what is closed is freed, and so is what nobody holds any more', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'catalog-'));
  t.after(() => rm(folder, { recursive: true }));
  const entry = join(folder, 'entry.js');
  const source = (name) => JSON.stringify(join(npm, 'src', name));
  await writeFile(entry, `export { wasm } from ${source('runtime.js')};\nexport { openBrands } from ${source('opened.js')};`);
  await build({
    entryPoints: [entry], outfile: join(folder, 'out.mjs'), bundle: true, format: 'esm', logLevel: 'error',
    alias: { '#loader': join(npm, 'src/loader-inline.js') }, define: { PACKAGE_VERSION: '"0.0.0-test"' },
  });
  const { openBrands: open, wasm } = await import(pathToFileURL(join(folder, 'out.mjs')));
  const isOpen = (id) => wasm().catalogAsk(id, 3, '', 0, 0) !== undefined;

  const { value: first } = open(brandsOf('A'));
  assert.equal(isOpen(1), true);
  first.close();
  assert.equal(isOpen(1), false);

  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  (() => open(brandsOf('B')).value.search('b'))();
  assert.equal(isOpen(2), true);
  for (let turns = 0; isOpen(2); turns++) {
    assert.ok(turns < 1000, 'a catalogue that nobody holds is still open');
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test('a hundred opened and closed leave the memory as it was', async () => {
  const { adopt, call } = await import('../src/instance.js');
  const { memory } = adopt(await WebAssembly.instantiate(await WebAssembly.compile(await readFile(join(npm, 'dist/sdk.wasm')))));
  const body = Buffer.from(brandsOf(...Array.from({ length: 1000 }, (_, at) => `Brand ${at} ${'x'.repeat(200)}`)));
  const ask = (...input) => call('catalogAsk', input);
  const open = (id) => {
    call('catalogOpen', [id, false, body, 0x800000]);
    ask(id, 1, ask(id, 0, '', 0, 0), 0, 0);
    ask(id, 2, 'brand', 0, 20);
  };
  const cycle = (id) => {
    open(id);
    ask(id, 5, '', 0, 0);
  };
  for (let id = 1; id < 5; id++) cycle(id);
  const before = memory.buffer.byteLength;
  for (let id = 5; id < 105; id++) cycle(id);
  assert.equal(memory.buffer.byteLength, before);
  // As it would if one were kept.
  for (let id = 105; id < 125; id++) open(id);
  assert.ok(memory.buffer.byteLength > before);
});

test('slim opens them too', async () => {
  await slim.init();
  const { value } = slim.openBrands(brandsOf('Steam'));
  assert.equal(value.search('stae').length, 1);
  value.close();
});

test('the client opens what is there, and tells problems where nothing is', async () => {
  const answers = [new Response(brandsOf('Steam')), new Response('{"all_brands":[]}'), new Response('{"problems":[{"code":"COUNTRY_NOT_SUPPORTED"}]}', { status: 400 })];
  const client = createClient({ country: 'FR', fetch: async () => answers.shift() });
  const catalog = await client.brandCatalog();
  assert.equal(catalog.search('ste')[0].brand, 'Steam');
  catalog.close();
  assert.equal((await client.brandCatalog()).size, 0);
  await assert.rejects(client.brandCatalog(), { code: 'PROBLEMS' });
});
