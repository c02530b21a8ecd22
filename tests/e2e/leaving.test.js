// Leaving and coming back: the back button, a second tab, a page left while it places an order, offline for a while, the way to the wallet
// and back. The order is never lost, never placed twice, and nothing secret is in the address.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';
import { chooseBrand, fillDetails, GIFT_CARD, goOn, openShop, orderNumber, placeButton, placeOrder, reachReview } from './support/shopper.js';

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

  const showOrder = (page) => page.getByRole('link', { name: 'Show my order' });
  const stepOf = (page) => page.evaluate(() => document.querySelector('cr-checkout').step);
  /** To see: what is said to screen readers is somewhere else. */
  const noteOf = (page, title) => page.locator('.notice-title').getByText(title);
  const beingPlaced = (page) => page.getByText('Placing the order…');

  /** Keeps the answer to placing an order back until it is let go, by `continue` or as the caller says. */
  async function holdCreate(page) {
    let letGo;
    const held = new Promise((resolve) => { letGo = resolve; });
    await page.route('**/api/orders', async (route) => {
      const how = await held;
      await (how ? how(route) : route.continue());
    });
    return letGo;
  }

  /** Places an order whose answer does not come, and goes back to the form; gives what lets the answer come. */
  async function placeAndGoBack(page) {
    const letGo = await holdCreate(page);
    await reachReview(page, demo.address, HELD);
    await placeButton(page).click();
    await beingPlaced(page).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    return letGo;
  }

  const placed = async () => (await demo.sandbox.placements()).length;

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

  for (const [state, heading, inJapanese] of [['Done', 'Your order is delivered', 'お届けしました'], ['Refunded', 'Your money was sent back', '返金されました']]) {
    test(`an order that is ${state} is never to be paid again: in another language, back and forward, offline`, async () => {
      const { page, context, noted } = tab;
      const id = await placeOrder(page, demo.address, HELD);
      await page.getByTestId('address').waitFor();
      await demo.sandbox.move(id, state);
      await noted(({ states }) => states.at(-1) === state, { what: state });
      await page.evaluate(() => {
        const { shadowRoot } = document.querySelector('cr-checkout');
        const look = () => { globalThis.seen ||= shadowRoot.querySelector('[data-testid="address"], a[href^="solana:"], .qr-code') !== null; };
        new MutationObserver(look).observe(shadowRoot, { subtree: true, childList: true });
        globalThis.told = [];
        document.addEventListener('cr-order', ({ detail }) => globalThis.told.push(detail.state));
      });
      // From here on the page has only what it knows.
      await page.route('**/api/orders/**', () => {});
      const language = page.getByRole('combobox', { name: /Language|言語/u });
      await language.selectOption('ja');
      await page.getByRole('heading', { name: inJapanese }).waitFor();
      await language.selectOption('en');
      for (const offline of [false, true]) {
        await page.goBack();
        await page.getByRole('button', { name: 'Continue' }).waitFor();
        await context.setOffline(offline);
        await page.goForward();
        await page.getByRole('heading', { name: heading }).waitFor();
      }
      assert.equal(await page.evaluate(() => globalThis.seen), false, 'how to pay was shown for an order that is over');
      assert.deepEqual(await page.evaluate(() => globalThis.told), [], 'the page around was told of a state again');
    });
  }

  test('nobody is shown how to pay by what was known a while ago', async () => {
    const { page, context } = tab;
    await placeOrder(page, demo.address, HELD);
    await page.getByTestId('address').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 60_000;
    });
    await context.setOffline(true);
    await page.goForward();
    await page.getByRole('alert').getByText('You are offline').waitFor();
    assert.equal(await page.getByTestId('address').count(), 0);
    await context.setOffline(false);
    await page.getByTestId('address').waitFor();
  });

  test('a page left while the order is being placed says that nobody can tell, and does not place it again', async () => {
    const { page } = tab;
    page.on('dialog', (dialog) => dialog.accept());
    await reachReview(page, demo.address, { ...GIFT_CARD, email: 'create-hang@example.com' });
    await placeButton(page).click();
    await beingPlaced(page).waitFor();
    await page.reload();
    await page.getByText('Your last order may or may not have been placed').waitFor();
    await page.getByRole('button', { name: 'Understood' }).click();
    assert.equal(await page.getByText('Your last order may or may not').count(), 0);
    assert.ok(await placed() <= 1);
  });

  test('a tab closed while it places an order leaves a trace for the next one, without an address', async () => {
    const { page, context } = tab;
    await holdCreate(page);
    await reachReview(page, demo.address, HELD);
    await placeButton(page).click();
    await beingPlaced(page).waitFor();
    await page.close({ runBeforeUnload: false });
    const next = await context.newPage();
    await openShop(next, demo.address);
    await next.getByText('Your last order may or may not have been placed').waitFor();
    const left = await next.evaluate(() => JSON.stringify({ ...localStorage }));
    assert.match(left, /placing/u);
    assert.ok(!left.includes('@') && !left.includes('example'), 'an address is in the storage');
    await next.getByRole('button', { name: 'Understood' }).click();
    await next.reload();
    await next.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    assert.equal(await next.getByText('Your last order may or may not').count(), 0);
  });

  test('while an order is being placed no other can be, and it is offered to who orders on', async () => {
    const { page } = tab;
    const letGo = await placeAndGoBack(page);
    await beingPlaced(page).waitFor();
    assert.equal(await page.locator('.notice-title').count(), 0, 'an order that is being placed is called lost');
    await fillDetails(page, { email: 'hold+another@example.com' });
    await goOn(page);
    await page.getByText('hold+another@example.com').waitFor();
    await beingPlaced(page).waitFor();
    assert.equal(await placeButton(page).count(), 0, 'a second order can be placed while the first is');
    letGo();
    await placeButton(page).waitFor();
    await noteOf(page, 'Your order is placed').waitFor();
    assert.equal(await stepOf(page), 'review', 'the shopper was taken away from another order');
    await showOrder(page).click();
    await page.getByTestId('address').waitFor();
    assert.equal(await placed(), 1);
  });

  test('an order that comes to be while the shopper goes back is offered, and shown to who goes forward again', async () => {
    const { page } = tab;
    for (const forward of [false, true]) {
      const letGo = await placeAndGoBack(page);
      if (forward) {
        await page.goForward();
        await page.getByRole('heading', { name: 'Check your order' }).waitFor();
        await beingPlaced(page).waitFor();
        assert.equal(await placeButton(page).count(), 0);
        letGo();
      } else {
        letGo();
        await noteOf(page, 'Your order is placed').waitFor();
        assert.equal(await stepOf(page), 'details');
        await showOrder(page).click();
      }
      await page.getByTestId('address').waitFor();
      await page.unrouteAll({ behavior: 'wait' });
    }
    assert.equal(await placed(), 2);
  });

  test('what becomes otherwise of an order whose shopper went back is said where they are', async () => {
    const { page } = tab;
    for (const [how, told] of [
      [(route) => route.fulfill({ status: 422, json: { message: 'no' } }), 'Your order was not placed'],
      [(route) => route.abort('connectionreset'), 'Your last order may or may not have been placed'],
    ]) {
      const letGo = await placeAndGoBack(page);
      letGo(how);
      await noteOf(page, told).waitFor();
      assert.equal(await stepOf(page), 'details');
      await page.getByRole('button', { name: 'Understood' }).click();
      assert.equal(await noteOf(page, told).count(), 0);
      await page.unrouteAll({ behavior: 'wait' });
    }
  });

  test('every order that is not over is offered, and the last that is', async () => {
    const { page, noted } = tab;
    const ids = [await placeOrder(page, demo.address, HELD), await placeOrder(page, demo.address, HELD)];
    const end = async () => {
      await demo.sandbox.move(await orderNumber(page), 'Done');
      await noted(({ states }) => states.at(-1) === 'Done', { what: 'Done' });
      await page.getByRole('button', { name: 'Buy something else' }).click();
      await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    };
    await openShop(page, demo.address);
    const links = page.getByRole('link', { name: /^Show order / });
    await links.first().waitFor();
    assert.deepEqual(await links.allInnerTexts(), ids.map((id) => `Show order ${id.slice(0, 8)}`).reverse());
    for (const id of ids) {
      await page.getByRole('link', { name: new RegExp(`Show (order ${id.slice(0, 8)}|my order)`, 'u') }).click();
      await page.getByTestId('address').waitFor();
      assert.equal(await orderNumber(page), id);
      await end();
    }
    await page.getByText('Your last order is still here').waitFor();
    await showOrder(page).click();
    await page.getByRole('heading', { name: 'Your order is delivered' }).waitFor();
    assert.equal(await orderNumber(page), ids[1]);
  });

  test('a reload before the order is placed leads to the form of the same brand', async () => {
    const { page } = tab;
    await reachReview(page, demo.address, HELD);
    await page.reload();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await page.getByRole('heading', { name: GIFT_CARD.brand, level: 2 }).waitFor();
    assert.equal(await stepOf(page), 'details');
  });

  test('offline for a while: it is said, and the order goes on where it is', async () => {
    const { page, noted, context } = tab;
    await placeOrder(page, demo.address, HELD);
    const id = await orderNumber(page);
    await noted(({ connections }) => connections.at(-1) === 'Live', { what: '"Live"' });
    await context.setOffline(true);
    await page.getByTestId('connection').getByText('Offline').waitFor();
    await demo.sandbox.move(id, 'Done');
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
    await demo.sandbox.move(id, 'PaymentReceived');
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

  test('an empty anchor of the page around it does not take the shopper away; the page’s first address leads to the front', async () => {
    const { page } = tab;
    await page.goto(demo.address);
    await chooseBrand(page, GIFT_CARD.brand);
    await page.goBack();
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    const id = await placeOrder(page, demo.address, HELD);
    await page.getByTestId('address').waitFor();
    await page.evaluate(() => new Promise((resolve) => {
      addEventListener('popstate', () => setTimeout(resolve, 0), { once: true });
      const link = document.createElement('a');
      link.href = '#';
      document.body.append(link);
      link.click();
    }));
    assert.equal(new URL(page.url()).hash, '');
    assert.equal(await stepOf(page), 'order');
    assert.equal(await orderNumber(page), id);
    assert.equal(await page.getByTestId('address').count(), 1);
  });

  test('a change of an attribute leaves the shopper at the step they are at, without the address too', async () => {
    const { page } = tab;
    await openShop(page, demo.address);
    await page.evaluate(() => {
      const checkout = document.createElement('cr-checkout');
      for (const [name, value] of Object.entries({ route: 'off', country: 'US', lang: 'en' })) checkout.setAttribute(name, value);
      document.querySelector('cr-checkout').replaceWith(checkout);
    });
    const set = (name, value) => page.locator('cr-checkout').evaluate((checkout, of) => checkout.setAttribute(...of), [name, value]);
    await chooseBrand(page, GIFT_CARD.brand);
    await fillDetails(page, { value: '$50', email: HELD.email });
    await set('lang', 'ja');
    await page.getByRole('heading', { name: '受け取る方' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'メールアドレス' }).inputValue(), HELD.email);
    await set('lang', 'en');
    await set('coin', 'USDT');
    await page.getByRole('radio', { name: 'USDT', exact: true, checked: true }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'E-mail' }).inputValue(), HELD.email);
    assert.ok(await page.getByRole('radio', { name: '$50' }).isChecked());
    // What the shopper has chosen is theirs.
    await fillDetails(page, { email: HELD.email, coin: 'USDC' });
    await set('coin', 'BTC');
    await page.getByRole('radio', { name: 'USDC', exact: true, checked: true }).waitFor();
    await goOn(page);
    await placeButton(page).click();
    await page.getByTestId('address').waitFor();
    await set('country', 'DE');
    await set('lang', 'ja');
    await page.getByRole('heading', { name: 'お支払いをお待ちしています' }).waitFor();
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
