// The BFF: one fetch-API handler between the shop's pages and the partner API. It needs nothing but fetch and streams,
// so it runs wherever those do: Node, Hono, Next.js route handlers, Workers, Deno, Bun.

import { BffError } from './errors.js';
import { lastEventId, readJsonBody, refuseCrossSite } from './inbound.js';
import { askForJson, toResponse } from './json.js';
import { readOptions } from './options.js';
import { matchRoute } from './routes.js';
import { openStream } from './stream.js';
import { partnerHeaders } from './upstream.js';

/**
 * @param {import('../bff.d.ts').BffOptions} given
 * @returns {(request: Request) => Promise<Response>}
 */
export function createBff(given) {
  const options = readOptions(given);
  return async function bff(request) {
    try {
      return await handle(request, options);
    } catch (error) {
      return toErrorResponse(error);
    }
  };
}

async function handle(request, options) {
  const url = new URL(request.url);
  const { route, target, country } = matchRoute(request, url, options.basePath);
  let body;
  if (route.method === 'POST') {
    refuseCrossSite(request, url, options.origins);
    body = await readJsonBody(request, options);
  }
  const headers = partnerHeaders(request, country, options);
  if (route.answer === 'stream') {
    return openStream({ target, headers, resumeFrom: lastEventId(request, url), clientSignal: request.signal }, options);
  }
  // A shopper who leaves while an order is being placed must not turn a known outcome into an unknown one.
  const clientSignal = route.name === 'create' ? undefined : request.signal;
  const response = await askForJson({ route, target, headers, body, clientSignal }, options).then((answer) => toResponse(answer), toErrorResponse);
  if (route.name === 'create' && response.status >= 500) response.headers.set('X-Order-Outcome', 'unknown');
  return response;
}

/** @param {unknown} error */
function toErrorResponse(error) {
  if (error instanceof BffError) return error.toResponse();
  return new BffError(500, 'INTERNAL', 'The server failed to handle the request.').toResponse();
}
