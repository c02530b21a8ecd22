// How the page looks where it is hardest to look well: text twice as large, from right to left, the narrowest phones; and what is where.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { violations } from './support/axe.js';
import { chooseBrand, fillDetails, GIFT_CARD, goOn, openShop, orderNumber, placeButton, placeOrder, reachReview } from './support/shopper.js';
import { visits } from './support/visits.js';

const HELD = { ...GIFT_CARD, email: 'hold@example.com' };

describe('looks', () => {
  const at = visits();

  const move = async (state) => {
    await at.demo.sandbox.move(await orderNumber(at.tab.page), state);
    await at.tab.noted(({ states }) => states.at(-1) === state, { what: state });
  };

  /** The boxes of the checkout's elements that a selector finds, those that can be seen. */
  const boxes = (selector) => at.tab.page.locator('cr-checkout').evaluate(({ shadowRoot }, of) => [...shadowRoot.querySelectorAll(of)]
    .map((node) => node.getBoundingClientRect().toJSON()).filter(({ width }) => width > 0), selector);
  const box = async (selector) => (await boxes(selector))[0];

  /** Where the words of an element are, line by line. */
  const words = (selector) => at.tab.page.locator('cr-checkout').evaluate(({ shadowRoot }, of) => {
    const range = document.createRange();
    range.selectNodeContents(shadowRoot.querySelector(of));
    return [...range.getClientRects()].map((line) => line.toJSON());
  }, selector);

  const fits = async (step) => {
    const { wide, wanted } = await at.tab.page.evaluate(() => ({ wide: document.documentElement.clientWidth, wanted: document.documentElement.scrollWidth }));
    assert.ok(wanted <= wide, `${step} is ${wanted} pixels wide on a screen of ${wide}`);
  };

  test('text twice as large fits, at every step of the narrowest phones', async () => {
    const { page } = at.tab;
    await page.addInitScript(() => addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; }));
    for (const width of [320, 360, 390]) {
      await page.setViewportSize({ width, height: 740 });
      await openShop(page, at.demo.address);
      await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
      await fits('brands');
      await chooseBrand(page, GIFT_CARD.brand);
      await fillDetails(page, { value: 'Other amount', amount: '40', email: 'problem+OUT_OF_STOCK@example.com' });
      const room = await page.getByRole('textbox', { name: 'Amount' }).evaluate((input) => input.clientWidth);
      assert.ok(room > 80, `${room} pixels for an amount at ${width}`);
      await fits('details');
      await goOn(page);
      await page.getByRole('button', { name: 'See other brands' }).waitFor();
      await fits('details with a problem');
      await fillDetails(page, HELD);
      await goOn(page);
      await placeButton(page).waitFor();
      await fits('review');
      // The brand's name has lines of words, not of letters.
      assert.ok((await words('.brand-head h3')).length <= 4, `the brand's name is broken into letters at ${width}`);
      await placeButton(page).click();
      await page.getByRole('img', { name: /^QR code/u }).waitFor();
      await fits('payment');
      assert.ok((await words('.pay .button.main')).length <= 3, `“Open in wallet” is broken into letters at ${width}`);
      await move('WaitingForDelivery');
      await fits('delivery');
      await move('Done');
      await page.getByRole('button', { name: 'Show the code' }).click();
      await fits('code');
    }
  });

  test('from right to left, names begin at the right and keep their own direction', async () => {
    const { page } = at.tab;
    await page.setViewportSize({ width: 390, height: 844 });
    await openShop(page, at.demo.address);
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl';
      document.querySelector('cr-checkout').setAttribute('dir', 'rtl');
    });
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    const gap = async (inner, outer) => {
      const right = Math.max(...(await words(inner)).map((line) => line.right));
      return Math.round((await box(outer)).right - right);
    };
    assert.ok(await gap('a.brand .brand-name', 'a.brand') <= 14, 'a brand’s name is at the left');
    assert.ok(await gap('a.brand .brand-text .small', 'a.brand') <= 14, 'what a brand is, is at the left');
    // “$5 – $300” is read from left to right.
    const [from, to] = await page.locator('cr-checkout').evaluate(({ shadowRoot }) => {
      const node = [...shadowRoot.querySelectorAll('a.brand .brand-text .small')].find(({ textContent }) => textContent === '$5 – $300').firstChild;
      return [[0, 2], [5, 9]].map(([start, end]) => {
        const range = document.createRange();
        range.setStart(node, start);
        range.setEnd(node, end);
        return range.getBoundingClientRect().left;
      });
    });
    assert.ok(from < to, 'the range of a brand is reversed');
    await fits('brands');
    await chooseBrand(page, GIFT_CARD.brand);
    assert.ok(await gap('.choice-note', '.choice') <= 18, 'a value’s price is at the left');
    await fits('details');
    await fillDetails(page, HELD);
    await goOn(page);
    await placeButton(page).click();
    await page.getByRole('img', { name: /^QR code/u }).waitFor();
    await fits('payment');
    assert.deepEqual(await violations(page), []);
  });

  test('on a phone everything begins at one edge, and what is to be pressed comes before what can be read', async () => {
    const { page } = at.tab;
    await page.setViewportSize({ width: 320, height: 740 });
    await openShop(page, at.demo.address);
    await page.getByRole('link', { name: GIFT_CARD.brand }).waitFor();
    const strip = await box('.strip a.brand');
    assert.equal(strip.left, (await box('.brands:not(.strip) a.brand')).left, 'the popular brands begin elsewhere');
    await chooseBrand(page, GIFT_CARD.brand);
    assert.ok((await box('button[type="submit"]')).bottom < (await box('.folds')).top, 'Continue comes after the terms');
    const networks = await boxes('fieldset:last-of-type .choices.long .choice');
    assert.deepEqual(networks.map(({ left }) => left), networks.map(() => networks[0].left), 'networks are not below each other');
    await page.getByRole('group', { name: 'Coin' }).getByText('Recommended').waitFor();
    assert.equal((await boxes('.choice .mark')).length, 7, 'the marks of the coins are gone');
    await fillDetails(page, HELD);
    await goOn(page);
    await placeButton(page).click();
    await page.getByTestId('address').waitFor();
    const [values, buttons] = [await boxes('.copy-value > :first-child'), await boxes('.copy-value > button')];
    for (const [at, value] of values.entries()) assert.ok(buttons[at].top < value.bottom && buttons[at].left >= value.right, 'a copy button is below what it copies');
  });

  test('on a wide screen the total and its button are beside the order, and on one in between the stages are in a row', async () => {
    const { page } = at.tab;
    await page.setViewportSize({ width: 1280, height: 800 });
    await reachReview(page, at.demo.address, HELD);
    const [facts, button] = [await box('.facts'), await box('.button.main')];
    assert.ok(button.left > facts.right && button.top < facts.bottom, 'the button is not beside the order');
    await placeButton(page).click();
    await page.getByTestId('address').waitFor();
    await page.setViewportSize({ width: 768, height: 1024 });
    const stages = await boxes('.stage-dot');
    assert.equal(stages.length, 4);
    assert.deepEqual(stages.map(({ top }) => top), stages.map(() => stages[0].top), 'the stages are not in a row');
    await move('PaymentReceived');
    const [icon, name] = [await box('.card.row .icon'), await box('.card.row h3')];
    assert.ok(icon.right < name.left && icon.top < name.bottom, 'what was bought is not beside its picture');
  });

  test('an order that is over has nothing to wait for: no connection, all steps past', async () => {
    const { page } = at.tab;
    await placeOrder(page, at.demo.address, HELD);
    await page.getByTestId('connection').waitFor();
    const trail = () => page.locator('.trail li').evaluateAll((steps) => steps.map((step) => (step.matches('.past') ? 'past' : step.getAttribute('aria-current') ?? '')));
    assert.deepEqual(await trail(), ['past', 'past', 'past', 'step']);
    await move('Done');
    await page.getByRole('button', { name: 'Show the code' }).waitFor();
    assert.equal(await page.getByTestId('connection').isVisible(), false);
    assert.deepEqual(await trail(), ['past', 'past', 'past', 'past']);
  });

  test('an order that is still prepared but has its address is waiting for its payment', async () => {
    const { page } = at.tab;
    await placeOrder(page, at.demo.address, HELD);
    await page.getByTestId('address').waitFor();
    await move('Created');
    await page.getByTestId('address').waitFor();
    assert.equal(await page.getByText('The address to pay to comes in a moment').count(), 0);
    await page.getByRole('heading', { name: 'Waiting for your payment' }).waitFor();
  });

  test('a brand without its picture has its initials', async () => {
    const { page } = at.tab;
    await page.route('**/*', (route) => (route.request().resourceType() === 'image' ? route.abort() : route.fallback()));
    await openShop(page, at.demo.address);
    const tile = page.getByRole('link', { name: GIFT_CARD.brand }).locator('.logo');
    await tile.waitFor();
    await page.waitForFunction(() => !document.querySelector('cr-checkout').shadowRoot.querySelector('a.brand img'));
    assert.equal(await tile.innerText(), 'WM');
  });

  test('nothing moves for who does not want it to', async () => {
    const { page } = at.tab;
    const moving = () => page.locator('cr-checkout').evaluate(({ shadowRoot }) => shadowRoot.getAnimations().filter(({ playState }) => playState === 'running').length);
    await placeOrder(page, at.demo.address, HELD);
    await page.getByTestId('connection').getByText('Live').waitFor();
    assert.ok(await moving() > 0, 'this test looks at nothing');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal(await moving(), 0);
  });
});
