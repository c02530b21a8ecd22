// useOrder: an order in a component, as it is now.
//
// The module stays where it is, in the package's main entry: this file only subscribes to what that gives.

import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { watchOrder } from './index.js';

/** Those that may be given later than the watch begins; the others are settings too, and have to be there at once. */
const CALLBACKS = ['onOrder', 'onEnd', 'onState', 'onInvalid', 'onError'];
const STATE = { status: 'connecting', transport: 'sse', attempt: 0 };

/** One order as one component sees it. React subscribes, again and again in StrictMode; what was seen stays. */
function createStore(orderId, initialOrder) {
  const first = { order: initialOrder, state: orderId ? STATE : { ...STATE, status: 'paused', transport: null }, end: undefined };
  let snapshot = first;
  let watch;
  return {
    getSnapshot: () => snapshot,
    getServerSnapshot: () => first,
    refresh: () => watch?.refresh(),
    close: () => watch?.close(),

    subscribe(changed, watchOrder, latest) {
      if (!orderId) return () => {};
      let over = false;
      const show = (news) => {
        snapshot = { ...snapshot, ...news };
        changed();
      };
      const seen = { onOrder: (order) => show({ order }), onState: (state) => show({ state }), onEnd: (end) => show({ end }) };
      const given = Object.keys(latest.current).filter((name) => typeof latest.current[name] === 'function');
      const handlers = [...CALLBACKS, ...given].map((name) => [name, (news) => {
        // Nothing reaches a component that has gone.
        if (over) return undefined;
        seen[name]?.(news);
        return latest.current[name]?.(news);
      }]);
      if (snapshot.end) snapshot = { ...snapshot, state: STATE, end: undefined };
      try {
        watch = watchOrder(orderId, { ...latest.current, ...Object.fromEntries(handlers) });
      } catch (error) {
        // As data: an id from an address bar is no reason for the page to fall.
        show({ state: { ...STATE, status: 'ended', transport: null }, end: { reason: 'fatal', error } });
        return () => {};
      }
      return () => {
        over = true;
        watch.close();
        watch = undefined;
      };
    },
  };
}

/**
 * A useOrder over another watchOrder, such as that of ./slim.
 * @param {typeof watchOrder} watchOrder
 */
export function createUseOrder(watchOrder) {
  return function useOrder(orderId, { initialOrder, ...options } = {}) {
    const latest = useRef(options);
    useEffect(() => {
      latest.current = options;
    });
    const store = useMemo(() => createStore(orderId, initialOrder), [orderId]);
    // An options object written in place is another one at each render: what is in it decides.
    const { signal, env } = options;
    const settings = JSON.stringify({ ...options, signal: undefined, env: undefined });
    const subscribe = useMemo(() => (changed) => store.subscribe(changed, watchOrder, latest), [store, settings, signal, env]);
    const { order, state, end } = useSyncExternalStore(subscribe, store.getSnapshot, store.getServerSnapshot);
    return { order, state, end, refresh: store.refresh, close: store.close };
  };
}

/** An order, watched for as long as a component that asks for it is there. */
export const useOrder = /* @__PURE__ */ createUseOrder(watchOrder);
