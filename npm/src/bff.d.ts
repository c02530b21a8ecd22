// The types of `cryptorefills-checkout/bff`, written by hand.

/** How long things may take, in milliseconds; 0 switches one off. */
export interface BffTimeouts {
  /** until the API's headers are there, on reads and streams: 10 000 */
  connect?: number;
  /** until the API's headers are there, on writes: 30 000 */
  write?: number;
  /** until a whole answer is read: 30 000 */
  answer?: number;
  /** until the browser's whole body is read: 10 000 */
  upload?: number;
  /** silence on a stream after which a `ping` event is put in: 15 000 */
  heartbeat?: number;
  /** silence of the API on a stream after which the stream is ended, so that the client refills: 75 000 */
  stall?: number;
  /** the longest a stream may live; set it a little below your platform's own limit: 0 */
  lifetime?: number;
}

export interface BffTimers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** milliseconds since 1970 */
  now(): number;
}

export interface BffOptions {
  /** Your partner id. Without it the API still answers, and your commission is lost. */
  partnerId: string;
  /** The version of your application, any text. */
  appVersion: string;
  /** Where the API is: https, or plain http on this very machine. Default: https://api.cryptorefills.com */
  upstream?: string;
  /** Where the handler is mounted. Default: "/api" */
  basePath?: string;
  /** The country to name when the request names none: two letters. */
  country?: string;
  /** Web origins besides the shop's own that may place orders, for instance behind a proxy that changes the Host. */
  origins?: readonly string[];
  /**
   * The shopper's address, as far as you trust who says it: the peer's, or an X-Forwarded-For that your own proxy set.
   * Of a chain the first entry is used. Given, it is sent as X-Forwarded-For.
   */
  clientAddress?: (request: Request) => string | null | undefined;
  timeouts?: BffTimeouts;
  /** Ends every open stream when it fires: for a clean stop of the server. */
  signal?: AbortSignal;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  timers?: Partial<BffTimers>;
}

/**
 * Makes the handler. It answers the nine routes below `basePath` and nothing else, and never throws.
 * Refusals and failures of its own are JSON: `{ "error": CODE, "message": sentence }`.
 */
export function createBff(options: BffOptions): (request: Request) => Promise<Response>;
