// A server that does to an order's watch what a test says, and keeps what it saw.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

export const ID = '7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162';
const BOUND_MS = 20_000;

/** An order as the API sends it. */
export const order = (state, updated, more = {}) => JSON.stringify({ order_id: ID, order_state: state, updated_at: updated, ...more });
export const message = (state, updated, more) => `data: ${order(state, updated, more)}\n\n`;

/** Waits for something, with a bound, and says what did not come. */
function bounded(promise, what) {
  let limit;
  const late = new Promise((_, reject) => {
    limit = setTimeout(() => reject(new Error(`${what()} within ${BOUND_MS} ms`)), BOUND_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(limit));
}

/** A list that can be waited on. */
export class Notes {
  all = [];
  waiting = new Set();

  add(note) {
    this.all.push(note);
    for (const check of this.waiting) check();
  }

  /** Until something holds of all notes so far. */
  until(holds, what) {
    let check;
    const come = new Promise((resolve) => {
      check = () => holds(this.all) && resolve(undefined);
      this.waiting.add(check);
      check();
    });
    return bounded(come, () => `${what} did not come; so far: ${this.all.map((note) => JSON.stringify(note)).join(' ')}`).finally(() => this.waiting.delete(check));
  }
}

/**
 * A request as a script sees it: it answers in its own time. `sent` is when the page sent it, by the page's own clock, where the
 * page says so by a parameter `at=VISIT.MS`, which is taken off the address; `came` is how late it was when the request got here.
 * @typedef {{ url: string, sent?: number, came?: number, headers: object, respond: Function, stream: Function, write: Function, end: Function, cut: Function, closed: Promise<void> }} Exchange
 */

export async function startServer() {
  const sdk = await readFile(fileURLToPath(import.meta.resolve('cryptorefills-checkout')));
  /** The requests seen, streams and orders apart. */
  const streams = new Notes();
  const orders = new Notes();
  /** Both, in the order they came. */
  const seen = [];
  let script = { stream: [], order: [] };
  let policy;
  let clock = () => undefined;
  let visit = 0;

  const server = createServer((request, response) => {
    const [, url, from, sent] = /^(.*?)(?:[?&]at=(\d+)\.(\d+))?$/u.exec(request.url);
    // A browser may send again what a page before this one had sent.
    if (from && Number(from) !== visit) return response.destroy();
    const exchange = {
      url,
      sent: sent && Number(sent),
      came: clock(),
      headers: request.headers,
      closed: new Promise((resolve) => { response.once('close', resolve); }),
      respond: (status, body = '', headers = {}) => response.writeHead(status, headers).end(body),
      stream: (text = ': open\n\n', headers = {}) => response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', ...headers }).write(text),
      flush: () => response.flushHeaders(),
      write: (text, written) => response.write(text, written),
      end: (text) => response.end(text),
      cut: () => response.destroy(),
    };
    const path = url.split('?')[0];
    const act = (notes, steps, otherwise) => {
      seen.push([notes === streams ? 'stream' : 'order', exchange]);
      // The last step of a script goes on for ever.
      const step = steps[Math.min(notes.all.length, steps.length - 1)] ?? otherwise;
      step(exchange);
      notes.add(exchange);
    };
    if (path.endsWith('/subscribe')) act(streams, script.stream, (to) => to.respond(404));
    else if (path.startsWith('/api/orders/')) act(orders, script.order, (to) => to.respond(404));
    else if (path === '/sdk.js') exchange.respond(200, sdk, { 'Content-Type': 'text/javascript' });
    else if (path === '/fence') exchange.respond(204);
    else exchange.respond(200, '<!doctype html><title>scenario</title><script type="module">import * as sdk from "/sdk.js"; globalThis.sdk = sdk;</script>', { 'Content-Type': 'text/html', ...policy });
  });
  const listen = (port) => new Promise((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  await listen(0);
  const { port } = server.address();
  const address = `http://127.0.0.1:${port}`;

  const stop = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });

  return {
    address,
    streams,
    orders,
    seen,
    /** What the next page meets: a function for each request, the last one for all that follow. `now` is the page's clock; gives the visit's number. */
    play({ stream = [], order: asked = [], headers, now = () => undefined }) {
      script = { stream, order: asked };
      policy = headers;
      clock = now;
      streams.all.length = orders.all.length = seen.length = 0;
      return ++visit;
    },
    /** Until `up`, connections are refused. */
    down: stop,
    up: () => listen(port),
    stop,
  };
}
