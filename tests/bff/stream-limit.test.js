// A session's streams are counted: the newest take the place of the oldest.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createStreamLimit } from '../../npm/src/bff/stream-limit.js';
import { bffFor, get, startUpstream, textReader, within } from './support.js';

async function start(t, options) {
  const sources = [];
  const upstream = await startUpstream(t, (request, response) => {
    if (request.url.includes('/gone/')) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    return sources.push(response);
  });
  let tell;
  const logged = new Promise((resolve) => { tell = resolve; });
  const bff = bffFor(upstream, { log: (line) => tell(line), ...options });
  const open = async (order = 'abc', headers = {}) => {
    const response = await within(bff(get(`/api/orders/${order}/subscribe`, { headers })), 'answer');
    return { status: response.status, ...textReader(response) };
  };
  return { open, sources, logged };
}

test('the newest stream ends the oldest of its order, here and at the API', async (t) => {
  const { open, sources, logged } = await start(t, { streamsPerSession: 2 });
  const [first, second] = [await open(), await open()];
  const closed = once(sources[0], 'close');
  const third = await open();
  await within(closed, 'the oldest upstream stream closed');
  await first.toEnd();
  assert.equal((await within(logged, 'its line in the log')).ended, 'replaced');
  for (const [reader, source] of [[second, sources[1]], [third, sources[2]]]) {
    source.write('data: 1\n\n');
    await reader.until('data: 1\n\n');
    await reader.cancel();
  }
});

test('orders are counted apart, unless `session` names who they belong to', async (t) => {
  const apart = await start(t, { streamsPerSession: 1 });
  const [one, other] = [await apart.open('one'), await apart.open('other')];
  apart.sources[0].write('data: 1\n\n');
  await one.until('data: 1');
  await Promise.all([one.cancel(), other.cancel()]);

  const together = await start(t, { streamsPerSession: 1, session: (request) => request.headers.get('x-account') });
  const [ours, theirs] = [await together.open('one', { 'X-Account': 'a' }), await together.open('two', { 'X-Account': 'b' })];
  const next = await together.open('three', { 'X-Account': 'a' });
  await ours.toEnd();
  together.sources[1].write('data: 1\n\n');
  await theirs.until('data: 1');
  await Promise.all([next.cancel(), theirs.cancel()]);
});

test('there is a cap without any option, by order, whoever decides who may read it', async (t) => {
  const { open, sources, logged } = await start(t, { authorize: () => true, session: () => '' });
  const other = await open('other');
  const readers = [];
  for (let i = 0; i < 8; i += 1) readers.push(await open());
  const closed = once(sources[1], 'close');
  readers.push(await open());
  await within(closed, 'the oldest stream of the order');
  assert.equal((await within(logged, 'its line in the log')).ended, 'replaced');
  for (const [i, source] of sources.entries()) {
    if (i !== 1) source.write('data: 1\n\n');
  }
  for (const reader of [other, ...readers.slice(1)]) {
    await reader.until('data: 1\n\n');
    await reader.cancel();
  }
});

test('an account is not counted as the order of the same name', async (t) => {
  const { open, sources } = await start(t, { streamsPerSession: 1, session: (request) => request.headers.get('x-account') });
  const [mine, theirs] = [await open('abc'), await open('xyz', { 'X-Account': 'abc' })];
  for (const source of sources) source.write('data: 1\n\n');
  for (const reader of [mine, theirs]) {
    await reader.until('data: 1\n\n');
    await reader.cancel();
  }
});

test('a stream that never opened or that ended holds no place', async (t) => {
  const { open, sources } = await start(t, { streamsPerSession: 1, session: () => 'all' });
  const living = await open();
  await living.cancel();
  const second = await open();
  assert.equal((await open('gone')).status, 404);
  // The refused one took the place, as it asked later; the next is alone again.
  await second.toEnd();
  const third = await open();
  sources.at(-1).write('data: 1\n\n');
  await third.until('data: 1');
  await third.cancel();
});

test('nothing is remembered of sessions without streams', () => {
  const limit = createStreamLimit(2);
  const places = ['a', 'a', 'a', 'b'].map((session) => limit.take(session));
  assert.deepEqual(places.map(({ signal }) => signal.aborted), [true, false, false, false]);
  for (const { release } of places) release();
  places[0].release();
  assert.equal(limit.sessions, 0);
  const free = createStreamLimit(0);
  const many = Array.from({ length: 100 }, () => free.take('a'));
  assert.ok(many.every(({ signal }) => !signal.aborted));
});
