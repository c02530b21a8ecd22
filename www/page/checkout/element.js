// <cr-checkout>: the whole checkout as one element. Its attributes, its shadow root, and which step it shows.
//
//   <cr-checkout country="US" lang="en" coin="USDC" base="/api" theme="auto"></cr-checkout>
//
// All of them may be left out. `country` and `lang` are detected, `base` is where the shop's own server is. With `route="off"` it leaves the
// page's address alone. It tells its page by events that bubble: `cr-step` { step }, `cr-order` { orderId, state, stage }.
import { orderStage } from 'cryptorefills-checkout';
import { createApi } from './api.js';
import { focusOn, h } from './dom.js';
import { detectLanguage, loadLanguage, MAIN_LANGUAGE } from './lang.js';
import { notes } from './notes.js';
import { onOrders } from './orders.js';
import { createRouter } from './route.js';
import { detectCountry, newShop } from './shop.js';
import { brandsStep } from './steps/brands.js';
import { detailsStep } from './steps/details.js';
import { orderStep } from './steps/order.js';
import { reviewStep } from './steps/review.js';
import base from './styles/base.css';
import parts from './styles/parts.css';
import steps from './styles/steps.css';
import tokens from './styles/tokens.css';

const STEPS = { brands: brandsStep, details: detailsStep, review: reviewStep, order: orderStep };
const TRAIL = ['choose', 'details', 'check', 'pay'];

/** One sheet for all checkouts of a page. A sheet made by script needs no `unsafe-inline` in the page's policy. */
let sheet;
function styles() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync([tokens, base, parts, steps].join('\n'));
  }
  return sheet;
}

/**
 * What every step and field is handed.
 * @typedef {object} Context
 * @property {ShadowRoot} root
 * @property {typeof import('./lang/en.js').default} lang
 * @property {typeof import('./lang/en.js').default.texts} t
 * @property {ReturnType<typeof createApi>} api
 * @property {ReturnType<typeof newShop>} shop
 * @property {ReturnType<typeof createRouter>} router
 * @property {(route: import('./route.js').Route, o?: { replace?: boolean }) => void} go
 * @property {(text: string) => void} announce says something to screen readers, without moving focus
 * @property {(order: any) => void} tellOrder tells the page around of an order's state, of each once
 * @property {(at: number) => void} onTrail shows how far along the steps the shopper is; past the last one, all are done
 */

export class CrCheckout extends HTMLElement {
  static observedAttributes = ['country', 'lang', 'coin', 'base', 'theme', 'dir'];

  #frame = h('div', { class: 'checkout', part: 'checkout' });
  #main = h('div', { class: 'main' });
  #trail = h('ol', { class: 'trail' });
  #notes = h('div', { class: 'slot stack' });
  #voice = h('p', { class: 'visually-hidden', role: 'status' });
  #dark = matchMedia('(prefers-color-scheme: dark)');
  /** @type {Context | undefined} */
  #context;
  /** The step shown, as its own function gave it. @type {any} */
  #step = {};
  #first = true;
  #turn = 0;
  #stopNotes = () => {};
  #paint = () => this.#applyTheme();
  #dispatch = (event) => this.#clicked(event);

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [styles()];
    this.#frame.append(this.#main, this.#voice);
    root.append(this.#frame);
  }

  /** The step shown: `brands`, `details`, `review` or `order`. */
  get step() { return this.#main.dataset.step ?? ''; }

  connectedCallback() {
    this.#dark.addEventListener('change', this.#paint);
    this.#frame.addEventListener('click', this.#dispatch);
    this.#stopNotes = onOrders(() => this.#drawNotes());
    this.#applyTheme();
    this.#begin();
  }

  disconnectedCallback() {
    this.#dark.removeEventListener('change', this.#paint);
    this.#frame.removeEventListener('click', this.#dispatch);
    this.#stopNotes();
    this.#turn += 1;
    this.#end();
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.isConnected) return;
    if (name === 'theme') this.#applyTheme();
    else if (name === 'country') {
      if (!this.#context) return;
      const { shop, go } = this.#context;
      shop.country = detectCountry(after);
      // An order that is under way is not left for it.
      if (this.step !== 'order') go({ step: 'brands', country: shop.country });
    } else this.#begin();
  }

  #applyTheme() {
    const wanted = this.getAttribute('theme');
    this.#frame.dataset.theme = wanted === 'dark' || wanted === 'light' ? wanted : this.#dark.matches ? 'dark' : 'light';
  }

  #end() {
    this.#leave();
    this.#context?.router.stop();
  }

  #leave() {
    this.#step.leave?.();
    this.#step = {};
  }

  /** Builds everything that hangs on the attributes. What the shopper has chosen so far is kept, and where they are. */
  async #begin() {
    const turn = (this.#turn += 1);
    const tag = this.getAttribute('lang') || detectLanguage();
    const lang = await loadLanguage(tag, MAIN_LANGUAGE);
    if (turn !== this.#turn) return;
    const before = this.#context;
    const shop = before?.shop ?? newShop();
    this.#end();
    shop.coin = this.getAttribute('coin') || '';
    shop.country ||= detectCountry(this.getAttribute('country'));
    shop.settled = (outcome) => this.#settled(outcome);
    const router = createRouter({ useAddress: this.getAttribute('route') !== 'off', at: before?.router.current(), onchange: () => this.#show() });
    this.#frame.lang = lang.tag;
    this.#frame.dir = this.getAttribute('dir') || lang.dir || 'ltr';
    this.#frame.setAttribute('role', 'region');
    this.#frame.setAttribute('aria-label', lang.texts.checkout);
    this.#context = {
      root: this.shadowRoot,
      lang,
      t: lang.texts,
      api: createApi({ base: this.getAttribute('base') || '/api', lang }),
      shop,
      router,
      go: (route, o) => router.go(route, o),
      // What is said a second time is another text, or nobody would hear it.
      announce: (text) => { this.#voice.textContent = this.#voice.textContent === text ? `${text}\u00a0` : text; },
      tellOrder: ({ order_id: orderId, order_state: state }) => {
        if (shop.told.get(orderId) === state) return;
        shop.told.set(orderId, state);
        this.#emit('cr-order', { orderId, state, stage: orderStage(state) });
      },
      onTrail: (at) => drawTrail(this.#trail, lang.texts, at),
    };
    // Whoever changed an attribute did so elsewhere: focus stays there.
    this.#first = true;
    router.start();
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** @param {import('./placing.js').Outcome} outcome */
  #settled(outcome) {
    const { shop, tellOrder, announce, t } = this.#context;
    if (outcome.order) {
      shop.known = { order: outcome.order, at: Date.now() };
      tellOrder(outcome.order);
    }
    if (shop.review === outcome.review) shop.review = null;
    // Who still looks at what they have ordered goes on from there; nobody is taken away from anything else.
    if (this.#step.settled?.(outcome)) return;
    shop.outcome = outcome;
    this.#drawNotes();
    announce(outcome.order ? t.orderPlaced : outcome.refused ? t.notPlaced : t.unsure[0]);
  }

  #drawNotes() {
    const context = this.#context;
    if (!context || !this.step) return;
    const { shop, router } = context;
    const route = router.current();
    if (route.step === 'order' && route.order === shop.outcome?.order?.order_id) shop.outcome = null;
    const focused = this.#notes.contains(this.shadowRoot.activeElement);
    this.#notes.replaceChildren(...notes(context, route, () => this.#drawNotes()));
    if (focused) focusOn(this.#main.querySelector('h2'));
  }

  /** A click on a link to a step goes there without leaving the page; with a modifier key it is an ordinary link. */
  #clicked(event) {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.('a[data-step]');
    if (!link || !this.#context) return;
    event.preventDefault();
    this.#context.router.follow(link);
  }

  #show() {
    const context = this.#context;
    const { t, shop, router } = context;
    this.#leave();
    const route = router.current();
    if (route.country) shop.country = route.country;
    route.country = shop.country;

    const step = STEPS[route.step](context, route);
    if (step.redirect) {
      router.go(step.redirect, { replace: true });
      return;
    }
    this.#step = step;
    if (step.trail) context.onTrail(step.trail);
    const heading = step.ownHeading ? null : h('h2', { class: 'title' }, step.title);
    this.#main.dataset.step = route.step;
    this.#main.replaceChildren(h('div', { class: 'step' },
      h('div', { class: 'step-top' }, step.trail && this.#trail,
        step.back && h('a', { class: 'back', ...router.link(step.back.route) }, h('span', { class: 'arrow', 'aria-hidden': 'true' }), step.back.label)),
      heading && h('div', { class: 'step-head' }, heading, step.lede && h('p', { class: 'lede' }, step.lede)),
      this.#notes,
      ...step.body.filter(Boolean)));
    this.#drawNotes();
    this.#emit('cr-step', { step: route.step });
    if (!this.#first) {
      const top = this.getBoundingClientRect().top;
      if (top < 0) scrollBy({ top, behavior: 'instant' });
      if (!step.focus?.()) focusOn(heading ?? this.#main.querySelector('h2') ?? this.#frame);
    }
    this.#first = false;
  }
}

function drawTrail(list, t, at) {
  list.setAttribute('aria-label', t.trail.label);
  list.replaceChildren(...TRAIL.map((name, place) => h('li', {
    class: place + 1 < at ? 'past' : null,
    'aria-current': place + 1 === at ? 'step' : null,
  }, h('span', null, t.trail[name]))));
}

if (!customElements.get('cr-checkout')) customElements.define('cr-checkout', CrCheckout);
