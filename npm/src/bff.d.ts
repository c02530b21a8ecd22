// The types of `cryptorefills-checkout/bff`, written by hand.

/** How long things may take, in milliseconds, 24 days at most; 0 switches one off. */
export interface BffTimeouts {
  /** until the API's headers are there, on reads and streams: 10 000 */
  connect?: number;
  /** until the API's headers are there, on writes: 30 000 */
  write?: number;
  /** until a whole answer is read: 30 000 */
  answer?: number;
  /** until the browser's whole body is read: 10 000 */
  upload?: number;
  /** how long a stream may be without an event before a `ping` event is put in; comments do not count: 15 000 */
  heartbeat?: number;
  /** silence of the API on a stream after which the stream is ended, so that the client refills: 75 000 */
  stall?: number;
  /** how long a browser may leave unread what is there for it, after which its stream is ended: as `stall` */
  slow?: number;
  /** the longest a stream may live; set it a little below your platform's own limit: 0 */
  lifetime?: number;
}

/** A clock, for tests and other hosts. */
export interface BffTimers {
  /** as the global one */
  setTimeout(run: () => void, ms: number): unknown;
  /** as the global one */
  clearTimeout(timer: unknown): void;
  /** milliseconds since 1970 */
  now(): number;
}

/** What a handler is made with. */
export interface BffOptions {
  /** Your partner id. Without it the API still answers, and your commission is lost. */
  partnerId: string;
  /** The version of your application, any text. */
  appVersion: string;
  /** Where the API is: https, or plain http on this very machine. Default: https://api.cryptorefills.com */
  upstream?: string;
  /** Where the handler is mounted. Default: "/api" */
  basePath?: string;
  /** The country to name when the request names none (an EventSource cannot): two letters. Default: "US" */
  country?: string;
  /** Web origins besides the shop's own that may place orders, for instance behind a proxy that changes the Host. */
  origins?: readonly string[];
  /**
   * The shopper's address, as far as you trust who says it: the peer's, or an X-Forwarded-For that your own proxy set.
   * Of a chain the first entry is used, or the one of `trustedHops`. Given, it is sent as X-Forwarded-For.
   */
  clientAddress?: (request: Request) => string | null | undefined;
  /**
   * How many proxies of yours append to the chain of `clientAddress`, as nginx does with `$proxy_add_x_forwarded_for`: so many
   * entries from the right is the shopper's, and what stands before it anyone may have written. Without it the first counts.
   */
  trustedHops?: number;
  timeouts?: BffTimeouts;
  /**
   * An order can be read only by the browser that placed it, which gets a signed cookie for that order's path; anyone else
   * gets 404. These secrets of at least 32 characters sign it, the newest first; an older one stays in the list until its
   * cookies are no longer needed. Instances and restarts share the same keys. Without them a random key is made, good for
   * this one process.
   */
  sessionKeys?: readonly string[];
  /** Replaces the cookie: whether this request may read this order. Only `true` is yes; `() => true` lets anyone who knows an id read it. */
  authorize?: (request: Request, orderId: string) => boolean | Promise<boolean>;
  /**
   * Called when an order was placed, also when its answer is repeated, before the shopper is answered: `authorize` can then
   * know whose it is. It is waited for, five seconds at most; that it failed is logged as `ON_ORDER`, and the order is answered all
   * the same.
   */
  onOrder?: (request: Request, orderId: string) => unknown;
  /**
   * How many streams a session may hold open, also where `authorize` is given; a new one ends the oldest. Each process counts its
   * own. 0 for any number.
   * Default: 8
   */
  streamsPerSession?: number;
  /**
   * Names the session a stream belongs to, for that count: an account, an address. Default: the order, since only the browser
   * that placed it may follow it.
   */
  session?: (request: Request, orderId: string) => string | undefined | Promise<string | undefined>;
  /**
   * What the bodies of validations and orders are checked with before they are forwarded; a body that cannot work is answered
   * with 400 BAD_ORDER and its issues. Default: this package. Where WebAssembly may not be compiled from bytes, give
   * `cryptorefills-checkout/slim` after its `init()`, or `false` to leave the check to the API.
   */
  checkout?: false | Pick<typeof import('./index.js'), 'createOrderRequest' | 'validateOrderRequest' | 'isCheckoutError' | 'countries'>;
  /** Keeps catalogue answers (brands, homepage, products, payment vias; never prices, orders or what a coupon changed) for a while. Default: true */
  cache?: boolean;
  /**
   * Where attempts to place an order are kept for a day, so that a repeat is safe. Default: this process's memory, which a
   * restart loses.
   */
  store?: IdempotencyStore;
  /** Gets one entry per request, a stream's when it ends. Nothing is logged without it. */
  log?: (entry: BffLogEntry) => unknown;
  /** Ends every open stream when it fires: for a clean stop of the server. */
  signal?: AbortSignal;
  /** What sends to the API; the global `fetch` by default. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  timers?: Partial<BffTimers>;
}

/** What is logged of a request: no bodies, no queries, no addresses, no order ids. */
export interface BffLogEntry {
  method: string;
  /** the route's name, null where there is none */
  route: string | null;
  status: number;
  /** how long it took, for a stream how long it lived */
  ms: number;
  /** a hash of the order's id, the same for the same order */
  order?: string;
  /** the code of an answer of the BFF's own; `STORE` or `ON_ORDER` where the store of attempts or that hook failed behind an answer that came all the same */
  error?: string;
  /** what was thrown: its name and codes, `TypeError ECONNRESET` for instance, never its message */
  cause?: string;
  cache?: 'fresh' | 'stale' | 'miss';
  /** why a stream ended */
  ended?: 'client' | 'upstream' | 'upstream-failed' | 'stall' | 'slow' | 'lifetime' | 'replaced' | 'shutdown';
}

/**
 * Keeps records by key. What several instances share, they must share here. Each call has two seconds. Records hold hashes, and
 * the answer to the order encrypted with the idempotency key, which the store never gets.
 */
export interface IdempotencyStore {
  /** In one step: keeps the record if the key is free, and otherwise gives back the record that is there. */
  claim(key: string, record: string, ttlMs: number): Promise<string | undefined>;
  /** Keeps the record, whatever is there. */
  put(key: string, record: string, ttlMs: number): Promise<void>;
  /** Frees the key. */
  release(key: string): Promise<void>;
}

/** A store in this process's memory. */
export function memoryStore(timers: { now(): number }): IdempotencyStore;

/**
 * A store in Redis 7 or newer: `redisStore((args) => client.sendCommand(args))`, with ioredis
 * `redisStore(([name, ...rest]) => client.call(name, ...rest))`.
 */
export function redisStore(command: (args: string[]) => Promise<unknown>): IdempotencyStore;

/**
 * Makes the handler. It answers the nine routes below `basePath` and nothing else, and never throws.
 * Refusals and failures of its own are JSON: `{ "error": CODE, "message": sentence }`.
 */
export function createBff(options: BffOptions): (request: Request) => Promise<Response>;
