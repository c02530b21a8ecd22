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

/** Each export so that a trap in it is told as an error, and costs the instance and not the page. */
function guard(exports) {
  return Object.fromEntries(Object.keys(exports).map((name) => [name, (...input) => {
    try {
      return call(name, input);
    } catch (cause) {
      if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
      ready = false;
      loading = undefined;
      throw new CheckoutError(
        'INTERNAL',
        `cryptorefills-checkout ${PACKAGE_VERSION} failed in ${name}(); the next call starts afresh. Please report this.`,
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
  const able = typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(NEWEST)) && 'encodeInto' in TextEncoder.prototype;
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
    throw compileFailed(error, 'If this engine refuses to compile synchronously, await init() first.');
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
  const { response, bytes } = await download(source);
  // "\0asm", or it is something else that was served in its place.
  if (response.ok && bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d) {
    return WebAssembly.compile(bytes);
  }
  const what = bytes[0] === 0x3c ? 'an HTML page' : 'something that is not WebAssembly';
  throw new CheckoutError(
    'LOAD_FAILED',
    `The address of sdk.wasm answered ${response.status} with ${what}. Serve cryptorefills-checkout/sdk.wasm and pass its URL to init(), or import cryptorefills-checkout, which needs no file.`,
    { status: response.status },
  );
}

async function download(source) {
  const response = typeof Response === 'function' && source instanceof Response ? source : await arrival(fetch(source));
  return { response, bytes: new Uint8Array(await arrival(response.arrayBuffer())) };
}

/** What is on its way: a source that was promised, an answer, its body. */
async function arrival(promised) {
  try {
    return await promised;
  } catch (cause) {
    throw new CheckoutError('LOAD_FAILED', 'sdk.wasm could not be fetched: check the address, the network and the policy\'s connect-src.', { cause });
  }
}

/** What engines say that may not compile, and what helps there. */
const FORBIDDEN = [
  [
    /unsafe-eval|content security policy|blocked/i,
    "The page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src.",
  ],
  // Edge runtimes, and older engines for a page's policy.
  [
    /code generation|embedder/i,
    "WebAssembly may not be compiled here. In a page, add 'wasm-unsafe-eval' to the policy's script-src; on an edge runtime, give init() of cryptorefills-checkout/slim the imported cryptorefills-checkout/sdk.wasm.",
  ],
];

function compileFailed(cause, advice) {
  const [, forbidden] = FORBIDDEN.find(([said]) => said.test(cause?.message)) ?? [];
  const reason = forbidden ?? `The WebAssembly module could not be compiled. ${advice}`.trim();
  return new CheckoutError('LOAD_FAILED', reason, { cause, retryable: !forbidden });
}
