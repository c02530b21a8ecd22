// TextEncoder and TextDecoder as the build puts them in place of the globals: jsdom, which Jest runs on, has neither
// among its globals, though the Node beneath it does.

const scope = globalThis.TextDecoder ? globalThis : (globalThis.process?.getBuiltinModule?.('node:util') ?? {});

/** Stands in where there is none, so that an import does not fail: the first call then says what is missing. */
class Missing {
  decode() {}

  encode() {
    return new Uint8Array();
  }
}

export const TextEncoder = scope.TextEncoder ?? Missing;
export const TextDecoder = scope.TextDecoder ?? Missing;
