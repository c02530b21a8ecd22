// The types of watching an order.

import type { CheckoutError } from './index.js';
import type { Order } from './wire.js';

/** How a watch stands. */
export interface WatchState {
  /**
   * - `connecting`: the event stream is being opened
   * - `live`: it is open
   * - `backoff`: it failed; the next attempt is at `nextRetryAt`
   * - `polling`: the order is asked for at intervals; the next time is `nextRetryAt`
   * - `paused`: the page is hidden or gone, and nothing is sent until it is back
   * - `ended`: over
   */
  status: 'connecting' | 'live' | 'backoff' | 'polling' | 'paused' | 'ended';
  /** What carries the news, if anything does. */
  transport: 'sse' | 'poll' | null;
  /** Attempts that failed since things last went well. */
  attempt: number;
  /** When the next attempt or poll is due, as `Date.now()` counts. */
  nextRetryAt?: number;
  /** What last went wrong, while it has not been made good. */
  reason?: 'stream' | 'silent' | 'network' | 'status' | 'payload' | 'unsupported' | 'blocked';
  /** The HTTP status, where that is the reason. */
  httpStatus?: number;
}

/** How a watch came to its end. */
export interface End {
  /**
   * - `stop`: the server said that there will be no more
   * - `final`: the order came to its end
   * - `closed`: `close()`, or the end of a loop over the watch
   * - `aborted`: the signal
   * - `fatal`: it cannot work, and `error` says why
   */
  reason: 'stop' | 'final' | 'closed' | 'aborted' | 'fatal';
  /** The last order seen, if one was. */
  order?: Order;
  /** Why, with `fatal`. */
  error?: CheckoutError;
}

/** Why a payload was passed over. It never repeats what the payload held. */
export interface PayloadIssue {
  /** A JSON pointer; empty for the whole payload. */
  path: string;
  code: string;
  message: string;
}

/**
 * What can be set about a watch. Times are in milliseconds. What a callback throws or rejects with is
 * reported as an uncaught error and does not disturb the watch; every callback may close it.
 */
export interface WatchOptions {
  /** Each new state of the order, in its normal form. Never an older one after a newer, never the same twice. */
  onOrder?: (order: Order) => unknown;
  /** The end, exactly once. Nothing is called after it. */
  onEnd?: (end: End) => unknown;
  /** How the watch stands, at each change. */
  onState?: (state: WatchState) => unknown;
  /** A payload that is not this order. It is passed over. */
  onInvalid?: (issues: PayloadIssue[]) => unknown;
  /** A failure the watch will get over by itself. */
  onError?: (error: CheckoutError) => unknown;
  /**
   * The BFF answered 401. Renew the session here: unless this gives `false` or fails, the request is repeated, once.
   * It may take as long as signing in does, up to an hour: the request waits. Without it, or when it helped nothing, a 401 ends the watch.
   */
  onUnauthorized?: () => unknown;
  /** Ends the watch when aborted. */
  signal?: AbortSignal;
  /** Where the BFF is. Default: `/api`. */
  base?: string;
  /** `auto` (default): the event stream, and polling while it does not work. */
  transport?: 'auto' | 'sse' | 'poll';
  /** The waits between attempts: `initial` (1000) doubling to `max` (30000); `jitter` from 0 (exact) to 1 (default: half of each wait is left to chance). */
  backoff?: { initial?: number; max?: number; jitter?: number };
  /**
   * Polling: every `min` (5000) to `max` (10000), `after` so many failed attempts (3), and the stream tried again after `probe` (60000).
   * While nothing but the chain's confirmations is awaited, polls are `confirming` times as far apart (3); 1 makes no difference.
   */
  poll?: { min?: number; max?: number; after?: number; probe?: number; confirming?: number };
  /** What an expired order is: `end` (default), or `keep` to look slowly for a late payment. */
  expired?: 'end' | 'keep';
  /** How long the stream may take to open. Default: 10000. */
  connectTimeout?: number;
  /** How long a request may take. Default: 10000. */
  requestTimeout?: number;
  /** How often the order is looked up beside a stream that says nothing; 0 for never. Default: 60000. */
  recheck?: number;
  /** How long a hidden page goes on reconnecting and polling. Default: 30000. */
  hiddenGrace?: number;
  /** How much longer than that it keeps a stream that works; 0 for as long as it is hidden. Default: 270000. */
  hiddenStream?: number;
  /** One connection for all tabs that watch the order: `acrossTabs()`. Default: each tab has its own. */
  share?: Sharing;
  /** Whether a page that was frozen is told each state it missed when it thaws. Default: only the newest. */
  everyState?: boolean;
  /** Stand-ins for parts of the global scope, for tests and other hosts. */
  env?: WatchEnvironment;
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

/** Parts of the global scope a watch uses. */
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

/** A watch under way. Iterating gives the newest order each time, until the end; leaving the loop closes the watch. */
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
