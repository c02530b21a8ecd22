// The text form of the inlined module: a byte is one printable character, or a rare one an escape and a character.
//
// Bytes stay where they are, so that a server's gzip finds the module's repetitions; in base64 it cannot.

/** No quotes, no backslash and no `$`, so that no tool has to escape one; no `<`, so that it may stand in a page. */
const KEPT_OUT = '"$\'<\\`';

/** How many bytes are one character: as many as there are printable ones, without those and the two escapes. */
export const SINGLES = 93 - KEPT_OUT.length;

/**
 * The code of each byte: a character's own, or that of the one behind `}` plus 128 or behind `~` plus 256.
 * A byte stands for itself where it can, which helps brotli's dictionary.
 * @param {string} singles a hexadecimal digit for four bytes: which of them are one character
 * @returns {number[]}
 */
export function codes(singles) {
  const isSingle = (byte) => (parseInt(singles[byte >> 2], 16) >> (byte & 3)) & 1;
  const characters = Array.from({ length: 93 }, (_, at) => at + 32).filter((code) => !KEPT_OUT.includes(String.fromCharCode(code)));
  const free = characters.filter((code) => !isSingle(code));
  let rare = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    if (isSingle(byte)) return characters.includes(byte) ? byte : free.shift();
    const code = characters[rare % SINGLES] + (rare < SINGLES ? 128 : 256);
    rare++;
    return code;
  });
}
