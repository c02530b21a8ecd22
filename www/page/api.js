// The shop's way to its server: the package's client with a time limit on every request, and every failure in words.
import { createClient, decodeProblems } from 'cryptorefills-checkout';
import { problemText } from 'cryptorefills-checkout/messages';

const LIMIT_MS = 20_000;

/** `fetch` that gives up after a while, so that nothing on the page waits for ever. */
function patientFetch(url, init = {}) {
  const limit = AbortSignal.timeout(LIMIT_MS);
  return fetch(url, { ...init, signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit });
}

export const lang = document.documentElement.lang;

/** The package's client for a country. @param {string} [country] */
export const clientFor = (country) => createClient({ base: '/api', country, lang, fetch: patientFetch });

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

export const fetchVias = () => once('vias', () => clientFor().paymentVias());

/** @param {{ country: string, brand: string, coin?: string }} o */
export const fetchProducts = ({ country, brand, coin }) => once(`products ${country} ${brand} ${coin}`,
  () => clientFor(country).products({ country, brand, coin, lang }));

/**
 * What went wrong, for the shopper.
 * @param {any} error
 * @returns {{ title: string, text: string }}
 */
export function explain(error) {
  if (navigator.onLine === false) {
    return { title: 'You are offline', text: 'Check your connection, then try again.' };
  }
  const status = error?.status;
  if (isTimeout(error)) return { title: 'This takes too long', text: 'The shop did not answer in time. Please try again.' };
  if (status === 429) return { title: 'Too many requests', text: 'Please wait a moment, then try again.' };
  if (status === 404) return { title: 'Not found', text: 'The shop does not know this address.' };
  if (status >= 500) return { title: 'The supplier is not answering', text: 'This is not your fault, and nothing was charged. Please try again in a moment.' };
  const problems = error?.problems ?? [];
  if (problems.length > 0) return { title: 'That did not work', text: problems.map((problem) => problemText(problem, lang)).join(' ') };
  if (status === undefined && isNetwork(error)) return { title: 'The shop cannot be reached', text: 'Check your connection, then try again.' };
  return { title: 'Something went wrong', text: 'The answer was not what the shop expected. Please try again in a moment.' };
}

function chain(error) {
  const all = [];
  for (let at = error; at && all.length < 5; at = at.cause) all.push(at);
  return all;
}

const isTimeout = (error) => chain(error).some((at) => at.name === 'TimeoutError');
const isNetwork = (error) => chain(error).some((at) => at instanceof TypeError || at.code === 'NETWORK');

/**
 * Asks whether the order could be placed. Problems are an answer, not a failure.
 * @param {string} country @param {any} draft
 * @returns {Promise<{ problems: any[], validation: any }>}
 */
export async function validate(country, draft) {
  try {
    const validation = await clientFor(country).validate(draft);
    return { problems: decodeProblems(validation), validation };
  } catch (error) {
    const problems = (error?.problems ?? []).filter((problem) => problem.group !== 'http');
    if (problems.length > 0) return { problems, validation: null };
    throw error;
  }
}
