// The event stream through the handler: first byte, headers, heartbeats, stalls, drops, and both sides leaving.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { afterOpening, bestOfThree, bffFor, CLOSED_MS, closes, elapsed, get, handClock, json, startMuteUpstream, startUpstream, textReader, within } from './support.js';

const PING = 'event: ping\ndata: {}\n\n';
const tick = () => new Promise(setImmediate);

/** An upstream that opens a stream and leaves the rest to the test. */
async function openUpstream(t, { first = '', headers = {} } = {}) {
  const opened = [];
  let tell;
  const upstream = await startUpstream(t, (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', ...headers });
    response.flushHeaders();
    if (first) response.write(first);
    opened.push(response);
    tell?.(response);
  });
  return {
    ...upstream,
    opened,
    next: () => within(new Promise((resolve) => { tell = resolve; }), 'upstream stream'),
  };
}

async function open(t, { options = {}, init = {}, upstream: script = {}, path = '/api/orders/abc/subscribe' } = {}) {
  const upstream = await openUpstream(t, script);
  const clock = handClock();
  const arriving = upstream.next();
  const response = await within(bffFor(upstream, { timers: clock.timers, ...options })(get(path, init)), 'answer');
  const source = await arriving;
  const closed = once(source, 'close');
  return { upstream, clock, response, source, closed, reader: textReader(response) };
}

test('the answer has the stream\'s headers and no forbidden one', async (t) => {
  const { response, reader } = await open(t, {
    upstream: { headers: { 'Set-Cookie': 'a=1', 'X-Other': '1', 'Content-Encoding': 'identity', 'Cache-Control': 'public', Connection: 'keep-alive' } },
  });
  assert.equal(response.status, 200);
  assert.deepEqual(Object.fromEntries(response.headers), {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  await reader.cancel();
});

test('the upstream is asked for an uncompressed stream', async (t) => {
  const { upstream, reader } = await open(t, { init: { headers: { 'Last-Event-ID': '17', 'Accept-Encoding': 'gzip, br', Cookie: 'a=1' } } });
  const { headers } = upstream.seen[0];
  assert.equal(headers.accept, 'text/event-stream');
  assert.equal(headers['accept-encoding'], 'identity');
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['last-event-id'], '17');
  assert.equal(headers.cookie, undefined);
  await reader.cancel();
});

test('the resume id comes from the header or the query, cleaned and capped', async (t) => {
  const sent = async (query, header) => {
    const { upstream, reader } = await open(t, {
      path: `/api/orders/abc/subscribe${query}`,
      init: header ? { headers: { 'Last-Event-ID': header } } : {},
    });
    await reader.cancel();
    return upstream.seen[0].headers['last-event-id'];
  };
  assert.equal(await sent('?lastEventId=5', '6'), '6');
  assert.equal(await sent('?lastEventId=a%0d%0aX-Evil:%201'), 'aX-Evil: 1');
  assert.equal(await sent('?lastEventId=a%00b'), 'ab');
  assert.equal((await sent(`?lastEventId=${'9'.repeat(999)}`)).length, 256);
  assert.equal(await sent('?lastEventId='), undefined);
  assert.equal(await sent('?lastEventId=%E2%82%AC'), undefined);
});

test('the first bytes come at once, although the upstream is silent: a comment, then what to expect', async (t) => {
  const { reader } = await open(t);
  const text = await reader.until('\n\nevent: config\n');
  assert.ok(text.startsWith(': stream open\n\n'));
  assert.deepEqual(JSON.parse(/data: (.*)\n\n$/.exec(text)[1]), { heartbeatMs: 15_000, stallMs: 75_000 });
  await reader.cancel();
});

test('the answer waits for the upstream\'s headers', async (t) => {
  let release;
  const asked = new Promise((resolve) => { release = resolve; });
  let answer;
  const upstream = await startUpstream(t, (_, response) => {
    answer = response;
    release();
  });
  let settled = false;
  const answering = bffFor(upstream)(get('/api/orders/abc/subscribe')).finally(() => { settled = true; });
  await within(asked, 'request');
  for (let i = 0; i < 5; i += 1) await tick();
  assert.equal(settled, false);
  json(answer, 503, {});
  assert.equal((await within(answering, 'answer')).status, 503);
});

test('statuses pass through as small JSON; what is no stream is a 502', async (t) => {
  for (const [status, type, wanted, code] of [
    [400, 'application/json', 400, 'UPSTREAM_STATUS'], [401, 'text/html', 401, 'UPSTREAM_STATUS'], [403, '', 403, 'UPSTREAM_STATUS'],
    [404, 'text/event-stream', 404, 'UPSTREAM_STATUS'], [410, '', 410, 'UPSTREAM_STATUS'], [500, '', 500, 'UPSTREAM_STATUS'],
    [503, 'text/event-stream', 503, 'UPSTREAM_STATUS'], [504, '', 504, 'UPSTREAM_STATUS'],
    [200, 'text/html', 502, 'UPSTREAM_NOT_A_STREAM'], [200, 'application/json', 502, 'UPSTREAM_NOT_A_STREAM'], [200, '', 502, 'UPSTREAM_NOT_A_STREAM'],
    [201, 'text/event-stream', 502, 'UPSTREAM_NOT_A_STREAM'], [204, '', 502, 'UPSTREAM_NOT_A_STREAM'], [304, '', 502, 'UPSTREAM_REDIRECT'],
  ]) {
    const upstream = await startUpstream(t, (_, response) => {
      response.writeHead(status, type ? { 'Content-Type': type } : {});
      response.end(status === 204 || status === 304 ? undefined : 'secret body');
    });
    const response = await bffFor(upstream)(get('/api/orders/abc/subscribe'));
    const text = await response.text();
    assert.equal(response.status, wanted, `${status} ${type}`);
    assert.equal(JSON.parse(text).error, code, `${status} ${type}`);
    assert.doesNotMatch(text, /secret/);
  }
});

test('bytes pass unchanged: CRLF, multi-line data, ids, cut characters', async (t) => {
  const { source, reader } = await open(t);
  const text = 'id: 7\r\ndata: {"a":\r\ndata: "€"}\r\n\r\n: c\n\nretry: 5\n\nevent: stop\ndata\n\n';
  await reader.until('config');
  for (const byte of Buffer.from(text)) source.write(Buffer.from([byte]));
  source.end();
  assert.equal(afterOpening(await reader.toEnd()), text);
});

test('a shopper who leaves closes the upstream, also while it is silent', async (t) => {
  for (const first of ['', 'data: 1\n\n']) {
    await bestOfThree(t, 'upstream closed', CLOSED_MS, async () => {
      const { reader, closed, clock } = await open(t, { upstream: { first } });
      await reader.until(first || 'config');
      const pending = reader.read();
      const took = elapsed(closed, 'upstream closed');
      await reader.cancel();
      assert.equal((await pending).done, true);
      assert.equal(clock.pending, 0, 'no timer left');
      return took;
    });
    await bestOfThree(t, 'upstream closed', CLOSED_MS, async () => {
      const controller = new AbortController();
      const { reader, closed, clock } = await open(t, { init: { signal: controller.signal }, upstream: { first } });
      await reader.until(first || 'config');
      controller.abort();
      const took = await elapsed(closed, 'upstream closed');
      await reader.toEnd();
      assert.equal(clock.pending, 0, 'no timer left');
      return took;
    });
  }
});

test('a shopper who leaves before the upstream answered ends the request there', async (t) => {
  await bestOfThree(t, 'upstream closed', CLOSED_MS, async () => {
    const { upstream, wasAsked, wasClosed } = await startMuteUpstream(t);
    const controller = new AbortController();
    const clock = handClock();
    const answering = bffFor(upstream, { timers: clock.timers })(get('/api/orders/abc/subscribe', { signal: controller.signal }));
    await within(wasAsked, 'request');
    controller.abort();
    const took = await elapsed(wasClosed, 'upstream closed');
    assert.equal((await answering).status, 499);
    assert.equal(clock.pending, 0);
    return took;
  });
});

test('a request that was aborted before it came goes nowhere', async (t) => {
  const upstream = await openUpstream(t);
  const response = await bffFor(upstream)(get('/api/orders/abc/subscribe', { signal: AbortSignal.abort() }));
  assert.equal(response.status, 499);
  assert.deepEqual(upstream.seen, []);
});

test('a stream that is ended before it opened says why', async (t) => {
  const gone = async (response) => ({ status: response.status, error: (await response.json()).error, after: response.headers.get('retry-after') });
  const stopping = await openUpstream(t);
  const stopped = await bffFor(stopping, { signal: AbortSignal.abort() })(get('/api/orders/abc/subscribe'));
  assert.deepEqual(await gone(stopped), { status: 503, error: 'SHUTTING_DOWN', after: '2' });
  assert.deepEqual(stopping.seen, []);

  let asked = 0;
  const upstream = await startUpstream(t, () => { asked += 1; });
  const until = (count) => within((async () => {
    while (asked < count) await tick();
  })(), `${count} requests`);
  const stop = new AbortController();
  const bff = bffFor(upstream, { signal: stop.signal, streamsPerSession: 1 });
  const first = bff(get('/api/orders/abc/subscribe'));
  await until(1);
  const second = bff(get('/api/orders/abc/subscribe'));
  assert.deepEqual(await gone(await within(first, 'the first')), { status: 409, error: 'STREAM_REPLACED', after: null });
  await until(2);
  stop.abort();
  assert.deepEqual(await gone(await within(second, 'the second')), { status: 503, error: 'SHUTTING_DOWN', after: '2' });
});

test('a heartbeat comes after 15 s of silence, each time, and not before', async (t) => {
  const { reader, clock } = await open(t);
  await reader.until('\n\nevent: config\n');
  for (let i = 0; i < 4; i += 1) {
    const read = reader.read();
    await tick();
    clock.advance(14_999);
    clock.advance(1);
    assert.deepEqual(await within(read, 'heartbeat'), { done: false, part: PING });
  }
  await reader.cancel();
});

test('what the upstream says puts the heartbeat off', async (t) => {
  const { reader, clock, source } = await open(t);
  await reader.until('config');
  const read = reader.read();
  await tick();
  clock.advance(14_000);
  source.write('data: 1\n\n');
  assert.equal((await within(read, 'message')).part, 'data: 1\n\n');
  const next = reader.read();
  await tick();
  clock.advance(14_000);
  source.write('data: 2\n\n');
  assert.equal((await within(next, 'message')).part, 'data: 2\n\n');
  await reader.cancel();
});

test('no heartbeat inside an event: a comment between its lines, nothing inside a line or after a CR', async (t) => {
  for (const [half, rest, between] of [
    ['data: {"a":', '1}\n\n', ''],
    ['data: 1\n', 'data: 2\n\n', ':\n'],
    ['data: 1\r', '\n\r\n', ''],
    ['data: 1\r\n', '\r\n', ':\n'],
    ['event: message\ndata: 1\n', '\n', ':\n'],
  ]) {
    const { reader, clock, source } = await open(t);
    await reader.until('config');
    source.write(half);
    await reader.until(half);
    const read = reader.read();
    await tick();
    clock.advance(15_000);
    if (between) {
      assert.equal((await within(read, 'comment')).part, between);
      source.end(rest);
    } else {
      source.end(rest);
      assert.equal((await within(read, 'the rest')).part, rest);
    }
    const text = afterOpening(await reader.toEnd());
    assert.equal(text, half + between + rest);
  }
});

test('an upstream silent for 75 s ends the stream, heartbeats or not', async (t) => {
  const { reader, clock, closed } = await open(t);
  await reader.until('config');
  for (let i = 0; i < 4; i += 1) {
    const read = reader.read();
    await tick();
    clock.advance(15_000);
    assert.equal((await within(read, 'heartbeat')).part, PING);
  }
  const last = reader.read();
  await tick();
  clock.advance(15_000);
  const ended = await within(last, 'the end');
  if (!ended.done) await reader.toEnd();
  await closes(closed);
  assert.equal(clock.pending, 0);
});

test('an upstream that comments is not stalled, and its comments are no heartbeats: a page cannot see them', async (t) => {
  const { reader, clock, source } = await open(t);
  await reader.until('config');
  for (let round = 0; round < 10; round += 1) {
    for (const comment of [': one\n\n', ':\n']) {
      const read = reader.read();
      await tick();
      clock.advance(5_000);
      source.write(comment);
      assert.equal((await within(read, 'comment')).part, comment);
    }
    const read = reader.read();
    await tick();
    clock.advance(5_000);
    assert.equal((await within(read, 'heartbeat')).part, PING);
  }
  await reader.cancel();
});

test('an upstream that ends, or is cut off in the middle, ends the stream quietly', async (t) => {
  for (const finish of [(source) => source.end(), (source) => source.destroy(), (source) => source.socket.resetAndDestroy()]) {
    const { reader, source, clock } = await open(t, { upstream: { first: 'data: 1\n\ndata: ha' } });
    await reader.until('data: ha');
    finish(source);
    const text = afterOpening(await reader.toEnd());
    assert.equal(text, 'data: 1\n\ndata: ha');
    assert.equal(clock.pending, 0);
  }
});

test('the lifetime and the server\'s stop end streams', async (t) => {
  const lived = await open(t, { options: { timeouts: { lifetime: 60_000, heartbeat: 0 } } });
  await lived.reader.until('config');
  const read = lived.reader.read();
  lived.clock.advance(60_000);
  assert.equal((await within(read, 'the end')).done, true);
  await closes(lived.closed);

  const stop = new AbortController();
  const served = await open(t, { options: { signal: stop.signal } });
  await served.reader.until('config');
  stop.abort();
  await served.reader.toEnd();
  await closes(served.closed);
});

test('a slow shopper slows the upstream down: nothing piles up here', async (t) => {
  let written = 0;
  let full;
  const isFull = new Promise((resolve) => { full = resolve; });
  const block = Buffer.from(`data: ${'x'.repeat(65_000)}\n\n`);
  const upstream = await startUpstream(t, (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const write = () => {
      while (!response.destroyed) {
        written += block.length;
        if (written > 512 * 1024 * 1024) return full();
        if (!response.write(block)) break;
      }
      const waiting = setTimeout(full, 300);
      response.once('drain', () => {
        clearTimeout(waiting);
        write();
      });
    };
    write();
  });
  const response = await bffFor(upstream)(get('/api/orders/abc/subscribe'));
  const reader = textReader(response);
  await reader.until('config');
  await within(isFull, 'upstream held back', 10_000);
  // What the sockets of both processes hold; a proxy that pumps would have taken all 512 MiB.
  assert.ok(written < 32 * 1024 * 1024, `${written} bytes were taken without a reader`);
  await reader.cancel();
});

test('a shopper who stops reading is let go of after 75 s, and one who is only slow is not', async (t) => {
  let log;
  const logged = new Promise((resolve) => { log = resolve; });
  const { reader, clock, source, closed } = await open(t, { options: { log, timeouts: { heartbeat: 0 } } });
  let isClosed = false;
  closed.then(() => { isClosed = true; });
  await reader.until('config');
  for (let round = 0; round < 5; round += 1) {
    clock.advance(74_999);
    source.write(`data: ${round}\n\n`);
    await reader.until(`data: ${round}\n\n`);
  }
  source.write('data: unread\n\n');
  clock.advance(74_999);
  for (let i = 0; i < 10; i += 1) await tick();
  assert.equal(isClosed, false);
  clock.advance(1);
  await closes(closed);
  assert.equal(clock.pending, 0);
  assert.equal((await within(reader.read(), 'the end')).done, true);
  assert.equal((await within(logged, 'the log line')).ended, 'slow');
});

test('one who never reads at all is let go of too; `slow` says when, and 0 never', async (t) => {
  const never = await open(t, { options: { timeouts: { slow: 20_000 } } });
  never.clock.advance(20_000);
  await closes(never.closed);
  const allowed = await open(t, { options: { timeouts: { slow: 0 } } });
  allowed.clock.advance(10_000_000);
  allowed.source.write('data: 1\n\n');
  await allowed.reader.until('data: 1\n\n');
  await allowed.reader.cancel();
  // Where the stall is switched off, so is this.
  const both = await open(t, { options: { timeouts: { stall: 0 } } });
  both.clock.advance(10_000_000);
  await both.reader.until('config');
  await both.reader.cancel();
});

test('a heartbeat nobody reads is the last: the stream ends although the API speaks', async (t) => {
  const { reader, clock, source, closed } = await open(t);
  await reader.until('config');
  const read = reader.read();
  await tick();
  clock.advance(15_000);
  assert.equal((await within(read, 'heartbeat')).part, PING);
  source.write('data: 1\n\n');
  for (let i = 0; i < 10; i += 1) await tick();
  clock.advance(75_000);
  await closes(closed);
});

test('leaving twice, by both ways and with a timer due does no harm', async (t) => {
  const controller = new AbortController();
  const { reader, clock, closed } = await open(t, { init: { signal: controller.signal } });
  await reader.until('config');
  const pending = reader.read();
  controller.abort();
  await reader.cancel();
  controller.abort();
  clock.advance(200_000);
  assert.equal((await pending).done, true);
  await closes(closed);
});
