// Step 4: one order, from payment to delivery, followed live. All it needs is the order's number.
import { isFinal, orderStage } from 'cryptorefills-checkout';
import { copyButton, failure, focusOn, h, skeleton } from '../dom.js';
import { icon } from '../icons.js';
import { deliveries } from '../order/codes.js';
import { connectionWords } from '../order/connection.js';
import { payCard } from '../order/pay.js';
import { isDelivered, STAGES, wordsOf } from '../order/words.js';
import { forgetOrder, isOrderId, rememberOrder } from '../orders.js';
import { plain } from '../text.js';

/** What was heard so lately that an order is still to be paid as it says. */
const FRESH_MS = 10_000;

/** @param {import('../element.js').Context} context @param {import('../route.js').Route} route */
export function orderStep(context, route) {
  const { t, api, shop, go, announce, tellOrder, onTrail, root } = context;
  const id = route.order ?? '';
  const startAgain = (tone, [title, text]) => failure({ tone, title, text, action: { label: t.newOrder, run: () => go({ step: 'brands', country: shop.country }) } });
  if (!isOrderId(id)) {
    return { title: t.yourOrder, body: [h('div', { class: 'column' }, startAgain('warn', t.notKnown))] };
  }

  // The heading stays the same element, so that focus on it outlives a change of state.
  const heading = h('h2', { class: 'title' }, t.yourOrder);
  const told = h('p', { class: 'lede' });
  const connection = h('p', { class: 'connection', 'data-testid': 'connection' }, t.connection.connecting);
  const state = h('div', { class: 'step-head order-head', 'data-testid': 'order-state' }, heading, told, connection);
  const main = h('div', { class: 'stack' }, ...skeleton(1, 'tall'));
  const stages = h('ol', { class: 'stages', 'aria-label': t.progress });
  const progress = h('div', { class: 'card stack', hidden: true }, stages);
  const side = h('aside', { class: 'aside', 'aria-label': t.progress },
    progress,
    h('div', { class: 'small soft order-number' },
      h('p', null, t.orderNumber),
      h('div', { class: 'copy-value' }, h('p', { 'data-testid': 'order-number' }, id), copyButton(context, t.orderNumber.toLowerCase(), id))));
  const trouble = h('div', { class: 'slot' });
  const next = h('div', { class: 'actions', hidden: true },
    h('button', { type: 'button', class: 'button main', onclick: () => go({ step: 'brands', country: shop.country }) }, t.buyMore),
    // Late money was seen to move expired orders on: whoever paid too late can see what has become of it.
    h('button', { type: 'button', class: 'button again', hidden: true, onclick: () => follow() }, t.checkAgain),
    h('a', { class: 'button plain', href: api.support }, t.remedies.support));

  let shown = '';
  let drawn = '';
  let trail = 4;
  let pay = { node: null, stop() {} };
  let vias = null;
  let latest = null;

  /** Puts something else in the middle; focus that was in there goes to the heading and not nowhere. */
  const replace = (...nodes) => {
    const focused = main.contains(root.activeElement);
    main.replaceChildren(...nodes);
    if (focused) focusOn(heading);
  };

  const draw = (order) => {
    latest = order;
    const words = wordsOf(t, order);
    const over = isFinal(order);
    rememberOrder(id, { over });
    connection.hidden = over;
    state.dataset.state = order.order_state;
    state.dataset.stage = orderStage(order);
    tellOrder(order);
    if (words.title !== shown) {
      shown = words.title;
      heading.textContent = words.title;
      told.className = words.tone ? `notice ${words.tone}` : 'lede';
      told.textContent = words.text;
      // An end is spoken with its text, a step on the way by its name.
      announce(over ? `${words.title}. ${words.text}` : words.title);
      drawStages(t, stages, words);
      // An end that is not the good one is on no way to anywhere.
      progress.hidden = words.tone !== undefined;
      // Of what is paid, the last step is done as well.
      trail = words.at > 0 ? 5 : 4;
      onTrail(trail);
    }
    const delivered = isDelivered(order.order_state);
    // The codes may come after the word that they are delivered.
    const key = JSON.stringify([words.title, order.sent_coin_amount, order.wallet_address, !vias, delivered && order.deliveries]);
    if (drawn !== key) {
      drawn = key;
      pay.stop();
      pay = words.pay ? payCard(context, order, vias) : { node: null, stop() {} };
      if (delivered) replace(...deliveries(context, order));
      else replace(pay.node ?? goods(order, words));
    }
    next.hidden = !over;
    next.querySelector('.again').hidden = order.order_state !== 'Expired';
  };

  /** What was just heard of the order is what is known of it, until the next. */
  const hear = (order) => {
    shop.known = { order, at: Date.now() };
    trouble.replaceChildren();
    draw(order);
  };

  let watch = null;
  let retryClock;
  let left = false;

  function follow() {
    trouble.replaceChildren();
    clearInterval(retryClock);
    watch?.close();
    watch = api.client(shop.country).watch(id, {
      onOrder: (order) => { if (!left) hear(order); },
      onState: (now) => { if (!left) drawConnection(now); },
      onEnd: (end) => { if (!left) ended(end); },
      // With the order on the page, the connection line says enough; without it there would be nothing to see.
      onError: (error) => { if (!left && !latest) noOrderYet(error); },
    });
  }

  function noOrderYet(error) {
    const { title, text } = api.explain(error);
    trouble.replaceChildren(failure({ title, text: `${text} ${t.goesOnTrying}`, tone: 'warn', action: { label: t.checkAgain, run: () => watch.refresh() } }));
  }

  let lastState;
  function drawConnection(now) {
    lastState = now;
    clearInterval(retryClock);
    const words = connectionWords(t, now);
    const paint = () => {
      const { kind, text } = words();
      connection.dataset.kind = kind;
      if (connection.textContent !== text) connection.textContent = text;
    };
    paint();
    if (now.status === 'backoff') retryClock = setInterval(paint, 500);
  }
  const network = () => {
    if (!lastState || connection.hidden) return;
    drawConnection(lastState);
    announce(navigator.onLine ? t.connection.online : t.connection.offline);
  };
  addEventListener('online', network);
  addEventListener('offline', network);

  function ended(end) {
    // Closed by this page: to leave it, or to begin again.
    if (end.reason === 'closed' || end.reason === 'aborted') return;
    drawConnection({ status: 'ended' });
    const order = end.order ?? latest;
    if (order && isFinal(order)) {
      hear(order);
      return;
    }
    // Unknown, or placed in another browser: an order's number alone opens nothing.
    const status = end.error?.status;
    if ([401, 403, 404, 410].includes(status)) {
      // What a server refuses today it may show tomorrow.
      if (status === 404 || status === 410) forgetOrder(id);
      trouble.replaceChildren();
      state.dataset.state = 'NotFound';
      heading.textContent = t.notFoundTitle;
      told.textContent = '';
      replace(startAgain('warn', t.notFound));
      side.hidden = true;
      connection.hidden = true;
      announce(t.notFoundTitle);
      return;
    }
    const { title, text } = end.error ? api.explain(end.error) : { title: t.updatesStopped[0], text: t.updatesStopped[1] };
    trouble.replaceChildren(failure({ title, text, action: { label: t.checkAgain, run: follow } }));
    if (!latest) replace();
  }

  // Nobody is to pay by what was known a while ago: meanwhile it may have been paid.
  const known = shop.known?.order.order_id === id ? shop.known : null;
  if (known && (isFinal(known.order) || (navigator.onLine && Date.now() - known.at < FRESH_MS))) draw(known.order);
  // The wallet link needs a token's contract from the list of coins; without it the address alone will do.
  api.vias(shop.country).then((list) => {
    vias = list;
    if (!left && latest && wordsOf(t, latest).pay) draw(latest);
  }, () => {});
  follow();

  return {
    ownHeading: true,
    title: heading.textContent,
    trail,
    body: [trouble, h('div', { class: 'with-aside' }, h('div', { class: 'stack' }, state, main, next), side)],
    leave() {
      left = true;
      // A stream that is open and silent says that nothing has changed.
      if (latest && navigator.onLine && lastState?.status === 'live') shop.known = { order: latest, at: Date.now() };
      clearInterval(retryClock);
      removeEventListener('online', network);
      removeEventListener('offline', network);
      pay.stop();
      watch?.close();
    },
  };
}

/** What was ordered, while there is nothing else to show. */
function goods(order, { tone }) {
  const thing = order.deliveries?.[0]?.deliverable;
  if (!thing) return h('div', { class: 'slot' });
  const value = plain(thing.localized_denomination ?? thing.denomination);
  return h('div', { class: 'card row nowrap' }, icon(tone ? 'alert' : 'gift', 'big'), h('h3', null, [plain(thing.brand_name), value !== 'range' ? value : ''].filter(Boolean).join(', ')));
}

function drawStages(t, list, { at, stuck }) {
  list.replaceChildren(...STAGES.map((name, place) => {
    const past = place < at;
    const now = place === at;
    return h('li', { class: `stage ${past ? 'past' : now ? `now ${stuck ? 'stuck' : ''}` : ''}`.trim(), 'aria-current': now ? 'step' : null },
      h('span', { class: 'stage-dot', 'aria-hidden': 'true' }, past ? icon('check') : String(place + 1)),
      h('span', { class: 'stage-name' }, t.stages[name], past && h('span', { class: 'visually-hidden' }, t.stageDone)));
  }));
}
