// TextEncoder and TextDecoder as the build puts them in place of the globals: jsdom, which Jest runs on, has neither
// among its globals, though the Node beneath it does.

/** Undefined where there is none, so that an import does not fail: the first call then says what is missing. */
export const { TextDecoder, TextEncoder } = globalThis.TextDecoder ? globalThis : (globalThis.process?.getBuiltinModule?.('node:util') ?? {});
