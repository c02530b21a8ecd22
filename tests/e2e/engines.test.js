// watchOrder over the EventSource of each engine on this machine: Chromium, Firefox and WebKit must come out alike.
// The stream and the requests are real; the clock is the test's own. Each scenario notes what was sent when, on that
// clock, and what the page's own code saw.
import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { ID, message, order, startServer } from './support/scenario-server.js';
import { engines, openEngine } from './support/webdriver.js';

const BOUND_MS = 20_000;
const status = (code, body = '{}', headers) => (to) => to.respond(code, body, headers);
const live = (text = '') => (to) => to.stream(`: open\n\n${text}`);
const once = (text = '') => (to) => { to.stream(`: open\n\n${text}`); to.end(); };
const answers = (...known) => (to) => to.respond(200, order(...known), { 'Content-Type': 'application/json' });

/** In the page (by name, for Firefox runs scripts in a scope of their own): a clock that stands still until it is wound, and a watch that notes what it hears. */
const BEGIN = `
  const [id, options] = arguments;
  const clock = (window.clock = { now: 1e12, timers: [] });
  clock.wind = (ms) => {
    const until = clock.now + ms;
    for (;;) {
      const next = clock.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      clock.now = Math.max(clock.now, next.at);
      clock.timers = clock.timers.filter((timer) => timer !== next);
      next.run();
    }
    clock.now = until;
  };
  const heard = (window.heard = []);
  const sent = (window.sent = []);
  const note = (kind) => sent.push(kind + ' ' + Math.round((clock.now - 1e12) / 100) / 10);
  const page = (window.page = document.createElement('div'));
  page.visibilityState = 'visible';
  const Controller = window.AbortController;
  const { mode, ...given } = options;
  const env = {
    document: mode === 'real page' ? document : page,
    EventSource: mode === 'no EventSource' ? undefined : function (url) { note('stream'); return new window.EventSource(url); },
    fetch: (url, init) => { note('order'); return window.fetch(url, init); },
    Date: { now: () => clock.now, parse: Date.parse },
    setTimeout: (run, ms) => { const timer = { run, at: clock.now + ms }; clock.timers.push(timer); return timer; },
    clearTimeout: (timer) => { clock.timers = clock.timers.filter((other) => other !== timer); },
  };
  const react = (name, line) => {
    heard.push(line);
    if (mode === 'throw' && name === 'order') throw new Error('the page broke');
    if (mode === 'reject' && name === 'order') return Promise.reject(new Error('the page broke'));
    if (mode === 'close in ' + name) window.watch.close();
    if (mode === 'abort in ' + name) window.controller.abort();
    if (mode === 'watch anew in ' + name && !window.another) begin(window.another = {});
  };
  window.controller = new Controller();
  if (mode === 'aborted before') window.controller.abort();
  window.onerror = window.onunhandledrejection = (event) => { heard.push('reported'); event?.preventDefault?.(); return true; };
  const begin = (holder) => {
    holder.watch = window.sdk.watchOrder(id, {
      backoff: { jitter: 0 },
      signal: window.controller.signal,
      onOrder: (order) => react('order', 'order ' + order.order_state),
      onState: (state) => react('state', 'state ' + state.status),
      onError: (error) => react('error', 'error ' + error.code),
      onInvalid: ([{ code }]) => react('invalid', 'invalid ' + code),
      onEnd: (end) => react('end', ['end', end.reason, end.error?.status].filter(Boolean).join(' ')),
      env,
      ...given,
    });
  };
  begin(window);
  if (mode === 'two') begin(window.second = {});
`;

for (const engine of engines()) {
  describe(`watching in ${engine.name}`, { skip: !engine.here && `${engine.name} is not on this machine` }, () => {
    let browser;
    let server;

    before(async () => {
      server = await startServer();
      browser = await openEngine(engine);
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });
    // The page before is gone, and its streams with it.
    beforeEach(() => browser.goto('about:blank'));
    afterEach(async (t) => {
      const sent = await browser.run('return window.sent').catch(() => undefined);
      if (sent) t.diagnostic?.(`${engine.name}, ${t.name}: server: ${brief(sent)}; page: ${brief(await heard())}`);
      if (process.env.SCENARIOS && sent) await appendFile(process.env.SCENARIOS, `${JSON.stringify([engine.name, t.name, brief(sent), brief(await heard())])}\n`);
    });

    async function meet(script, options = {}) {
      server.play(script);
      await browser.goto(server.address);
      await until(() => browser.run('return Boolean(window.sdk)'), 'the page');
      await browser.run(BEGIN, ID, options);
    }
    const heard = () => browser.run('return window.heard');
    const hears = async (what) => {
      let all = [];
      await until(async () => (all = await heard()).includes(what), () => `${what}; so far ${all.join(', ')}`);
    };
    const seen = (kind) => heard().then((all) => all.filter((line) => line.startsWith(kind)));
    const show = (state) => browser.run("window.page.visibilityState = arguments[0]; window.page.dispatchEvent(new Event('visibilitychange'))", state);
    const wind = (ms) => browser.run('window.clock.wind(arguments[0])', ms);
    const opened = () => server.streams.all.length;
    const asked = () => server.orders.all.length;
    /** Winds the clock a little at a time: how soon a browser tells is its own affair. */
    const wound = (holds, what, step = 25) => until(async () => {
      await wind(step);
      return holds();
    }, what);

    test('an order is followed to its stop', async () => {
      await meet({ stream: [live(`${message('WaitingForPayment', 1)}${message('Done', 2)}event: stop\ndata: {}\n\n`)] });
      await hears('end stop');
      await wind(120_000);
      assert.deepEqual((await heard()).filter((line) => line.startsWith('order')), ['order WaitingForPayment', 'order Done']);
      assert.deepEqual([opened(), asked()], [1, 0]);
    });

    test('a lost stop is made up for', async () => {
      await meet({ stream: [once(message('Done', 1))] });
      await hears('end final');
      assert.equal(opened(), 1);
    });

    for (const code of [401, 403, 404, 410]) {
      test(`${code} is asked about once and ends it`, async () => {
        await meet({ stream: [status(code)], order: [status(code)] });
        await wound(() => asked() > 0, 'the question');
        await hears(`end fatal ${code}`);
        assert.deepEqual([opened(), asked()], [1, 1]);
      });
    }

    for (const [name, refuse] of [
      ...[204, 429, 500, 503].map((code) => [String(code), status(code, '')]),
      ['HTML', status(200, '<html>sign in</html>', { 'Content-Type': 'text/html' })],
    ]) {
      test(`${name} in the stream's place is got over`, async () => {
        await meet({ stream: [refuse, live(message('PaymentStarted', 2))], order: [answers('WaitingForPayment', 1)] });
        await wound(() => opened() > 1, 'the second stream');
        await hears('order PaymentStarted');
      });
    }

    test('streams that end come again after exactly 1, 2, 4, 8, 16, 30 and 30 seconds', async () => {
      await meet({ stream: [once()] }, { transport: 'sse', recheck: 0 });
      let failures = 0;
      for (const wait of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
        failures++;
        await until(async () => (await heard()).filter((line) => line === 'state backoff').length === failures, `failure ${failures}`);
        await wind(wait - 1);
        await browser.run('return 0');
        assert.equal(opened(), failures, `before ${wait} ms`);
        await wind(1);
        await until(() => opened() === failures + 1, `the stream after ${wait} ms`);
      }
    });

    test('retry: 0 and an end after every message make no storm', async () => {
      let updated = 0;
      await meet({ stream: [(to) => { to.stream(`retry: 0\n\n${message('WaitingForPayment', ++updated)}`); to.end(); }] }, { transport: 'sse' });
      for (let passed = 0; passed < 10_000; passed += 200) await wind(200);
      assert.ok(opened() >= 2 && opened() <= 10, `${opened()} streams in 10 s`);
    });

    test('events called error and open are data', async () => {
      await meet({ stream: [live(`event: error\ndata: {"oops":1}\n\nevent: open\ndata: x\n\n${message('PaymentStarted', 1)}`)] });
      await hears('order PaymentStarted');
      assert.equal(opened(), 1);
      assert.ok(!(await heard()).some((line) => line.startsWith('error')));
    });

    test('line ends of every kind, a byte order mark and letters cut in two are read', async () => {
      const text = `\u{feff}: hello\r\ndata: ${order('WaitingForPayment', 1)}\r\n\r\ndata:${order('PaymentStarted', 2, { network: '日本' })}\r\rdata: ${order('Done', 3).replace(',', ',\ndata: ')}\n\nevent: stop\ndata:\n\n`;
      const bytes = Buffer.from(text);
      const cut = bytes.indexOf('日') + 1;
      await meet({ stream: [(to) => { to.stream(bytes.subarray(0, cut)); setImmediate(() => to.write(bytes.subarray(cut))); }] });
      await hears('end stop');
      assert.deepEqual((await heard()).filter((line) => line.startsWith('order')), ['order WaitingForPayment', 'order PaymentStarted', 'order Done']);
    });

    test('the resume id travels in the address', async () => {
      await meet({ stream: [once(`id: n°7\n${message('PaymentStarted', 1)}`), live()] });
      await hears('state backoff');
      await wind(1000);
      await until(() => opened() === 2, 'the second stream');
      assert.equal(server.streams.all[1].url, `/api/orders/${ID}/subscribe?lastEventId=n%C2%B07`);
    });

    test('headers without a byte are no health: the state comes by request', async () => {
      await meet({ stream: [(to) => { to.stream(''); to.flush(); }], order: [answers('WaitingForPayment', 1)] });
      await until(() => opened() === 1, 'the stream');
      await wind(1500);
      await hears('order WaitingForPayment');
    });

    test('one event, a drop, three 503: the order is known again after 7 seconds', async () => {
      await meet({
        stream: [once(message('WaitingForPayment', 1)), status(503)],
        order: [status(503), status(503), answers('PaymentStarted', 2)],
      });
      await hears('state backoff');
      await wound(async () => (await heard()).includes('order PaymentStarted'), 'the order by request', 50);
      assert.ok(opened() <= 4, `${opened()} streams`);
    });

    for (const code of [201, 304, 400, 408, 425, 502, 504]) {
      test(`${code} in the stream's place is got over`, async () => {
        await meet({ stream: [status(code, ''), live(message('PaymentStarted', 2))], order: [answers('WaitingForPayment', 1)] });
        await wound(() => opened() > 1, 'the second stream');
        await hears('order PaymentStarted');
      });
    }

    test('never answers: given up after 10 s, and tried again', async () => {
      await meet({ stream: [() => {}, live(message('PaymentStarted', 2))], order: [answers('WaitingForPayment', 1)] });
      await until(() => opened() === 1, 'the stream');
      await wind(1500);
      await hears('order WaitingForPayment');
      await wind(8500);
      await hears('error TIMEOUT');
      await wind(1000);
      await hears('order PaymentStarted');
    });

    test('a first byte that is late is waited for', async () => {
      let late;
      await meet({ stream: [(to) => { late = to; }], order: [answers('WaitingForPayment', 1)] });
      await until(() => late, 'the stream');
      await wind(9000);
      late.stream(`: open\n\n${message('PaymentStarted', 2)}`);
      await hears('order PaymentStarted');
      assert.equal(opened(), 1);
    });

    test('a drop in the middle of an event loses nothing that was whole, and invents nothing', async () => {
      const half = message('Done', 9).slice(0, 60);
      await meet({ stream: [(to) => { to.stream(`: open\n\n${message('WaitingForPayment', 1)}${half}`); to.end(); }, live(message('PaymentStarted', 2))] });
      await hears('state backoff');
      await wind(1000);
      await hears('order PaymentStarted');
      assert.deepEqual(await seen('order'), ['order WaitingForPayment', 'order PaymentStarted']);
    });

    test('a reset before headers is tried again in our own time', async () => {
      await meet({ stream: [(to) => to.cut()], order: [(to) => to.cut()] }, { transport: 'sse', recheck: 0 });
      for (let failures = 1; failures <= 3; failures++) {
        await until(async () => (await seen('state backoff')).length >= failures, `failure ${failures}`);
        await wind(1000 * 2 ** (failures - 1));
      }
      await until(async () => (await browser.run('return window.sent')).length >= 4, 'the fourth stream');
    });

    test('flapping keeps growing, then polls', async () => {
      let updated = 0;
      const next = (to) => once(message('WaitingForPayment', ++updated))(to);
      await meet({ stream: [next], order: [(to) => answers('WaitingForPayment', ++updated)(to)] });
      await wound(async () => (await seen('state polling')).length > 0, 'polling', 250);
      assert.ok(opened() >= 4 && opened() <= 8, `${opened()} streams`);
    });

    test('a stream that says nothing, or is held back by compression, gives way to polling', async () => {
      let updated = 0;
      const mute = (to) => { to.stream('\u001f\u008b\u0008', { 'Content-Encoding': 'gzip' }); };
      await meet({ stream: [mute], order: [(to) => answers('WaitingForPayment', ++updated)(to)] });
      await wound(async () => (await seen('state polling')).length > 0, 'polling', 500);
      await wound(async () => (await seen('order')).length > 1, 'the order by request', 500);
    });

    test('stop without data, in one packet with the end', async () => {
      await meet({ stream: [once(`${message('Done', 1)}event: stop\ndata\n\n`)] });
      await hears('end stop');
    });

    test('payloads that are not this order are passed over, and a third in a row asks', async () => {
      const other = message('Done', 9).replaceAll(ID, 'another');
      await meet({ stream: [live(`${message('WaitingForPayment', 1)}data: {not json\n\n${other}data: ${'x'.repeat(1 << 20)}x\n\n`)], order: [answers('PaymentStarted', 2)] });
      await hears('order PaymentStarted');
      assert.deepEqual(await seen('invalid'), ['invalid NOT_JSON', 'invalid OTHER_ORDER', 'invalid TOO_LARGE']);
      assert.equal(opened(), 1);
    });

    test('a known event whose id holds NUL loses the order nothing', async () => {
      await meet({ stream: [live(`id: a\0b\n${message('PaymentStarted', 2)}`)], order: [answers('PaymentStarted', 2)] });
      await until(() => opened() === 1, 'the stream');
      await wound(async () => (await seen('order')).length > 0, 'the order', 100);
      assert.deepEqual(await seen('order'), ['order PaymentStarted']);
    });

    for (const [name, headers] of [['seconds', { 'Retry-After': '20' }], ['a date', { 'Retry-After': new Date(1e12 + 20_000).toUTCString() }], ['nothing', {}]]) {
      test(`429 with Retry-After in ${name}`, async () => {
        await meet({ stream: [status(429), live(message('PaymentStarted', 2))], order: [status(429, '', headers)] });
        await wound(() => asked() > 0, 'the question');
        await hears('error HTTP');
        if (headers['Retry-After']) {
          await wind(18_500);
          assert.equal(opened(), 1);
        }
        await wound(() => opened() > 1, 'the second stream', 250);
        await hears('order PaymentStarted');
      });
    }

    test('an answer older than the last message is not told; 304 is no news', async () => {
      await meet({ stream: [live(message('PaymentReceived', 5))], order: [answers('WaitingForPayment', 4), status(304, '')] });
      await hears('order PaymentReceived');
      for (const count of [1, 2]) {
        await browser.run('window.watch.refresh()');
        await until(() => asked() === count, `question ${count}`);
        await wind(3000);
      }
      assert.deepEqual(await seen('order'), ['order PaymentReceived']);
    });

    test('polls do not overlap: one that hangs is given up before the next', async () => {
      await meet({ order: [() => {}, answers('WaitingForPayment', 1)] }, { transport: 'poll' });
      await until(() => asked() === 1, 'the first question');
      await wind(9999);
      assert.equal(asked(), 1);
      await wind(1);
      await hears('error NETWORK');
      await wound(() => asked() === 2, 'the second question', 250);
      await hears('order WaitingForPayment');
    });

    for (const mode of ['throw', 'reject']) {
      test(`a handler that ${mode}s is reported, and the stream goes on`, async () => {
        await meet({ stream: [live(`${message('WaitingForPayment', 1)}${message('PaymentStarted', 2)}`)] }, { mode });
        await hears('order PaymentStarted');
        await until(async () => (await seen('reported')).length === 2, 'both reports');
        assert.equal(opened(), 1);
      });
    }

    for (const name of ['order', 'state', 'invalid', 'error']) {
      test(`close() inside on${name} is the end`, async () => {
        await meet({ stream: [once(`data: {not json\n\n${message('WaitingForPayment', 1)}`), status(503)], order: [status(503)] }, { mode: `close in ${name}` });
        await wound(async () => (await seen('end')).length > 0, 'the end', 100);
        assert.deepEqual(await seen('end'), ['end closed']);
        const before = opened() + asked();
        await wind(120_000);
        await browser.run('return 0');
        assert.equal(opened() + asked(), before);
      });
    }

    test('abort inside onOrder, and before the start', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1))] }, { mode: 'abort in order' });
      await hears('end aborted');
      await server.streams.all[0].closed;
      await meet({ stream: [live()] }, { mode: 'aborted before' });
      await hears('end aborted');
      assert.equal(opened(), 0);
    });

    test('a watch begun inside onOrder shares the connection', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1))] }, { mode: 'watch anew in order' });
      await until(async () => (await seen('order')).length === 2, 'the order twice');
      assert.equal(opened(), 1);
    });

    test('two watchers of one order are one connection', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1))] }, { mode: 'two' });
      await until(async () => (await seen('order')).length === 2, 'the order twice');
      assert.equal(opened(), 1);
    });

    test('seven plain streams hold all connections: the watch says so, and works once one is free', async () => {
      server.play({ stream: [live()] });
      await browser.goto(server.address);
      await until(() => browser.run('return Boolean(window.sdk)'), 'the page');
      await browser.run('window.others = Array.from({ length: 6 }, (_, at) => new EventSource("/api/orders/other" + at + "/subscribe"))');
      await until(() => opened() === 6, 'six streams');
      server.play({ stream: [live(message('WaitingForPayment', 1))], order: [answers('WaitingForPayment', 1)] });
      await browser.run(BEGIN, ID, {});
      await wind(9999);
      assert.equal(opened() + asked(), 0);
      await wind(1);
      await hears('error TIMEOUT');
      await browser.run('window.others.pop().close()');
      await wind(2000);
      await hears('order WaitingForPayment');
      await browser.run('window.others.forEach((other) => other.close())');
    });

    test('hidden for more than five minutes: the stream is given back, and coming back takes one request', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1)), live(message('PaymentReceived', 2))], order: [answers('WaitingForPayment', 1)] });
      await hears('order WaitingForPayment');
      await show('hidden');
      await wind(299_000);
      assert.equal((await seen('state')).at(-1), 'state live');
      await wind(1000);
      await hears('state paused');
      await server.streams.all[0].closed;
      const before = asked();
      await wind(3_600_000);
      assert.equal(opened() + asked(), 1 + before);
      await show('visible');
      await hears('order PaymentReceived');
      assert.equal(opened(), 2);
    });

    test('the clock jumps an hour ahead: sleep is not taken for silence', async () => {
      await meet({ stream: [live(`event: config\ndata: {"heartbeatMs":15000}\n\n${message('WaitingForPayment', 1)}`)], order: [answers('PaymentReceived', 2)] });
      await hears('order WaitingForPayment');
      await browser.run('window.clock.now += 3600000; window.clock.wind(0)');
      await hears('order PaymentReceived');
      server.streams.all[0].write(message('PaymentReceived', 2));
      assert.equal(opened(), 1);
    });

    test('the stop button does not end it', async () => {
      const beating = `event: config\ndata: {"heartbeatMs":15000}\n\n${message('WaitingForPayment', 1)}`;
      await meet({ stream: [live(beating), live(message('PaymentStarted', 2))], order: [answers('WaitingForPayment', 1)] });
      await hears('order WaitingForPayment');
      await browser.run('window.stop()');
      // WebKit says nothing of it; there the heartbeats are missed.
      await wound(() => opened() > 1, 'the second stream', 250);
      await hears('order PaymentStarted');
    });

    test('a policy that forbids the connection is named', async () => {
      await meet({ headers: { 'Content-Security-Policy': "connect-src 'none'" } }, { mode: 'real page' });
      await wound(async () => (await seen('end')).length > 0, 'the end', 100);
      assert.deepEqual(await seen('end'), ['end fatal']);
      assert.equal(opened() + asked(), 0);
    });

    test('without EventSource it polls', async () => {
      await meet({ order: [answers('WaitingForPayment', 1), answers('Done', 2)] }, { mode: 'no EventSource' });
      await hears('order WaitingForPayment');
      await wound(async () => (await seen('end')).length > 0, 'the end', 250);
      assert.deepEqual([opened(), asked()], [0, 2]);
    });

    test('two tabs share one connection, and the one that stays takes it over', async () => {
      const share = `
        window.heard = [];
        window.sent = [];
        window.watch = window.sdk.watchOrder(arguments[0], {
          share: window.sdk.acrossTabs(),
          onOrder: (order) => window.heard.push('order ' + order.order_state),
          onEnd: (end) => window.heard.push('end ' + end.reason),
        });`;
      const states = ['WaitingForPayment', 'PaymentStarted', 'PaymentReceived', 'Done'];
      let told = 1;
      server.play({
        stream: [(to) => to.stream(`: open\n\n${message(states[told - 1], told)}`)],
        order: [(to) => answers(states[told - 1], told)(to)],
      });
      const closed = new Set();
      const live = () => server.streams.all.filter((stream) => !closed.has(stream));
      const visit = async () => {
        await browser.goto(server.address);
        await until(() => browser.run('return Boolean(window.sdk)'), 'the page');
        await browser.run(share, ID);
        await hears(`order ${states[told - 1]}`);
      };
      const tell = () => {
        told += 1;
        for (const stream of live()) stream.write(message(states[told - 1], told));
      };
      const watched = (stream) => stream.closed.then(() => closed.add(stream));

      await visit();
      const [first, second] = await browser.tab();
      await visit();
      server.streams.all.forEach(watched);
      // A browser may hold the tab behind for hidden, and hand the lead to the one in front.
      await until(() => live().length === 1, () => `one connection; there are ${live().length}`);
      tell();
      await hears('order PaymentStarted');
      await browser.show(first);
      await hears('order PaymentStarted');
      server.streams.all.slice(closed.size + 1).forEach(watched);
      const before = opened();
      await browser.shut();
      await browser.show(second);
      server.streams.all.forEach(watched);
      tell();
      await hears('order PaymentReceived');
      // One for the tab that came to the front, one for the tab that stayed.
      assert.ok(opened() <= before + 2, `${opened() - before} more connections`);
      assert.deepEqual(await seen('order'), ['order WaitingForPayment', 'order PaymentStarted', 'order PaymentReceived']);
      await browser.run('window.watch.close()');
    });

    test('leaving the page closes the stream, and coming back finds the newest state', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1)), live(message('PaymentReceived', 2))], order: [answers('PaymentReceived', 2)] });
      await hears('order WaitingForPayment');
      await browser.run('window.clock.now += 60000');
      await browser.goto(`${server.address}/elsewhere`);
      await server.streams.all[0].closed;
      assert.equal(asked(), 0);
      await browser.back();
      // Where the page was kept, its watch goes on; where it was not, there is nothing of it to go on.
      const kept = await browser.run('return Boolean(window.heard)');
      if (!kept) return;
      await hears('order PaymentReceived');
      assert.equal(opened(), 2);
      assert.ok(!(await heard()).some((line) => line.startsWith('error')));
    });
  });
}

/** A list in which what repeats is counted. */
function brief(lines) {
  const runs = [];
  for (const line of lines) {
    if (runs.at(-1)?.line === line) runs.at(-1).count++;
    else runs.push({ line, count: 1 });
  }
  const shown = runs.map(({ line, count }) => (count > 1 ? `${line} ×${count}` : line));
  return shown.length > 12 ? `${shown.slice(0, 11).join(', ')} … (${lines.length} in all)` : shown.join(', ');
}

async function until(holds, what) {
  const limit = Date.now() + BOUND_MS;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`${typeof what === 'function' ? what() : what} did not come within ${BOUND_MS} ms`);
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}
