// The product's value: fixed values as buttons, a range as an amount with its limits, its steps and a live price.
import { choice, field, h } from '../dom.js';
import { plain, stepped, tidyNumber } from '../text.js';

const PAUSE_MS = 300;

/** How a product reaches the shopper; what the catalogue leaves out is by e-mail. */
export const deliveryOf = (product) => product?.delivery_type ?? 'by_email';

/** What this page can sell, fixed values first: nothing delivered to an account of the shopper's. */
export const sellable = (group) => (group?.products ?? [])
  .filter((product) => ['by_email', 'by_phone'].includes(deliveryOf(product)))
  .sort((a, b) => Number(a.is_dynamic) - Number(b.is_dynamic));

/** The name of what is chosen, for a summary. @param {any} product @param {string} amount */
export function valueName(product, amount) {
  if (!product) return '';
  if (product.is_dynamic) return amount && `${amount} ${currencyOf(product)}`.trim();
  return plain(product.localized_denomination || product.denomination);
}

const currencyOf = (product) => product.range?.currency ?? product.face_value?.currency_code ?? '';

/**
 * @param {import('../element.js').Context} context
 * @param {{ group: any, country: string, coin: () => string, selected: string, amount: string, onproduct: (product: any) => void,
 *           onprice: () => void, amountIssue: (product: any, amount: string) => string | undefined }} o
 */
export function valueField({ t, api }, { group, country, coin, selected, amount, onproduct, onprice, amountIssue }) {
  let products = sellable(group);
  const mixedDelivery = new Set(products.map(deliveryOf)).size > 1;
  const start = products.find((product) => product.product_id === selected)
    ?? products.find((product) => product.denomination && product.denomination === group.default_denomination)
    ?? products[0];

  const input = h('input', { class: 'input', type: 'text', inputmode: 'decimal', autocomplete: 'off', maxlength: 16 });
  input.value = amount;
  const unit = h('span', { class: 'label unit' });
  const step = (way, label, sign) => h('button', { type: 'button', class: 'button square', 'aria-label': label, onclick: () => {
    input.value = stepped(amountOf(input.value), current().range ?? {}, way);
    input.dispatchEvent(new Event('input'));
  } }, sign);
  const amountField = field({ label: t.amount, control: input, hint: ' ', before: step(-1, t.less, '−'), beside: h('span', { class: 'row nowrap' }, step(1, t.more, '+'), unit) });
  const price = h('p', { class: 'price-line soft', role: 'status' });
  const range = h('div', { class: 'stack tight' }, amountField.node, price);
  /** The price of what is chosen, as far as it is known. @type {{ amount: string, coin: string } | null} */
  let known = null;

  const buttons = products.length > 1 || !products[0]?.is_dynamic
    ? choice({
      legend: t.valueTitle,
      options: products.map((product) => ({ value: product.product_id, name: nameOf(product), note: noteOf(product) })),
      value: start?.product_id,
      onchange: () => select(),
    })
    : null;

  const current = () => {
    const id = buttons ? buttons.value : start?.product_id;
    return products.find((product) => product.product_id === id);
  };

  function tell(priced) {
    known = priced;
    onprice();
  }

  function select() {
    const product = current();
    range.hidden = !product?.is_dynamic;
    if (product?.is_dynamic) {
      unit.textContent = currencyOf(product);
      amountField.setHint(limitsOf(product));
      tell(null);
      askPrice(0);
    } else {
      asked += 1;
      tell(product?.coin_amount ? { amount: product.coin_amount, coin: product.coin ?? coin() } : null);
    }
    buttons?.setError('');
    onproduct(product);
  }

  let timer;
  let asked = 0;
  /** The price of the amount typed, once typing pauses; only the last question's answer counts. */
  function askPrice(pause = PAUSE_MS) {
    clearTimeout(timer);
    asked += 1;
    const turn = asked;
    const product = current();
    const text = amountOf(input.value);
    price.textContent = '';
    if (!product?.is_dynamic || text === '') return;
    const issue = amountIssue(product, text);
    if (issue) {
      timer = setTimeout(() => amountField.setError(issue), pause * 2);
      return;
    }
    amountField.setError('');
    price.textContent = t.askingPrice;
    timer = setTimeout(async () => {
      let said;
      try {
        const answer = await api.client(country).price({ brand: group.brand, country, faceValue: text, coin: coin() });
        if (turn === asked && answer.coin_amount) tell({ amount: answer.coin_amount, coin: answer.coin ?? coin() });
        said = answer.coin_amount ? t.about(`${answer.coin_amount} ${answer.coin ?? coin()}`) : '';
      } catch {
        said = t.noPrice;
      }
      if (turn === asked) price.textContent = said;
    }, pause);
  }

  input.addEventListener('input', () => { amountField.setError(''); tell(null); askPrice(); });
  input.addEventListener('keydown', (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    input.value = stepped(amountOf(input.value), current().range ?? {}, /** @type {1 | -1} */ (way));
    input.dispatchEvent(new Event('input'));
  });

  const node = h('div', { class: 'stack' },
    buttons ? buttons.node : h('h3', null, t.valueTitle),
    range);

  function nameOf(product) {
    const name = product.is_dynamic ? t.otherAmount : plain(product.localized_denomination || product.denomination);
    return mixedDelivery ? (deliveryOf(product) === 'by_phone' ? t.toPhone(name) : t.byEmail(name)) : name;
  }

  function noteOf(product) {
    if (product.is_dynamic) return product.range ? `${tidyNumber(product.range.min)} – ${tidyNumber(product.range.max)} ${product.range.currency ?? ''}` : '';
    return product.coin_amount ? `${product.coin_amount} ${product.coin ?? ''}` : '';
  }

  function limitsOf(product) {
    const { min, max, step_size: step } = product.range ?? {};
    if (min === undefined || max === undefined) return '';
    return t.limits(tidyNumber(min), tidyNumber(max), step ? tidyNumber(step) : '');
  }

  return {
    node,
    start: select,
    get product() { return current(); },
    get amount() { return amountOf(input.value); },
    get price() { return known; },
    setError(text, remedies) {
      if (current()?.is_dynamic || !buttons) amountField.setError(text, remedies);
      else buttons.setError(text, remedies);
      if (!text) { amountField.setError(''); buttons?.setError(''); }
    },
    focus: () => (current()?.is_dynamic || !buttons ? amountField.focus() : buttons.focus()),
    /** The same products priced in another coin. */
    reprice(newGroup) {
      const next = sellable(newGroup);
      if (next.length !== products.length) return;
      products = next;
      for (const product of products) buttons?.setNote(product.product_id, noteOf(product));
      const product = current();
      if (product?.is_dynamic) askPrice(0);
      else tell(product?.coin_amount ? { amount: product.coin_amount, coin: product.coin ?? coin() } : null);
    },
    stop() { clearTimeout(timer); asked += 1; },
  };
}

/** What was typed as the decimal text the API takes: a single comma is a decimal point, but before three digits, where it may mean thousands. */
function amountOf(typed) {
  const text = typed.normalize('NFKC').replace(/[\s']/gu, '');
  return text.includes('.') ? text : text.replace(/^(\d+),(\d\d?)$/u, '$1.$2');
}
