// Each magic input of the sandbox, through the page: whatever an order, its stream or the API does, the shopper is told in words, nothing
// breaks, and no order is placed twice. (Problems and coupons: states.test.js.)
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';
import { checkoutText, fillDetails, GIFT_CARD, goOn, orderNumber, placeButton } from './support/shopper.js';

/** Where each path of an order ends on the page by itself. */
const ENDS = {
  hold: 'WaitingForPayment', short: 'Expired', expire: 'Expired', late: 'Expired', laterefund: 'Expired', fail: 'PaymentFailed',
  setupfail: 'PaymentSetupFailed', refund: 'Refunded', partialrefund: 'Refunded', cancel: 'Canceled',
};
/** What the shopper is told to do at an end that is not the good one. */
const ADVICE = {
  Expired: 'Do not pay to this address any more', PaymentFailed: 'write to support', PaymentSetupFailed: 'nothing was charged', Refunded: 'your payment was returned',
  Canceled: 'write to support',
};
/** What becomes of one that expired and was paid after that, for who asks again. */
const LATE = { late: 'Done', laterefund: 'Refunded' };
const HEADINGS = {
  Done: 'Your order is delivered', WaitingForPayment: 'Waiting for your payment', Expired: 'The payment window has closed', PaymentFailed: 'The payment did not work',
  PaymentSetupFailed: 'The payment could not be set up', Refunded: 'Your money was sent back', Canceled: 'The order was cancelled',
};
const BOUND_MS = 90_000;
/** Words with a number in them, as some of their examples. */
const examples = (input) => (input.includes('-NNN@') ? ['400', '429', '500', '502'].map((status) => input.replace('NNN', status)) : [input.replace('cut-N', 'cut-2')]);

const SUPPLIER = 'The supplier is not answering';
/** What a fault of an answer comes to for who asked whether an order would do: a message, or nothing that could be seen. */
const VALIDATED = {
  400: 'Something went wrong', 429: 'Too many requests', 500: SUPPLIER, 502: SUPPLIER, slow: null, hang: 'This takes too long', html: SUPPLIER, empty: SUPPLIER,
  wrongtype: null, truncated: SUPPLIER, reset: SUPPLIER, lost: SUPPLIER,
};
/** And for who has placed one: it is delivered, refused for certain, or nobody can tell. */
const CREATED = { ...VALIDATED, 400: 'This order cannot be placed' };

const browser = await launchBrowser();
// A payment window of half an hour passes in some seconds.
const demo = await startDemo({ speed: 300 });
after(() => Promise.all([browser.close(), demo.stop()]));
const { inputs } = await (await fetch(`${demo.sandbox.address}/_sandbox/inputs`)).json();
const of = (wanted) => inputs.filter(({ group }) => group === wanted).flatMap(({ input }) => examples(input));

/** Goes from a brand's page to whatever becomes of it, with so many orders sent by the page, and so many arrived upstream. */
async function order(email, finish, { sent = 1, arrived = sent } = {}) {
  // What tells one shopper's requests from another's upstream.
  const userAgent = `the shopper of ${email}`;
  const { page, notes, noted, close } = await newPage(browser, { userAgent });
  page.on('dialog', (dialog) => dialog.accept());
  let posted = 0;
  page.on('request', (request) => { if (request.method() === 'POST' && new URL(request.url()).pathname === '/api/orders') posted += 1; });
  try {
    await page.goto(`${demo.address}/#country=US&brand=${encodeURIComponent(GIFT_CARD.brand)}`);
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await fillDetails(page, { value: GIFT_CARD.value, email });
    await goOn(page);
    await finish(page, noted, notes);
    assert.deepEqual(notes.errors, [], 'the page threw, or its content security policy was broken');
    assert.doesNotMatch(await checkoutText(page), /undefined|NaN|\[object|null/u);
    assert.equal(posted, sent, 'orders that the page sent');
    const upstream = (await demo.sandbox.placements()).filter(({ headers }) => headers['user-agent'] === userAgent);
    assert.equal(upstream.length, arrived, 'orders that arrived upstream');
  } finally {
    await close();
  }
}

async function place(page) {
  await placeButton(page).waitFor({ timeout: BOUND_MS });
  await placeButton(page).click();
}

/** Waits until the sandbox has an order in a state. */
async function become(id, state) {
  const limit = Date.now() + BOUND_MS;
  for (;;) {
    const orders = await (await fetch(`${demo.sandbox.address}/_sandbox/orders`)).json();
    if (orders.some((one) => one.order_id === id && one.order_state === state)) return;
    assert.ok(Date.now() < limit, `the sandbox's order does not become ${state}`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

/** That an order came to a state, and the page says so. */
async function endsAs(state, page, noted) {
  await noted(({ states }) => states.includes(state), { what: state, timeout: BOUND_MS });
  await page.getByRole('heading', { name: HEADINGS[state] }).waitFor();
  if (ADVICE[state]) await page.getByTestId('order-state').getByText(ADVICE[state]).waitFor();
  if (state === 'WaitingForPayment') return;
  await page.getByRole('button', { name: 'Buy something else' }).waitFor();
  assert.equal(await page.getByTestId('address').count(), 0, 'an address to pay to is still shown');
  assert.equal(await page.getByRole('button', { name: 'Show the code' }).count(), state === 'Done' ? 1 : 0);
}

describe('what becomes of an order', { concurrency: 4 }, () => {
  for (const input of of('order')) {
    const [path] = input.split('@');
    const state = ENDS[path] ?? 'Done';
    test(`${input} comes to ${state}`, () => order(input, async (page, noted) => {
      await place(page);
      await endsAs(state, page, noted);
      if (!LATE[path]) return;
      await become(await orderNumber(page), LATE[path]);
      await page.getByRole('button', { name: 'Check again' }).click();
      await endsAs(LATE[path], page, noted);
    }));
  }
});

describe('what its stream does', { concurrency: 4 }, () => {
  for (const input of of('stream')) {
    test(`${input} is delivered all the same`, () => order(input, async (page, noted) => {
      await place(page);
      await endsAs('Done', page, noted);
    }));
  }
});

describe('what goes wrong upstream', { concurrency: 4 }, () => {
  for (const input of of('fault')) {
    const [endpoint, fault] = input.split('@')[0].split('-');
    const told = (page, title) => page.getByRole('alert').filter({ has: page.locator('.notice-title').getByText(title, { exact: true }) }).waitFor({ timeout: BOUND_MS });
    if (endpoint === 'validate') {
      const title = VALIDATED[fault];
      test(`${input} ${title ? `is told: ${title}` : 'does no harm'}`, () => order(input, async (page) => {
        if (title) await told(page, title);
        else await placeButton(page).waitFor({ timeout: BOUND_MS });
        assert.equal(await page.getByRole('alert').count(), title ? 1 : 0);
        assert.equal(await placeButton(page).count(), title ? 0 : 1);
      }, { sent: 0 }));
    } else if (endpoint === 'create' && CREATED[fault] !== null) {
      const title = CREATED[fault];
      test(`${input} is told: ${title}`, () => order(input, async (page) => {
        await place(page);
        await told(page, title);
        assert.equal(await placeButton(page).count(), 0, 'the button invites to order twice');
        // Whether there is an order is known of a refusal alone.
        assert.equal(await page.getByText('We cannot tell whether your order was placed').count(), fault === '400' ? 0 : 1);
        assert.equal(await page.getByRole('button', { name: 'Continue' }).count(), fault === '400' ? 1 : 0);
        // What never answers is never noted upstream.
      }, { arrived: fault === 'hang' ? 0 : 1 }));
    } else {
      test(`${input} is got over`, () => order(input, async (page, noted) => {
        await place(page);
        await endsAs('Done', page, noted);
      }));
    }
  }

  test('each fault there is has its outcome', () => {
    const faults = [...new Set(of('fault').map((input) => input.split('@')[0].split('-')[1]))].sort();
    assert.deepEqual([Object.keys(VALIDATED).sort(), Object.keys(CREATED).sort()], [faults, faults]);
  });
});
