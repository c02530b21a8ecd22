// What was bought: codes hidden until asked for, and how to redeem them, as text only. Nothing of it is stored or logged.
import { announce, copyButton, h } from '../dom.js';
import { httpsUrl, linesOfHtml, plain } from '../text.js';

/** What a delivery may hold that only its owner should see, and what to call it. */
const SECRETS = [['pin_code', 'Code'], ['pin_serial', 'Serial number'], ['security_code', 'Security code']];
const PICTURES = [['barcode_image_url', 'Open the barcode'], ['qr_image_url', 'Open the QR code']];
const GUIDES = ['redeem_instructions', 'pin_usage_instructions', 'how_to_redeem'];

/** @param {any} order */
export function deliveries(order) {
  return (order.deliveries ?? []).map((delivery) => deliveryCard(delivery));
}

function deliveryCard(delivery) {
  const goods = delivery.deliverable ?? {};
  const secrets = SECRETS.filter(([name]) => goods[name]).map(([name, label]) => ({ label, text: plain(goods[name]) }));
  const pictures = PICTURES.map(([name, label]) => ({ label, url: httpsUrl(goods[name]) })).filter(({ url }) => url);
  const guide = [...new Set(GUIDES.flatMap((name) => linesOfHtml(goods[name])))];
  const value = plain(goods.localized_denomination || goods.denomination || '');
  const reference = plain(goods.operator_reference);

  return h('section', { class: 'card stack' },
    h('h2', null, [plain(goods.brand_name), value && value !== 'range' ? value : ''].filter(Boolean).join(', ')),
    secrets.length + pictures.length > 0
      ? hidden(secrets, pictures)
      : h('p', null, goods.delivery_type === 'by_phone' ? 'The top-up is on its way to the phone; there is nothing to redeem.' : 'The details have been sent to your e-mail address.'),
    reference && h('p', { class: 'soft small' }, `Operator reference: ${reference}`),
    guide.length > 0 && h('div', { class: 'stack' }, h('h3', null, 'How to redeem it'),
      guide.length > 1 ? h('div', { class: 'prose' }, h('ol', null, ...guide.map((line) => h('li', null, line)))) : h('p', { class: 'prose' }, guide[0])));
}

/** Nothing secret is in the page at all until the button is pressed. */
function hidden(secrets, pictures) {
  const box = h('div', { class: 'code-box' });
  const show = h('button', { type: 'button', class: 'button main', onclick: reveal }, 'Show the code');
  const hide = h('button', { type: 'button', class: 'button tiny', onclick: conceal }, 'Hide');
  function reveal() {
    box.replaceChildren(...secrets.map(secretLine), ...pictures.map(({ label, url }) => h('p', null, outside(url, label))), h('div', { class: 'actions' }, hide));
    announce('The code is shown');
    hide.focus();
  }
  function conceal() {
    box.replaceChildren(h('p', null, 'Whoever has this code can spend it. Show it when nobody is looking over your shoulder.'), h('div', { class: 'actions' }, show));
    if (box.isConnected) show.focus();
  }
  conceal();
  return box;
}

function secretLine({ label, text }) {
  const url = httpsUrl(text);
  return h('div', { class: 'copy-line' }, h('p', { class: 'soft small' }, label),
    h('div', { class: 'copy-value' },
      h('p', { class: 'code', 'data-testid': 'code' }, url ? outside(url, 'Open your gift') : text),
      copyButton(label.toLowerCase(), text)));
}

const outside = (url, label) => h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label);
