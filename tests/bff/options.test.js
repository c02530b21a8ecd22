// What createBff asks of whoever mounts it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHandler as createBff } from '../../npm/src/bff/handler.js';

const good = { partnerId: 'p', appVersion: '1', upstream: 'https://api.example' };

test('a missing partner id or version is refused, saying that commission is lost', () => {
  for (const name of ['partnerId', 'appVersion']) {
    for (const value of [undefined, null, '', '  ', 7]) {
      assert.throws(() => createBff({ ...good, [name]: value }), (error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, new RegExp(name));
        assert.match(error.message, /commission/);
        return true;
      });
    }
  }
  assert.throws(() => createBff(), /partnerId is missing/);
});

test('a partner id that could inject a header is refused', () => {
  for (const value of ['a\r\nX: y', 'a\0', ' a', 'é', 'x'.repeat(300)]) {
    assert.throws(() => createBff({ ...good, partnerId: value }), TypeError);
  }
});

test('the upstream is https, or http on this machine', () => {
  for (const upstream of ['https://api.example', 'https://api.example/base/', 'http://127.0.0.1:8081', 'http://localhost:1', 'http://[::1]:1']) {
    createBff({ ...good, upstream });
  }
  for (const upstream of ['http://api.example', 'ftp://x', 'nonsense', 'https://u:p@api.example', 'https://api.example/?a', 'http://127.0.0.1.example']) {
    assert.throws(() => createBff({ ...good, upstream }), /upstream/);
  }
});

test('other options are checked too', () => {
  for (const wrong of [
    { country: 'USA' }, { basePath: '/api/' }, { basePath: 'api' }, { origins: ['shop.example'] }, { clientAddress: '1.2.3.4' },
    { trustedHops: 0 }, { trustedHops: 1.5 }, { trustedHops: '2' }, { timeouts: { stal: 1 } }, { timeouts: { stall: -1 } }, { timeouts: { stall: NaN } },
    // A timer of that many milliseconds fires at once.
    { timeouts: { write: 2 ** 31 } }, { fetch: 1 },
    { sessionKeys: [] }, { sessionKeys: ['short'] }, { sessionKeys: 'x'.repeat(40) }, { authorize: true }, { onOrder: 'x' }, { log: {} }, { store: {} },
  ]) {
    assert.throws(() => createBff({ ...good, ...wrong }), /createBff: /, JSON.stringify(wrong));
  }
});
