// Loads the wasm module once, synchronously on first use or ahead of it by init().

import { CheckoutError } from './errors.js';
import { adopt, call } from './instance.js';
// Which of the two loaders this is, the build decides: the module inlined, or a file next to the script.
import { defaultSource, inlinedBytes } from '#loader';

/** Where the engines' support begins; the README says the same. */
const FLOOR = 'Chrome or Edge 96, Firefox 113, Safari 16.4 or Node 20.19';

/** The newest thing the module is written in: a function that takes a reference. */
const NEWEST = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 111, 0];

let ready = false;
let loading;
/** The compiled module, for a fresh instance after a trap. */
let compiled;

/** The module's exports as everything else calls them. */
let guarded;

/** Each export so that whatever is thrown in it is told as one error, and costs the instance and not the page. */
function guard(exports) {
  return Object.fromEntries(Object.keys(exports).map((name) => [name, (...input) => {
    try {
      return call(name, input);
    } catch (cause) {
      // Not traps alone: a stack that overflows leaves the instance half way through as well.
      ready = false;
      loading = undefined;
      throw new CheckoutError(
        'INTERNAL',
        `cryptorefills-checkout ${PACKAGE_VERSION} failed in ${name}(); the next call starts afresh. Please tell its maintainers, with the version.`,
        { cause },
      );
    }
  }]));
}

/** The module's exports; the first call compiles the inlined module. */
export function wasm() {
  if (!ready) compileNow();
  return guarded;
}

/** Whether the module is compiled. */
export function isReady() {
  return ready;
}

/**
 * Compiles the module ahead of its first use. Calls share one attempt; a failed one can be repeated.
 * @param {unknown} [source] URL, Response, bytes or WebAssembly.Module, or a promise of one
 * @returns {Promise<void>}
 */
export function init(source) {
  if (ready) return Promise.resolve();
  loading ??= load(source).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** An engine that lacks something is told apart from a module that does not arrive. */
function requireEngine() {
  const able = typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(NEWEST)) && TextEncoder?.prototype.encodeInto;
  if (able) return;
  throw new CheckoutError('LOAD_FAILED', `This engine cannot run the checkout: it takes ${FLOOR}, or newer.`, { retryable: false });
}

function compileNow() {
  requireEngine();
  if (!compiled && !inlinedBytes) {
    throw new CheckoutError('NOT_INITIALIZED', 'Call and await init() before anything else of cryptorefills-checkout/slim.');
  }
  try {
    const module = compiled ?? new WebAssembly.Module(inlinedBytes());
    begin(module, new WebAssembly.Instance(module));
  } catch (error) {
    throw compileFailed(error, ' If this engine refuses to compile synchronously, await init() first.');
  }
}

async function load(source) {
  requireEngine();
  try {
    const module = await compile(await arrival(source ?? compiled ?? (inlinedBytes ? inlinedBytes() : defaultSource())));
    // Not `new Instance`: engines that do not compile on the spot do not instantiate on the spot either.
    const instance = await WebAssembly.instantiate(module);
    // A call of wasm() may have come first.
    if (!ready) begin(module, instance);
  } catch (error) {
    throw error instanceof CheckoutError ? error : compileFailed(error, '');
  }
}

function begin(module, instance) {
  const exports = adopt(instance);
  guarded ??= guard(exports);
  compiled = module;
  ready = true;
}

async function compile(source) {
  // Not instanceof: what comes from another frame, or from around a test's own globals, is as good.
  const kind = Object.prototype.toString.call(source);
  if (kind === '[object WebAssembly.Module]') return source;
  if (kind === '[object ArrayBuffer]' || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  // An address, as text or as a URL.
  const address = source?.href ?? source;
  const isResponse = typeof Response === 'function' && source instanceof Response;
  if (!isResponse && typeof address !== 'string') {
    throw new CheckoutError('BAD_INPUT', 'This is no sdk.wasm: pass its URL, bytes or module to init(), a Response with it, or a promise of one.');
  }
  // Node's fetch reads no files. Asked for this way, bundlers for the browser do not look for a module of Node's.
  const files = /^file:/i.test(address) && globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (files) return WebAssembly.compile(await arrival(files.readFile(new URL(address))));
  const response = isResponse ? source : await arrival(fetch(address));
  const bytes = new Uint8Array(await arrival(response.arrayBuffer()));
  // "\0asm", or it is something else that was served in its place.
  if (response.ok && bytes.slice(0, 4).join() === '0,97,115,109') return WebAssembly.compile(bytes);
  const what = bytes[0] === 0x3c ? 'an HTML page' : 'something that is not WebAssembly';
  throw new CheckoutError(
    'LOAD_FAILED',
    `The address of sdk.wasm answered ${response.status} with ${what}. Serve cryptorefills-checkout/sdk.wasm and pass its URL to init(), or import cryptorefills-checkout, which needs no file.`,
    { status: response.status },
  );
}

/** What is on its way: a source that was promised, an answer, its body. */
async function arrival(promised) {
  try {
    return await promised;
  } catch (cause) {
    throw new CheckoutError('LOAD_FAILED', 'sdk.wasm could not be fetched: check the address, the network and the policy\'s connect-src.', { cause });
  }
}

/** What engines say that may not compile: those of a page for its policy, those at an edge at all times. */
const FORBIDDEN = /unsafe-eval|content security policy|blocked|code generation|embedder/i;

function compileFailed(cause, advice) {
  const forbidden = FORBIDDEN.test(cause?.message);
  const reason = forbidden
    ? "WebAssembly may not be compiled here. In a page, its Content-Security-Policy needs 'wasm-unsafe-eval' in script-src; on an edge runtime, give init() of cryptorefills-checkout/slim the module imported from cryptorefills-checkout/sdk.wasm."
    : `The WebAssembly module could not be compiled.${advice}`;
  return new CheckoutError('LOAD_FAILED', reason, { cause, retryable: !forbidden });
}
