// The product's value: fixed values as buttons, a range as an amount with its limits and a live price.
import { clientFor } from '../api.js';
import { choice, field, h } from '../dom.js';
import { plain, tidyNumber } from '../text.js';

const PAUSE_MS = 300;

/** How a product reaches the shopper; what the catalogue leaves out is by e-mail. */
export const deliveryOf = (product) => product?.delivery_type ?? 'by_email';

/** What this page can sell, fixed values first: nothing delivered to an account of the shopper's. */
export const sellable = (group) => (group?.products ?? [])
  .filter((product) => ['by_email', 'by_phone'].includes(deliveryOf(product)))
  .sort((a, b) => Number(a.is_dynamic) - Number(b.is_dynamic));

/**
 * @param {{ group: any, country: string, coin: () => string, selected: string, amount: string,
 *           onproduct: (product: any) => void, amountIssue: (product: any, amount: string) => string | undefined }} o
 */
export function valueField({ group, country, coin, selected, amount, onproduct, amountIssue }) {
  let products = sellable(group);
  const mixedDelivery = new Set(products.map(deliveryOf)).size > 1;
  const start = products.find((product) => product.product_id === selected)
    ?? products.find((product) => product.denomination && product.denomination === group.default_denomination)
    ?? products[0];

  const input = h('input', { class: 'input', type: 'text', inputmode: 'decimal', autocomplete: 'off', maxlength: 16 });
  input.value = amount;
  const unit = h('span', { class: 'label' });
  const amountField = field({ label: 'Amount', control: input, hint: ' ', beside: unit });
  const price = h('p', { class: 'soft', role: 'status' });
  const range = h('div', { class: 'stack' }, amountField.node, price);

  const buttons = products.length > 1 || !products[0]?.is_dynamic
    ? choice({
      legend: 'Value',
      options: products.map((product) => ({ value: product.product_id, name: nameOf(product, mixedDelivery), note: noteOf(product) })),
      value: start?.product_id,
      onchange: () => select(),
    })
    : null;

  const current = () => {
    const id = buttons ? buttons.value : start?.product_id;
    return products.find((product) => product.product_id === id);
  };

  function select() {
    const product = current();
    range.hidden = !product?.is_dynamic;
    if (product?.is_dynamic) {
      unit.textContent = product.range?.currency ?? product.face_value?.currency_code ?? '';
      amountField.setHint(limitsOf(product));
      askPrice(0);
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
    price.textContent = 'Asking for the price…';
    timer = setTimeout(async () => {
      let said;
      try {
        const answer = await clientFor(country).price({ brand: group.brand, country, faceValue: text, coin: coin() });
        said = answer.coin_amount ? `About ${answer.coin_amount} ${answer.coin ?? coin()}` : '';
      } catch {
        said = 'No price just now; you will see the exact total before you order.';
      }
      if (turn === asked) price.textContent = said;
    }, pause);
  }

  input.addEventListener('input', () => { amountField.setError(''); askPrice(); });

  const node = h('div', { class: 'stack' },
    buttons ? buttons.node : h('h2', null, 'Value'),
    range);

  return {
    node,
    start: select,
    get product() { return current(); },
    get amount() { return amountOf(input.value); },
    setError(text) {
      if (current()?.is_dynamic || !buttons) amountField.setError(text);
      else buttons.setError(text);
    },
    focus: () => (current()?.is_dynamic || !buttons ? amountField.focus() : buttons.focus()),
    /** The same products priced in another coin. */
    reprice(newGroup) {
      const next = sellable(newGroup);
      if (next.length !== products.length) return;
      products = next;
      for (const product of products) buttons?.setNote(product.product_id, noteOf(product));
      askPrice(0);
    },
    stop() { clearTimeout(timer); asked += 1; },
  };
}

/** What was typed as the decimal text the API takes: a single comma is a decimal point. */
function amountOf(typed) {
  const text = typed.trim().replace(/[\s\u00a0']/gu, '');
  return text.includes('.') ? text : text.replace(/^(\d+),(\d+)$/u, '$1.$2');
}

function nameOf(product, mixedDelivery) {
  const name = product.is_dynamic ? 'Other amount' : plain(product.localized_denomination || product.denomination);
  return mixedDelivery ? `${name}, ${deliveryOf(product) === 'by_phone' ? 'to a phone' : 'by e-mail'}` : name;
}

function noteOf(product) {
  if (product.is_dynamic) return product.range ? `${tidyNumber(product.range.min)} – ${tidyNumber(product.range.max)} ${product.range.currency ?? ''}` : '';
  return product.coin_amount ? `${product.coin_amount} ${product.coin ?? ''}` : '';
}

function limitsOf(product) {
  const { min, max, step_size: step } = product.range ?? {};
  if (min === undefined || max === undefined) return '';
  const steps = step ? `, in steps of ${tidyNumber(step)}` : '';
  return `From ${tidyNumber(min)} to ${tidyNumber(max)}${steps}.`;
}
