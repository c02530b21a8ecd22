// How to pay: amount, address, QR code, countdown, and the warning that saves money.
import { paymentInstructions, paymentWindow } from 'cryptorefills-checkout';
import { announce, copyButton, h } from '../dom.js';
import { plain } from '../text.js';
import { qrCode } from './qr.js';

/** Only these open a wallet; anything else in the payment link is not followed. */
const WALLET_SCHEMES = /^(bitcoin|lightning|ethereum|solana|litecoin|tron|ton|dogecoin|sui|dai):/iu;

/** @param {any} order @param {any[] | null} vias */
export function payCard(order, vias) {
  const how = instructions(order, vias);
  if (!how.address) {
    return { node: h('div', { class: 'card' }, h('p', { class: 'busy' }, ' The address to pay to is on its way…')), stop() {} };
  }
  const clock = countdown(order);
  const wallet = WALLET_SCHEMES.test(how.uri ?? '') ? how.uri : null;
  const network = plain(order.network);
  const node = h('section', { class: 'card pay', 'aria-label': 'How to pay' },
    h('div', { class: 'pay-how' },
      h('div', { class: 'stack' },
        copyLine('Exact amount', `${how.amount} ${plain(order.coin)}`, 'amount', how.amount, 'amount'),
        how.sent && h('p', { class: 'soft small' }, `${how.sent} of ${order.coin_amount} ${plain(order.coin)} have arrived.`),
        copyLine(`Address on ${network}`, how.address, 'address', how.address, 'address'),
        clock.node),
      h('div', { class: 'qr' }, qr(how.uri ?? how.address, `QR code: pay ${how.amount} ${plain(order.coin)} on ${network}`),
        wallet ? h('a', { class: 'button', href: wallet }, 'Open in wallet') : h('p', { class: 'soft small' }, 'Scan with your wallet'))),
    h('div', { class: 'notice warn' },
      h('p', { class: 'title' }, `Send ${plain(order.coin)} on ${network} only`),
      h('p', null, 'Money sent in another coin or on another network is usually lost.')));
  return { node, stop: clock.stop };
}

/** What to send where. Whatever the package cannot tell, the order still says. */
function instructions(order, vias) {
  let told = {};
  try {
    told = paymentInstructions(order, vias ?? undefined) ?? {};
  } catch { /* the order's own fields will do */ }
  return {
    address: told.address ?? order.wallet_address ?? null,
    uri: told.uri ?? null,
    amount: told.remaining ?? told.amount ?? order.coin_amount,
    sent: /[1-9]/u.test(String(order.sent_coin_amount ?? '')) ? order.sent_coin_amount : null,
  };
}

function qr(text, label) {
  try {
    return qrCode(text, label);
  } catch {
    return h('p', { class: 'soft small' }, 'No QR code for this payment; please copy the address.');
  }
}

function copyLine(label, shown, kind, text, what) {
  return h('div', { class: 'copy-line' }, h('p', { class: 'soft small' }, label),
    h('div', { class: 'copy-value' }, h('p', { class: kind, 'data-testid': kind }, shown), copyButton(what, text)));
}

/** Time left in the payment window; spoken only at the marks that matter. */
function countdown(order) {
  const time = h('span', { class: 'clock-time', 'data-testid': 'countdown' });
  const node = h('p', { class: 'clock' }, h('span', null, 'Time left: '), time, h('span', { class: 'soft small' }, ' (estimate)'));
  const spoken = new Set();
  const tick = () => {
    const left = msLeft(order);
    if (left === null) {
      node.hidden = true;
      return;
    }
    const seconds = Math.max(0, Math.ceil(left / 1000));
    time.textContent = seconds === 0 ? 'about over' : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    node.classList.toggle('short', seconds < 300);
    for (const minutes of [5, 1]) {
      if (seconds > 0 && seconds <= minutes * 60 && seconds > minutes * 60 - 20 && !spoken.has(minutes)) {
        spoken.add(minutes);
        announce(`About ${minutes === 1 ? 'one minute' : `${minutes} minutes`} left to pay`);
      }
    }
  };
  tick();
  const timer = setInterval(tick, 1000);
  return { node, stop: () => clearInterval(timer) };
}

/** @returns {number | null} */
function msLeft(order) {
  const window = paymentWindow(order, Date.now());
  if (!window) return null;
  if (typeof window.remainingMs === 'number') return window.remainingMs;
  const closes = window.closesAt ?? window.expiresAt;
  return typeof closes === 'number' ? closes - Date.now() : null;
}
