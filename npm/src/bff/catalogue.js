// Keeps catalogue answers for a while: one question to the API however many shoppers ask, stale rather than nothing, and no
// further questions while the API has asked for patience.

import { digest } from './digest.js';
import { BffError, jsonResponse } from './errors.js';

const MAX_BYTES = 32 * 1024 * 1024;
/** Names are free text, so a script can ask for as many products as it likes; what it asks for must not fill the memory. */
const MAX_ENTRIES = 2_000;
/** What an entry takes besides its key and bytes. */
const ENTRY_BYTES = 1024;
/** How many different questions may be on their way to the API at once. */
const MAX_LOADS = 32;
/** How long past its freshness an answer may still be served while a new one is fetched. */
const STALE_MS = 10 * 60_000;
/** ... and when the API fails or asks for patience. */
const STALE_IF_ERROR_MS = 60 * 60_000;
/** An empty list may be an accident of a moment; it must not hide a product for long. */
const EMPTY_FRESH_MS = 10_000;

/**
 * @typedef {import('./json.js').Answer} Answer
 * @typedef {{ answer: Answer, etag: string, freshUntil: number }} Entry
 */

/** @param {{ timers: { now(): number } }} options @param {ReturnType<typeof import('./quiet.js').createQuiet>} quiet */
export function createCatalogue({ timers }, quiet) {
  /** Oldest use first. @type {Map<string, Entry>} */
  const entries = new Map();
  /** By key, or by a symbol where nothing is shared. @type {Map<string | symbol, Promise<Entry | Answer>>} */
  const loading = new Map();
  let size = 0;

  const weigh = (key, { answer }) => key.length * 2 + ENTRY_BYTES + answer.bytes.byteLength;
  /** Or from a time to come: a server's clock may be put right only after it started. */
  const isTooOld = ({ freshUntil }) => Math.abs(timers.now() - freshUntil) >= STALE_IF_ERROR_MS;

  const drop = (key) => {
    const entry = entries.get(key);
    if (!entry) return;
    size -= weigh(key, entry);
    entries.delete(key);
  };

  const keep = (key, entry) => {
    drop(key);
    const weight = weigh(key, entry);
    if (weight > MAX_BYTES / 4) return;
    entries.set(key, entry);
    size += weight;
    for (const [oldest, one] of entries) {
      if (isTooOld(one) || size > MAX_BYTES || entries.size > MAX_ENTRIES) drop(oldest);
    }
  };

  /** Asks the API, once for all who wait for the same. @param {string | undefined} key */
  const load = (key, maxAge, ask) => {
    const running = key === undefined ? undefined : loading.get(key);
    if (running) return running;
    if (loading.size >= MAX_LOADS) {
      return Promise.reject(new BffError(503, 'BUSY', 'Too many questions are being asked at once.', { 'Retry-After': '1' }));
    }
    const own = key ?? Symbol('unshared');
    const asking = (async () => {
      const answer = await ask();
      if (answer.status !== 200 || key === undefined) return answer;
      const empty = answer.bytes.byteLength <= 8 && new TextDecoder().decode(answer.bytes).replace(/\s/g, '') === '[]';
      const fresh = empty ? Math.min(EMPTY_FRESH_MS, maxAge * 1000) : maxAge * 1000;
      const entry = { answer, etag: `"${(await digest(answer.bytes)).slice(0, 22)}"`, freshUntil: timers.now() + fresh };
      keep(key, entry);
      return entry;
    })().finally(() => loading.delete(own));
    loading.set(own, asking);
    return asking;
  };

  /**
   * @param {object} question
   * @param {string} [question.key] none where the answer is one shopper's own
   * @param {string} question.kind
   * @param {number} question.maxAge
   * @param {string | null} question.ifNoneMatch
   * @param {() => Promise<Answer>} question.ask
   * @param {(facts: object) => void} question.note
   * @returns {Promise<Response>}
   */
  const serve = async ({ key, kind, maxAge, ifNoneMatch, ask, note }) => {
    const now = timers.now();
    const found = key === undefined ? undefined : entries.get(key);
    const kept = found && !isTooOld(found) ? found : undefined;
    if (kept) {
      entries.delete(key);
      entries.set(key, kept);
    }
    const stale = () => {
      note({ cache: 'stale' });
      return answerWith(kept, ifNoneMatch, now);
    };
    const age = kept ? now - kept.freshUntil : Infinity;
    if (age < 0) {
      note({ cache: 'fresh' });
      return answerWith(kept, ifNoneMatch, now);
    }
    const refusal = quiet.refusal(kind);
    if (refusal) {
      if (kept) return stale();
      throw refusal;
    }
    if (age < STALE_MS) {
      load(key, maxAge, ask).catch(() => {});
      return stale();
    }
    let loaded;
    try {
      loaded = await load(key, maxAge, ask);
    } catch (error) {
      if (kept) return stale();
      throw error;
    }
    if ('etag' in loaded) {
      note({ cache: 'miss' });
      return answerWith(loaded, ifNoneMatch, timers.now());
    }
    if (kept && (loaded.status === 429 || loaded.status >= 500)) return stale();
    return jsonResponse(loaded.status, loaded.bytes, loaded.headers);
  };
  return {
    serve,
    get entries() {
      return entries.size;
    },
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
