// A picture of every step in four sizes and both themes, kept for people to look at: SCREENSHOTS_DIR says where. They are not compared by
// pixel; what is tested is that nothing is wider than the screen, and that each picture is there.
import assert from 'node:assert/strict';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';
import { chooseBrand, fillDetails, GIFT_CARD, goOn, openShop, orderNumber, placeButton } from './support/shopper.js';

const FOLDER = process.env.SCREENSHOTS_DIR || join(tmpdir(), 'cryptorefills-checkout-screenshots');
const SIZES = [[320, 640], [390, 844], [768, 1024], [1280, 800]];
const THEMES = /** @type {const} */ (['light', 'dark']);

let browser;
let demo;
before(async () => {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  browser = await launchBrowser();
  demo = await startDemo({ speed: 10 });
});
after(() => Promise.all([browser?.close(), demo?.stop()]));

test('every step, in four sizes and both themes', async (t) => {
  const { page, noted, close } = await newPage(browser, { reducedMotion: 'reduce' });
  const steps = [];
  const take = async (step) => {
    steps.push(step);
    await page.mouse.move(0, 0);
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        // Pictures that are in view are on their way; those below load when scrolled to.
        await page.waitForFunction(() => [...document.querySelector('cr-checkout').shadowRoot.querySelectorAll('.logo img')]
          .every((image) => image.matches('.ready') || image.getBoundingClientRect().top > innerHeight));
        const { wide, wanted } = await page.evaluate(() => ({ wide: document.documentElement.clientWidth, wanted: document.documentElement.scrollWidth }));
        assert.ok(wanted <= wide, `${step} is ${wanted} pixels wide on a screen of ${wide}`);
        await page.screenshot({ path: join(FOLDER, `${step}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
  };
  const move = async (state) => {
    await demo.sandbox.move(await orderNumber(page), state);
    await noted(({ states }) => states.at(-1) === state, { what: state });
  };

  await openShop(page, demo.address);
  await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
  // A picture of the whole page shows what is below the screen, too.
  await page.locator('cr-checkout').evaluate(({ shadowRoot }) => {
    const whole = new CSSStyleSheet();
    whole.replaceSync('.brands:not(.strip) > li { content-visibility: visible; }');
    shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, whole];
  });
  await take('1-brands');
  await chooseBrand(page, GIFT_CARD.brand);
  await fillDetails(page, { value: 'Other amount', amount: '40', email: GIFT_CARD.email });
  await page.getByRole('status').getByText(/^About \d/u).waitFor();
  await take('2-details');
  await fillDetails(page, { email: 'problem+COUPON_EXPIRED+OUT_OF_STOCK@example.com' });
  await goOn(page);
  await page.getByRole('button', { name: 'Remove the coupon' }).waitFor();
  await take('2-details-problems');
  await fillDetails(page, { value: GIFT_CARD.value, email: 'hold@example.com' });
  await goOn(page);
  await placeButton(page).waitFor();
  await take('3-review');
  await placeButton(page).click();
  await page.getByRole('img', { name: /^QR code/u }).waitFor();
  await noted(({ connections }) => connections.at(-1) === 'Live', { what: '"Live"' });
  await take('4-pay');
  await move('PaymentStarted');
  await take('5-confirming');
  await move('WaitingForDelivery');
  await take('6-delivering');
  await move('Done');
  await page.getByRole('button', { name: 'Show the code' }).waitFor();
  await take('7-delivered');
  await page.getByRole('button', { name: 'Show the code' }).click();
  await take('8-code');
  await page.getByRole('button', { name: 'Buy something else' }).click();
  await page.getByRole('combobox', { name: 'Language' }).selectOption('ja');
  await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
  await take('9-japanese');
  await close();

  const expected = steps.flatMap((step) => SIZES.flatMap(([width]) => THEMES.map((theme) => `${step}-${width}-${theme}.png`)));
  assert.deepEqual((await readdir(FOLDER)).sort(), expected.sort());
  t.diagnostic(`${expected.length} pictures in ${FOLDER}`);
});
