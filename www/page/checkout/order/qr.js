// The QR code of a payment, drawn as one SVG path. Only who has one to show waits for the encoder.
import { h, svg } from '../dom.js';

const QUIET = 4;

let encoder;
const load = () => (encoder ??= import('qr').then(({ default: encode }) => encode));

/**
 * @param {string} text @param {string} label what it is, for those who cannot see it @param {string} otherwise what is said where no code can be made
 */
export function qrCode(text, label, otherwise) {
  const place = h('div', { class: 'qr-code' });
  load().then((encode) => place.append(drawn(encode(text, 'raw', { ecc: 'medium', border: QUIET }), label)))
    .catch(() => place.replaceWith(h('p', { class: 'soft small' }, otherwise)));
  return place;
}

/** @param {boolean[][]} rows @param {string} label */
function drawn(rows, label) {
  const size = rows.length;
  let path = '';
  rows.forEach((row, y) => row.forEach((dark, x) => {
    if (dark) path += `M${x} ${y}h1v1h-1z`;
  }));
  return svg('svg', { viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges', width: 208, height: 208 },
    svg('rect', { width: size, height: size, fill: '#fff' }),
    svg('path', { d: path, fill: '#000' }));
}
