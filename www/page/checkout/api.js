// The checkout's way to its server: the package's client, short-lived copies of what it answered, and every failure in words.
import { createClient } from 'cryptorefills-checkout';
import { errorText, problemText } from 'cryptorefills-checkout/messages';

const FRESH_MS = 5 * 60_000;
const VENDOR = 'https://www.cryptorefills.com';

/** @param {{ base: string, lang: typeof import('./lang/en.js').default }} o */
export function createApi({ base, lang }) {
  const { texts: t, messages } = lang;
  const kept = new Map();
  const clients = new Map();

  /** The package's client for a country. It bounds every request in time, so that nothing on the page waits for ever. @param {string} country */
  function client(country) {
    if (!clients.has(country)) clients.set(country, createClient({ base, country, lang: lang.tag, timeout: 12_000, retries: 1 }));
    return clients.get(country);
  }

  /** Asks once and keeps the answer for a few minutes; a failure is not kept. */
  async function once(key, ask) {
    const old = kept.get(key);
    if (old && performance.now() - old.at < FRESH_MS) return old.answer;
    const entry = { at: performance.now(), answer: ask() };
    kept.set(key, entry);
    entry.answer.catch(() => kept.delete(key));
    return entry.answer;
  }

  return {
    client,
    vendor: VENDOR,
    support: 'mailto:support@cryptorefills.com',
    /** @param {string} country */
    brands: (country) => once(`brands ${country}`, () => client(country).brands()),
    /** @param {string} country */
    vias: (country) => once(`vias ${country}`, () => client(country).paymentVias()),
    /** @param {{ country: string, brand: string, coin?: string }} o */
    products: ({ country, brand, coin }) => once(`products ${country} ${brand} ${coin}`,
      () => client(country).products({ country, brand, coin, lang: lang.tag })),

    /**
     * What went wrong, for the shopper.
     * @param {any} error a CheckoutError
     * @returns {{ title: string, text: string, offline: boolean }}
     */
    explain(error) {
      const say = ([title, text]) => ({ title, text, offline: navigator.onLine === false });
      if (navigator.onLine === false) return say(t.trouble.offline);
      // An order whose outcome is unknown carries what went wrong on the way as its cause.
      const code = error?.code === 'OUTCOME_UNKNOWN' ? error.cause?.code : error?.code;
      const status = error?.status;
      if (code === 'NETWORK') return say(t.trouble.network);
      if (code === 'TIMEOUT') return say(t.trouble.timeout);
      const problems = orderProblems(error);
      if (status === 429) return say([t.trouble.busy[0], (error.problems ?? []).map((problem) => problemText(problem, messages)).join(' ') || t.trouble.busy[1]]);
      if (status === 404) return say(t.trouble.missing);
      if (status >= 500) return say(t.trouble.supplier);
      if (problems.length > 0) return say([t.trouble.refused[0], problems.map((problem) => problemText(problem, messages)).join(' ')]);
      if (error?.code === 'LOAD_FAILED') return say([t.trouble.load[0], errorText(error, messages)]);
      return say(t.trouble.other);
    },
  };
}

/** Problems of the order itself, not of the answer that should have told about it. @param {any} error a CheckoutError */
export const orderProblems = (error) => (error?.problems ?? []).filter((problem) => problem.group !== 'http');
