// The handler in plain Node http and in Hono.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';
import { getRequestListener, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { hostMatrix, IMPATIENT, raw, status, subscribe } from './matrix.js';
import { bffFor, startUpstream, within } from './support.js';

async function listening(t, server) {
  if (!server.listening) await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address().port;
}

const inNode = (t, upstream, options) => listening(
  t, http.createServer(getRequestListener(bffFor(upstream, options), { overrideGlobalObjects: false })).listen(0, '127.0.0.1'),
);

hostMatrix('Node http', inNode, { impatient: async (t, upstream) => ({ port: await inNode(t, upstream, { timeouts: IMPATIENT }), base: '/api' }) });

const inHono = (t, upstream, options) => {
  const bff = bffFor(upstream, options);
  const app = new Hono();
  app.use(compress());
  app.all('/api/*', (c) => bff(c.req.raw));
  return listening(t, serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }));
};

hostMatrix('Hono behind compress()', inHono, { impatient: async (t, upstream) => ({ port: await inHono(t, upstream, { timeouts: IMPATIENT }), base: '/api' }) });

test('a body that trickles in is answered with 408', async (t) => {
  const upstream = await startUpstream(t, () => {});
  const port = await inNode(t, upstream, { timeouts: { upload: 50 } });
  const text = await raw(port, 'POST /api/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{');
  assert.equal(status(text), 408);
  assert.deepEqual(upstream.seen, []);
});

test('thirty shoppers leave at once, and every upstream stream is closed', async (t) => {
  let open = 0;
  let settled = () => {};
  const upstream = await startUpstream(t, (_, response) => {
    open += 1;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    response.on('close', () => {
      open -= 1;
      if (open === 0) settled();
    });
  });
  const port = await inNode(t, upstream);
  const shoppers = await Promise.all(Array.from({ length: 30 }, (_, i) => subscribe(port, `order-${i}`)));
  await Promise.all(shoppers.map(({ until }) => until('event: config')));
  assert.equal(open, 30);
  const closed = new Promise((resolve) => { settled = resolve; });
  for (const { request } of shoppers) request.destroy();
  await within(closed, 'every upstream stream closed', 1000);
});
