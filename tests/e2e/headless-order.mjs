// node headless-order.mjs ADDRESS: places one order on the demo's page and watches it there. Prints each state, never a code or an
// address; exits 0 at Done and otherwise with a line that says why.
import { launchBrowser, newPage } from './support/browser.js';
import { GIFT_CARD, placeOrder } from './support/shopper.js';

const DEADLINE_MS = 3 * 60_000;
/** Ends that are not the good one. */
const BAD_ENDS = ['Expired', 'PaymentFailed', 'PaymentSetupFailed', 'Refunded', 'Canceled', 'Cancelled', 'NotFound'];

const address = process.argv[2]?.replace(/\/+$/u, '');
if (!address) end(2, 'usage: node headless-order.mjs ADDRESS');

/** Says why and ends; `fail` in front of what is not the good end. */
function end(code, line) {
  (code === 0 ? process.stdout : process.stderr).write(`${line}\n`);
  process.exit(code);
}

setTimeout(() => end(1, `headless order: not done within ${DEADLINE_MS / 60_000} minutes`), DEADLINE_MS).unref();

let browser;
let step = 'start the browser (is Chromium installed, or CHROME set?)';
try {
  browser = await launchBrowser();
  const { page, noted } = await newPage(browser);
  let printed = 0;
  const print = ({ states }) => {
    for (; printed < states.length; printed += 1) console.log(states[printed]);
    return states.some((state) => state === 'Done' || BAD_ENDS.includes(state));
  };
  step = `place an order at ${address}`;
  const placed = placeOrder(page, address, GIFT_CARD);
  const over = noted(print, { timeout: DEADLINE_MS, what: 'the end of the order' });
  over.catch(() => {});
  await placed;
  step = 'watch the order to its end';
  await over;
  const state = await page.getByTestId('order-state').getAttribute('data-state');
  await browser.close();
  if (state === 'Done') process.exit(0);
  end(1, `headless order: the order ended as ${state}`);
} catch (error) {
  await browser?.close().catch(() => {});
  end(1, `headless order: could not ${step}: ${String(error?.message ?? error).split('\n')[0]}`);
}
