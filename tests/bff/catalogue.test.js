// The catalogue's cache: one question for many, ETags, stale answers while asking, and patience when asked for it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createCatalogue } from '../../npm/src/bff/catalogue.js';
import { createQuiet, patience, secondsAsked } from '../../npm/src/bff/quiet.js';
import { bffFor, get, handClock, json, post, startUpstream, within } from './support.js';

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

test('a clock that is put right by nine hours prolongs neither an answer nor a wait by them', async (t) => {
  let wrong = 9 * 3_600_000;
  let status = 200;
  const clock = handClock();
  const upstream = await startUpstream(t, (_, response) => json(response, status, { n: upstream.seen.length }, { 'Retry-After': '20' }));
  const bff = bffFor(upstream, { timers: { ...clock.timers, now: () => clock.timers.now() + wrong } });
  const ask = () => bff(get('/api/brands?country_code=US'));
  const price = () => bff(get('/api/products/price?brand_name=A'));
  assert.equal(await n(await ask()), 1);
  status = 429;
  assert.equal((await price()).status, 429);
  status = 200;

  wrong = 0;
  assert.equal((await price()).status, 200, 'the wait is over');
  status = 429;
  assert.equal((await price()).status, 429);
  status = 200;
  assert.equal((await (await price()).json()).error, 'UPSTREAM_BUSY', 'a new one begins');
  const fresh = await ask();
  assert.deepEqual([await n(fresh), fresh.headers.get('cache-control')], [5, 'private, max-age=300']);
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

test('meanwhile shoppers are told what the API said, with what is left of it', async (t) => {
  const epoch = 1_800_000_000;
  for (const [headers, first, later, again] of [
    [{ 'Retry-After': '600', 'X-RateLimit-Limit': '60', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(epoch + 600) }, ['600', '60', '0', String(epoch + 600)], ['590', '60', '0', String(epoch + 600)], 590_000],
    [{ 'X-RateLimit-Reset': '120' }, [null, null, null, '120'], ['110', null, null, '110'], 110_000],
    [{ 'X-RateLimit-Reset': String(epoch + 1200) }, [null, null, null, String(epoch + 1200)], ['1190', null, null, String(epoch + 1200)], 1_190_000],
    // Nobody is asked to wait for a day on the word of one answer.
    [{ 'Retry-After': '86400' }, ['86400', null, null, null], ['3590', null, null, null], 3_590_000],
  ]) {
    const { bff, clock, upstream } = await shop(t, (_, response) => json(response, 429, 'slow down', headers));
    clock.advance(epoch * 1000);
    const told = (response) => ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'].map((name) => response.headers.get(name));
    assert.deepEqual(told(await bff(get('/api/brands'))), first);
    clock.advance(10_000);
    const second = await bff(get('/api/homepage'));
    assert.deepEqual(told(second), later);
    assert.equal((await second.json()).error, 'UPSTREAM_BUSY');
    clock.advance(again - 1);
    await bff(get('/api/homepage'));
    assert.equal(upstream.seen.length, 1);
    clock.advance(1);
    await bff(get('/api/homepage'));
    assert.equal(upstream.seen.length, 2);
  }
});

test('too many prices, validations or orders make prices wait, and nothing else', async (t) => {
  for (const busy of [get('/api/products/price?brand_name=A'), post('/api/orders/validations', {}), post('/api/orders', {})]) {
    let wanted = 429;
    const { bff, clock, upstream } = await shop(t, (_, response) => json(response, wanted, { order_id: 'a' }, { 'Retry-After': '20' }), { checkout: false });
    assert.equal((await bff(busy)).status, 429);
    wanted = 200;
    const price = await bff(get('/api/products/price?brand_name=B'));
    assert.deepEqual([price.status, price.headers.get('retry-after'), (await price.json()).error], [429, '20', 'UPSTREAM_BUSY']);
    assert.equal(upstream.seen.length, 1);
    for (const request of [get('/api/brands'), get('/api/orders/abc'), post('/api/orders/validations', {}), post('/api/orders', {})]) {
      assert.equal((await bff(request)).status, 200, request.url);
    }
    clock.advance(20_000);
    assert.equal((await bff(get('/api/products/price?brand_name=B'))).status, 200);
  }
  const { bff, upstream } = await shop(t, (_, response) => json(response, 429, {}, { 'Retry-After': '20' }), { cache: false });
  for (const path of ['/api/orders/abc', '/api/orders/abc', '/api/brands', '/api/brands']) await bff(get(path));
  assert.equal(upstream.seen.length, 3, 'an order is asked for each time, the catalogue waits without a cache too');
});

test('a coupon\'s answer is kept for nobody', async (t) => {
  const { bff } = await shop(t, numbered());
  for (const path of ['/api/brands?promo_code=A', '/api/products/country/US?brand_name=A&promo_code=A']) {
    const first = await bff(get(path));
    assert.equal(first.headers.get('cache-control'), 'no-store');
    assert.equal(first.headers.get('etag'), null);
    const before = await n(first);
    assert.equal(await n(await bff(get(path))), before + 1);
  }
});

test('a script that asks for ever new names is slowed down, and shoppers are served from what is kept', async (t) => {
  const held = [];
  let hold = false;
  const { bff, upstream, clock } = await shop(t, (_, response) => {
    if (hold) held.push(() => json(response, 200, { n: 1 }));
    else json(response, 200, { n: 0 });
  });
  const product = (name) => bff(get(`/api/products/country/US?brand_name=${name}`));
  await product('kept');
  clock.advance(61_000);
  hold = true;
  const asking = Array.from({ length: 32 }, (_, i) => product(i));
  await until(() => held.length === 32);
  const refused = [await product('more'), await bff(get('/api/brands?promo_code=A'))];
  for (const response of refused) {
    assert.deepEqual([response.status, response.headers.get('retry-after'), (await response.json()).error], [503, '1', 'BUSY']);
  }
  const same = product(0);
  assert.equal(await n(await product('kept')), 0);
  assert.equal(upstream.seen.length, 33);
  hold = false;
  for (const release of held) release();
  for (const response of await Promise.all([...asking, same])) assert.equal(response.status, 200);
  assert.equal((await product('more')).status, 200);
});

/** The catalogue without its handler. */
function store() {
  const clock = handClock();
  const catalogue = createCatalogue({ timers: clock.timers }, createQuiet(clock.timers));
  let asked = 0;
  const ask = async (key, bytes = 2) => {
    const before = asked;
    await catalogue.serve({
      key, kind: 'catalogue', maxAge: 60, ifNoneMatch: null, note() {},
      ask: async () => {
        asked += 1;
        return { status: 200, bytes: new Uint8Array(bytes).fill(0x20), headers: {} };
      },
    });
    return asked - before;
  };
  return { clock, catalogue, ask };
}

test('what is kept is bounded by count, by all of its weight, and by age', async () => {
  const many = store();
  for (let i = 0; i < 2_001; i += 1) await many.ask(`key ${i}`);
  assert.equal(many.catalogue.entries, 2_000);
  assert.deepEqual([await many.ask('key 2000'), await many.ask('key 0')], [0, 1], 'the oldest went');

  // 31 MiB of answers, but their keys and what is around them count as well.
  const heavy = store();
  for (let i = 0; i < 1_950; i += 1) await heavy.ask(`${i} ${'k'.repeat(250)}`, 16_500);
  assert.ok(heavy.catalogue.entries < 1_900, `${heavy.catalogue.entries} are kept`);
  assert.ok(heavy.catalogue.entries > 1_800, `${heavy.catalogue.entries} are kept`);

  const old = store();
  for (let i = 0; i < 100; i += 1) await old.ask(`key ${i}`);
  old.clock.advance(61 * 60_000 - 1);
  await old.ask('another');
  assert.equal(old.catalogue.entries, 101);
  old.clock.advance(1);
  await old.ask('one more');
  assert.equal(old.catalogue.entries, 2);
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

test('the wait is read as the crate reads it', () => {
  const cases = JSON.parse(readFileSync(new URL('../fixtures/waits.json', import.meta.url), 'utf8'));
  for (const { retryAfter, reset, seconds } of cases) {
    assert.equal(secondsAsked(retryAfter, reset, 1_790_000_000) ?? null, seconds, JSON.stringify({ retryAfter, reset }));
  }
});

test('whatever the API asks for, it is left alone for a second at least and an hour at most', () => {
  const now = 1_790_000_000_000;
  assert.equal(patience({ 'Retry-After': '7' }, now), 7000);
  assert.equal(patience({ 'X-RateLimit-Reset': String(now + 12_000) }, now), 12_000);
  assert.equal(patience({}, now), 5000);
  assert.equal(patience({ 'Retry-After': '0' }, now), 1000);
  assert.equal(patience({ 'Retry-After': '999999' }, now), 3_600_000);
});

test('the cache can be switched off', async (t) => {
  const { bff } = await shop(t, numbered(), { cache: false });
  assert.equal(await n(await bff(get('/api/brands'))), 1);
  const second = await bff(get('/api/brands'));
  assert.equal(second.headers.get('cache-control'), 'no-store');
  assert.equal(await n(second), 2);
});
