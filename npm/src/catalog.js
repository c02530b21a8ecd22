// Countries, logos, beneficiaries.

import { toJson } from './envelope.js';
import { wasm } from './runtime.js';

export const isCountry = (code) => wasm().isCountry(String(code));

/** The supported countries, named in a language and sorted by name in it. */
export function countries(lang = 'en') {
  // Made when asked: an Intl.DisplayNames takes 20 ms.
  let names;
  try {
    names = new Intl.DisplayNames([lang, 'en'], { type: 'region' });
  } catch {
    // An engine without it, or a malformed tag: the codes stand for themselves.
  }
  const named = JSON.parse(wasm().countries()).map((code) => ({ code, name: names?.of(code) ?? code }));
  return named.sort((a, b) => a.name.localeCompare(b.name, names ? [lang, 'en'] : undefined));
}

export function logoUrl(brand, { size = '500x318', format = 'webp' } = {}) {
  return wasm().logoUrl(toJson(brand), size, format) ?? null;
}

export const checkBeneficiary = (kindOrDeliveryType, text, country) =>
  JSON.parse(wasm().checkBeneficiary(String(kindOrDeliveryType), String(text), country ?? ''));
