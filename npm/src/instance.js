// Calls into the module: texts, bytes and numbers in, a text or a number out.
//
// The same module carries wasm-bindgen's own bindings, with a function for each export; one function for them all is
// a tenth of their size.

/** An engine's decoder may refuse to go on after 2 GB; long before that it is replaced. */
const DECODED_MOST = 2 ** 30;

let exports;
let encoder;
let decoder;
let decoded;

/** Takes an instance, of which the calls from now on are; gives its exports. */
export function adopt(instance) {
  exports = instance.exports;
  encoder ??= new TextEncoder();
  return exports;
}

/** Copies bytes, or numbers of more bytes, to where the module frees them; gives where. */
function pass(values) {
  const at = exports.__wbindgen_malloc(values.byteLength, values.BYTES_PER_ELEMENT) >>> 0;
  new Uint8Array(exports.memory.buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
  return at;
}

/** Writes a text straight to where the module frees it; gives where, or 0 if it does not take a byte a character, as most do. */
function passText(text) {
  const { length } = text;
  const at = exports.__wbindgen_malloc(length, 1) >>> 0;
  if (encoder.encodeInto(text, new Uint8Array(exports.memory.buffer, at, length)).read === length) return at;
  exports.__wbindgen_free(at, length, 1);
  return 0;
}

/**
 * Calls an export.
 * @param {string} name
 * @param {(string | Uint8Array | Uint32Array | number | boolean)[]} input
 * @returns {string | number | undefined} undefined where there is no text
 */
export function call(name, input) {
  // No export takes more, and one that takes fewer passes over the rest: engines are quickest at calls without a spread.
  const words = [0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  for (const value of input) {
    const isText = typeof value === 'string';
    if (!isText && !ArrayBuffer.isView(value)) {
      words[count++] = value;
      continue;
    }
    const at = isText ? passText(value) : pass(value);
    const bytes = at ? value : encoder.encode(value);
    words[count++] = at || pass(bytes);
    words[count++] = bytes.length;
  }
  const output = exports[name](words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7]);
  if (typeof output !== 'object') return output;
  // Not as a pattern: an iterator over two numbers takes longer than the call.
  const at = output[0];
  const length = output[1];
  if (at === 0) return undefined;
  if (!decoder || (decoded += length) > DECODED_MOST) {
    decoder = new TextDecoder();
    decoded = length;
  }
  const text = decoder.decode(new Uint8Array(exports.memory.buffer, at >>> 0, length));
  exports.__wbindgen_free(at, length, 1);
  return text;
}
