import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { StrictMode, useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient, isFinal, watchOrder } from 'cryptorefills-checkout';
import { ORDER_ID, show, tryOut } from './shop.js';

const client = createClient();

/** The order in the query cache: a snapshot by request, and each news by the watch, which alone knows what is newer. */
function useOrder(id) {
  const queries = useQueryClient();
  useEffect(() => {
    const watch = watchOrder(id, { onOrder: (order) => queries.setQueryData(['order', id], order) });
    return () => watch.close();
  }, [queries, id]);
  // The watch asks when asking is worth it; the cache need not.
  return useQuery({ queryKey: ['order', id], queryFn: ({ signal }) => client.order(id, { signal }), enabled: false });
}

function Order({ id }) {
  const { data: order, refetch } = useOrder(id);
  const states = useRef([]);
  const state = order?.order_state;
  useEffect(() => {
    if (!state || states.current.at(-1) === state) return;
    states.current.push(state);
    if (isFinal(order)) show({ ...tried, followed: { rendered: states.current } });
  }, [state]);
  return <button onClick={() => refetch()}>{state}</button>;
}

const tried = tryOut();
createRoot(document.getElementById('app')).render(
  <StrictMode>
    <QueryClientProvider client={new QueryClient()}>
      <Order id={ORDER_ID} />
      <Order id={ORDER_ID} />
    </QueryClientProvider>
  </StrictMode>,
);
