// The page from brand to code, as a shopper walks it.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { violations } from './support/axe.js';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';
import {
  checkoutMarkup, checkoutText, chooseBrand, chooseCountry, fillDetails, GIFT_CARD, goOn, openShop, placeButton, placeOrder, reachReview, TOP_UP,
} from './support/shopper.js';

/** The states of an order that goes well, as an order may skip them but never go back. */
const WAY = ['Created', 'WaitingForPayment', 'PaymentStarted', 'PaymentReceived', 'WaitingForDelivery', 'Done'];

const showButton = (page) => page.getByRole('button', { name: 'Show the code' });
const isDone = ({ states }) => states.includes('Done');
const reachesDone = (noted) => noted(isDone, { what: 'Done', timeout: 60_000 });

/** Waits until focus is on an input of a type. */
const focused = (page, type) => page.waitForFunction((wanted) => document.querySelector('cr-checkout')?.shadowRoot.activeElement?.getAttribute('type') === wanted, type);

/** Only names and states: what goes wrong must not print a code either. */
function assertOnTheWay(states) {
  const places = states.map((state) => WAY.indexOf(state));
  assert.ok(places.every((place) => place >= 0), `a state that does not belong to the way: ${states}`);
  assert.deepEqual(places, [...places].sort((a, b) => a - b), `the states went back: ${states}`);
}

describe('the journey', () => {
  let browser;
  let demo;
  let tab;

  before(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ speed: 20 });
  });
  after(() => Promise.all([browser?.close(), demo?.stop()]));

  beforeEach(async () => {
    await demo.sandbox.forgetRequests();
    tab = await newPage(browser);
  });
  afterEach(async () => {
    const { errors } = tab.notes;
    await tab.close();
    assert.deepEqual(errors, [], 'the page threw, or its content security policy was broken');
  });

  test('a gift card, from brand to code', async () => {
    const { page, notes, noted } = tab;
    await reachReview(page, demo.address, GIFT_CARD);
    await page.getByText('shopper@example.com').waitFor();
    assert.match(await page.locator('.facts').last().innerText(), /Total\s+\d+(\.\d+)? USDC/u);
    await placeButton(page).click();

    // The page shows how to pay for as long as there is something to pay; at this speed that is a moment, so it is read at once.
    await noted(({ states }) => states.includes('WaitingForPayment'), { what: 'WaitingForPayment' });
    await noted(({ states }) => states.includes('WaitingForDelivery'), { what: 'WaitingForDelivery' });
    if (!isDone(notes)) assert.equal(await showButton(page).count(), 0, 'a code was offered before the end');
    await reachesDone(noted);
    for (const state of ['WaitingForPayment', 'WaitingForDelivery', 'Done']) assert.ok(notes.states.includes(state), `${state} was not shown`);
    assertOnTheWay(notes.states);

    await page.getByRole('heading', { name: 'Your order is delivered' }).waitFor();
    await showButton(page).waitFor();
    assert.equal(await page.getByTestId('code').count(), 0, 'the code is in the page before anybody asked');
    await showButton(page).click();
    const code = await page.getByTestId('code').first().innerText();
    assert.ok(code.length >= 4, 'there is no code');
    await page.getByRole('button', { name: 'Hide' }).click();
    assert.equal(await page.getByTestId('code').count(), 0, 'the code is still in the page');
    assert.ok(!(await checkoutMarkup(page)).includes(code), 'the code is still in the page');
  });

  test('how to pay: amount, address, QR code, time left and the network warning', async () => {
    const { page } = tab;
    // Nobody pays this one: there is time to look.
    await placeOrder(page, demo.address, { ...GIFT_CARD, email: 'expire@example.com' });
    await page.getByTestId('address').waitFor();
    assert.match(await page.getByTestId('amount').innerText(), /^\d+(\.\d+)? USDC$/u);
    assert.ok((await page.getByTestId('address').innerText()).length > 20);
    await page.getByRole('img', { name: /^QR code: pay \d/u }).waitFor();
    assert.match(await page.getByTestId('countdown').innerText(), /^(\d+:\d\d|about over)$/u);
    await page.getByText('Send USDC on Solana only').waitFor();
    for (const what of ['amount', 'address']) {
      await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: demo.address });
      const shown = (await page.getByTestId(what).innerText()).split(' ')[0];
      await page.getByRole('button', { name: `Copy ${what}`, exact: true }).click();
      // What it is called says what it shows.
      await page.getByRole('button', { name: `${what} copied`, exact: true }).getByText('Copied').waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), shown);
    }
    const [amount, address] = [await page.getByTestId('amount').innerText(), await page.getByTestId('address').innerText()];
    const wallet = new URL(await page.getByRole('link', { name: 'Open in wallet' }).getAttribute('href'));
    assert.deepEqual([wallet.protocol, wallet.pathname, wallet.searchParams.get('amount')], ['solana:', address, amount.split(' ')[0]]);
    assert.ok(wallet.searchParams.get('spl-token'), 'the wallet is not told which coin');
  });

  test('what changes is spoken: a copy each time, the connection when it goes and comes back', async () => {
    const { page, context } = tab;
    await placeOrder(page, demo.address, { ...GIFT_CARD, email: 'hold@example.com' });
    await page.getByTestId('connection').getByText('Live').waitFor();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: demo.address });
    await page.locator('cr-checkout').evaluate(({ shadowRoot }) => {
      globalThis.spoken = [];
      const voice = shadowRoot.querySelector('.checkout > [role="status"]');
      let before = voice.textContent;
      new MutationObserver(() => {
        // What says the same as before is not heard.
        if (voice.textContent !== before) globalThis.spoken.push(before = voice.textContent);
      }).observe(voice, { childList: true, characterData: true, subtree: true });
    });
    const spoken = async (count) => {
      await page.waitForFunction((wanted) => globalThis.spoken.length >= wanted, count);
      return page.evaluate(() => globalThis.spoken.map((text) => text.trim()));
    };
    await page.getByRole('button', { name: 'Copy address' }).click();
    await spoken(1);
    await page.getByRole('button', { name: 'address copied' }).click();
    await spoken(2);
    await context.setOffline(true);
    await spoken(3);
    await context.setOffline(false);
    const [first, second, gone, back] = await spoken(4);
    assert.deepEqual([first, second], ['address copied', 'address copied']);
    assert.match(gone, /^Offline/u);
    assert.equal(back, 'You are online again');
  });

  test('a top-up goes to a phone', async () => {
    const { page, notes, noted } = tab;
    await openShop(page, demo.address);
    await chooseBrand(page, TOP_UP.brand);
    await fillDetails(page, { value: TOP_UP.value, email: TOP_UP.email });
    await page.getByRole('textbox', { name: 'Phone number to top up' }).fill('12');
    await goOn(page);
    await page.getByRole('textbox', { name: 'Phone number to top up' }).and(page.locator('[aria-invalid="true"]')).waitFor();
    await focused(page, 'tel');
    await fillDetails(page, { email: TOP_UP.email, phone: TOP_UP.phone });
    await goOn(page);
    await placeButton(page).waitFor();
    assert.match(await page.locator('.facts').first().innerText(), /Phone number to top up\s+\+14155552671/u);
    await placeButton(page).click();
    await reachesDone(noted);
    assertOnTheWay(notes.states);
    assert.equal(await showButton(page).count(), 0, 'a top-up has no code');
  });

  test('a value of a range has a live price and keeps its limits', async () => {
    const { page, noted } = tab;
    await openShop(page, demo.address);
    await chooseBrand(page, GIFT_CARD.brand);
    await fillDetails(page, { value: 'Other amount', amount: '40', email: GIFT_CARD.email });
    await page.getByRole('status').getByText(/^About \d+(\.\d+)? USDC$/u).waitFor();
    await fillDetails(page, { amount: '4000', email: GIFT_CARD.email });
    await goOn(page);
    const amount = page.getByRole('textbox', { name: 'Amount' });
    await amount.and(page.locator('[aria-invalid="true"]')).waitFor();
    await amount.fill('41');
    await goOn(page);
    await placeButton(page).click();
    await reachesDone(noted);
  });

  test('a comma before three digits is no decimal point: who means thousands does not get the thousandth part', async () => {
    const { page } = tab;
    await openShop(page, demo.address);
    await chooseBrand(page, GIFT_CARD.brand);
    await fillDetails(page, { value: 'Other amount', amount: '40,000', email: GIFT_CARD.email });
    await goOn(page);
    const amount = page.getByRole('textbox', { name: 'Amount' });
    await amount.and(page.locator('[aria-invalid="true"]')).waitFor();
    await amount.fill('40,0');
    await goOn(page);
    await placeButton(page).waitFor();
  });

  test('what an input method writes wide is read', async () => {
    const { page } = tab;
    await reachReview(page, demo.address, { ...TOP_UP, email: 'shopper＠example.com', phone: '＋１　４１５－５５５－２６７１' });
    await page.getByText('+14155552671').waitFor();
    await reachReview(page, demo.address, { ...GIFT_CARD, value: 'Other amount', amount: '４０' });
    await page.getByText('40 USD').waitFor();
  });

  test('an address that is none is told at its field, in words, before anything is sent', async () => {
    const { page } = tab;
    await openShop(page, demo.address);
    await chooseBrand(page, GIFT_CARD.brand);
    await demo.sandbox.forgetRequests();
    await fillDetails(page, { value: GIFT_CARD.value, email: 'not an address' });
    await goOn(page);
    const email = page.getByRole('textbox', { name: 'E-mail' });
    await email.and(page.locator('[aria-invalid="true"]')).waitFor();
    const described = (await email.getAttribute('aria-describedby')).split(' ');
    const texts = await Promise.all(described.map((id) => page.locator(`[id="${id}"]`).innerText()));
    assert.match(texts.join(' '), /e-mail address/u);
    await focused(page, 'email');
    assert.deepEqual((await demo.sandbox.requests()).filter(({ method }) => method === 'POST'), []);
  });

  test('a problem is told at the field it concerns, in words', async () => {
    const { page } = tab;
    await openShop(page, demo.address);
    await chooseBrand(page, GIFT_CARD.brand);
    await fillDetails(page, { ...GIFT_CARD, email: 'problem+OUT_OF_STOCK@example.com' });
    await goOn(page);
    await page.getByRole('group', { name: 'Value' }).getByText(/out of stock/iu).waitFor();
    assert.equal(await placeButton(page).count(), 0);
    assert.ok(!(await checkoutText(page)).includes('OUT_OF_STOCK'), 'the code is shown in place of words');
    await fillDetails(page, { email: 'problem+SUSPENDED_NETWORK@example.com' });
    await goOn(page);
    await page.getByRole('group', { name: 'Network' }).locator('.error:not([hidden])').waitFor();
    await fillDetails(page, GIFT_CARD);
    await goOn(page);
    await placeButton(page).waitFor();
  });

  test('a network this brand refuses can be changed by a button that names one it takes', async () => {
    const { page, noted } = tab;
    await openShop(page, demo.address);
    await chooseBrand(page, 'Pebblepost Trips');
    await fillDetails(page, { email: GIFT_CARD.email, coin: 'USDC', network: 'Polygon (Matic)' });
    await goOn(page);
    await page.getByRole('group', { name: 'Network' }).locator('.error:not([hidden])').waitFor();
    const remedy = page.getByRole('button', { name: /^Pay with USDC on / }).first();
    const network = (await remedy.innerText()).replace('Pay with USDC on ', '');
    await remedy.click();
    assert.ok(await page.getByRole('radio', { name: network, exact: true }).isChecked());
    assert.equal(await page.getByRole('button', { name: /^Pay with / }).count(), 0, 'the buttons stay');
    await goOn(page);
    await placeButton(page).click();
    await reachesDone(noted);
  });

  test('a stream cut in the middle of an order is picked up again', async () => {
    const { page, notes, noted } = tab;
    await placeOrder(page, demo.address, { ...GIFT_CARD, email: 'drop@example.com' });
    await noted(({ states }) => states.includes('WaitingForPayment'), { what: 'WaitingForPayment' });
    if (!isDone(notes)) await demo.sandbox.dropStreams();
    await reachesDone(noted);
    assertOnTheWay(notes.states);
  });

  test('without a stream the order is asked for at intervals', async () => {
    const { page, notes, noted } = tab;
    await placeOrder(page, demo.address, { ...GIFT_CARD, email: 'nostream@example.com' });
    await reachesDone(noted);
    assertOnTheWay(notes.states);
    await showButton(page).waitFor();
    assert.ok(!notes.connections.includes('Live'), `the page says it is live over a stream that is refused: ${notes.connections}`);
  });

  test('brands are found while typing, by category and in another country; what is sold out cannot be chosen', async () => {
    const { page } = tab;
    await openShop(page, demo.address);
    const search = page.getByRole('searchbox', { name: 'Search' });
    const brands = page.locator('.brands > li');
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    await page.getByText('Gloomhollow Arcade').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Gloomhollow Arcade' }).count(), 0, 'a brand that is sold out can be chosen');
    await page.getByText('Sold out').waitFor();

    await search.pressSequentially('nandu');
    await page.getByRole('link', { name: 'Ñandú Outfitters' }).waitFor();
    assert.equal(await brands.count(), 1, 'accents matter when searching');
    await search.fill('no such brand');
    await page.locator('.notice-title').getByText('Nothing found for “no such brand”.').waitFor();
    await page.getByRole('button', { name: 'Show all brands' }).click();
    await page.getByRole('button', { name: 'eSIM', exact: true }).click();
    await page.getByRole('link', { name: 'eSIM' }).waitFor();
    assert.equal(await brands.count(), 1);

    await chooseCountry(page, 'Japan');
    await page.getByRole('link', { name: 'ほしぞら書店' }).waitFor();
    await chooseCountry(page, 'Antarctica');
    await page.locator('.notice-title').getByText('Nothing is sold in Antarctica yet.').waitFor();
  });

  test('a letter touches only the brands that come or go', async () => {
    const { page } = tab;
    await page.clock.install();
    await openShop(page, demo.address);
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    const search = page.getByRole('searchbox', { name: 'Search' });
    const brands = page.locator('.brands > li');
    await search.fill('gift');
    await page.clock.runFor(1000);
    const there = await brands.count();
    assert.ok(there > 8, 'too few brands to see anything');
    await page.locator('cr-checkout').evaluate(({ shadowRoot }) => {
      globalThis.touched = { added: 0, removed: 0 };
      new MutationObserver((changes) => {
        for (const { target, addedNodes, removedNodes } of changes) {
          if (!target.matches('.brands')) continue;
          globalThis.touched.added += addedNodes.length;
          globalThis.touched.removed += removedNodes.length;
        }
      }).observe(shadowRoot, { subtree: true, childList: true });
    });
    const touched = async (text) => {
      await search.fill(text);
      await page.clock.runFor(1000);
      return page.evaluate(() => globalThis.touched);
    };
    assert.deepEqual(await touched('gift '), { added: 0, removed: 0 });
    const fewer = await touched('gift o');
    assert.equal(fewer.added, 0, 'cards that stay were put in again');
    assert.equal(fewer.removed, there - await brands.count());
  });

  test('a country is chosen by the keyboard, and the open list is accessible', async () => {
    const { page } = tab;
    await openShop(page, demo.address);
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    const country = page.getByRole('combobox', { name: 'Country' });
    const active = () => country.evaluate((input) => input.getRootNode().getElementById(input.getAttribute('aria-activedescendant'))?.textContent);
    await country.focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await active(), 'United States', 'the list does not begin at the country chosen');
    assert.equal(await country.getAttribute('aria-expanded'), 'true');
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('ArrowUp');
    assert.notEqual(await active(), 'United States');
    await page.keyboard.press('Escape');
    assert.equal(await country.getAttribute('aria-expanded'), 'false');
    assert.equal(await country.inputValue(), 'United States');
    await page.keyboard.type('germ');
    assert.equal(await active(), 'Germany');
    await page.keyboard.press('Enter');
    await page.waitForURL(/country=DE/u);
    await page.getByRole('heading', { name: 'What would you like to buy?' }).waitFor();
    assert.equal(await country.inputValue(), 'Germany');
  });

  test('the country comes from the browser’s language', async () => {
    const { page, close } = await newPage(browser, { locale: 'de' });
    await page.goto(demo.address);
    await page.getByRole('combobox', { name: 'Country' }).waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'Country' }).inputValue(), 'Germany');
    await close();
  });

  test('hostile texts of the catalogue stay texts', async () => {
    const { page, noted } = tab;
    const asked = [];
    page.on('dialog', (dialog) => { asked.push(dialog.message()); dialog.dismiss(); });
    page.on('request', (request) => { if (!request.url().startsWith('http://127.0.0.1:') && !request.url().startsWith('data:')) asked.push(new URL(request.url()).origin); });
    await openShop(page, demo.address);
    await chooseBrand(page, 'Oddsock');
    for (const summary of await page.locator('summary').all()) await summary.click();
    await fillDetails(page, { email: GIFT_CARD.email });
    await goOn(page);
    await placeButton(page).click();
    await reachesDone(noted);
    await showButton(page).click();
    assert.deepEqual(asked, [], 'a text of the catalogue did something');
    assert.equal(await page.locator('main :is(script, iframe, object, embed, a[href^="javascript:"], [onerror], [onclick], [style])').count(), 0);
  });

  test('a double click places one order', async () => {
    const { page, noted } = tab;
    await reachReview(page, demo.address, GIFT_CARD);
    await placeButton(page).dblclick();
    await reachesDone(noted);
    assert.equal((await demo.sandbox.placements()).length, 1);
  });

  test('nothing secret is left in the address, the storage or the console', async () => {
    const { page, notes, noted, context } = tab;
    const id = await placeOrder(page, demo.address, GIFT_CARD);
    await reachesDone(noted);
    await showButton(page).click();
    const code = await page.getByTestId('code').first().innerText();
    // Whoever has an order's number can read its codes at the API: it is not to be in an address that is passed on.
    assert.ok(!page.url().includes(id), 'the order’s number is in the address');
    assert.ok(!notes.console.join('\n').includes(id), 'the order’s number is in the console');
    const left = await page.evaluate(() => JSON.stringify([
      location.href, document.title, { ...localStorage }, { ...sessionStorage }, document.cookie, history.state,
    ]));
    const places = { 'address, title or storage': left, cookies: JSON.stringify(await context.cookies()), console: notes.console.join('\n') };
    for (const [place, text] of Object.entries(places)) {
      for (const [what, secret] of Object.entries({ code, 'e-mail': GIFT_CARD.email, 'e-mail, encoded': encodeURIComponent(GIFT_CARD.email) })) {
        assert.ok(!text.includes(secret), `the ${what} is in the ${place}`);
      }
    }
    assert.deepEqual(await page.evaluate(async () => (await indexedDB.databases()).length), 0);
  });

  test('no step is wider than a screen of 320 pixels', async () => {
    const { page, noted } = tab;
    await page.setViewportSize({ width: 320, height: 640 });
    const fits = async (step) => {
      const { wide, wanted } = await page.evaluate(() => ({ wide: document.documentElement.clientWidth, wanted: document.documentElement.scrollWidth }));
      assert.ok(wanted <= wide, `${step} is ${wanted} pixels wide on a screen of ${wide}`);
    };
    await openShop(page, demo.address);
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    await fits('brands');
    await chooseBrand(page, GIFT_CARD.brand);
    await fits('details');
    await fillDetails(page, { ...GIFT_CARD, value: 'Other amount', amount: '12345678', email: 'not an address' });
    await goOn(page);
    await fits('details with errors');
    await fillDetails(page, { ...GIFT_CARD, email: `expire@${'a-rather-long-name.'.repeat(3)}example.com` });
    await goOn(page);
    await placeButton(page).waitFor();
    await fits('review');
    await placeButton(page).click();
    await page.getByTestId('address').waitFor();
    await fits('payment');
    await placeOrder(page, demo.address, GIFT_CARD);
    await reachesDone(noted);
    await showButton(page).click();
    await fits('code');
  });

  test('the keyboard alone will do', async () => {
    const { page, noted } = tab;
    const press = async (key, until) => {
      for (let presses = 0; presses < 80; presses += 1) {
        if (await page.evaluate(until)) return;
        await page.keyboard.press(key);
      }
      assert.fail(`pressing ${key} does not lead to ${until}`);
    };
    await openShop(page, demo.address);
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    await press('Tab', () => document.querySelector('cr-checkout').shadowRoot.activeElement?.matches('a.brand') && document.querySelector('cr-checkout').shadowRoot.activeElement.textContent.includes('Wobblewick Market'));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    assert.equal(await page.evaluate(() => document.querySelector('cr-checkout').shadowRoot.activeElement?.tagName), 'H2', 'focus did not follow to the new step');
    await press('Tab', () => document.querySelector('cr-checkout').shadowRoot.activeElement?.getAttribute('type') === 'radio');
    await press('ArrowRight', () => document.querySelector('cr-checkout').shadowRoot.activeElement?.getAttribute('aria-label') === '$25');
    await press('Tab', () => document.querySelector('cr-checkout').shadowRoot.activeElement?.getAttribute('type') === 'email');
    await page.keyboard.type(GIFT_CARD.email);
    await page.keyboard.press('Enter');
    await placeButton(page).waitFor();
    await press('Tab', () => document.querySelector('cr-checkout').shadowRoot.activeElement?.textContent === 'Place the order');
    await page.keyboard.press('Enter');
    await reachesDone(noted);
    await press('Tab', () => document.querySelector('cr-checkout').shadowRoot.activeElement?.textContent === 'Show the code');
    await page.keyboard.press('Enter');
    await page.getByTestId('code').first().waitFor();
    assert.equal(await page.evaluate(() => document.querySelector('cr-checkout').shadowRoot.activeElement?.textContent), 'Hide', 'focus was lost when the code was shown');
  });
});
