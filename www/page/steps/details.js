// Step 2: one brand's values, who gets it and how it is paid. Leaving it forward means the order has been validated.
import { checkBeneficiary, checkDraft } from 'cryptorefills-checkout';
import { en, issueText, problemText } from 'cryptorefills-checkout/messages';
import { clientFor, explain, fetchProducts, fetchVias, lang } from '../api.js';
import { announce, failure, h, skeleton } from '../dom.js';
import { deliveryOf, sellable, valueField } from '../fields/value.js';
import { paymentField } from '../fields/payment.js';
import { recipientField } from '../fields/recipient.js';
import { logo } from '../logo.js';
import { addressOf, go } from '../route.js';
import { RECOMMENDED, shop } from '../shop.js';
import { countryName, kindName, linesOfHtml, plain } from '../text.js';

/** @param {import('../route.js').Route} route */
export function detailsStep(route) {
  const { country, brand } = route;
  const body = h('div', { class: 'stack' });
  let form = null;
  let live = true;

  const load = async () => {
    body.setAttribute('aria-busy', 'true');
    body.replaceChildren(...skeleton(2, 'tall'));
    try {
      const coin = shop.form.coin || RECOMMENDED.coin;
      const [groups, vias] = await Promise.all([fetchProducts({ country, brand, coin }), fetchVias(country).catch(() => null)]);
      if (!live) return;
      const group = pickGroup(groups, brand);
      if (!group || group.is_out_of_stock === true || sellable(group).length === 0) {
        body.replaceChildren(failure({
          tone: 'warn',
          title: `${plain(brand)} is not available just now`,
          text: `It may be sold out in ${countryName(country)}. Other brands are.`,
          action: { label: 'See other brands', run: () => go({ step: 'brands', country }) },
        }));
        return;
      }
      form = detailsForm({ group, vias, country });
      body.replaceChildren(form.node);
      form.start();
    } catch (error) {
      if (!live) return;
      body.replaceChildren(failure({ ...explain(error), action: { label: 'Try again', run: load } }));
    } finally {
      body.removeAttribute('aria-busy');
    }
  };
  load();

  return {
    title: plain(brand),
    trail: 2,
    back: { href: addressOf({ step: 'brands', country }), label: 'All brands' },
    narrow: true,
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

function detailsForm({ group, vias, country }) {
  const key = `${country} ${group.brand}`;
  if (shop.form.brandKey !== key) Object.assign(shop.form, { brandKey: key, product: '', amount: '' });
  const kept = shop.form;

  const recipient = recipientField({
    email: kept.email,
    phone: kept.phone,
    issue: (kind, text) => {
      const [issue] = checkBeneficiary(kind, text, country);
      return issue && issueText(issue, en);
    },
  });
  const payment = paymentField({ vias, coin: kept.coin, network: kept.network, oncoin: reprice });
  const value = valueField({
    group,
    country,
    coin: () => payment.coin,
    selected: kept.product,
    amount: kept.amount,
    onproduct: (product) => recipient.show(deliveryOf(product)),
    amountIssue: (product, amount) => {
      const issue = checkDraft(draftOf({ amount, product }), product).find(({ path }) => path.startsWith('/items/0/value'));
      return issue && issueText(issue, en);
    },
  });

  const notice = h('div', { class: 'slot' });
  const button = h('button', { type: 'submit', class: 'button main' }, 'Continue');
  const form = h('form', { class: 'stack', novalidate: true, onsubmit: submit },
    head(group, country),
    ...[value, recipient, payment].map(({ node }) => h('section', { class: 'card' }, node)),
    notice,
    h('div', { class: 'actions' }, button, h('p', { class: 'soft small' }, 'You see the exact total next. Nothing is ordered yet.')));

  let turn = 0;
  async function reprice(coin) {
    const mine = (turn += 1);
    try {
      const again = pickGroup(await fetchProducts({ country, brand: group.brand, coin }), group.brand);
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
      lang,
      acquisition: { utm_source: 'checkout_demo' },
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
  })[name ?? ''] ?? null;

  const fields = [value, recipient.phoneField, recipient.emailField, payment.coinField, payment.networkField];

  /** Shows each complaint at its field, those without one above the button, and goes to the first. @param {{ field: any, text: string }[]} complaints */
  function complain(complaints) {
    for (const each of fields) each.setError('');
    payment.offer();
    notice.replaceChildren();
    const texts = new Map();
    for (const { field, text } of complaints) texts.set(field, [...new Set([...(texts.get(field) ?? []), text])]);
    for (const [field, said] of texts) field?.setError(said.join(' '));
    const loose = texts.get(null);
    if (loose) notice.replaceChildren(failure({ title: 'This order cannot be placed', text: loose.join(' ') }));
    const first = fields.find((each) => texts.has(each));
    if (first) {
      first.focus();
      announce(texts.get(first).join(' '));
    }
  }

  /** Shows the problems of an order, with a button for the remedy the answer names. @param {any[]} problems */
  function refuse(problems) {
    complain(problems.map((problem) => ({ field: fieldOfProblem(problem.field), text: problemText(problem, en) })));
    payment.offer(problems.flatMap((problem) => problem.params?.combinations ?? []));
  }

  function keep() {
    Object.assign(shop.form, recipient.typed(), { product: value.product?.product_id ?? '', amount: value.amount, coin: payment.coin, network: payment.network });
  }

  let busy = false;
  let stopped = false;
  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    keep();
    const draft = draftOf();
    const product = value.product;
    const issues = checkDraft(draft, product);
    // An e-mail address that is also the beneficiary is wrong only once.
    complain(issues.map((issue) => ({ field: fieldOfPath(issue.path), text: issueText(issue, en) })));
    if (issues.length > 0) return;
    busy = true;
    button.classList.add('busy');
    button.setAttribute('aria-disabled', 'true');
    button.textContent = 'Checking…';
    try {
      const answer = await clientFor(country).validate(draft, { product });
      if (stopped) return;
      if (!answer.ok) {
        refuse(answer.problems);
      } else if (!answer.quote) {
        complain([{ field: null, text: 'There is no price for it just now. Please try again in a moment, or choose another coin.' }]);
      } else {
        shop.review = { draft, product, group, validation: answer.validation, quote: answer.quote };
        go({ step: 'review', country });
      }
    } catch (error) {
      if (!stopped) notice.replaceChildren(failure({ ...explain(error), action: { label: 'Try again', run: () => form.requestSubmit() } }));
    } finally {
      busy = false;
      button.classList.remove('busy');
      button.removeAttribute('aria-disabled');
      button.textContent = 'Continue';
    }
  }

  return {
    node: form,
    start() {
      value.start();
      const refused = shop.problems;
      shop.problems = [];
      if (refused.length > 0) refuse(refused);
    },
    stop() { stopped = true; keep(); value.stop(); turn += 1; },
  };
}

function head(group, country) {
  const told = group.rich_description ?? {};
  const about = linesOfHtml(told.description);
  const redeem = linesOfHtml(told.how_to_redeem);
  const terms = [...linesOfHtml(told.term_and_conditions ?? group.product_tc), ...linesOfHtml(told.note)];
  const more = [{ title: 'How to redeem it', lines: redeem }, { title: 'Terms', lines: terms }].filter(({ lines }) => lines.length > 0);
  return h('div', { class: 'stack' },
    h('div', { class: 'brand-head' }, logo(group, { small: true, lazy: false }),
      h('div', { class: 'stack' },
        h('p', { class: 'soft' }, `${kindName(group)} for ${countryName(country)}`),
        about.length > 0 && h('div', { class: 'prose' }, ...about.map((line) => h('p', null, line))))),
    ...more.map(({ title, lines }) => h('details', null, h('summary', null, title), h('div', { class: 'prose' }, ...lines.map((line) => h('p', null, line))))));
}
