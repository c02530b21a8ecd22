'use client';

import { useEffect, useState } from 'react';
import { watchOrder } from 'cryptorefills-checkout';
import { show, tryOut } from './shop.js';

export function Order({ id }) {
  const [order, setOrder] = useState();
  useEffect(() => {
    const tried = tryOut();
    const states = [];
    const watch = watchOrder(id, {
      onOrder(fresh) {
        states.push(fresh.order_state);
        setOrder(fresh);
      },
      onEnd: ({ reason }) => reason !== 'closed' && show({ ...tried, followed: { states, reason } }),
    });
    return () => watch.close();
  }, [id]);
  return <p>{order?.order_state}</p>;
}
