// The hook in a component, against a shop without a server.
import { act, StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkOrder, CheckoutError, watchOrder } from 'cryptorefills-checkout';
import * as slim from 'cryptorefills-checkout/slim';
import { createUseOrder, useOrder } from 'cryptorefills-checkout/react';
import { createTestShop, lifecycles } from 'cryptorefills-checkout/testing';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

let shop;
let id;
let root;
let node;
let renders;
/** What the last render was given. */
let last;

beforeEach(() => {
  shop = createTestShop();
  id = shop.placeOrder().order_id;
  node = document.createElement('div');
  root = createRoot(node);
  renders = 0;
});
afterEach(() => act(async () => root.unmount()));

function Order({ order, use = useOrder, ...options }) {
  renders += 1;
  last = use(order, { env: shop.env, ...options });
  return <p>{last.end ? `${last.order?.order_state} ${last.end.reason}` : `${last.order?.order_state} ${last.state.status}`}</p>;
}

const render = (element) => act(async () => root.render(<StrictMode>{element}</StrictMode>));
const open = () => shop.streams.filter((stream) => stream.readyState !== stream.CLOSED);

test('a component follows an order to its end, over one connection', async () => {
  await render(<><Order order={id} /><Order order={id} /></>);
  expect(node.textContent).toBe('WaitingForPayment liveWaitingForPayment live');
  await act(async () => void shop.advance());
  expect(node.textContent).toBe('PaymentStarted livePaymentStarted live');
  await act(() => shop.finish());
  expect(node.textContent).toBe('Done stopDone stop');
  expect(shop.streams.length).toBe(1);
});

test('nothing is left once the component has gone, and nothing is called', async () => {
  const heard = [];
  const handlers = Object.fromEntries(['onOrder', 'onState', 'onEnd'].map((name) => [name, () => heard.push(name)]));
  await render(<Order order={id} {...handlers} />);
  expect(heard).toContain('onOrder');
  heard.length = 0;
  await act(async () => root.unmount());
  await act(() => shop.finish());
  expect(open()).toEqual([]);
  expect(shop.streams.map((stream) => stream.listenerCount)).toEqual([0]);
  expect(heard).toEqual([]);
  root = createRoot(node);
});

test('the newest callback is called, and writing options in place opens no other connection', async () => {
  const heard = [];
  const first = () => heard.push('first');
  await render(<Order order={id} onOrder={first} poll={{ after: 5 }} />);
  await render(<Order order={id} onOrder={() => heard.push('second')} poll={{ after: 5 }} />);
  heard.length = 0;
  await act(async () => void shop.advance());
  expect(heard).toEqual(['second']);
  expect(shop.streams.length).toBe(1);
});

test('a session is renewed by the newest callback, and the watch goes on', async () => {
  const heard = [];
  shop.answer('order', {}, { status: 401 });
  shop.setDown();
  await render(<Order order={id} transport="poll" poll={{ min: 500, max: 500 }} onUnauthorized={() => heard.push('first')} />);
  await render(<Order order={id} transport="poll" poll={{ min: 500, max: 500 }} onUnauthorized={() => heard.push('second')} />);
  shop.setDown(false);
  await act(async () => last.refresh());
  await vi.waitFor(() => expect(last.order?.order_state).toBe('WaitingForPayment'));
  expect(heard).toEqual(['second']);
});

test('another setting or another order is another watch, and the order stays while it is the same', async () => {
  await render(<Order order={id} />);
  await render(<Order order={id} recheck={30_000} />);
  expect(open().length).toBe(1);
  expect(shop.streams.length).toBe(2);
  expect(last.order.order_id).toBe(id);
  const other = shop.placeOrder().order_id;
  await render(<Order order={other} />);
  expect(last.order.order_id).toBe(other);
  expect(open().length).toBe(1);
});

test('without an order nothing is watched', async () => {
  await render(<Order order={undefined} />);
  expect(node.textContent).toBe('undefined paused');
  await render(<Order order={id} />);
  expect(node.textContent).toBe('WaitingForPayment live');
  await render(<Order order={null} />);
  expect(node.textContent).toBe('undefined paused');
  expect(open()).toEqual([]);
});

test('an id that cannot be one is an end, not an exception', async () => {
  await render(<Order order="../../elsewhere?" />);
  expect(last.end.reason).toBe('fatal');
  expect(last.end.error).toBeInstanceOf(CheckoutError);
  expect(last.end.error.code).toBe('BAD_INPUT');
  expect(last.state.status).toBe('ended');
});

test('a server renders what it knows, and the page takes over without a difference', async () => {
  const { value: initialOrder } = checkOrder(shop.order());
  const App = () => <Order order={id} initialOrder={initialOrder} />;
  const html = renderToString(<App />);
  expect(html).toBe('<p>WaitingForPayment connecting</p>');
  expect(shop.streams).toEqual([]);
  node.innerHTML = html;
  const mismatches = [];
  await act(async () => {
    root = hydrateRoot(node, <App />, { onRecoverableError: (error) => mismatches.push(error.message) });
  });
  expect(mismatches).toEqual([]);
  expect(node.textContent).toBe('WaitingForPayment live');
});

test('it can be closed, asked for news, and rendered no more than told', async () => {
  await render(<Order order={id} />);
  const { refresh, close } = last;
  await act(async () => refresh());
  expect(shop.requests.some(({ name }) => name === 'order')).toBe(true);
  const before = renders;
  await act(async () => undefined);
  expect(renders).toBe(before);
  await act(async () => close());
  expect(node.textContent).toBe('WaitingForPayment closed');
  expect(last.refresh).toBe(refresh);
  expect(open()).toEqual([]);
});

test('the hook over slim, which is another copy with another error class', async () => {
  await slim.init();
  const useSlim = createUseOrder(slim.watchOrder);
  shop.follow(lifecycles.failed);
  const order = shop.placeOrder().order_id;
  await render(<Order order={order} use={useSlim} />);
  await act(() => shop.finish(order));
  expect(node.textContent).toBe('PaymentFailed stop');
  const other = watchOrder(order, { env: shop.env });
  expect((await other.done).order.order_state).toBe('PaymentFailed');
});
