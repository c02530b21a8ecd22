// What the page knows while it is open: country, the form as filled in, the draft under review. In memory only.
import { countries, isCountry } from 'cryptorefills-checkout';
import { countryName } from './text.js';

export const shop = {
  /** @type {string} */
  country: '',
  /** The details form as last filled in, so that going back loses nothing. */
  form: { brandKey: '', product: '', amount: '', email: '', phone: '', coin: '', network: '' },
  /** @type {{ draft: any, product: any, group: any, validation: any } | null} */
  review: null,
  /** Problems of a refused order, to be shown at their fields when the form comes back. @type {any[]} */
  problems: [],
};

/** The shopper's country, from the browser's languages. */
export function detectCountry() {
  for (const tag of navigator.languages ?? [navigator.language]) {
    try {
      const { region } = new Intl.Locale(tag).maximize();
      if (region && isCountry(region)) return region;
    } catch { /* not a language tag: ask the next one */ }
  }
  return 'US';
}

/** Every country the API sells to, sorted by name. @returns {{ code: string, name: string }[]} */
export function sortedCountries() {
  const collator = new Intl.Collator(document.documentElement.lang);
  return countries()
    .map((entry) => (typeof entry === 'string' ? entry : entry.code))
    .map((code) => ({ code, name: countryName(code) }))
    .sort((a, b) => collator.compare(a.name, b.name));
}

/** A chain's or coin's choice people rarely regret: low fees, quick. */
export const RECOMMENDED = { coin: 'USDC', network: 'Solana' };
