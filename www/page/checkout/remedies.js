// What helps against a problem, as buttons: by the word for its remedy, which the package gives with every code.
import { button, h } from './dom.js';
import { plain } from './text.js';

const MOST_PAIRS = 3;

/**
 * @typedef {object} Means what the form can do about it
 * @property {any} value @property {any} recipient @property {any} payment @property {any} coupon
 * @property {() => boolean} byPhone
 * @property {() => void} submit
 * @property {() => void} findNetwork tries the coin's other networks in turn
 * @property {() => void} otherBrands
 */

/**
 * @param {import('./element.js').Context} context @param {any} problem @param {Means} means
 * @returns {Node[]}
 */
export function remediesOf({ t, api }, problem, means) {
  const { value, recipient, payment, coupon } = means;
  const r = t.remedies;
  const pay = (pairs) => payment.fitting(pairs).slice(0, MOST_PAIRS)
    .map((pair) => button(r.payWith(plain(pair.coin), plain(pair.network)), () => payment.take(pair)));
  const otherBrands = () => button(r.otherBrands, means.otherBrands);
  const vendor = () => h('a', { class: 'button', href: api.vendor, target: '_blank', rel: 'noopener noreferrer' }, r.openVendor);
  const smaller = () => button(r.smallerValue, () => value.focus());
  switch (problem.remedy) {
    case 'raise_amount': return [button(r.largerValue, () => value.focus()), ...(problem.field === 'coupon' ? [removeCoupon()] : pay(payment.otherCoins().slice(0, 1)))];
    case 'lower_amount': return [smaller()];
    case 'choose_other_product': return [button(r.otherValue, () => value.focus()), otherBrands()];
    case 'remove_items': case 'split_order': return [otherBrands()];
    case 'correct_beneficiary': return means.byPhone()
      ? [button(r.fixNumber, () => recipient.phoneField.focus())]
      : [button(r.fixAddress, () => recipient.emailField.focus())];
    case 'correct_email': return [button(r.fixAddress, () => recipient.emailField.focus())];
    case 'choose_other_coin': return pay(payment.otherCoins().slice(0, 2));
    case 'choose_other_network': {
      const named = pay(problem.params?.combinations ?? []);
      if (named.length > 0) return named;
      return payment.otherNetworks().length > 0 ? [button(r.findNetwork, means.findNetwork)] : pay(payment.otherCoins().slice(0, 2));
    }
    case 'choose_other_via': return [otherBrands()];
    case 'correct_coupon': return [button(r.fixCoupon, () => coupon.focus()), removeCoupon()];
    case 'remove_coupon': return [removeCoupon()];
    case 'sign_in': case 'verify_identity': return [vendor(), otherBrands()];
    // A limit of the day is there at the next try, too.
    case 'wait': if (problem.field === 'amount') return [smaller()];
    // falls through
    case 'check_before_retry': return [button(t.tryAgain, means.submit)];
    case 'contact_support': return [h('a', { class: 'button', href: api.support }, r.support)];
    default: return [];
  }

  function removeCoupon() {
    return button(r.removeCoupon, () => { coupon.clear(); means.submit(); });
  }
}
