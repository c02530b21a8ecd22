// What the partner API is told about the request, and what neither side learns of the other.

import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { shopperAddress } from '../../npm/src/bff/inbound.js';
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
    const { headers } = await seenBy(t, get('/api/orders/abc', { headers: { 'User-Agent': 'Shopper/1.0' } }), { clientAddress: () => chain });
    assert.equal(headers['user-agent'], 'Shopper/1.0');
    return headers['x-forwarded-for'];
  };
  assert.equal(await address('203.0.113.7, 10.0.0.1'), '203.0.113.7');
  assert.equal(await address('203.0.113.7:4711'), '203.0.113.7');
  assert.equal(await address('::ffff:203.0.113.7'), '203.0.113.7');
  assert.equal(await address('2001:db8::1'), '2001:db8::1');
  assert.equal(await address('[2001:db8::1]:443'), '2001:db8::1');
  for (const chain of [undefined, null, '', 'unknown', '999.1.1.1', '1.2.3', '_hidden', 'a\r\nb', 7, ',1.2.3.4', '::1]x[', '::1]/evil?a=[', '1:2]@[::1', '[::1]]', 'fe80::1%eth0']) {
    assert.equal(await address(chain), undefined, String(chain));
  }
});

test('a question whose answer others get too carries nobody\'s address and browser', async (t) => {
  const sent = async (path, options) => {
    const { headers } = await seenBy(t, get(path, { headers: { 'User-Agent': 'Shopper/1.0' } }), { clientAddress: () => '203.0.113.7', ...options });
    return [headers['x-forwarded-for'], headers['user-agent']];
  };
  for (const path of ['/api/payment_vias', '/api/brands', '/api/homepage', '/api/products/country/US?brand_name=A']) {
    assert.deepEqual(await sent(path), [undefined, 'node'], path);
    assert.deepEqual(await sent(path, { cache: false }), ['203.0.113.7', 'Shopper/1.0'], path);
  }
  // A coupon is somebody's, and so is a price.
  for (const path of ['/api/brands?promo_code=A', '/api/products/country/US?promo_code=A', '/api/products/price?brand_name=A', '/api/orders/abc']) {
    assert.deepEqual(await sent(path), ['203.0.113.7', 'Shopper/1.0'], path);
  }
});

test('behind proxies that append, the entry of the outermost one counts, and not what a shopper wrote before it', async (t) => {
  const address = async (chain, trustedHops) => {
    const { headers } = await seenBy(t, get('/api/orders/abc'), { clientAddress: () => chain, trustedHops });
    return headers['x-forwarded-for'];
  };
  const forged = '6.6.6.6, 203.0.113.7, 10.0.0.1';
  assert.equal(await address(forged, 2), '203.0.113.7');
  assert.equal(await address(forged, 1), '10.0.0.1');
  assert.equal(await address(forged), '6.6.6.6');
  assert.equal(await address('6.6.6.6,[2001:db8::1]:443', 1), '2001:db8::1');
  assert.equal(await address('10.0.0.1', 2), undefined, 'it came past one of the proxies');
  assert.equal(await address('6.6.6.6, unknown', 1), undefined);
});

test('what is sent as an address is one, by the judgement of node:net', () => {
  const letters = ['0', '1', '9', 'a', 'F', 'g', ':', '::', '.', '255', '256', '1.2.3.4', 'ffff', '00000', ' 1', '[', ']', '/', '%eth0', '-', '１'];
  let seed = 1;
  const random = (below) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const texts = [
    '::1]/evil?a=[', '::1]:80/x[', '1:2]@[::1', '::1]/ 6.6.6.6 [', '::1]#[', '[::1]:99999', '::1]\t[', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', '1::8:9:a:b:c:d', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8',
    '1::2::3', ':::', ':', '::', '::ffff:1.2.3.4x', '2001:DB8::1', '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:7:1.2.3.4', '::1.2.3', '1.2.3.4::', '01.2.3.4', '1.2.3.4.', '64:ff9b::192.0.2.1', '::12345', '1:2:3:4:5:6:7:', ':2:3:4:5:6:7:8',
    ...Array.from({ length: 50_000 }, () => Array.from({ length: 1 + random(9) }, () => letters[random(letters.length)] + (random(2) ? ':' : '')).join('')),
  ];
  let accepted = 0;
  for (const text of texts) {
    const plain = /^\[[^\]]+\](?::\d+)?$|^\d+(?:\.\d+){3}:\d+$|^::ffff:\d+(?:\.\d+){3}$/i.test(text);
    // What has a port or brackets around it is taken apart first, and a zone is left to nobody.
    if (plain || text.trim() !== text) continue;
    const wanted = isIP(text) && !text.includes('%') ? text : undefined;
    if (wanted) accepted += 1;
    assert.equal(shopperAddress(text), wanted, JSON.stringify(text));
  }
  assert.ok(accepted > 100, `only ${accepted} addresses among them`);
});

test('a throwing clientAddress is a 500, not a crash', async (t) => {
  const { response } = await seenBy(t, get('/api/orders/abc'), { clientAddress: () => { throw new Error('secret detail'); } });
  assert.equal(response.status, 500);
  assert.deepEqual(await response.json(), { error: 'INTERNAL', message: 'The server failed to handle the request.' });
});
