// A coupon, for who has one: folded away for everybody else.
import { field, h } from '../dom.js';

/** @param {import('../element.js').Context} context @param {{ code: string }} o */
export function couponField({ t }, { code }) {
  const input = h('input', { class: 'input', type: 'text', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: 64 });
  input.value = code;
  const of = field({ label: t.couponCode, control: input });
  input.addEventListener('input', () => of.setError(''));
  const node = h('details', { class: 'coupon', open: code !== '' }, h('summary', null, t.haveCoupon), of.node);
  return {
    node,
    get code() { return input.value.trim(); },
    clear() { input.value = ''; of.setError(''); },
    setError(text, remedies) {
      if (text) node.open = true;
      of.setError(text, remedies);
    },
    focus() { node.open = true; of.focus(); },
  };
}
