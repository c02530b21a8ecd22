// The options of createBff, checked once, with sentences for whoever mounts it.

import { memoryStore } from './idempotency.js';

/** The clock the BFF runs on; tests bring their own. */
const REAL_TIMERS = {
  setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => globalThis.setTimeout(run, ms),
  clearTimeout: (/** @type {any} */ timer) => globalThis.clearTimeout(timer),
  now: () => Date.now(),
};

const DEFAULT_TIMEOUTS = {
  connect: 10_000,
  write: 30_000,
  answer: 30_000,
  upload: 10_000,
  heartbeat: 15_000,
  stall: 75_000,
  lifetime: 0,
};

const LIMITS = { body: 64 * 1024, answer: 8 * 1024 * 1024 };

/**
 * @param {import('../bff.d.ts').BffOptions} given
 * @param {import('./order-body.js').Checkout} [defaultCheckout]
 */
export function readOptions(given, defaultCheckout) {
  const options = given ?? {};
  const partnerId = headerValue(
    options.partnerId,
    'partnerId',
    'The API serves requests without it, but no order placed through this BFF is then credited to you: '
      + 'the commission is lost, and nothing tells you. You find the id in your Cryptorefills account.',
  );
  const appVersion = headerValue(
    options.appVersion,
    'appVersion',
    'Without it, too, commission is lost, and nothing tells you. Any version text of your application will do, "1.0.0" for instance.',
  );
  // The API reference asks for a country with every request, and its example names this one.
  const country = options.country ?? 'US';
  if (typeof country !== 'string' || !/^[A-Za-z]{2}$/.test(country)) {
    throw new TypeError('createBff: country must be a two-letter country code, "US" for instance.');
  }
  for (const name of ['clientAddress', 'fetch', 'log', 'authorize', 'onOrder', 'session']) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      throw new TypeError(`createBff: ${name} must be a function.`);
    }
  }
  if (options.sessionKeys !== undefined) {
    const keys = options.sessionKeys;
    if (!Array.isArray(keys) || keys.length === 0 || !keys.every((key) => typeof key === 'string' && key.length >= 32)) {
      throw new TypeError('createBff: sessionKeys must be secrets of at least 32 characters each, the newest first.');
    }
  }
  if (options.trustedHops !== undefined && !(Number.isInteger(options.trustedHops) && options.trustedHops > 0)) {
    throw new TypeError('createBff: trustedHops must be how many proxies of yours append to the chain, from 1.');
  }
  const timers = { ...REAL_TIMERS, ...options.timers };
  return {
    partnerId,
    appVersion,
    country: country.toUpperCase(),
    upstream: readUpstream(options.upstream ?? 'https://api.cryptorefills.com'),
    basePath: readBasePath(options.basePath ?? '/api'),
    origins: readOrigins(options.origins ?? []),
    clientAddress: options.clientAddress,
    trustedHops: options.trustedHops,
    fetch: options.fetch ?? ((/** @type {string} */ url, /** @type {RequestInit} */ init) => globalThis.fetch(url, init)),
    timers,
    timeouts: readTimeouts(options.timeouts ?? {}),
    limits: LIMITS,
    signal: options.signal,
    log: options.log,
    sessionKeys: options.sessionKeys,
    authorize: options.authorize,
    onOrder: options.onOrder,
    session: options.session,
    streamsPerSession: readStreams(options.streamsPerSession ?? 8),
    checkout: readCheckout(options.checkout ?? defaultCheckout),
    cache: options.cache ?? true,
    store: readStore(options.store) ?? memoryStore(timers),
  };
}

function headerValue(value, name, lost) {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new TypeError(`createBff: ${name} is missing. ${lost}`);
  }
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/.test(value)) {
    throw new TypeError(`createBff: ${name} cannot be sent as a header: printable ASCII, at most 200 characters, no outer spaces.`);
  }
  return value;
}

function readStreams(value) {
  if (!Number.isInteger(value) || value < 0) {
    throw new TypeError('createBff: streamsPerSession must be a whole number, 0 for any number.');
  }
  return value;
}

/** Compiles it now: an engine that cannot should say so when the server starts, and not at the first order. */
function readCheckout(checkout) {
  if (!checkout) return undefined;
  if (!['createOrderRequest', 'validateOrderRequest', 'isCheckoutError', 'countries'].every((name) => typeof checkout[name] === 'function')) {
    throw new TypeError('createBff: checkout must be the package itself, `import * as checkout from \'cryptorefills-checkout/slim\'`, or false.');
  }
  try {
    checkout.countries();
  } catch (error) {
    throw new Error(
      'createBff: the package cannot compile its WebAssembly here, so it cannot check orders. Give `checkout` from '
        + '\'cryptorefills-checkout/slim\' after its init(), or `checkout: false` to leave that to the API.',
      { cause: error },
    );
  }
  return checkout;
}

function readStore(store) {
  if (store !== undefined && !['claim', 'put', 'release'].every((name) => typeof store?.[name] === 'function')) {
    throw new TypeError('createBff: store must have the functions claim, put and release.');
  }
  return store;
}

function readUpstream(value) {
  let url;
  try {
    url = new URL(value);
  } catch {
    throw new TypeError('createBff: upstream is not a URL, "https://api.cryptorefills.com" for instance.');
  }
  const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new TypeError('createBff: upstream must be https; plain http only for 127.0.0.1 or localhost, because answers carry gift-card codes.');
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError('createBff: upstream must be an address without credentials, query or fragment.');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function readBasePath(value) {
  if (typeof value !== 'string' || !/^(?:\/[A-Za-z0-9._~-]+)*$/.test(value)) {
    throw new TypeError('createBff: basePath must be "" or a path without a trailing slash, "/api" for instance.');
  }
  return value;
}

function readOrigins(values) {
  return new Set(values.map((value) => {
    const origin = URL.canParse(value) ? new URL(value).origin : 'null';
    if (origin === 'null') {
      throw new TypeError('createBff: origins must be web origins, "https://shop.example" for instance.');
    }
    return origin;
  }));
}

function readTimeouts(given) {
  const timeouts = { ...DEFAULT_TIMEOUTS, slow: given.stall ?? DEFAULT_TIMEOUTS.stall, ...given };
  for (const [name, value] of Object.entries(timeouts)) {
    if (!(name in DEFAULT_TIMEOUTS) && name !== 'slow') throw new TypeError(`createBff: there is no timeout named ${name}.`);
    // A timer of more would fire at once, and end what it was to give time.
    if (!Number.isFinite(value) || value < 0 || value >= 2 ** 31) {
      throw new TypeError(`createBff: timeouts.${name} must be milliseconds, 24 days at most, 0 for none.`);
    }
  }
  return timeouts;
}
