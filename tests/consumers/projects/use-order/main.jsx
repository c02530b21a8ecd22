// The hook, beside a watch of the main entry's: one module and one connection for all of them.
import { StrictMode, useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { isFinal, watchOrder } from 'cryptorefills-checkout';
import { useOrder } from 'cryptorefills-checkout/react';
import { ORDER_ID, show, tryOut } from './shop.js';

const tried = tryOut();
const plain = watchOrder(ORDER_ID);

function Order({ id, told }) {
  const { order, state, end } = useOrder(id, { base: '/api' });
  const states = useRef([]);
  const shown = order?.order_state;
  useEffect(() => {
    if (shown && states.current.at(-1) !== shown) states.current.push(shown);
    if (end) told({ rendered: states.current, reason: end.reason });
  }, [shown, end]);
  return <p title={state.status}>{shown}{order && isFinal(order) ? '!' : ''}</p>;
}

const followed = [];
async function told(one) {
  followed.push(one);
  if (followed.length < 2) return;
  const { reason } = await plain.done;
  // Both components were told the same, and so was the watch beside them.
  if (JSON.stringify(followed[0]) !== JSON.stringify(followed[1]) || reason !== one.reason) throw new Error(JSON.stringify(followed));
  show({ ...tried, followed: one });
}

createRoot(document.getElementById('app')).render(
  <StrictMode>
    <Order id={ORDER_ID} told={told} />
    <Order id={ORDER_ID} told={told} />
    <Order id={undefined} told={told} />
  </StrictMode>,
);
