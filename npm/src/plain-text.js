// The catalogue's HTML as text, without a DOM: for servers, and for pages that show no HTML.

const NAMED = { __proto__: null, amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", szlig: 'ß', aelig: 'æ', AElig: 'Æ', oslash: 'ø', Oslash: 'Ø' };
/** The names of 128 to 191, as far as texts for a shop have them. */
const NAMES = /* @__PURE__ */ 'euro  sbquo  bdquo hellip      lsaquo OElig     lsquo rsquo ldquo rdquo bull ndash mdash  trade  rsaquo oelig    nbsp iexcl cent pound  yen  sect  copy ordf laquo  shy reg  deg  sup2     middot   ordm raquo  frac12  iquest'.split(' ');
/** What browsers make of the numbers 128 to 159, to which Windows gave characters. */
const WINDOWS = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
/** An accented letter's name is the letter and one of these. */
const ACCENTS = { __proto__: null, grave: '\u0300', acute: '\u0301', circ: '\u0302', tilde: '\u0303', uml: '\u0308', ring: '\u030a', cedil: '\u0327' };

function numbered(code) {
  if (code >= 128 && code < 160) return WINDOWS[code - 128].trim();
  return code < 0x110000 ? String.fromCodePoint(code) : '';
}

function named(name) {
  const at = NAMES.indexOf(name);
  if (at >= 0) return numbered(128 + at);
  const accent = ACCENTS[name.slice(1)];
  return accent ? (name[0] + accent).normalize() : NAMED[name];
}

export function plainText(html) {
  return `${html ?? ''}`
    // A line's or block's end, an item's beginning, and all other tags; one that is cut off goes to the end.
    .replace(/<(?:(br|\/li|\/?(?:p|div|h\d|[uod]l|tr)|(li))\b|!--[^]*?--|[a-z/!?])[^>]*>?/gi, (_, line, item) => (line ? item ? '\n- ' : '\n' : ''))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*(- )?\s*/g, '\n$1')
    .replace(/&(#x?)?(\w+);/gi, (whole, hash, name) => (hash ? numbered(parseInt(name, hash[1] ? 16 : 10)) : named(name) ?? whole))
    // What nobody sees, and what turns the text around.
    .replace(/[\0-\t\v-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
}
