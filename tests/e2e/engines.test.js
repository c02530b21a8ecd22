// watchOrder over the EventSource of each engine on this machine: Chromium, Firefox and WebKit must come out alike.
// The stream and the requests are real; the clock is the test's own.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
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
  const env = {
    Date: { now: () => clock.now, parse: Date.parse },
    setTimeout: (run, ms) => { const timer = { run, at: clock.now + ms }; clock.timers.push(timer); return timer; },
    clearTimeout: (timer) => { clock.timers = clock.timers.filter((other) => other !== timer); },
  };
  window.watch = window.sdk.watchOrder(id, {
    backoff: { jitter: 0 },
    onOrder: (order) => heard.push('order ' + order.order_state),
    onState: (state) => heard.push('state ' + state.status),
    onError: (error) => heard.push('error ' + error.code),
    onEnd: (end) => heard.push(['end', end.reason, end.error?.status].filter(Boolean).join(' ')),
    env,
    ...options,
  });
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
    const wind = (ms) => browser.run('window.clock.wind(arguments[0])', ms);
    const opened = () => server.streams.all.length;
    const asked = () => server.orders.all.length;
    /** Winds the clock a little at a time: how soon a browser tells is its own affair. */
    const wound = (holds, what) => until(async () => {
      await wind(25);
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
      for (let passed = 0; passed < 7500; passed += 125) await wind(125);
      await hears('order PaymentStarted');
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

async function until(holds, what) {
  const limit = Date.now() + BOUND_MS;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`${typeof what === 'function' ? what() : what} did not come within ${BOUND_MS} ms`);
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}
