'use client';

import { useEffect, useRef } from 'react';
import { useOrder } from 'cryptorefills-checkout/react';
import { show, tryOut } from './shop.js';

/** Rendered on the server, where there is no order yet, and followed in the browser. */
export function Order({ id }) {
  const tried = useRef();
  const states = useRef([]);
  // Before the hook's own effect, which makes the module ready.
  useEffect(() => {
    tried.current ??= tryOut();
  }, []);
  const { order, end } = useOrder(id);
  const state = order?.order_state;
  useEffect(() => {
    if (state && states.current.at(-1) !== state) states.current.push(state);
    if (end) show({ ...tried.current, followed: { states: states.current, reason: end.reason } });
  }, [state, end]);
  return <p>{state}</p>;
}
