// What the partner API is told about the request, and what neither side learns of the other.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bffFor, get, json, post, startUpstream } from './support.js';

const seenBy = async (t, request, options = {}, answer = (_, response) => json(response, 200, {})) => {
  const upstream = await startUpstream(t, answer);
  const response = await bffFor(upstream, options)(request);
  return { headers: upstream.seen[0]?.headers, response };
};

test('the partner headers are on every request', async (t) => {
  for (const request of [get('/api/payment_vias'), get('/api/orders/abc'), post('/api/orders', {}), get('/api/orders/abc/subscribe')]) {
    const { headers } = await seenBy(t, request);
    assert.equal(headers['x-cr-application'], 'partner-1');
    assert.equal(headers['x-cr-version'], '1.2.3');
    assert.equal(headers['content-type'], 'application/json');
  }
});

test('a browser cannot choose the partner, the host or the address', async (t) => {
  const { headers } = await seenBy(t, get('/api/payment_vias', {
    headers: {
      'X-Cr-Application': 'thief', 'X-Cr-Version': '9', 'X-Forwarded-For': '6.6.6.6', 'X-Forwarded-Host': 'evil.example', Forwarded: 'for=6.6.6.6',
      'X-Real-IP': '6.6.6.6', 'X-Custom': '1', 'Accept-Encoding': 'br', 'If-None-Match': '"x"', Range: 'bytes=0-1', TE: 'trailers',
    },
  }));
  assert.equal(headers['x-cr-application'], 'partner-1');
  assert.equal(headers['x-cr-version'], '1.2.3');
  for (const name of ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip', 'x-custom', 'if-none-match', 'range', 'te']) {
    assert.equal(headers[name], undefined, name);
  }
});

test('cookies and authorisation stay here, Set-Cookie stays there', async (t) => {
  const { headers, response } = await seenBy(
    t,
    get('/api/orders/abc', { headers: { Cookie: 'session=1', Authorization: 'Bearer x', 'Proxy-Authorization': 'x' } }),
    {},
    (_, answer) => json(answer, 200, {}, { 'Set-Cookie': 'upstream=1', Server: 'x', Location: 'https://evil.example', 'Access-Control-Allow-Origin': '*' }),
  );
  assert.equal(headers.cookie, undefined);
  assert.equal(headers.authorization, undefined);
  assert.equal(headers['proxy-authorization'], undefined);
  for (const name of ['set-cookie', 'server', 'location', 'access-control-allow-origin']) {
    assert.equal(response.headers.get(name), null, name);
  }
});

test('the country comes from the request, then from the page\'s hint, then from the option', async (t) => {
  const country = async (path, hint, option) => {
    const { headers } = await seenBy(t, get(path, hint ? { headers: { 'X-Country-ISO-Code': hint } } : {}), { country: option });
    return headers['x-country-iso-code'];
  };
  assert.equal(await country('/api/brands?country_code=de', 'FR', 'US'), 'DE');
  assert.equal(await country('/api/products/country/jp', 'FR', 'US'), 'JP');
  assert.equal(await country('/api/payment_vias', 'fr', 'US'), 'FR');
  assert.equal(await country('/api/payment_vias', 'FRA', 'us'), 'US');
  assert.equal(await country('/api/payment_vias', 'F1', 'US'), 'US');
  assert.equal(await country('/api/orders/abc/subscribe', undefined, 'JP'), 'JP');
  assert.equal(await country('/api/payment_vias', undefined, undefined), 'US');
});

test('the shopper\'s address is the first of the chain the host trusts, and their browser is named', async (t) => {
  const address = async (chain) => {
    const { headers } = await seenBy(t, get('/api/payment_vias', { headers: { 'User-Agent': 'Shopper/1.0' } }), { clientAddress: () => chain });
    assert.equal(headers['user-agent'], 'Shopper/1.0');
    return headers['x-forwarded-for'];
  };
  assert.equal(await address('203.0.113.7, 10.0.0.1'), '203.0.113.7');
  assert.equal(await address('203.0.113.7:4711'), '203.0.113.7');
  assert.equal(await address('::ffff:203.0.113.7'), '203.0.113.7');
  assert.equal(await address('2001:db8::1'), '2001:db8::1');
  assert.equal(await address('[2001:db8::1]:443'), '2001:db8::1');
  for (const chain of [undefined, null, '', 'unknown', '999.1.1.1', '1.2.3', '_hidden', 'a\r\nb', 7, ',1.2.3.4', '::1]x[']) {
    assert.equal(await address(chain), undefined, String(chain));
  }
});

test('a throwing clientAddress is a 500, not a crash', async (t) => {
  const { response } = await seenBy(t, get('/api/payment_vias'), { clientAddress: () => { throw new Error('secret detail'); } });
  assert.equal(response.status, 500);
  assert.deepEqual(await response.json(), { error: 'INTERNAL', message: 'The server failed to handle the request.' });
});
