// Writes the module as text that can stand in a script; npm/src/inline/ reads it back.

import { codes, SINGLES } from './src/inline/codes.js';

/**
 * @param {Uint8Array} bytes
 * @returns {{ singles: string, text: string }} which bytes are one character, and the text
 */
export function inline(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const common = new Set([...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b).slice(0, SINGLES));
  let singles = '';
  for (let byte = 0; byte < 256; byte += 4) {
    singles += [0, 1, 2, 3].reduce((digit, bit) => digit | (common.has(byte + bit) ? 1 << bit : 0), 0).toString(16);
  }
  const spelled = codes(singles).map((code) => ['', '}', '~'][code >> 7] + String.fromCharCode(code & 127));
  return { singles, text: Array.from(bytes, (byte) => spelled[byte]).join('') };
}
