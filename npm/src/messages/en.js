// The texts in English. A text is a string, or a function of what it tells about.

const VIAS = {
  USER_WALLET: 'your own wallet',
  GATE_PAY: 'Gate Pay',
  GATE_PAY_WEB: 'Gate Pay on the web',
  KUCOIN_PAY: 'KuCoin Pay',
  BUYDL: 'Buydl',
};

/** The first few names: as many as a sentence can carry. */
const some = (names) => {
  const few = names.filter((name, at) => at === 0 || names.slice(0, at + 1).join().length <= 60);
  return few.join(', ') + (few.length < names.length ? ' and others' : '');
};

const count = (n, unit) => `${n} ${unit}${n === 1 ? '' : 's'}`;

const later = ({ retryAfterSeconds: seconds }) => {
  if (seconds === undefined) return 'Please try again later.';
  if (seconds <= 90) return `Please try again in ${count(Math.max(seconds, 1), 'second')}.`;
  if (seconds <= 5400) return `Please try again in ${count(Math.ceil(seconds / 60), 'minute')}.`;
  return `Please try again in ${count(Math.ceil(seconds / 3600), 'hour')}.`;
};

/** What an English checkout says. */
export const en = {
  tag: 'en',
  problems: {
    AMOUNT_LESS_THEN_MINIMUM_ALLOWED: 'This order is too small to be paid in this coin. Choose a larger amount, or another coin or network.',
    MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED: 'This order is above the maximum for one order. Choose a smaller amount, or place several orders.',
    DAILY_SPENDING_LIMIT_EXCEEDED: 'You have reached your spending limit for today. Choose a smaller amount, or order again tomorrow.',
    MONTHLY_SPENDING_LIMIT_EXCEEDED: 'You have reached your spending limit for this month. Choose a smaller amount, or order again next month.',
    PRODUCT_COUNT_EXCEEDED: 'There are too many products in this order. Take some out, or place several orders.',
    MULTIPLE_LIMITED_PRODUCT_SAME_ORDER: 'Only one of these limited products can be bought at a time. Please place a separate order for each.',
    NOT_AVAILABLE_PRODUCT: 'This product is no longer available. Please choose another one.',
    OUT_OF_STOCK: 'This product is out of stock. Choose another amount or brand, or come back later.',
    NOT_ACTIVE: 'This product is not on sale at the moment. Choose another one, or come back later.',
    INVALID_BENEFICIARY_ACCOUNT: 'This product cannot be delivered to this e-mail address or phone number. Please correct it.',
    NOT_ALLOWED_PAYMENT_VIA: ({ vias }) =>
      vias ? `This order cannot be paid this way. You can pay with: ${some(vias.map((via) => VIAS[via] ?? via))}.` : 'This order cannot be paid this way. Please choose another way to pay.',
    UNSUPPORTED_PROTOCOL_COIN_COMBINATION: ({ combinations }) =>
      combinations
        ? `This order cannot be paid in this coin over this network. You can pay with: ${some(combinations.map(({ coin, network }) => `${coin} on ${network}`))}.`
        : 'This order cannot be paid in this coin over this network. Please choose another network or coin.',
    LOGIN_REQUIRED: 'This product is only sold to signed-in Cryptorefills customers. Choose another one, or buy it on the Cryptorefills site.',
    COUPON_REQUIRES_LOGIN: 'This coupon is only for signed-in Cryptorefills customers. Remove it to go on.',
    COUPON_NOT_FOUND: 'There is no such coupon. Check its spelling, or remove it.',
    COUPON_NOT_ACTIVE: 'This coupon is not valid yet. Remove it to go on.',
    COUPON_ALREADY_SPENT: 'You have already used this coupon. Remove it to go on.',
    COUPON_MAX_USAGE_REACHED: 'This coupon has been used up. Remove it to go on.',
    COUPON_EXPIRED: 'This coupon has expired. Remove it to go on.',
    COUPON_BELOW_MIN_AMOUNT: 'This order is too small for the coupon. Choose a larger amount, or remove the coupon.',
    COUPON_NOT_VALID_FOR_USER: 'This coupon is not valid for you. Remove it to go on.',
    COUPON_NOT_VALID_FOR_CATEGORY: 'This coupon is not valid for this category of products. Remove it to go on.',
    COUPON_NOT_VALID_FOR_KIND: 'This coupon is not valid for this kind of product. Remove it to go on.',
    COUPON_NOT_VALID_FOR_BRAND: 'This coupon is not valid for this brand. Remove it to go on.',
    COUPON_NOT_VALID_FOR_COUNTRY: 'This coupon is not valid in this country. Remove it to go on.',
    COUPON_NOT_VALID_FOR_STORE: 'This coupon is not valid in this store. Remove it to go on.',
    SUSPENDED_COIN: 'Payments in this coin are paused. Choose another coin, or try again later.',
    SUSPENDED_NETWORK: 'Payments over this network are paused. Choose another network, or try again later.',
    KYC_MISSING: 'Cryptorefills needs to verify your identity before you can buy this. Verify it there, or choose another product.',
    KYC_PENDING: 'Your identity is being verified. This mostly takes less than 20 minutes; please try again then.',
    VERIFICATION_REQUIRED: 'Cryptorefills needs further verification from you. Please complete it in your Cryptorefills account.',
    FULLNAME_MISSING: 'Paying over this network requires your full name on file with Cryptorefills. Please choose another network.',
    INVALID_EMAIL_DOMAIN: 'Mail cannot be delivered to this e-mail address. Please give another one.',
    RATE_LIMITED: (params) => `There have been too many requests. ${later(params)}`,
    UPSTREAM_ERROR: (params) => `The shop is not reachable at the moment. ${later(params)}`,
    UNREADABLE_ANSWER: 'The shop gave an answer that could not be read. Check your e-mail for an order before you try again.',
    NOT_FOUND: 'This could not be found. Please check the link or the order number.',
    NOT_AUTHORIZED: 'The shop may not do this at the moment. Please contact the shop.',
    REJECTED: 'This was not accepted. Check what you entered, or contact the shop.',
  },
  problem: (code) => `Something speaks against this order (${code}). Please contact the shop.`,
  stages: {
    awaiting_payment: 'Waiting for your payment',
    confirming_payment: 'Payment seen, waiting for its confirmation',
    underpaid: 'Less than the full amount has arrived; please send the rest',
    delivering: 'Paid; your order is on its way',
    manual_review: 'Your order is being looked at by a person; this can take up to a day',
    delivered: 'Delivered',
    expired: 'The time to pay is over; if you have already paid, please contact support',
    failed: 'The payment failed',
    refunded: 'Your payment has been returned',
    canceled: 'The order has been canceled',
    unknown: 'Your order is being processed',
  },
  ends: {
    stop: 'The shop has closed this order’s updates.',
    final: 'This order has come to its end.',
    closed: 'Updates have been closed.',
    aborted: 'Updates have been stopped.',
    fatal: 'Updates are not available. Reload the page to look again; your order is not affected.',
  },
  issues: {
    REQUIRED: 'Please fill this in.',
    TYPE: 'This is not the kind of value expected here.',
    FORMAT: 'This is not written as expected here.',
    UNSUPPORTED: 'This is not supported. Please choose one from the list.',
    TOO_MANY: 'There are too many here. An order takes up to 10 items.',
    TOO_FEW: 'Please add at least one item.',
    OUT_OF_RANGE: 'This amount is outside the range that is sold.',
    STEP: 'This amount is not sold. Please choose the nearest one that is.',
    EMAIL: 'Please enter a valid e-mail address, like name@example.com.',
    // The issue's own message says what to type, with an example of the country.
    PHONE_NOT_E164: (issue) => issue.message ?? 'Write the number with + and the country code.',
    PHONE_UNKNOWN_CALLING_CODE: (issue) => issue.message ?? 'No country has this calling code.',
    PHONE_WRONG_COUNTRY: (issue) => issue.message ?? 'This number is of another country than the product.',
    PHONE_TRUNK_ZERO: (issue) => issue.message ?? 'Leave out the 0 after the country code.',
    PHONE_WRONG_START: (issue) => issue.message ?? 'No number of this country begins like this. Please check the digits.',
    PHONE_WRONG_LENGTH: (issue) => issue.message ?? 'This number has too few or too many digits.',
    PROBLEMS: 'Something speaks against this order. Do not pay it; please contact the shop.',
    NOT_PAYABLE: 'This order does not wait for a payment. Do not pay it, or not again.',
    OTHER_ORDER: 'The shop’s answer is about another order.',
    NOT_JSON: 'The shop’s answer could not be read.',
    TOO_LARGE: 'The shop’s answer is too large.',
    TOO_DEEP: 'The shop’s answer could not be read.',
    INVOICE: 'The payment invoice does not fit this order. Do not pay it; please contact the shop.',
  },
  issue: (code) => `Please check this (${code}).`,
  errors: {
    BAD_INPUT: 'Please check what you entered.',
    NOT_INITIALIZED: 'The checkout is still loading. Please try again.',
    LOAD_FAILED: 'The checkout could not be loaded. Please reload the page.',
    INTERNAL: 'Something went wrong in the checkout. Please try again.',
    NETWORK: 'No connection to the shop. Check your internet connection and try again.',
    TIMEOUT: 'The shop took too long to answer. Please try again.',
    ABORTED: 'This was canceled.',
    OUTCOME_UNKNOWN: 'It is not certain whether your order was placed. Check your e-mail before you order again, and do not pay twice.',
    PROBLEMS: 'This order cannot be placed as it is.',
    BAD_ANSWER: 'The shop gave an answer that could not be read.',
    HTTP: 'The shop could not answer. Please try again later.',
    NOT_FOUND: 'This could not be found. Please check the link or the order number.',
  },
};
