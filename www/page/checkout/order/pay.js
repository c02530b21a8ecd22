// How to pay: amount, address, wallet link, QR code, countdown, and the warning that saves money.
import { paymentInstructions, paymentWindow } from 'cryptorefills-checkout';
import { issueText } from 'cryptorefills-checkout/messages';
import { copyButton, failure, h } from '../dom.js';
import { icon } from '../icons.js';
import { plain } from '../text.js';
import { qrCode } from './qr.js';

/** Only these open a wallet; anything else in the payment link is not followed. */
const WALLET_SCHEMES = /^(bitcoin|lightning|ethereum|solana|litecoin|tron|ton|dogecoin|sui|dai):/iu;
const WINDOW_SECONDS = 30 * 60;

/** @param {import('../element.js').Context} context @param {any} order @param {any[] | null} vias */
export function payCard(context, order, vias) {
  const { t, lang } = context;
  const how = instructions(order, vias);
  if (!how) {
    return { node: h('div', { class: 'card' }, h('p', { class: 'row nowrap busy' }, t.pay.addressComing)), stop() {} };
  }
  if (how.issues.length > 0) {
    return {
      node: failure({ title: t.pay.doNotPay, text: `${how.issues.map((issue) => issueText(issue, lang.messages)).join(' ')} ${t.pay.orderAgain}` }),
      stop() {},
    };
  }
  const clock = countdown(context, order);
  const wallet = WALLET_SCHEMES.test(how.uri ?? '') ? how.uri : null;
  const coin = plain(order.coin);
  const network = plain(order.network);
  const line = (label, shown, kind, text, what) => h('div', { class: 'copy-line' }, h('p', { class: 'soft small' }, label),
    h('div', { class: 'copy-value' }, h('p', { class: kind, 'data-testid': kind }, shown), copyButton(context, what, text)));
  const node = h('section', { class: 'card pay', 'aria-label': t.pay.label },
    h('div', { class: 'notice warn with-icon' }, icon('alert'), h('div', null,
      h('p', { class: 'notice-title' }, t.pay.onlyOn(coin, network)),
      h('p', null, t.pay.wrongNetwork))),
    h('div', { class: 'pay-how' },
      h('div', { class: 'stack' },
        // The package links no payment where a part has arrived and nobody says how much.
        line(how.sent ? t.pay.stillToPay : order.order_state === 'PartialPaymentStarted' ? t.pay.inAll : t.pay.exactAmount, `${how.amount} ${coin}`, 'amount', how.amount, t.pay.amount),
        how.sent && h('p', { class: 'soft small' }, t.pay.arrived(how.sent, `${order.coin_amount} ${coin}`)),
        line(t.pay.addressOn(network), how.address, 'address', how.address, t.pay.address),
        wallet && h('a', { class: 'button main', href: wallet }, icon('wallet'), t.pay.openWallet)),
      h('div', { class: 'qr' }, qrCode(how.uri ?? how.address, t.pay.qrLabel(`${how.amount} ${coin}`, network), t.pay.noQr), h('p', { class: 'soft small' }, t.pay.scan))),
    clock.node);
  return { node, stop: clock.stop };
}

/** What to send where, by the package; `null` while there is nothing to send to. */
function instructions(order, vias) {
  const told = paymentInstructions(order, vias ?? undefined);
  if (!told) return null;
  // The rest, once a part has arrived; the package's link asks for no more than that either.
  const { amount, remaining } = told;
  return { ...told, amount: remaining ?? amount, sent: remaining ? String(order.sent_coin_amount) : null };
}

/** Time left in the payment window; spoken only at the marks that matter. */
function countdown({ t, announce }, order) {
  const estimate = paymentWindow(order)?.isEstimate !== false;
  const time = h('span', { class: 'clock-time', 'data-testid': 'countdown' });
  const bar = h('span', { class: 'clock-bar' });
  const node = h('div', { class: 'clock' },
    h('p', { class: 'clock-line' }, icon('clock'), h('span', null, t.pay.timeLeft), time, estimate && h('span', { class: 'soft small' }, t.pay.estimate)),
    h('div', { class: 'clock-track', 'aria-hidden': 'true' }, bar));
  const spoken = new Set();
  const tick = () => {
    const window = paymentWindow(order);
    node.hidden = !window;
    if (!window) return;
    const seconds = window.secondsLeft;
    time.textContent = seconds === 0 ? t.pay.aboutOver : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    bar.style.inlineSize = `${Math.min(100, (seconds / WINDOW_SECONDS) * 100).toFixed(1)}%`;
    node.classList.toggle('short', seconds < 300);
    for (const minutes of [5, 1]) {
      if (seconds <= minutes * 60 && seconds > minutes * 60 - 20 && !spoken.has(minutes)) {
        spoken.add(minutes);
        announce(t.pay.minutesLeft(minutes));
      }
    }
  };
  tick();
  const timer = setInterval(tick, 1000);
  return { node, stop: () => clearInterval(timer) };
}
