// What happens to orders on their way, and how the page says that it is kept up to date. (How they end: inputs.test.js.)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';
import { GIFT_CARD, placeOrder } from './support/shopper.js';

/** States that an order passes through on its way, by the address that takes it there. */
const WAYS = { refund: 'WaitingForManualAction', manual: 'WaitingForManualAction', underpay: 'PartialPaymentStarted' };

describe('on the way', () => {
  let browser;
  let demo;

  before(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ speed: 10 });
  });
  after(() => Promise.all([browser?.close(), demo?.stop()]));

  for (const [address, state] of Object.entries(WAYS)) {
    test(`${address}@ is seen in ${state}`, async () => {
      const { page, notes, noted, close } = await newPage(browser);
      await placeOrder(page, demo.address, { ...GIFT_CARD, email: `${address}@example.com` });
      await noted(({ states }) => states.includes(state), { what: state, timeout: 60_000 });
      assert.deepEqual(notes.errors, []);
      await close();
    });
  }

  test('the page says how it is kept up to date: reconnecting, then asking at intervals', async () => {
    const slow = await startDemo({ speed: 2 });
    const { page, notes, noted, close } = await newPage(browser);
    try {
      await placeOrder(page, slow.address, { ...GIFT_CARD, email: 'nostream@example.com' });
      await noted(({ connections }) => connections.some((text) => /^Reconnecting in \d+ s$/u.test(text)), { what: '"Reconnecting in … s"' });
      await noted(({ connections }) => connections.some((text) => /^Checking every \d+ s$/u.test(text)), { what: '"Checking every … s"' });
      await noted(({ states }) => states.includes('Done'), { what: 'Done', timeout: 60_000 });
      assert.ok(!notes.connections.includes('Live'), 'the page says it is live over a stream that is refused');
      // There is nothing more to be kept up to date.
      await page.getByTestId('connection').waitFor({ state: 'hidden' });
    } finally {
      await close();
      await slow.stop();
    }
  });

  test('a stream that opens and says nothing does not keep the shopper waiting for ever', async () => {
    const { page, noted, close } = await newPage(browser);
    await placeOrder(page, demo.address, { ...GIFT_CARD, email: 'mute@example.com' });
    await noted(({ states }) => states.includes('Done'), { what: 'Done', timeout: 60_000 });
    await page.getByRole('button', { name: 'Show the code' }).waitFor();
    await close();
  });

  test('what is left to pay after a part has arrived is worked out exactly', async () => {
    const { page, noted, close } = await newPage(browser);
    await placeOrder(page, demo.address, { ...GIFT_CARD, email: 'underpay@example.com' });
    const whole = (await page.getByTestId('amount').innerText()).split(' ')[0];
    await noted(({ states }) => states.includes('PartialPaymentStarted'), { what: 'PartialPaymentStarted', timeout: 60_000 });
    const [rest, arrived] = await page.locator('cr-checkout').evaluate(({ shadowRoot }) => [
      shadowRoot.querySelector('[data-testid="amount"]')?.textContent?.split(' ')[0],
      /([\d.]+) of [\d.]+ \w+ have arrived/u.exec(shadowRoot.querySelector('.main').textContent)?.[1],
    ]);
    const units = (text) => BigInt(text.split('.')[0] + (text.split('.')[1] ?? '').padEnd(18, '0'));
    assert.equal(units(rest) + units(arrived), units(whole));
    await close();
  });

  test('what has arrived whole is not asked for again, although the order still says that it waits', async () => {
    const { page, noted, close } = await newPage(browser);
    const id = await placeOrder(page, demo.address, { ...GIFT_CARD, email: 'hold@example.com' });
    await page.getByTestId('amount').waitFor();
    await demo.sandbox.move(id, 'PaymentStarted');
    await noted(({ states }) => states.at(-1) === 'PaymentStarted', { what: 'PaymentStarted' });
    await demo.sandbox.move(id, 'WaitingForPayment');
    await noted(({ states }) => states.at(-1) === 'WaitingForPayment', { what: 'WaitingForPayment' });
    await page.getByRole('heading', { name: 'Your payment is on its way' }).waitFor();
    assert.equal(await page.getByTestId('amount').count(), 0, 'the shopper is asked to pay twice');
    await close();
  });

  /** Opens an order whose stream tells these news of it, and stops. */
  const showOrders = async (page, news) => {
    const [{ order_id: id }] = news;
    const body = `${news.map((order) => `data: ${JSON.stringify(order)}\n\n`).join('')}event: stop\ndata: {}\n\n`;
    await page.route(`**/api/orders/${id}/subscribe`, (route) => route.fulfill({ contentType: 'text/event-stream', body }));
    await page.goto(`${demo.address}/#order=${id}`);
  };

  test('where nobody says how much has arrived, no amount is called exact and no wallet is offered', async () => {
    const { page, close } = await newPage(browser);
    const order = {
      order_id: '22222222-2222-4222-8222-222222222222', order_state: 'PartialPaymentStarted', updated_at: '1790000001', coin: 'USDC', network: 'Solana', coin_amount: '20',
      wallet_address: 'Mint1111111111111111111111111111111111111111', sent_coin_amount: null,
    };
    await showOrders(page, [order]);
    await page.getByText('In all, with what you sent already').waitFor();
    assert.equal(await page.getByText('Exact amount').count(), 0);
    assert.equal(await page.getByRole('link', { name: 'wallet' }).count(), 0);
    await close();
  });

  test('codes that come after the word that all is delivered are shown', async () => {
    const { page, close } = await newPage(browser);
    const done = (updated, goods) => ({
      order_id: '11111111-1111-4111-8111-111111111111', order_state: 'Done', updated_at: updated, coin: 'USDC', network: 'Solana', coin_amount: '20',
      deliveries: [{ id: 'd1', delivery_state: 'Done', kind: 'giftcard', deliverable: { brand_name: 'Example', delivery_type: 'by_email', ...goods } }],
    });
    await showOrders(page, [done('1790000001', {}), done('1790000002', { pin_code: 'LATE-CODE' })]);
    await page.getByRole('button', { name: 'Show the code' }).click();
    await page.getByTestId('code').getByText('LATE-CODE').waitFor();
    await close();
  });
});
