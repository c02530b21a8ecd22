// What the BFF itself answers when it does not pass an answer on: a status, a code, a sentence.

/** A refusal or failure that becomes a small JSON answer. */
export class BffError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {Record<string, string>} [headers]
   * @param {Record<string, unknown>} [extra] further members of the JSON body
   * @param {unknown} [cause] what was thrown; only its names are ever told
   */
  constructor(status, code, message, headers = {}, extra = {}, cause = undefined) {
    super(message, { cause });
    this.name = 'BffError';
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.extra = extra;
  }

  toResponse() {
    return jsonResponse(
      this.status,
      JSON.stringify({ error: this.code, message: this.message, ...this.extra }),
      this.headers,
    );
  }
}

/** For a shopper who left: nobody reads it. */
export const clientGone = () => new BffError(499, 'CLIENT_GONE', 'The browser left before the answer.');

/**
 * What failed, by its name and codes: a message may quote what was sent.
 * @param {any} error
 */
export function causeOf(error) {
  const words = [error?.name, error?.code, error?.cause?.code].filter((word) => typeof word === 'string' && /^[\w.-]{1,40}$/.test(word));
  return [...new Set(words)].join(' ') || typeof error;
}

/**
 * Answers are kept out of caches and out of other sites' reach unless a route says otherwise.
 * @param {number} status
 * @param {BodyInit | null} body JSON text or its bytes
 * @param {Record<string, string>} [headers]
 */
export function jsonResponse(status, body, headers = {}) {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      ...headers,
    },
  });
}
