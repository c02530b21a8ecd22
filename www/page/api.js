// The shop's way to its server: the package's client, short-lived copies of what it answered, and every failure in words.
import { createClient } from 'cryptorefills-checkout';
import { en, problemText } from 'cryptorefills-checkout/messages';

export const lang = document.documentElement.lang;

/** The package's client for a country. It bounds every request in time, so that nothing on the page waits for ever. @param {string} country */
export const clientFor = (country) => createClient({ base: '/api', country, lang, timeout: 12_000, retries: 1 });

const FRESH_MS = 5 * 60_000;
const kept = new Map();

/** Asks once and keeps the answer for a few minutes; a failure is not kept. */
async function once(key, ask) {
  const old = kept.get(key);
  if (old && performance.now() - old.at < FRESH_MS) return old.answer;
  const entry = { at: performance.now(), answer: ask() };
  kept.set(key, entry);
  entry.answer.catch(() => kept.delete(key));
  return entry.answer;
}

/** @param {string} country */
export const fetchBrands = (country) => once(`brands ${country}`, () => clientFor(country).brands());

/** @param {string} country */
export const fetchVias = (country) => once(`vias ${country}`, () => clientFor(country).paymentVias());

/** @param {{ country: string, brand: string, coin?: string }} o */
export const fetchProducts = ({ country, brand, coin }) => once(`products ${country} ${brand} ${coin}`,
  () => clientFor(country).products({ country, brand, coin, lang }));

/** Problems of the order itself, not of the answer that should have told about it. @param {any} error a CheckoutError */
export const orderProblems = (error) => (error?.problems ?? []).filter((problem) => problem.group !== 'http');

/**
 * What went wrong, for the shopper.
 * @param {any} error a CheckoutError
 * @returns {{ title: string, text: string }}
 */
export function explain(error) {
  if (navigator.onLine === false) return { title: 'You are offline', text: 'Check your connection, then try again.' };
  // An order whose outcome is unknown carries what went wrong on the way as its cause.
  const code = error?.code === 'OUTCOME_UNKNOWN' ? error.cause?.code : error?.code;
  const status = error?.status;
  if (code === 'NETWORK') return { title: 'The shop cannot be reached', text: 'Check your connection, then try again.' };
  if (code === 'TIMEOUT') return { title: 'This takes too long', text: 'The shop did not answer in time. Please try again.' };
  if (status === 429) return { title: 'Too many requests', text: 'Please wait a moment, then try again.' };
  if (status === 404) return { title: 'Not found', text: 'The shop does not know this address.' };
  if (status >= 500) return { title: 'The supplier is not answering', text: 'This is not your fault, and nothing was charged. Please try again in a moment.' };
  const problems = orderProblems(error);
  if (problems.length > 0) return { title: 'That did not work', text: problems.map((problem) => problemText(problem, en)).join(' ') };
  return { title: 'Something went wrong', text: 'The answer was not what the shop expected. Please try again in a moment.' };
}
