// The catalogue's HTML as text, without a DOM: for servers, and for pages that show no HTML.

const NAMED = { __proto__: null, amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function plainText(html) {
  return `${html ?? ''}`
    // A line's or block's end, an item's beginning, and all other tags; one that is cut off goes to the end.
    .replace(/<(?:(br|\/li|\/?(?:p|div|h\d|[uod]l|tr)|(li))\b|!--[^]*?--|[a-z/!?])[^>]*>?/gi, (_, line, item) => (line ? item ? '\n- ' : '\n' : ''))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*(- )?\s*/g, '\n$1')
    .replace(/&(#x?)?(\w+);/gi, (whole, hash, name) => {
      const code = parseInt(name, hash?.[1] ? 16 : 10);
      return hash ? code < 0x110000 ? String.fromCodePoint(code) : '' : NAMED[name] ?? whole;
    })
    // What nobody sees, and what turns the text around.
    .replace(/[\0-\t\v-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
}
