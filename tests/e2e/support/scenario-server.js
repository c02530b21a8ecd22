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
 * A request as a script sees it: it answers in its own time.
 * @typedef {{ url: string, headers: object, respond: Function, stream: Function, write: Function, end: Function, cut: Function, closed: Promise<void> }} Exchange
 */

export async function startServer() {
  const sdk = await readFile(fileURLToPath(import.meta.resolve('cryptorefills-checkout')));
  /** The requests seen, streams and orders apart. */
  const streams = new Notes();
  const orders = new Notes();
  let script = { stream: [], order: [] };
  let policy;

  const server = createServer((request, response) => {
    const exchange = {
      url: request.url,
      headers: request.headers,
      closed: new Promise((resolve) => { response.once('close', resolve); }),
      respond: (status, body = '', headers = {}) => response.writeHead(status, headers).end(body),
      stream: (text = ': open\n\n', headers = {}) => response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', ...headers }).write(text),
      flush: () => response.flushHeaders(),
      write: (text) => response.write(text),
      end: (text) => response.end(text),
      cut: () => response.destroy(),
    };
    const path = request.url.split('?')[0];
    const act = (notes, steps, otherwise) => {
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
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = `http://127.0.0.1:${server.address().port}`;

  return {
    address,
    streams,
    orders,
    /** What the next page meets: a function for each request, the last one for all that follow. */
    play({ stream = [], order: asked = [], headers }) {
      script = { stream, order: asked };
      policy = headers;
      streams.all.length = orders.all.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}
