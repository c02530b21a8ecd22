// The package's public types. Payloads are in wire.d.ts, watching in watch.d.ts.

import type {
  Brands,
  IssueCode,
  Order,
  OrderStage,
  OrderState,
  PaymentVia,
  Price,
  ProblemCode,
  ProblemField,
  ProblemGroup,
  ProblemRemedy,
  Product,
  ProductGroup,
  Validation,
  Brand,
} from './wire.js';
import type { OrderWatch, WatchOptions } from './watch.js';

export * from './wire.js';
export * from './watch.js';

/** A compiled module; any object where the project's `lib` knows no WebAssembly, as in a server without DOM types. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } } ? Module & object : object;

/** Where the module comes from, for engines and bundlers that want it as a file. Node reads a `file:` URL. */
export type WasmSource = string | URL | Response | ArrayBuffer | ArrayBufferView | WasmModule;

/**
 * Compiles the module ahead of its first use. With the package's main entry this is a warm-up, not a duty; with
 * `./slim` it comes before everything else. Calls share one attempt, and a failed one can be repeated.
 *
 * @throws CheckoutError `LOAD_FAILED`, `BAD_INPUT` for a source that is none
 */
export function init(source?: WasmSource | Promise<WasmSource>): Promise<void>;

/** Whether the module is compiled. */
export function isReady(): boolean;

/** A request as plain data: `fetch(request.url, request)` sends it. */
export interface CheckoutRequest {
  method: 'GET' | 'POST';
  /** Relative to the page, unless `base` is absolute. */
  url: string;
  headers: Record<string, string>;
  /** JSON text of a write. */
  body?: string;
}

/** Where a request goes, and for whom. */
export interface RequestOptions {
  /** Where the shop's own server is; `/api` by default. */
  base?: string | undefined;
  /** The shopper's country, ISO 3166 alpha-2. Goes into `X-Country-ISO-Code`. */
  country?: string | undefined;
}

/** What an order is checked against. */
export interface ValidateRequestOptions extends RequestOptions {
  /** The product, or one an item: the draft is checked against it first. */
  product?: Product | readonly Product[] | undefined;
  /** The language of a draft that names none. */
  lang?: string | undefined;
}

/** What an order is checked against, and how it is written. */
export interface CreateRequestOptions extends ValidateRequestOptions {
  /** `nested` as the API reference has it (the default), or `flat` as newer documentation has it. */
  shape?: 'nested' | 'flat' | undefined;
}

/** The ways to pay (API reference, section 2). */
export function paymentViasRequest(options?: RequestOptions): CheckoutRequest;
/** The brands of a country (section 3). @throws CheckoutError `BAD_INPUT` */
export function brandsRequest(options: RequestOptions & { country: string }): CheckoutRequest;
/** The homepage feed of a country (section 4). @throws CheckoutError `BAD_INPUT` */
export function homepageRequest(options: RequestOptions & { country: string }): CheckoutRequest;
/** The products of a family or brand (section 5). @throws CheckoutError `BAD_INPUT` */
export function productsRequest(options: RequestOptions & ProductsQuery): CheckoutRequest;
/** The price of a range product's value (section 6). @throws CheckoutError `BAD_INPUT` */
export function priceRequest(options: RequestOptions & PriceQuery): CheckoutRequest;
/** Asks what stands against an order (section 7). @throws CheckoutError `BAD_INPUT` with `issues` */
export function validateOrderRequest(draft: OrderDraft, options?: ValidateRequestOptions): CheckoutRequest;
/** Places an order (section 8). Never send it twice by itself. @throws CheckoutError `BAD_INPUT` with `issues` */
export function createOrderRequest(draft: OrderDraft, options?: CreateRequestOptions): CheckoutRequest;
/** One order (section 9b). @throws CheckoutError `BAD_INPUT` */
export function orderRequest(orderId: string, options?: RequestOptions): CheckoutRequest;
/** The address of an order's stream (section 9a). An EventSource sends no headers, so there is no country. @throws CheckoutError `BAD_INPUT` */
export function orderStreamUrl(orderId: string, options?: Pick<RequestOptions, 'base'>): string;

/** Which products are asked for. */
export interface ProductsQuery {
  country: string;
  /** The family, or the exact brand; one is needed. */
  family?: string | undefined;
  brand?: string | undefined;
  /** Ticker for the prices; check the answer's `coin`. */
  coin?: string | undefined;
  /** Language of the prose, as a tag such as `de-AT`: `en`, `es`, `fr`, `de`, `it`, `pt`, `zh`, `tr`, `vi` or `tl`. Any other is English. */
  lang?: string | undefined;
}

/** Which price is asked for. */
export interface PriceQuery {
  country: string;
  /** The exact brand. */
  brand: string;
  /** Decimal text in the brand's currency. */
  faceValue: string;
  /** Ticker. */
  coin: string;
}

/** An order as the shop sees it. */
export interface OrderDraft {
  /** The shopper's own address: the API delivers there. */
  email: string;
  newsletter?: boolean | undefined;
  /** 1 to 10 items, quantities counted. */
  items: readonly DraftItem[];
  payment: {
    /** Ticker. */
    coin: string;
    /** As payment_vias names it. Needed to place the order; may be open when validating. */
    network?: string | undefined;
    /** `USER_WALLET` by default. */
    via?: string | undefined;
  };
  /** The shopper's language, sent as it is. */
  lang?: string | undefined;
  coupon?: string | undefined;
  /** Where a refund goes; can only be given here. */
  refundAddress?: string | undefined;
  acquisition?: { utm_source?: string | undefined; [key: string]: string | undefined } | undefined;
}

/** A line of an order. */
export interface DraftItem {
  /** As the catalogue says: `giftcard`, `mobile_recharge`, … */
  kind: string;
  /** The exact brand. */
  brand: string;
  /** ISO 3166 alpha-2. */
  country: string;
  /** 1 by default. */
  quantity?: number | undefined;
  /** Fixed products: the catalogue's exact text. Range products: an amount, decimal text. */
  value: { denomination: string; localized?: string | undefined } | { amount: string };
  /** E-mail address, or E.164 phone number for top-ups; the shopper's address by default. */
  beneficiary?: string | undefined;
}

/** One thing wrong with a payload, a draft or a beneficiary. The message never repeats the value. */
export interface Issue {
  /** JSON pointer to it; empty for the whole. */
  path: string;
  /** docs/errors.md has them all. */
  code: IssueCode;
  message: string;
}

/**
 * A draft's `value` for a product of the catalogue: its exact denomination, or where it has a range the amount, decimal text.
 * What is missing becomes `''`, which the draft's check refuses with its path.
 */
export function draftValue(product: Pick<Product, 'is_dynamic' | 'denomination'>, amount?: string): DraftItem['value'];

/** What is wrong with a draft; `[]` when it can be validated, and placed once it names a network. A product, or one an item, adds its limits. */
export function checkDraft(draft: unknown, product?: Product | readonly Product[]): Issue[];

/**
 * A checked answer. `leftOut` is there where something that serves display only, or a row of a catalogue, could not
 * be read: it is not in `value`. What money or delivery depends on is never left out: that is an issue.
 */
export type CheckResult<T> = { ok: true; value: T; leftOut?: Issue[] } | { ok: false; issues: Issue[] };

/** A body that was read: text, bytes or an object. A `Response`, a promise or a `Blob` is none: pass `await response.text()`. */
export type Body = string | Uint8Array | ArrayBuffer | (object & { then?: never; arrayBuffer?: never }) | null | undefined;

/** How an answer is read. */
export interface CheckOptions {
  /** Larger answers are refused; 8 MiB by default. */
  maxBytes?: number | undefined;
}

/** An order, from create, get or the stream. Never throws on data. */
export function checkOrder(body: Body, options?: CheckOptions): CheckResult<Order>;
/** What validating answers. Never throws on data. */
export function checkValidation(body: Body, options?: CheckOptions): CheckResult<Validation>;
/** The ways to pay. Never throws on data. */
export function checkPaymentVias(body: Body, options?: CheckOptions): CheckResult<PaymentVia[]>;
/** The brands of a country. Never throws on data. */
export function checkBrands(body: Body, options?: CheckOptions): CheckResult<Brands>;
/** The products of a family or brand. Never throws on data. */
export function checkProducts(body: Body, options?: CheckOptions): CheckResult<ProductGroup[]>;
/** A price. Never throws on data. */
export function checkPrice(body: Body, options?: CheckOptions): CheckResult<Price>;
/** JSON of unknown shape, such as the homepage feed: read within the limits, kept as it is. */
export function checkJson(body: Body, options?: CheckOptions): CheckResult<unknown>;

/** Something that stands against a request. Unknown codes are data: `known` is false, `code` as sent. */
export interface Problem {
  code: ProblemCode;
  known: boolean;
  /** `unknown` for a code that is not known. */
  group: ProblemGroup;
  /** What on the form it concerns. */
  field?: ProblemField;
  /** What can be done. */
  remedy: ProblemRemedy;
  /** Whether the same request may succeed later. */
  retryable: boolean;
  params?: {
    /** Of NOT_ALLOWED_PAYMENT_VIA. */
    vias?: string[];
    /** Of UNSUPPORTED_PROTOCOL_COIN_COMBINATION; networks as payment_vias names them, as sent where that is not known. */
    combinations?: { network: string; coin: string }[];
    /** How long to wait, where the answer or its headers say: `Retry-After`, and with 429 and 5xx `X-RateLimit-Reset`. */
    retryAfterSeconds?: number;
    [name: string]: unknown;
  };
  /** The details as sent. May hold anything: do not log them. */
  details?: unknown;
}

/**
 * What stands against a request, from an answer's body, status and headers (API reference, section 7, and every
 * error body observed). `[]` means nothing. Never throws on data.
 */
export function decodeProblems(body: Body, httpStatus?: number, headers?: { get(name: string): string | null }): Problem[];

/**
 * A catalogue that stays in the module: checked and indexed there, so that the page gets the rows it shows and no others.
 * Close it when the page that shows it goes; one that is forgotten is closed some time after it was collected.
 */
export interface Catalog<Row> {
  /** How many rows there are: each brand once, however often the answer lists it. */
  readonly size: number;
  /**
   * The rows whose brand fits what was typed so far: the exact name first, then names that begin with it, names with
   * a word that does, names that hold it, and names it resembles but for one error (from four letters on) or two (from
   * eight); the popular first among equals. Case, accents, width, hiragana and katakana, the spellings of an Arabic letter,
   * spaces and signs make no difference. `''` gives all rows, the popular first.
   */
  search(text: string, options?: { limit?: number | undefined; offset?: number | undefined }): Row[];
  /** Rows in the answer's order; 50 by default. */
  page(options?: { limit?: number | undefined; offset?: number | undefined }): Row[];
  /** The row of a `brand_id`, or of exactly that brand name. */
  brand(idOrName: string): Row | undefined;
  /** Frees its memory; afterwards it throws `BAD_INPUT`. */
  close(): void;
  /** As `close`, for `using`, where the engine has it. */
  [Symbol.dispose](): void;
}

/** Opens the brands of a country, checked as `checkBrands` does. Never throws on data. */
export function openBrands(body: Body, options?: CheckOptions): CheckResult<Catalog<Brand>>;
/** Opens the products of a family or brand, a row a brand, checked as `checkProducts` does. Never throws on data. */
export function openProducts(body: Body, options?: CheckOptions): CheckResult<Catalog<ProductGroup>>;

/** Standard Schema v1, for libraries that take one. */
export interface StandardSchema<T> {
  /** What the standard asks for. */
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    /** The value in its normal form, or what is wrong with it. */
    readonly validate: (
      value: unknown,
    ) => { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string; readonly path: readonly string[] }[] };
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** `checkOrder` as a Standard Schema. */
export const orderSchema: StandardSchema<Order>;
/** `checkValidation` as a Standard Schema. */
export const validationSchema: StandardSchema<Validation>;
/** `checkPaymentVias` as a Standard Schema. */
export const paymentViasSchema: StandardSchema<PaymentVia[]>;
/** `checkBrands` as a Standard Schema. */
export const brandsSchema: StandardSchema<Brands>;
/** `checkProducts` as a Standard Schema. */
export const productsSchema: StandardSchema<ProductGroup[]>;
/** `checkPrice` as a Standard Schema. */
export const priceSchema: StandardSchema<Price>;

/** What an order's state means for the shopper; `unknown` for states newer than this package. */
export function orderStage(order: { order_state: OrderState } | OrderState): OrderStage;

/** Whether the order is over. `Expired` counts, though late money was seen to move such orders on. */
export function isFinal(order: { order_state: OrderState } | OrderState): boolean;

/** Until when an order can be paid. */
export interface PaymentWindow {
  /** Unix seconds. */
  expiresAt: number;
  /** Zero when it is over. */
  secondsLeft: number;
  /** The API sends no expiry: 30 minutes (section 8) are reckoned from the source. Only an invoice's is exact. */
  isEstimate: boolean;
  source: 'payment_requested_at' | 'created_at' | 'invoice';
}

/** The payment window, `null` where nothing tells when it began. `now` in Unix milliseconds. */
export function paymentWindow(order: Partial<Order>, now?: number | Date): PaymentWindow | null;

/** How to pay. */
export interface PaymentInstructions {
  /** A chain address, or a BOLT11 invoice. */
  address: string;
  /** The exact amount of the order, decimal text in whole coins, `order.sent_coin_amount` of it included. */
  amount: string;
  /** What of it is still to be paid, exactly; there once a part has arrived, `'0'` when all of it has. */
  remaining?: string;
  coin: string;
  network?: string;
  /**
   * A link a wallet opens, for `remaining` where a part has been paid. `null` rather than a guess: for a part of an
   * invoice, where a part has been paid and the order does not say how much, and where the order is not paid from the
   * shopper's own wallet.
   */
  uri: string | null;
  /** Reasons not to pay: the order does not wait for a payment, the invoice cannot be read or asks for another amount. */
  issues: Issue[];
}

/** How to pay an order, `null` without address, amount or coin. The answer of payment_vias adds token contracts. */
export function paymentInstructions(order: Partial<Order>, vias?: readonly PaymentVia[]): PaymentInstructions | null;

/**
 * The 233 supported countries (section 3), named in a language and sorted by name in it. In English, as the reference
 * names them, where the engine has no Intl.DisplayNames.
 */
export function countries(lang?: string): { code: string; name: string }[];

/** Whether a two-letter code is one of them. */
export function isCountry(code: string): boolean;

/**
 * HTML of the catalogue or of an order (`note`, `term_and_conditions`, `how_to_redeem`, `redeem_instructions`) as text, without
 * a DOM: lines, blocks and list items (`- …`) on lines of their own, entities decoded (numbers, and the names that western
 * texts have; others stay as written), control characters and those that turn the direction around left out. It is text: show
 * it as `textContent`. Never for what an order sends back, such as `brand` and `denomination`: those go as they came.
 */
export function plainText(html: string | null | undefined): string;

/** The URL of a brand's logo (section 3), `null` where it has none. */
export function logoUrl(
  brand: Pick<Brand, 'logo_url' | 'logo_base_url'>,
  options?: { size?: 'original' | '500x318' | '300x190' | undefined; format?: 'webp' | 'jpg' | undefined },
): string | null;

/**
 * What is wrong with a recipient; `[]` when it will do. The product's `delivery_type` (or, less exactly, the
 * brand's `kind`) says whether it is an e-mail address or a phone number, the country whose number.
 */
export function checkBeneficiary(kindOrDeliveryType: string, text: string, country?: string): Issue[];

/** Follows an order from payment to delivery, over Server-Sent Events or by polling. @throws CheckoutError `BAD_INPUT` */
export function watchOrder(orderId: string, options?: WatchOptions): OrderWatch;

/** What a client is made with. */
export interface ClientSettings {
  /** Where the shop's own server is; `/api` by default. */
  base?: string | undefined;
  /** The shopper's country, ISO 3166 alpha-2; a call may name another. */
  country?: string | undefined;
  /** The shopper's language: of the products' prose, where it is `en`, `es`, `fr`, `de`, `it`, `pt`, `zh`, `tr`, `vi` or `tl` (any other is English), and of drafts that name none. */
  lang?: string | undefined;
  /** How `create` writes an order: `nested` as the API reference has it (the default), or `flat` as newer documentation has it. */
  shape?: 'nested' | 'flat' | undefined;
  /** Milliseconds until a request counts as unanswered; 15,000 by default, 0 for never. */
  timeout?: number | undefined;
  /** How often a read is tried again; 2 by default. Writes are never repeated. */
  retries?: number | undefined;
  /** Larger answers are refused; 8 MiB by default. */
  maxBytes?: number | undefined;
  /**
   * Told what of an answer could not be read and is not in the value: rows of a catalogue, what serves display only.
   * The paths are JSON pointers into the answer.
   */
  onLeftOut?: ((issues: Issue[]) => void) | undefined;
  /** What sends; the global `fetch` by default. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Random source of the jitter, for tests. */
  random?: (() => number) | undefined;
}

/** What can be said of one call. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds. */
  timeout?: number | undefined;
}

/** What can be said of one call about a draft. */
export interface DraftCallOptions extends CallOptions {
  product?: Product | readonly Product[] | undefined;
}

/** What can be said of placing an order. */
export interface CreateCallOptions extends DraftCallOptions {
  /** After OUTCOME_UNKNOWN: the shopper has made sure that there is no order, so this is a new one. */
  again?: boolean | undefined;
}

/** What validating says. Without `quote` there is no price, whatever `ok` says. */
export type ValidationOutcome =
  | { ok: true; problems: []; validation: Validation; quote: { coin: string; amount: string } | undefined }
  | { ok: false; problems: Problem[] };

/** All methods reject with a CheckoutError: NETWORK, TIMEOUT, ABORTED, PROBLEMS, BAD_ANSWER, BAD_INPUT; `create` also with OUTCOME_UNKNOWN. */
export interface CheckoutClient {
  /** The ways to pay. */
  paymentVias(call?: CallOptions): Promise<PaymentVia[]>;
  /** The brands of a country; the client's own by default. */
  brands(call?: CallOptions & { country?: string | undefined }): Promise<Brands>;
  /** The homepage feed of a country, as it is. */
  homepage(call?: CallOptions & { country?: string | undefined }): Promise<unknown>;
  /** The products of a family or brand. */
  products(call: CallOptions & Omit<ProductsQuery, 'country'> & { country?: string | undefined }): Promise<ProductGroup[]>;
  /** The brands as an open catalogue to search; close it. */
  brandCatalog(call?: CallOptions & { country?: string | undefined }): Promise<Catalog<Brand>>;
  /** The products as an open catalogue, a row a brand; close it. */
  productCatalog(call: CallOptions & Omit<ProductsQuery, 'country'> & { country?: string | undefined }): Promise<Catalog<ProductGroup>>;
  /** The price of a range product's value; without `coin_amount` where the answer names none above zero. */
  price(call: CallOptions & Omit<PriceQuery, 'country'> & { country?: string | undefined }): Promise<Price>;
  /** Problems are an answer here, not an error. */
  validate(draft: OrderDraft, call?: DraftCallOptions): Promise<ValidationOutcome>;
  /** Tries the networks in turn while another network is what helps; says which one fits, if one does. */
  validateNetworks(
    draft: OrderDraft,
    networks: readonly string[],
    call?: DraftCallOptions,
  ): Promise<ValidationOutcome & { network?: string; draft?: OrderDraft }>;
  /**
   * Places an order. The same draft asked for again while it runs shares the one request, each call within its own
   * signal and timeout: a call that leaves is told OUTCOME_UNKNOWN, and the request ends with the last one. Rejects
   * with PROBLEMS when it placed no order, with OUTCOME_UNKNOWN when nobody can tell; the same draft then goes under the
   * same `Idempotency-Key`, for which the BFF answers the order it placed, or OUTCOME_UNKNOWN again, until there is an
   * order or it is sent with `again`.
   */
  create(draft: OrderDraft, call?: CreateCallOptions): Promise<Order>;
  /** An order as it is now. */
  order(orderId: string, call?: CallOptions): Promise<Order>;
  /** As `watchOrder`, with the client's base and country. */
  watch(orderId: string, options?: WatchOptions): OrderWatch;
}

/** The requests, the answers and fetch, put together. */
export function createClient(settings?: ClientSettings): CheckoutClient;

/** docs/errors.md has a section for each. */
export type CheckoutErrorCode =
  | 'BAD_INPUT'
  | 'NOT_INITIALIZED'
  | 'LOAD_FAILED'
  | 'INTERNAL'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'PROBLEMS'
  | 'BAD_ANSWER'
  | 'OUTCOME_UNKNOWN'
  | 'NOT_FOUND'
  | 'HTTP';

/** What can be said of an error when it is made. */
export interface CheckoutErrorAbout {
  retryable?: boolean | undefined;
  status?: number | undefined;
  cause?: unknown;
  issues?: Issue[] | undefined;
  problems?: Problem[] | undefined;
  path?: string | undefined;
}

/**
 * What this package throws and rejects with by itself. An argument of another type than these types say (a `signal` that is none)
 * may also meet the engine's own `TypeError`. Its message never holds an e-mail address, an order id or a code.
 */
export class CheckoutError extends Error {
  constructor(code: CheckoutErrorCode, message: string, about?: CheckoutErrorAbout);
  readonly code: CheckoutErrorCode;
  readonly retryable: boolean;
  /** Where docs/errors.html of this version, which is in the package too, explains the code. */
  readonly docUrl: string;
  /** What went wrong underneath, where something did. May say anything: do not show or log it unread. */
  readonly cause?: unknown;
  /** HTTP status, where an answer came. */
  readonly status?: number;
  /** What is wrong with what was passed or answered; always there with `BAD_INPUT`, though it may be empty. */
  readonly issues?: Issue[];
  /** Why the API refused; always there with `PROBLEMS`. */
  readonly problems?: Problem[];
  /** JSON pointer to the first issue. */
  readonly path?: string;
}

/** A `CheckoutError` that narrows by its code: with `PROBLEMS` it has `problems`, with `BAD_INPUT` it has `issues`. */
export type AnyCheckoutError =
  | (CheckoutError & { readonly code: 'PROBLEMS'; readonly problems: Problem[] })
  | (CheckoutError & { readonly code: 'BAD_INPUT'; readonly issues: Issue[] })
  | (CheckoutError & { readonly code: Exclude<CheckoutErrorCode, 'PROBLEMS' | 'BAD_INPUT'> });

/** Whether something is a CheckoutError, of this copy of the package or another. */
export function isCheckoutError(thing: unknown): thing is AnyCheckoutError;
