// The page in other languages: countries found as people type them, a language that is added as a file, the shop's own texts around it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chooseBrand, GIFT_CARD, openShop } from './support/shopper.js';
import { visits } from './support/visits.js';

const run = promisify(execFile);
const WWW = fileURLToPath(new URL('../../www/', import.meta.url));
const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };

/** Of the list of countries; the shop around it has choices of its own. */
const options = (page) => page.locator('cr-checkout').getByRole('option');

describe('in other languages', () => {
  const at = visits();

  const inJapanese = async (page) => {
    await openShop(page, at.demo.address);
    await page.getByRole('combobox', { name: 'Language' }).selectOption('ja');
    await page.getByRole('heading', { name: '何を購入しますか？' }).waitFor();
    return page.getByRole('combobox', { name: '国・地域' });
  };

  test('countries are found in every kind of kana, by what people call them, and by no letter that is another', async () => {
    const { page } = at.tab;
    const country = await inJapanese(page);
    await country.click();
    const found = async (text) => {
      await country.fill(text);
      return options(page).allInnerTexts();
    };
    for (const [text, name] of Object.entries({
      ぶらじる: 'ブラジル', ブラジル: 'ブラジル', ﾌﾞﾗｼﾞﾙ: 'ブラジル', brazil: 'ブラジル', 米国: 'アメリカ合衆国', 英国: 'イギリス', にほん: '日本', ほんこん: '香港',
    })) assert.deepEqual(await found(text), [name], text);
    // Without its voicing marks it is another word, and with them, too.
    for (const text of ['フラシル', 'ガナダ']) assert.deepEqual(await found(text), ['該当する国・地域がありません'], text);
    await page.getByRole('combobox', { name: '言語' }).selectOption('en');
    const inEnglish = page.getByRole('combobox', { name: 'Country' });
    await inEnglish.click();
    for (const [text, name] of Object.entries({ turkey: 'Türkiye', uae: 'United Arab Emirates', 'ivory c': 'Côte d’Ivoire', 'great brit': 'United Kingdom' })) {
      await inEnglish.fill(text);
      assert.deepEqual(await options(page).allInnerTexts(), [name], text);
    }
  });

  test('Enter that ends a word of an input method picks no country', async () => {
    const { page, context } = at.tab;
    const country = await inJapanese(page);
    const session = await context.newCDPSession(page);
    await country.click();
    await page.evaluate(() => document.addEventListener('keydown', ({ key, isComposing }) => { globalThis.pressed = { key, isComposing }; }, true));
    await session.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
    await options(page).getByText('日本').waitFor();
    await page.keyboard.press('Enter');
    assert.deepEqual(await page.evaluate(() => globalThis.pressed), { key: 'Enter', isComposing: true });
    assert.ok(await options(page).getByText('日本').isVisible(), 'the list is closed');
    assert.match(page.url(), /country=US/u);
    await page.keyboard.insertText('にほん');
    await page.keyboard.press('Enter');
    await page.waitForURL(/country=JP/u);
  });

  test('a language is a file more: found by its tag in any case, by the beginning of one, and filled up with English', async (t) => {
    const { page } = at.tab;
    // Beside the original, so that it finds the same modules.
    await mkdir(join(WWW, '../target'), { recursive: true });
    const folder = await mkdtemp(join(WWW, '../target/languages-'));
    t.after(() => rm(folder, { recursive: true }));
    await cp(join(WWW, 'page'), join(folder, 'page'), { recursive: true, filter: (path) => !path.endsWith('dist') });
    await cp(join(WWW, 'build.mjs'), join(folder, 'build.mjs'));
    await symlink(join(WWW, 'node_modules'), join(folder, 'node_modules'));
    const language = (tag, dir, title) => writeFile(join(folder, `page/checkout/lang/${tag}.js`), `
      import { en as messages } from 'cryptorefills-checkout/messages';
      export default { tag: '${tag}', dir: '${dir}', messages, texts: { brandsTitle: '${title}' } };`);
    await language('pt-BR', 'ltr', 'O que você quer comprar?');
    await language('ar', 'rtl', 'ماذا تريد أن تشتري؟');
    await run(process.execPath, ['build.mjs'], { cwd: folder });
    await page.route(`${at.demo.address}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname.startsWith('/api/')) return route.continue();
      const file = pathname === '/' ? '/index.html' : pathname;
      return route.fulfill({ contentType: TYPES[file.split('.').pop()], body: await readFile(join(folder, 'page/dist', file)) });
    });
    await openShop(page, at.demo.address);
    await page.getByRole('heading', { name: 'What would you like to buy?' }).waitFor();
    for (const [lang, title, tag, dir] of [
      ['pt-br', 'O que você quer comprar?', 'pt-BR', 'ltr'], ['ar-EG', 'ماذا تريد أن تشتري؟', 'ar', 'rtl'], ['PT-BR', 'O que você quer comprar?', 'pt-BR', 'ltr'],
      ['pt', 'What would you like to buy?', 'en', 'ltr'], ['no language', 'What would you like to buy?', 'en', 'ltr'],
    ]) {
      await page.locator('cr-checkout').evaluate((checkout, to) => checkout.setAttribute('lang', to), lang);
      await page.getByRole('heading', { name: title }).waitFor();
      const frame = page.locator('cr-checkout .checkout');
      assert.deepEqual([await frame.getAttribute('lang'), await frame.getAttribute('dir')], [tag, dir], lang);
      await page.getByRole('searchbox', { name: 'Search' }).waitFor();
    }
  });

  test('the shop around the checkout speaks its language, and goes back to English', async () => {
    const { page } = at.tab;
    const english = { title: 'Gift cards, top-ups and eSIMs', shop: 'Demo shop', themes: ['Auto', 'Light', 'Dark'], states: 'All its states' };
    const said = async () => ({
      title: await page.title(),
      shop: await page.getByRole('heading', { level: 1 }).innerText(),
      themes: await page.locator('#theme option').allInnerTexts(),
      states: await page.getByRole('contentinfo').getByRole('link').innerText(),
    });
    await inJapanese(page);
    const japanese = await said();
    assert.deepEqual(japanese, { title: 'ギフトカード・チャージ・eSIM', shop: 'デモショップ', themes: ['自動', 'ライト', 'ダーク'], states: 'すべての状態' });
    assert.doesNotMatch((await page.locator('body').innerText()).replaceAll(/cryptorefills-checkout|<cr-checkout>|English/gu, ''), /Demo|Language|Theme|demonstration/u);
    await page.getByRole('combobox', { name: '言語' }).selectOption('en');
    await page.getByRole('heading', { name: 'What would you like to buy?' }).waitFor();
    assert.deepEqual(await said(), english);
    await chooseBrand(page, GIFT_CARD.brand);
  });
});
