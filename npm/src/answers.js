// Answers: text, bytes or an object in, a union out. Nothing here throws on data.

import { MAX_BYTES, answered, toInput } from './input.js';
import { wasm } from './runtime.js';

/** The payloads of src/schema/check.rs; behind them, an answer of unknown shape. */
const [ORDER, VALIDATION, PAYMENT_VIAS, BRANDS, PRODUCTS, PRICE, ANY] = [0, 1, 2, 3, 4, 5, 6];

const checker = (payload) => (body, options) => answered((input, maxBytes) => wasm().check(payload, input, maxBytes), body, options);

export const checkOrder = /* @__PURE__ */ checker(ORDER);
export const checkValidation = /* @__PURE__ */ checker(VALIDATION);
export const checkPaymentVias = /* @__PURE__ */ checker(PAYMENT_VIAS);
export const checkBrands = /* @__PURE__ */ checker(BRANDS);
export const checkProducts = /* @__PURE__ */ checker(PRODUCTS);
export const checkPrice = /* @__PURE__ */ checker(PRICE);
/** Only read, within the limits. */
export const checkJson = /* @__PURE__ */ checker(ANY);

/**
 * What stands against a request, from an answer's body and HTTP status; [] means nothing.
 */
export function decodeProblems(body, httpStatus = 200, headers, now = Date.now()) {
  // As text: axios and a test's Map have numbers too, which would reach the module as addresses.
  const header = (name) => `${headers?.get?.(name) ?? ''}`;
  const input = toInput(body);
  return JSON.parse(
    // Of a body beyond all measure the status says enough; one that was not read is unreadable.
    wasm().decodeProblems(input?.length <= MAX_BYTES ? input : '', httpStatus, header('retry-after'), header('x-ratelimit-reset'), now),
  );
}

const segments = (pointer) => pointer.split('/').slice(1).map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

/** A checker as a Standard Schema v1 object. */
const standardSchema = (check) => ({
  '~standard': {
    version: 1,
    vendor: 'cryptorefills-checkout',
    validate(body) {
      const { ok, value, issues } = check(body);
      return ok ? { value } : { issues: issues.map(({ path, message }) => ({ message, path: segments(path) })) };
    },
  },
});

export const orderSchema = /* @__PURE__ */ standardSchema(checkOrder);
export const validationSchema = /* @__PURE__ */ standardSchema(checkValidation);
export const paymentViasSchema = /* @__PURE__ */ standardSchema(checkPaymentVias);
export const brandsSchema = /* @__PURE__ */ standardSchema(checkBrands);
export const productsSchema = /* @__PURE__ */ standardSchema(checkProducts);
export const priceSchema = /* @__PURE__ */ standardSchema(checkPrice);
