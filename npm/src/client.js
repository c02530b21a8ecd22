// The requests, the answers and fetch, put together.

import { checkBrands, checkJson, checkOrder, checkPaymentVias, checkPrice, checkProducts, checkValidation, decodeProblems } from './answers.js';
import { CheckoutError } from './errors.js';
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
import { watchOrder } from './watch.js';

const RETRY_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);
const LONGEST_WAIT = 30_000;

/**
 * A client over any fetch. Reads are retried, writes never are.
 */
export function createClient(settings = {}) {
  const { base = '/api', country, lang, shape, timeout = 15_000, retries = 2, maxBytes, random = Math.random } = settings;
  const send = settings.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const options = { base, country, lang };

  /** One exchange, bounded in time: status, headers and the body's bytes. */
  async function exchange(request, { signal, timeout: limit = timeout } = {}) {
    const controller = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, limit);
    const abort = () => controller.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    try {
      const { url, ...init } = request;
      const response = await send(url, { ...init, signal: controller.signal });
      const body = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, ok: response.ok, headers: response.headers, body };
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
  async function read(request, check, call = {}) {
    for (let attempt = 0; ; attempt++) {
      let answer;
      try {
        answer = await exchange(request, call);
      } catch (error) {
        if (error.code === 'ABORTED' || attempt >= retries) throw error;
      }
      if (answer && !(RETRY_STATUS.has(answer.status) && attempt < retries)) return valueOf(answer, check);
      const asked = answer ? decodeProblems(answer.body, answer.status, answer.headers)[0]?.params?.retryAfterSeconds : undefined;
      const backoff = 400 * 2 ** attempt * (0.5 + random() / 2);
      await pause(Math.min(Math.max((asked ?? 0) * 1000, backoff), LONGEST_WAIT), call.signal);
    }
  }

  function valueOf(answer, check) {
    const problems = decodeProblems(answer.body, answer.status, answer.headers);
    if (problems.length > 0 || !answer.ok) throw refused(problems, answer.status);
    const result = check(answer.body, { maxBytes });
    if (result.ok) return result.value;
    throw new CheckoutError('BAD_ANSWER', 'The answer is not what the API reference describes.', {
      status: answer.status,
      issues: result.issues,
    });
  }

  async function validate(draft, call = {}) {
    const request = validateOrderRequest(draft, { ...options, product: call.product });
    const answer = await exchange(request, call);
    const problems = decodeProblems(answer.body, answer.status, answer.headers);
    if (problems.length > 0) {
      // What no order problem caused is an outage, not an answer about the order.
      if (problems.every((problem) => problem.group === 'http')) throw refused(problems, answer.status);
      return { ok: false, problems };
    }
    const validation = valueOf(answer, checkValidation);
    const quote = validation.coin_amount === undefined ? undefined : { coin: validation.coin ?? draft.payment.coin, amount: validation.coin_amount };
    return { ok: true, problems, validation, quote };
  }

  /** Tries networks in turn until one fits, when the brand refuses the combination of coin and network. */
  async function validateNetworks(draft, networks, call = {}) {
    let last;
    for (const network of networks) {
      const fitted = { ...draft, payment: { ...draft.payment, network } };
      last = await validate(fitted, call);
      const refusesNetwork = last.problems.some(({ code }) => code === 'UNSUPPORTED_PROTOCOL_COIN_COMBINATION');
      if (!refusesNetwork) return { ...last, network, draft: fitted };
    }
    return last ?? { ok: false, problems: [] };
  }

  const creating = new Map();

  /** Places an order, once: the same draft asked for again while it runs shares the one request. */
  function create(draft, call = {}) {
    let request;
    try {
      request = createOrderRequest(draft, { ...options, shape, product: call.product });
    } catch (error) {
      return Promise.reject(error);
    }
    const running = creating.get(request.body);
    if (running) return running;
    const order = place(request, call).finally(() => creating.delete(request.body));
    creating.set(request.body, order);
    return order;
  }

  async function place(request, call) {
    if (call.signal?.aborted) throw new CheckoutError('ABORTED', 'The request was aborted before it was sent.', { cause: call.signal.reason });
    const key = globalThis.crypto?.randomUUID?.();
    const headers = key ? { ...request.headers, 'Idempotency-Key': key } : request.headers;
    let answer;
    try {
      answer = await exchange({ ...request, headers }, call);
    } catch (cause) {
      throw outcomeUnknown(cause);
    }
    const problems = decodeProblems(answer.body, answer.status, answer.headers);
    const named = problems.filter((problem) => problem.group !== 'http');
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) throw outcomeUnknown(undefined, answer.status, problems);
    if (named.length > 0 || !answer.ok) throw refused(problems, answer.status);
    const result = checkOrder(answer.body, { maxBytes });
    if (problems.length > 0 || !result.ok) throw outcomeUnknown(undefined, answer.status, problems, result.issues);
    return result.value;
  }

  return {
    paymentVias: (call) => read(paymentViasRequest(options), checkPaymentVias, call),
    brands: (call) => read(brandsRequest({ ...options, ...pick(call, ['country']) }), checkBrands, call),
    homepage: (call) => read(homepageRequest({ ...options, ...pick(call, ['country']) }), checkJson, call),
    products: (call) => read(productsRequest({ ...options, ...pick(call, ['country', 'family', 'brand', 'coin', 'lang']) }), checkProducts, call),
    price: (call) => read(priceRequest({ ...options, ...pick(call, ['country', 'brand', 'faceValue', 'coin']) }), checkPrice, call),
    validate,
    validateNetworks,
    create,
    order: (id, call) => read(orderRequest(id, options), checkOrder, call),
    watch: (id, watchOptions) => watchOrder(id, { base, ...watchOptions }),
  };
}

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
