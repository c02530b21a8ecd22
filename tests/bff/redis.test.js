// Two BFF processes over one Redis place an order once, also when one of them dies while placing it.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { json, startUpstream, within } from './support.js';

const BFF = fileURLToPath(new URL('redis-bff.js', import.meta.url));
const skip = spawnSync('redis-server', ['--version']).status === 0 ? false : 'redis-server is not installed';

/** The first match of a pattern in what a program prints. */
function printed(child, pattern, what) {
  let said = '';
  return within(new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      said += text;
      const found = pattern.exec(said);
      if (found) resolve(found);
    });
    child.on('close', (code) => reject(new Error(`${what} ended with ${code}: ${said}`)));
  }), what, 20_000);
}

async function startRedis(t) {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  const folder = mkdtempSync(join(tmpdir(), 'bff-redis-'));
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']);
  t.after(async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    rmSync(folder, { recursive: true, force: true });
  });
  await printed(child, /Ready to accept connections/, 'redis-server');
  return `redis://127.0.0.1:${port}`;
}

async function startBff(t, upstream, redis) {
  const child = spawn(process.execPath, [BFF, upstream, redis], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [port] = await printed(child, /^\d+/, 'the BFF');
  const create = async (key, body = { a: 1 }) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/orders`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify(body),
    });
    return { status: response.status, ...(await response.json()) };
  };
  return { child, create };
}

test('twenty repeats over two processes are one order', { skip }, async (t) => {
  const upstream = await startUpstream(t, (_, response) => json(response, 201, { order_id: 'order-1' }));
  const redis = await startRedis(t);
  const shops = [await startBff(t, upstream.url, redis), await startBff(t, upstream.url, redis)];
  const key = crypto.randomUUID();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => shops[i % 2].create(key)));
  assert.equal(upstream.seen.length, 1);
  for (const { status } of answers) assert.ok(status === 201 || status === 409);
  for (const shop of shops) assert.equal((await shop.create(key)).order_id, 'order-1');
  assert.equal((await shops[1].create(key, { a: 2 })).error, 'IDEMPOTENCY_KEY_REUSED');
  assert.equal((await shops[1].create(crypto.randomUUID())).status, 201);
  assert.equal(upstream.seen.length, 2);
});

test('a process killed while placing an order leaves its key taken', { skip }, async (t) => {
  let asked;
  const wasAsked = new Promise((resolve) => { asked = resolve; });
  const upstream = await startUpstream(t, () => asked());
  const redis = await startRedis(t);
  const [first, second] = [await startBff(t, upstream.url, redis), await startBff(t, upstream.url, redis)];
  const key = crypto.randomUUID();
  const lost = assert.rejects(first.create(key));
  await within(wasAsked, 'request');
  first.child.kill('SIGKILL');
  await lost;
  const { status, error } = await second.create(key);
  assert.deepEqual([status, error], [409, 'ORDER_IN_PROGRESS']);
  assert.equal(upstream.seen.length, 1);
});
