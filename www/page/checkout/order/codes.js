// What was bought: codes hidden until asked for, and how to redeem them. Nothing of it is stored or logged.
import { copyButton, h } from '../dom.js';
import { hasText, prose } from '../html.js';
import { plain, safeUrl } from '../text.js';
import { qrCode } from './qr.js';

/** What a delivery may hold that only its owner should see, as texts are named. */
const SECRETS = ['pin_code', 'pin_serial', 'security_code'];
const PICTURES = ['barcode_image_url', 'qr_image_url'];
const GUIDES = ['redeem_instructions', 'pin_usage_instructions', 'how_to_redeem'];
/** What a phone scans to install an eSIM. */
const ACTIVATION = /^LPA:/iu;

/** @param {import('../element.js').Context} context @param {any} order */
export const deliveries = (context, order) => (order.deliveries ?? []).map((delivery) => deliveryCard(context, delivery));

function deliveryCard(context, delivery) {
  const { t } = context;
  const goods = delivery.deliverable ?? {};
  const secrets = SECRETS.filter((name) => goods[name]).map((name) => ({ label: t.code[name], text: plain(goods[name]) }));
  const pictures = PICTURES.map((name) => ({ label: t.code[name], url: safeUrl(goods[name]) })).filter(({ url }) => url);
  const guides = [...new Set(GUIDES.map((name) => goods[name]).filter(hasText))];
  const value = plain(goods.localized_denomination || goods.denomination || '');
  const reference = plain(goods.operator_reference);

  return h('section', { class: 'card stack' },
    h('h3', null, [plain(goods.brand_name), value && value !== 'range' ? value : ''].filter(Boolean).join(', ')),
    secrets.length + pictures.length > 0
      ? hidden(context, secrets, pictures)
      : h('p', null, goods.delivery_type === 'by_phone' ? t.code.toppedUp : t.code.mailed),
    reference && h('p', { class: 'soft small' }, t.code.reference(reference)),
    guides.length > 0 && h('div', { class: 'stack tight' }, h('h4', null, t.howToRedeem), prose(...guides)));
}

/** Nothing secret is in the page at all until the button is pressed. */
function hidden(context, secrets, pictures) {
  const { t, announce } = context;
  const box = h('div', { class: 'code-box' });
  const show = h('button', { type: 'button', class: 'button main', onclick: reveal }, t.code.show);
  const hide = h('button', { type: 'button', class: 'button', onclick: conceal }, t.code.hide);
  function reveal() {
    box.replaceChildren(...secrets.map((secret) => secretLine(context, secret)), ...pictures.map(picture), h('div', { class: 'actions' }, hide));
    announce(t.code.shown);
    hide.focus();
  }
  function conceal() {
    box.replaceChildren(
      h('p', { class: 'code masked', 'aria-hidden': 'true' }, '•••• •••• ••••'),
      h('p', { class: 'small' }, t.code.beware), h('div', { class: 'actions' }, show));
    if (box.isConnected) show.focus();
  }
  conceal();
  return box;
}

function secretLine(context, { label, text }) {
  const { t } = context;
  const url = safeUrl(text);
  return h('div', { class: 'copy-line' }, h('p', { class: 'soft small' }, label),
    h('div', { class: 'copy-value' },
      h('p', { class: 'code', 'data-testid': 'code' }, url ? outside(url, t.code.openGift) : text),
      copyButton(context, label.toLowerCase(), text)),
    ACTIVATION.test(text) && h('div', { class: 'qr start' }, qrCode(text, t.code.esimQr, t.code.mailed), h('p', { class: 'soft small' }, t.code.scanEsim)));
}

/** A picture that cannot be had is still a link. */
function picture({ label, url }) {
  const image = h('img', { class: 'barcode', alt: label, referrerpolicy: 'no-referrer' });
  image.addEventListener('error', () => image.replaceWith(label));
  image.src = url;
  return h('p', null, outside(url, image));
}

const outside = (url, content) => h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, content);
