import { StrictMode, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import useSWRSubscription from 'swr/subscription';
import { isFinal, watchOrder } from 'cryptorefills-checkout';
import { ORDER_ID, show, tryOut } from './shop.js';

/** As the API reference's client-side sample has it, key, `next` and clean-up, with the watch in its EventSource's place. */
function useOrder(referenceOrderId) {
  const { data: lastEvent, error } = useSWRSubscription(
    referenceOrderId ? `orders-info-stream-${referenceOrderId}` : null,
    (key, { next }) => {
      const watch = watchOrder(referenceOrderId, {
        onOrder: (order) => next(null, order),
        onEnd: ({ error: failure }) => failure && next(failure),
      });
      return () => watch.close();
    },
  );
  return { data: lastEvent, error };
}

function Order({ id }) {
  const { data: order, error } = useOrder(id);
  const states = useRef([]);
  const state = order?.order_state;
  useEffect(() => {
    if (!state || states.current.at(-1) === state) return;
    states.current.push(state);
    if (isFinal(order)) show({ ...tried, followed: { rendered: states.current } });
  }, [state]);
  return <p>{error ? error.message : state}</p>;
}

/** The id comes once the order was placed; until then there is nothing to subscribe to. */
function Checkout() {
  const [id, setId] = useState(null);
  useEffect(() => setId(ORDER_ID), []);
  return <><Order id={id} /><Order id={id} /></>;
}

const tried = tryOut();
createRoot(document.getElementById('app')).render(
  <StrictMode>
    <Checkout />
  </StrictMode>,
);
