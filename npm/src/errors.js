// The one error class, and its guard.

const BRAND = Symbol.for('cryptorefills-checkout.error');

/** Which codes are worth trying again without changing anything. */
const RETRYABLE = /^(LOAD_FAILED|NETWORK|TIMEOUT)$/;

/**
 * What this package throws by itself; arguments of another type than the types say may also meet the engine's TypeError.
 * Its message never holds an e-mail address, an order id or a code.
 */
export class CheckoutError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {{ retryable?: boolean, status?: number, cause?: unknown, issues?: object[], problems?: object[], path?: string }} [about]
   */
  constructor(code, message, about = {}) {
    super(message, about);
    this.name = 'CheckoutError';
    this.code = code;
    this.retryable = about.retryable ?? RETRYABLE.test(code);
    // The page of this very version, wherever the package came from.
    this.docUrl = `https://unpkg.com/cryptorefills-checkout@${PACKAGE_VERSION}/docs/errors.html#${code.toLowerCase()}`;
    // Those two have a list to go through, if only an empty one.
    if (code === 'BAD_INPUT') this.issues = [];
    if (code === 'PROBLEMS') this.problems = [];
    for (const name of ['issues', 'problems', 'status']) if (about[name] !== undefined) this[name] = about[name];
    const path = about.path ?? this.issues?.[0]?.path;
    if (path !== undefined) this.path = path;
  }

  get [BRAND]() {
    return true;
  }
}

/**
 * Whether something is a CheckoutError, of this copy of the package or another.
 * @param {unknown} thing
 */
export function isCheckoutError(thing) {
  return thing?.[BRAND] === true;
}
