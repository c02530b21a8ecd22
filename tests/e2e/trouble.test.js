// When things break: the supplier is down, the tab is reloaded, the address is wrong, the answer is lost.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo, startSandbox } from './support/demo.js';
import { chooseBrand, fillDetails, GIFT_CARD, goOn, openShop, orderNumber, placeButton, placeOrder, reachReview } from './support/shopper.js';

const tryAgain = (page) => page.getByRole('button', { name: 'Try again' });

describe('trouble', () => {
  let browser;
  let demo;
  let tab;

  before(async () => {
    // Slow enough to do something in the middle of an order.
    browser = await launchBrowser();
    demo = await startDemo({ speed: 4 });
  });
  after(() => Promise.all([browser?.close(), demo?.stop()]));
  beforeEach(async () => { tab = await newPage(browser); });
  afterEach(() => tab.close());

  test('a reload in the middle of an order goes on following it', async () => {
    const { page, notes, noted } = tab;
    const id = await placeOrder(page, demo.address, GIFT_CARD);
    await noted(({ states }) => states.length > 0, { what: 'the first state' });
    await page.reload();
    assert.equal(await orderNumber(page), id);
    await noted(({ states }) => states.includes('Done'), { what: 'Done', timeout: 60_000 });
    await page.getByRole('button', { name: 'Show the code' }).waitFor();

    // And from the front of the shop there is a way back to it.
    await openShop(page, demo.address);
    await page.reload();
    await page.getByRole('link', { name: 'Show my order' }).click();
    await page.getByRole('button', { name: 'Show the code' }).waitFor();
    assert.equal(await orderNumber(page), id);
    assert.deepEqual(notes.errors, []);
  });

  test('an order whose answer is lost is not sent again', async () => {
    const { page } = tab;
    await reachReview(page, demo.address, GIFT_CARD);
    let sent = 0;
    await page.route('**/api/orders', (route) => {
      sent += 1;
      return route.abort('connectionreset');
    });
    await placeButton(page).click();
    await page.getByText('We cannot tell whether your order was placed').waitFor();
    assert.match(await page.locator('cr-checkout').evaluate(({ shadowRoot }) => shadowRoot.activeElement?.textContent), /We cannot tell/u, 'focus was lost');
    assert.equal(await placeButton(page).count(), 0, 'the button invites to order twice');
    assert.equal(sent, 1);
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Back to the details' }).click();
    await page.getByRole('textbox', { name: 'E-mail' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'E-mail' }).inputValue(), GIFT_CARD.email, 'what was typed is lost');
  });

  /** Places what is under review, is told that nobody can tell, and orders once more. */
  const orderOnceMore = async (page) => {
    await placeButton(page).click();
    await page.getByText('We cannot tell whether your order was placed').waitFor();
    await page.getByRole('button', { name: 'Back to the details' }).click();
    await goOn(page);
    await placeButton(page).click();
    await page.waitForURL(/#order=/u);
    return orderNumber(page);
  };
  test('who orders again although nobody can tell gets the order that is there, if the server has heard of it', async () => {
    const { page } = tab;
    await demo.sandbox.forgetRequests();
    await reachReview(page, demo.address, GIFT_CARD);
    await page.route('**/api/orders', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    }, { times: 1 });
    await orderOnceMore(page);
    assert.equal((await demo.sandbox.placements()).length, 1);
  });

  test('... and a new one, if that cannot tell either', async () => {
    const { page, notes } = tab;
    await demo.sandbox.forgetRequests();
    await reachReview(page, demo.address, { ...GIFT_CARD, email: 'create-504-once@example.com' });
    await orderOnceMore(page);
    assert.equal((await demo.sandbox.placements()).length, 2);
    assert.deepEqual(notes.errors, []);
  });

  test('a shop that is gone while an order is opened is told, and trying again works', async () => {
    const { page, noted } = tab;
    await placeOrder(page, demo.address, { ...GIFT_CARD, email: 'expire@example.com' });
    await page.getByTestId('address').waitFor();
    await page.route('**/api/orders/**', (route) => route.abort('connectionrefused'));
    await page.reload();
    await page.getByRole('alert').getByText('The shop cannot be reached').waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByTestId('address').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0, 'the message stays although the order is here');
    await noted(({ connections }) => connections.at(-1) === 'Live', { what: '"Live"' });
  });

  test('the list of coins may be missing', async () => {
    const { page, noted } = tab;
    await page.route('**/api/payment_vias', (route) => route.fulfill({ status: 503, contentType: 'text/plain', body: 'no' }));
    await openShop(page, demo.address);
    await chooseBrand(page, GIFT_CARD.brand);
    await page.getByText('The list of coins is not available just now').waitFor();
    await fillDetails(page, GIFT_CARD);
    await goOn(page);
    await placeButton(page).click();
    await noted(({ states }) => states.includes('WaitingForPayment'), { what: 'WaitingForPayment' });
    await page.getByTestId('address').waitFor();
  });

  test('addresses that lead nowhere are answered in words', async () => {
    const { page } = tab;
    await page.goto(`${demo.address}/#order=nonsense`);
    await page.getByText('This order is not known here').waitFor();
    await page.goto(`${demo.address}/#order=00000000-0000-4000-8000-000000000000`);
    await page.getByText('There is no such order here').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Start a new order' }).click();
    await page.getByRole('searchbox', { name: 'Search' }).waitFor();
    await page.goto(`${demo.address}/#country=US&brand=Nobody`);
    await page.getByText('Nobody is not available just now').waitFor();
    await page.goto(`${demo.address}/#review`);
    await page.getByRole('searchbox', { name: 'Search' }).waitFor();
  });
});

describe('a supplier that is down', () => {
  let browser;
  let demo;

  before(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ speed: 20 });
  });
  after(() => Promise.all([browser?.close(), demo?.stop()]));

  test('is told clearly at every step, and trying again works once it is back', async () => {
    const { page, notes, close } = await newPage(browser);
    const down = page.getByText('The supplier is not answering');
    const { port } = demo.sandbox;
    const goDown = () => demo.sandbox.stop();
    const comeBack = async () => { demo.sandbox = await startSandbox({ port }); };

    await goDown();
    await openShop(page, demo.address);
    await down.waitFor();
    await comeBack();
    await tryAgain(page).click();
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();

    await goDown();
    await page.getByRole('link', { name: GIFT_CARD.brand }).click();
    await down.waitFor();
    await comeBack();
    await tryAgain(page).click();
    await page.getByRole('button', { name: 'Continue' }).waitFor();

    await goDown();
    await fillDetails(page, GIFT_CARD);
    await goOn(page);
    await down.waitFor();
    await comeBack();
    await tryAgain(page).click();
    await placeButton(page).waitFor();

    // The sandbox keeps no orders over a restart, so the one being followed is gone: that, too, is an answer.
    await placeButton(page).click();
    await page.waitForURL(/#order=/u);
    await page.getByTestId('address').waitFor();
    await goDown();
    await page.getByText(/^Reconnecting|^Checking every/u).waitFor();
    // Who has paid already is not to read that they have not.
    await page.reload();
    await down.waitFor();
    assert.doesNotMatch(await page.getByRole('alert').innerText(), /charged/u);
    await comeBack();
    await page.getByText('There is no such order here').waitFor({ timeout: 60_000 });
    assert.deepEqual(notes.errors, []);
    await close();
  });
});
