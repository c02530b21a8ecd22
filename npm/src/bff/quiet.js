// The time for which the API, after a 429, wants to be left alone, for each kind of question. Reads of that kind wait it out
// here; a write is the shopper's to send, and an order is followed whatever else is too much.

import { BffError } from './errors.js';

const DEFAULT_PATIENCE_MS = 5_000;
const MAX_PATIENCE_MS = 60 * 60_000;

/** @param {{ now(): number }} timers */
export function createQuiet(timers) {
  /** @type {Map<string, { until: number, headers: Record<string, string> }>} */
  const kinds = new Map();
  return {
    /** @param {string} kind @param {Record<string, string>} headers what the 429 said about waiting */
    begin(kind, headers) {
      const until = timers.now() + patience(headers, timers.now());
      if (until > (kinds.get(kind)?.until ?? 0)) kinds.set(kind, { until, headers });
    },
    /** The answer for whoever asks meanwhile: what the API said, with what is left of the wait. @param {string} kind */
    refusal(kind) {
      const { until, headers } = kinds.get(kind) ?? { until: 0, headers: {} };
      const seconds = Math.ceil((until - timers.now()) / 1000);
      // Longer than any can be: the clock was put back meanwhile.
      if (seconds <= 0 || seconds * 1000 > MAX_PATIENCE_MS) return void kinds.delete(kind);
      const left = { ...headers, 'Retry-After': String(seconds) };
      if (isSpan(wholeSeconds(left['X-RateLimit-Reset'] ?? '') ?? NaN)) left['X-RateLimit-Reset'] = String(seconds);
      return new BffError(429, 'UPSTREAM_BUSY', 'The API asks for patience.', left);
    },
  };
}

/** How long a 429 asks to wait, in milliseconds. @param {Record<string, string>} headers @param {number} now */
export function patience(headers, now) {
  const seconds = secondsAsked(headers['Retry-After'], headers['X-RateLimit-Reset'], now / 1000);
  return seconds === undefined ? DEFAULT_PATIENCE_MS : Math.min(Math.max(seconds * 1000, 1000), MAX_PATIENCE_MS);
}

/**
 * Read as the crate reads it (`src/problem/wait.rs`; `tests/fixtures/waits.json` holds them together): a BFF has no module where
 * `checkout` is false.
 * @param {string | undefined} after @param {string | undefined} reset @param {number} now Unix seconds
 */
export function secondsAsked(after = '', reset = '', now) {
  const spoken = wholeSeconds(after) ?? untilDate(after, now);
  const at = wholeSeconds(reset);
  if (spoken !== undefined || at === undefined) return spoken;
  return isSpan(at) ? at : Math.max(Math.ceil((at < 1e11 ? at : at / 1000) - now), 0);
}

/** A reset is a moment in unix seconds or milliseconds; a small number can only be a span. */
const isSpan = (/** @type {number} */ reset) => reset < 1e9;

/** @param {string} text */
function wholeSeconds(text) {
  return /^\s*\d{1,15}(?:\.\d*)?\s*$/.test(text) ? Math.ceil(Number(text)) : undefined;
}

/** @param {string} text an HTTP date, of whose spellings one names no zone @param {number} now */
function untilDate(text, now) {
  if (!/^\w+,? \w+[ -].*\d:\d\d/.test(text)) return undefined;
  const at = Date.parse(/gmt\s*$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(Math.ceil(at / 1000 - now), 0);
}
