// Reads a body into memory, never more than a limit and never longer than a deadline.

/**
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {object} bounds
 * @param {number} bounds.limit
 * @param {() => Error} bounds.tooLarge
 * @param {number} bounds.deadline milliseconds, 0 for none
 * @param {() => Error} bounds.tooSlow
 * @param {(cause: unknown) => Error} bounds.broken
 * @param {{ setTimeout: Function, clearTimeout: Function }} bounds.timers
 * @returns {Promise<Uint8Array>}
 */
export async function readBytes(body, { limit, tooLarge, deadline, tooSlow, broken, timers }) {
  if (!body) return new Uint8Array();
  const reader = body.getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  let timer;
  const late = new Promise((_, reject) => {
    if (deadline > 0) timer = timers.setTimeout(() => reject(tooSlow()), deadline);
  });
  late.catch(() => {});
  const next = async () => {
    try {
      return await reader.read();
    } catch (error) {
      throw broken(error);
    }
  };
  try {
    for (;;) {
      const { done, value } = await Promise.race([next(), late]);
      if (done) break;
      size += value.byteLength;
      if (size > limit) throw tooLarge();
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  } finally {
    timers.clearTimeout(timer);
  }
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
