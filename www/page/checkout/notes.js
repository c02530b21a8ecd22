// What the shopper should know whichever step they are at: orders that are under way, and those of which nobody can tell.
import { button, h } from './dom.js';
import { forgetOrder, forgetPlacing, leftWhilePlacing, ordersKept, referenceOf } from './orders.js';

/**
 * @param {import('./element.js').Context} context @param {import('./route.js').Route} route where the shopper is
 * @param {() => void} redraw
 */
export function notes(context, route, redraw) {
  const { t, shop, api } = context;
  const { placing, outcome } = shop;
  const { step } = route;
  const made = [];
  // The review says so itself.
  if (placing && step !== 'review') made.push(h('div', { class: 'notice' }, h('p', { class: 'row nowrap busy' }, t.placing)));
  if (outcome?.refused) {
    made.push(note('bad', [t.notPlaced, api.explain(outcome.refused).text], button(t.understood, () => { shop.outcome = null; redraw(); })));
  }
  if (leftWhilePlacing(placing?.begun)) made.push(note('warn', t.unsure, button(t.understood, forgetPlacing)));
  return [...made, ...orderNotes(context, route)];
}

/** The ways back to orders: on the front to each that can be of interest, before another is placed to those that are not over. */
function orderNotes({ t, shop, router, announce }, { step, order }) {
  const { open, over } = ordersKept();
  const placed = shop.outcome?.order?.order_id;
  const offered = step === 'brands' ? [...open, over] : step === 'review' ? open : [placed];
  const ids = offered.filter((id) => id && id !== order);
  return ids.map((id) => {
    const title = id === over ? t.lastOrder : id === placed ? t.orderPlaced : t.openOrder;
    // Where there are several, each says which it is.
    const which = ids.length > 1 ? referenceOf(id) : '';
    return note(step === 'review' ? 'warn' : 'good', [title],
      h('a', { class: 'button', ...router.link({ step: 'order', order: id }) }, which ? t.showOrderNumber(which) : t.showOrder),
      step === 'brands' && button(t.removeNote, () => { forgetOrder(id); announce(t.noteRemoved); }, 'plain'));
  });
}

const note = (tone, [title, text], ...actions) => h('div', { class: `notice ${tone}` },
  h('p', { class: 'notice-title' }, title), text && h('p', null, text), h('div', { class: 'actions' }, ...actions));
