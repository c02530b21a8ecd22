// The packed package on an edge runtime, where WebAssembly comes compiled or not at all.

import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort, ORDER_ID, startServer, STATES } from './support/server.js';
import { run, start, workshop } from './support/workshop.js';

test('workerd: slim takes the compiled module, the inlined one says so, the BFF streams', async (t) => {
  const shop = await workshop();
  const cwd = await shop.project('edge');
  await run(await shop.tool('esbuild'), [
    'worker.js', '--bundle', '--format=esm', '--outdir=dist', '--external:cryptorefills-checkout/sdk.wasm', '--log-level=warning',
  ], { cwd });
  await copyFile(join(shop.package, 'sdk.wasm'), join(cwd, 'dist/sdk.wasm'));
  const api = await startServer({ base: '/v5' });
  t.after(() => api.stop());
  const port = await freePort();
  const runtime = await start(
    ['serve', 'config.capnp', '--verbose', `--socket-addr=http=127.0.0.1:${port}`, '--control-fd=1'],
    { command: await shop.tool('workerd'), cwd, env: { UPSTREAM: api.address }, ready: /"event":\s*"listen"/u },
  );
  t.after(() => runtime.stop());
  const address = `http://127.0.0.1:${port}`;

  const { refused, ...told } = await (await fetch(`${address}/tell`)).json();
  assert.deepEqual(told, { state: 'Done', request: '/api/brands?country_code=JP' });
  assert.match(refused.message, /edge runtime.*init\(\) of cryptorefills-checkout\/slim/u);
  assert.deepEqual({ ...refused, message: '' }, { code: 'LOAD_FAILED', message: '', retryable: false });

  const stream = await fetch(`${address}/api/orders/${ORDER_ID}/subscribe`, { headers: { Accept: 'text/event-stream' } });
  let text = '';
  for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes('event: stop')) break;
  }
  for (const state of STATES) assert.ok(text.includes(`"${state}"`), `${state} is missing in ${text.slice(0, 500)}`);
});
