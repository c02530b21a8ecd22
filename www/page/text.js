// Texts from the catalogue and the order, made safe and readable: HTML to plain lines, names, codes, numbers.

const BLOCKS = new Set(['P', 'DIV', 'LI', 'UL', 'OL', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'BR', 'TR', 'TABLE', 'SECTION', 'BLOCKQUOTE']);
const SILENT = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'TITLE', 'IFRAME', 'OBJECT', 'SVG']);

/** An opening tag with its attributes. They go before parsing: a handler among them could not run, but would be reported as an attempt. */
const TAG = /<([a-z][a-z0-9]*)(?:"[^"]*"|'[^']*'|[^'">])*>/giu;

/**
 * The text of an HTML fragment, line by line. The parsed document is inert: nothing in it loads or runs, and only its text leaves it.
 * @param {unknown} html
 * @returns {string[]}
 */
export function linesOfHtml(html) {
  if (typeof html !== 'string' || html === '') return [];
  const parsed = new DOMParser().parseFromString(html.replace(TAG, '<$1>'), 'text/html');
  const lines = [''];
  const visit = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) {
        lines[lines.length - 1] += child.nodeValue ?? '';
      } else if (child.nodeType === Node.ELEMENT_NODE && !SILENT.has(child.nodeName.toUpperCase())) {
        const block = BLOCKS.has(child.nodeName);
        if (block) lines.push('');
        visit(child);
        if (block) lines.push('');
      }
    }
  };
  visit(parsed.body);
  return lines.map(plain).filter((line) => line !== '');
}

/** One line of text without control or direction-changing characters. */
export function plain(text) {
  return String(text ?? '').replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ').replace(/\s+/gu, ' ').trim();
}

/** Only https addresses become links. @returns {string | null} */
export function httpsUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

const KINDS = { giftcard: 'Gift card', mobile_recharge: 'Mobile top-up', nft_giftcard: 'NFT gift card' };

/** What a brand or product is, in words. @param {{ kind?: string, category?: string | null }} thing */
export function kindName(thing) {
  if (thing.category === 'e-sim') return 'eSIM';
  return KINDS[thing.kind] ?? sentence(thing.kind ?? 'Other');
}

const CATEGORIES = {
  'e-commerce': 'Online shops', retail: 'Shops', apparel_clothing: 'Clothing', health_beauty: 'Health and beauty',
  sports_fitness: 'Sports', travel_flights: 'Travel', 'e-money': 'E-money', 'e-sim': 'eSIM', mobile_talk_time: 'Mobile talk time',
  mobile_credits: 'Mobile credit', mobile_bundle: 'Mobile bundles', charity_donations: 'Charity', other_products: 'Other', books_learning: 'Books and learning',
};

/** A category's name, also for one we have never heard of. @param {string} slug */
export const categoryName = (slug) => CATEGORIES[slug] ?? sentence(slug);

function sentence(slug) {
  const words = plain(slug).replace(/[_-]+/gu, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** For searching: no case, no accents. */
export function folded(text) {
  return String(text ?? '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** @type {Intl.DisplayNames | undefined} */
let regions;
/** A country's name in the page's language. @param {string} code */
export function countryName(code) {
  try {
    regions ??= new Intl.DisplayNames([document.documentElement.lang], { type: 'region' });
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}

/** `5`, `5.00`, `'5.0'` -> `5`; other text as it is. For showing only, never for sending. */
export function tidyNumber(value) {
  const text = String(value ?? '');
  return /^\d+\.\d*$/u.test(text) ? text.replace(/\.?0+$/u, '') : text;
}

/** The difference of two decimal texts, exactly; `null` when it is not above zero or either is not a decimal. */
export function minus(from, what) {
  const parts = [from, what].map((text) => /^(\d+)(?:\.(\d+))?$/u.exec(String(text)));
  if (parts.includes(null)) return null;
  const places = Math.max(...parts.map(([, , fraction = '']) => fraction.length));
  const [a, b] = parts.map(([, whole, fraction = '']) => BigInt(whole + fraction.padEnd(places, '0')));
  if (a <= b) return null;
  const digits = String(a - b).padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/u, '');
}
