// Step 2: one brand's values, who gets it and how it is paid. Leaving it forward means the order has been validated.
import { checkBeneficiary, checkDraft } from 'cryptorefills-checkout';
import { issueText, problemText } from 'cryptorefills-checkout/messages';
import { failure, h, skeleton } from '../dom.js';
import { couponField } from '../fields/coupon.js';
import { paymentField } from '../fields/payment.js';
import { recipientField } from '../fields/recipient.js';
import { deliveryOf, sellable, valueField, valueName } from '../fields/value.js';
import { hasText, prose } from '../html.js';
import { logo } from '../logo.js';
import { remediesOf } from '../remedies.js';
import { RECOMMENDED } from '../shop.js';
import { countryName, kindName, plain } from '../text.js';

/** @param {import('../element.js').Context} context @param {import('../route.js').Route} route */
export function detailsStep(context, route) {
  const { t, lang, api, shop, go } = context;
  const { country, brand } = route;
  const body = h('div', { class: 'stack' });
  let form = null;
  let live = true;

  const load = async () => {
    body.setAttribute('aria-busy', 'true');
    body.replaceChildren(h('div', { class: 'with-aside' }, h('div', { class: 'stack' }, ...skeleton(3, 'tall')), h('div', { class: 'stack' }, ...skeleton(1, 'card-bone'))));
    try {
      const coin = shop.form.coin || shop.coin || RECOMMENDED.coin;
      const [groups, vias] = await Promise.all([api.products({ country, brand, coin }), api.vias(country).catch(() => null)]);
      if (!live) return;
      const group = pickGroup(groups, brand);
      if (!group || group.is_out_of_stock === true || sellable(group).length === 0) {
        body.replaceChildren(failure({
          tone: 'warn',
          title: t.brandGone(plain(brand)),
          text: t.brandGoneText(countryName(lang.tag, country)),
          action: { label: t.remedies.otherBrands, run: () => go({ step: 'brands', country }) },
        }));
        return;
      }
      form = detailsForm(context, { group, vias, country });
      body.replaceChildren(form.node);
      form.start();
    } catch (error) {
      if (!live) return;
      body.replaceChildren(failure({ ...api.explain(error), action: { label: t.tryAgain, run: load } }));
    } finally {
      body.removeAttribute('aria-busy');
    }
  };
  load();

  return {
    title: plain(brand),
    trail: 2,
    back: { route: { step: 'brands', country }, label: t.allBrands },
    body: [body],
    leave() { live = false; form?.stop(); },
  };
}

/** The answer may hold the whole family: the brand asked for counts. */
function pickGroup(groups, brand) {
  const wanted = brand.toLowerCase();
  return (groups ?? []).find((group) => group.brand === brand)
    ?? (groups ?? []).find((group) => group.brand?.toLowerCase() === wanted);
}

function detailsForm(context, { group, vias, country }) {
  const { t, lang, api, shop, go, announce } = context;
  const { messages } = lang;
  const key = `${country} ${group.brand}`;
  if (shop.form.brandKey !== key) Object.assign(shop.form, { brandKey: key, product: '', amount: '' });
  const kept = shop.form;

  const recipient = recipientField(context, {
    email: kept.email,
    phone: kept.phone,
    issue: (kind, text) => {
      const [issue] = checkBeneficiary(kind, text, country);
      return issue && issueText(issue, messages);
    },
  });
  const payment = paymentField(context, { vias, wanted: shop.coin, coin: kept.coin, network: kept.network, oncoin: reprice, onchange: () => summarise() });
  const coupon = couponField(context, { code: kept.coupon });
  const chosen = h('span', { class: 'chosen' });
  const estimate = h('p', { class: 'estimate' });
  const way = h('p', { class: 'soft small' });
  const value = valueField(context, {
    group,
    country,
    coin: () => payment.coin,
    selected: kept.product,
    amount: kept.amount,
    onproduct: (product) => recipient.show(deliveryOf(product)),
    onprice: () => summarise(),
    amountIssue: (product, amount) => {
      const issue = checkDraft(draftOf({ amount, product }), product).find(({ path }) => path.startsWith('/items/0/value'));
      return issue && issueText(issue, messages);
    },
  });

  function summarise() {
    chosen.textContent = valueName(value?.product, value?.amount ?? '') || '—';
    const price = value?.price;
    estimate.textContent = price ? t.about(`${price.amount} ${price.coin}`) : '';
    way.textContent = payment.coin ? t.coinOn(plain(payment.coin), plain(payment.network)) : '';
  }

  const notice = h('div', { class: 'slot' });
  const next = h('button', { type: 'submit', class: 'button main wide' }, t.continue);
  const told = group.rich_description ?? {};
  const form = h('form', { class: 'with-aside', novalidate: true, onsubmit: submit },
    h('div', { class: 'stack' },
      hasText(told.description) && h('div', { class: 'only-narrow brand-head' }, logo(group, { kind: 'small', lazy: false }), h('p', { class: 'soft' }, t.kindFor(kindName(t, group), countryName(lang.tag, country)))),
      ...[value, recipient, payment].map(({ node }) => h('section', { class: 'card' }, node))),
    h('aside', { class: 'aside', 'aria-label': t.summary },
      h('div', { class: 'card summary' },
        h('div', { class: 'only-wide' }, logo(group, { kind: 'large', lazy: false }), h('p', { class: 'soft small' }, t.kindFor(kindName(t, group), countryName(lang.tag, country)))),
        h('div', { class: 'summary-line' }, chosen, h('div', { class: 'summary-price' }, estimate, way)),
        coupon.node, notice, next,
        h('p', { class: 'soft small' }, t.nothingOrdered))),
    about());

  /** What there is to read about the brand. */
  function about() {
    const texts = [
      { title: t.aboutBrand, parts: [told.description] },
      { title: t.howToRedeem, parts: [told.how_to_redeem] },
      { title: t.terms, parts: [told.term_and_conditions ?? group.product_tc, told.note] },
    ].filter(({ parts }) => parts.some(hasText));
    return texts.length > 0 && h('div', { class: 'folds beside' }, ...texts.map(({ title, parts }) => h('details', null, h('summary', null, title), prose(...parts))));
  }

  let turn = 0;
  async function reprice(coin) {
    const mine = (turn += 1);
    try {
      const again = pickGroup(await api.products({ country, brand: group.brand, coin }), group.brand);
      if (mine === turn && again) value.reprice(again);
    } catch { /* the old prices stay: the exact total comes with the validation */ }
  }

  function draftOf({ product = value.product, amount = value.amount } = {}) {
    const email = recipient.email;
    const item = {
      kind: group.kind ?? 'giftcard',
      brand: group.brand,
      country,
      quantity: 1,
      value: product?.is_dynamic
        ? { amount }
        : { denomination: product?.denomination ?? '', ...(product?.localized_denomination && { localized: product.localized_denomination }) },
      beneficiary: deliveryOf(product) === 'by_phone' ? recipient.phone : email,
    };
    return {
      email,
      items: [item],
      payment: { coin: payment.coin, network: payment.network, via: payment.via },
      lang: lang.tag,
      ...(coupon.code && { coupon: coupon.code }),
      acquisition: { utm_source: 'cr_checkout' },
    };
  }

  const byPhone = () => deliveryOf(value.product) === 'by_phone';
  const beneficiaryField = () => (byPhone() ? recipient.phoneField : recipient.emailField);

  /** The field an issue of the draft is about. @param {string} path a JSON pointer into the draft */
  const fieldOfPath = (path) => {
    if (path.startsWith('/email')) return recipient.emailField;
    if (/^\/items\/\d+\/beneficiary/u.test(path)) return beneficiaryField();
    if (path.startsWith('/items')) return value;
    if (path.startsWith('/payment/network')) return payment.networkField;
    if (path.startsWith('/payment')) return payment.coinField;
    if (path.startsWith('/coupon')) return coupon;
    return null;
  };
  /** The field a problem of the order is about. @param {string | undefined} name */
  const fieldOfProblem = (name) => ({
    items: value,
    amount: value,
    beneficiary: beneficiaryField(),
    email: recipient.emailField,
    'payment.coin': payment.coinField,
    'payment.network': payment.networkField,
    'payment.via': payment.coinField,
    coupon,
  })[name ?? ''] ?? null;

  const fields = [value, recipient.phoneField, recipient.emailField, payment.coinField, payment.networkField, coupon];

  /**
   * Shows each complaint at its field, those without one above the button, and goes to the first.
   * @param {{ field: any, text: string, remedies?: Node[] }[]} complaints
   */
  function complain(complaints) {
    for (const each of fields) each.setError('');
    notice.replaceChildren();
    /** @type {Map<any, { texts: Set<string>, remedies: Map<string, Node> }>} */
    const at = new Map();
    for (const { field, text, remedies = [] } of complaints) {
      if (!at.has(field)) at.set(field, { texts: new Set(), remedies: new Map() });
      at.get(field).texts.add(text);
      for (const remedy of remedies) at.get(field).remedies.set(remedy.textContent ?? '', remedy);
    }
    for (const [field, { texts, remedies }] of at) field?.setError([...texts].join(' '), [...remedies.values()]);
    const loose = at.get(null);
    if (loose) notice.replaceChildren(failure({ title: t.cannotBePlaced, text: [...loose.texts].join(' '), more: [...loose.remedies.values()] }));
    const first = fields.find((each) => at.has(each));
    if (first) {
      first.focus();
      announce([...at.get(first).texts].join(' '));
    }
  }

  const means = {
    value, recipient, payment, coupon, byPhone,
    submit: () => form.requestSubmit(),
    findNetwork: () => ask((draft, product) => api.client(country).validateNetworks(draft, payment.otherNetworks(), { product })),
    otherBrands: () => go({ step: 'brands', country }),
  };

  /** Shows the problems of an order, each with what helps. @param {any[]} problems */
  const refuse = (problems) => complain(problems.map((problem) => ({
    field: fieldOfProblem(problem.field), text: problemText(problem, messages), remedies: remediesOf(context, problem, means),
  })));

  function keep() {
    Object.assign(shop.form, recipient.typed(), { product: value.product?.product_id ?? '', amount: value.amount, ...payment.chosen, coupon: coupon.code });
  }

  let busy = false;
  let stopped = false;
  function submit(event) {
    event.preventDefault();
    ask((draft, product) => api.client(country).validate(draft, { product }));
  }

  /** Asks whether the order would do, and goes on if it would. @param {(draft: any, product: any) => Promise<any>} question */
  async function ask(question) {
    if (busy) return;
    keep();
    const draft = draftOf();
    const product = value.product;
    const issues = checkDraft(draft, product);
    // An e-mail address that is also the beneficiary is wrong only once.
    complain(issues.map((issue) => ({ field: fieldOfPath(issue.path), text: issueText(issue, messages) })));
    if (issues.length > 0) return;
    busy = true;
    next.classList.add('busy');
    next.setAttribute('aria-disabled', 'true');
    next.textContent = t.checking;
    try {
      const answer = await question(draft, product);
      if (stopped) return;
      if (!answer.ok) {
        refuse(answer.problems);
      } else if (!answer.quote) {
        complain([{ field: null, text: t.noQuote }]);
      } else {
        // Another network than the one asked for, where the shopper had one looked for.
        const fitted = answer.draft ?? draft;
        if (answer.network) Object.assign(shop.form, { coin: fitted.payment.coin, network: answer.network });
        shop.review = { draft: fitted, product, group, validation: answer.validation, quote: answer.quote, moved: answer.network ?? '' };
        stopped = Boolean(answer.network);
        go({ step: 'review', country, brand: group.brand });
      }
    } catch (/** @type {any} */ error) {
      if (stopped) return;
      const more = (error.problems ?? []).flatMap((problem) => remediesOf(context, problem, means));
      notice.replaceChildren(failure({ ...api.explain(error), more, ...(more.length === 0 && { action: { label: t.tryAgain, run: means.submit } }) }));
    } finally {
      busy = false;
      next.classList.remove('busy');
      next.removeAttribute('aria-disabled');
      next.textContent = t.continue;
    }
  }

  return {
    node: form,
    start() {
      value.start();
      summarise();
      const refused = shop.problems;
      shop.problems = [];
      if (refused.length > 0) refuse(refused);
      else if (shop.startAt) ({ value, recipient: recipient.emailField, payment: payment.coinField })[shop.startAt].focus();
      shop.startAt = null;
    },
    stop() { if (!stopped) keep(); stopped = true; value.stop(); turn += 1; },
  };
}
