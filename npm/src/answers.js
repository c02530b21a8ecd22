// Answers: text, bytes or an object in, a union out. Nothing here throws on data.

import { MAX_BYTES, answered, toInput } from './input.js';
import { wasm } from './runtime.js';

const checker = (payload) => (body, options) => answered((input, maxBytes) => wasm().check(payload, input, maxBytes), body, options);

export const checkOrder = /* @__PURE__ */ checker('order');
export const checkValidation = /* @__PURE__ */ checker('validation');
export const checkPaymentVias = /* @__PURE__ */ checker('payment_vias');
export const checkBrands = /* @__PURE__ */ checker('brands');
export const checkProducts = /* @__PURE__ */ checker('products');
export const checkPrice = /* @__PURE__ */ checker('price');
/** An answer of unknown shape: only read, within the limits. */
export const checkJson = /* @__PURE__ */ checker('json');

/**
 * What stands against a request, from an answer's body and HTTP status; [] means nothing.
 */
export function decodeProblems(body, httpStatus = 200, headers, now = Date.now()) {
  const header = (name) => headers?.get?.(name) ?? '';
  const input = toInput(body);
  return JSON.parse(
    // Of a body beyond all measure the status says enough.
    wasm().decodeProblems(input.length > MAX_BYTES ? '' : input, httpStatus, header('retry-after'), header('x-ratelimit-reset'), now),
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
