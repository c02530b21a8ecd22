import { StrictMode, useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';
import useSWRSubscription from 'swr/subscription';
import { isFinal, watchOrder } from 'cryptorefills-checkout';
import { ORDER_ID, show, tryOut } from './shop.js';

/** The order as it is now, for as long as a component that asks for it is there. */
function useOrder(orderId) {
  return useSWRSubscription(['order', orderId], ([, id], { next }) => {
    const watch = watchOrder(id, {
      onOrder: (order) => next(null, order),
      onEnd: ({ error }) => error && next(error),
    });
    return () => watch.close();
  });
}

function Order({ id }) {
  const { data: order, error } = useOrder(id);
  const states = useRef([]);
  const state = order?.order_state;
  useEffect(() => {
    if (!state || states.current.at(-1) === state) return;
    states.current.push(state);
    if (isFinal(order)) show({ ...tried, followed: { states: states.current } });
  }, [state]);
  return <p>{error ? error.message : state}</p>;
}

const tried = tryOut();
createRoot(document.getElementById('app')).render(
  <StrictMode>
    <Order id={ORDER_ID} />
    <Order id={ORDER_ID} />
  </StrictMode>,
);
