'use client';

import { useEffect, useRef, useState } from 'react';
import { createClient } from 'cryptorefills-checkout';
import { useOrder } from 'cryptorefills-checkout/react';
import { DRAFT, show, tryOut } from './shop.js';

/** Rendered on the server, where there is no order yet; placed and followed in the browser, since only who placed it may. */
export function Order() {
  const tried = useRef();
  const [id, setId] = useState();
  const states = useRef([]);
  // Before the hook's own effect, which makes the module ready.
  useEffect(() => {
    tried.current ??= tryOut();
    createClient().create(DRAFT).then((order) => setId(order.order_id), (error) => show({ error: error.message }));
  }, []);
  const { order, end } = useOrder(id);
  const state = order?.order_state;
  useEffect(() => {
    if (state && states.current.at(-1) !== state) states.current.push(state);
    if (end) show({ ...tried.current, followed: { rendered: states.current, reason: end.reason } });
  }, [state, end]);
  return <p>{state}</p>;
}
