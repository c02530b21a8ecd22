// What the page knows while it is open: country, the form as filled in, the draft under review. In memory only.
import { isCountry } from 'cryptorefills-checkout';

export const shop = {
  /** @type {string} */
  country: '',
  /** The details form as last filled in, so that going back loses nothing. */
  form: { brandKey: '', product: '', amount: '', email: '', phone: '', coin: '', network: '' },
  /** @type {{ draft: any, product: any, group: any, validation: any, quote: { coin: string, amount: string } } | null} */
  review: null,
  /** The order just placed, to be shown before its first update. @type {any} */
  placed: null,
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

/** The API reference's own recommendation: lowest fees, quickest settlement. */
export const RECOMMENDED = { coin: 'USDC', network: 'Solana' };
