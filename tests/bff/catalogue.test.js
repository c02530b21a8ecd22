// The catalogue's cache: one question for many, ETags, stale answers while asking, and patience when asked for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patience } from '../../npm/src/bff/catalogue.js';
import { bffFor, get, handClock, json, startUpstream, within } from './support.js';

async function shop(t, answer, options = {}) {
  const upstream = await startUpstream(t, answer);
  const clock = handClock();
  return { upstream, clock, bff: bffFor(upstream, { timers: clock.timers, ...options }) };
}
const numbered = () => {
  let count = 0;
  return (_, response) => {
    count += 1;
    json(response, 200, { n: count });
  };
};
const n = async (response) => (await response.json()).n;
const until = async (condition) => {
  const wait = async () => {
    while (!condition()) await new Promise(setImmediate);
  };
  await within(wait(), 'condition');
};

test('an answer is kept per address and country', async (t) => {
  const { bff, upstream } = await shop(t, numbered());
  assert.equal(await n(await bff(get('/api/brands?country_code=US'))), 1);
  assert.equal(await n(await bff(get('/api/brands?country_code=us&x=1'))), 1);
  assert.equal(await n(await bff(get('/api/brands?country_code=DE'))), 2);
  assert.equal(await n(await bff(get('/api/payment_vias', { headers: { 'X-Country-ISO-Code': 'US' } }))), 3);
  assert.equal(await n(await bff(get('/api/payment_vias', { headers: { 'X-Country-ISO-Code': 'DE' } }))), 4);
  assert.equal(await n(await bff(get('/api/products/country/US?brand_name=A&lang=en'))), 5);
  assert.equal(await n(await bff(get('/api/products/country/US?brand_name=A&lang=ja'))), 6);
  assert.equal(upstream.seen.length, 6);
});

test('prices and orders are never kept', async (t) => {
  const { bff } = await shop(t, numbered());
  for (const path of ['/api/products/price?brand_name=A', '/api/orders/abc']) {
    const first = await n(await bff(get(path)));
    assert.equal(await n(await bff(get(path))), first + 1);
  }
});

test('however many ask at once, the API is asked once', async (t) => {
  let release;
  const { bff, upstream } = await shop(t, (_, response) => { release = () => json(response, 200, { n: 1 }); });
  const asking = Array.from({ length: 50 }, () => bff(get('/api/brands?country_code=US')));
  await until(() => release);
  release();
  assert.deepEqual(await Promise.all((await Promise.all(asking)).map(n)), Array(50).fill(1));
  assert.equal(upstream.seen.length, 1);
});

test('one who leaves does not take the answer from the others', async (t) => {
  let release;
  const { bff } = await shop(t, (_, response) => { release = () => json(response, 200, { n: 1 }); });
  const controller = new AbortController();
  const first = bff(get('/api/brands', { signal: controller.signal }));
  const second = bff(get('/api/brands'));
  await until(() => release);
  controller.abort();
  release();
  assert.equal(await n(await second), 1);
  await first;
});

test('an unchanged answer is a 304', async (t) => {
  const { bff } = await shop(t, (_, response) => json(response, 200, { same: true }));
  const first = await bff(get('/api/brands'));
  const etag = first.headers.get('etag');
  assert.match(etag, /^"[A-Za-z0-9_-]{22}"$/);
  assert.equal(first.headers.get('cache-control'), 'private, max-age=300');
  assert.equal(first.headers.get('vary'), 'X-Country-ISO-Code');
  for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const again = await bff(get('/api/brands', { headers: { 'If-None-Match': tag } }));
    assert.equal(again.status, 304);
    assert.equal(await again.text(), '');
    assert.equal(again.headers.get('etag'), etag);
  }
  assert.equal((await bff(get('/api/brands', { headers: { 'If-None-Match': '"x"' } }))).status, 200);
});

test('past its freshness an answer is served once more while a new one is fetched', async (t) => {
  const { bff, clock, upstream } = await shop(t, numbered());
  assert.equal(await n(await bff(get('/api/brands'))), 1);
  clock.advance(299_000);
  assert.equal(await n(await bff(get('/api/brands'))), 1);
  assert.equal(upstream.seen.length, 1);
  clock.advance(2_000);
  assert.equal(await n(await bff(get('/api/brands'))), 1);
  await until(() => upstream.seen.length === 2);
  const settled = async () => {
    while ((await n(await bff(get('/api/brands')))) !== 2) await new Promise(setImmediate);
  };
  await within(settled(), 'the new answer');
  clock.advance(3_600_000);
  assert.equal(await n(await bff(get('/api/brands'))), 3, 'too old to be served');
});

test('an empty list is not kept for long', async (t) => {
  const { bff, clock, upstream } = await shop(t, (_, response) => json(response, 200, []));
  await bff(get('/api/products/country/US?brand_name=A'));
  clock.advance(9_000);
  await bff(get('/api/products/country/US?brand_name=A'));
  assert.equal(upstream.seen.length, 1);
  clock.advance(2_000);
  await bff(get('/api/products/country/US?brand_name=A'));
  await until(() => upstream.seen.length === 2);
});

test('a failure is not kept, and hides behind an older answer', async (t) => {
  let status = 503;
  const { bff, clock, upstream } = await shop(t, (_, response) => json(response, status, { n: upstream.seen.length }));
  assert.equal((await bff(get('/api/brands'))).status, 503);
  status = 200;
  assert.equal(await n(await bff(get('/api/brands'))), 2);
  status = 503;
  clock.advance(1_000_000);
  const old = await bff(get('/api/brands'));
  assert.equal(old.status, 200);
  assert.equal(await n(old), 2);
});

test('after a 429 the API is left alone until its reset, and the shopper is told when', async (t) => {
  let busy = true;
  const { bff, clock, upstream } = await shop(t, (_, response) => {
    if (busy) json(response, 429, { message: 'slow down' }, { 'Retry-After': '20' });
    else json(response, 200, { n: 1 });
  });
  const first = await bff(get('/api/brands'));
  assert.equal(first.status, 429);
  assert.equal(first.headers.get('retry-after'), '20');
  busy = false;
  clock.advance(5_000);
  const second = await bff(get('/api/homepage'));
  assert.equal(second.status, 429);
  assert.equal(second.headers.get('retry-after'), '15');
  assert.equal(upstream.seen.length, 1);
  clock.advance(15_000);
  assert.equal((await bff(get('/api/homepage'))).status, 200);
});

test('while the API wants patience, older answers are served', async (t) => {
  let busy = false;
  const { bff, clock, upstream } = await shop(t, (_, response) => {
    if (busy) json(response, 429, {}, { 'X-RateLimit-Reset': '120' });
    else json(response, 200, { n: 1 });
  });
  await bff(get('/api/brands'));
  busy = true;
  clock.advance(1_000_000);
  assert.equal(await n(await bff(get('/api/brands'))), 1);
  assert.equal(await n(await bff(get('/api/brands'))), 1);
  assert.equal(upstream.seen.length, 2);
});

test('the wait is read from Retry-After in seconds or as a date, or from the reset', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(patience({ 'Retry-After': '7' }, now), 7000);
  assert.equal(patience({ 'Retry-After': 'Thu, 01 Jan 2026 00:00:30 GMT' }, now), 30_000);
  assert.equal(patience({ 'X-RateLimit-Reset': String(now / 1000 + 12) }, now), 12_000);
  assert.equal(patience({ 'X-RateLimit-Reset': '9' }, now), 9000);
  assert.equal(patience({}, now), 5000);
  assert.equal(patience({ 'Retry-After': 'soon' }, now), 5000);
  assert.equal(patience({ 'Retry-After': '0' }, now), 1000);
  assert.equal(patience({ 'Retry-After': '999999' }, now), 300_000);
  assert.equal(patience({ 'Retry-After': 'Thu, 01 Jan 2020 00:00:00 GMT' }, now), 1000);
});

test('the cache can be switched off', async (t) => {
  const { bff } = await shop(t, numbered(), { cache: false });
  assert.equal(await n(await bff(get('/api/brands'))), 1);
  const second = await bff(get('/api/brands'));
  assert.equal(second.headers.get('cache-control'), 'no-store');
  assert.equal(await n(second), 2);
});
