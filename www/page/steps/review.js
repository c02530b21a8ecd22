// Step 3: the validated order, its total, and the one button that places it. It is pressed once and never by the page itself.
import { clientFor, explain } from '../api.js';
import { failure, h } from '../dom.js';
import { logo } from '../logo.js';
import { addressOf, go, rememberOrder } from '../route.js';
import { shop } from '../shop.js';
import { plain } from '../text.js';

/** @param {import('../route.js').Route} route */
export function reviewStep(route) {
  const review = shop.review;
  if (!review) return { redirect: { step: 'brands', country: route.country } };
  const { draft, product, group, validation, quote } = review;
  const country = draft.items[0].country;
  /** @type {import('../route.js').Route} */
  const details = { step: 'details', country, brand: group.brand };

  const item = draft.items[0];
  const notice = h('div', { class: 'slot' });
  const button = h('button', { type: 'button', class: 'button main wide', onclick: place }, 'Place the order');
  const cheaper = validation.original_coin_amount && validation.original_coin_amount !== quote.amount;

  const facts = h('dl', { class: 'facts' },
    fact('Value', valueName(product, draft)),
    fact(item.beneficiary === draft.email ? 'Delivered to' : 'Phone to top up', item.beneficiary),
    item.beneficiary !== draft.email && fact('Receipt to', draft.email),
    fact('Paid with', `${draft.payment.coin} on ${draft.payment.network}`),
    h('div', { class: 'total' }, h('dt', null, 'Total'), h('dd', null,
      cheaper && h('s', { class: 'soft small' }, `${validation.original_coin_amount} `),
      `${quote.amount} ${quote.coin}`)));

  let placing = false;
  let left = false;
  async function place() {
    if (placing) return;
    placing = true;
    button.classList.add('busy');
    button.setAttribute('aria-disabled', 'true');
    button.textContent = 'Placing the order…';
    notice.replaceChildren();
    try {
      const order = await clientFor(country).create(draft, { product });
      rememberOrder(order.order_id);
      shop.review = null;
      shop.placed = order;
      if (!left) go({ step: 'order', order: order.order_id }, { replace: true });
    } catch (/** @type {any} */ error) {
      if (left) return;
      // Refused for certain: there is no order, and the form says why.
      if (error.code === 'PROBLEMS') {
        shop.problems = error.problems;
        shop.review = null;
        go(details);
        return;
      }
      // Whether an order exists now is unknown, and asking again could make two: the shopper decides.
      button.remove();
      const { title } = explain(error);
      notice.replaceChildren(failure({
        title,
        text: 'We cannot tell whether your order was placed. You have paid nothing, and an order nobody pays for expires by itself. Look into your mailbox first, or go back and order again.',
        action: { label: 'Back to the details', run: () => { shop.review = null; go(details); } },
      }));
    }
  }

  return {
    title: 'Check your order',
    trail: 3,
    narrow: true,
    back: { href: addressOf(details), label: 'Change something' },
    body: [
      h('div', { class: 'card stack' },
        h('div', { class: 'brand-head' }, logo(group, { small: true, lazy: false }), h('h2', null, plain(group.brand))),
        facts),
      notice,
      h('div', { class: 'stack' }, button,
        h('p', { class: 'soft small' }, 'Then you get an address to pay to. The amount is fixed for as long as the payment window is open.')),
    ],
    leave() { left = true; },
  };
}

function fact(name, value) {
  return h('div', null, h('dt', null, name), h('dd', null, plain(value)));
}

function valueName(product, draft) {
  const { amount, localized, denomination } = draft.items[0].value;
  return amount !== undefined ? `${amount} ${product.range?.currency ?? product.face_value?.currency_code ?? ''}` : localized ?? denomination;
}
