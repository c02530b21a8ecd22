// What the BFF itself answers when it does not pass an answer on: a status, a code, a sentence.

/** A refusal or failure that becomes a small JSON answer. */
export class BffError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {Record<string, string>} [headers]
   * @param {Record<string, unknown>} [extra] further members of the JSON body
   */
  constructor(status, code, message, headers = {}, extra = {}) {
    super(message);
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
