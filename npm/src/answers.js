// Answers: text, bytes or an object in, a union out. Nothing here throws on data.

import { wasm } from './runtime.js';

/** A body as what the module takes: bytes as they are, anything else as text; undefined for one that has yet to be read. */
function toInput(body) {
  // Not instanceof: another frame's bytes, or those of a test's own globals, are bytes too.
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (Object.prototype.toString.call(body) === '[object ArrayBuffer]') return new Uint8Array(body);
  if (typeof body === 'string') return body;
  try {
    // A promise, a response or a blob: as JSON it would be an empty object, against which nothing stands.
    return typeof (body?.then ?? body?.arrayBuffer) === 'function' ? undefined : JSON.stringify(body) ?? '';
  } catch {
    // Cycles and BigInt are not JSON: the empty text says so.
    return '';
  }
}

/** The size an answer may have, unless the caller says otherwise. */
const MAX_BYTES = 8 * 1024 * 1024;

const refused = (code, message) => ({ ok: false, issues: [{ path: '', code, message }] });

/** What the module answers about a body, if it is not too large. */
export function answered(ask, body, options) {
  const maxBytes = options?.maxBytes ?? MAX_BYTES;
  const input = toInput(body);
  if (input === undefined) return refused('TYPE', 'This has yet to be read: pass `await response.text()`');
  // Refused before it is copied: what does not fit into memory would cost the instance.
  if (input.length > maxBytes) return refused('TOO_LARGE', 'This answer is larger than the limit, so it was not read');
  return JSON.parse(ask(input, maxBytes));
}

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
  const header = (name) => headers?.get?.(name) ?? '';
  const input = toInput(body);
  return JSON.parse(
    // Of a body beyond all measure the status says enough; one that was not read is unreadable.
    wasm().decodeProblems(input?.length <= MAX_BYTES ? input : '', httpStatus, header('retry-after'), header('x-ratelimit-reset'), now),
  );
}

/** A checker as a Standard Schema v1 object. */
function standardSchema(check) {
  return {
    '~standard': {
      version: 1,
      vendor: 'cryptorefills-checkout',
      validate(body) {
        const result = check(body);
        if (result.ok) return { value: result.value };
        return { issues: result.issues.map(({ path, message }) => ({ message, path: segments(path) })) };
      },
    },
  };
}

function segments(pointer) {
  return pointer.split('/').slice(1).map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export const orderSchema = /* @__PURE__ */ standardSchema(checkOrder);
export const validationSchema = /* @__PURE__ */ standardSchema(checkValidation);
export const paymentViasSchema = /* @__PURE__ */ standardSchema(checkPaymentVias);
export const brandsSchema = /* @__PURE__ */ standardSchema(checkBrands);
export const productsSchema = /* @__PURE__ */ standardSchema(checkProducts);
export const priceSchema = /* @__PURE__ */ standardSchema(checkPrice);
