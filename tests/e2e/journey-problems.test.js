// Every problem code there is: the field it is told at, in words, and the buttons that help.
import assert from 'node:assert/strict';
import { en } from 'cryptorefills-checkout/messages';
import { after, before, test } from 'node:test';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';
import { checkoutText, fillDetails, GIFT_CARD, goOn, TOP_UP } from './support/shopper.js';

const COUPON = ['Coupon code', 'Remove the coupon'];
const VALUE = ['Value', 'Choose another value', 'See other brands'];
const ANOTHER = ['Value', 'See other brands'];
const VENDOR = ['', 'Open Cryptorefills', 'See other brands'];

/** Where it is told ('' is above the button that goes on), then what helps. USDC on Solana and a fixed value are chosen. */
const PROBLEMS = {
  AMOUNT_LESS_THEN_MINIMUM_ALLOWED: ['Value', 'Choose a larger value', 'Pay with USDT on Solana'],
  MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED: ['Value', 'Choose a smaller value'],
  DAILY_SPENDING_LIMIT_EXCEEDED: ['Value', 'Choose a smaller value'],
  MONTHLY_SPENDING_LIMIT_EXCEEDED: ['Value', 'Choose a smaller value'],
  PRODUCT_COUNT_EXCEEDED: ANOTHER,
  MULTIPLE_LIMITED_PRODUCT_SAME_ORDER: ANOTHER,
  NOT_AVAILABLE_PRODUCT: VALUE,
  OUT_OF_STOCK: VALUE,
  NOT_ACTIVE: VALUE,
  INVALID_BENEFICIARY_ACCOUNT: ['E-mail', 'Fix the address'],
  NOT_ALLOWED_PAYMENT_VIA: ['Coin', 'See other brands'],
  UNSUPPORTED_PROTOCOL_COIN_COMBINATION: ['Network', 'Pay with USDC on Base', 'Pay with USDC on Polygon (Matic)', 'Pay with USDC on Arbitrum'],
  LOGIN_REQUIRED: ['Value', 'Open Cryptorefills', 'See other brands'],
  COUPON_REQUIRES_LOGIN: COUPON,
  COUPON_NOT_FOUND: ['Coupon code', 'Fix the coupon', 'Remove the coupon'],
  COUPON_NOT_ACTIVE: COUPON,
  COUPON_ALREADY_SPENT: COUPON,
  COUPON_MAX_USAGE_REACHED: COUPON,
  COUPON_EXPIRED: COUPON,
  COUPON_BELOW_MIN_AMOUNT: ['Coupon code', 'Choose a larger value', 'Remove the coupon'],
  COUPON_NOT_VALID_FOR_USER: COUPON,
  COUPON_NOT_VALID_FOR_CATEGORY: COUPON,
  COUPON_NOT_VALID_FOR_KIND: COUPON,
  COUPON_NOT_VALID_FOR_BRAND: COUPON,
  COUPON_NOT_VALID_FOR_COUNTRY: COUPON,
  COUPON_NOT_VALID_FOR_STORE: COUPON,
  SUSPENDED_COIN: ['Coin', 'Pay with USDT on Solana', 'Pay with BTC on Lightning'],
  SUSPENDED_NETWORK: ['Network', 'Find a network that fits'],
  KYC_MISSING: VENDOR,
  KYC_PENDING: ['', 'Try again'],
  VERIFICATION_REQUIRED: VENDOR,
  FULLNAME_MISSING: ['Network', 'Find a network that fits'],
  INVALID_EMAIL_DOMAIN: ['E-mail', 'Fix the address'],
  RATE_LIMITED: ['', 'Try again'],
  UPSTREAM_ERROR: ['', 'Try again'],
  UNREADABLE_ANSWER: ['', 'Try again'],
  NOT_FOUND: ['', 'Try again'],
  NOT_AUTHORIZED: ['', 'Write to support'],
  REJECTED: ['', 'Write to support'],
  SOMETHING_NEW: ['', 'Write to support'],
};
/** Those of an answer that names none. */
const ANSWERS = {
  RATE_LIMITED: 'validate-429', UPSTREAM_ERROR: 'validate-503', UNREADABLE_ANSWER: 'validate-html', NOT_FOUND: 'validate-404', NOT_AUTHORIZED: 'validate-403',
  REJECTED: 'validate-400',
};
const emailOf = (code) => `${ANSWERS[code] ?? `problem+${code}`}@example.com`;

let browser;
let demo;
before(async () => {
  browser = await launchBrowser();
  demo = await startDemo();
});
after(() => Promise.all([browser?.close(), demo?.stop()]));

const openBrand = async (page, brand) => {
  await page.goto(`${demo.address}/#country=US&brand=${encodeURIComponent(brand)}`);
  await page.getByRole('button', { name: 'Continue' }).waitFor();
};

/** Each complaint that can be seen: where it is, then the buttons below it. */
async function complaints(page) {
  await goOn(page);
  await page.waitForFunction(() => {
    const { shadowRoot } = document.querySelector('cr-checkout');
    return !shadowRoot.querySelector('.busy') && shadowRoot.querySelector('.error:not([hidden]), .notice.bad');
  });
  return page.locator('cr-checkout').evaluate(({ shadowRoot }) => [...shadowRoot.querySelectorAll('.error:not([hidden]), .notice.bad')].map((told) => {
    const box = told.closest('fieldset, .field') ?? told;
    return [box.querySelector('legend, label')?.textContent ?? '', ...[...box.querySelectorAll('.actions .button')].map((button) => button.textContent)];
  }));
}

test('the table has every code', () => {
  assert.deepEqual(Object.keys(PROBLEMS).filter((code) => code !== 'SOMETHING_NEW').sort(), Object.keys(en.problems).sort());
});

test('each problem is told at its field, with what helps', async () => {
  const { page, notes, close } = await newPage(browser);
  await openBrand(page, GIFT_CARD.brand);
  for (const [code, expected] of Object.entries(PROBLEMS)) {
    await fillDetails(page, { email: emailOf(code) });
    assert.deepEqual(await complaints(page), [expected], code);
    if (code !== 'SOMETHING_NEW') assert.ok(!(await checkoutText(page)).includes(code), `${code} is shown in place of words`);
  }
  assert.deepEqual(notes.errors, []);
  await close();
});

test('a number that cannot be topped up is fixed as a number', async () => {
  const { page, close } = await newPage(browser);
  await page.clock.install();
  await openBrand(page, TOP_UP.brand);
  await fillDetails(page, { ...TOP_UP, email: emailOf('INVALID_BENEFICIARY_ACCOUNT') });
  assert.deepEqual(await complaints(page), [['Phone number to top up', 'Fix the number']]);
  // What a field says itself a moment after it was left does not take the answer's complaint away.
  await page.clock.runFor(400);
  await page.getByRole('button', { name: 'Fix the number' }).click();
  assert.equal(await page.locator('cr-checkout').evaluate(({ shadowRoot }) => shadowRoot.activeElement?.getAttribute('type')), 'tel');
  await close();
});
