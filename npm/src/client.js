// The requests, the answers and fetch, put together.

import { checkBrands, checkJson, checkOrder, checkPaymentVias, checkPrice, checkProducts, checkValidation, decodeProblems } from './answers.js';
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

const RETRY_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Refusals that may come after the order was placed: too late, already running, too many. */
const AMBIGUOUS_STATUS = new Set([408, 409, 425, 429]);
const LONGEST_WAIT = 30_000;

/**
 * A client over any fetch. Reads are retried, writes never are.
 */
export function createClient(settings = {}) {
  const { base = '/api', country, lang, shape, timeout = 15_000, retries = 2, maxBytes, onLeftOut, random = Math.random } = settings;
  const send = settings.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const options = { base, country, lang };

  /** One exchange, bounded in time: status, headers and the body's bytes. */
  async function exchange(request, { signal, timeout: limit = timeout } = {}) {
    const controller = new AbortController();
    let timedOut = false;
    // A timer of 0, Infinity or more than 24 days would fire at once.
    const timer = limit > 0 && limit < 2 ** 31 ? setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, limit) : undefined;
    const abort = () => controller.abort();
    signal?.addEventListener('abort', abort);
    // Not every fetch heeds a signal, but every caller is to be answered.
    const aborted = new Promise((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
    });
    const answered = async () => {
      const { url, ...init } = request;
      const response = await send(url, { ...init, signal: controller.signal });
      const body = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, ok: response.ok, headers: response.headers, body };
    };
    try {
      if (signal?.aborted) throw signal.reason;
      return await Promise.race([answered(), aborted]);
    } catch (cause) {
      if (signal?.aborted) throw new CheckoutError('ABORTED', 'The request was aborted.', { cause: signal.reason });
      if (timedOut) throw new CheckoutError('TIMEOUT', `No answer came within ${limit / 1000} seconds.`, { cause });
      throw new CheckoutError('NETWORK', 'The server could not be reached: check the connection, or the base address.', { cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** A read: retried on outages, with a wait that grows, is jittered and honours the server's. */
  async function read(request, check, call = {}, settle = valueOf) {
    for (let attempt = 0; ; attempt++) {
      let answer;
      try {
        answer = await exchange(request, call);
      } catch (error) {
        if (error.code === 'ABORTED' || attempt >= retries) throw error;
      }
      if (answer && !RETRY_STATUS.has(answer.status)) return settle(answer, check);
      const asked = answer ? waitAsked(answer) : 0;
      // Who is asked to stay away for longer than a shopper waits is told so, rather than asking again too early.
      if (answer && (attempt >= retries || asked > LONGEST_WAIT)) return settle(answer, check);
      const backoff = 400 * 2 ** attempt * (0.5 + random() / 2);
      await pause(Math.max(asked, backoff), call.signal);
    }
  }

  /** The value of a checked answer, after saying what of it was left out. */
  function told({ value, leftOut }) {
    // Later and by itself, so that what it throws costs nobody an order.
    if (leftOut && onLeftOut) queueMicrotask(() => onLeftOut(leftOut));
    return value;
  }

  function valueOf(answer, check, problems = problemsOf(answer)) {
    if (problems.length > 0 || !answer.ok) throw refused(problems, answer.status);
    const result = check(answer.body, { maxBytes });
    if (result.ok) return told(result);
    throw new CheckoutError('BAD_ANSWER', 'The answer is not what the API reference describes.', {
      status: answer.status,
      issues: result.issues,
    });
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

  async function validate(draft, call = {}) {
    const request = validateOrderRequest(draft, { ...options, product: call.product });
    const answer = await exchange(request, call);
    const problems = problemsOf(answer);
    if (problems.length > 0) {
      // What no order problem caused is an outage, not an answer about the order.
      if (problems.every((problem) => problem.group === 'http')) throw refused(problems, answer.status);
      return { ok: false, problems };
    }
    const validation = valueOf(answer, checkValidation, problems);
    const amount = validation.coin_amount;
    // Nothing, and less than nothing, is no price.
    const quote = /^[\d.]*[1-9]/.test(amount) ? { coin: validation.coin ?? draft.payment.coin, amount } : undefined;
    return { ok: true, problems, validation, quote };
  }

  /** Tries networks in turn until one fits, while another network is what helps: the brand takes not every one. */
  async function validateNetworks(draft, networks, call = {}) {
    if (!networks?.length) {
      const issue = { path: '/networks', code: 'TOO_FEW', message: 'Give the networks to try, as payment_vias names them' };
      throw new CheckoutError('BAD_INPUT', `${issue.message}.`, { issues: [issue] });
    }
    let last;
    for (const network of networks) {
      const fitted = { ...draft, payment: { ...draft.payment, network } };
      last = await validate(fitted, call);
      const refusesNetwork = last.problems.some(({ remedy }) => remedy === 'choose_other_network');
      if (!refusesNetwork) return { ...last, network, draft: fitted };
    }
    return last;
  }

  const creating = new Map();
  /** The idempotency keys of bodies whose outcome is not known. */
  const keys = new Map();

  /**
   * Places an order, once: the same draft asked for again while it runs shares the one request; after an outcome that
   * is not known it goes under the same key, so that a server that keeps keys answers the order it placed.
   */
  function create(draft, call = {}) {
    let request;
    try {
      request = createOrderRequest(draft, { ...options, shape, product: call.product });
    } catch (error) {
      return Promise.reject(error);
    }
    const running = creating.get(request.body);
    if (running) return running;
    if (call.again) keys.delete(request.body);
    const order = place(request, call).finally(() => creating.delete(request.body));
    creating.set(request.body, order);
    return order;
  }

  async function place(request, call) {
    if (call.signal?.aborted) throw new CheckoutError('ABORTED', 'The request was aborted before it was sent.', { cause: call.signal.reason });
    const key = keys.get(request.body) ?? globalThis.crypto?.randomUUID?.();
    const headers = key ? { ...request.headers, 'Idempotency-Key': key } : request.headers;
    keys.set(request.body, key);
    let answer;
    try {
      answer = await exchange({ ...request, headers, cache: 'no-store' }, call);
    } catch (cause) {
      throw outcomeUnknown(cause);
    }
    const { status } = answer;
    const problems = problemsOf(answer);
    const result = checkOrder(answer.body, { maxBytes });
    // An order that is there but for its problems is an order all the same: nobody can tell whether to pay it.
    const holdsOrder = result.ok || result.issues.every(({ code }) => code === 'PROBLEMS');
    const named = problems.some((problem) => problem.group !== 'http');
    const says = answer.headers?.get?.('x-order-outcome');
    const isRefusal = answer.ok ? named && !holdsOrder : status >= 400 && status < 500 && !AMBIGUOUS_STATUS.has(status);
    if (isRefusal && says !== 'unknown') {
      keys.delete(request.body);
      throw refused(problems, status);
    }
    if (!answer.ok || problems.length > 0 || !result.ok) throw outcomeUnknown(undefined, status, problems, result.issues);
    keys.delete(request.body);
    return told(result);
  }

  // Async, so that what cannot be asked rejects as everything else does.
  return {
    paymentVias: async (call) => read(paymentViasRequest(options), checkPaymentVias, call),
    brands: async (call) => read(brandsRequest({ ...options, ...pick(call, ['country']) }), checkBrands, call),
    homepage: async (call) => read(homepageRequest({ ...options, ...pick(call, ['country']) }), checkJson, call),
    products: async (call) => read(productsRequest({ ...options, ...pick(call, ['country', 'family', 'brand', 'coin', 'lang']) }), checkProducts, call),
    brandCatalog: async (call) => read(brandsRequest({ ...options, ...pick(call, ['country']) }), openBrands, call, catalogOf),
    productCatalog: async (call) => read(productsRequest({ ...options, ...pick(call, ['country', 'family', 'brand', 'coin', 'lang']) }), openProducts, call, catalogOf),
    price: async (call) => read(priceRequest({ ...options, ...pick(call, ['country', 'brand', 'faceValue', 'coin']) }), checkPrice, call),
    validate,
    validateNetworks,
    create,
    // A finished order holds codes: no cache is to keep them.
    order: async (id, call) => read({ ...orderRequest(id, options), cache: 'no-store' }, checkOrder, call),
    watch: (id, watchOptions) => watchOrder(id, { base, country, ...watchOptions }),
  };
}

const problemsOf = ({ body, status, headers }) => decodeProblems(body, status, headers);

function pick(from = {}, names) {
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));
}

function refused(problems, status) {
  const codes = [...new Set(problems.map((problem) => problem.code))].join(', ');
  return new CheckoutError('PROBLEMS', `The request was refused: ${codes || `HTTP ${status}`}.`, {
    status,
    problems,
    retryable: problems.length > 0 && problems.every((problem) => problem.retryable),
  });
}

function outcomeUnknown(cause, status, problems, issues) {
  const about = { cause, retryable: false };
  if (status !== undefined) about.status = status;
  if (problems) about.problems = problems;
  if (issues) about.issues = issues;
  return new CheckoutError(
    'OUTCOME_UNKNOWN',
    'No readable answer came, so an order may exist or not. Do not send it again by itself: tell the shopper to look for an e-mail about the order first.',
    about,
  );
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(new CheckoutError('ABORTED', 'The request was aborted.', { cause: signal.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
