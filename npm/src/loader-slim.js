// The module is a file of its own, next to the script unless init() is given another source.

import { CheckoutError } from './errors.js';

export const inlinedBytes = undefined;

export function defaultSource() {
  try {
    return new URL('./sdk.wasm', import.meta.url);
  } catch (cause) {
    // A bundle as CommonJS does not know where it is.
    throw new CheckoutError('LOAD_FAILED', 'sdk.wasm could not be located: pass its URL, bytes or module to init().', { cause, retryable: false });
  }
}
