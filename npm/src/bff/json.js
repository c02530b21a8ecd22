// Passes a JSON answer on: its status, its bytes, and nothing else of the upstream's.

import { BffError, clientGone, jsonResponse } from './errors.js';
import { readBytes } from './bytes.js';
import { isAmbiguous } from '../ambiguous.js';
import { discard, send, waitHeaders } from './upstream.js';

/**
 * @typedef {object} Answer what the API said, read to its end
 * @property {number} status
 * @property {Uint8Array} bytes JSON text
 * @property {Record<string, string>} headers those passed on
 */

/**
 * @param {object} call
 * @param {import('./routes.js').Route} call.route
 * @param {string} call.target path and query
 * @param {Headers} call.headers
 * @param {ReturnType<typeof import('./quiet.js').createQuiet>} call.quiet
 * @param {string} [call.body]
 * @param {AbortSignal} [call.clientSignal]
 * @param {any} options
 * @returns {Promise<Answer>}
 */
export async function askForJson({ route, target, headers, quiet, body, clientSignal }, options) {
  const write = route.name === 'create';
  const abort = new AbortController();
  const leave = () => abort.abort(clientGone());
  if (clientSignal?.aborted) throw clientGone();
  clientSignal?.addEventListener('abort', leave, { once: true });
  try {
    const deadline = route.method === 'POST' ? options.timeouts.write : options.timeouts.connect;
    const response = await send(target, { method: route.method, headers, body }, { abort, deadline, write }, options);
    if (response.status === 429 && route.kind) quiet.begin(route.kind, waitHeaders(response));
    return await readAnswer(response, abort, write, options);
  } finally {
    clientSignal?.removeEventListener('abort', leave);
  }
}

async function readAnswer(response, abort, write, options) {
  const outcome = write ? { outcome: 'unknown' } : {};
  const advice = write ? ' Whether the order was placed is not known.' : '';
  const failed = (status, code, message) => (/** @type {unknown} */ cause) => new BffError(status, code, message + advice, {}, outcome, cause);
  let bytes;
  try {
    bytes = await readBytes(response.body, {
      limit: options.limits.answer,
      tooLarge: failed(502, 'UPSTREAM_TOO_LARGE', 'The API\'s answer is too large.'),
      deadline: options.timeouts.answer,
      tooSlow: failed(504, 'UPSTREAM_TIMEOUT', 'The API\'s answer did not end in time.'),
      broken: failed(502, 'UPSTREAM_INCOMPLETE', 'The API\'s answer broke off.'),
      timers: options.timers,
    });
  } catch (error) {
    const why = abort.signal.aborted ? abort.signal.reason : error;
    discard(response, abort);
    throw why;
  }
  const headers = waitHeaders(response);
  if (!isJson(bytes)) {
    // An error page keeps its status, so that the client can tell 503 from 404; as a success it means nothing.
    const error = response.status < 300
      ? failed(502, 'UPSTREAM_NOT_JSON', 'The API\'s answer is not JSON.')()
      : new BffError(response.status, 'UPSTREAM_STATUS', `The API answered with status ${response.status} and no JSON.`, headers, isAmbiguous(response.status) ? outcome : {});
    throw error;
  }
  return { status: response.status, bytes, headers };
}

function isJson(bytes) {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** @param {Answer} answer @param {Record<string, string>} [more] */
export function toResponse(answer, more = {}) {
  return jsonResponse(answer.status, answer.bytes, { ...answer.headers, ...more });
}
