// Makes placing an order safe to repeat: the API has no key for it, and no list to look the outcome up in afterwards.
// A key's first request goes upstream; a repeat gets the first answer, or 409 while it runs or when its outcome is unknown.
// The answer holds the shopper's address, so it is kept sealed with the key, of which the store sees a hash.

import { bounded } from './bounded.js';
import { BffError, causeOf } from './errors.js';
import { digest } from './digest.js';
import { readOutcome } from './outcome.js';
import { seal, unseal } from './sealed.js';

const KEEP_MS = 24 * 60 * 60_000;
const MAX_KEYS = 10_000;
/** How long a store may take: a shopper waits for it, and for an order that is there already. */
const STORE_MS = 2_000;
const unknown = () => new BffError(
  409, 'ORDER_OUTCOME_UNKNOWN', 'An earlier attempt with this key was sent, and whether it placed an order is not known.',
  { 'X-Order-Outcome': 'unknown' }, { outcome: 'unknown' },
);

/**
 * @typedef {object} Attempt
 * @property {'running' | 'unknown' | 'done'} state
 * @property {string} id of this attempt: a store's client that lost a reply asks again, and is shown its own record
 * @property {string} body its hash with the key's, or whoever reads the store could try addresses
 * @property {number} at
 * @property {number} [status]
 * @property {string} [answer] sealed
 */

/**
 * @param {Request} request
 * @param {string} body
 * @param {() => Promise<import('./json.js').Answer>} place
 * @param {any} options
 * @param {(facts: object) => void} note
 * @returns {Promise<import('./json.js').Answer>}
 */
export async function placeOnce(request, body, place, { store, timers, timeouts }, note) {
  const key = request.headers.get('idempotency-key');
  if (key === null) return place();
  // Whoever knows a key and its order gets the answer: a key is a secret, too long to be counted through.
  if (!/^[A-Za-z0-9_-]{32,128}$/.test(key)) {
    throw new BffError(400, 'BAD_IDEMPOTENCY_KEY', 'The idempotency key must be 32 to 128 letters, digits, "-" or "_".');
  }
  const name = `cr_create:${await digest(key)}`;
  /** @type {Attempt} */
  const mine = { state: 'running', id: crypto.randomUUID(), body: await digest(`${key}\n${body}`), at: timers.now() };
  const earlier = await claim(store, timers, name, JSON.stringify(mine));
  if (earlier !== undefined) return replay(earlier, key, mine, timers.now(), timeouts);

  const keep = (/** @type {Partial<Attempt>} */ facts) => store.put(name, JSON.stringify({ ...mine, ...facts }), KEEP_MS);
  const keepUnknown = () => keep({ state: 'unknown' });
  const release = () => store.release(name);
  const keepAnswer = async () => keep({ state: 'done', status: answer.status, answer: await seal(key, answer.bytes) });
  /** An order that is there is told, whatever becomes of its record. */
  const settle = async (/** @type {() => Promise<void>} */ write) => {
    try {
      await bounded(timers, STORE_MS, write);
    } catch (error) {
      note({ error: 'STORE', cause: causeOf(error) });
    }
  };
  /** @type {import('./json.js').Answer} */
  let answer;
  try {
    answer = await place();
  } catch (error) {
    const isKnown = error instanceof BffError && error.extra.outcome !== 'unknown';
    await settle(isKnown ? release : keepUnknown);
    throw error;
  }
  const { outcome } = readOutcome(answer);
  // Of a refusal nothing is left: the shopper may correct and try again.
  await settle({ placed: keepAnswer, unknown: keepUnknown, refused: release }[outcome]);
  return answer;
}

/** The record of an earlier attempt; without one the key is ours. Nothing is sent before that is certain. */
async function claim(store, timers, name, record) {
  let gaveUp = false;
  const claiming = async () => {
    const found = (await store.claim(name, record, KEEP_MS)) ?? record;
    if (found !== record) return found;
    // Too late for the one who asked, who was told to try again.
    if (gaveUp) await store.release(name);
    return undefined;
  };
  try {
    return await bounded(timers, STORE_MS, claiming);
  } catch (cause) {
    gaveUp = true;
    throw new BffError(503, 'STORE_UNAVAILABLE', 'Orders cannot be taken at the moment. No order was placed.', { 'Retry-After': '5' }, {}, cause);
  }
}

/** @param {string} record @param {string} key @param {Attempt} mine */
async function replay(record, key, mine, now, timeouts) {
  /** @type {Attempt} */
  let earlier;
  try {
    earlier = JSON.parse(record);
  } catch {
    throw unknown();
  }
  if (earlier.body !== mine.body) {
    throw new BffError(422, 'IDEMPOTENCY_KEY_REUSED', 'The idempotency key was used for another order.');
  }
  if (earlier.state === 'done') {
    const bytes = await unseal(key, earlier.answer ?? '').catch(() => { throw unknown(); });
    return { status: earlier.status ?? 200, bytes, headers: { 'Idempotent-Replay': 'true' } };
  }
  // A process that died while it was placing the order never settled it.
  const longest = timeouts.write + timeouts.answer + 5_000;
  const abandoned = timeouts.write > 0 && timeouts.answer > 0 && now - earlier.at > longest;
  if (earlier.state === 'unknown' || abandoned) throw unknown();
  throw new BffError(409, 'ORDER_IN_PROGRESS', 'The order with this key is being placed.', { 'Retry-After': '1' });
}

/** Keeps attempts in this process. @param {{ now(): number }} timers */
export function memoryStore(timers) {
  /** @type {Map<string, { record: string, until: number }>} */
  const records = new Map();
  const live = (key) => {
    const found = records.get(key);
    return found && found.until > timers.now() ? found.record : undefined;
  };
  const set = (key, record, ttl) => {
    records.delete(key);
    records.set(key, { record, until: timers.now() + ttl });
    for (const oldest of records.keys()) {
      if (records.size <= MAX_KEYS) break;
      records.delete(oldest);
    }
  };
  return {
    async claim(key, record, ttl) {
      const found = live(key);
      if (found === undefined) set(key, record, ttl);
      return found;
    },
    async put(key, record, ttl) {
      set(key, record, ttl);
    },
    async release(key) {
      records.delete(key);
    },
  };
}

/**
 * Keeps attempts in Redis 7 or newer, for several processes. It takes any client's raw command:
 * `redisStore((args) => client.sendCommand(args))` or `redisStore(([name, ...rest]) => client.call(name, ...rest))`.
 * @param {(args: string[]) => Promise<unknown>} command
 */
export function redisStore(command) {
  return {
    async claim(key, record, ttl) {
      const found = await command(['SET', key, record, 'NX', 'GET', 'PX', String(ttl)]);
      return found === null || found === undefined ? undefined : String(found);
    },
    async put(key, record, ttl) {
      await command(['SET', key, record, 'PX', String(ttl)]);
    },
    async release(key) {
      await command(['DEL', key]);
    },
  };
}
