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

/** The whole number, from the page: its address has only the beginning of it. */
export const orderNumber = (page) => page.getByTestId('order-number').innerText();

/** The checkout's own document: what is in a shadow root is in no text or markup of the page around it. */
export const checkoutText = (page) => page.locator('cr-checkout .checkout').innerText();
export const checkoutMarkup = (page) => page.locator('cr-checkout').evaluate(({ shadowRoot }) => shadowRoot.innerHTML);

/** @param {string} country its name */
export async function chooseCountry(page, country) {
  await page.getByRole('combobox', { name: 'Country' }).click();
  await page.getByRole('combobox', { name: 'Country' }).fill(country);
  await page.getByRole('option', { name: country, exact: true }).click();
}
