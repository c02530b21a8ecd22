// Folding: what is left of a text when it does not matter how it was typed.
//
// The engine's own Unicode tables do it; in the module they would be ten times the size of all of the search.

/** Letters that decomposing leaves as they are, and that people type in another way. Arabic and Persian too. */
const LETTERS = {
  ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i', ς: 'σ',
  ة: 'ه', ى: 'ي', ی: 'ي', ک: 'ك', ٱ: 'ا',
};
const ODD = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/** Marks over and under Latin, Greek, Cyrillic, Hebrew and Arabic letters, and the Arabic stroke that only stretches. */
const MARKS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+/g;

/** Digits of Arabic and Persian. */
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g;

/** A text without case, diacritics, widths and the like. @param {string} text */
export function fold(text) {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .replace(ODD, (letter) => LETTERS[letter])
    .replace(DIGITS, (digit) => String(digit.charCodeAt(0) & 15));
}
