// Step 4: one order, from payment to delivery, followed live. All it needs is the order number in the address.
import { isFinal, orderStage } from 'cryptorefills-checkout';
import { stageText } from 'cryptorefills-checkout/messages';
import { clientFor, explain, fetchVias } from '../api.js';
import { announce, copyButton, failure, h, skeleton } from '../dom.js';
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

  const state = h('div', { class: 'stack', 'data-testid': 'order-state' }, ...skeleton(1));
  const main = h('div', { class: 'stack' }, ...skeleton(1, 'tall'));
  const stages = h('ol', { class: 'stages', 'aria-label': 'Progress' });
  const connection = h('p', { class: 'connection', 'data-testid': 'connection' }, 'Connecting…');
  const side = h('aside', { class: 'stack', 'aria-label': 'Progress of the order' },
    h('div', { class: 'card stack' }, stages, connection),
    h('div', { class: 'small soft' },
      h('p', null, 'Order number'),
      h('div', { class: 'copy-value' }, h('p', null, id), copyButton('order number', id))));
  const trouble = h('div', { class: 'slot' });
  const next = h('div', { class: 'actions', hidden: true },
    h('button', { type: 'button', class: 'button main', onclick: () => { forgetOrder(); go({ step: 'brands', country: shop.country }); } }, 'Buy something else'));

  let shown = '';
  let pay = { stop() {} };
  let vias = null;
  let latest = null;

  const draw = (order) => {
    latest = order;
    trouble.replaceChildren();
    const words = wordsOf(order.order_state);
    const title = words.title;
    if (order.order_state !== shown) {
      state.dataset.state = order.order_state;
      state.dataset.stage = stageName(order);
      const heading = h('h1', null, title);
      // A good or bad end is spoken with its text; a step on the way by its name.
      announce(isFinal(order) ? `${title}. ${words.text}` : title);
      document.title = `${title} – Checkout`;
      state.replaceChildren(heading, h('p', { class: words.tone ? `notice ${words.tone}` : 'lede' }, words.text));
      if (shown === '' && focusWanted) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
      drawStages(stages, order.order_state);
    }
    const key = `${order.order_state} ${order.sent_coin_amount ?? ''} ${order.wallet_address ?? ''}`;
    if (main.dataset.key !== key) {
      pay.stop();
      pay = { stop() {} };
      main.dataset.key = key;
      if (isDelivered(order.order_state)) main.replaceChildren(...deliveries(order));
      else if (words.pay) {
        pay = payCard(order, vias);
        main.replaceChildren(pay.node);
      } else main.replaceChildren(summary(order));
    }
    shown = order.order_state;
    next.hidden = !isFinal(order);
  };
  // The page's focus was on the button that is gone now; it follows to the new heading.
  const focusWanted = document.activeElement === document.body || document.activeElement?.tagName === 'H1';

  let watch = null;
  let retryClock;
  let left = false;

  function follow() {
    trouble.replaceChildren();
    clearInterval(retryClock);
    watch?.close();
    watch = clientFor().watch(id, {
      onOrder: (order) => { if (!left) { rememberOrder(id); draw(order); } },
      onState: (now) => { if (!left) drawConnection(now); },
      onEnd: (end) => { if (!left) ended(end); },
      onError: () => {},
    });
    watch.done?.catch?.(() => {});
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
    clearInterval(retryClock);
    connection.dataset.kind = 'ended';
    connection.textContent = 'No more updates';
    const order = end.order ?? latest;
    if (order && isFinal(order)) {
      draw(order);
      return;
    }
    if (end.error?.status === 404 || end.error?.code === 'NOT_FOUND') {
      forgetOrder();
      state.replaceChildren(h('h1', null, 'Order not found'));
      state.dataset.state = 'NotFound';
      main.replaceChildren(unknown('There is no such order', 'Check the address of this page, or begin a new order.'));
      side.hidden = true;
      return;
    }
    const { title, text } = end.error ? explain(end.error) : { title: 'The updates have stopped', text: 'Your order goes on all the same.' };
    trouble.replaceChildren(failure({ title, text, action: { label: 'Check again', run: follow } }));
    if (!latest) {
      state.replaceChildren(h('h1', null, 'Your order'));
      main.replaceChildren();
    }
  }

  if (shop.placed?.order_id === id) draw(shop.placed);
  // The wallet link needs a token's contract from the list of coins; without it the address alone will do.
  fetchVias().then((list) => {
    vias = list;
    if (left || !latest || !wordsOf(latest.order_state).pay) return;
    main.dataset.key = '';
    draw(latest);
  }, () => {});
  follow();

  return {
    ownHeading: true,
    title: 'Your order',
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

function stageName(order) {
  const stage = orderStage(order);
  return typeof stage === 'string' ? stage : stage?.stage ?? '';
}

function unknown(title, text) {
  return failure({ tone: 'warn', title, text, action: { label: 'Start a new order', run: () => go({ step: 'brands', country: shop.country }) } });
}

function summary(order) {
  const goods = order.deliveries?.[0]?.deliverable;
  const value = goods?.localized_denomination ?? goods?.denomination;
  return goods
    ? h('div', { class: 'card stack' }, h('h2', null, [goods.brand_name, value && value !== 'range' ? value : ''].filter(Boolean).join(', ')), h('p', { class: 'soft' }, stageText(stageName(order))))
    : h('div', null);
}

function drawStages(list, state) {
  const { at, stuck, tone } = wordsOf(state);
  list.replaceChildren(...STAGES.map((name, place) => {
    const past = place < at;
    const now = place === at && !tone;
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
