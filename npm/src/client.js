// The requests, the answers and fetch, put together.

import { isAmbiguous } from './ambiguous.js';
import { checkBrands, checkJson, checkOrder, checkPaymentVias, checkPrice, checkProducts, checkValidation, decodeProblems } from './answers.js';
import { toJson, valueOrThrow } from './envelope.js';
import { CheckoutError } from './errors.js';
import { openBrands, openProducts } from './opened.js';
import {
  brandsRequest,
  createOrderRequest,
  homepageRequest,
  orderRequest,
  paymentViasRequest,
  priceRequest,
  productsRequest,
  validateOrderRequest,
} from './requests.js';
import { waitAsked } from './wait.js';
import { watchOrder } from './watch.js';

/** Worth another try: too late, too early, too many, and what a server or one on the way to it could not do just now. */
const isOutage = (status) => [408, 425, 429].includes(status) || (status >= 500 && status !== 501 && status !== 505);
/** Longer than a shopper waits, in milliseconds. */
const LONGEST_WAIT = 30_000;

/**
 * A client over any fetch. Reads are retried, writes never are.
 */
export function createClient(settings = {}) {
  const { base = '/api', country, lang, shape, timeout = 15_000, retries = 2, maxBytes, onLeftOut, random = Math.random } = settings;
  const { fetch: send = (url, init) => globalThis.fetch(url, init) } = settings;
  const options = { base, country, lang, shape };

  /** What is asked for, unless its caller's signal or time ends first: `ask` is told by a signal of its own. */
  function bounded({ signal, timeout: limit = timeout }, ask) {
    const controller = new AbortController();
    let timer;
    let abort;
    // Not every fetch heeds a signal, but every caller is to be answered.
    return new Promise((resolve, reject) => {
      const end = (code, message, cause) => {
        reject(new CheckoutError(code, message, { cause }));
        controller.abort();
      };
      abort = () => end('ABORTED', 'The request was aborted.', signal.reason);
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort);
      // A timer of 0, Infinity or more than 24 days would fire at once.
      if (limit > 0 && limit < 2 ** 31) timer = setTimeout(() => end('TIMEOUT', `No answer came within ${limit / 1000} seconds.`), limit);
      ask(controller.signal).then(resolve, reject);
    }).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    });
  }

  /** One exchange: status, headers and the body's bytes. */
  const ask = ({ url, ...init }, call) => bounded(call, async (signal) => {
    try {
      const response = await send(url, { ...init, signal });
      const body = new Uint8Array(await response.arrayBuffer());
      const { status, ok, headers } = response;
      return { status, ok, headers, body };
    } catch (cause) {
      throw new CheckoutError('NETWORK', 'The server could not be reached: check the connection and the base address.', { cause });
    }
  });

  /** Waits, by asking for what never comes. */
  const pause = (milliseconds, { signal }) => bounded({ signal, timeout: milliseconds }, () => new Promise(() => {})).catch((error) => {
    if (error.code === 'ABORTED') throw error;
  });

  /** A read: retried on outages, with a wait that grows, is jittered and comes on top of the one the server asks for. */
  async function read(request, check, call = {}, settle = valueOf) {
    for (let attempt = 0; ; attempt++) {
      const answer = await ask(request, call).catch((error) => {
        if (error.code === 'ABORTED' || attempt >= retries) throw error;
      });
      if (answer && !isOutage(answer.status)) return settle(answer, check);
      const asked = answer ? waitAsked(answer) : 0;
      // Who is asked to stay away for longer than a shopper waits is told so, rather than asking again too early.
      if (answer && (attempt >= retries || asked > LONGEST_WAIT)) return settle(answer, check);
      // On top, so that those who were told the same do not all come back at once.
      await pause(asked + 400 * 2 ** attempt * (0.5 + random() / 2), call);
    }
  }

  /** The value of a checked answer, after saying what of it was left out. */
  function told({ value, leftOut }) {
    // Later and by itself, so that what it throws costs nobody an order.
    if (leftOut) queueMicrotask(() => onLeftOut?.(leftOut));
    return value;
  }

  function valueOf(answer, check, problems = problemsOf(answer)) {
    if (problems.length > 0 || !answer.ok) throw refused(problems, answer.status);
    const result = check(answer.body, { maxBytes });
    if (result.ok) return told(result);
    throw new CheckoutError('BAD_ANSWER', 'The answer is not what the API reference describes.', { status: answer.status, issues: result.issues });
  }

  /** Rows that are there can be shown, so only an answer without any is searched for problems. */
  function catalogOf(answer, open) {
    if (answer.ok) {
      const result = open(answer.body, { maxBytes });
      if (result.value?.size > 0) return told(result);
      result.value?.close();
    }
    return valueOf(answer, open);
  }

  function priceOf(answer, check) {
    const price = valueOf(answer, check);
    if (!isPrice(price.coin_amount)) delete price.coin_amount;
    return price;
  }

  async function validate(draft, call = {}) {
    const answer = await ask(validateOrderRequest(draft, { ...options, product: call.product }), call);
    const problems = problemsOf(answer);
    // What no order problem caused is an outage, not an answer about the order.
    if (problems.some(isOrders)) return { ok: false, problems };
    const validation = valueOf(answer, checkValidation, problems);
    const { coin = draft.payment.coin, coin_amount: amount } = validation;
    return { ok: true, problems, validation, quote: isPrice(amount) ? { coin, amount } : undefined };
  }

  /** Tries networks in turn until one fits, while another network is what helps: the brand takes not every one. */
  async function validateNetworks(draft, networks, call = {}) {
    let last;
    for (const network of networks ?? []) {
      const fitted = { ...draft, payment: { ...draft.payment, network } };
      last = await validate(fitted, call);
      if (last.ok) return { ...last, network, draft: fitted };
      if (!last.problems.some(({ remedy }) => remedy === 'choose_other_network')) break;
    }
    return last ?? valueOrThrow(toJson({ issues: [{ path: '/networks', code: 'TOO_FEW', message: 'Give the networks to try' }] }));
  }

  /** The orders being placed, by their bodies. */
  const attempts = new Map();
  /** The idempotency keys of bodies whose outcome is not known. */
  const keys = new Map();

  /**
   * Places an order, once: who asks for the same draft while it runs shares the one request, each within their own
   * signal and time; after an outcome that is not known it goes under the same key, so that a server that keeps keys
   * answers the order it placed.
   */
  async function create(draft, call = {}) {
    const request = createOrderRequest(draft, { ...options, product: call.product });
    const { body } = request;
    let attempt = attempts.get(body);
    return bounded(call, (left) => {
      // Not before this: of a call that was aborted already, or whose signal is none, nothing is under way.
      if (!attempt) {
        if (call.again) keys.delete(body);
        attempt = { callers: 0, stop: new AbortController() };
        attempt.order = place(request, attempt).finally(() => attempts.delete(body));
        attempts.set(body, attempt);
      }
      attempt.callers++;
      left.addEventListener('abort', () => {
        attempt.callers--;
        // Not at once: React's StrictMode leaves, and is back before this.
        setTimeout(() => attempt.callers || attempt.stop.abort());
      });
      return attempt.order;
    }).catch((error) => {
      throw !attempt || /PROBLEMS|UNKNOWN/.test(error.code) ? error : outcomeUnknown({ cause: error });
    });
  }

  async function place(request, attempt) {
    const unsettled = keys.get(request.body);
    // No UUID: pages that were not served securely have none.
    const key = unsettled ?? globalThis.crypto?.getRandomValues?.(new Uint32Array(9)).join('-');
    const headers = { ...request.headers, ...(key && { 'Idempotency-Key': key }) };
    keys.set(request.body, key);
    const answer = await ask({ ...request, headers, cache: 'no-store' }, { signal: attempt.stop.signal, timeout: 0 });
    const { status } = answer;
    const problems = problemsOf(answer);
    const result = checkOrder(answer.body, { maxBytes });
    // Where an answer has an order in it, nobody can tell, whatever else it says. A bare `id` may be the error's own.
    const said = checkJson(answer.body, { maxBytes }).value;
    const holdsOrder = said?.order_id || said?.orderId || said?.order_state;
    const refuses = !holdsOrder && answer.headers?.get?.('x-order-outcome') !== 'unknown'
      && (answer.ok ? problems.some(isOrders) : status >= 400 && !isAmbiguous(status));
    if (!refuses && !(answer.ok && problems.length === 0 && result.ok)) throw outcomeUnknown({ status, problems, issues: result.issues });
    // Those who left were told that nobody can tell. And who refuses a repeat, a sign-in perhaps, need not know of the first.
    if (attempt.callers && !(refuses && unsettled)) keys.delete(request.body);
    if (refuses) throw refused(problems, status);
    return told(result);
  }

  // Async, so that what cannot be asked rejects as everything else does.
  const reader = (requestOf, check, settle) => async (call) => {
    // As JSON, what a call leaves undefined is the client's own.
    const asked = JSON.parse(toJson({ ...call, signal: undefined }));
    return read(requestOf({ ...options, ...asked }), check, call, settle);
  };

  return {
    paymentVias: reader(paymentViasRequest, checkPaymentVias),
    brands: reader(brandsRequest, checkBrands),
    homepage: reader(homepageRequest, checkJson),
    products: reader(productsRequest, checkProducts),
    brandCatalog: reader(brandsRequest, openBrands, catalogOf),
    productCatalog: reader(productsRequest, openProducts, catalogOf),
    price: reader(priceRequest, checkPrice, priceOf),
    validate,
    validateNetworks,
    create,
    // A finished order holds codes: no cache is to keep them.
    order: async (id, call) => read({ ...orderRequest(id, options), cache: 'no-store' }, checkOrder, call),
    watch: (id, given) => watchOrder(id, { ...given, base: given?.base ?? base, country: given?.country ?? country }),
  };
}

/** What stands against a request. Of a success that nobody can read, the check says more. */
const problemsOf = ({ body, status, headers, ok }) =>
  decodeProblems(body, status, headers).filter(({ code }) => !ok || code !== 'UNREADABLE_ANSWER');

/** Whether a problem is one of the order, and not of the way to it. */
const isOrders = ({ group }) => group !== 'http';

/** Nothing, and less than nothing, is no price. */
const isPrice = (amount) => /^[\d.]*[1-9]/.test(amount);

function refused(problems, status) {
  const codes = problems.map(({ code }) => code).join(', ');
  return new CheckoutError('PROBLEMS', `The request was refused: ${codes}.`, {
    status,
    problems,
    retryable: problems.every(({ retryable }) => retryable),
  });
}

const outcomeUnknown = (about) => new CheckoutError(
  'OUTCOME_UNKNOWN',
  'No readable answer came, so an order may exist or not: look for its e-mail first.',
  about,
);
