// What the BFF's tests share: a scripted upstream on loopback, a clock turned by hand, and readers with a bound.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createHandler as createBff } from '../../npm/src/bff/handler.js';

const BOUND = 5000;

/** Fails instead of hanging. */
export async function within(promise, what, ms = BOUND) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for the upstream to be let go of, however long it takes, but not for ever. */
export const closes = (closed) => within(closed, 'upstream closed');

/** How long a promise takes, in milliseconds. */
export async function elapsed(promise, what) {
  const since = performance.now();
  await within(promise, what);
  return performance.now() - since;
}

/**
 * Fails when something takes longer than it may each of three times: on a busy machine anything is late once.
 * @param {import('node:test').TestContext} t
 * @param {string} what
 * @param {number} limit milliseconds
 * @param {(round: number) => Promise<number>} attempt
 */
export async function bestOfThree(t, what, limit, attempt) {
  let best = Infinity;
  for (let round = 0; round < 3 && best > limit; round += 1) best = Math.min(best, await attempt(round));
  t.diagnostic(`${what} after ${best.toFixed(1)} ms`);
  assert.ok(best <= limit, `${what}: after ${best.toFixed(1)} ms at best, and not within ${limit}`);
}

/** Within so long a shopper's leaving has closed the upstream's stream, and the first byte has come. */
export const CLOSED_MS = 100;
export const FIRST_BYTE_MS = 250;

/**
 * An upstream that is asked and says nothing: its address, when it was asked, and when its connection was closed.
 * @param {import('node:test').TestContext} t
 */
export async function startMuteUpstream(t) {
  let asked;
  let closed;
  const wasAsked = new Promise((resolve) => { asked = resolve; });
  const wasClosed = new Promise((resolve) => { closed = resolve; });
  const upstream = await startUpstream(t, (_, response) => {
    response.on('close', closed);
    asked();
  });
  return { upstream, wasAsked, wasClosed };
}

/**
 * @param {import('node:test').TestContext} t
 * @param {(request: import('node:http').IncomingMessage & { text: string }, response: import('node:http').ServerResponse) => void} answer
 */
export async function startUpstream(t, answer) {
  const seen = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    request.text = Buffer.concat(chunks).toString();
    seen.push({ method: request.method, url: request.url, headers: request.headers, text: request.text });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, seen, server };
}

/** A clock that only moves when told to. */
export function handClock() {
  let now = 0;
  let last = 0;
  const timers = new Map();
  return {
    timers: {
      setTimeout(run, ms) {
        last += 1;
        timers.set(last, { run, at: now + ms });
        return last;
      },
      clearTimeout(id) {
        timers.delete(id);
      },
      now: () => now,
    },
    get pending() {
      return timers.size;
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = due[1].at;
        due[1].run();
      }
      now = until;
    },
  };
}

export const json = (response, status, value, headers = {}) => {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
};

export function bffFor(upstream, more = {}) {
  return createBff({
    partnerId: 'partner-1', appVersion: '1.2.3', upstream: upstream.url ?? upstream,
    ...(more.sessionKeys === undefined && { authorize: () => true }),
    ...more,
  });
}

export const get = (path, init = {}) => new Request(`https://shop.example${path}`, init);

export const post = (path, value, { headers = {}, ...init } = {}) => get(path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin', ...headers },
  body: typeof value === 'string' ? value : JSON.stringify(value),
  ...init,
});

/** Reads a stream as text, up to a mark or to its end. */
export function textReader(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return {
    get text() {
      return text;
    },
    async until(mark) {
      const read = async () => {
        while (!text.includes(mark)) {
          const { done, value } = await reader.read();
          if (done) throw new Error(`ended before ${JSON.stringify(mark)}: ${JSON.stringify(text)}`);
          text += decoder.decode(value, { stream: true });
        }
        return text;
      };
      return within(read(), `waiting for ${JSON.stringify(mark)}`);
    },
    async toEnd() {
      const read = async () => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return text;
          text += decoder.decode(value, { stream: true });
        }
      };
      return within(read(), 'waiting for the end');
    },
    /** Starts one read without waiting for it. */
    read: () => reader.read().then(({ done, value }) => {
      const part = done ? '' : decoder.decode(value, { stream: true });
      text += part;
      return { done, part };
    }),
    cancel: () => reader.cancel(),
  };
}

/** What comes after the opening comment and the config event. */
export const afterOpening = (text) => text.replace(/^: stream open\n\nevent: config\ndata: .*\n\n/, '');
