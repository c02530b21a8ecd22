// The one error class, and its guard.

const BRAND = Symbol.for('cryptorefills-checkout.error');

/** Which codes are worth trying again without changing anything. */
const RETRYABLE = ['LOAD_FAILED', 'NETWORK', 'TIMEOUT'];

/**
 * Every error this package throws. Its message never holds an e-mail address, an order id or a code.
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
    this.retryable = about.retryable ?? RETRYABLE.includes(code);
    // The page of this very version, wherever the package came from.
    this.docUrl = `https://unpkg.com/cryptorefills-checkout@${PACKAGE_VERSION}/docs/errors.md#${code.toLowerCase()}`;
    const { status, issues, problems, path = issues?.[0]?.path } = about;
    for (const [name, value] of Object.entries({ status, issues, problems, path })) if (value !== undefined) this[name] = value;
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
