// The BFF behind nginx as docs/bff.md shows it: whose address the API gets.

import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { snippetFile } from './snippet-file.js';
import { get, json, startUpstream } from './support.js';

test('the API gets the address that nginx saw, whatever the shopper wrote before it', async (t) => {
  const upstream = await startUpstream(t, (_, response) => json(response, 200, { price: '1' }));
  Object.assign(process.env, { PARTNER_ID: 'partner-1', SESSION_KEY: 'k'.repeat(32), UPSTREAM: upstream.url });
  const { bff } = await import(pathToFileURL(await snippetFile(t, 'bff-behind-nginx.js')));
  const sent = async (chain) => {
    const response = await bff(get('/api/products/price?brand_name=A', { headers: chain ? { 'X-Forwarded-For': chain } : {} }));
    assert.equal(response.status, 200);
    return upstream.seen.at(-1).headers['x-forwarded-for'];
  };
  assert.equal(await sent('203.0.113.7'), '203.0.113.7');
  assert.equal(await sent('6.6.6.6, 203.0.113.7'), '203.0.113.7');
  assert.equal(await sent('6.6.6.6, ::1]/evil?a=[, 2001:db8::1'), '2001:db8::1');
  assert.equal(await sent('6.6.6.6, nonsense'), undefined);
  assert.equal(await sent(), undefined);
});
