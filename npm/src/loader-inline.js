// The module travels inside the script: no second file, nothing for a bundler to move along.

import { singles, text, unpacker } from '../build/inline.js';
import { codes } from './inline/codes.js';

export const defaultSource = undefined;

/** The module's bytes. */
export function inlinedBytes() {
  const unpacking = new WebAssembly.Module(Uint8Array.from(atob(unpacker), (character) => character.charCodeAt()));
  const { memory, unpack } = new WebAssembly.Instance(unpacking).exports;
  memory.grow((text.length >> 16) + 2);
  const bytes = new Uint8Array(memory.buffer);
  codes(singles).forEach((code, byte) => (bytes[code] = byte));
  const { written } = new TextEncoder().encodeInto(text, bytes.subarray(512));
  return bytes.subarray(512, unpack(512, 512 + written));
}
