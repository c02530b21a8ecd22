// Step 3: the validated order, its total, and the one button that places it. It is pressed once and never by the page itself.
import { failure, h } from '../dom.js';
import { valueName } from '../fields/value.js';
import { logo } from '../logo.js';
import { beginPlacing, endPlacing, lastOrder, rememberOrder } from '../orders.js';
import { plain } from '../text.js';

/** @param {import('../element.js').Context} context @param {import('../route.js').Route} route */
export function reviewStep(context, route) {
  const { t, api, shop, go, router, emit, root } = context;
  const review = shop.review;
  if (!review) return { redirect: { step: 'brands', country: route.country } };
  const { draft, product, group, validation, quote, moved } = review;
  const item = draft.items[0];
  const country = item.country;
  /** @type {import('../route.js').Route} */
  const details = { step: 'details', country, brand: group.brand };
  const place = h('button', { type: 'button', class: 'button main wide', onclick: placeOrder }, t.placeOrder);
  const order = h('div', { class: 'stack tight' }, place, h('p', { class: 'soft small' }, t.thenAddress));
  const notice = h('div', { class: 'slot' });
  const cheaper = validation.original_coin_amount && validation.original_coin_amount !== quote.amount;
  const open = lastOrder();

  const change = (part, what) => h('a', {
    class: 'change', 'aria-label': t.changeWhat(what), ...router.link(details), onclick: () => { shop.startAt = part; },
  }, t.change);
  const fact = (name, value, part) => h('div', null, h('dt', null, name), h('dd', null, h('span', null, plain(value)), part && change(part, name)));

  const facts = h('dl', { class: 'facts' },
    fact(t.valueTitle, valueName(product, item.value.amount ?? ''), 'value'),
    fact(item.beneficiary === draft.email ? t.deliveredTo : t.phone, item.beneficiary, 'recipient'),
    item.beneficiary !== draft.email && fact(t.receiptTo, draft.email, 'recipient'),
    fact(t.paidWith, t.coinOn(draft.payment.coin, draft.payment.network), 'payment'),
    draft.coupon && fact(t.coupon, draft.coupon),
    h('div', { class: 'total' }, h('dt', null, t.total), h('dd', null,
      cheaper && h('s', { class: 'soft small' }, h('span', { class: 'visually-hidden' }, t.insteadOf), `${validation.original_coin_amount} `),
      h('span', null, `${quote.amount} ${quote.coin}`))));

  let placing = false;
  let left = false;
  const guard = (event) => event.preventDefault();

  async function placeOrder() {
    if (placing) return;
    placing = true;
    place.classList.add('busy');
    place.setAttribute('aria-disabled', 'true');
    place.textContent = t.placing;
    notice.replaceChildren();
    // Who leaves now would not know whether there is an order.
    addEventListener('beforeunload', guard);
    beginPlacing();
    try {
      const placed = await api.client(country).create(draft, { product });
      rememberOrder(placed.order_id);
      endPlacing();
      shop.review = null;
      shop.placed = placed;
      emit('cr-order', { orderId: placed.order_id, state: placed.order_state });
      // There is an order now, so that is where the shopper belongs, wherever they went in between.
      if (root.host.isConnected) go({ step: 'order', order: placed.order_id }, { replace: !left });
    } catch (/** @type {any} */ error) {
      // Refused for certain: there is no order, and the form says why.
      if (error.code === 'PROBLEMS' || error.code === 'BAD_INPUT') {
        endPlacing();
        if (left) return;
        shop.problems = error.problems ?? [];
        shop.review = null;
        go(details);
        return;
      }
      if (left) return;
      // Whether an order exists now is unknown, and asking again could make two: the shopper decides.
      endPlacing();
      order.remove();
      notice.replaceChildren(failure({
        title: api.explain(error).title,
        text: t.outcomeUnknown,
        action: { label: t.backToDetails, run: () => { shop.review = null; go(details); } },
      }));
    } finally {
      removeEventListener('beforeunload', guard);
    }
  }

  return {
    title: t.reviewTitle,
    trail: 3,
    back: { route: details, label: t.changeSomething },
    body: [h('div', { class: 'column' },
      moved && h('div', { class: 'notice good' }, h('p', null, t.networkFound(plain(moved)))),
      open && !open.over && h('div', { class: 'notice warn' }, h('p', null, t.openOrder), h('div', { class: 'actions' },
        h('a', { class: 'button', ...router.link({ step: 'order', order: open.id }) }, t.showOrder))),
      h('div', { class: 'card stack' },
        h('div', { class: 'brand-head' }, logo(group, { kind: 'small', lazy: false }), h('h3', null, plain(group.brand))),
        facts),
      notice,
      order)],
    leave() { left = true; },
  };
}
