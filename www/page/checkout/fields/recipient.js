// Who gets it: an e-mail address always, and a phone number for what is delivered to a phone.
import { field, h } from '../dom.js';
import { icon } from '../icons.js';

/**
 * @param {import('../element.js').Context} context
 * @param {{ email: string, phone: string, issue: (kind: 'by_email' | 'by_phone', text: string) => string | undefined }} o
 */
export function recipientField({ t }, { email, phone, issue }) {
  const emailInput = h('input', { class: 'input', type: 'email', name: 'email', autocomplete: 'email', inputmode: 'email', spellcheck: 'false', autocapitalize: 'none', maxlength: 254 });
  const phoneInput = h('input', { class: 'input', type: 'tel', name: 'tel', autocomplete: 'tel', inputmode: 'tel', maxlength: 32 });
  emailInput.value = email;
  phoneInput.value = phone;
  const emailField = field({ label: t.email, control: emailInput, hint: ' ', before: icon('mail', 'in-field') });
  const phoneField = field({ label: t.phone, control: phoneInput, hint: t.phoneHint, before: icon('phone', 'in-field') });

  const texts = {
    // An input method may write wide letters.
    by_email: () => emailInput.value.normalize('NFKC').trim(),
    // Without the spaces, brackets and dashes people write.
    by_phone: () => phoneInput.value.normalize('NFKC').replace(/[\s().\-\u2010-\u2015]/gu, '').replace(/^00/u, '+'),
  };
  // Only once a field is left with something in it: nobody likes to be told off while still typing. And a moment later: a line that
  // appears between the press and the release of a button below moves the button away from under the pointer.
  for (const kind of /** @type {const} */ (['by_email', 'by_phone'])) {
    const of = kind === 'by_email' ? emailField : phoneField;
    let timer;
    of.control.addEventListener('change', () => {
      timer = setTimeout(() => {
        const told = texts[kind]() !== '' && issue(kind, texts[kind]());
        // Nothing to complain about here is no reason to take away what the answer to the order has said by now.
        if (told) of.setError(told);
      }, 300);
    });
    of.control.addEventListener('input', () => {
      clearTimeout(timer);
      of.setError('');
    });
  }

  return {
    node: h('div', { class: 'stack' }, h('h3', null, t.recipientTitle), phoneField.node, emailField.node),
    /** @param {string} delivery the product's `delivery_type` */
    show(delivery) {
      const byPhone = delivery === 'by_phone';
      phoneField.node.hidden = !byPhone;
      emailField.setHint(byPhone ? t.emailForReceipt : t.emailForCode);
    },
    get email() { return texts.by_email(); },
    get phone() { return texts.by_phone(); },
    typed: () => ({ email: emailInput.value, phone: phoneInput.value }),
    emailField,
    phoneField,
  };
}
