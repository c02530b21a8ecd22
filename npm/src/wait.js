// How long an answer asks to be left alone: by its headers, or by a hint in its body. The module reads them all.

import { decodeProblems } from './answers.js';

const HINT = /retry_?after/i;

/**
 * In milliseconds; 0 where nothing is asked.
 * @param {{ body: unknown, status: number, headers?: Pick<Headers, 'get'> }} answer
 * @param {number} [now] Unix milliseconds
 */
export function waitAsked({ body, status, headers }, now) {
  if (status < 400) {
    const after = headers?.get?.('retry-after') ?? '';
    if (!after && !HINT.test(body)) return 0;
    // Read as a refusal is. When a limit is reset, though, is told with good answers too, and asks for nothing.
    status = 429;
    headers = new Map([['retry-after', after]]);
  }
  const waits = decodeProblems(body, status, headers, now).map(({ params }) => params?.retryAfterSeconds ?? 0);
  return Math.max(0, ...waits) * 1000;
}
