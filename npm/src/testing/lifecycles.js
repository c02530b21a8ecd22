// What can become of an order: its states, from the first to the last.

/** Each begins with the state the order is created in. */
export const lifecycles = {
  delivered: ['WaitingForPayment', 'PaymentStarted', 'PaymentReceived', 'WaitingForDelivery', 'Done'],
  underpaid: ['WaitingForPayment', 'PartialPaymentStarted', 'PaymentReceived', 'WaitingForDelivery', 'Done'],
  reviewed: ['WaitingForPayment', 'PaymentStarted', 'PaymentReceived', 'WaitingForManualAction', 'Done'],
  refunded: ['WaitingForPayment', 'PaymentStarted', 'PaymentReceived', 'WaitingForManualAction', 'Refunded'],
  expired: ['WaitingForPayment', 'Expired'],
  failed: ['WaitingForPayment', 'PaymentStarted', 'PaymentFailed'],
  neverPayable: ['Created', 'PaymentSetupFailed'],
  /** A state newer than this package: it arrives as data. */
  fromTomorrow: ['WaitingForPayment', 'BeamingUp', 'Done'],
};

/** The states a stream ends after. */
const LAST = new Set(['Done', 'Expired', 'PaymentFailed', 'PaymentSetupFailed', 'Refunded', 'Completed', 'Canceled', 'Cancelled']);
export const isLast = (state) => LAST.has(state);
