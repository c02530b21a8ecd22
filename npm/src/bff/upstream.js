// The request the BFF makes of the API: the partner's headers, a deadline, and nothing of the browser's but what is named here.

import { BffError } from './errors.js';
import { countryOf, shopperAddress } from './inbound.js';

/**
 * @param {Request} request
 * @param {string | undefined} country
 * @param {any} options
 * @param {boolean} isShared whether others get the same answer, so that it is nobody's in particular
 */
export function partnerHeaders(request, country, options, isShared) {
  const headers = new Headers({
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'X-Cr-Application': options.partnerId,
    'X-Cr-Version': options.appVersion,
  });
  headers.set('X-Country-ISO-Code', countryOf(request, country, options.country));
  if (isShared) return headers;
  // Newer versions of the API tell shoppers apart by these two; the server's own would make everyone look alike.
  const address = shopperAddress(options.clientAddress?.(request), options.trustedHops);
  if (address) headers.set('X-Forwarded-For', address);
  const agent = (request.headers.get('user-agent') ?? '').replace(/[^\x20-\x7e]/g, '').trim().slice(0, 512);
  if (agent) headers.set('User-Agent', agent);
  return headers;
}

/** Failures before a connection stood: whatever was to be sent has not been. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
/** These are as well where it was the connecting that failed; they also end a connection that stood. */
const NEVER_SENT_CONNECTING = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

/** @param {any} cause what fetch failed with; several where several addresses were tried */
function neverSent(cause) {
  const { code, syscall, errors } = cause ?? {};
  if (errors?.length > 0) return errors.every(neverSent);
  return NEVER_SENT.has(code) || (NEVER_SENT_CONNECTING.has(code) && ['connect', 'getaddrinfo'].includes(syscall));
}

/**
 * Sends and waits for the upstream's headers.
 * @param {string} target path and query
 * @param {RequestInit & { headers: Headers }} init
 * @param {object} bounds
 * @param {AbortController} bounds.abort ends the upstream request; ours to fire, with the answer for it as the reason
 * @param {number} bounds.deadline milliseconds until the headers must be there
 * @param {boolean} [bounds.write] whether the API may have acted although no answer came
 * @param {any} options
 * @returns {Promise<Response>}
 */
export async function send(target, init, { abort, deadline, write = false }, options) {
  const outcome = write ? { outcome: 'unknown' } : {};
  const advice = write ? ' Whether the order was placed is not known.' : '';
  const timer = deadline > 0
    ? options.timers.setTimeout(() => abort.abort(new BffError(504, 'UPSTREAM_TIMEOUT', `The API did not answer in time.${advice}`, {}, outcome)), deadline)
    : undefined;
  let response;
  try {
    response = await options.fetch(options.upstream + target, {
      ...init,
      redirect: 'manual',
      signal: abort.signal,
    });
  } catch (error) {
    if (neverSent(error?.cause)) {
      throw new BffError(502, 'UPSTREAM_UNREACHABLE', `The API cannot be reached.${write ? ' No order was placed.' : ''}`, {}, {}, error);
    }
    if (abort.signal.aborted) throw abort.signal.reason;
    throw new BffError(502, 'UPSTREAM_UNREACHABLE', `The API cannot be reached.${advice}`, {}, outcome, error);
  } finally {
    options.timers.clearTimeout(timer);
  }
  const { status, type } = response;
  // Where redirects are not shown, theirs is a status of 0.
  const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400);
  if (!isRedirect && status >= 200 && status < 600) return response;
  discard(response, abort);
  throw isRedirect
    ? new BffError(502, 'UPSTREAM_REDIRECT', `The API answered with a redirect, which is not followed.${advice}`, {}, outcome)
    : new BffError(502, 'UPSTREAM_STATUS', `The API answered with status ${status}, which means nothing.${advice}`, {}, outcome);
}

/** Lets go of an answer nobody will read, so that its connection is not held. */
export function discard(response, abort) {
  abort.abort();
  response.body?.cancel().catch(() => {});
}

const WAIT_HEADERS = ['Retry-After', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'];

/** The only headers of the upstream a browser gets to see. @param {Response} response */
export function waitHeaders(response) {
  /** @type {Record<string, string>} */
  const headers = {};
  for (const name of WAIT_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null && value.length <= 64) headers[name] = value;
  }
  return headers;
}
