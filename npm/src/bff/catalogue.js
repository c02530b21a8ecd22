// Keeps catalogue answers for a while: one question to the API however many shoppers ask, stale rather than nothing, and no
// further questions while the API has asked for patience.

import { digest } from './digest.js';
import { BffError, jsonResponse } from './errors.js';

const MAX_BYTES = 32 * 1024 * 1024;
/** How long past its freshness an answer may still be served while a new one is fetched. */
const STALE_MS = 10 * 60_000;
/** ... and when the API fails or asks for patience. */
const STALE_IF_ERROR_MS = 60 * 60_000;
/** An empty list may be an accident of a moment; it must not hide a product for long. */
const EMPTY_FRESH_MS = 10_000;
const DEFAULT_PATIENCE_MS = 5_000;
const MAX_PATIENCE_MS = 5 * 60_000;

/**
 * @typedef {import('./json.js').Answer} Answer
 * @typedef {{ answer: Answer, etag: string, stored: number, freshUntil: number }} Entry
 */

/** @param {{ timers: { now(): number } }} options */
export function createCatalogue({ timers }) {
  /** Oldest use first. @type {Map<string, Entry>} */
  const entries = new Map();
  /** @type {Map<string, Promise<Entry | Answer>>} */
  const loading = new Map();
  let size = 0;
  let quietUntil = 0;

  const drop = (key) => {
    size -= entries.get(key)?.answer.bytes.byteLength ?? 0;
    entries.delete(key);
  };

  const keep = (key, entry) => {
    drop(key);
    if (entry.answer.bytes.byteLength > MAX_BYTES / 4) return;
    entries.set(key, entry);
    size += entry.answer.bytes.byteLength;
    for (const oldest of entries.keys()) {
      if (size <= MAX_BYTES) break;
      drop(oldest);
    }
  };

  /** Asks the API, once for all who wait for the same. */
  const load = (key, maxAge, ask) => {
    const running = loading.get(key);
    if (running) return running;
    const asking = (async () => {
      const answer = await ask();
      const now = timers.now();
      if (answer.status === 429) quietUntil = Math.max(quietUntil, now + patience(answer.headers, now));
      if (answer.status !== 200) return answer;
      const empty = answer.bytes.byteLength <= 8 && new TextDecoder().decode(answer.bytes).replace(/\s/g, '') === '[]';
      const fresh = empty ? Math.min(EMPTY_FRESH_MS, maxAge * 1000) : maxAge * 1000;
      const entry = { answer, etag: `"${(await digest(answer.bytes)).slice(0, 22)}"`, stored: now, freshUntil: now + fresh };
      keep(key, entry);
      return entry;
    })().finally(() => loading.delete(key));
    loading.set(key, asking);
    return asking;
  };

  /**
   * @param {{ key: string, maxAge: number, ifNoneMatch: string | null, ask: () => Promise<Answer>, note: (facts: object) => void }} question
   * @returns {Promise<Response>}
   */
  return async function serve({ key, maxAge, ifNoneMatch, ask, note }) {
    const now = timers.now();
    const kept = entries.get(key);
    if (kept) {
      entries.delete(key);
      entries.set(key, kept);
    }
    const age = kept ? now - kept.freshUntil : Infinity;
    if (kept && age < 0) {
      note({ cache: 'fresh' });
      return answerWith(kept, ifNoneMatch, now);
    }
    if (now < quietUntil) {
      if (kept && age < STALE_IF_ERROR_MS) {
        note({ cache: 'stale' });
        return answerWith(kept, ifNoneMatch, now);
      }
      throw new BffError(429, 'UPSTREAM_BUSY', 'The API asks for patience.', { 'Retry-After': String(Math.ceil((quietUntil - now) / 1000)) });
    }
    if (kept && age < STALE_MS) {
      load(key, maxAge, ask).catch(() => {});
      note({ cache: 'stale' });
      return answerWith(kept, ifNoneMatch, now);
    }
    let loaded;
    try {
      loaded = await load(key, maxAge, ask);
    } catch (error) {
      if (!kept || age >= STALE_IF_ERROR_MS) throw error;
      note({ cache: 'stale' });
      return answerWith(kept, ifNoneMatch, now);
    }
    if ('etag' in loaded) {
      note({ cache: 'miss' });
      return answerWith(loaded, ifNoneMatch, timers.now());
    }
    if (kept && age < STALE_IF_ERROR_MS && (loaded.status === 429 || loaded.status >= 500)) {
      note({ cache: 'stale' });
      return answerWith(kept, ifNoneMatch, now);
    }
    return jsonResponse(loaded.status, loaded.bytes, loaded.headers);
  };
}

/** @param {Entry} entry */
function answerWith({ answer, etag, freshUntil }, ifNoneMatch, now) {
  const headers = {
    // Private: the answer depends on the shopper's country, which a shared cache may not see.
    'Cache-Control': `private, max-age=${Math.max(0, Math.floor((freshUntil - now) / 1000))}`,
    ETag: etag,
    Vary: 'X-Country-ISO-Code',
  };
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) {
    const response = jsonResponse(304, null, headers);
    response.headers.delete('Content-Type');
    return response;
  }
  return jsonResponse(200, answer.bytes, headers);
}

/** How long a 429 asks to wait. @param {Record<string, string>} headers @param {number} now */
export function patience(headers, now) {
  const after = headers['Retry-After'];
  const reset = Number(headers['X-RateLimit-Reset'] ?? NaN);
  let ms = DEFAULT_PATIENCE_MS;
  if (after !== undefined && /^\d+$/.test(after.trim())) ms = Number(after) * 1000;
  else if (after !== undefined && !Number.isNaN(Date.parse(after))) ms = Date.parse(after) - now;
  // A moment in unix seconds; a small number can only be a span.
  else if (Number.isFinite(reset)) ms = reset > 1e9 ? reset * 1000 - now : reset * 1000;
  return Math.min(Math.max(ms, 1000), MAX_PATIENCE_MS);
}
