// What each state of an order means for the checkout: where it is on the way, whether there is something to pay, how it is coloured.
import { paymentInstructions } from 'cryptorefills-checkout';

/** The way of every order that goes well, as texts are named. */
export const STAGES = ['payment', 'confirmation', 'delivery', 'done'];

/**
 * `at` is the stage the order is in; `pay` shows how to pay; `tone` colours an end that is not the good one; `stuck` asks for patience.
 * @type {Record<string, { at: number, pay?: boolean, tone?: 'warn' | 'bad', stuck?: boolean }>}
 */
const STATES = {
  Created: { at: 0, pay: true },
  WaitingForPayment: { at: 0, pay: true },
  PartialPaymentStarted: { at: 0, pay: true, stuck: true },
  PaymentStarted: { at: 1 },
  PaymentReceived: { at: 2 },
  WaitingForDelivery: { at: 2 },
  WaitingForManualAction: { at: 2, stuck: true },
  Done: { at: 4 },
  Expired: { at: 0, tone: 'warn' },
  PaymentFailed: { at: 0, tone: 'bad' },
  PaymentSetupFailed: { at: 0, tone: 'bad' },
  Refunded: { at: 0, tone: 'warn' },
  Canceled: { at: 0, tone: 'warn' },
};

/** Other spellings that were seen. */
const SAME = { Completed: 'Done', Cancelled: 'Canceled' };

/** A state we have never heard of is shown as what it is: work in progress. @param {any} t @param {any} order */
export function wordsOf(t, order) {
  const name = nameOf(order);
  const known = Object.hasOwn(STATES, name);
  const [title, text] = known ? t.states[name] : t.states.unknown;
  return { ...(known ? STATES[name] : { at: 2, stuck: true }), title, text };
}

function nameOf(order) {
  const name = SAME[order.order_state] ?? order.order_state;
  const how = STATES[name]?.pay && paymentInstructions(order);
  if (!how) return name;
  // The money may be there before the state says so, and nobody is to pay twice.
  if (how.remaining === '0') return 'PaymentStarted';
  // One that is still being prepared may have its address already.
  return name === 'Created' ? 'WaitingForPayment' : name;
}

export const isDelivered = (state) => state === 'Done' || state === 'Completed';
