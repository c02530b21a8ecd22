// The request the BFF makes of the API: the partner's headers, a deadline, and nothing of the browser's but what is named here.

import { BffError } from './errors.js';
import { countryOf, firstAddress } from './inbound.js';

/**
 * @param {Request} request
 * @param {string | undefined} country
 * @param {any} options
 */
export function partnerHeaders(request, country, options) {
  const headers = new Headers({
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'X-Cr-Application': options.partnerId,
    'X-Cr-Version': options.appVersion,
  });
  headers.set('X-Country-ISO-Code', countryOf(request, country, options.country));
  // Newer versions of the API tell shoppers apart by these two; the server's own would make everyone look alike.
  const address = firstAddress(options.clientAddress?.(request));
  if (address) headers.set('X-Forwarded-For', address);
  const agent = (request.headers.get('user-agent') ?? '').replace(/[^\x20-\x7e]/g, '').trim().slice(0, 512);
  if (agent) headers.set('User-Agent', agent);
  return headers;
}

/** Failures before a connection stood: whatever was to be sent has not been. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Sends and waits for the upstream's headers.
 * @param {string} target path and query
 * @param {RequestInit & { headers: Headers }} init
 * @param {object} bounds
 * @param {AbortController} bounds.abort ends the upstream request; ours to fire
 * @param {number} bounds.deadline milliseconds until the headers must be there
 * @param {boolean} [bounds.write] whether the API may have acted although no answer came
 * @param {any} options
 * @returns {Promise<Response>}
 */
export async function send(target, init, { abort, deadline, write = false }, options) {
  let late = false;
  const timer = deadline > 0
    ? options.timers.setTimeout(() => { late = true; abort.abort(); }, deadline)
    : undefined;
  const outcome = write ? { outcome: 'unknown' } : {};
  const advice = write ? ' Whether the order was placed is not known.' : '';
  let response;
  try {
    response = await options.fetch(options.upstream + target, {
      ...init,
      redirect: 'manual',
      signal: abort.signal,
    });
  } catch (error) {
    if (NEVER_SENT.has(error?.cause?.code)) {
      throw new BffError(502, 'UPSTREAM_UNREACHABLE', `The API cannot be reached.${write ? ' No order was placed.' : ''}`);
    }
    if (late) {
      throw new BffError(504, 'UPSTREAM_TIMEOUT', `The API did not answer in time.${advice}`, {}, outcome);
    }
    if (abort.signal.aborted) throw new BffError(499, 'CLIENT_GONE', 'The browser left before the answer.');
    throw new BffError(502, 'UPSTREAM_UNREACHABLE', `The API cannot be reached.${advice}`, {}, outcome);
  } finally {
    options.timers.clearTimeout(timer);
  }
  if (response.status < 200 || (response.status >= 300 && response.status < 400)) {
    discard(response, abort);
    throw new BffError(502, 'UPSTREAM_REDIRECT', `The API answered with a redirect, which is not followed.${advice}`, {}, outcome);
  }
  return response;
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
