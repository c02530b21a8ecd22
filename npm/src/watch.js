// Watching an order: one watch, seen through callbacks, a promise and an iterator.
//
// The wasm module decides and connects; this file turns its reports into objects and keeps the user's code
// from getting in its way.

import { CheckoutError } from './errors.js';
import { wasm } from './runtime.js';

const HANDLERS = ['onOrder', 'onEnd', 'onState', 'onInvalid', 'onError'];

/** What each fault is to a caller. */
const FAULTS = {
  stream: ['NETWORK', 'The event stream could not be opened, or broke before it said anything.'],
  silent: ['TIMEOUT', 'The event stream was silent when it should have spoken.'],
  network: ['NETWORK', 'The order could not be looked up: no answer came.'],
  payload: ['BAD_ANSWER', 'The answer is not the order.'],
  unsupported: ['UNSUPPORTED', "There is no EventSource here. Leave transport at 'auto' to poll instead."],
};

/**
 * Watches an order until it comes to its end.
 * @param {string} orderId
 * @param {import('./watch.js').WatchOptions} [options]
 * @returns {import('./watch.js').OrderWatch}
 */
export const watchOrder = createWatchOrder(wasm);

/**
 * watchOrder over any instance of the wasm module.
 * @param {() => any} exports the module's exports
 */
export function createWatchOrder(exports) {
  return function watchOrder(orderId, options = {}) {
    return new Watch(exports, orderId, options ?? {}).face;
  };
}

class Watch {
  order;
  state = { status: 'connecting', transport: 'sse', attempt: 0 };
  end;
  /** Callbacks due; the first ones wait until the caller holds the watch. */
  held = [];
  /** Readers of the iterator that wait for the next order. */
  readers = new Set();
  /** Counts the orders, so that each reader knows whether it has seen the newest. */
  edition = 0;

  constructor(exports, orderId, options) {
    if (typeof orderId !== 'string' || !/^[\w-]{1,64}$/.test(orderId)) throw badInput('orderId');
    this.handlers = readHandlers(options);
    this.done = new Promise((resolve) => (this.resolve = resolve));
    this.exports = exports;
    this.signal = options.signal;
    this.abort = () => this.close(true);
    this.face = faceOf(this);
    queueMicrotask(() => this.release());
    if (options.signal?.aborted) {
      this.state = { ...this.state, status: 'ended', transport: null };
      this.finish('aborted');
      return;
    }
    try {
      this.id = exports().watchStart(orderId, readBase(options.base), options, this.sink(options.env));
    } catch (error) {
      throw typeof error === 'string' ? badInput(error) : error;
    }
    if (!this.end) options.signal?.addEventListener('abort', this.abort);
  }

  /** What the wasm module reports to; `env` stands in for parts of the global scope. */
  sink(env) {
    return {
      ...env,
      order: (text) => {
        this.order = JSON.parse(text);
        this.edition++;
        this.call('onOrder', this.order);
        this.wake();
      },
      invalid: (issues) => this.call('onInvalid', JSON.parse(issues)),
      state: (status, attempt, nextRetryAt, reason, httpStatus) => {
        const transport = { polling: 'poll', paused: null, ended: null }[status];
        this.state = { status, transport: transport === undefined ? 'sse' : transport, attempt };
        if (nextRetryAt !== undefined) this.state.nextRetryAt = nextRetryAt;
        if (reason !== undefined) this.state.reason = reason;
        if (httpStatus !== undefined) this.state.httpStatus = httpStatus;
        this.call('onState', this.state);
      },
      error: (fault, status) => this.call('onError', failure(fault, status, true)),
      end: (reason, fault, status) => {
        this.state = { ...this.state, status: 'ended', transport: null };
        this.finish(reason, fault && failure(fault, status, false));
      },
    };
  }

  finish(reason, error) {
    this.end = { reason };
    if (this.order !== undefined) this.end.order = this.order;
    if (error) this.end.error = error;
    this.signal?.removeEventListener('abort', this.abort);
    this.call('onEnd', this.end);
    this.resolve(this.end);
    this.wake();
  }

  close(aborted = false) {
    if (this.end) return;
    // What was held back is no longer wanted, as after any close.
    if (this.held) this.held.length = 0;
    this.exports().watchClose(this.id, aborted);
  }

  refresh() {
    if (!this.end) this.exports().watchRefresh(this.id);
  }

  wake() {
    for (const reader of this.readers) reader();
    this.readers.clear();
  }

  release() {
    for (let next; (next = this.held.shift()); ) this.run(...next);
    this.held = undefined;
  }

  call(name, argument) {
    if (this.held) this.held.push([name, argument]);
    else this.run(name, argument);
  }

  /** The user's code runs alone: what it throws or rejects with is reported and touches nothing here. */
  run(name, argument) {
    try {
      const result = this.handlers[name]?.(argument);
      if (typeof result?.then === 'function') result.then(undefined, report);
    } catch (error) {
      report(error);
    }
  }

  /** Each reader gets the newest order it has not seen; what came between is passed over. */
  async *orders() {
    let seen = 0;
    try {
      for (;;) {
        if (this.edition > seen) {
          seen = this.edition;
          yield this.order;
        } else if (this.end) {
          if (this.end.error) throw this.end.error;
          return;
        } else {
          await new Promise((resolve) => this.readers.add(resolve));
        }
      }
    } finally {
      this.close();
    }
  }
}

/** What the caller gets: the watch without its inner life. */
function faceOf(watch) {
  const face = {
    get state() {
      return watch.state;
    },
    get order() {
      return watch.order;
    },
    done: watch.done,
    refresh: () => watch.refresh(),
    close: () => watch.close(),
    [Symbol.asyncIterator]: () => watch.orders(),
  };
  if (Symbol.dispose) face[Symbol.dispose] = () => watch.close();
  return face;
}

function readHandlers(options) {
  const handlers = {};
  for (const name of HANDLERS) {
    const handler = options[name];
    if (handler === undefined || handler === null) continue;
    if (typeof handler !== 'function') throw badInput(name);
    handlers[name] = handler;
  }
  return handlers;
}

function readBase(base = '/api') {
  if (typeof base !== 'string' || /[?#]/.test(base)) throw badInput('base');
  return base.replace(/\/+$/, '');
}

const ADVICE = {
  orderId: 'an order id is 1 to 64 letters, digits, "-" or "_"',
  base: 'it is a path or URL without query, "/api" for instance',
  transport: "it is 'auto', 'sse' or 'poll'",
  expired: "it is 'end' or 'keep'",
  'backoff.max': 'it is at least backoff.initial, and an hour at most',
  'poll.max': 'it is at least poll.min, and an hour at most',
};

function badInput(path) {
  const advice = ADVICE[path] ?? (path.startsWith('on') ? 'it is a function' : 'the number is out of its bounds');
  return new CheckoutError('BAD_INPUT', `watchOrder: ${path} cannot be used: ${advice}.`, { path });
}

function failure(fault, status, retryable) {
  if (fault === 'status') {
    const advice = retryable ? 'trying again' : 'this will not get better by itself';
    return new CheckoutError('HTTP', `The order's address answered ${status}: ${advice}.`, { status, retryable });
  }
  const [code, message] = FAULTS[fault];
  return new CheckoutError(code, message, { retryable });
}

function report(error) {
  if (typeof reportError === 'function') reportError(error);
  else {
    setTimeout(() => {
      throw error;
    });
  }
}
