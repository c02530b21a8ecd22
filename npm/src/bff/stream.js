// Passes an order's event stream on: pulled, not pumped; heartbeats in its silences; an end to both sides when either goes.

import { BffError, clientGone } from './errors.js';
import { Framing } from './framing.js';
import { discard, send, waitHeaders } from './upstream.js';

const text = new TextEncoder();
const PING = text.encode('event: ping\ndata: {}\n\n');
const COMMENT = text.encode(':\n');

const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** What a stream that is ended before it opened is answered with. @type {Record<string, () => BffError>} */
const REFUSALS = {
  client: clientGone,
  replaced: () => new BffError(409, 'STREAM_REPLACED', 'A newer stream of this session has taken its place.'),
  shutdown: () => new BffError(503, 'SHUTTING_DOWN', 'The server is about to stop.', { 'Retry-After': '2' }),
};

/**
 * @param {object} call
 * @param {string} call.target path and query
 * @param {Headers} call.headers
 * @param {string} [call.resumeFrom]
 * @param {Record<string, AbortSignal | undefined>} call.ends what ends the stream from our side, by the name it is logged with
 * @param {(why: string) => void} call.onEnd called once, if a stream was opened
 * @param {any} options
 * @returns {Promise<Response>}
 */
export async function openStream({ target, headers, resumeFrom, ends, onEnd }, options) {
  headers.set('Accept', 'text/event-stream');
  headers.set('Accept-Encoding', 'identity');
  headers.set('Cache-Control', 'no-store');
  if (resumeFrom) headers.set('Last-Event-ID', resumeFrom);

  const abort = new AbortController();
  /** @type {[AbortSignal, () => void][]} */
  const leaving = [];
  for (const [why, signal] of Object.entries(ends)) {
    if (signal?.aborted) throw REFUSALS[why]();
    if (signal) leaving.push([signal, () => abort.abort(REFUSALS[why]())]);
  }
  for (const [signal, leave] of leaving) signal.addEventListener('abort', leave, { once: true });
  let response;
  try {
    response = await send(target, { method: 'GET', headers }, { abort, deadline: options.timeouts.connect }, options);
  } finally {
    for (const [signal, leave] of leaving) signal.removeEventListener('abort', leave);
  }
  if (abort.signal.aborted) {
    discard(response, abort);
    throw abort.signal.reason;
  }
  checkAnswer(response, abort);
  return new Response(relay(response.body, { abort, ends, onEnd }, options), { status: 200, headers: STREAM_HEADERS });
}

/** Anything but a stream keeps its status: EventSource only ever reads 200, so the client can classify the rest. */
function checkAnswer(response, abort) {
  const type = (response.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
  if (response.status === 200 && type === 'text/event-stream' && response.body) return;
  discard(response, abort);
  if (response.status < 300) {
    throw new BffError(502, 'UPSTREAM_NOT_A_STREAM', 'The API\'s answer is not an event stream.');
  }
  throw new BffError(response.status, 'UPSTREAM_STATUS', `The API answered with status ${response.status}.`, waitHeaders(response));
}

/**
 * @param {ReadableStream<Uint8Array>} upstream
 * @param {{ abort: AbortController, ends: Record<string, AbortSignal | undefined>, onEnd: (why: string) => void }} call
 * @param {any} options
 * @returns {ReadableStream<Uint8Array>}
 */
function relay(upstream, { abort, ends, onEnd }, { timers, timeouts }) {
  const reader = upstream.getReader();
  const framing = new Framing();
  /** @type {ReadableStreamDefaultController<Uint8Array>} */
  let downstream;
  let ended = false;
  let reading = false;
  /** A chunk that came while a heartbeat had already answered the browser's pull. @type {Uint8Array | undefined} */
  let waiting;
  /** Answers the pull that is open. @type {(() => void) | undefined} */
  let answerPull;
  let quietSince = timers.now();
  let heartbeat;
  let stall;
  let unread;
  let lifetime;

  const end = (why) => {
    if (ended) return;
    ended = true;
    timers.clearTimeout(heartbeat);
    timers.clearTimeout(stall);
    timers.clearTimeout(unread);
    timers.clearTimeout(lifetime);
    for (const [signal, listener] of listeners) signal.removeEventListener('abort', listener);
    abort.abort();
    reader.cancel().catch(() => {});
    try {
      downstream.close();
    } catch {
      // The browser closed it first.
    }
    answerPull?.();
    onEnd(why);
  };
  /** @type {[AbortSignal, () => void][]} */
  const listeners = [];
  for (const [why, signal] of Object.entries(ends)) if (signal) listeners.push([signal, () => end(why)]);

  /** Whoever stops reading without leaving would hold a stream of the API's for ever. */
  const awaitReader = () => {
    if (timeouts.slow > 0) unread = timers.setTimeout(() => end('slow'), timeouts.slow);
  };

  const pass = (chunk) => {
    const bytes = framing.push(chunk);
    if (bytes.length === 0) return false;
    // Comments keep the line open, but a page does not see them: to it the stream is as silent as before.
    if (framing.sawField) quietSince = timers.now();
    downstream.enqueue(bytes);
    return true;
  };

  const finishPull = () => {
    timers.clearTimeout(heartbeat);
    awaitReader();
    const answer = answerPull;
    answerPull = undefined;
    answer?.();
  };

  const beat = () => {
    if (ended || !answerPull) return;
    const filler = framing.atEventBoundary ? PING : framing.atLineBoundary ? COMMENT : undefined;
    quietSince = timers.now();
    if (filler) {
      downstream.enqueue(filler);
      finishPull();
    } else {
      armHeartbeat();
    }
  };
  const armHeartbeat = () => {
    if (timeouts.heartbeat === 0) return;
    const quiet = Math.max(0, timers.now() - quietSince);
    heartbeat = timers.setTimeout(beat, Math.max(0, timeouts.heartbeat - quiet));
  };

  const read = () => {
    if (reading || ended) return;
    reading = true;
    // Heartbeats of ours must not hide that the upstream is dead: it has a deadline of its own.
    if (timeouts.stall > 0) stall = timers.setTimeout(() => end('stall'), timeouts.stall);
    reader.read().then(
      ({ done, value }) => {
        reading = false;
        timers.clearTimeout(stall);
        if (ended) return;
        if (done) end('upstream');
        else if (!answerPull) waiting = value;
        else if (pass(value)) finishPull();
        else read();
      },
      // A drop in the middle is a plain end: the client tells it from `stop`, and refills.
      () => end('upstream-failed'),
    );
  };

  return new ReadableStream({
    start(controller) {
      downstream = controller;
      for (const [signal, listener] of listeners) signal.addEventListener('abort', listener, { once: true });
      if (timeouts.lifetime > 0) lifetime = timers.setTimeout(() => end('lifetime'), timeouts.lifetime);
      // The first bytes at once: Firefox fires `open` and some hosts send the headers only then. Scripts cannot read
      // headers or `retry:`, so what a client should expect of the silences is said as an event.
      const config = JSON.stringify({ heartbeatMs: timeouts.heartbeat, stallMs: timeouts.stall });
      awaitReader();
      controller.enqueue(text.encode(`: stream open\n\nevent: config\ndata: ${config}\n\n`));
    },
    pull() {
      if (ended) return undefined;
      timers.clearTimeout(unread);
      if (waiting) {
        const chunk = waiting;
        waiting = undefined;
        if (pass(chunk)) return awaitReader();
      }
      return new Promise((resolve) => {
        answerPull = () => resolve(undefined);
        armHeartbeat();
        read();
      });
    },
    cancel() {
      end('client');
    },
  }, { highWaterMark: 0 });
}
