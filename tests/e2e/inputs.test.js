// Each magic input of the sandbox, through the page: whatever an order, its stream or the API does, the shopper is told in words, nothing
// breaks, and no order is placed twice. (Problems and coupons: states.test.js.)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
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
/** Words with a number in them, as one of their examples. */
const example = (input) => input.replace('cut-N', 'cut-2').replace('-NNN@', '-500@');

const browser = await launchBrowser();
// A payment window of half an hour passes in some seconds.
const demo = await startDemo({ speed: 300 });
after(() => Promise.all([browser.close(), demo.stop()]));
const { inputs } = await (await fetch(`${demo.sandbox.address}/_sandbox/inputs`)).json();
const of = (wanted) => inputs.filter(({ group }) => group === wanted).map(({ input }) => example(input));
let pressed = 0;

/** Goes from a brand's page to whatever becomes of pressing the button; says what the page came to. */
async function order(email, finish) {
  const { page, notes, noted, close } = await newPage(browser);
  page.on('dialog', (dialog) => dialog.accept());
  try {
    await page.goto(`${demo.address}/#country=US&brand=${encodeURIComponent(GIFT_CARD.brand)}`);
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await fillDetails(page, { value: GIFT_CARD.value, email });
    await goOn(page);
    await finish(page, noted, notes);
    assert.deepEqual(notes.errors, [], 'the page threw, or its content security policy was broken');
    assert.doesNotMatch(await checkoutText(page), /undefined|NaN|\[object|null/u);
  } finally {
    await close();
  }
}

async function place(page) {
  await placeButton(page).waitFor({ timeout: BOUND_MS });
  pressed += 1;
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
    const [endpoint] = input.split('-');
    const told = (page) => page.getByRole('alert').filter({ hasText: /[a-z]{4}/u }).first();
    const going = {
      validate: ['is told, or does no harm', async (page) => {
        await told(page).or(placeButton(page)).first().waitFor({ timeout: BOUND_MS });
      }],
      create: ['is told, or does no harm', async (page, noted) => {
        await place(page);
        await Promise.any([endsAs('Done', page, noted), told(page).waitFor({ timeout: BOUND_MS })]);
        assert.equal(await placeButton(page).count(), 0, 'the button invites to order twice');
      }],
    };
    const [what, run] = going[endpoint] ?? ['is got over', async (page, noted) => {
      await place(page);
      await endsAs('Done', page, noted);
    }];
    test(`${input} ${what}`, () => order(input, run));
  }
});

describe('in all of this', () => {
  before(() => assert.ok(pressed > 40, 'hardly any order was placed'));

  test('no order was sent twice', async () => {
    const sent = (await demo.sandbox.requests()).filter(({ method, path }) => method === 'POST' && path === '/v5/orders');
    assert.ok(sent.length <= pressed, `${sent.length} orders were sent for ${pressed} presses of the button`);
  });
});
