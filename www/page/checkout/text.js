// Texts from the catalogue and the order, made safe and readable: names, codes, numbers.

/** One line of text without control or direction-changing characters. */
export function plain(text) {
  return String(text ?? '').replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ').replace(/\s+/gu, ' ').trim();
}

/** Only https addresses become links or pictures; a stand-in on this machine may do without. @returns {string | null} */
export function safeUrl(text) {
  try {
    const url = new URL(text);
    const local = url.protocol === 'http:' && url.hostname === '127.0.0.1' && location.hostname === '127.0.0.1';
    return url.protocol === 'https:' || local ? url.href : null;
  } catch {
    return null;
  }
}

/** What a brand or product is, in words. @param {any} t @param {{ kind?: string, category?: string | null }} thing */
export function kindName(t, thing) {
  if (thing.category === 'e-sim') return t.kinds.esim;
  return own(t.kinds, thing.kind) ?? sentence(thing.kind ?? t.kinds.other);
}

/** A category's name, also for one we have never heard of. @param {any} t @param {string} slug */
export const categoryName = (t, slug) => own(t.categories, slug) ?? sentence(slug);

const own = (texts, key) => (typeof key === 'string' && Object.hasOwn(texts, key) ? texts[key] : undefined);

function sentence(slug) {
  const words = plain(slug).replace(/[_-]+/gu, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** For searching: no case, no accents, one kind of kana. The voicing marks of kana are no accents: they make another letter. */
export function folded(text) {
  return String(text ?? '').normalize('NFKD').replace(/(?![\u3099\u309a])\p{M}/gu, '').toLowerCase()
    .replace(/[\u3041-\u3096]/gu, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0x60));
}

/** @type {Map<string, Intl.DisplayNames>} */
const regions = new Map();
/** A country's name in a language. @param {string} lang @param {string} code */
export function countryName(lang, code) {
  try {
    if (!regions.has(lang)) regions.set(lang, new Intl.DisplayNames([lang], { type: 'region' }));
    return regions.get(lang)?.of(code) ?? code;
  } catch {
    return code;
  }
}

/** `5`, `5.00`, `'5.0'` -> `5`; other text as it is. For showing only, never for sending. */
export function tidyNumber(value) {
  const text = String(value ?? '');
  return /^\d+\.\d*$/u.test(text) ? text.replace(/\.?0+$/u, '') : text;
}

/** Decimal texts as whole numbers of the same size. @returns {{ units: bigint[], places: number } | null} `null` unless all are decimals */
function asUnits(...texts) {
  const parts = texts.map((text) => /^(\d+)(?:\.(\d*))?$/u.exec(String(text)));
  if (parts.includes(null)) return null;
  const places = Math.max(...parts.map(([, , fraction = '']) => fraction.length));
  return { places, units: parts.map(([, whole, fraction = '']) => BigInt(whole + fraction.padEnd(places, '0'))) };
}

function asText(units, places) {
  const digits = String(units).padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/u, '');
}

/**
 * The next amount of a range up or down: on its steps, within its limits, exactly.
 * @param {string} amount what is there now; the lower limit where it is no decimal @param {{ min: any, max: any, step_size?: any }} range @param {1 | -1} way
 */
export function stepped(amount, range, way) {
  const numbers = asUnits(range.min, range.max, range.step_size || 1, /^\d+(\.\d*)?$/u.test(amount) ? amount : range.min);
  if (!numbers) return amount;
  const [min, max, step, now] = numbers.units;
  if (step === 0n) return amount;
  const over = now > min ? (now - min) % step : 0n;
  // Off the steps, the nearest one in that direction is one step.
  let next = way > 0 ? now - over + step : over > 0n ? now - over : now - step;
  if (next < min) next = min;
  if (next > max) next = max - ((max - min) % step);
  return asText(next, numbers.places);
}
