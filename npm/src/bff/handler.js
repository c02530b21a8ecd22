// The BFF: one fetch-API handler between the shop's pages and the partner API. It needs nothing but fetch, streams and
// Web Crypto, so it runs wherever those do: Node, Hono, Next.js route handlers, Workers, Deno, Bun.

import { bounded } from './bounded.js';
import { createCatalogue } from './catalogue.js';
import { BffError, causeOf } from './errors.js';
import { placeOnce } from './idempotency.js';
import { lastEventId, readJsonBody, refuseCrossSite } from './inbound.js';
import { askForJson, toResponse } from './json.js';
import { startEntry } from './log.js';
import { readOptions } from './options.js';
import { checkOrderBody } from './order-body.js';
import { readOutcome } from './outcome.js';
import { createOwnership } from './ownership.js';
import { createQuiet } from './quiet.js';
import { matchRoute } from './routes.js';
import { createStreamLimit } from './stream-limit.js';
import { openStream } from './stream.js';
import { partnerHeaders } from './upstream.js';

/** How long an order waits for the house to have heard of it. */
const HOOK_MS = 5_000;

/**
 * @param {import('../bff.d.ts').BffOptions} given
 * @param {import('./order-body.js').Checkout} [checkout] what order bodies are checked with, where the options do not say
 * @returns {(request: Request) => Promise<Response>}
 */
export function createHandler(given, checkout) {
  const options = readOptions(given, checkout);
  const quiet = createQuiet(options.timers);
  const house = {
    options,
    quiet,
    streams: createStreamLimit(options.streamsPerSession),
    ownership: createOwnership(options),
    catalogue: options.cache ? createCatalogue(options, quiet) : undefined,
  };
  return async function bff(request) {
    const entry = startEntry(options, request);
    let response;
    try {
      response = await handle(request, house, entry);
    } catch (error) {
      response = toErrorResponse(error, entry);
    }
    entry.note({ status: response.status });
    // A stream's line is written when it ends.
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) entry.finish();
    return response;
  };
}

async function handle(request, { options, ownership, catalogue, quiet, streams }, entry) {
  const url = new URL(request.url);
  const { route, param, target, country, isPersonal } = matchRoute(request, url, options.basePath);
  entry.note({ route: route.name, ...(route.order && { orderId: param }) });
  let body = '';
  if (route.method === 'POST') {
    refuseCrossSite(request, url, options.origins);
    const read = await readJsonBody(request, options);
    if (options.checkout) checkOrderBody(read.value, route.name, options.checkout);
    body = read.text;
  }
  if (route.order && !(await ownership.owns(request, param))) {
    throw new BffError(404, 'ORDER_NOT_FOUND', 'There is no such order here. An order can be followed in the browser that placed it.');
  }
  const isShared = catalogue !== undefined && route.maxAge !== undefined && !isPersonal;
  const headers = partnerHeaders(request, country, options, isShared);
  const clientSignal = request.signal;
  if (route.answer === 'stream') {
    const session = await options.session?.(request, param);
    // Told apart by what is before them: nobody's account is somebody else's order.
    const place = streams.take(session ? `session ${session}` : `order ${param}`);
    const onEnd = (ended) => {
      place.release();
      entry.note({ ended });
      entry.finish();
    };
    const ends = { client: clientSignal, replaced: place.signal, shutdown: options.signal };
    try {
      return await openStream({ target, headers, resumeFrom: lastEventId(request, url), ends, onEnd }, options);
    } catch (error) {
      place.release();
      throw error;
    }
  }
  const ask = (/** @type {{ body?: string, clientSignal?: AbortSignal }} */ more) => askForJson({ route, target, headers, quiet, ...more }, options);
  // Without the browser's signal: a shopper who leaves meanwhile must not turn a known outcome into an unknown one.
  if (route.name === 'create') return create(request, url, body, () => ask({ body }), options, ownership, entry);
  if (catalogue && route.maxAge) {
    return catalogue.serve({
      // What others wait for as well does not end when one of them leaves.
      ask: () => ask({ clientSignal: isShared ? undefined : clientSignal }),
      key: isShared ? `${target}\n${headers.get('x-country-iso-code')}` : undefined,
      kind: route.kind,
      maxAge: route.maxAge,
      ifNoneMatch: request.headers.get('if-none-match'),
      note: entry.note,
    });
  }
  const refusal = route.method === 'GET' && route.kind ? quiet.refusal(route.kind) : undefined;
  if (refusal) throw refusal;
  return toResponse(await ask({ body: body || undefined, clientSignal }));
}

async function create(request, url, body, send, options, ownership, entry) {
  let isSent = false;
  const place = () => {
    isSent = true;
    return send();
  };
  let response;
  let isUnknown;
  try {
    const answer = await placeOnce(request, body, place, options, entry.note);
    const { outcome, orderId } = readOutcome(answer);
    if (orderId) await placed(request, orderId, options, entry);
    const cookie = orderId && (await ownership.claim(url, orderId));
    response = toResponse(answer, cookie ? { 'Set-Cookie': cookie } : {});
    isUnknown = outcome === 'unknown';
  } catch (error) {
    response = toErrorResponse(error, entry);
    isUnknown = error instanceof BffError ? error.extra.outcome === 'unknown' : isSent;
  }
  if (isUnknown) response.headers.set('X-Order-Outcome', 'unknown');
  return response;
}

/** Lets the house know of an order before its shopper does, who will ask for it at once. */
async function placed(request, orderId, { onOrder, timers }, entry) {
  entry.note({ orderId });
  if (!onOrder) return;
  try {
    await bounded(timers, HOOK_MS, () => onOrder(request, orderId));
  } catch (error) {
    entry.note({ error: 'ON_ORDER', cause: causeOf(error) });
  }
}

function toErrorResponse(error, entry) {
  const known = error instanceof BffError
    ? error
    : new BffError(500, 'INTERNAL', 'The server failed to handle the request.', {}, {}, error);
  entry.note({ error: known.code, cause: known.cause === undefined ? undefined : causeOf(known.cause) });
  return known.toResponse();
}
