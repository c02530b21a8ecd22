// Makes placing an order safe to repeat: the API has no key for it, and no list to look the outcome up in afterwards.
// A key's first request goes upstream; a repeat gets the first answer, or 409 while it runs or when its outcome is unknown.

import { BffError } from './errors.js';
import { digest } from './digest.js';
import { placedOrderId } from './ownership.js';

const KEEP_MS = 24 * 60 * 60_000;
const MAX_KEYS = 10_000;
const unknown = () => new BffError(
  409, 'ORDER_OUTCOME_UNKNOWN', 'An earlier attempt with this key was sent, and whether it placed an order is not known.',
  { 'X-Order-Outcome': 'unknown' }, { outcome: 'unknown' },
);

/**
 * @typedef {{ state: 'running' | 'unknown' | 'done', body: string, at: number, status?: number, answer?: string }} Attempt
 */

/**
 * @param {Request} request
 * @param {string} body
 * @param {() => Promise<import('./json.js').Answer>} place
 * @param {any} options
 * @returns {Promise<import('./json.js').Answer>}
 */
export async function placeOnce(request, body, place, { store, timers, timeouts }) {
  const key = request.headers.get('idempotency-key');
  if (key === null) return place();
  if (!/^[A-Za-z0-9_-]{16,128}$/.test(key)) {
    throw new BffError(400, 'BAD_IDEMPOTENCY_KEY', 'The idempotency key must be 16 to 128 letters, digits, "-" or "_".');
  }
  const name = `cr_create:${await digest(key)}`;
  const mine = { state: 'running', body: await digest(body), at: timers.now() };
  const earlier = await store.claim(name, JSON.stringify(mine), KEEP_MS);
  if (earlier !== undefined) return replay(JSON.parse(earlier), mine, timers.now(), timeouts);

  const settle = (/** @type {Partial<Attempt>} */ facts) => store.put(name, JSON.stringify({ ...mine, ...facts }), KEEP_MS);
  let answer;
  try {
    answer = await place();
  } catch (error) {
    if (error instanceof BffError && error.extra.outcome !== 'unknown') await store.release(name);
    else await settle({ state: 'unknown' });
    throw error;
  }
  if (outcomeIsUnknown(answer.status)) {
    await settle({ state: 'unknown' });
  } else if (placedOrderId(answer.bytes) === undefined) {
    // Nothing was placed: the shopper may correct and try again.
    await store.release(name);
  } else {
    await settle({ state: 'done', status: answer.status, answer: new TextDecoder().decode(answer.bytes) });
  }
  return answer;
}

/** Answers after which an order may exist all the same; the API gives no other way to find out. @param {number} status */
export function outcomeIsUnknown(status) {
  return status >= 500 || status === 429 || status === 408;
}

/** @param {Attempt} earlier @param {Attempt} mine */
function replay(earlier, mine, now, timeouts) {
  if (earlier.body !== mine.body) {
    throw new BffError(422, 'IDEMPOTENCY_KEY_REUSED', 'The idempotency key was used for another order.');
  }
  if (earlier.state === 'done') {
    return {
      status: earlier.status ?? 200,
      bytes: new TextEncoder().encode(earlier.answer),
      headers: { 'Idempotent-Replay': 'true' },
    };
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
