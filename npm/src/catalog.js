// Countries, logos, beneficiaries.

import { englishNames } from './country-names.js';
import { toJson } from './envelope.js';
import { wasm } from './runtime.js';

export const isCountry = (code) => wasm().isCountry(String(code)) === 1;

/** The supported countries, named in a language and sorted by name in it. */
export function countries(lang = 'en') {
  // Made when asked: an Intl.DisplayNames takes 20 ms.
  let names;
  try {
    names = new Intl.DisplayNames([lang, 'en'], { type: 'region', fallback: 'none' });
  } catch {
    // An engine without it, or a malformed tag: English names will do.
  }
  const english = englishNames();
  const named = JSON.parse(wasm().countries()).map((code, at) => ({ code, name: names?.of(code) ?? english[at] }));
  return named.sort((a, b) => a.name.localeCompare(b.name, names ? [lang, 'en'] : 'en'));
}

export function logoUrl(brand, { size = '500x318', format = 'webp' } = {}) {
  return wasm().logoUrl(toJson(brand), size, format) ?? null;
}

export const checkBeneficiary = (kindOrDeliveryType, text, country) =>
  JSON.parse(wasm().checkBeneficiary(String(kindOrDeliveryType), String(text), country ?? ''));

/** The value of a draft's item: what the catalogue says, or an amount where there is a range. What is missing, the draft's check names. */
export const draftValue = ({ is_dynamic: isDynamic, denomination = '' }, amount = '') => (isDynamic ? { amount } : { denomination });
