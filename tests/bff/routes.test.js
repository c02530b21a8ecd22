// Each of the nine routes, and every refusal: what goes upstream, and what never does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterOpening, bffFor, get, json, post, startUpstream, textReader } from './support.js';

const echo = (request, response) => json(response, 200, { you: request.url });

const READS = [
  ['/api/payment_vias', '/v3/payment_vias'],
  ['/api/brands?country_code=us', '/v2/brands?country_code=US'],
  ['/api/brands?promo_code=A%26b&cid=1&country_code=US', '/v2/brands?country_code=US&promo_code=A%26b'],
  ['/api/homepage?country_code=DE&x=1', '/v2/homepage?country_code=DE'],
  ['/api/products/country/us?family_name=Example%20Games&lang=en&admin=1', '/v5/products/country/US?family_name=Example%20Games&lang=en'],
  ['/api/products/country/us?brand_name=A+B%2BC%20%E2%82%AC', '/v5/products/country/US?brand_name=A%20B%2BC%20%E2%82%AC'],
  ['/api/products/country/US?brand_name=B&coin=USDC.e&lang=zh-Hant&promo_code=P&payment_method=BTC-LIGHTNING_2', '/v5/products/country/US?brand_name=B&coin=USDC.e&lang=zh-Hant&promo_code=P&payment_method=BTC-LIGHTNING_2'],
  ['/api/products/price?brand_name=B&country_code=US&face_value=12.50&coin=USDC&quantity=3', '/v4/products/price?brand_name=B&country_code=US&face_value=12.50&coin=USDC'],
  ['/api/products/price?coin=USDC&coin=BTC', '/v4/products/price?coin=USDC'],
  ['/api/orders/ord_abc-123', '/v5/orders/ord_abc-123'],
];

test('reads reach their route with the known query names only', async (t) => {
  const upstream = await startUpstream(t, echo);
  const bff = bffFor(upstream);
  for (const [asked, sent] of READS) {
    const response = await bff(get(asked));
    assert.equal(response.status, 200, asked);
    assert.deepEqual(await response.json(), { you: sent });
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  }
  assert.deepEqual(upstream.seen.map(({ method, url }) => [method, url]), READS.map(([, sent]) => ['GET', sent]));
});

test('writes pass the body on untouched, with the status of the answer', async (t) => {
  const upstream = await startUpstream(t, (request, response) => json(response, request.url === '/v5/orders' ? 201 : 200, { ok: 1 }));
  const bff = bffFor(upstream);
  const text = '{"payment": {"coin":"USDC"}, "amount": 0.10}';
  assert.equal((await bff(post('/api/orders/validations', text))).status, 200);
  const created = await bff(post('/api/orders', text, { headers: { 'Content-Type': 'application/json; charset=utf-8' } }));
  assert.equal(created.status, 201);
  assert.equal(created.headers.get('cache-control'), 'no-store');
  assert.deepEqual(upstream.seen.map(({ method, url, text: body }) => [method, url, body]), [
    ['POST', '/v5/orders/validations', text],
    ['POST', '/v5/orders', text],
  ]);
});

test('an order and its answers are kept out of caches', async (t) => {
  const upstream = await startUpstream(t, (request, response) => json(response, 200, {}, { 'Cache-Control': 'public, max-age=99', ETag: '"x"' }));
  const response = await bffFor(upstream)(get('/api/orders/abc'));
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.equal(response.headers.get('etag'), null);
});

test('the base path is an option', async (t) => {
  const upstream = await startUpstream(t, echo);
  assert.equal((await bffFor(upstream, { basePath: '/shop/v1' })(get('/shop/v1/payment_vias'))).status, 200);
  assert.equal((await bffFor(upstream, { basePath: '' })(get('/payment_vias'))).status, 200);
  assert.equal((await bffFor(upstream, { basePath: '/shop' })(get('/shopx/payment_vias'))).status, 404);
});

async function refused(t, cases, options) {
  const upstream = await startUpstream(t, echo);
  const bff = bffFor(upstream, options);
  for (const [request, status, code] of cases) {
    const what = `${request.method} ${request.url}`;
    const response = await bff(request);
    assert.equal(response.status, status, what);
    const body = await response.json();
    assert.equal(body.error, code, what);
    assert.match(body.message, /^[A-Z].*\.$|^country_code .*\.$/, what);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('access-control-allow-origin'), null);
    if (status === 405) assert.ok(['GET', 'POST'].includes(response.headers.get('allow')));
  }
  assert.deepEqual(upstream.seen, [], 'nothing went upstream');
}

test('everything else is 404', (t) => refused(t, [
  '/', '/api', '/api/', '/api/orders/', '/api/v5/orders/x', '/api/orders/x/', '/api/orders/x/y', '/api/orders//subscribe',
  '/api/orders/../admin', '/api/orders/%2e%2e/admin', '/api//orders/x', '/api/brands/', '/api/Brands', '/v5/orders/x',
  '/api/products', '/api/products/country/', '/api/products/country/USA', '/api/products/country/u%20', '/api/https://evil.example/',
].map((path) => {
  const response = [get(path), 404, /orders\/\/?(subscribe)?$/.test(path) ? 'BAD_ORDER_ID' : /country\/./.test(path) || path.endsWith('country/') ? 'BAD_COUNTRY' : 'NOT_FOUND'];
  return response;
})));

test('an order id is letters, digits, - and _, at most 64', (t) => refused(t, [
  '..%2f..%2fadmin', '%2e%2e%2f', 'a%0d%0aX:y', 'a%00', 'a.b', 'a;b', 'a%20b', `${'a'.repeat(65)}`, '%E2%82%AC', 'a%3fb', 'a%23b', 'a@b',
].flatMap((id) => [
  [get(`/api/orders/${id}`), 404, 'BAD_ORDER_ID'],
  [get(`/api/orders/${id}/subscribe`), 404, 'BAD_ORDER_ID'],
])));

test('other methods are 405, with the one that is taken', (t) => refused(t, [
  ...['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'].filter((method) => method !== 'HEAD').flatMap((method) => [
    [get('/api/payment_vias', { method }), 405, 'METHOD_NOT_ALLOWED'],
    [get('/api/orders/abc', { method }), 405, 'METHOD_NOT_ALLOWED'],
    [get('/api/orders/abc/subscribe', { method }), 405, 'METHOD_NOT_ALLOWED'],
  ]),
  [get('/api/orders'), 405, 'METHOD_NOT_ALLOWED'],
  [get('/api/orders/validations'), 405, 'METHOD_NOT_ALLOWED'],
]));

test('a body that is not a JSON object in JSON\'s own type is refused', (t) => refused(t, [
  ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp', ''].map((type) => [
    post('/api/orders', {}, { headers: { 'Content-Type': type } }), 415, 'UNSUPPORTED_MEDIA_TYPE',
  ]),
  [post('/api/orders', {}, { headers: { 'Content-Encoding': 'gzip' } }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ...['', '{', '[]', '"x"', 'null', '7', '{"a":1}x', '<html>'].map((text) => [post('/api/orders', text), 400, 'BAD_JSON']),
  [post('/api/orders', '{}', { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }), 400, 'BAD_JSON'],
]));

test('a body that two readers may read differently is refused', (t) => refused(t, [
  '{"user":{"email":"a@example.com"},"user":{"email":"b@example.com"}}', '{"a":1,"\\u0061":1}', '{"deliveries":[{"quantity":1},{"quantity":1,"x":[],"quantity":99}]}', '{"a":{"b":{"c" :1,"c"\n:1}}}',
  '{"quantity":1e400}', '{"quantity":-1e400}', `{"quantity":${'9'.repeat(400)}}`, '{"a":[1,{"b":1E999}]}',
  `{"a":${'['.repeat(32)}${']'.repeat(32)}}`, `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, `${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}`,
].flatMap((text) => [[post('/api/orders', text), 400, 'BAD_JSON'], [post('/api/orders/validations', text), 400, 'BAD_JSON']])));

test('what only looks like that is taken, and goes on byte for byte', async (t) => {
  const upstream = await startUpstream(t, echo);
  const bff = bffFor(upstream);
  for (const text of [
    '{"a":{"x":1},"b":{"x":1},"x":[{"x":1},{"x":2}]}', '{"a":"\\"a\\":1","b":"{\\"c\\":[","c":"}]","d":"1e999","e":"\\\\"}', '{ "a" : 0.10 , "b":12345678901234567890.123456789, "c":1e308,"d":-0.0 }',
    '{"":1,"__proto__":{"a":1},"constructor":1,"ä":"\\ud83d\\ude00"}', `{"a":${'['.repeat(31)}${']'.repeat(31)}}`, `{"a":"${'\\\\'.repeat(20_000)}"}`, '{}',
  ]) {
    assert.equal((await bff(post('/api/orders', text))).status, 200, text.slice(0, 80));
    assert.equal(upstream.seen.at(-1).text, text);
  }
});

test('a body above 64 KiB is refused, announced or not', async (t) => {
  const large = JSON.stringify({ a: 'x'.repeat(64 * 1024) });
  let produced = 0;
  const endless = new ReadableStream({
    pull(controller) {
      produced += 1024;
      controller.enqueue(new Uint8Array(1024).fill(0x20));
    },
  });
  await refused(t, [
    [post('/api/orders', large), 413, 'BODY_TOO_LARGE'],
    [post('/api/orders', '{}', { headers: { 'Content-Length': '70000' } }), 413, 'BODY_TOO_LARGE'],
    [post('/api/orders', '', { body: endless, duplex: 'half' }), 413, 'BODY_TOO_LARGE'],
  ]);
  assert.ok(produced < 80 * 1024, `stopped reading after ${produced} bytes`);
});

test('a body of exactly 64 KiB is taken', async (t) => {
  const upstream = await startUpstream(t, echo);
  const text = JSON.stringify({ a: 'x'.repeat(64 * 1024 - 8) });
  assert.equal(text.length, 64 * 1024);
  assert.equal((await bffFor(upstream)(post('/api/orders', text))).status, 200);
});

test('a query value that is too long, holds control characters or is no word where one is due is refused', (t) => refused(t, [
  [get(`/api/brands?promo_code=${'x'.repeat(257)}`), 400, 'BAD_QUERY'],
  [get('/api/brands?promo_code=a%0d%0ab'), 400, 'BAD_QUERY'],
  ...['coin', 'lang', 'payment_method'].flatMap((name) => ['a b', 'x'.repeat(33), '%26', '%E2%82%AC', '..%2f'].map((value) => (
    [get(`/api/products/country/US?${name}=${value}`), 400, 'BAD_QUERY']
  ))),
  [get(`/api/products/price?coin=${'x'.repeat(33)}`), 400, 'BAD_QUERY'],
  [get('/api/brands?country_code=USA'), 400, 'BAD_COUNTRY'],
  [get('/api/products/price?country_code=..'), 400, 'BAD_COUNTRY'],
]));

test('a write from another site is refused', (t) => refused(t, [
  [post('/api/orders', {}, { headers: { 'Sec-Fetch-Site': 'cross-site' } }), 403, 'CROSS_SITE'],
  [post('/api/orders', {}, { headers: { 'Sec-Fetch-Site': 'same-site' } }), 403, 'CROSS_SITE'],
  [post('/api/orders', {}, { headers: { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://shop.example' } }), 403, 'CROSS_SITE'],
  ...['https://evil.example', 'null', 'https://shop.example.evil.example', 'https://shop.example:444', 'nonsense'].map((origin) => {
    const request = post('/api/orders/validations', {}, { headers: { Origin: origin } });
    request.headers.delete('Sec-Fetch-Site');
    return [request, 403, 'CROSS_SITE'];
  }),
]));

test('a write from our own page, from a listed origin or from no browser is taken', async (t) => {
  const upstream = await startUpstream(t, echo);
  const bff = bffFor(upstream, { origins: ['https://pay.example/'] });
  const requests = [
    post('/api/orders', {}),
    post('/api/orders', {}, { headers: { Origin: 'https://pay.example', 'Sec-Fetch-Site': 'cross-site' } }),
    ...['https://shop.example', 'http://shop.example', undefined].map((origin) => {
      const request = post('/api/orders', {}, { headers: origin ? { Origin: origin } : {} });
      request.headers.delete('Sec-Fetch-Site');
      return request;
    }),
  ];
  for (const request of requests) assert.equal((await bff(request)).status, 200);
});

test('the stream route sends nothing of the query but the resume id', async (t) => {
  const upstream = await startUpstream(t, (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.end('data: 1\n\n');
  });
  const response = await bffFor(upstream)(get('/api/orders/abc/subscribe?lastEventId=41&x=1'));
  assert.equal(afterOpening(await textReader(response).toEnd()), 'data: 1\n\n');
  assert.equal(upstream.seen[0].url, '/v5/orders/abc/subscribe');
  assert.equal(upstream.seen[0].headers['last-event-id'], '41');
});
