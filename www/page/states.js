// The page of all states: it drives checkouts through the sandbox's magic inputs and its control, and keeps a picture of each state, made
// of the same elements and styles. A state that cannot be reached is shown as a failure, so the page is a test as well.
import './checkout/element.js';

const BOUND_MS = 20_000;
const choices = new URLSearchParams(location.search);
const wanted = (name, otherwise) => choices.get(name) || otherwise;
const form = document.getElementById('choices');
const gallery = document.getElementById('gallery');
const contents = document.getElementById('contents');
const workshop = document.getElementById('workshop');
const progress = document.getElementById('progress');
const CARD = 'Wobblewick Market';

/* ---- what is chosen above ---- */

for (const select of form.elements) select.value = wanted(select.name, select.value);
form.addEventListener('change', () => { location.search = String(new URLSearchParams(new FormData(form))); });
document.documentElement.dataset.theme = form.elements.theme.value;
document.documentElement.style.setProperty('--frame', `${form.elements.width.value}px`);

/* ---- what a browser and a server may be like, in the place of what they are ---- */

/** The orders of this page are none of the visitor's: they are kept here. @type {Map<string, string>} */
const memory = new Map();
Object.defineProperty(window, 'localStorage', {
  value: { getItem: (key) => memory.get(key) ?? null, setItem: (key, text) => memory.set(key, text), removeItem: (key) => memory.delete(key) },
});
const remember = (...orders) => memory.set('cr-checkout-orders', JSON.stringify(orders.map((order, at) => ({ over: false, at: Date.now() - at, ...order }))));
const anOrder = (digit) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

const real = { fetch: window.fetch.bind(window), setTimeout: window.setTimeout, EventSource: window.EventSource, compile: WebAssembly.Module };
/** What the shop's server answers instead; nothing where it is to answer itself. @type {(url: string, init: any) => Promise<Response | void> | Response | void} */
let server = () => {};
window.fetch = async (url, init) => (String(url).startsWith('/api') && await server(String(url), init)) || real.fetch(url, init);
const unreachable = () => { throw new TypeError('unreachable'); };
/** The order as it is, but for some of it, however it is asked for. @param {(order: any) => object} change */
const changed = (change) => async (url, init) => {
  if (!/\/orders(\/[^/]+)?$/u.test(url)) return undefined;
  const order = await (await real.fetch(url, init)).json();
  return Response.json({ ...order, ...change(order) });
};

function online(is) {
  if (is) delete navigator.onLine;
  else Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
  window.dispatchEvent(new Event(is ? 'online' : 'offline'));
}
/** A wait of so many milliseconds is over at once. */
const hurry = (wait) => { window.setTimeout = (run, ms, ...rest) => real.setTimeout.call(window, run, ms === wait ? 0 : ms, ...rest); };
const clipboard = (write) => Object.defineProperty(navigator, 'clipboard', { value: { writeText: write }, configurable: true });

/** A stream that says nothing but its end. */
class Ending extends EventTarget {
  constructor() {
    super();
    queueMicrotask(() => this.dispatchEvent(new MessageEvent('stop', { data: '{}' })));
  }

  close() {}
}

function asTheyAre() {
  memory.clear();
  server = () => {};
  window.setTimeout = real.setTimeout;
  window.EventSource = real.EventSource;
  WebAssembly.Module = real.compile;
  if (!navigator.onLine) online(true);
  if (location.hash) history.replaceState(null, '', location.pathname + location.search);
}

/* ---- driving a checkout ---- */

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

/**
 * A checkout of its own, and what a shopper does with it. It leaves the address alone, unless it is to be opened by one.
 * @param {{ country?: string, address?: string, orders?: any[], placing?: boolean }} [o] `orders` this browser remembers, or that it was `placing` one
 */
function open({ country = 'US', address, orders = [], placing = false } = {}) {
  // The one before has heard the last of it.
  workshop.replaceChildren();
  asTheyAre();
  remember(...orders);
  if (placing) memory.set('cr-checkout-placing', JSON.stringify([Date.now()]));
  if (address) history.replaceState(null, '', address);
  const element = make('cr-checkout', { base: '/api', country, lang: form.elements.lang.value, theme: form.elements.theme.value, coin: 'USDC' });
  if (!address) element.setAttribute('route', 'off');
  if (form.elements.dir.value) element.setAttribute('dir', form.elements.dir.value);
  if (form.elements.text.value === '200') element.style.setProperty('--cr-unit', '2rem');
  let order;
  element.addEventListener('cr-order', ({ detail }) => { order = detail.orderId; });
  workshop.replaceChildren(element);
  const root = element.shadowRoot;
  const drive = {
    element,
    root,
    find: (selector) => root.querySelector(selector),
    /** Waits until something is there. @param {string | (() => unknown)} what */
    until(what) {
      const holds = typeof what === 'string' ? () => root.querySelector(what) : what;
      return new Promise((resolve, reject) => {
        const done = () => {
          const found = holds();
          if (!found) return;
          clearTimeout(limit);
          observer.disconnect();
          resolve(found);
        };
        const observer = new MutationObserver(done);
        const limit = setTimeout(() => {
          observer.disconnect();
          const said = root.querySelector('.error:not([hidden]), .notice.bad')?.textContent ?? '';
          reject(new Error(`${what} did not come within ${BOUND_MS / 1000} s. ${said}`));
        }, BOUND_MS);
        observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
        done();
      });
    },
    async fill(selector, text) {
      const input = await drive.until(selector);
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    },
    async click(selector) {
      (await drive.until(selector)).click();
    },
    async brand(name) {
      await drive.until('a.brand');
      await drive.fill('input[type="search"]', name);
      await drive.click('a.brand');
      await drive.until('form input[type="email"]');
    },
    /** A value that goes to a phone, whatever it is called in this language. */
    async toPhone(number) {
      for (const radio of root.querySelectorAll('fieldset:first-of-type input[type="radio"]')) {
        if (!root.querySelector('input[type="tel"]').closest('.field').hidden) break;
        radio.click();
      }
      await drive.fill('input[type="tel"]', number);
    },
    async submit(email) {
      await drive.fill('input[type="email"]', email);
      drive.find('form').requestSubmit();
    },
    async refused(email) {
      await drive.submit(email);
      await drive.until(() => !root.querySelector('.busy') && root.querySelector('.error:not([hidden]), .notice.bad'));
    },
    async review(name, email, pay = []) {
      await drive.brand(name);
      for (const value of pay) await drive.click(`input[type="radio"][value="${value}"]`);
      if (!root.querySelector('.square').closest('[hidden]')) await drive.fill('input[inputmode="decimal"]', '25');
      await drive.submit(email);
      await drive.until('.facts');
    },
    async order(name, email, pay) {
      await drive.review(name, email, pay);
      await drive.click('.button.main');
      await drive.state(() => order);
    },
    state: (holds) => drive.until(() => root.querySelector('[data-testid="order-state"]')?.dataset.state && holds()),
    async move(state) {
      await control('POST', `orders/${order}/move`, { state });
      await drive.until(`[data-state="${state}"]`);
    },
  };
  return drive;
}

async function control(method, path, body) {
  const response = await real.fetch(`/_sandbox/${path}`, { method, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`the sandbox’s control answered ${response.status} to ${path}`);
  return response.status === 204 ? undefined : response.json();
}
/** The client asks twice before it gives up. */
const spoil = (endpoint, fault, times = 2) => control('POST', 'faults', { endpoint, fault, times });
const mend = () => control('DELETE', 'faults');

/* ---- the states, group by group: each `yield` is a state that is reached, with its name and what brings it about ---- */

async function* brands() {
  let drive = open();
  WebAssembly.Module = class { constructor() { throw new Error('not here'); } };
  await drive.until('.notice.bad');
  yield [drive, 'The package cannot be loaded', ''];
  drive = open();
  await drive.until('a.brand');
  yield [drive, 'The shop’s front', ''];
  await drive.fill('input[type="search"]', 'p');
  await drive.until(() => drive.root.querySelectorAll('a.brand').length > 1);
  yield [drive, 'Searching', 'p'];
  await drive.fill('input[type="search"]', 'no such brand');
  await drive.until('.notice');
  yield [drive, 'Nothing found', ''];
  await drive.fill('input[type="search"]', '');
  await drive.click('[data-slug="games"]');
  yield [drive, 'One category', 'games'];
  await drive.click('input[role="combobox"]');
  await drive.until('.option');
  yield [drive, 'Choosing a country', ''];
  for (const [title, remembered] of [
    ['An order that is not finished', { orders: [{ id: anOrder(1) }] }],
    ['Orders that are not finished, and the last one that is', { orders: [{ id: anOrder(1) }, { id: anOrder(2) }, { id: anOrder(3), over: true }] }],
    ['The last order', { orders: [{ id: anOrder(3), over: true }] }],
    ['A page left while it placed an order', { placing: true }],
  ]) {
    drive = open(remembered);
    await drive.until('a.brand');
    yield [drive, title, ''];
  }
  drive = open({ country: 'AQ' });
  await drive.until('.notice');
  yield [drive, 'Nothing sold in a country', 'AQ'];
  await spoil('brands', 'slow', 1);
  drive = open();
  await drive.until('.bone');
  yield [drive, 'Loading', 'brands: slow'];
  await mend();
  for (const [title, fault] of [['The supplier is down', '503'], ['Too many requests', '429'], ['An answer that cannot be read', 'html']]) {
    await spoil('brands', fault, 4);
    drive = open();
    await drive.until('.notice.bad');
    await mend();
    yield [drive, title, `brands: ${fault}`];
  }
  for (const [title, happen] of [
    ['The shop cannot be reached', () => {}], ['Offline', () => online(false)],
    ['No answer in time', () => { server = () => new Promise(() => {}); hurry(12_000); }],
  ]) {
    drive = open();
    server = unreachable;
    happen();
    await drive.until('.notice.bad');
    yield [drive, title, ''];
  }
}

async function* details() {
  let drive = open();
  await drive.brand(CARD);
  yield [drive, 'Fixed values', CARD];
  await drive.click('.choice:last-child input[type="radio"]');
  await drive.until('input[inputmode="decimal"]');
  await drive.fill('input[inputmode="decimal"]', '40');
  await drive.until(() => /\d/u.test(drive.find('.price-line')?.textContent ?? ''));
  yield [drive, 'A range with limits, steps and a live price', '40'];
  await drive.fill('input[inputmode="decimal"]', '4000.5');
  await drive.refused('not an address');
  yield [drive, 'What was typed cannot be', 'before anything is sent'];
  await spoil('price', '503', 4);
  await drive.fill('input[inputmode="decimal"]', '41');
  await drive.until(() => /^[^\d…]+$/u.test(drive.find('.price-line')?.textContent ?? ''));
  await mend();
  yield [drive, 'No price for it', 'price: 503'];
  await drive.submit('validate-slow@example.com');
  await drive.until('.busy');
  yield [drive, 'Being checked', 'validate-slow@example.com'];
  drive = open();
  await drive.until('a.brand');
  await spoil('products', 'slow', 1);
  await drive.click('a.brand');
  await drive.until('.bone.tall');
  yield [drive, 'Loading', 'products: slow'];
  await mend();
  drive = open({ address: '#country=US&brand=Nobody' });
  await drive.until('.notice');
  yield [drive, 'A brand that is gone', '#country=US&brand=Nobody'];
  drive = open();
  await drive.brand('Nimbofon Credits');
  await drive.toPhone('12');
  await drive.refused('shopper@example.com');
  yield [drive, 'A top-up, with a number that is none', 'Nimbofon Credits'];
  drive = open();
  await drive.brand('Extraordinarily');
  yield [drive, 'A long name', ''];
  drive = open();
  await drive.brand('eSIM');
  yield [drive, 'An eSIM', 'eSIM'];
  drive = open();
  await drive.brand('Oddsock');
  for (const fold of drive.root.querySelectorAll('details')) fold.open = true;
  await drive.until(() => drive.root.querySelector('.prose p, .prose li'));
  yield [drive, 'Hostile texts', 'Oddsock'];
  await spoil('payment_vias', '503', 4);
  drive = open();
  await drive.brand(CARD);
  await mend();
  yield [drive, 'No list of coins', 'payment_vias: 503'];
  await spoil('products', '503', 4);
  drive = open();
  await drive.until('a.brand');
  await drive.click('a.brand');
  await drive.until('.notice.bad');
  await mend();
  yield [drive, 'The supplier is down', 'products: 503'];
}

async function* problems() {
  const { inputs } = await control('GET', 'inputs');
  const codes = inputs.filter(({ group }) => group === 'problem').map(({ input }) => input);
  const drive = open();
  await drive.brand(CARD);
  for (const email of [...codes, 'problem+SOMETHING_NEW@example.com', 'validate-503@example.com', 'validate-429@example.com']) {
    await drive.refused(email);
    yield [drive, email.split('@')[0].replace('problem+', ''), email];
  }
}

async function* coupons() {
  const { inputs } = await control('GET', 'inputs');
  const codes = inputs.filter(({ group }) => group === 'coupon').map(({ input }) => input);
  for (const code of codes) {
    const drive = open();
    await drive.brand(CARD);
    drive.find('.coupon').open = true;
    await drive.fill('.coupon input', code);
    await drive.submit('shopper@example.com');
    await drive.until(() => drive.find('.facts, .error:not([hidden])'));
    yield [drive, `Coupon ${code}`, code];
  }
}

async function* review() {
  let drive = open();
  await drive.review(CARD, 'shopper@example.com');
  yield [drive, 'The total, before ordering', ''];
  drive = open({ orders: [{ id: anOrder(1) }] });
  await drive.review(CARD, 'shopper@example.com');
  yield [drive, 'Another order is open', ''];
  drive = open();
  await drive.brand(CARD);
  server = (url) => {
    if (!url.endsWith('/validations')) return undefined;
    server = () => {};
    return Response.json({ status: 400, detail: 'SUSPENDED_NETWORK' }, { status: 400 });
  };
  await drive.refused('shopper@example.com');
  await drive.click('.remedies .button');
  await drive.until('.facts');
  yield [drive, 'Another network was found', ''];
  drive = open();
  await drive.review(CARD, 'create-slow@example.com');
  await drive.click('.button.main');
  await drive.until('.busy');
  yield [drive, 'Being placed', 'create-slow@example.com'];
  for (const [title, email] of [['Nobody can tell whether it was placed', 'create-lost@example.com'], ['The supplier is down', 'create-503@example.com']]) {
    drive = open();
    await drive.review(CARD, email);
    await drive.click('.button.main');
    await drive.until('.notice.bad');
    yield [drive, title, email];
  }
}

async function* orders() {
  let drive = open();
  await drive.order(CARD, 'hold@example.com');
  await drive.until('.qr-code svg');
  yield [drive, 'WaitingForPayment', 'hold@example.com'];
  await drive.until('[data-kind="live"]');
  online(false);
  await drive.until('[data-kind="retry"]');
  yield [drive, 'Offline', ''];
  online(true);
  for (const [title, write] of [['Copied', async () => {}], ['To be copied by hand', async () => { throw new Error('forbidden'); }]]) {
    clipboard(write);
    await drive.click('.copy-value button');
    await drive.until(() => !/^(Copy|コピー)$/u.test(drive.find('.copy-value button').textContent));
    yield [drive, title, ''];
  }
  delete navigator.clipboard;
  for (const state of ['PaymentStarted', 'PaymentReceived', 'WaitingForDelivery', 'WaitingForManualAction']) {
    await drive.move(state);
    yield [drive, state, `moved to ${state}`];
  }
  for (const state of ['Created', 'PartialPaymentStarted', 'Expired', 'PaymentFailed', 'PaymentSetupFailed', 'Refunded', 'Canceled']) {
    drive = open();
    await drive.order(CARD, 'hold@example.com');
    await drive.move(state);
    yield [drive, state, `moved to ${state}`];
  }
  for (const [title, change] of [
    ['The address is on its way', () => ({ order_state: 'Created', wallet_address: null })],
    ['Under five minutes', () => ({ payment_requested_at: String(Math.floor(Date.now() / 1000) - 26 * 60) })],
  ]) {
    drive = open();
    server = changed(change);
    await drive.order(CARD, 'hold+nostream@example.com');
    await drive.until('.card .busy, .clock.short');
    yield [drive, title, ''];
  }
  drive = open();
  server = changed(({ coin_amount: all }) => ({ sent_coin_amount: all }));
  await drive.order(CARD, 'hold+nostream@example.com');
  await drive.until('.stage.past');
  yield [drive, 'All of it is there, and the order does not say so yet', ''];
  drive = open();
  server = changed(() => ({ coin_amount: '0.5' }));
  await drive.order(CARD, 'hold+nostream@example.com', ['BTC', 'Lightning']);
  await drive.until('.notice.bad');
  yield [drive, 'An invoice over another amount', 'BTC on Lightning'];
  drive = open();
  await drive.order(CARD, 'newstate@example.com');
  await drive.state(() => !['Created', 'WaitingForPayment', 'PaymentStarted', 'PaymentReceived'].includes(drive.find('[data-state]').dataset.state));
  yield [drive, 'A state nobody has heard of', 'newstate@example.com'];
  drive = open();
  await drive.order(CARD, 'hold+nostream@example.com');
  await drive.until('[data-kind="retry"]');
  yield [drive, 'Reconnecting', 'hold+nostream@example.com'];
  await drive.until(() => /\d/u.test(drive.find('[data-kind="poll"]')?.textContent ?? ''));
  yield [drive, 'Checking every few seconds', 'hold+nostream@example.com'];
  drive = open();
  window.EventSource = Ending;
  await drive.order(CARD, 'hold@example.com');
  await drive.until('.notice.bad');
  yield [drive, 'The updates have stopped', ''];
  drive = open({ orders: [{ id: anOrder(0) }] });
  await drive.click('.notice a.button');
  await drive.until('.bone.tall');
  yield [drive, 'Loading', ''];
  await drive.until('[data-state="NotFound"]');
  yield [drive, 'There is no such order', ''];
  drive = open({ address: '#order=12345678' });
  await drive.until('.notice.warn');
  yield [drive, 'An order of another browser', '#order=12345678'];
  drive = open({ orders: [{ id: anOrder(0) }] });
  server = unreachable;
  window.EventSource = undefined;
  await drive.until('.notice.bad');
  await drive.click('.notice a.button');
  await drive.until('[data-testid="order-state"]');
  await drive.until('.notice.warn');
  yield [drive, 'An order that cannot be asked for', ''];
}

async function* codes() {
  for (const [title, brand, country] of [
    ['A code and its serial number', CARD, 'US'], ['A security code', 'Smørhattan Grocers', 'US'], ['A link', 'Pixelbadger Pass', 'US'],
    ['A barcode', 'Café Zéphyr & Fils', 'FR'], ['An eSIM', 'eSIM', 'US'],
  ]) {
    const drive = open({ country });
    await drive.order(brand, 'hold@example.com');
    await drive.move('Done');
    await drive.until('.code-box');
    if (brand === CARD) yield [drive, 'Delivered, the code hidden', brand];
    await drive.click('.code-box .button.main');
    await drive.until('[data-testid="code"]');
    yield [drive, title, brand];
  }
  const drive = open();
  await drive.brand('Nimbofon Credits');
  await drive.toPhone('+14155552671');
  await drive.submit('hold@example.com');
  await drive.until('.facts');
  await drive.click('.button.main');
  await drive.state(() => true);
  await drive.move('Done');
  yield [drive, 'A top-up', 'Nimbofon Credits'];
}

/* ---- making the pictures ---- */

/** All of a picture is there, on the screen or not: nothing scrolls to it. */
const whole = new CSSStyleSheet();
whole.replaceSync('.brands:not(.strip) > li { content-visibility: visible; }');

/** A copy that stays as it is: the same nodes under the same styles, with nothing behind them. */
function picture({ element, root }) {
  const copy = make('div');
  const shadow = copy.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = [...root.adoptedStyleSheets, whole];
  shadow.append(...[...root.childNodes].map((node) => node.cloneNode(true)));
  // Said once already, in the workshop.
  for (const voice of shadow.querySelectorAll('[role="status"], [role="alert"]')) voice.removeAttribute('role');
  for (const image of shadow.querySelectorAll('img')) image.loading = 'lazy';
  copy.style.cssText = element.style.cssText;
  return make('div', { class: 'view' }, copy);
}

const GROUPS = { Brands: brands, Details: details, Problems: problems, Coupons: coupons, Review: review, Orders: orders, Codes: codes };
let reached = 0;
let failed = 0;

for (const [name, states] of Object.entries(GROUPS)) {
  if (choices.get('only') && choices.get('only') !== name) continue;
  const frames = make('div', { class: 'frames' });
  const id = name.toLowerCase();
  contents.append(make('a', { href: `#${id}` }, name));
  gallery.append(make('section', { id, 'aria-label': name }, make('h2', {}, name), frames));
  try {
    for await (const [drive, title, input] of states()) {
      reached += 1;
      frames.append(make('figure', { class: 'frame', 'data-name': `${id}-${reached}` },
        make('figcaption', {}, make('b', {}, title), ...(input ? [make('code', {}, input)] : [])), picture(drive)));
      progress.textContent = `${reached} states so far: ${name}, ${title}`;
    }
  } catch (error) {
    failed += 1;
    asTheyAre();
    await mend().catch(() => {});
    frames.append(make('p', { class: 'failed', role: 'alert' }, `${name} stopped here: ${error.message}`));
  }
}
workshop.replaceChildren();
asTheyAre();
progress.textContent = `${reached} states${failed ? `, ${failed} groups stopped before their end` : ''}.`;
document.body.dataset.states = String(reached);
document.body.dataset.failed = String(failed);
