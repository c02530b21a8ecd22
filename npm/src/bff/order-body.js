// Looks at the body of a validation or a new order with the crate, before it goes upstream: what a page checked, somebody
// else's script did not. The body is read back into the draft it was made of, which is what the crate checks.

import { BffError } from './errors.js';

/**
 * @typedef {Pick<typeof import('../index.js'), 'createOrderRequest' | 'validateOrderRequest' | 'isCheckoutError'>} Checkout
 */

/**
 * @param {Record<string, any>} body
 * @param {'validate' | 'create'} purpose
 * @param {Checkout} checkout
 */
export function checkOrderBody(body, purpose, checkout) {
  const make = purpose === 'create' ? checkout.createOrderRequest : checkout.validateOrderRequest;
  try {
    make(toDraft(body));
  } catch (error) {
    const isOurs = checkout.isCheckoutError(error);
    // A trap of the module says nothing about the body.
    if (isOurs && !error.issues) throw error;
    const issues = (isOurs ? error.issues : []).map(({ path, code, message }) => ({ path: toWirePath(path, body), code, message }));
    throw new BffError(400, 'BAD_ORDER', 'The order cannot be sent as it is; `issues` says why.', {}, { issues }, isOurs ? undefined : error);
  }
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function toDraft(body) {
  const user = isObject(body.user) ? body.user : {};
  const payment = isObject(body.payment) ? body.payment : {};
  return {
    email: user.email ?? body.email,
    newsletter: user.has_accepted_newsletter,
    items: Array.isArray(body.deliveries) ? body.deliveries.map(toItem) : body.deliveries,
    payment: { coin: payment.coin, network: payment.network, via: payment.payment_via },
    lang: body.lang,
    coupon: body.promo_code,
    refundAddress: body.refund_wallet_address,
    acquisition: body.acquisition,
  };
}

/** Both forms of a delivery: flat, and `{ kind, quantity, deliverable }`. */
function toItem(delivery) {
  if (!isObject(delivery)) return {};
  const goods = isObject(delivery.deliverable) ? delivery.deliverable : delivery;
  const { denomination, product_value: amount, beneficiary_account: beneficiary } = goods;
  const kind = delivery.kind ?? goods.kind ?? '';
  return {
    kind: typeof kind === 'string' ? kindFor(beneficiary) : kind,
    brand: goods.brand_name,
    country: goods.country_code,
    quantity: delivery.quantity,
    value: denomination === 'range'
      ? { amount: typeof amount === 'number' ? String(amount) : amount }
      : { denomination, localized: goods.localized_denomination },
    beneficiary,
  };
}

/**
 * The body's own kind is the brand's, and a brand may deliver otherwise; only the product says how, and there is none here. So
 * what looks like an address or a phone number is checked as one, and anything else is an account's. In a draft the buyer's own
 * address may stand in for a recipient, but for an account; on the wire it may not.
 */
function kindFor(beneficiary) {
  if (typeof beneficiary !== 'string') return 'by_account';
  if (/^\s*\+[\d\s().-]*$/.test(beneficiary)) return 'mobile_recharge';
  return /@\S*\.\S/.test(beneficiary) ? 'giftcard' : 'by_account';
}

const NAMES = {
  items: 'deliveries', brand: 'brand_name', country: 'country_code', localized: 'localized_denomination',
  amount: 'product_value', beneficiary: 'beneficiary_account', via: 'payment_via', coupon: 'promo_code',
  refundAddress: 'refund_wallet_address',
};

/** Where the draft's member stands in the body. @param {string} path JSON pointer into the draft */
function toWirePath(path, body) {
  const [, first, index, ...rest] = path.split('/');
  if (first === 'email') return isObject(body.user) ? '/user/email' : '/email';
  if (first === 'newsletter') return '/user/has_accepted_newsletter';
  const renamed = (names) => names.map((name) => `/${NAMES[name] ?? name}`).join('');
  if (first !== 'items' || index === undefined || rest.length === 0) return renamed([first, index, ...rest].filter((name) => name !== undefined));
  const delivery = body.deliveries[index];
  const own = ['kind', 'quantity'].includes(rest[0]) || !isObject(delivery?.deliverable);
  const [name, inner] = rest;
  const member = name === 'value' ? (inner ?? 'denomination') : name;
  return `/deliveries/${index}${own ? '' : '/deliverable'}${renamed([member])}`;
}
