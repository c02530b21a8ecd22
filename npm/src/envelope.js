// What comes back from the module: a value, or issues.

import { CheckoutError } from './errors.js';

/** JSON text of what the developer passed; BAD_INPUT where it has none (cycles, BigInt). */
export function toJson(input) {
  try {
    return JSON.stringify(input) ?? 'null';
  } catch (cause) {
    throw new CheckoutError('BAD_INPUT', 'This input cannot be written as JSON: pass plain data, amounts as decimal text.', { cause });
  }
}

/** The value of a result, or a CheckoutError BAD_INPUT with the issues. */
export function valueOrThrow(text) {
  const result = JSON.parse(text);
  if (result.ok) return result.value;
  const { path, message } = result.issues[0];
  const where = path ? `${path}: ` : '';
  throw new CheckoutError('BAD_INPUT', `${where}${message}.`, { issues: result.issues });
}
