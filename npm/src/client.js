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

/** Worth another try: too late, too early, too many, and what a server or one on the way to it could not do just now. */
const isOutage = (status) => [408, 425, 429].includes(status) || (status >= 500 && status !== 501 && status !== 505);
/** Refusals that may come after the order was placed: too late, already running, too many, given up waiting for. */
const AMBIGUOUS_STATUS = [408, 409, 425, 429, 499];
const LONGEST_WAIT = 30_000;

/**
 * A client over any fetch. Reads are retried, writes never are.
 */
export function createClient(settings = {}) {
  const { base = '/api', country, lang, shape, timeout = 15_000, retries = 2, maxBytes, onLeftOut, random = Math.random } = settings;
  const send = settings.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const options = { base, country, lang };

  /** What is asked for, unless its caller's signal or time ends first: `ask` is told by a signal of its own. */
  async function bounded({ signal, timeout: limit = timeout }, ask) {
    const controller = new AbortController();
    let timer;
    let abort;
    // Not every fetch heeds a signal, but every caller is to be answered.
    const ended = new Promise((_, reject) => {
      const end = (code, message, cause) => {
        reject(new CheckoutError(code, message, { cause }));
        controller.abort();
      };
      abort = () => end('ABORTED', 'The request was aborted.', signal.reason);
      // A timer of 0, Infinity or more than 24 days would fire at once.
      if (limit > 0 && limit < 2 ** 31) timer = setTimeout(() => end('TIMEOUT', `No answer came within ${limit / 1000} seconds.`), limit);
    });
    try {
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) abort();
      return await Promise.race([ended, signal?.aborted || ask(controller.signal)]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** One exchange: status, headers and the body's bytes. */
  async function exchange({ url, ...init }, signal) {
    try {
      const response = await send(url, { ...init, signal });
      const body = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, ok: response.ok, headers: response.headers, body };
    } catch (cause) {
      throw new CheckoutError('NETWORK', 'The server could not be reached: check the connection, or the base address.', { cause });
    }
  }

  const ask = (request, call) => bounded(call, (signal) => exchange(request, signal));

  const pause = (milliseconds, { signal }) => bounded({ signal, timeout: 0 }, (ending) => new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    ending.addEventListener('abort', () => clearTimeout(timer));
  }));

  /** A read: retried on outages, with a wait that grows, is jittered and comes on top of the one the server asks for. */
  async function read(request, check, call = {}, settle = valueOf) {
    for (let attempt = 0; ; attempt++) {
      let answer;
      try {
        answer = await ask(request, call);
      } catch (error) {
        if (error.code === 'ABORTED' || attempt >= retries) throw error;
      }
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

  /** The draft in the client's language, unless it has its own. */
  const localized = (draft) => (lang && draft ? { ...draft, lang: draft.lang ?? lang } : draft);

  async function validate(draft, call = {}) {
    const answer = await ask(validateOrderRequest(localized(draft), { ...options, product: call.product }), call);
    const problems = problemsOf(answer);
    if (problems.length > 0) {
      // What no order problem caused is an outage, not an answer about the order.
      if (problems.every((problem) => problem.group === 'http')) throw refused(problems, answer.status);
      return { ok: false, problems };
    }
    const validation = valueOf(answer, checkValidation, problems);
    const amount = validation.coin_amount;
    const quote = isPrice(amount) ? { coin: validation.coin ?? draft.payment.coin, amount } : undefined;
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
      if (last.ok) return { ...last, network, draft: fitted };
      if (!last.problems.some(({ remedy }) => remedy === 'choose_other_network')) break;
    }
    return last;
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
    const request = createOrderRequest(localized(draft), { ...options, shape, product: call.product });
    const { body } = request;
    let attempt = attempts.get(body);
    if (!attempt) {
      // Nothing is under way whose outcome could be unknown.
      if (call.signal?.aborted) return bounded(call);
      if (call.again) keys.delete(body);
      const stop = new AbortController();
      attempt = { callers: 0, stop };
      attempt.order = place(request, stop.signal).finally(() => forget(body, attempt));
      attempts.set(body, attempt);
    }
    try {
      return await bounded(call, (left) => {
        attempt.callers++;
        left.addEventListener('abort', () => {
          attempt.callers--;
          // Not at once: React's StrictMode leaves, and is back before this.
          setTimeout(() => {
            if (attempt.callers > 0) return;
            forget(body, attempt);
            attempt.stop.abort();
          });
        });
        return attempt.order;
      });
    } catch (error) {
      throw error.code === 'PROBLEMS' || error.code === 'OUTCOME_UNKNOWN' ? error : outcomeUnknown(error);
    }
  }

  function forget(body, attempt) {
    if (attempts.get(body) === attempt) attempts.delete(body);
  }

  async function place(request, signal) {
    const key = keys.get(request.body) ?? globalThis.crypto?.randomUUID?.();
    const headers = key ? { ...request.headers, 'Idempotency-Key': key } : request.headers;
    keys.set(request.body, key);
    const answer = await exchange({ ...request, headers, cache: 'no-store' }, signal);
    const { status } = answer;
    const problems = problemsOf(answer);
    const result = checkOrder(answer.body, { maxBytes });
    // Where an answer has an order in it, nobody can tell whether there is one, whatever else it says. A bare `id` may be the error's own.
    const said = checkJson(answer.body, { maxBytes }).value;
    const holdsOrder = said?.order_id || said?.orderId || said?.order_state;
    const refuses = answer.ok ? problems.some((problem) => problem.group !== 'http') : status >= 400 && status < 500 && !AMBIGUOUS_STATUS.includes(status);
    if (refuses && !holdsOrder && answer.headers?.get?.('x-order-outcome') !== 'unknown') {
      keys.delete(request.body);
      throw refused(problems, status);
    }
    if (!answer.ok || problems.length > 0 || !result.ok) throw outcomeUnknown(undefined, status, problems, result.issues);
    keys.delete(request.body);
    return told(result);
  }

  // Async, so that what cannot be asked rejects as everything else does.
  const reader = (requestOf, check, settle) => async (call) => read(requestOf({ ...options, ...queryOf(call) }), check, call, settle);
  const priceOf = reader(priceRequest, checkPrice);

  return {
    paymentVias: reader(paymentViasRequest, checkPaymentVias),
    brands: reader(brandsRequest, checkBrands),
    homepage: reader(homepageRequest, checkJson),
    products: reader(productsRequest, checkProducts),
    brandCatalog: reader(brandsRequest, openBrands, catalogOf),
    productCatalog: reader(productsRequest, openProducts, catalogOf),
    async price(call) {
      const price = await priceOf(call);
      if (!isPrice(price.coin_amount)) delete price.coin_amount;
      return price;
    },
    validate,
    validateNetworks,
    create,
    // A finished order holds codes: no cache is to keep them.
    order: async (id, call) => read({ ...orderRequest(id, options), cache: 'no-store' }, checkOrder, call),
    watch: (id, watchOptions) => watchOrder(id, { base, country, ...watchOptions }),
  };
}

/** What stands against a request. Of a success that nobody can read, the check says more. */
const problemsOf = ({ body, status, headers, ok }) =>
  decodeProblems(body, status, headers).filter(({ code }) => !ok || code !== 'UNREADABLE_ANSWER');

/** Nothing, and less than nothing, is no price. */
const isPrice = (amount) => /^[\d.]*[1-9]/.test(amount);

/** What of a call belongs to the request. */
function queryOf(call = {}) {
  const names = ['country', 'family', 'brand', 'coin', 'lang', 'faceValue'];
  return Object.fromEntries(names.filter((name) => call[name] !== undefined).map((name) => [name, call[name]]));
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
