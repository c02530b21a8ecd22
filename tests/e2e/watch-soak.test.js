// Two thousand reconnects of one watch in Chromium, over its real EventSource and a real server: what the page holds
// afterwards, counted by the browser itself, is what it held before. The page's clock is wound by the test.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser } from './support/browser.js';
import { message, startScenario } from './support/scenario.js';

const RECONNECTS = 2000;
/** Until then, whatever is made once has been made. */
const WARM = 500;
/** The engine compiles and caches on its own: 20 bytes a reconnect, where the smallest object that could leak is more. */
const SLACK_BYTES = 40_000;
/** What is no object of the page's: compiled code, and the records DevTools itself keeps of each request. */
const NOT_THE_PAGE_S = new Set(['native', 'code', 'object shape', 'hidden']);

/** What the page is told goes over the test's own wire, which is not to be measured. */
const SILENT = { onOrder: null, onState: null, onInvalid: null, onError: null, onEnd: null };

let browser;
let scenario;
before(async () => {
  browser = await launchBrowser();
  scenario = await startScenario(browser);
});
after(async () => {
  await browser?.close();
  await scenario?.stop();
});

test('two thousand reconnects leave listeners, timers, closures, heap and wasm memory where they were', async (t) => {
  let updated = 0;
  const tab = await scenario.meet({
    before: count,
    stream: [(to) => { to.stream(`: open\n\n${message('WaitingForPayment', ++updated)}`); to.end(); }],
  }, { transport: 'sse', recheck: 0, backoff: { initial: 100, max: 100, jitter: 0 }, ...SILENT });
  const devtools = await tab.context.newCDPSession(tab.page);
  await devtools.send('HeapProfiler.enable');

  /** What is there once nothing is left to collect. */
  const held = async () => {
    for (let turn = 0; turn < 3; turn++) await devtools.send('HeapProfiler.collectGarbage');
    const { jsEventListeners, documents, nodes } = await devtools.send('Memory.getDOMCounters');
    const own = await tab.page.evaluate(() => globalThis.counted());
    return { ...own, pageListeners: jsEventListeners, documents, nodes, ...(await objects(devtools)) };
  };
  const reconnects = (count) => tab.page.evaluate((wanted) => globalThis.until(wanted), count);

  await reconnects(WARM);
  const start = await held();
  await reconnects(RECONNECTS + WARM);
  const end = await held();
  t.diagnostic(`after ${WARM} reconnects: ${JSON.stringify(start)}`);
  t.diagnostic(`after ${RECONNECTS} more:  ${JSON.stringify(end)}`);

  const { heapBytes: heapBefore, functions: functionsBefore, made: madeBefore, ...before } = start;
  const { heapBytes, functions, made, ...now } = end;
  assert.equal(made - madeBefore, RECONNECTS);
  assert.deepEqual(now, before);
  assert.ok(functions - functionsBefore < 50, `${functions - functionsBefore} more functions`);
  assert.ok(heapBytes - heapBefore < SLACK_BYTES, `the heap grew by ${heapBytes - heapBefore} bytes`);
  assert.ok(scenario.streams.all.length > RECONNECTS);

  await tab.page.evaluate(async () => {
    globalThis.watch.close();
    await globalThis.watch.done;
    delete globalThis.watch;
  });
  const over = await held();
  t.diagnostic(`after the end:          ${JSON.stringify(over)}`);
  assert.deepEqual([over.sources, over.listeners, over.timers, over.closures], [0, 0, 0, 0]);
  assert.deepEqual(tab.notes.errors, []);
  await tab.close();
});

/** The page's own objects, out of a heap snapshot: how many functions there are, and the bytes of all of it. */
async function objects(devtools) {
  const chunks = [];
  const keep = ({ chunk }) => chunks.push(chunk);
  devtools.on('HeapProfiler.addHeapSnapshotChunk', keep);
  await devtools.send('HeapProfiler.takeHeapSnapshot');
  devtools.off('HeapProfiler.addHeapSnapshotChunk', keep);
  const { snapshot: { meta: { node_fields: fields, node_types: [types] } }, nodes } = JSON.parse(chunks.join(''));
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')];
  let functions = 0;
  let heapBytes = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[nodes[at + type]];
    if (kind === 'closure') functions++;
    if (!NOT_THE_PAGE_S.has(kind)) heapBytes += nodes[at + size];
  }
  return { functions, heapBytes };
}

/** In the page, before anything else: counts what a watch could leave behind. */
function count() {
  // The browser's own diary of requests is no leak of ours.
  performance.setResourceTimingBufferSize(0);
  const listeners = new Set();
  const alive = new Set();
  const timers = new Set();
  const streams = new Set();
  let made = 0;
  let wanted = 1;
  let reached;
  // A closure is alive while something still refers to it, which only the collector knows.
  const remember = (run) => {
    for (const known of alive) if (known.deref() === run) return;
    alive.add(new WeakRef(run));
  };
  const pageTypes = ['online', 'pagehide', 'pageshow', 'visibilitychange', 'resume', 'securitypolicyviolation', 'open', 'message', 'stop', 'ping', 'config', 'error'];
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const keyOf = (target, type, run) => {
    for (const entry of listeners) if (entry.target === target && entry.type === type && entry.run === run) return entry;
    return undefined;
  };
  EventTarget.prototype.addEventListener = function add(type, run, options) {
    const target = this ?? globalThis;
    if (pageTypes.includes(type) && !keyOf(target, type, run)) {
      listeners.add({ target, type, run });
      remember(run);
    }
    return addEventListener.call(target, type, run, options);
  };
  EventTarget.prototype.removeEventListener = function remove(type, run, options) {
    const target = this ?? globalThis;
    listeners.delete(keyOf(target, type, run));
    return removeEventListener.call(target, type, run, options);
  };
  const Native = globalThis.EventSource;
  globalThis.EventSource = class extends Native {
    constructor(url) {
      super(url);
      made++;
      streams.add(this);
    }

    close() {
      streams.delete(this);
      super.close();
      wheel.port2.postMessage(0);
    }
  };
  // Waits pass at once, but only between two streams, and only up to the number of streams that is wanted.
  const realNow = Date.now.bind(Date);
  let ahead = 0;
  Date.now = () => realNow() + ahead;
  const wheel = new MessageChannel();
  wheel.port1.onmessage = () => {
    const [timer] = timers;
    if (!timer || streams.size > 0) return;
    if (made >= wanted) {
      reached?.();
      return;
    }
    timers.delete(timer);
    ahead = Math.max(ahead, timer.at - realNow());
    timer.run();
  };
  globalThis.setTimeout = (run, ms) => {
    const timer = { run, at: Date.now() + ms };
    timers.add(timer);
    remember(run);
    wheel.port2.postMessage(0);
    return timer;
  };
  globalThis.clearTimeout = (timer) => timers.delete(timer);
  const { Memory } = WebAssembly;
  let memory;
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function Instantiated(...input) {
    const instance = new Instance(...input);
    memory = Object.values(instance.exports).find((value) => value instanceof Memory);
    return instance;
  };
  globalThis.until = (count) => new Promise((resolve) => {
    wanted = count;
    reached = resolve;
    wheel.port2.postMessage(0);
  });
  globalThis.counted = () => ({
    made,
    sources: streams.size,
    listeners: listeners.size,
    timers: timers.size,
    closures: [...alive].filter((known) => known.deref() || !alive.delete(known)).length,
    wasmBytes: memory.buffer.byteLength,
  });
}
