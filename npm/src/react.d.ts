// The types of ./react.

import type { watchOrder } from './index.js';
import type { End, WatchOptions, WatchState } from './watch.js';
import type { Order } from './wire.js';

/** What can be set about a watched order: as for `watchOrder`, and the order to begin with. */
export interface UseOrderOptions extends WatchOptions {
  /** The order as `create` has just answered it, or as a server has read it. Shown until there is news. */
  initialOrder?: Order | undefined;
}

/** An order as it is now. */
export interface UseOrder {
  /** The newest order seen; `undefined` until one was. */
  order: Order | undefined;
  /** How the watch stands. */
  state: WatchState;
  /** How it came to its end; `undefined` before. With `fatal`, `end.error` says why. */
  end: End | undefined;
  /** Asks for the order now. Always the same function for an order. */
  refresh: () => void;
  /** Ends the watch. Always the same function for an order. */
  close: () => void;
}

/**
 * Watches an order for as long as the component is there. Components that watch the same order share one
 * connection, also over StrictMode's second mount. On a server, and while hydrating, it gives `initialOrder`.
 *
 * Callbacks may be written in place: the newest ones are called. Changed settings begin another watch, and nothing
 * is called once the component has gone. An id that cannot be one is an `end`, not an exception.
 *
 * @param orderId nothing is watched without one
 */
export function useOrder(orderId: string | null | undefined, options?: UseOrderOptions): UseOrder;

/** A `useOrder` over another `watchOrder`, such as that of `cryptorefills-checkout/slim`, once its `init()` has resolved. */
export function createUseOrder(watch: typeof watchOrder): typeof useOrder;
