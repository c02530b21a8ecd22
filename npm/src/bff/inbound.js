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
  refuseAmbiguity(text);
  return { text, value };
}

const MAX_DEPTH = 32;
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]|-?\d[\d.eE+-]*/g;

/**
 * What is checked is a reading of the text, and what is sent is the text, as its amounts are to keep their digits. So there
 * must be one reading only: no name twice in an object, no number that is none, no depth that some reader would refuse.
 * @param {string} text JSON
 */
function refuseAmbiguity(text) {
  const refuse = (what) => new BffError(400, 'BAD_JSON', `The body ${what}.`);
  /** The names of each object that is open. @type {Set<string>[]} */
  const open = [];
  for (const [token, string, isName] of text.matchAll(TOKEN)) {
    if (isName) {
      const name = JSON.parse(string);
      const names = open[open.length - 1];
      if (names.has(name)) throw refuse('holds a name twice');
      names.add(name);
    } else if (token === '{' || token === '[') {
      if (open.push(new Set()) > MAX_DEPTH) throw refuse('is nested too deeply');
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (!string && !Number.isFinite(Number(token))) {
      throw refuse('holds a number beyond all bounds');
    }
  }
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
 * The shopper's address out of what the host trusts, if it is an IP address: the first entry of the chain, or the one that the
 * outermost of so many trusted proxies appended.
 * @param {string | null | undefined} chain
 * @param {number} [trustedHops]
 */
export function shopperAddress(chain, trustedHops) {
  if (typeof chain !== 'string') return undefined;
  const entries = chain.split(',');
  let text = entries.at(trustedHops === undefined ? 0 : -trustedHops)?.trim() ?? '';
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed) text = bracketed[1];
  else if (/^\d+(?:\.\d+){3}:\d+$/.test(text)) text = text.slice(0, text.lastIndexOf(':'));
  if (/^::ffff:\d+(?:\.\d+){3}$/i.test(text)) text = text.slice(7);
  return V4.test(text) || isV6(text) ? text : undefined;
}

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** As it goes into a header: no zone, nothing around it. @param {string} text */
function isV6(text) {
  const tail = text.slice(text.lastIndexOf(':') + 1);
  const halves = (V4.test(tail) ? `${text.slice(0, -tail.length)}0:0` : text).split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : halves.length === 1 && groups.length === 8;
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
