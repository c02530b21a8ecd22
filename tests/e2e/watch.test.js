// watchOrder in a real browser against a server that misbehaves by script. The page's clock is wound by the test, so
// that waits are exact; what the server saw and what the page heard are the outcome.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { launchBrowser } from './support/browser.js';
import { ID, message, order, startScenario } from './support/scenario.js';

const status = (code, body = '{}', headers) => (to) => to.respond(code, body, headers);
const live = (text = '') => (to) => to.stream(`: open\n\n${text}`);
const once = (text = '') => (to) => { to.stream(`: open\n\n${text}`); to.end(); };
const answers = (...known) => (to) => to.respond(200, order(...known), { 'Content-Type': 'application/json' });

describe('watching', () => {
  let browser;
  let scenario;
  let tab;

  before(async () => {
    browser = await launchBrowser();
    scenario = await startScenario(browser);
  });
  after(async () => {
    await browser?.close();
    await scenario?.stop();
  });
  afterEach(async () => {
    assert.deepEqual(tab.notes.errors.filter((error) => !error.includes('the page broke')), []);
    await tab.close();
  });

  const meet = async (script, options) => (tab = await scenario.meet(script, options));

  test('an order is followed to its stop, and nothing is sent after it', async () => {
    const { hears, values, wind, fence } = await meet({
      stream: [live(message('WaitingForPayment', 1) + message('Done', 2) + 'event: stop\ndata: {}\n\n')],
    });
    await hears('end', 'stop');
    await wind(120_000);
    await fence();
    assert.deepEqual(values('order'), ['WaitingForPayment', 'Done']);
    assert.deepEqual([scenario.streams.all.length, scenario.orders.all.length], [1, 0]);
    await scenario.streams.all[0].closed;
  });

  test('a stop without data, in one packet with the end of the connection, is a stop', async () => {
    const { hears, values } = await meet({ stream: [once(`${message('Done', 1)}event: stop\ndata\n\n`)] });
    await hears('end', 'stop');
    assert.deepEqual(values('order'), ['Done']);
  });

  test('a stop that is lost is made up for by the final state', async () => {
    const { hears } = await meet({ stream: [once(message('Done', 1))] });
    await hears('end', 'final');
    assert.equal(scenario.streams.all.length, 1);
  });

  for (const code of [401, 403, 404, 410]) {
    test(`${code} is asked about once and ends it`, async () => {
      const { wind, hears, asked, streamed, fence } = await meet({ stream: [status(code)], order: [status(code)] });
      await streamed(1);
      await wound(wind, () => scenario.orders.all.length > 0);
      await asked(1);
      await hears('end', `fatal ${code === 404 || code === 410 ? 'NOT_FOUND' : 'HTTP'} ${code}`);
      await wind(120_000);
      await fence();
      assert.deepEqual([scenario.streams.all.length, scenario.orders.all.length], [1, 1]);
    });
  }

  for (const [name, refuse] of [
    ...[204, 304, 400, 429, 500, 502, 503, 504].map((code) => [`a ${code}`, status(code, '')]),
    ['a page of HTML', status(200, '<html>sign in</html>', { 'Content-Type': 'text/html' })],
    ['another character set', (to) => to.stream(': open\n\n', { 'Content-Type': 'text/event-stream; charset=iso-8859-1' })],
  ]) {
    test(`${name} in the stream's place is got over`, async () => {
      const { wind, hears, streamed } = await meet({ stream: [refuse, live(message('PaymentStarted', 2))], order: [answers('WaitingForPayment', 1)] });
      await streamed(1);
      await wound(wind, () => scenario.streams.all.length > 1);
      await hears('order', 'PaymentStarted');
      assert.equal(scenario.streams.all.length, 2);
    });
  }

  test('dropped attempts come after exactly 1, 2, 4, 8, 16, 30 and 30 seconds', async () => {
    const { wind, fence, streamed, heard } = await meet({ stream: [(to) => to.cut()] }, { transport: 'sse', recheck: 0, connectTimeout: 60_000 });
    let failures = 0;
    for (const wait of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      failures++;
      await heard.until((all) => all.filter(([kind, value]) => kind === 'state' && value === 'backoff').length >= failures, `failure ${failures}`);
      // Before headers, a browser itself sends a request that was cut once or twice more.
      const seen = scenario.streams.all.length;
      await wind(wait - 1);
      await fence();
      assert.equal(scenario.streams.all.length, seen, `before ${wait} ms`);
      await wind(1);
      await streamed(seen + 1);
    }
  });

  test('one event, a drop, three 503: the order is known again after 7 seconds', async () => {
    const { wind, hears, values, fence } = await meet({
      stream: [once(message('WaitingForPayment', 1)), status(503), status(503), status(503), live(message('PaymentReceived', 3))],
      order: [status(503), status(503), answers('PaymentStarted', 2)],
    });
    await hears('state', 'backoff');
    for (let passed = 0; passed < 7500; passed += 250) {
      await wind(250);
      await fence();
    }
    await hears('order', 'PaymentStarted');
    assert.deepEqual(values('order'), ['WaitingForPayment', 'PaymentStarted']);
    assert.ok(scenario.streams.all.length <= 4, `${scenario.streams.all.length} streams`);
  });

  test('retry: 0 and an end after every message make no storm', async () => {
    let updated = 0;
    const { wind, fence } = await meet({ stream: [(to) => { to.stream(`retry: 0\n\n${message('WaitingForPayment', ++updated)}`); to.end(); }] }, { transport: 'sse' });
    for (let passed = 0; passed < 10_000; passed += 250) {
      await wind(250);
      await fence();
    }
    assert.ok(scenario.streams.all.length >= 3 && scenario.streams.all.length <= 10, `${scenario.streams.all.length} streams in 10 s`);
  });

  test('events the server calls error and open are no faults, and unknown ones nothing', async () => {
    const { hears, values } = await meet({
      stream: [live(`event: error\ndata: {"oops":1}\n\nevent: open\ndata: x\n\nevent: news\ndata: y\n\n${message('PaymentStarted', 1)}`)],
    });
    await hears('order', 'PaymentStarted');
    assert.deepEqual(values('error'), []);
    assert.equal(scenario.streams.all.length, 1);
  });

  test('payloads that are not this order are passed over, and a third in a row asks', async () => {
    const other = message('Done', 9).replaceAll(ID, 'another');
    const { hears, values, asked } = await meet({
      stream: [live(`${message('WaitingForPayment', 1)}data: {not json\n\n${other}data: ${'x'.repeat(1 << 20)}x\n\n`)],
      order: [answers('PaymentStarted', 2)],
    });
    await asked(1);
    await hears('order', 'PaymentStarted');
    assert.deepEqual(values('invalid'), [' NOT_JSON', '/order_id OTHER_ORDER', ' TOO_LARGE']);
  });

  test('line ends of every kind, a byte order mark and letters cut in two are read', async () => {
    const text = `\u{feff}: hello\r\ndata: ${order('WaitingForPayment', 1)}\r\n\r\ndata:${order('PaymentStarted', 2, { network: '日本' })}\r\rdata: ${order('Done', 3).replace(',', ',\ndata: ')}\n\nevent: stop\n\ndata\n\nevent: stop\ndata:\n\n`;
    const bytes = Buffer.from(text);
    const cut = bytes.indexOf('日') + 1;
    const { hears, values } = await meet({
      stream: [(to) => {
        to.stream(bytes.subarray(0, cut));
        setImmediate(() => to.write(bytes.subarray(cut)));
      }],
    });
    await hears('end', 'stop');
    assert.deepEqual(values('order'), ['WaitingForPayment', 'PaymentStarted', 'Done']);
  });

  test('the resume id travels in the address of the next stream', async () => {
    const { wind, streamed, hears } = await meet({ stream: [once(`id: n°7\n${message('PaymentStarted', 1)}`), live()] });
    await hears('state', 'backoff');
    await wind(1000);
    await streamed(2);
    assert.equal(scenario.streams.all[1].url, `/api/orders/${ID}/subscribe?lastEventId=n%C2%B07`);
    assert.equal(scenario.streams.all[0].url, `/api/orders/${ID}/subscribe`);
  });

  test('a stream that never answers is given up and tried again', async () => {
    const { wind, streamed, hears } = await meet({ stream: [() => {}, live(message('PaymentStarted', 2))], order: [answers('WaitingForPayment', 1)] });
    await streamed(1);
    await wind(10_000);
    await hears('error', 'TIMEOUT');
    await scenario.streams.all[0].closed;
    await wind(1000);
    await hears('order', 'PaymentStarted');
  });

  test('a stream that says nothing gets its states by request and gives way to polling', async () => {
    let updated = 0;
    const { wind, hears, fence } = await meet({ stream: [live()], order: [(to) => answers('WaitingForPayment', ++updated)(to)] });
    await hears('state', 'live');
    await wind(1500);
    await hears('order', 'WaitingForPayment');
    for (let passed = 0; passed < 120_000 && tab.values('state').at(-1) !== 'polling'; passed += 500) {
      await wind(500);
      await fence();
    }
    await hears('state', 'polling');
    await scenario.streams.all.at(-1).closed;
  });

  test('missed heartbeats are noticed once a heartbeat was announced', async () => {
    const { wind, hears, streamed } = await meet({
      stream: [live(`event: config\ndata: {"heartbeatMs":15000}\n\n${message('WaitingForPayment', 1)}`), live(message('PaymentStarted', 2))],
    }, { recheck: 0 });
    await hears('order', 'WaitingForPayment');
    await wind(44_000);
    assert.equal(scenario.streams.all.length, 1);
    await wind(1000);
    await hears('error', 'TIMEOUT');
    await wind(1000);
    await streamed(2);
    await hears('order', 'PaymentStarted');
  });

  for (const [name, after] of [['seconds', '20'], ['a date', new Date(1_800_000_120_000).toUTCString()]]) {
    test(`429 with Retry-After in ${name} is honoured`, async () => {
      const { wind, fence, streamed, asked } = await meet({ stream: [status(429), live()], order: [status(429, '', { 'Retry-After': after })] });
      await streamed(1);
      await wound(wind, () => scenario.orders.all.length > 0);
      await asked(1);
      await tab.hears('error', 'HTTP 429');
      await wind(18_000);
      await fence();
      assert.equal(scenario.streams.all.length, 1);
      await wind(2_500);
      await streamed(2);
    });
  }

  test('an answer older than the last message is not told', async () => {
    let late;
    const { page, hears, asked, values, fence } = await meet({ stream: [live(message('PaymentReceived', 5))], order: [(to) => { late = to; }] });
    await hears('order', 'PaymentReceived');
    await page.evaluate(() => globalThis.watch.refresh());
    await asked(1);
    answers('WaitingForPayment', 4)(late);
    await fence();
    await page.evaluate(() => new Promise((resolve) => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; channel.port2.postMessage(0); }));
    assert.deepEqual(values('order'), ['PaymentReceived']);
  });

  test('without EventSource the order is polled to its end', async () => {
    const { wind, hears, values } = await meet({ before: () => { delete globalThis.EventSource; }, order: [answers('WaitingForPayment', 1), answers('Done', 2)] });
    await hears('order', 'WaitingForPayment');
    await hears('state', 'polling');
    await wind(10_000);
    await hears('end', 'final');
    assert.deepEqual(values('order'), ['WaitingForPayment', 'Done']);
    assert.deepEqual([scenario.streams.all.length, scenario.orders.all.length], [0, 2]);
  });

  test('a callback that throws at every message loses none and opens nothing', async () => {
    const all = Array.from({ length: 14 }, (_, at) => message('WaitingForPayment', at + 1)).join('');
    const { heard, notes } = await meet({ stream: [live(all)] }, { throwing: true });
    await heard.until((heardSoFar) => heardSoFar.filter(([kind]) => kind === 'order').length === 14, '14 orders');
    assert.equal(scenario.streams.all.length, 1);
    assert.ok(notes.errors.some((error) => error.includes('the page broke')));
  });

  test('two watches of one order make one connection', async () => {
    const { start, heard, page } = await meet({ stream: [live(message('WaitingForPayment', 1))] });
    await start();
    await heard.until((all) => all.filter(([kind]) => kind === 'order').length === 2, 'the order, twice');
    assert.equal(scenario.streams.all.length, 1);
    await page.evaluate(() => globalThis.watch.close());
  });

  test('closing the watch closes the connection', async () => {
    const { page, hears } = await meet({ stream: [live(message('WaitingForPayment', 1))] });
    await hears('order', 'WaitingForPayment');
    await page.evaluate(() => globalThis.watch.close());
    await hears('end', 'closed');
    await scenario.streams.all[0].closed;
  });

  test('the browser\'s stop button does not end it', async () => {
    const { page, wind, hears, streamed } = await meet({ stream: [live(message('WaitingForPayment', 1)), live(message('PaymentStarted', 2))], order: [answers('WaitingForPayment', 1)] });
    await hears('order', 'WaitingForPayment');
    await page.evaluate(() => window.stop());
    await wound(wind, () => scenario.streams.all.length > 1);
    await streamed(2);
    await hears('order', 'PaymentStarted');
  });

  test('being offline tears nothing down', async () => {
    const { page, hears, values } = await meet({ stream: [live(message('WaitingForPayment', 1))] });
    await hears('order', 'WaitingForPayment');
    await page.context().setOffline(true);
    await page.evaluate(() => window.dispatchEvent(new Event('offline')));
    assert.equal(values('state').at(-1), 'live');
    await page.context().setOffline(false);
  });

  test('a policy that forbids the connection is named', async () => {
    const { hears, notes } = await meet({ headers: { 'Content-Security-Policy': "connect-src 'none'" } });
    await hears('end', 'fatal NETWORK');
    assert.equal(scenario.streams.all.length, 0);
    notes.errors.length = 0;
  });

  test('leaving the page is no failure, and closes the connection', async () => {
    const { page, hears, values } = await meet({ stream: [live(message('WaitingForPayment', 1))] });
    await hears('order', 'WaitingForPayment');
    await page.goto('about:blank');
    await scenario.streams.all[0].closed;
    assert.deepEqual(values('error'), []);
    assert.equal(scenario.orders.all.length, 0);
  });
});

/** Winds the clock in small steps until something has happened at the server: how soon the browser gets to it is its own affair. */
async function wound(wind, happened) {
  for (let step = 0; step < 200 && !happened(); step++) {
    await wind(25);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
}
