// The module is a file of its own, next to the script unless init() is given another source.

export const inlinedBytes = undefined;

export function defaultSource() {
  const url = new URL('./sdk.wasm', import.meta.url);
  // Node's fetch reads no files. Asked for this way, bundlers for the browser do not look for a module of Node's.
  const files = url.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs/promises');
  return files ? files.readFile(url) : url;
}
