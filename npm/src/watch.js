// Watching an order: callbacks, a promise and an iterator over one connection, which all watches of the order in
// this page share.
//
// The wasm module decides, watch-driver.js connects; this file keeps the user's code from getting in their way.

import { CheckoutError } from './errors.js';
import { orderRequest, orderStreamUrl } from './requests.js';
import { wasm } from './runtime.js';
import { waitAsked } from './wait.js';
import { WatchDriver } from './watch-driver.js';

const HANDLERS = ['onOrder', 'onEnd', 'onState', 'onInvalid', 'onError', 'onUnauthorized'];

const HOUR = 3_600_000;
/** The settings that are numbers, in the machine's order: name, default, least, most. */
const NUMBERS = [
  ['backoff.initial', 1000, 100, HOUR],
  ['backoff.max', 30_000, 100, HOUR],
  ['backoff.jitter', 1, 0, 1],
  ['poll.min', 5000, 500, HOUR],
  ['poll.max', 10_000, 500, HOUR],
  ['poll.after', 3, 1, 1000],
  ['poll.probe', 60_000, 1000, HOUR],
  ['poll.confirming', 3, 1, 100],
  ['connectTimeout', 10_000, 500, HOUR],
  ['requestTimeout', 10_000, 500, HOUR],
  ['recheck', 60_000, 0, HOUR],
  ['hiddenGrace', 30_000, 0, HOUR],
  ['hiddenStream', 270_000, 0, HOUR],
];

/** What each fault is to a caller. */
const FAULTS = {
  stream: ['NETWORK', 'The event stream could not be opened, or broke at once.'],
  silent: ['TIMEOUT', 'The event stream fell silent.'],
  network: ['NETWORK', 'The order could not be looked up: no answer came.'],
  payload: ['BAD_ANSWER', 'The answer is not the order.'],
  internal: ['INTERNAL', 'The module failed again and again. Please report this.'],
  blocked: ['NETWORK', "The page's Content-Security-Policy forbids the connection: add the BFF to its connect-src."],
  unsupported: ['BAD_INPUT', "There is no EventSource here: transport 'auto' polls instead."],
};

/** The connections open in each environment, by what they are for. */
const connections = new WeakMap();

/**
 * Watches an order until it comes to its end.
 * @param {string} orderId
 * @param {import('./watch.js').WatchOptions} [options]
 * @returns {import('./watch.js').OrderWatch}
 */
export function watchOrder(orderId, options) {
  return new Watch(orderId, options ?? {}).face;
}

/** One connection and the watches that share it. */
class Connection {
  watches = new Set();

  /** The connection to an order with these settings, shared if there is one. */
  static to(settings, request, share, env) {
    const open = connections.get(env) ?? new Map();
    connections.set(env, open);
    const key = JSON.stringify([request, settings, !share]);
    if (!open.has(key)) open.set(key, new Connection(settings, request, share, env, () => open.delete(key), key));
    return open.get(key);
  }

  constructor(settings, request, share, env, forget, key) {
    this.forget = forget;
    const connect = (report) => new WatchDriver(wasm, settings, request, report, env);
    const report = this.report();
    this.driver = share ? share.connect({ name: `cryptorefills-checkout ${PACKAGE_VERSION} ${key}`, connect, report, env }) : connect(report);
  }

  report() {
    return {
      order: (order) => this.tell('onOrder', (this.order = order)),
      invalid: (issues) => this.tell('onInvalid', issues),
      state: (status, attempt, nextRetryAt, reason, httpStatus) => {
        const transport = status === 'paused' ? null : status === 'polling' ? 'poll' : 'sse';
        this.state = { status, transport, attempt, ...(nextRetryAt && { nextRetryAt }), ...(reason && { reason }), ...(httpStatus && { httpStatus }) };
        // That it is over is told with the reason: a caller who closes the watch on hearing it must not become the reason.
        if (status !== 'ended') this.tell('onState', this.state);
      },
      unauthorized: () => this.renew(),
      waitAsked,
      error: (fault, status) => this.tell('onError', failure(fault, status, true)),
      end: (reason, fault, status) => {
        this.forget();
        this.over = [reason, fault && failure(fault, status, false)];
        for (const watch of this.watches) watch.leave();
        this.watches.clear();
      },
    };
  }

  /** Lets the first watch that can renew the session; whether it did. */
  async renew() {
    const watch = [...this.watches].find(({ handlers }) => handlers.onUnauthorized);
    try {
      return Boolean(watch) && (await watch.handlers.onUnauthorized()) !== false;
    } catch (error) {
      report(error);
      return false;
    }
  }

  tell(name, what) {
    for (const watch of [...this.watches]) watch.hear(name, what);
  }

  add(watch) {
    this.watches.add(watch);
    if (!this.state) return this.driver.start();
    watch.hear('onState', this.state);
    if (this.order) watch.hear('onOrder', this.order);
  }

  /** The last one out closes the connection, unless another comes in at once, as when a component is remounted. */
  remove(watch) {
    this.watches.delete(watch);
    queueMicrotask(() => {
      if (this.watches.size === 0) this.driver.close();
    });
  }
}

/** One caller's view of a connection. */
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

  constructor(orderId, options) {
    this.handlers = readHandlers(options);
    const { base, country, signal, share } = options;
    const where = { base, country };
    const request = { ...orderRequest(orderId, where), streamUrl: orderStreamUrl(orderId, where) };
    const settings = readSettings(orderId, options);
    this.done = new Promise((resolve) => (this.resolve = resolve));
    this.face = faceOf(this);
    if (signal?.aborted) this.finish('aborted');
    else {
      this.connection = Connection.to(settings, request, share, options.env ?? globalThis);
      this.signal = signal;
      this.abort = () => this.leave('aborted');
      signal?.addEventListener('abort', this.abort);
      this.connection.add(this);
    }
    queueMicrotask(() => this.release());
  }

  hear(name, what) {
    if (this.end) return;
    if (name === 'onState') this.state = what;
    if (name === 'onOrder') {
      this.order = what;
      this.edition++;
    }
    this.call(name, what);
    this.wake();
  }

  /** Ends it, for the connection's reason if that is over, even if another watch was told first and closes this one. */
  leave(reason) {
    if (!this.end) {
      const { over } = this.connection;
      if (!over) this.connection.remove(this);
      this.finish(...(over ?? [reason]));
    }
    // Of what was held back, who leaves wants no more than the end.
    if (reason) this.held?.splice(0, this.held.length - 2);
  }

  finish(reason, error) {
    this.end = { reason, ...(this.order && { order: this.order }), ...(error && { error }) };
    const { nextRetryAt, ...last } = this.connection?.state ?? this.state;
    this.state = { ...last, status: 'ended', transport: null };
    this.signal?.removeEventListener('abort', this.abort);
    this.call('onState', this.state);
    this.call('onEnd', this.end);
    this.resolve(this.end);
    this.wake();
  }

  wake() {
    for (const reader of this.readers) reader();
    this.readers.clear();
  }

  call(name, argument) {
    if (this.held) this.held.push([name, argument]);
    else this.run(name, argument);
  }

  release() {
    for (let next; (next = this.held.shift()); ) this.run(...next);
    this.held = undefined;
  }

  /** The user's code runs alone: what it throws or rejects with is reported and touches nothing here. */
  async run(name, argument) {
    try {
      await this.handlers[name]?.(argument);
    } catch (error) {
      report(error);
    }
  }

  /**
   * Each reader gets the newest order it has not seen; what came between is passed over. No generator: one that waits
   * could not be left, and one that was never asked would not close the watch.
   */
  orders() {
    let seen = 0;
    return {
      next: async () => {
        while (this.edition === seen && !this.end) await new Promise((resolve) => this.readers.add(resolve));
        if (this.edition > seen) {
          seen = this.edition;
          return { done: false, value: this.order };
        }
        const error = seen < Infinity && this.end.error;
        seen = Infinity;
        if (error) throw error;
        return { done: true, value: undefined };
      },
      return: async (value) => {
        seen = Infinity;
        this.leave('closed');
        return { done: true, value };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
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
    get heardAt() {
      return watch.connection?.driver.heardAt;
    },
    done: watch.done,
    refresh() {
      if (!watch.end) watch.connection.driver.refresh();
    },
    close: () => watch.leave('closed'),
    [Symbol.asyncIterator]: () => watch.orders(),
  };
  if (Symbol.dispose) face[Symbol.dispose] = face.close;
  return face;
}

function readHandlers(options) {
  for (const name of HANDLERS) refuse(typeof (options[name] ?? report) !== 'function', name, 'it is a function');
  return { ...options };
}

function readSettings(orderId, options) {
  const { transport = 'auto', expired = 'end', everyState, share } = options;
  refuse(!['auto', 'sse', 'poll'].includes(transport), 'transport', "it is 'auto', 'sse' or 'poll'");
  refuse(!['end', 'keep'].includes(expired), 'expired', "it is 'end' or 'keep'");
  refuse(share && typeof share.connect !== 'function', 'share', 'it is what acrossTabs() gives');
  const given = {};
  for (const [name, usual, least, most] of NUMBERS) {
    const value = name.split('.').reduce((from, part) => from?.[part], options) ?? usual;
    refuse(!(value >= least && value <= most) || typeof value !== 'number', name, `it is a number from ${least} to ${most}`);
    given[name] = value;
  }
  for (const [most, least] of [['backoff.max', 'backoff.initial'], ['poll.max', 'poll.min']]) {
    refuse(given[most] < given[least], most, `it is at least ${least}`);
  }
  // What need not be whole is counted in 1024ths.
  for (const name of ['backoff.jitter', 'poll.confirming']) given[name] *= 1024;
  return { orderId, transport, keepExpired: expired === 'keep', everyState: Boolean(everyState), numbers: Object.values(given) };
}

function refuse(bad, name, advice) {
  if (!bad) return;
  const message = `watchOrder: ${name} cannot be used, ${advice}`;
  throw new CheckoutError('BAD_INPUT', `${message}.`, { issues: [{ path: `/${name.replace('.', '/')}`, code: 'FORMAT', message }] });
}

function failure(fault, status, retryable) {
  const refused = status === 404 || status === 410 ? 'NOT_FOUND' : 'HTTP';
  const [code, message] = FAULTS[fault] ?? [refused, `The order's address answered with HTTP status ${status}.`];
  return new CheckoutError(code, message, { status, retryable });
}

function report(error) {
  try {
    reportError(error);
  } catch {
    // There is none here, or a page's own failed.
    setTimeout(() => {
      throw error;
    });
  }
}
