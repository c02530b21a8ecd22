// Step 4: one order, from payment to delivery, followed live. All it needs is the order number in the address.
import { isFinal, orderStage } from 'cryptorefills-checkout';
import { clientFor, explain, fetchVias } from '../api.js';
import { announce, copyButton, failure, focusOn, h, skeleton } from '../dom.js';
import { deliveries } from '../order/codes.js';
import { payCard } from '../order/pay.js';
import { isDelivered, STAGES, wordsOf } from '../order/words.js';
import { forgetOrder, go, looksLikeOrderId, rememberOrder } from '../route.js';
import { shop } from '../shop.js';

/** @param {import('../route.js').Route} route */
export function orderStep(route) {
  const id = route.order;
  if (!looksLikeOrderId(id)) {
    return { title: 'Your order', narrow: true, body: [unknown('This is not an order number', 'The address of this page is incomplete or mistyped.')] };
  }

  // The heading stays the same element, so that focus on it outlives a change of state.
  const heading = h('h1', null, 'Your order');
  const told = h('p', { class: 'lede' });
  const state = h('div', { class: 'stack', 'data-testid': 'order-state' }, heading, told);
  const main = h('div', { class: 'stack' }, ...skeleton(1, 'tall'));
  const stages = h('ol', { class: 'stages', 'aria-label': 'Progress' });
  const connection = h('p', { class: 'connection', 'data-testid': 'connection' }, 'Connecting…');
  const progress = h('div', { class: 'card stack' }, stages, connection);
  const side = h('aside', { class: 'stack', 'aria-label': 'Progress of the order' },
    progress,
    h('div', { class: 'small soft' },
      h('p', null, 'Order number'),
      h('div', { class: 'copy-value' }, h('p', null, id), copyButton('order number', id))));
  const trouble = h('div', { class: 'slot' });
  const next = h('div', { class: 'actions', hidden: true },
    h('button', { type: 'button', class: 'button main', onclick: () => { forgetOrder(); go({ step: 'brands', country: shop.country }); } }, 'Buy something else'));

  let shown = '';
  let pay = { node: null, stop() {} };
  let vias = null;
  let latest = null;

  /** Puts something else in the middle; focus that was in there goes to the heading and not nowhere. */
  const replace = (...nodes) => {
    const focused = main.contains(document.activeElement);
    main.replaceChildren(...nodes);
    if (focused) focusOn(heading);
  };

  const draw = (order) => {
    latest = order;
    trouble.replaceChildren();
    const words = wordsOf(order.order_state);
    if (order.order_state !== shown) {
      shown = order.order_state;
      state.dataset.state = order.order_state;
      state.dataset.stage = orderStage(order);
      heading.textContent = words.title;
      told.className = words.tone ? `notice ${words.tone}` : 'lede';
      told.textContent = words.text;
      document.title = `${words.title} – Checkout`;
      // An end is spoken with its text, a step on the way by its name.
      announce(isFinal(order) ? `${words.title}. ${words.text}` : words.title);
      drawStages(stages, order.order_state);
      // An end that is not the good one is on no way to anywhere.
      progress.hidden = words.tone !== undefined;
    }
    const key = `${order.order_state} ${order.sent_coin_amount ?? ''} ${order.wallet_address ?? ''}`;
    if (main.dataset.key !== key) {
      main.dataset.key = key;
      pay.stop();
      pay = words.pay ? payCard(order, vias) : { node: null, stop() {} };
      if (isDelivered(order.order_state)) replace(...deliveries(order));
      else replace(pay.node ?? summary(order));
    }
    next.hidden = !isFinal(order);
  };

  let watch = null;
  let retryClock;
  let left = false;

  function follow() {
    trouble.replaceChildren();
    clearInterval(retryClock);
    watch?.close();
    watch = clientFor(shop.country).watch(id, {
      onOrder: (order) => { if (!left) { rememberOrder(id); draw(order); } },
      onState: (now) => { if (!left) drawConnection(now); },
      onEnd: (end) => { if (!left) ended(end); },
      // With the order on the page, the connection line says enough; without it there would be nothing to see.
      onError: (error) => { if (!left && !latest) noOrderYet(error); },
    });
  }

  function noOrderYet(error) {
    const { title, text } = explain(error);
    trouble.replaceChildren(failure({ title, text: `${text} We go on trying, and your order is safe.`, tone: 'warn', action: { label: 'Check again', run: () => watch.refresh() } }));
  }

  function drawConnection(now) {
    clearInterval(retryClock);
    const words = connectionWords(now);
    const paint = () => {
      const { kind, text } = words();
      connection.dataset.kind = kind;
      if (connection.textContent !== text) connection.textContent = text;
    };
    paint();
    if (now.status === 'backoff') retryClock = setInterval(paint, 500);
  }

  function ended(end) {
    // Closed by this page: to leave it, or to begin again.
    if (end.reason === 'closed' || end.reason === 'aborted') return;
    clearInterval(retryClock);
    connection.dataset.kind = 'ended';
    connection.textContent = 'No more updates';
    const order = end.order ?? latest;
    if (order && isFinal(order)) {
      draw(order);
      return;
    }
    // Unknown, or placed in another browser: an order number alone opens nothing.
    if ([401, 403, 404, 410].includes(end.error?.status)) {
      forgetOrder();
      state.dataset.state = 'NotFound';
      heading.textContent = 'Order not found';
      told.textContent = '';
      replace(unknown('There is no such order here', 'Check the address of this page, and open it in the browser you ordered with. Your e-mail about the order has everything, too.'));
      side.hidden = true;
      return;
    }
    const { title, text } = end.error ? explain(end.error) : { title: 'The updates have stopped', text: 'Your order goes on all the same.' };
    trouble.replaceChildren(failure({ title, text, action: { label: 'Check again', run: follow } }));
    if (!latest) replace();
  }

  if (shop.placed?.order_id === id) draw(shop.placed);
  // The wallet link needs a token's contract from the list of coins; without it the address alone will do.
  fetchVias(shop.country).then((list) => {
    vias = list;
    if (left || !latest || !wordsOf(latest.order_state).pay) return;
    main.dataset.key = '';
    draw(latest);
  }, () => {});
  follow();

  return {
    ownHeading: true,
    title: heading.textContent,
    trail: 4,
    body: [trouble, h('div', { class: 'order-grid' }, h('div', { class: 'stack' }, state, main, next), side)],
    leave() {
      left = true;
      clearInterval(retryClock);
      pay.stop();
      watch?.close();
    },
  };
}

function unknown(title, text) {
  return failure({ tone: 'warn', title, text, action: { label: 'Start a new order', run: () => go({ step: 'brands', country: shop.country }) } });
}

function summary(order) {
  const goods = order.deliveries?.[0]?.deliverable;
  const value = goods?.localized_denomination ?? goods?.denomination;
  return goods
    ? h('div', { class: 'card' }, h('h2', null, [goods.brand_name, value && value !== 'range' ? value : ''].filter(Boolean).join(', ')))
    : h('div', { class: 'slot' });
}

function drawStages(list, state) {
  const { at, stuck } = wordsOf(state);
  list.replaceChildren(...STAGES.map((name, place) => {
    const past = place < at;
    const now = place === at;
    return h('li', { class: `stage ${past ? 'past' : now ? `now ${stuck ? 'stuck' : ''}` : ''}`, 'aria-current': now ? 'step' : null },
      h('span', { class: 'stage-dot', 'aria-hidden': 'true' }, past ? '✓' : String(place + 1)),
      h('span', null, h('span', { class: 'stage-name' }, name), past && h('span', { class: 'visually-hidden' }, ', done')));
  }));
}

/** How the page is kept up to date, in words; asked again while a countdown runs. @param {any} now the watch's state */
function connectionWords(now) {
  const secondsTo = (time) => Math.max(0, Math.ceil((time - Date.now()) / 1000));
  const due = now.nextRetryAt;
  switch (now.status) {
    case 'live': return () => ({ kind: 'live', text: 'Live' });
    case 'polling': {
      const every = due ? Math.max(1, secondsTo(due)) : 0;
      return () => ({ kind: 'poll', text: every ? `Checking every ${every} s` : 'Checking every few seconds' });
    }
    case 'backoff': return () => ({ kind: 'retry', text: due && secondsTo(due) ? `Reconnecting in ${secondsTo(due)} s` : 'Reconnecting…' });
    case 'paused': return () => ({ kind: 'poll', text: 'Paused while the page is hidden' });
    case 'ended': return () => ({ kind: 'ended', text: 'No more updates' });
    default: return () => ({ kind: 'poll', text: 'Connecting…' });
  }
}
