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
      if (seconds <= 0) return undefined;
      const left = { ...headers, 'Retry-After': String(seconds) };
      if (isSpan(Number(left['X-RateLimit-Reset']))) left['X-RateLimit-Reset'] = String(seconds);
      return new BffError(429, 'UPSTREAM_BUSY', 'The API asks for patience.', left);
    },
  };
}

/** A reset is a moment in unix seconds; a small number can only be a span. */
const isSpan = (reset) => reset <= 1e9;

/** How long a 429 asks to wait. @param {Record<string, string>} headers @param {number} now */
export function patience(headers, now) {
  const after = headers['Retry-After'];
  const reset = Number(headers['X-RateLimit-Reset'] ?? NaN);
  let ms = DEFAULT_PATIENCE_MS;
  if (after !== undefined && /^\d+$/.test(after.trim())) ms = Number(after) * 1000;
  else if (after !== undefined && !Number.isNaN(Date.parse(after))) ms = Date.parse(after) - now;
  else if (Number.isFinite(reset)) ms = isSpan(reset) ? reset * 1000 : reset * 1000 - now;
  return Math.min(Math.max(ms, 1000), MAX_PATIENCE_MS);
}
