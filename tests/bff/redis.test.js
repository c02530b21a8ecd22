// Two BFF processes over one Redis, as docs/bff.md shows it with either client, place an order once, also when one of them dies
// while placing it.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { snippetFile } from './snippet-file.js';
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
  const closed = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await closed;
  };
  t.after(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await printed(child, /Ready to accept connections/, 'redis-server');
  return { url: `redis://127.0.0.1:${port}`, stop };
}

async function startBff(t, file, upstream, redis) {
  const env = { ...process.env, PARTNER_ID: 'partner-1', SESSION_KEY: 'k'.repeat(32), UPSTREAM: upstream, REDIS_URL: redis.url };
  const child = spawn(process.execPath, [BFF, file], { stdio: ['pipe', 'pipe', 'inherit'], env });
  t.after(() => child.kill('SIGKILL'));
  const [port] = await printed(child, /^\d+/, 'the BFF');
  const create = async (key, quantity = 1) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/orders`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify({
        user: { email: 'buyer@example.com' },
        payment: { type: 'via', coin: 'USDC', network: 'Solana', payment_via: 'USER_WALLET' },
        deliveries: [{ kind: 'giftcard', quantity, deliverable: { brand_name: 'Airbnb', country_code: 'US', denomination: '100 USD', beneficiary_account: 'buyer@example.com' } }],
      }),
    });
    return { status: response.status, ...(await response.json()) };
  };
  return { child, create };
}

for (const name of ['bff-redis.js', 'bff-ioredis.js']) {
  test(`${name}: twenty repeats over two processes are one order`, { skip }, async (t) => {
    const upstream = await startUpstream(t, (_, response) => json(response, 201, { order_id: 'order-1' }));
    const [redis, file] = [await startRedis(t), await snippetFile(t, name)];
    const shops = [await startBff(t, file, upstream.url, redis), await startBff(t, file, upstream.url, redis)];
    const key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => shops[i % 2].create(key)));
    assert.equal(upstream.seen.length, 1);
    for (const { status } of answers) assert.ok(status === 201 || status === 409, String(status));
    for (const shop of shops) assert.equal((await shop.create(key)).order_id, 'order-1');
    assert.equal((await shops[1].create(key, 2)).error, 'IDEMPOTENCY_KEY_REUSED');
    assert.equal((await shops[1].create(crypto.randomUUID())).status, 201);
    assert.equal(upstream.seen.length, 2);
  });

  test(`${name}: a process killed while placing an order leaves its key taken`, { skip }, async (t) => {
    let asked;
    const wasAsked = new Promise((resolve) => { asked = resolve; });
    const upstream = await startUpstream(t, () => asked());
    const [redis, file] = [await startRedis(t), await snippetFile(t, name)];
    const [first, second] = [await startBff(t, file, upstream.url, redis), await startBff(t, file, upstream.url, redis)];
    const key = crypto.randomUUID();
    const lost = assert.rejects(first.create(key));
    await within(wasAsked, 'request');
    first.child.kill('SIGKILL');
    await lost;
    const { status, error } = await second.create(key);
    assert.deepEqual([status, error], [409, 'ORDER_IN_PROGRESS']);
    assert.equal(upstream.seen.length, 1);
  });

  test(`${name}: without its Redis nothing is placed, and shoppers are told so within seconds`, { skip }, async (t) => {
    const upstream = await startUpstream(t, (_, response) => json(response, 201, { order_id: 'order-1' }));
    const [redis, file] = [await startRedis(t), await snippetFile(t, name)];
    const shop = await startBff(t, file, upstream.url, redis);
    assert.equal((await shop.create(crypto.randomUUID())).status, 201);
    await redis.stop();
    const { status, error, message } = await within(shop.create(crypto.randomUUID()), 'the answer');
    assert.deepEqual([status, error], [503, 'STORE_UNAVAILABLE']);
    assert.match(message, /No order was placed/u);
    assert.equal(upstream.seen.length, 1);
  });
}
