// A shop without a server: the nine routes and the event stream, answered from the fixtures.
//
// Nothing moves by itself unless asked to: the test says when an order goes on, and everybody who watches hears it.

import { Answer } from './answer.js';
import { FakeEventSource } from './event-source.js';
import * as fixtures from './fixtures.js';
import { isLast, lifecycles } from './lifecycles.js';

/** Stands for the id of whichever order comes next: ids of a form orders have, one after the other. */
const idOf = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/**
 * @param {{ base?: string, lifecycle?: readonly string[], every?: number }} [options]
 */
export function createTestShop({ base = '/api', lifecycle = lifecycles.delivered, every } = {}) {
  const orders = new Map();
  const requests = [];
  const streams = [];
  /** What the next requests meet, in their order, by the name of the call or `any`. */
  const faults = [];
  let down = false;
  let script = states(lifecycle);

  class EventSource extends FakeEventSource {
    static instances = streams;

    constructor(url, init) {
      super(url, init);
      // As a browser, which answers no sooner than its maker has listened.
      queueMicrotask(() => connect(this));
    }
  }

  function connect(source) {
    if (source.readyState === source.CLOSED) return;
    const order = orders.get(subscribed(source));
    if (down) return source.fail();
    if (!order) return source.fail({ forGood: true });
    tell(source, order);
  }

  function tell(source, order) {
    source.send(snapshot(order), { id: order.step + 1 });
    if (isLast(order.script[order.step])) source.send({}, { event: 'stop' });
  }

  const subscribed = (source) => pathOf(source.url).split('/').at(-2);
  const watching = (order) => streams.filter((source) => source.readyState !== source.CLOSED && subscribed(source) === order.id);

  /** What follows the base in an address, without its query. */
  function pathOf(url) {
    const { pathname } = new URL(url, 'http://shop.test');
    const root = new URL(base, 'http://shop.test').pathname.replace(/\/$/, '');
    return pathname.startsWith(`${root}/`) ? pathname.slice(root.length) : `//${pathname}`;
  }

  function snapshot({ id, at, step, script, details }) {
    const times = { created_at: String(at), payment_requested_at: String(at), ...(step > 0 && { updated_at: String(at + step) }) };
    return fixtures.order(script[step], { ...times, ...JSON.parse(JSON.stringify(details)), order_id: id });
  }

  function place(details = {}) {
    // Now, so that there is time to pay.
    const order = { id: idOf(orders.size + 1), at: Math.floor(Date.now() / 1000), step: 0, script, details };
    orders.set(order.id, order);
    if (every !== undefined) later(order);
    return order;
  }

  function later(order) {
    if (order.step < order.script.length - 1) {
      setTimeout(() => {
        move(order);
        later(order);
      }, every);
    }
  }

  function move(order) {
    if (order.step >= order.script.length - 1) return false;
    order.step += 1;
    if (!down) for (const source of watching(order)) tell(source, order);
    return true;
  }

  /** One order of those there are: the one named, or the newest. */
  function one(id = [...orders.keys()].at(-1)) {
    const order = orders.get(id);
    if (!order) throw new Error(id === undefined ? 'No order has been placed in this test shop yet.' : 'There is no such order in this test shop.');
    return order;
  }

  const ROUTES = [
    ['GET', /^\/payment_vias$/, 'paymentVias', () => fixtures.paymentVias()],
    ['GET', /^\/brands$/, 'brands', ({ query }) => fixtures.brands(query.get('country_code') ?? undefined)],
    ['GET', /^\/homepage$/, 'homepage', ({ query }) => fixtures.homepage(query.get('country_code') ?? undefined)],
    ['GET', /^\/products\/country\/(\w\w)$/, 'products', ({ query, found }) =>
      fixtures.products({ country: found[1], brand: query.get('brand_name') ?? undefined, family: query.get('family_name') ?? undefined })],
    ['GET', /^\/products\/price$/, 'price', ({ query }) =>
      fixtures.price({ brand: query.get('brand_name') ?? undefined, faceValue: query.get('face_value') ?? undefined, coin: query.get('coin') ?? undefined })],
    ['POST', /^\/orders\/validations$/, 'validate', ({ body }) => quote(body)],
    ['POST', /^\/orders$/, 'create', ({ body }) => {
      const { refused, status, ...details } = quote(body);
      if (refused) return { refused, status };
      const { coin, coin_amount, deliveries } = details;
      const email = body.user?.email ?? body.email;
      return snapshot(place({ coin, coin_amount, original_price: coin_amount, deliveries, network: body.payment?.network, user: { email } }));
    }],
    ['GET', /^\/orders\/([^/]+)$/, 'order', ({ found }) => {
      const order = orders.get(found[1]);
      return order ? snapshot(order) : { refused: { message: 'order not found' }, status: 404 };
    }],
  ];

  const calls = [...ROUTES.map(([, , name]) => name), 'any'];

  function expect(name) {
    if (!calls.includes(name)) throw mistake(`A test shop has no such call; there are ${calls.join(', ')}.`);
  }

  async function fetch(input, init = {}) {
    const url = new URL(String(input?.url ?? input), 'http://shop.test');
    const method = init.method ?? input?.method ?? 'GET';
    const path = pathOf(url);
    const [, pattern, name, answer] = ROUTES.find(([verb, route]) => verb === method && route.test(path)) ?? [];
    requests.push({ name, method, url: String(input?.url ?? input), headers: { ...init.headers }, body: init.body === undefined ? undefined : JSON.parse(init.body) });
    // As a network, which never answers within the call.
    await null;
    if (init.signal?.aborted) throw init.signal.reason;
    if (down) throw new TypeError('the test shop is down');
    const at = faults.findIndex((fault) => fault.name === 'any' || fault.name === name);
    if (at >= 0) {
      const [{ answer: said }] = faults.splice(at, 1);
      if (said instanceof Error) throw said;
      return said;
    }
    if (!answer) return new Answer({ message: 'path not found' }, { status: 404 });
    const { refused, status, ...said } = wrap(answer({ query: url.searchParams, found: pattern.exec(path), body: requests.at(-1).body }));
    return refused ? new Answer(refused, { status }) : new Answer(said.value);
  }

  return {
    fetch,
    EventSource,
    /** For `watchOrder(id, { env: shop.env })` and `client.watch`. */
    env: { fetch, EventSource },
    /** Every request so far, streams not counted. */
    requests,
    /** Every stream that was opened. */
    streams,

    /** What becomes of the orders placed from now on. */
    follow(next) {
      script = states(next);
    },

    /** An order, without a page having placed it. */
    placeOrder: (details) => snapshot(place(details)),

    /** The newest order, or the one with this id, as it is now. */
    order: (id) => snapshot(one(id)),

    /** Takes an order to its next state. Whether there was one. */
    advance: (id) => move(one(id)),

    /** Takes an order to the end, and lets everybody who watches hear each state. */
    async finish(id) {
      const order = one(id);
      do await turns();
      while (move(order));
      await turns();
    },

    /** The next call of this name (`create`, `order`, … or `any`) is refused for these reasons. */
    refuse(name, ...codes) {
      if (codes.length === 0 || !codes.every((code) => isName(code?.code ?? code))) {
        throw mistake("refuse() takes the problems' codes after the call: refuse('create', 'OUT_OF_STOCK'), or { code, details }.");
      }
      expect(name);
      const answer = new Answer(fixtures.problems(...codes), { status: name === 'validate' ? 200 : 400 });
      faults.push({ name, answer });
    },

    /** The next call of this name is answered so, or rejects with an error. */
    answer(name, body, init) {
      expect(name);
      faults.push({ name, answer: body instanceof Error ? body : new Answer(body, init) });
    },

    /** Breaks every stream, as a lost connection does. */
    drop({ forGood = false } = {}) {
      for (const source of [...streams]) source.fail({ forGood });
    },

    /** From now on nobody is reached, or everybody again. */
    setDown(yes = true) {
      down = yes;
      if (yes) for (const source of [...streams]) source.fail();
    },

    /** Puts the shop in place of the global fetch and EventSource; gives a function that puts them back. */
    install(scope = globalThis) {
      const before = ['fetch', 'EventSource'].map((name) => [name, Object.getOwnPropertyDescriptor(scope, name)]);
      for (const [name, value] of [['fetch', fetch], ['EventSource', EventSource]]) {
        Object.defineProperty(scope, name, { value, writable: true, configurable: true, enumerable: true });
      }
      return () => {
        for (const [name, descriptor] of before) {
          if (descriptor) Object.defineProperty(scope, name, descriptor);
          else delete scope[name];
        }
      };
    },
  };
}

/** What a test asks for that cannot be is told at once: later it would look like a shop where nothing happens. */
const mistake = (message) => Object.assign(new TypeError(message), { code: 'BAD_INPUT' });

const isName = (text) => typeof text === 'string' && text !== '';

/** A lifecycle, if it is one. A state may be newer than this package. */
function states(lifecycle) {
  if (Array.isArray(lifecycle) && lifecycle.length > 0 && lifecycle.every(isName)) return lifecycle;
  throw mistake(`A lifecycle is a list of states, at least one: one of lifecycles (${Object.keys(lifecycles).join(', ')}), or your own.`);
}

const wrap = (answer) => (answer?.refused ? answer : { value: answer });

/** Lets what is under way in promises go on. */
async function turns() {
  for (let turn = 0; turn < 20; turn++) await null;
}

/** What an order costs, from either shape of its body; or what stands against it. */
function quote(body) {
  const lines = [];
  for (const { deliverable, quantity = 1, ...flat } of body?.deliveries ?? []) {
    for (let count = 0; count < quantity; count++) lines.push(deliverable ?? flat);
  }
  const coin = body?.payment?.coin;
  const deliveries = lines.map((line) => {
    const product = fixtures.findProduct(line.brand_name, line.denomination);
    if (!product) return undefined;
    const amount = product.is_dynamic ? String(line.product_value) : product.coin_amount;
    return {
      ...fixtures.delivery({
        denomination: line.denomination, localized_denomination: product.localized_denomination ?? undefined, brand_name: line.brand_name, family: product.family,
        beneficiary_account: line.beneficiary_account, country_code: line.country_code, delivery_type: product.delivery_type, points: product.points, coin_amount: amount,
      }),
      kind: product.kind,
    };
  });
  if (deliveries.includes(undefined)) return { refused: fixtures.problems('NOT_AVAILABLE_PRODUCT'), status: 400 };
  const total = sum(deliveries.map(({ deliverable }) => deliverable.coin_amount));
  return fixtures.validation({ coin, coin_amount: total, original_coin_amount: total, deliveries: deliveries.map((delivery, at) => ({ ...delivery, id: `d-${at + 1}` })) });
}

/** The sum of amounts, as decimal text, to the hundredth. */
function sum(amounts) {
  let cents = 0n;
  for (const amount of amounts) {
    const [whole, part = ''] = amount.split('.');
    cents += BigInt(whole + part.padEnd(2, '0').slice(0, 2));
  }
  const digits = String(cents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
