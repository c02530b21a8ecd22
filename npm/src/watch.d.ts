// The types of watching an order.

import type { CheckoutError } from './index.js';
import type { IssueCode, Order } from './wire.js';

/**
 * How a watch stands, by `status`:
 *
 * - `connecting`: the event stream is being opened
 * - `live`: it is open
 * - `backoff`: it failed; the next attempt is at `nextRetryAt`
 * - `polling`: the order is asked for at intervals; the next time is `nextRetryAt`
 * - `paused`: the page is hidden or gone, and nothing is sent until it is back
 * - `ended`: over
 */
export type WatchState = WatchProgress & WatchTrouble & {
  /** Attempts that failed since things last went well. */
  attempt: number;
};

/** Where a watch is, and what carries the news, if anything does. `nextRetryAt` is when the next attempt or poll is due, as `Date.now()` counts. */
export type WatchProgress =
  | { status: 'connecting' | 'live'; transport: 'sse'; nextRetryAt?: undefined }
  | { status: 'backoff'; transport: 'sse'; nextRetryAt?: number }
  | { status: 'polling'; transport: 'poll'; nextRetryAt?: number }
  | { status: 'paused' | 'ended'; transport: null; nextRetryAt?: undefined };

/** What last went wrong, while it has not been made good; the HTTP status, where that is the reason. */
export type WatchTrouble =
  | { reason?: 'stream' | 'silent' | 'network' | 'payload' | 'unsupported' | 'blocked'; httpStatus?: undefined }
  | { reason: 'status'; httpStatus: number };

/**
 * How a watch came to its end, with the last order seen, if one was. By `reason`:
 *
 * - `stop`: the server said that there will be no more
 * - `final`: the order came to its end
 * - `closed`: `close()`, or the end of a loop over the watch
 * - `aborted`: the signal
 * - `fatal`: it cannot work, and `error` says why
 */
export type End =
  | { reason: 'stop' | 'final' | 'closed' | 'aborted'; order?: Order; error?: undefined }
  | { reason: 'fatal'; order?: Order; error: CheckoutError };

/** Why a payload was passed over. It never repeats what the payload held. */
export interface PayloadIssue {
  /** A JSON pointer; empty for the whole payload. */
  path: string;
  code: IssueCode;
  message: string;
}

/**
 * What can be set about a watch. Times are in milliseconds. What a callback throws or rejects with is
 * reported as an uncaught error and does not disturb the watch; every callback may close it.
 */
export interface WatchOptions {
  /** Each new state of the order, in its normal form. Never an older one after a newer, never the same twice. */
  onOrder?: ((order: Order) => unknown) | undefined;
  /** The end, exactly once. Nothing is called after it. */
  onEnd?: ((end: End) => unknown) | undefined;
  /** How the watch stands, at each change. */
  onState?: ((state: WatchState) => unknown) | undefined;
  /** A payload that is not this order. It is passed over. */
  onInvalid?: ((issues: PayloadIssue[]) => unknown) | undefined;
  /** A failure the watch will get over by itself. */
  onError?: ((error: CheckoutError) => unknown) | undefined;
  /**
   * The BFF answered 401. Renew the session here: unless this gives `false` or fails, the request is repeated, once.
   * It may take as long as signing in does, up to an hour: the request waits. Without it, or when it helped nothing, a 401 ends the watch.
   */
  onUnauthorized?: (() => unknown) | undefined;
  /** Ends the watch when aborted. */
  signal?: AbortSignal | undefined;
  /** Where the BFF is. Default: `/api`. */
  base?: string | undefined;
  /** The shopper's country, ISO 3166 alpha-2. Goes into `X-Country-ISO-Code` where the order is asked for; the stream has no headers. */
  country?: string | undefined;
  /** `auto` (default): the event stream, and polling while it does not work. */
  transport?: 'auto' | 'sse' | 'poll' | undefined;
  /** The waits between attempts. */
  backoff?: BackoffOptions | undefined;
  /** How the order is asked for while the stream does not work. */
  poll?: PollOptions | undefined;
  /** What an expired order is: `end` (default), or `keep` to look slowly for a late payment. */
  expired?: 'end' | 'keep' | undefined;
  /** How long the stream may take to open: 500 to 3600000. Default: 10000. */
  connectTimeout?: number | undefined;
  /** How long a request may take: 500 to 3600000. Default: 10000. */
  requestTimeout?: number | undefined;
  /** How often the order is looked up beside a stream that says nothing: 0 to 3600000, 0 for never. Default: 60000. */
  recheck?: number | undefined;
  /** How long a hidden page goes on reconnecting and polling: 0 to 3600000. Default: 30000. */
  hiddenGrace?: number | undefined;
  /** How much longer than that it keeps a stream that works: 0 to 3600000, 0 for as long as it is hidden. Default: 270000. */
  hiddenStream?: number | undefined;
  /** One connection for all tabs that watch the order: `acrossTabs()`. Default: each tab has its own. */
  share?: Sharing | undefined;
  /** Whether a page that was frozen is told each state it missed when it thaws. Default: only the newest. */
  everyState?: boolean | undefined;
  /** Stand-ins for parts of the global scope, for tests and other hosts. */
  env?: WatchEnvironment | undefined;
}

/** The waits between attempts, in milliseconds: the first doubles until the longest. */
export interface BackoffOptions {
  /** The first: 100 to 3600000. Default: 1000. */
  initial?: number | undefined;
  /** The longest: 100 to 3600000, at least `initial`. Default: 30000. */
  max?: number | undefined;
  /** From 0 (exact) to 1. Default: 1, half of each wait is left to chance. */
  jitter?: number | undefined;
}

/** How an order is asked for while its stream does not work, in milliseconds. */
export interface PollOptions {
  /** The shortest pause between two requests: 500 to 3600000. Default: 5000. */
  min?: number | undefined;
  /** The longest: 500 to 3600000, at least `min`. Default: 10000. */
  max?: number | undefined;
  /** After how many attempts that failed: 1 to 1000. Default: 3. */
  after?: number | undefined;
  /** When the stream is tried again: 1000 to 3600000. Default: 60000. */
  probe?: number | undefined;
  /** How many times as far apart polls are while nothing but the chain's confirmations is awaited: 1 to 100. Default: 3; 1 makes no difference. */
  confirming?: number | undefined;
}

/** A way to share connections between pages: what `acrossTabs()` gives. */
export interface Sharing {
  /** Called by `watchOrder`. */
  connect(about: object): unknown;
}

/**
 * For `share`: of all tabs that watch an order with the same settings, one is connected and tells the others, in memory
 * only. A tab that is to be seen goes before one that is hidden. Where Web Locks or BroadcastChannel are missing, or this
 * page is shut off from the others, each has a connection of its own.
 */
export function acrossTabs(): Sharing;

/** Parts of the global scope a watch uses. One that is there and `undefined` stands for a host that has none. */
export interface WatchEnvironment {
  EventSource?: unknown;
  AbortController?: unknown;
  /** As the global one. */
  fetch?: (url: string, init: object) => Promise<unknown>;
  /** As the global one. */
  setTimeout?: (run: () => void, ms: number) => unknown;
  /** As the global one. */
  clearTimeout?: (timer: unknown) => void;
  window?: unknown;
  document?: unknown;
  navigator?: unknown;
  BroadcastChannel?: unknown;
}

/**
 * A watch under way. Iterating gives the newest order each time, until the end; leaving the loop closes the watch. A loop
 * over a watch that ends with `fatal` throws that end's error.
 */
export interface OrderWatch extends AsyncIterable<Order> {
  /** How it stands now. */
  readonly state: WatchState;
  /** The newest order seen. */
  readonly order: Order | undefined;
  /** When the server last said anything, as `Date.now()` counts. */
  readonly heardAt: number | undefined;
  /** Resolves at the end; never rejects. */
  readonly done: Promise<End>;
  /** Asks for the order now, and ends a wait before the next attempt. */
  refresh(): void;
  /** Ends the watch. May be called anywhere, any number of times. */
  close(): void;
  /** As `close`, for `using`, where the engine has it. */
  [Symbol.dispose](): void;
}

// As TypeScript's own esnext.disposable has it, for projects whose `lib` does not include that yet.
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}
