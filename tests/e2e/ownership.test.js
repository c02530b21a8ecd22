// An order belongs to the browser that placed it, in a real browser over the demo's plain http: EventSource and fetch bring
// the cookie, another browser does not have it, scripts cannot see it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { createHandler as createBff } from '../../npm/src/bff/handler.js';
import { launchBrowser, newPage } from './support/browser.js';

let browser;
let base;
const servers = [];

async function listen(listener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return `http://127.0.0.1:${server.address().port}`;
}

before(async () => {
  let placed = 0;
  const upstream = await listen((request, response) => {
    if (request.url.endsWith('/subscribe')) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: {"followed":true}\n\n');
      return;
    }
    if (request.method === 'POST') placed += 1;
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ order_id: `order-${placed}` }));
  });
  const bff = createBff({ partnerId: 'demo', appVersion: '1', upstream, sessionKeys: ['a secret of more than 32 characters'] });
  base = await listen(getRequestListener(
    (request) => (new URL(request.url).pathname === '/' ? new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }) : bff(request)),
    { overrideGlobalObjects: false },
  ));
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const place = (page) => page.evaluate(async () => {
  const response = await fetch('/api/orders', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
  return (await response.json()).order_id;
});
const read = (page, id) => page.evaluate(async (order) => (await fetch(`/api/orders/${order}`)).status, id);
const follow = (page, id) => page.evaluate((order) => new Promise((resolve) => {
  const source = new EventSource(`/api/orders/${order}/subscribe`);
  source.onmessage = ({ data }) => {
    source.close();
    resolve(data);
  };
  source.onerror = () => {
    source.close();
    resolve('refused');
  };
}), id);

test('the browser that placed orders reads and follows each of them; another does not', async (t) => {
  const mine = await newPage(browser);
  const other = await newPage(browser);
  t.after(() => Promise.all([mine.close(), other.close()]));
  await mine.page.goto(base);
  await other.page.goto(base);
  const [first, second] = [await place(mine.page), await place(mine.page)];
  for (const id of [first, second]) {
    assert.equal(await read(mine.page, id), 200);
    assert.equal(await follow(mine.page, id), '{"followed":true}');
    assert.equal(await read(other.page, id), 404);
    assert.equal(await follow(other.page, id), 'refused');
  }
  assert.equal(await mine.page.evaluate(() => document.cookie), '', 'not for scripts');
  await mine.page.reload();
  assert.equal(await read(mine.page, first), 200);
});
