// node screenshots.mjs ADDRESS OUTDIR: a picture of every step, at two widths, light and dark.
import { mkdir } from 'node:fs/promises';
import { launchBrowser, newPage } from './support/browser.js';
import { chooseBrand, fillDetails, GIFT_CARD, goOn, openShop, placeButton, TOP_UP } from './support/shopper.js';

const [address, folder] = process.argv.slice(2);
if (!address || !folder) {
  console.error('usage: node screenshots.mjs ADDRESS OUTDIR');
  process.exit(2);
}
await mkdir(folder, { recursive: true });

const browser = await launchBrowser();
try {
  for (const width of [360, 1280]) {
    for (const colorScheme of ['light', 'dark']) await walk(width, colorScheme);
  }
} finally {
  await browser.close();
}

async function walk(width, colorScheme) {
  const { page, noted, close } = await newPage(browser, { viewport: { width, height: width < 600 ? 740 : 800 }, colorScheme, reducedMotion: 'reduce' });
  const take = async (name) => {
    // Pictures that are in view are on their way; those below load when scrolled to.
    await page.waitForFunction(() => [...document.querySelectorAll('.logo img')].every((image) => image.matches('.ready') || image.getBoundingClientRect().top > innerHeight));
    const path = `${folder}/${name}-${width}-${colorScheme}.png`;
    await page.screenshot({ path, fullPage: true });
    console.log(path);
  };

  await openShop(page, address);
  await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
  await take('1-brands');
  await page.getByRole('searchbox', { name: 'Search' }).fill('no such brand');
  await take('1-brands-none');
  await chooseBrand(page, GIFT_CARD.brand);
  await fillDetails(page, GIFT_CARD);
  await take('2-details');
  await fillDetails(page, { value: 'Other amount', amount: '40', email: 'not an address' });
  await page.getByText(/^About \d/u).waitFor();
  await goOn(page);
  await page.getByRole('textbox', { name: 'E-mail' }).and(page.locator('[aria-invalid]')).waitFor();
  await take('2-details-invalid');
  await fillDetails(page, { email: 'problem+UNSUPPORTED_PROTOCOL_COIN_COMBINATION@example.com' });
  await goOn(page);
  await page.locator('fieldset .error:not([hidden])').waitFor();
  await take('2-details-problem');
  await fillDetails(page, GIFT_CARD);
  await goOn(page);
  await placeButton(page).waitFor();
  await take('3-review');
  await placeButton(page).click();
  await noted(({ states }) => states.includes('Done'), { what: 'Done', timeout: 60_000 });
  await page.getByRole('button', { name: 'Show the code' }).waitFor();
  await take('6-done-hidden');
  await page.getByRole('button', { name: 'Show the code' }).click();
  await take('6-done');
  await page.getByRole('button', { name: 'Buy something else' }).click();

  // An order nobody pays stays as it is, so the states it could be in are put on its answers.
  await chooseBrand(page, GIFT_CARD.brand);
  await fillDetails(page, { ...GIFT_CARD, email: 'expire@example.com' });
  await goOn(page);
  await placeButton(page).click();
  await page.getByTestId('address').waitFor();
  await page.getByTestId('connection').getByText('Live').waitFor();
  await take('4-pay');
  for (const [name, state] of [
    ['4-pay-rest', 'PartialPaymentStarted'], ['5-started', 'PaymentStarted'], ['5-delivery', 'WaitingForDelivery'],
    ['5-manual', 'WaitingForManualAction'], ['7-expired', 'Expired'], ['7-failed', 'PaymentFailed'],
  ]) {
    await page.route('**/api/orders/*/subscribe', (route) => route.abort());
    await page.route(/\/api\/orders\/[^/]+$/u, async (route) => {
      const response = await route.fetch();
      const order = await response.json();
      await route.fulfill({ json: { ...order, order_state: state, ...(state === 'PartialPaymentStarted' && { sent_coin_amount: '10.5' }) } });
    });
    await page.reload();
    await page.getByTestId('order-state').and(page.locator(`[data-state="${state}"]`)).waitFor();
    await take(name);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }

  await page.goto(`${address}/#country=US`);
  await chooseBrand(page, TOP_UP.brand);
  await fillDetails(page, TOP_UP);
  await take('2-details-phone');
  await page.goto(`${address}/#order=nonsense`);
  await page.getByText('This is not an order number').waitFor();
  await take('7-no-order');
  await page.route('**/api/brands*', (route) => route.fulfill({ status: 502, contentType: 'application/json', body: '{"error":"x"}' }));
  await page.goto(`${address}/#country=GB`);
  await page.reload();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await take('8-upstream-down');
  await close();
}
