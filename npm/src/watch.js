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
  stream: ['NETWORK', 'The event stream could not be opened, or broke before it said anything.'],
  silent: ['TIMEOUT', 'The event stream was silent when it should have spoken.'],
  network: ['NETWORK', 'The order could not be looked up: no answer came.'],
  payload: ['BAD_ANSWER', 'The answer is not the order.'],
  internal: ['INTERNAL', 'The module failed again and again on what this order is told as. Please report this.'],
  blocked: ['NETWORK', "The page's Content-Security-Policy forbids the connection: add the BFF's address to its connect-src."],
  unsupported: ['BAD_INPUT', "There is no EventSource here: leave transport at 'auto' to poll instead."],
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
  static to(settings, request, env) {
    const scope = env ?? globalThis;
    const open = connections.get(scope) ?? new Map();
    connections.set(scope, open);
    const { transport, keepExpired, everyState, numbers, share } = settings;
    // The country is in the request alone: as a header.
    const key = [JSON.stringify(request), transport, keepExpired, everyState, ...numbers].join();
    const place = `${share ? 'shared' : 'own'} ${key}`;
    const known = open.get(place);
    if (known) return known;
    const connection = new Connection(settings, request, env, () => open.delete(place), key);
    open.set(place, connection);
    return connection;
  }

  constructor(settings, request, env, forget, key) {
    this.forget = forget;
    const connect = (report) => new WatchDriver(wasm, settings, request, report, env);
    const report = this.report();
    this.driver = settings.share ? settings.share.connect({ name: `cryptorefills-checkout ${PACKAGE_VERSION} ${key}`, connect, report, env }) : connect(report);
  }

  report() {
    return {
      order: (order) => this.tell('order', (this.order = order)),
      invalid: (issues) => this.tell('invalid', issues),
      state: (status, attempt, nextRetryAt, reason, httpStatus) => {
        const transport = { polling: 'poll', paused: null, ended: null }[status];
        this.state = { status, transport: transport === undefined ? 'sse' : transport, attempt };
        if (nextRetryAt) this.state.nextRetryAt = nextRetryAt;
        if (reason) this.state.reason = reason;
        if (httpStatus) this.state.httpStatus = httpStatus;
        // That it is over is told with the reason: a caller who closes the watch on hearing it must not become the reason.
        if (status !== 'ended') this.tell('state', this.state);
      },
      unauthorized: () => this.renew(),
      waitAsked,
      error: (fault, status) => this.tell('error', failure(fault, status, true)),
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

  tell(what, ...details) {
    for (const watch of [...this.watches]) watch.hear(what, ...details);
  }

  add(watch) {
    this.watches.add(watch);
    if (!this.state) return this.driver.start();
    watch.hear('state', this.state);
    if (this.order) watch.hear('order', this.order);
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
    const { base, country, signal } = options;
    const request = { ...orderRequest(orderId, { base, country }), streamUrl: orderStreamUrl(orderId, { base, country }) };
    const settings = readSettings(orderId, options);
    this.done = new Promise((resolve) => (this.resolve = resolve));
    this.face = faceOf(this);
    if (signal?.aborted) this.finish('aborted');
    else {
      this.connection = Connection.to(settings, request, options.env ?? undefined);
      this.signal = signal;
      this.abort = () => this.leave('aborted');
      signal?.addEventListener('abort', this.abort);
      this.connection.add(this);
    }
    queueMicrotask(() => this.release());
  }

  hear(what, detail) {
    if (this.end) return;
    if (what === 'order') {
      this.order = detail;
      this.edition++;
      this.call('onOrder', detail);
      this.wake();
    } else if (what === 'state') {
      this.state = detail;
      this.call('onState', detail);
    } else this.call(what === 'invalid' ? 'onInvalid' : 'onError', detail);
  }

  /** Ends it, for the connection's reason if that is over, even if another watch was told first and closes this one. */
  leave(reason) {
    if (this.end) return;
    const { over } = this.connection;
    if (!over) {
      // What was held back is no longer wanted.
      if (this.held) this.held.length = 0;
      this.connection.remove(this);
    }
    this.finish(...(over ?? [reason]));
  }

  finish(reason, error) {
    const end = (this.end = { reason });
    if (this.order !== undefined) end.order = this.order;
    if (error) end.error = error;
    const { nextRetryAt, ...last } = this.connection?.state ?? this.state;
    this.state = { ...last, status: 'ended', transport: null };
    this.signal?.removeEventListener('abort', this.abort);
    this.call('onState', this.state);
    this.call('onEnd', end);
    this.resolve(end);
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
  run(name, argument) {
    try {
      const result = this.handlers[name]?.(argument);
      if (typeof result?.then === 'function') result.then(undefined, report);
    } catch (error) {
      report(error);
    }
  }

  /**
   * Each reader gets the newest order it has not seen; what came between is passed over. No generator: one that waits
   * for an order could not be left, and one that was never asked would not close the watch.
   */
  orders() {
    let seen = 0;
    let left = false;
    const result = (value) => ({ done: left, value });
    const iterator = {
      next: async () => {
        while (!left && !this.end && this.edition === seen) await new Promise((resolve) => this.readers.add(resolve));
        if (!left && this.edition > seen) {
          seen = this.edition;
          return result(this.order);
        }
        const error = !left && this.end.error;
        left = true;
        if (error) throw error;
        return result();
      },
      return: async (value) => {
        left = true;
        this.leave('closed');
        return result(value);
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
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
  const handlers = {};
  for (const name of HANDLERS) {
    const handler = options[name];
    if (typeof handler === 'function') handlers[name] = handler;
    else if (handler !== undefined && handler !== null) throw badInput(name);
  }
  return handlers;
}

function readSettings(orderId, options) {
  const { transport = 'auto', expired = 'end', everyState = false, share } = options;
  if (!['auto', 'sse', 'poll'].includes(transport)) throw badInput('transport');
  if (!['end', 'keep'].includes(expired)) throw badInput('expired');
  if (share && typeof share.connect !== 'function') throw badInput('share');
  const given = {};
  for (const [name, usual, least, most] of NUMBERS) {
    const value = name.split('.').reduce((from, part) => from?.[part], options) ?? usual;
    if (!(value >= least && value <= most) || typeof value !== 'number') throw badInput(name);
    given[name] = value;
  }
  if (given['backoff.max'] < given['backoff.initial']) throw badInput('backoff.max');
  if (given['poll.max'] < given['poll.min']) throw badInput('poll.max');
  // What need not be whole is counted in 1024ths.
  for (const name of ['backoff.jitter', 'poll.confirming']) given[name] *= 1024;
  const { requestTimeout } = given;
  return { orderId, transport, keepExpired: expired === 'keep', everyState: Boolean(everyState), numbers: Object.values(given), requestTimeout, share };
}

const ADVICE = {
  transport: "it is 'auto', 'sse' or 'poll'",
  expired: "it is 'end' or 'keep'",
  share: 'it is what acrossTabs() gives',
  'backoff.max': 'it is a number of milliseconds, at least backoff.initial',
  'poll.max': 'it is a number of milliseconds, at least poll.min',
};

function badInput(name) {
  const advice = ADVICE[name] ?? (name.startsWith('on') ? 'it is a function' : 'it is a number within bounds');
  const issue = { path: `/${name.replace('.', '/')}`, code: 'FORMAT', message: `watchOrder: ${name} cannot be used, ${advice}` };
  return new CheckoutError('BAD_INPUT', `${issue.message}.`, { issues: [issue] });
}

function failure(fault, status, retryable) {
  if (fault === 'status') {
    const code = status === 404 || status === 410 ? 'NOT_FOUND' : 'HTTP';
    return new CheckoutError(code, `The order's address answered with HTTP status ${status}.`, { status, retryable });
  }
  const [code, message] = FAULTS[fault];
  return new CheckoutError(code, message, { retryable });
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
