// Step 3: the validated order, its total, and the one button that places it. It is pressed once and never by the page itself.
import { failure, focusOn, h } from '../dom.js';
import { valueName } from '../fields/value.js';
import { logo } from '../logo.js';
import { endPlacing } from '../orders.js';
import { placeOrder } from '../placing.js';
import { plain } from '../text.js';

/** @param {import('../element.js').Context} context @param {import('../route.js').Route} route */
export function reviewStep(context, route) {
  const { t, api, shop, go, router, root } = context;
  const review = shop.review;
  // Reloaded, or come back to from elsewhere: what was checked is not known any more, or is another brand's.
  if (!review || (route.brand && route.brand !== review.group.brand)) {
    return { redirect: { step: route.brand ? 'details' : 'brands', country: route.country, brand: route.brand } };
  }
  const { draft, product, group, validation, quote, moved } = review;
  const item = draft.items[0];
  /** @type {import('../route.js').Route} */
  const details = { step: 'details', country: item.country, brand: group.brand };
  const place = h('button', { type: 'button', class: 'button main wide', onclick: () => {
    placeOrder(context, review);
    draw();
    focusOn(order.firstElementChild);
  } }, t.placeOrder);
  const order = h('div', { class: 'stack tight' });
  const cheaper = validation.original_coin_amount && validation.original_coin_amount !== quote.amount;

  /** While an order is being placed, this one or another, there is nothing to press. */
  function draw() {
    if (shop.placing) order.replaceChildren(h('p', { class: 'row nowrap busy', role: 'status' }, t.placing));
    else order.replaceChildren(place, h('p', { class: 'soft small' }, t.thenAddress));
  }
  draw();

  const change = (part, what) => h('a', {
    class: 'change', 'aria-label': t.changeWhat(what), ...router.link(details), onclick: () => { shop.startAt = part; },
  }, t.change);
  const fact = (name, value, part) => h('div', null, h('dt', null, name), h('dd', null, h('span', null, plain(value)), part && change(part, name)));

  const facts = h('dl', { class: 'facts' },
    fact(t.valueTitle, valueName(product, item.value.amount ?? ''), 'value'),
    fact(item.beneficiary === draft.email ? t.deliveredTo : t.phone, item.beneficiary, 'recipient'),
    item.beneficiary !== draft.email && fact(t.receiptTo, draft.email, 'recipient'),
    fact(t.paidWith, t.coinOn(draft.payment.coin, draft.payment.network), 'payment'),
    draft.coupon && fact(t.coupon, draft.coupon));
  const total = h('dl', { class: 'facts' }, h('div', { class: 'total' }, h('dt', null, t.total), h('dd', null,
    cheaper && h('s', { class: 'soft small' }, h('span', { class: 'visually-hidden' }, t.insteadOf), `${validation.original_coin_amount} `),
    h('span', null, `${quote.amount} ${quote.coin}`))));

  return {
    title: t.reviewTitle,
    trail: 3,
    back: { route: details, label: t.changeSomething },
    body: [
      moved && h('div', { class: 'notice good' }, h('p', null, t.networkFound(plain(moved)))),
      h('div', { class: 'with-aside' },
        h('div', { class: 'card stack' },
          h('div', { class: 'brand-head' }, logo(group, { kind: 'small', lazy: false }), h('h3', null, plain(group.brand))),
          facts),
        h('aside', { class: 'aside', 'aria-label': t.total }, h('div', { class: 'card stack' }, total, order))),
    ],
    /** @param {import('../placing.js').Outcome} outcome */
    settled(outcome) {
      if (outcome.review !== review) {
        draw();
      } else if (outcome.order) {
        go({ step: 'order', order: outcome.order.order_id }, { replace: true });
        return true;
      } else if (outcome.refused) {
        // There is no order for certain, and the form says why.
        shop.problems = outcome.refused.problems ?? [];
        go(details, { replace: true });
        return true;
      } else {
        // Whether an order exists now is unknown, and asking again could make two: the shopper decides.
        const focused = order.contains(root.activeElement);
        order.replaceChildren(failure({
          title: api.explain(outcome.unknown).title,
          text: t.outcomeUnknown,
          action: { label: t.backToDetails, run: () => { endPlacing(outcome.begun); go(details); } },
        }));
        if (focused) focusOn(order.firstElementChild);
        return true;
      }
      return false;
    },
  };
}
