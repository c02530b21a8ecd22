// What a browser may send: who asks, how much, in what form. All of it is judged before anything goes upstream.

import { BffError } from './errors.js';
import { readBytes } from './bytes.js';

/**
 * A write must come from one of our own pages. Browsers name the sender in Sec-Fetch-Site and Origin, which
 * scripts cannot forge; a request with neither does not come from a browser and carries nobody's cookies.
 * @param {Request} request
 * @param {URL} url
 * @param {Set<string>} origins
 */
export function refuseCrossSite(request, url, origins) {
  const origin = request.headers.get('origin');
  if (origin !== null && origins.has(origin)) return;
  const site = request.headers.get('sec-fetch-site');
  if (site === 'same-origin') return;
  // The scheme is not compared: behind a proxy that ends TLS the server sees http.
  const ownHost = origin !== null && URL.canParse(origin) && new URL(origin).host === url.host;
  if (site === null && (origin === null || ownHost)) return;
  throw new BffError(403, 'CROSS_SITE', 'Orders can only be placed from the shop\'s own pages.');
}

/**
 * @param {Request} request
 * @param {{ limits: { body: number }, timeouts: { upload: number }, timers: any }} options
 * @returns {Promise<{ text: string, value: Record<string, any> }>} the JSON text, as it came, and what it says
 */
export async function readJsonBody(request, { limits, timeouts, timers }) {
  const type = (request.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/json') {
    throw new BffError(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be sent as application/json.');
  }
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw new BffError(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must not be compressed.');
  }
  const tooLarge = () => new BffError(413, 'BODY_TOO_LARGE', `The body is larger than ${limits.body / 1024} KiB.`);
  if (Number(request.headers.get('content-length') ?? 0) > limits.body) throw tooLarge();
  const bytes = await readBytes(request.body, {
    limit: limits.body,
    tooLarge,
    deadline: timeouts.upload,
    tooSlow: () => new BffError(408, 'BODY_TOO_SLOW', 'The body took too long to arrive.'),
    broken: () => new BffError(400, 'BODY_INCOMPLETE', 'The body ended too early.'),
    timers,
  });
  let text;
  let value;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new BffError(400, 'BAD_JSON', 'The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BffError(400, 'BAD_JSON', 'The body must be a JSON object.');
  }
  return { text, value };
}

/**
 * The country a shopper shops in, for the partner header: the request's own, then the page's hint, then the default.
 * @param {Request} request
 * @param {string | undefined} fromRoute
 * @param {string} fallback
 */
export function countryOf(request, fromRoute, fallback) {
  for (const candidate of [fromRoute, request.headers.get('x-country-iso-code')]) {
    if (candidate && /^[A-Za-z]{2}$/.test(candidate)) return candidate.toUpperCase();
  }
  return fallback;
}

/**
 * The shopper's address out of what the host trusts: the first entry of the chain, if it is an IP address.
 * @param {string | null | undefined} chain
 */
export function firstAddress(chain) {
  if (typeof chain !== 'string') return undefined;
  let first = chain.split(',')[0].trim();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(first);
  if (bracketed) first = bracketed[1];
  else if (/^\d+(?:\.\d+){3}:\d+$/.test(first)) first = first.slice(0, first.lastIndexOf(':'));
  if (/^::ffff:\d+(?:\.\d+){3}$/i.test(first)) first = first.slice(7);
  const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(first);
  const v6 = first.includes(':') && URL.canParse(`http://[${first}]/`);
  return v4 || v6 ? first : undefined;
}

/**
 * An opaque resume id, from the header a browser's own retry sends or the query a new EventSource has to use.
 * @param {Request} request
 * @param {URL} url
 */
export function lastEventId(request, url) {
  const id = request.headers.get('last-event-id') ?? url.searchParams.get('lastEventId') ?? '';
  const clean = id.replace(/[\r\n\0]/g, '').slice(0, 256);
  // Header values are Latin-1; an id outside printable ASCII cannot be sent back faithfully.
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(clean) ? clean : undefined;
}
