// What users write compiles, and unions narrow.

import {
  type Brand,
  type CallOptions,
  type CheckoutErrorAbout,
  type CheckoutErrorCode,
  type ClientSettings,
  type DraftItem,
  type End,
  type Issue,
  type IssueCode,
  type Order,
  type OrderDraft,
  type Problem,
  type ProblemCode,
  type ProblemField,
  type ProblemGroup,
  type ProblemRemedy,
  type Product,
  type ProductGroup,
  type RequestOptions,
  type WatchOptions,
  type WatchState,
  CheckoutError,
  checkDraft,
  checkOrder,
  createClient,
  createOrderRequest,
  decodeProblems,
  draftValue,
  init,
  isCheckoutError,
  logoUrl,
  openBrands,
  orderSchema,
  orderStage,
  orderStreamUrl,
  paymentInstructions,
  paymentWindow,
  productsRequest,
  validateOrderRequest,
  watchOrder,
} from 'cryptorefills-checkout';
import { createBff } from 'cryptorefills-checkout/bff';
import { en, errorText, ja, problemText } from 'cryptorefills-checkout/messages';
import { createUseOrder, type UseOrder, type UseOrderOptions, useOrder } from 'cryptorefills-checkout/react';
import { createTestShop, FakeEventSource, fixtures, lifecycles, type TestShopOptions } from 'cryptorefills-checkout/testing';

const draft: OrderDraft = {
  email: 'shopper@example.com',
  items: [
    { kind: 'giftcard', brand: 'A', country: 'US', value: { denomination: '25 USD' } },
    { kind: 'giftcard', brand: 'B', country: 'US', quantity: 2, value: { amount: '12.50' } },
  ],
  payment: { coin: 'USDC', network: 'Solana' },
};

const request = validateOrderRequest(draft, { base: '/api' });
export const sent: Promise<Response> = fetch(request.url, request);
export const paths: string[] = checkDraft(draft).map((issue) => issue.path);

const checked = checkOrder('{}');
export const amount: string | undefined = checked.ok ? checked.value.coin_amount : checked.issues[0]?.message;

export function label(order: Order): string {
  switch (orderStage(order)) {
    case 'awaiting_payment':
    case 'underpaid':
      return paymentInstructions(order)?.uri ?? `${paymentWindow(order)?.secondsLeft ?? 0} s`;
    case 'delivered':
      return order.deliveries[0]?.deliverable?.pin_code ?? '';
    case 'confirming_payment':
    case 'delivering':
    case 'manual_review':
    case 'expired':
    case 'failed':
    case 'refunded':
    case 'canceled':
    case 'unknown':
      return order.order_state;
  }
}

export function why(end: End): string {
  switch (end.reason) {
    case 'stop':
    case 'final':
    case 'closed':
    case 'aborted':
      return end.order?.order_state ?? '';
    case 'fatal':
      return end.error.code;
    default: {
      const none: never = end;
      return none;
    }
  }
}

/** Without looking at the reason the error may be there or not. */
export const cause = ({ error }: End): string | undefined => error?.message;

export async function buy(): Promise<void> {
  await init();
  const client = createClient({ base: '/api', country: 'US' });
  const outcome = await client.validate(draft);
  if (!outcome.ok) {
    for (const problem of outcome.problems) problemText(problem, outcome.problems.length > 1 ? ja : en);
    return;
  }
  const quoted: string | undefined = outcome.quote?.amount;
  try {
    const order = await client.create(draft);
    const watch = watchOrder(order.order_id, { onOrder: (fresh) => label(fresh), onEnd: why });
    for await (const fresh of watch) label(fresh);
    const end: End = await watch.done;
    why(end);
  } catch (error) {
    if (isCheckoutError(error) && error.code === 'OUTCOME_UNKNOWN') throw new Error(quoted, { cause: error });
  }
}

export const logo: string | null = logoUrl({ logo_base_url: 'https://cdn.example/x' }, { size: '300x190', format: 'jpg' });
export const handler: (request: Request) => Promise<Response> = createBff({ partnerId: 'p', appVersion: '1', upstream: 'https://api.example' });
export const codes: string[] = decodeProblems('', 502).map((problem) => problem.code);
export const vendor: string = orderSchema['~standard'].vendor;

export function shown(id: string | undefined, order: Order): string {
  const { order: now, state, end, refresh }: UseOrder = useOrder(id, { initialOrder: order, base: '/api', onOrder: label });
  if (state.status === 'backoff') refresh();
  return end ? why(end) : (now?.order_state ?? '');
}
export const useOther: typeof useOrder = createUseOrder(watchOrder);

const shop = createTestShop({ lifecycle: ['WaitingForPayment', 'Expired'] });
shop.follow(lifecycles.underpaid);
export const tested = createClient({ fetch: shop.fetch }).watch('x', { env: shop.env });
export const bodies = ['{}', new Uint8Array(), new ArrayBuffer(0), {}, [], null, undefined, shop.order() as Order].map((body) => checkOrder(body).ok);
export const fixture = checkOrder(fixtures.order('Done', { coin: 'USDT' }));

/** Every code has its case, and a new one does not compile until it has. */
export function advice(code: CheckoutErrorCode): string {
  switch (code) {
    case 'BAD_INPUT':
    case 'PROBLEMS':
      return 'correct';
    case 'NETWORK':
    case 'TIMEOUT':
    case 'HTTP':
    case 'LOAD_FAILED':
      return 'again';
    case 'OUTCOME_UNKNOWN':
      return 'look';
    case 'NOT_INITIALIZED':
    case 'INTERNAL':
    case 'ABORTED':
    case 'BAD_ANSWER':
    case 'NOT_FOUND':
      return 'report';
    default: {
      const none: never = code;
      return none;
    }
  }
}

/** What is due when, and what carries the news, each where it is known. */
export function standing(state: WatchState): string {
  const why: number | string = state.reason === 'status' ? state.httpStatus : (state.reason ?? '');
  switch (state.status) {
    case 'connecting':
    case 'live': {
      const stream: 'sse' = state.transport;
      const never: undefined = state.nextRetryAt;
      return `${stream} ${never} ${why}`;
    }
    case 'backoff':
    case 'polling': {
      const carrier: 'sse' | 'poll' = state.transport;
      return `${carrier} until ${state.nextRetryAt ?? 0}`;
    }
    case 'paused':
    case 'ended': {
      const nothing: null = state.transport;
      return String(nothing);
    }
    default: {
      const none: never = state;
      return none;
    }
  }
}
export const begun: WatchState = { status: 'connecting', transport: 'sse', attempt: 0 };

/** The guard narrows by code: a list that is always there needs no question mark. */
export function lists(thrown: unknown): string[] {
  if (!isCheckoutError(thrown)) return [];
  switch (thrown.code) {
    case 'PROBLEMS':
      return thrown.problems.map(({ code, remedy, field = 'nothing' }) => `${code} ${remedy} ${field}`);
    case 'BAD_INPUT':
      return thrown.issues.map(({ path, code }) => `${path} ${code}`);
    default: {
      const rest: Exclude<CheckoutErrorCode, 'PROBLEMS' | 'BAD_INPUT'> = thrown.code;
      return [rest, ...(thrown.issues ?? []).map(({ code }) => code)];
    }
  }
}
export const known = (error: CheckoutError): readonly Problem[] => (isCheckoutError(error) && error.code === 'PROBLEMS' ? error.problems : []);

/** The words of problems and issues complete themselves, and leave room for newer ones. */
export function words({ code, group, remedy, field }: Problem, issue: Issue): string {
  const words: [ProblemCode, ProblemGroup, ProblemRemedy, ProblemField | undefined, IssueCode] = [code, group, remedy, field, issue.code];
  if (code === 'OUT_OF_STOCK' || group === 'coupon' || remedy === 'choose_other_network' || field === 'payment.coin') return String(words);
  const newer: { problem: ProblemCode; issue: IssueCode; invoice: IssueCode } = { problem: 'FROM_TOMORROW', issue: 'ODD', invoice: 'INVOICE_CHECKSUM' };
  return issue.code === 'PHONE_NOT_E164' ? newer.problem : newer.issue;
}

/** What a product is ordered by: the same for those with a range and those without. */
export function line(group: ProductGroup, product: Product, amount?: string): DraftItem {
  return { kind: group.kind ?? '', brand: group.brand, country: 'US', value: draftValue(product, amount ?? product.range?.min) };
}

/** Whatever may be left out may be undefined as well: the way a form's values come. */
export async function undefinedEverywhere(order: Order, product: Product): Promise<void> {
  const nothing = undefined;
  const request: Required<{ [K in keyof RequestOptions]: undefined }> = { base: nothing, country: nothing };
  const call: Required<{ [K in keyof CallOptions]: undefined }> = { signal: nothing, timeout: nothing };
  const client = createClient({
    base: nothing, country: nothing, lang: nothing, shape: nothing, timeout: nothing, retries: nothing, maxBytes: nothing, onLeftOut: nothing, fetch: nothing, random: nothing,
  } satisfies Required<{ [K in keyof ClientSettings]: undefined }>);
  await client.paymentVias(call);
  await client.brands({ ...call, country: nothing });
  await client.homepage({ ...call, country: nothing });
  await client.products({ ...call, country: nothing, family: nothing, brand: nothing, coin: nothing, lang: nothing });
  (await client.brandCatalog({ ...call, country: nothing })).search('', { limit: nothing, offset: nothing });
  (await client.productCatalog({ ...call, country: nothing, family: nothing })).page({ limit: nothing, offset: nothing });
  await client.price({ ...call, country: nothing, brand: 'A', faceValue: '1', coin: 'USDC' });
  const item: DraftItem = { kind: 'giftcard', brand: 'A', country: 'US', quantity: nothing, value: { denomination: '1', localized: nothing }, beneficiary: nothing };
  const empty: OrderDraft = {
    email: 'shopper@example.com', newsletter: nothing, items: [item], payment: { coin: 'USDC', network: nothing, via: nothing },
    lang: nothing, coupon: nothing, refundAddress: nothing, acquisition: { utm_source: nothing, other: nothing },
  };
  await client.validate(empty, { ...call, product: nothing });
  await client.validateNetworks(empty, ['Solana'], { ...call, product: nothing });
  await client.create(empty, { ...call, product: nothing, again: nothing });
  await client.order('x', call);
  validateOrderRequest(empty, { ...request, product: nothing });
  createOrderRequest(empty, { ...request, product: nothing, shape: nothing });
  productsRequest({ ...request, country: 'US', family: nothing, brand: nothing, coin: nothing, lang: nothing });
  orderStreamUrl('x', { base: nothing });
  checkOrder(nothing, { maxBytes: nothing });
  logoUrl({}, { size: nothing, format: nothing });
  draftValue(product, nothing);
  new CheckoutError('HTTP', '', {
    retryable: nothing, status: nothing, cause: nothing, issues: nothing, problems: nothing, path: nothing,
  } satisfies Required<{ [K in keyof CheckoutErrorAbout]: undefined }>);
  const options = {
    onOrder: nothing, onEnd: nothing, onState: nothing, onInvalid: nothing, onError: nothing, onUnauthorized: nothing, signal: nothing, base: nothing,
    country: nothing, transport: nothing, backoff: nothing, poll: nothing, expired: nothing, connectTimeout: nothing, requestTimeout: nothing, recheck: nothing,
    hiddenGrace: nothing, hiddenStream: nothing, share: nothing, everyState: nothing, env: nothing,
  } satisfies Required<{ [K in keyof WatchOptions]: undefined }>;
  watchOrder('x', options);
  client.watch('x', { backoff: { initial: nothing, max: nothing, jitter: nothing }, poll: { min: nothing, max: nothing, after: nothing, probe: nothing } });
  const { signal: _, ...rest } = options;
  useOrder(order.order_id, { ...rest, initialOrder: nothing } satisfies Required<{ [K in Exclude<keyof UseOrderOptions, 'signal'>]: undefined }>);
  const shop = createTestShop({ base: nothing, lifecycle: nothing, every: nothing } satisfies Required<{ [K in keyof TestShopOptions]: undefined }>);
  shop.answer('any', {}, { status: nothing, headers: nothing });
  shop.drop({ forGood: nothing });
  const source = new FakeEventSource('/', { withCredentials: nothing });
  source.send('', { event: nothing, id: nothing });
  source.fail({ forGood: nothing });
}

export const text = (error: unknown): string => (isCheckoutError(error) ? errorText(error, ja) : String(error));

export function rowsOf(body: Uint8Array): string[] {
  const opened = openBrands(body);
  if (!opened.ok) return opened.issues.map((issue) => issue.path);
  const catalog = opened.value;
  const first: Brand | undefined = catalog.brand('b-1') ?? catalog.page({ limit: 1 })[0];
  return [...catalog.search('ste', { limit: 5, offset: 0 }), ...(first ? [first] : [])].map(({ brand }) => brand);
}
