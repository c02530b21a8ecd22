// The types of ./testing. What stands in for a global has its loose type, so that it fits wherever one is asked for.

import type { Order, OrderState, ProblemCode } from './wire.js';

/** What a fixture is: JSON as the API sends it, before it is checked. */
export type WireJson = { [name: string]: any };

/** Why a request is refused: a problem's code, or one with its details. */
export type RefusalCode = ProblemCode | { code: ProblemCode; details: unknown };

/** Answers as the API gives them, about a made-up shop; a fresh copy at each call. */
export declare const fixtures: {
  /** The id of `fixtures.order()`. */
  readonly ORDER_ID: string;
  /** The code an order brings once it is `Done`. Nobody can redeem it. */
  readonly PIN_CODE: string;
  /** An order in a state, with the fields you give. */
  order(state?: OrderState, more?: Partial<Order> | WireJson): WireJson;
  /** What `GET /api/brands` answers. */
  brands(country?: string): WireJson;
  /** What `GET /api/products/country/{cc}` answers. */
  products(query?: { country?: string | undefined; family?: string | undefined; brand?: string | undefined }): WireJson[];
  /** What `GET /api/products/price` answers. */
  price(query?: { brand?: string | undefined; faceValue?: string | undefined; coin?: string | undefined }): WireJson;
  /** What `GET /api/payment_vias` answers. */
  paymentVias(): WireJson[];
  /** What `GET /api/homepage` answers. */
  homepage(country?: string): WireJson;
  /** What `POST /api/orders/validations` answers when nothing stands against the order. */
  validation(more?: WireJson): WireJson;
  /** A refusal for these reasons: codes, or codes with their details. */
  problems(...codes: RefusalCode[]): WireJson;
};

/** What can become of an order: its states from the first to the last. Write your own as a list of states. */
export declare const lifecycles: {
  readonly delivered: readonly OrderState[];
  /** Too little is paid at first. */
  readonly underpaid: readonly OrderState[];
  /** A person looks at it before it is delivered. */
  readonly reviewed: readonly OrderState[];
  /** It cannot be delivered, and the money goes back. */
  readonly refunded: readonly OrderState[];
  readonly expired: readonly OrderState[];
  readonly failed: readonly OrderState[];
  /** There never is an address to pay to. */
  readonly neverPayable: readonly OrderState[];
  /** Passes through a state newer than this package. */
  readonly fromTomorrow: readonly OrderState[];
};

/** An `EventSource` that connects to nobody: the test says what arrives. */
export declare class FakeEventSource {
  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSED: 2;
  /** Every one that was made, the newest last. Empty it between tests: `FakeEventSource.instances.length = 0`. */
  static instances: FakeEventSource[];
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
  constructor(url: string | URL, init?: { withCredentials?: boolean | undefined });
  readonly url: string;
  readonly withCredentials: boolean;
  readyState: number;
  /** As the browser's. */
  onopen: ((event: any) => unknown) | null;
  /** As the browser's. */
  onmessage: ((event: any) => unknown) | null;
  /** As the browser's. */
  onerror: ((event: any) => unknown) | null;
  /** How many listeners it has: none, once somebody has cleaned up. */
  readonly listenerCount: number;
  /** As the browser's. */
  addEventListener(type: string, listener: any): void;
  /** As the browser's. */
  removeEventListener(type: string, listener: any): void;
  /** As the browser's: nothing arrives any more. */
  close(): void;
  /** The connection is there. */
  open(): void;
  /** An event arrives, opening the connection if need be: text as it is, anything else as JSON. */
  send(data: unknown, about?: { event?: string | undefined; id?: string | number | undefined }): void;
  /** The connection breaks; `forGood` as when it is refused. */
  fail(how?: { forGood?: boolean | undefined }): void;
}

/** The calls a test shop knows, by the names of the client's methods. */
export type TestShopCall = 'paymentVias' | 'brands' | 'homepage' | 'products' | 'price' | 'validate' | 'create' | 'order';

/** How a test shop is. */
export interface TestShopOptions {
  /** As for the client. Default: `/api`. */
  base?: string | undefined;
  /** What becomes of its orders: a list of states, at least one. Default: `lifecycles.delivered`. */
  lifecycle?: readonly OrderState[] | undefined;
  /** Milliseconds after which an order goes on by itself; left out, the test says when. */
  every?: number | undefined;
}

/** A request a test shop has seen. */
export interface TestShopRequest {
  /** `undefined` for a path there is not. */
  name: TestShopCall | undefined;
  method: string;
  url: string;
  headers: Record<string, string>;
  /** The body, read. */
  body: any;
}

/** Fits wherever a `fetch` is asked for. */
export type TestFetch = (url: any, init?: any) => Promise<any>;

/** A shop without a server: every route answered from the fixtures, every stream told when its order moves. */
export interface TestShop {
  /** For `createClient({ fetch: shop.fetch })`. */
  fetch: TestFetch;
  EventSource: typeof FakeEventSource;
  /** For `watchOrder(id, { env: shop.env })`, `client.watch` and `useOrder`. */
  env: { fetch: TestFetch; EventSource: typeof FakeEventSource };
  /** Every request so far; streams are in `streams`. */
  readonly requests: TestShopRequest[];
  readonly streams: FakeEventSource[];
  /** What becomes of the orders placed from now on: a list of states, at least one. */
  follow(lifecycle: readonly OrderState[]): void;
  /** An order without a page having placed it, with the fields you give. */
  placeOrder(more?: Partial<Order> | WireJson): WireJson;
  /** The newest order, or the one with this id, as it is now. */
  order(id?: string): WireJson;
  /** Takes the newest order, or the one with this id, to its next state. Whether there was one. */
  advance(id?: string): boolean;
  /** Takes it to the end, state by state. */
  finish(id?: string): Promise<void>;
  /** The next call of this name is refused for these reasons. */
  refuse(name: TestShopCall | 'any', ...codes: [RefusalCode, ...RefusalCode[]]): void;
  /** The next call of this name is answered with this body, or rejects with this error. */
  answer(name: TestShopCall | 'any', body: unknown, init?: { status?: number | undefined; headers?: Record<string, string> | undefined }): void;
  /** Breaks every stream, as a lost connection does. */
  drop(how?: { forGood?: boolean | undefined }): void;
  /** From now on nobody is reached; `setDown(false)` ends it. */
  setDown(yes?: boolean): void;
  /** Takes the place of the global `fetch` and `EventSource`; the function it gives puts them back. */
  install(scope?: object): () => void;
}

/** A shop to test a checkout against, in any test runner, without a server. It throws on a call, a lifecycle or codes there are not. */
export declare function createTestShop(options?: TestShopOptions): TestShop;
