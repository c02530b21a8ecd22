// What the module is given of an answer, and asked about it.

/** A body as what the module takes: bytes as they are, anything else as text; undefined for one that has yet to be read. */
export function toInput(body) {
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
export const MAX_BYTES = 8 * 1024 * 1024;

/** What the module answers about a body, if it is not too large. */
export function answered(ask, body, options) {
  const maxBytes = options?.maxBytes ?? MAX_BYTES;
  const input = toInput(body);
  if (input === undefined) return { ok: false, issues: [{ path: '', code: 'TYPE', message: 'This has yet to be read: pass `await response.text()`' }] };
  // What is too large is refused before it is copied, in another's place: what does not fit into memory would cost the instance.
  return JSON.parse(input.length > maxBytes ? ask('{}', 1) : ask(input, maxBytes));
}
