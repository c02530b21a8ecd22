// The module is a file of its own, next to the script unless init() is given another source.

export const inlinedBytes = undefined;

export function defaultSource() {
  return new URL('./sdk.wasm', import.meta.url);
}
