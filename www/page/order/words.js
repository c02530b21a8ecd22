// What each state of an order means for the shopper and what to do, and where it is on the way.

/** The way of every order that goes well. */
export const STAGES = ['Payment', 'Confirmation', 'Delivery', 'Done'];

/**
 * `at` is the stage the order is in; `pay` shows how to pay; `tone` colours an end that is not the good one.
 * @type {Record<string, { at: number, title: string, text: string, pay?: boolean, tone?: 'warn' | 'bad', stuck?: boolean }>}
 */
const STATES = {
  Created: { at: 0, title: 'Preparing your payment', text: 'The address to pay to comes in a moment.', pay: true },
  WaitingForPayment: { at: 0, title: 'Waiting for your payment', text: 'Send exactly this amount to this address. The page notices by itself.', pay: true },
  PartialPaymentStarted: { at: 0, title: 'Part of your payment has arrived', text: 'Less than the total has arrived. Send the rest to the same address while the payment window is open.', pay: true, stuck: true },
  PaymentStarted: { at: 1, title: 'Your payment is on its way', text: 'The network has seen it; now it is being confirmed. There is nothing more to do.' },
  PaymentReceived: { at: 2, title: 'Payment received', text: 'Thank you. Delivery begins in a moment.' },
  WaitingForDelivery: { at: 2, title: 'Preparing your delivery', text: 'This mostly takes less than a minute. You can leave this page open, or come back to it later.' },
  WaitingForManualAction: { at: 2, title: 'A person is looking at your order', text: 'This can take up to a day. You need not do anything; you will hear by e-mail, and this page follows along.', stuck: true },
  Done: { at: 4, title: 'Your order is delivered', text: 'Thank you for your purchase.' },
  Expired: { at: 0, title: 'The payment window has closed', text: 'Do not pay to this address any more. If you have paid already, keep the order number and write to support: late payments are looked after by hand.', tone: 'warn' },
  PaymentFailed: { at: 0, title: 'The payment did not work', text: 'If money has left your wallet, keep the order number and write to support. Otherwise just order again.', tone: 'bad' },
  PaymentSetupFailed: { at: 0, title: 'The payment could not be set up', text: 'There is no address to pay to, so nothing was charged. Please order again, perhaps with another coin or network.', tone: 'bad' },
  Refunded: { at: 0, title: 'Your money was sent back', text: 'The order could not be delivered and your payment was returned.', tone: 'warn' },
  Canceled: { at: 0, title: 'The order was cancelled', text: 'If you have paid already, keep the order number and write to support.', tone: 'warn' },
};
STATES.Completed = STATES.Done;
STATES.Cancelled = STATES.Canceled;

/** A state we have never heard of is shown as what it is: work in progress. @param {string} state */
export const wordsOf = (state) => STATES[state] ?? { at: 2, title: 'Your order is being worked on', text: 'This page shows every change as it happens.', stuck: true };

export const isDelivered = (state) => state === 'Done' || state === 'Completed';
