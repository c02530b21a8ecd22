// How to pay: amount, address, QR code, countdown, and the warning that saves money.
import { paymentInstructions, paymentWindow } from 'cryptorefills-checkout';
import { en, issueText } from 'cryptorefills-checkout/messages';
import { announce, copyButton, failure, h } from '../dom.js';
import { minus, plain } from '../text.js';
import { qrCode } from './qr.js';

/** Only these open a wallet; anything else in the payment link is not followed. */
const WALLET_SCHEMES = /^(bitcoin|lightning|ethereum|solana|litecoin|tron|ton|dogecoin|sui|dai):/iu;

/** @param {any} order @param {any[] | null} vias */
export function payCard(order, vias) {
  const how = instructions(order, vias);
  if (!how) {
    return { node: h('div', { class: 'card' }, h('p', { class: 'row busy' }, 'The address to pay to is on its way…')), stop() {} };
  }
  if (how.issues.length > 0) {
    return {
      node: failure({ title: 'Please do not pay', text: `${how.issues.map((issue) => issueText(issue, en)).join(' ')} Order again, or pay in another way.` }),
      stop() {},
    };
  }
  const clock = countdown(order);
  const wallet = WALLET_SCHEMES.test(how.uri ?? '') ? how.uri : null;
  const network = plain(order.network);
  const node = h('section', { class: 'card pay', 'aria-label': 'How to pay' },
    h('div', { class: 'pay-how' },
      h('div', { class: 'stack' },
        copyLine(how.sent ? 'Still to pay, exactly' : 'Exact amount', `${how.amount} ${plain(order.coin)}`, 'amount', how.amount, 'amount'),
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

/** What to send where, by the package; `null` while there is nothing to send to. */
function instructions(order, vias) {
  const told = paymentInstructions(order, vias ?? undefined);
  if (!told) return null;
  const sent = String(order.sent_coin_amount ?? '');
  const rest = /[1-9]/u.test(sent) ? minus(told.amount, sent) : null;
  // A wallet link asks for the whole amount, so once a part has arrived the plain address is what to scan.
  return { ...told, amount: rest ?? told.amount, sent: rest ? sent : null, uri: rest ? null : told.uri };
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
  const estimate = paymentWindow(order)?.isEstimate !== false;
  const time = h('span', { class: 'clock-time', 'data-testid': 'countdown' });
  const node = h('p', { class: 'clock' }, h('span', null, 'Time left:'), time, estimate && h('span', { class: 'soft small' }, '(an estimate)'));
  const spoken = new Set();
  const tick = () => {
    const window = paymentWindow(order);
    node.hidden = !window;
    if (!window) return;
    const seconds = window.secondsLeft;
    time.textContent = seconds === 0 ? 'about over' : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    node.classList.toggle('short', seconds < 300);
    for (const minutes of [5, 1]) {
      if (seconds <= minutes * 60 && seconds > minutes * 60 - 20 && !spoken.has(minutes)) {
        spoken.add(minutes);
        announce(`About ${minutes === 1 ? 'one minute' : `${minutes} minutes`} left to pay`);
      }
    }
  };
  tick();
  const timer = setInterval(tick, 1000);
  return { node, stop: () => clearInterval(timer) };
}
