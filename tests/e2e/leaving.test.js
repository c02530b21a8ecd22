// Leaving and coming back: the back button, a second tab, a page left while it places an order, offline for a while, the way to the wallet
// and back. The order is never lost, never placed twice, and nothing secret is in the address.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';
import { chooseBrand, fillDetails, GIFT_CARD, openShop, orderNumber, placeButton, placeOrder, reachReview } from './support/shopper.js';

const HELD = { ...GIFT_CARD, email: 'hold@example.com' };

describe('leaving and coming back', () => {
  let browser;
  let demo;
  let tab;

  before(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ speed: 10 });
  });
  after(() => Promise.all([browser?.close(), demo?.stop()]));
  beforeEach(async () => {
    await demo.sandbox.forgetRequests();
    tab = await newPage(browser);
  });
  afterEach(() => tab.close());

  const placed = async () => (await demo.sandbox.requests()).filter(({ method, path }) => method === 'POST' && path === '/v5/orders').length;

  test('back from the order leads to the form as it was filled in, and forward to the same order', async () => {
    const { page, notes } = tab;
    const id = await placeOrder(page, demo.address, HELD);
    await page.getByTestId('address').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'E-mail' }).inputValue(), HELD.email);
    await page.goForward();
    await page.getByTestId('address').waitFor();
    assert.equal(await orderNumber(page), id);
    assert.equal(await placed(), 1);
    assert.deepEqual(notes.errors, []);
  });

  test('who goes back and orders again is told about the order that is open', async () => {
    const { page } = tab;
    const id = await placeOrder(page, demo.address, HELD);
    await page.getByTestId('address').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('You have an order that is not finished').waitFor();
    await page.getByRole('link', { name: 'Show my order' }).click();
    await page.getByTestId('address').waitFor();
    assert.equal(await orderNumber(page), id);
    assert.equal(await placed(), 1);
  });

  test('a second tab finds the order, by the address and from the shop’s front', async () => {
    const { page, context } = tab;
    const second = await context.newPage();
    await openShop(second, demo.address);
    await second.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    const id = await placeOrder(page, demo.address, HELD);
    // The front that was open already says so by itself.
    await second.getByRole('link', { name: 'Show my order' }).click();
    await second.getByTestId('address').waitFor();
    assert.equal(await orderNumber(second), id);
    const third = await context.newPage();
    await third.goto(page.url());
    await third.getByTestId('address').waitFor();
    assert.equal(await orderNumber(third), id);
    assert.equal(await placed(), 1);
  });

  test('the address of an order opens nothing in another browser', async () => {
    const { page } = tab;
    await placeOrder(page, demo.address, HELD);
    const other = await newPage(browser);
    await other.page.goto(page.url());
    await other.page.getByText('This order is not known here').waitFor();
    assert.equal(await other.page.getByTestId('order-number').count(), 0);
    await other.close();
  });

  test('a page left while the order is being placed says that nobody can tell, and does not place it again', async () => {
    const { page } = tab;
    page.on('dialog', (dialog) => dialog.accept());
    await reachReview(page, demo.address, { ...GIFT_CARD, email: 'create-hang@example.com' });
    await placeButton(page).click();
    await page.getByRole('button', { name: 'Placing the order…' }).waitFor();
    await page.reload();
    await page.getByText('Your last order may or may not have been placed').waitFor();
    await page.getByRole('button', { name: 'Understood' }).click();
    assert.equal(await page.getByText('Your last order may or may not').count(), 0);
    assert.ok(await placed() <= 1);
  });

  test('an order that comes to be while the shopper goes back is shown', async () => {
    const { page } = tab;
    let answer;
    const held = new Promise((resolve) => { answer = resolve; });
    await page.route('**/api/orders', async (route) => {
      await held;
      await route.continue();
    });
    await reachReview(page, demo.address, HELD);
    await placeButton(page).click();
    await page.goBack();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    answer();
    await page.getByTestId('address').waitFor();
    assert.equal(await placed(), 1);
  });

  test('offline for a while: it is said, and the order goes on where it is', async () => {
    const { page, noted, context } = tab;
    await placeOrder(page, demo.address, HELD);
    const id = await orderNumber(page);
    await noted(({ connections }) => connections.at(-1) === 'Live', { what: '"Live"' });
    await context.setOffline(true);
    await page.getByTestId('connection').getByText('Offline').waitFor();
    await fetch(`${demo.sandbox.address}/_sandbox/orders/${id}/move`, { method: 'POST', body: JSON.stringify({ state: 'Done' }) });
    await context.setOffline(false);
    await noted(({ states }) => states.includes('Done'), { what: 'Done' });
    await page.getByRole('button', { name: 'Show the code' }).waitFor();
  });

  test('a brand list that failed offline comes by itself with the connection', async () => {
    const { page, context } = tab;
    await openShop(page, demo.address);
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    await context.setOffline(true);
    await page.getByRole('link', { name: GIFT_CARD.brand }).click();
    await page.getByText('You are offline').waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Continue' }).waitFor();
  });

  test('the way to the wallet and back: a frozen page is current again', async () => {
    const { page, noted, context } = tab;
    await placeOrder(page, demo.address, HELD);
    const id = await orderNumber(page);
    await page.getByTestId('address').waitFor();
    const session = await context.newCDPSession(page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await fetch(`${demo.sandbox.address}/_sandbox/orders/${id}/move`, { method: 'POST', body: JSON.stringify({ state: 'PaymentReceived' }) });
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await noted(({ states }) => states.includes('PaymentReceived'), { what: 'PaymentReceived' });
    assert.equal(await orderNumber(page), id);
  });

  test('what was typed outlives a change of language', async () => {
    const { page } = tab;
    await openShop(page, demo.address);
    await chooseBrand(page, GIFT_CARD.brand);
    await fillDetails(page, { value: '$50', email: GIFT_CARD.email });
    await page.getByRole('combobox', { name: 'Language' }).selectOption('ja');
    await page.getByRole('heading', { name: '受け取る方' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'メールアドレス' }).inputValue(), GIFT_CARD.email);
    assert.ok(await page.getByRole('radio', { name: '$50' }).isChecked());
  });

  test('anchors and history of the page around it are left alone', async () => {
    const { page } = tab;
    await openShop(page, demo.address);
    await chooseBrand(page, GIFT_CARD.brand);
    await fillDetails(page, { email: GIFT_CARD.email });
    await page.evaluate(() => { location.hash = '#imprint'; });
    await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 0); }));
    assert.equal(await page.getByRole('textbox', { name: 'E-mail' }).inputValue(), GIFT_CARD.email);
    await page.goBack();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'E-mail' }).inputValue(), GIFT_CARD.email);
  });

  test('changing the language leaves the focus where it is', async () => {
    const { page } = tab;
    await openShop(page, demo.address);
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    await page.getByRole('combobox', { name: 'Language' }).focus();
    await page.getByRole('combobox', { name: 'Language' }).selectOption('ja');
    await page.getByRole('heading', { name: '何を購入しますか？' }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'language');
  });

  test('the order is found where storage is forbidden', async () => {
    const { page } = tab;
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(globalThis, name, { get() { throw new DOMException('forbidden', 'SecurityError'); } });
    });
    const id = await placeOrder(page, demo.address, HELD);
    await page.getByTestId('address').waitFor();
    await page.reload();
    await page.getByTestId('address').waitFor();
    assert.equal(await orderNumber(page), id);
    assert.ok(!page.url().includes(id));
  });
});
