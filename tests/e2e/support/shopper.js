// What a shopper does on the page, by the names and roles a shopper meets.

export const GIFT_CARD = { country: 'US', brand: 'Wobblewick Market', value: '$25', email: 'shopper@example.com' };
export const TOP_UP = { country: 'US', brand: 'Nimbofon Credits', value: /^\$10, to a phone/u, email: 'shopper@example.com', phone: '+1 415 555 2671' };

/** @param {import('playwright-core').Page} page */
export const openShop = (page, address, { country = 'US' } = {}) => page.goto(`${address}/#country=${country}`);

export async function chooseBrand(page, brand) {
  await page.getByRole('searchbox', { name: 'Search' }).fill(brand);
  await page.getByRole('link', { name: brand }).first().click();
  await page.getByRole('button', { name: 'Continue' }).waitFor();
}

export async function fillDetails(page, { value, amount, email, phone, coin, network }) {
  if (value) await page.getByRole('radio', { name: value }).first().check();
  if (amount) await page.getByRole('textbox', { name: 'Amount' }).fill(amount);
  if (phone) await page.getByRole('textbox', { name: 'Phone number to top up' }).fill(phone);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  if (coin) await page.getByRole('radio', { name: coin, exact: true }).check();
  if (network) await page.getByRole('radio', { name: network, exact: true }).check();
}

export async function goOn(page) {
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** From the shop's front to the validated order. */
export async function reachReview(page, address, order) {
  await openShop(page, address, order);
  await chooseBrand(page, order.brand);
  await fillDetails(page, order);
  await goOn(page);
  await placeButton(page).waitFor();
}

export const placeButton = (page) => page.getByRole('button', { name: 'Place the order' });

/** From the shop's front to the order being followed; the order's number. */
export async function placeOrder(page, address, order) {
  await reachReview(page, address, order);
  await placeButton(page).click();
  await page.waitForURL(/#order=/u);
  return orderNumber(page);
}

export const orderNumber = (page) => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('order');
