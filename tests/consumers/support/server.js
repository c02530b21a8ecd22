// A server for one project: its files, and an API behind them with one order that goes from payment to delivery.

import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { extname, join, normalize } from 'node:path';

export const ORDER_ID = '5d1f3c0a-8b7e-4c55-9a2e-6f0b1c2d3e4f';
/** Orders that stay as they are: whoever watches one is told once, and closes it or nobody does. */
export const STILL_IDS = ['6e2a4d1b-9c8f-4d66-8b3f-7a1c2d3e4f50', '7f3b5e2c-ad90-4e77-9c40-8b2d3e4f5061'];
export const STATES = ['WaitingForPayment', 'PaymentStarted', 'PaymentReceived', 'WaitingForDelivery', 'Done'];
const ORDER = new URL('../../fixtures/answers/order-created.json', import.meta.url);
/** Between two states, so that a page has the time to show each. */
const STEP_MS = 25;

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/**
 * @param {{ folders?: string[], package?: string, headers?: Record<string, string>, base?: string }} [options] the first folder that has a file gives it;
 *   the installed package is at /package/; `headers` go with every file
 */
export async function startServer({ folders = [], package: installed, headers = {}, base = '/api' } = {}) {
  const created = JSON.parse(await readFile(ORDER, 'utf8'));
  const orderIn = (step) => ({ ...created, order_id: ORDER_ID, order_state: STATES[step], updated_at: String(1791000010 + step) });
  const seen = [];
  const streams = [];
  const still = [];
  let looked = 0;

  async function answer(request, response) {
    const { pathname } = new URL(request.url, 'http://localhost');
    seen.push(`${request.method} ${pathname}`);
    // For projects whose API is not on the page's own origin.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', '*');
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    if (pathname === `${base}/orders/${ORDER_ID}/subscribe`) return subscribe(request, response);
    const kept = STILL_IDS.find((id) => pathname === `${base}/orders/${id}/subscribe`);
    if (kept) return stay(kept, response);
    if (pathname === `${base}/orders/${ORDER_ID}`) {
      const step = Math.min(looked, STATES.length - 1);
      looked += 1;
      return json(response, orderIn(step));
    }
    if (request.method === 'POST' && pathname === `${base}/orders`) return json(response, orderIn(0));
    if (pathname.startsWith(`${base}/`)) return json(response, { status: 404, detail: 'no such route' }, 404);
    const file = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    const inPackage = installed && file.startsWith('/package/');
    for (const path of inPackage ? [join(installed, file.slice('/package'.length))] : folders.map((folder) => join(folder, file))) {
      if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', ...headers });
      return response.end(await readFile(path));
    }
    response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
  }

  function subscribe(request, response) {
    const stream = { states: [] };
    streams.push(stream);
    // We never end it: whoever watches is to close it.
    stream.closed = once(response, 'close');
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const next = () => {
      const step = stream.states.length;
      if (step === STATES.length) return response.write('event: stop\ndata: {}\n\n');
      stream.states.push(STATES[step]);
      response.write(`id: ${step + 1}\ndata: ${JSON.stringify(orderIn(step))}\n\n`);
      timer = setTimeout(next, STEP_MS);
    };
    let timer;
    stream.closed.then(() => clearTimeout(timer));
    next();
  }

  function stay(id, response) {
    const stream = { id, open: true };
    still.push(stream);
    stream.closed = once(response, 'close').then(() => { stream.open = false; });
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(`data: ${JSON.stringify({ ...orderIn(0), order_id: id })}\n\n`);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    /** Method and path of every request, in the order they came. */
    seen,
    /** Every subscription there was: the states it was told, and a promise of its end. */
    streams,
    /** Every subscription to an order that stays as it is: whose, whether it is open, and a promise of its end. */
    still,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function json(response, value, status = 200) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** For programs that cannot choose one themselves and tell. */
export async function freePort() {
  const server = createSocket().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
