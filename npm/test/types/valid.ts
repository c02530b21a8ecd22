// What users write compiles, and unions narrow.

import {
  type CheckoutErrorCode,
  type Brand,
  type End,
  type Order,
  type OrderDraft,
  type WatchState,
  checkDraft,
  checkOrder,
  openBrands,
  createClient,
  decodeProblems,
  init,
  isCheckoutError,
  logoUrl,
  orderSchema,
  orderStage,
  paymentInstructions,
  paymentWindow,
  validateOrderRequest,
  watchOrder,
} from 'cryptorefills-checkout';
import { createBff } from 'cryptorefills-checkout/bff';
import { en, errorText, ja, problemText } from 'cryptorefills-checkout/messages';
import { createUseOrder, type UseOrder, useOrder } from 'cryptorefills-checkout/react';
import { createTestShop, fixtures, lifecycles } from 'cryptorefills-checkout/testing';

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
      return end.error?.code ?? '';
  }
}

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

export function standing(state: WatchState): string {
  switch (state.status) {
    case 'connecting':
    case 'live':
    case 'backoff':
    case 'polling':
    case 'paused':
    case 'ended':
      return state.status;
    default: {
      const none: never = state.status;
      return none;
    }
  }
}

export const text = (error: unknown): string => (isCheckoutError(error) ? errorText(error, ja) : String(error));

export function rowsOf(body: Uint8Array): string[] {
  const opened = openBrands(body);
  if (!opened.ok) return opened.issues.map((issue) => issue.path);
  const catalog = opened.value;
  const first: Brand | undefined = catalog.brand('b-1') ?? catalog.page({ limit: 1 })[0];
  return [...catalog.search('ste', { limit: 5, offset: 0 }), ...(first ? [first] : [])].map(({ brand }) => brand);
}
