// The look at an API before the demo is built: what the BFF would not take is said at once, and asked of nobody.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { json, startUpstream } from './support.js';

const CHECK = fileURLToPath(new URL('../../www/server/upstream-check.js', import.meta.url));

const check = (...args) => new Promise((resolve) => {
  execFile(process.execPath, [CHECK, ...args], { timeout: 20_000 }, (error, stdout, stderr) => resolve([error?.code ?? 0, stderr]));
});

test('an address or a partner id that createBff refuses is refused before anything is asked', async (t) => {
  const upstream = await startUpstream(t, (_, response) => json(response, 200, []));
  const { port } = upstream.server.address();
  for (const [args, expected] of [
    // 0.0.0.0 reaches this machine and is no loopback address: were it asked, it would answer.
    [[`http://0.0.0.0:${port}`, 'somebody'], /^upstream must be https; plain http only for 127\.0\.0\.1 or localhost, because answers carry gift-card codes\.\n$/u],
    [['nonsense', 'somebody'], /^upstream is not a URL/u],
    [[`${upstream.url}/?a=1`, 'somebody'], /without credentials, query or fragment/u],
    [[upstream.url, ''], /^partnerId is missing\. .*commission/u],
  ]) {
    const [code, said] = await check(...args);
    assert.equal(code, 1, args.join(' '));
    assert.match(said, expected);
  }
  assert.deepEqual(upstream.seen, []);
  assert.deepEqual(await check(upstream.url, 'somebody'), [0, '']);
  assert.equal(upstream.seen[0].headers['x-cr-application'], 'somebody');
});
