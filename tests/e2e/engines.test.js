// watchOrder over the EventSource of each engine on this machine: Chromium, Firefox and WebKit must come out alike.
// The stream and the requests are real; the clock is the test's own, and each request says by it when it was sent. What
// the server saw of them and what the page's own code heard is what docs/watching.md shows, scenario by scenario.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { ID, message, order, startServer } from './support/scenario-server.js';
import { ScenarioTable, requests, rounds, writeTable } from './support/scenario-table.js';
import { engines, openEngine } from './support/webdriver.js';

const BOUND_MS = 60_000;
/** How long a request may be on its way before the clock is wound on without it. */
const UNDER_WAY_MS = 150;
const status = (code, body = '{}', headers) => (to) => to.respond(code, body, headers);
const live = (text = '') => (to) => to.stream(`: open\n\n${text}`);
/** How every gzip begins: no content yet. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
const once = (text = '') => (to) => { to.stream(`: open\n\n${text}`); to.end(); };
const answers = (...known) => (to) => to.respond(200, order(...known), { 'Content-Type': 'application/json' });

/** In the page (by name, for Firefox runs scripts in a scope of their own): a clock that stands still until it is wound, and a watch that notes what it hears. */
const BEGIN = `
  const [id, options, visit] = arguments;
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
  // When a request was sent travels in its address, and what is under way is known until it is answered.
  const underWay = (window.underWay = new Map());
  const sources = (window.sources = []);
  const send = (url, ask) => {
    const request = {};
    const answered = () => underWay.delete(request);
    underWay.set(request, 'new');
    return ask(url + (url.includes('?') ? '&' : '?') + 'at=' + visit + '.' + (clock.now - 1e12), answered);
  };
  const page = (window.page = document.createElement('div'));
  page.visibilityState = 'visible';
  const Controller = window.AbortController;
  const { mode, ...given } = options;
  const env = {
    document: mode === 'real page' ? document : page,
    EventSource: mode === 'no EventSource' ? undefined : function (path) {
      return send(path, (url, answered) => {
        const source = new window.EventSource(url);
        sources.push(source);
        source.addEventListener('open', answered);
        source.addEventListener('error', answered);
        return source;
      });
    },
    fetch: (path, init) => send(path, (url, answered) => {
      const response = window.fetch(url, init);
      response.then((answer) => answer.clone().text()).then(answered, answered);
      return response;
    }),
    Date: { now: () => clock.now, parse: Date.parse },
    // By chance, tabs tell each other apart.
    Math: mode === 'shared' ? Math : { random: () => 0.5 },
    setTimeout: (run, ms) => { const timer = { run, at: clock.now + ms }; clock.timers.push(timer); return timer; },
    clearTimeout: (timer) => { clock.timers = clock.timers.filter((other) => other !== timer); },
  };
  const react = (name, line) => {
    heard.push(line);
    if (mode === 'close at ended' && line === 'state ended') window.watch.close();
    if (mode === 'throw' && name === 'order') throw new Error('the page broke');
    if (mode === 'reject' && name === 'order') return Promise.reject(new Error('the page broke'));
    if (mode === 'close in ' + name) window.watch.close();
    if (mode === 'abort in ' + name) window.controller.abort();
    if (mode === 'watch anew in ' + name && !window.another) begin(window.another = {});
  };
  window.controller = new Controller();
  if (mode === 'aborted before') window.controller.abort();
  window.onerror = window.onunhandledrejection = (event) => { heard.push('reported'); event?.preventDefault?.(); return true; };
  const begin = (holder, orderId = id) => {
    holder.watch = window.sdk.watchOrder(orderId, {
      backoff: { jitter: 0 },
      signal: window.controller.signal,
      onOrder: (order) => react('order', 'order ' + order.order_state),
      onState: (state) => react('state', 'state ' + state.status),
      onError: (error) => react('error', 'error ' + error.code),
      onInvalid: ([{ code }]) => react('invalid', 'invalid ' + code),
      onEnd: (end) => react('end', ['end', end.reason, end.error?.status].filter(Boolean).join(' ')),
      ...(mode === 'close in unauthorized' && { onUnauthorized: () => { react('unauthorized', 'unauthorized'); return true; } }),
      ...(mode === 'shared' && { share: window.sdk.acrossTabs() }),
      env,
      ...given,
    });
  };
  begin(window);
  if (mode === 'two') begin(window.second = {});
  if (mode === 'seven orders') window.others = [1, 2, 3, 4, 5, 6].map((at) => { const other = {}; begin(other, id + at); return other; });
`;

const table = new ScenarioTable();
after(() => process.env.SCENARIOS && writeTable(process.env.SCENARIOS, 'scenarios', String(table)));

for (const engine of engines()) {
  describe(`watching in ${engine.name}`, { skip: !engine.here && `${engine.name} is not on this machine` }, () => {
    let browser;
    let server;
    /** The page's clock, as it was wound last. */
    let now = 0;
    let visit;

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
      const told = [requests(server.seen), await heard() ?? ['gone']];
      t.diagnostic?.(`${engine.name}, ${t.name}: server: ${rounds(told[0])}; page: ${rounds(told[1])}`);
      table.add(engine.name, t.name, ...told);
    });

    async function meet(script, options = {}) {
      await load(script);
      await begin(options);
    }
    const begin = (options) => browser.run(BEGIN, ID, options, visit);
    async function load(script) {
      now = 0;
      visit = server.play({ now: () => now, ...script });
      await browser.goto(server.address);
      await until(() => browser.run('return Boolean(window.sdk)'), 'the page');
    }
    const heard = () => browser.run('return window.heard');
    const hears = async (what) => {
      let all = [];
      await until(async () => (all = await heard()).includes(what), () => `${what}; so far ${all.join(', ')}`);
    };
    const seen = (kind) => heard().then((all) => all.filter((line) => line.startsWith(kind)));
    const show = (state) => browser.run("window.page.visibilityState = arguments[0]; window.page.dispatchEvent(new Event('visibilitychange'))", state);
    const wind = async (ms) => { now = await browser.run('window.clock.wind(arguments[0]); return window.clock.now - 1e12', ms); };
    /** The computer sleeps: time passes and no timer runs. */
    const sleep = async (ms) => {
      await browser.run('window.clock.now += arguments[0]', ms);
      now += ms;
    };
    const opened = () => server.streams.all.length;
    const asked = () => server.orders.all.length;
    /** Until what was sent is answered; what is not within its time is not waited for again. */
    const answered = async () => {
      const limit = Date.now() + UNDER_WAY_MS;
      const wait = 'return [...window.underWay.values()].filter((since) => since === "new").length';
      while (await browser.run(wait) > 0) {
        if (Date.now() < limit) continue;
        await browser.run('for (const [request] of window.underWay) window.underWay.set(request, "long")');
      }
    };
    /** Winds the clock a little at a time: how soon a browser tells is its own affair. */
    const wound = (holds, what, step = 25) => until(async () => {
      await wind(step);
      await answered();
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
      ['JSON', status(200, order('Done', 9), { 'Content-Type': 'application/json' })],
      ['a body without a type', status(200, message('Done', 9))],
    ]) {
      test(`${name} in the stream's place is got over`, async () => {
        await meet({ stream: [refuse, live(message('PaymentStarted', 2))], order: [answers('WaitingForPayment', 1)] });
        await wound(() => opened() > 1, 'the second stream');
        await hears('order PaymentStarted');
        assert.deepEqual(await seen('order'), ['order WaitingForPayment', 'order PaymentStarted']);
      });
    }

    test('another character set than UTF-8 is refused, or read as UTF-8', async () => {
      const latin = (to) => to.stream(message('WaitingForPayment', 1), { 'Content-Type': 'text/event-stream; charset=iso-8859-1' });
      await meet({ stream: [latin, live(message('PaymentStarted', 2))], order: [answers('WaitingForPayment', 1)] });
      await wound(async () => (await seen('order')).length > 0, 'the order');
      if (engine.name === 'Chromium') await wound(() => opened() === 2, 'the second stream');
      else await wind(5000);
      assert.equal(opened(), engine.name === 'Chromium' ? 2 : 1);
    });

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

    test('an id that is emptied is resumed from no more', async () => {
      await meet({ stream: [once(`id: 7\n${message('WaitingForPayment', 1)}id\n${message('PaymentStarted', 2)}`), live()] });
      await hears('state backoff');
      await wind(1000);
      await until(() => opened() === 2, 'the second stream');
      assert.equal(server.streams.all[1].url, `/api/orders/${ID}/subscribe`);
      await until(async () => (await seen('state live')).length === 2, 'its opening');
    });

    test('an id on its own counts from the next message on, but in Firefox', async () => {
      await meet({ stream: [once(`id: 7\n${message('WaitingForPayment', 1)}id: 8\n\n${message('PaymentStarted', 2)}`), live()] });
      await hears('state backoff');
      await wind(1000);
      await until(() => opened() === 2, 'the second stream');
      assert.equal(server.streams.all[1].url, `/api/orders/${ID}/subscribe?lastEventId=${engine.name === 'Firefox' ? 7 : 8}`);
      await until(async () => (await seen('state live')).length === 2, 'its opening');
    });

    test('events of names nobody knows are passed over', async () => {
      await meet({ stream: [live(`event: news\ndata: {"order_state":"Done"}\n\nevent: Stop\ndata: {}\n\n${message('PaymentStarted', 1)}`)] });
      await hears('order PaymentStarted');
      await wind(10_000);
      assert.deepEqual(await heard(), ['state connecting', 'state live', 'order PaymentStarted']);
      assert.deepEqual([opened(), asked()], [1, 0]);
    });

    test('heartbeats that were announced and stay away are missed after three', async () => {
      await meet({
        stream: [live(`event: config\ndata: {"heartbeatMs":15000}\n\n${message('WaitingForPayment', 1)}`), live(message('PaymentStarted', 2))],
      }, { recheck: 0 });
      await hears('order WaitingForPayment');
      await wind(44_900);
      assert.equal((await seen('state')).at(-1), 'state live');
      await wind(100);
      await hears('error TIMEOUT');
      await server.streams.all[0].closed;
      await wind(1000);
      await hears('order PaymentStarted');
      assert.deepEqual([opened(), asked()], [2, 0]);
    });

    test('a server that is down is tried with patience, and found again when it is up', async () => {
      await meet({ stream: [once(message('WaitingForPayment', 1)), live(message('PaymentStarted', 2))], order: [answers('PaymentStarted', 2)] });
      await hears('state backoff');
      await server.down();
      try {
        await wound(() => now >= 30_000, 'half a minute', 250);
      } finally {
        await server.up();
      }
      assert.equal((await seen('state connecting')).length, 4);
      const back = now;
      await wound(async () => (await seen('order')).includes('order PaymentStarted'), 'the order', 250);
      assert.ok(now - back <= 20_000, `${now - back} ms after it was up`);
      assert.ok(server.seen.length <= 3, `${server.seen.length} requests`);
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
      await wound(async () => (await heard()).includes('order PaymentStarted'), 'the order by request', 200);
      assert.ok(now <= 7500, `known again after ${now} ms`);
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
      await wind(1500);
      await hears('order WaitingForPayment');
      await wind(7500);
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
      // Before headers, a browser itself sends a request that was cut once or twice more.
      await until(() => new Set(server.streams.all.map(({ sent }) => sent)).size === 4, 'the fourth stream');
      assert.deepEqual([...new Set(server.streams.all.map(({ sent }) => sent))], [0, 1000, 3000, 7000]);
    });

    test('flapping keeps growing, then polls', async () => {
      let updated = 0;
      const next = (to) => once(message('WaitingForPayment', ++updated))(to);
      await meet({ stream: [next], order: [(to) => answers('WaitingForPayment', ++updated)(to)] });
      await wound(async () => (await seen('state polling')).length > 0, 'polling', 250);
      assert.ok(opened() >= 4 && opened() <= 8, `${opened()} streams`);
    });

    for (const [name, mute] of [
      ['says nothing', live()],
      // What a compressing proxy sends of a stream it does not flush: the ten bytes every gzip begins with.
      ['is held back by compression', (to) => to.stream(GZIP_HEADER, { 'Content-Encoding': 'gzip' })],
    ]) {
      test(`a stream that ${name} gives way to polling`, async () => {
        let updated = 0;
        await meet({ stream: [mute], order: [(to) => answers('WaitingForPayment', ++updated)(to)] });
        await wound(async () => (await seen('state polling')).length > 0, 'polling', 500);
        assert.ok((await seen('error TIMEOUT')).length > 0);
        assert.ok(!(await seen('error')).includes('error HTTP'));
        await server.streams.all.at(-1).closed;
        const [streams, questions] = [opened(), asked()];
        await wound(() => asked() > questions + 2, 'more polls', 500);
        assert.equal(opened(), streams);
      });
    }

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

    test('payloads of another shape are passed over, and a third in a row asks', async () => {
      const misshapen = ['[]', `{"order_id":"${ID}","order_state":7,"updated_at":9}`, `{"order_id":"${ID}","updated_at":9}`];
      await meet({ stream: [live(message('WaitingForPayment', 1) + misshapen.map((text) => `data: ${text}\n\n`).join(''))], order: [answers('PaymentStarted', 2)] });
      await hears('order PaymentStarted');
      assert.deepEqual(await seen('invalid'), ['invalid TYPE', 'invalid TYPE', 'invalid REQUIRED']);
      assert.deepEqual(await seen('order'), ['order WaitingForPayment', 'order PaymentStarted']);
      assert.deepEqual([opened(), asked()], [1, 1]);
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
      test(`close() inside on${name[0].toUpperCase()}${name.slice(1)} is the end`, async () => {
        await meet({ stream: [once(`data: {not json\n\n${message('WaitingForPayment', 1)}`), status(503)], order: [status(503)] }, { mode: `close in ${name}` });
        await wound(async () => (await seen('end')).length > 0, 'the end', 100);
        assert.deepEqual(await seen('end'), ['end closed']);
        const before = opened() + asked();
        await wind(120_000);
        await browser.run('return 0');
        assert.equal(opened() + asked(), before);
      });
    }

    for (const mode of ['close in end', 'close at ended']) {
      test(`${mode === 'close in end' ? 'close() inside onEnd' : 'close() at the state ended'} does not change the end`, async () => {
        await meet({ stream: [live(`${message('Done', 1)}event: stop\ndata: {}\n\n`)] }, { mode });
        await until(async () => (await seen('end')).length > 0, 'the end');
        await wind(120_000);
        assert.deepEqual(await seen('end'), ['end stop']);
        assert.equal((await seen('state ended')).length, 1);
        assert.equal(await browser.runAsync('window.watch.done.then(({ reason }) => arguments[0](reason))'), 'stop');
        await server.streams.all[0].closed;
        assert.deepEqual([opened(), asked()], [1, 0]);
      });
    }

    test('close() inside onUnauthorized is the end, and the question is not repeated', async () => {
      await meet({ stream: [status(401)], order: [status(401)] }, { mode: 'close in unauthorized' });
      await wound(async () => (await seen('end')).length > 0, 'the end');
      await wind(120_000);
      assert.deepEqual(await seen('end'), ['end closed']);
      assert.deepEqual([opened(), asked()], [1, 1]);
    });

    test('abort inside onOrder is the end', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1))] }, { mode: 'abort in order' });
      await hears('end aborted');
      await server.streams.all[0].closed;
    });

    test('abort before the start opens nothing', async () => {
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
      await load({ stream: [live()] });
      await browser.run('window.others = Array.from({ length: 6 }, (_, at) => new EventSource("/api/orders/other" + at + "/subscribe"))');
      await until(() => opened() === 6, 'six streams');
      visit = server.play({ now: () => now, stream: [live(message('WaitingForPayment', 1))], order: [answers('WaitingForPayment', 1)] });
      await begin({});
      await wind(9999);
      assert.deepEqual(server.seen, []);
      await wind(1);
      await hears('error TIMEOUT');
      await browser.run('window.others.pop().close()');
      await until(() => asked() === 1, 'the question that waited');
      await answered();
      await wind(2000);
      await hears('order WaitingForPayment');
      await browser.run('window.others.forEach((other) => other.close())');
    });

    test('seven watches of seven orders: six are connected, the seventh says it is not, and is once another ends', async () => {
      const theirs = (to) => live(message('WaitingForPayment', 1).replaceAll(ID, to.url.split('/')[3]))(to);
      await meet({ stream: [theirs], order: [(to) => to.respond(200, order('WaitingForPayment', 1).replaceAll(ID, to.url.split('/')[3]), { 'Content-Type': 'application/json' })] }, { mode: 'seven orders' });
      await until(async () => (await seen('order')).length === 6, 'six orders');
      await wind(10_000);
      await hears('error TIMEOUT');
      assert.deepEqual([opened(), asked()], [6, 0]);
      await browser.run('window.watch.close()');
      await until(() => asked() === 1, 'the question that waited');
      await wound(async () => (await seen('order')).length === 7, 'the seventh order', 250);
      assert.deepEqual(new Set(server.seen.map(([, { url }]) => url.split('/')[3])).size, 7);
      assert.ok(opened() <= 8, `${opened()} streams`);
      await browser.run('window.others.forEach(({ watch }) => watch.close())');
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
      await sleep(3_600_000);
      await wind(0);
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
      assert.deepEqual(server.seen, []);
    });

    test('another origin that does not allow it comes out as an outage', async () => {
      const elsewhere = server.address.replace('127.0.0.1', 'localhost');
      await meet({ stream: [live(message('Done', 1))], order: [answers('Done', 1)] }, { base: `${elsewhere}/api` });
      await wound(async () => (await seen('state polling')).length > 0, 'polling', 250);
      const since = now;
      await wound(() => now >= since + 30_000, 'half a minute', 500);
      assert.deepEqual(new Set(await seen('error')), new Set(['error NETWORK']));
      assert.deepEqual([await seen('order'), await seen('end')], [[], []]);
      assert.ok(opened() + asked() <= 12, `${opened() + asked()} requests`);
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

    test('a tab that leads, alone or followed, keeps its one stream: no clock takes the lead from it', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1))], order: [answers('WaitingForPayment', 1)] }, { mode: 'shared', recheck: 0 });
      await hears('order WaitingForPayment');
      while (now < 600_000) await wind(3000);
      assert.deepEqual([opened(), asked()], [1, 0]);
      await browser.run("window.echo = new BroadcastChannel('echo'); window.echo.onmessage = () => window.echo.postMessage('')");
      const [first, second] = await browser.tab();
      try {
        await browser.goto(server.address);
        await until(() => browser.run('return Boolean(window.sdk)'), 'the page');
        await begin({ mode: 'shared', recheck: 0 });
        await browser.run("window.echo = new BroadcastChannel('echo')");
        await hears('order WaitingForPayment');
        for (let round = 0; round < 20; round++) {
          await browser.show(first);
          await wind(3000);
          await browser.show(second);
          await wind(3000);
          // No time passes until what the one asked is answered by the other.
          await browser.runAsync("const [answered] = arguments; window.echo.onmessage = () => answered(); window.echo.postMessage('')");
        }
        assert.deepEqual(server.seen.map(([kind]) => kind), ['stream']);
      } finally {
        await browser.shut();
        await browser.show(first);
      }
    });

    test('leaving the page closes the stream, and coming back finds the newest state', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1)), live(message('PaymentReceived', 2))], order: [answers('PaymentReceived', 2)] });
      await hears('order WaitingForPayment');
      await sleep(60_000);
      await browser.goto(`${server.address}/elsewhere`);
      await server.streams.all[0].closed;
      assert.equal(asked(), 0);
      await browser.back();
      const kept = await browser.run('return Boolean(window.heard)');
      if (engine.name === 'Chromium') assert.ok(kept);
      if (!kept) {
        // Firefox keeps no page with a stream open, and decides before the page hears that it is left: nothing goes on.
        assert.deepEqual([opened(), asked()], [1, 0]);
        return;
      }
      await hears('order PaymentReceived');
      assert.equal(opened(), 2);
      assert.ok(!(await heard()).some((line) => line.startsWith('error')));
    });

    test('a stream that was closed as the page was left does not come back with it', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1)), live(message('PaymentReceived', 2))], order: [answers('PaymentReceived', 2)] });
      await hears('order WaitingForPayment');
      await sleep(60_000);
      await browser.goto(`${server.address}/elsewhere`);
      await browser.back();
      if (!await browser.run('return Boolean(window.heard)')) return;
      await hears('order PaymentReceived');
      await until(async () => (await browser.run('return window.sources.map(({ readyState }) => readyState)')).join() === '2,1', 'one living stream');
    });

    test('a page left after it gave its stream back is kept, and coming back finds the newest state', async () => {
      await meet({ stream: [live(message('WaitingForPayment', 1)), live(message('PaymentReceived', 2))], order: [answers('PaymentReceived', 2)] });
      await hears('order WaitingForPayment');
      await show('hidden');
      await wind(300_000);
      await hears('state paused');
      await server.streams.all[0].closed;
      await browser.goto(`${server.address}/elsewhere`);
      await browser.back();
      await show('visible');
      await hears('order PaymentReceived');
      assert.equal(opened(), 2);
    });

    // Only Chromium freezes pages.
    for (const [title, everyState, told] of engine.name !== 'Chromium' ? [] : [
      ['a frozen page hears, of all that came meanwhile, the newest state when it thaws', false, ['PaymentReceived']],
      ['a frozen page hears every state when it thaws, if it asked for every state', true, [...Array(15).fill('PaymentStarted'), 'PaymentReceived']],
    ]) {
      test(title, async () => {
        await meet({ stream: [live(message('WaitingForPayment', 1))] }, { mode: 'real page', everyState });
        await hears('order WaitingForPayment');
        await browser.run(`
          const log = (window.log = []);
          for (const type of ['freeze', 'resume']) document.addEventListener(type, () => log.push(type));
          window.sources[0].addEventListener('message', () => log.push('message'));`);
        const turn = (state) => browser.vendor('goog/cdp/execute', { cmd: 'Page.setWebLifecycleState', params: { state } });
        await turn('frozen');
        const [stream] = server.streams.all;
        for (let at = 2; at <= 16; at++) stream.write(message('PaymentStarted', at));
        await new Promise((resolve) => { stream.write(message('PaymentReceived', 20), resolve); });
        await turn('active');
        await until(async () => (await browser.run('return window.log')).length === 18, 'the burst');
        assert.deepEqual(await browser.run('return window.log'), ['freeze', 'resume', ...Array(16).fill('message')]);
        if (!everyState) assert.deepEqual(await seen('order'), ['order WaitingForPayment']);
        await wind(50);
        assert.deepEqual(await seen('order'), ['WaitingForPayment', ...told].map((state) => `order ${state}`));
        assert.deepEqual([opened(), asked()], [1, 0]);
      });
    }
  });
}

async function until(holds, what) {
  const limit = Date.now() + BOUND_MS;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`${typeof what === 'function' ? what() : what} did not come within ${BOUND_MS} ms`);
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}
