// An order's stream under faults, in Chromium: the browser's own EventSource and eight clients beside watchOrder, each
// as its documentation shows it, all at the same time against a server of its own that misbehaves by script.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { bundle } from './support/bundle.mjs';

export const title = 'An order’s stream under faults';

const ID = '7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162';
const STREAM = `/api/orders/${ID}/subscribe`;
const CLIENTS = [
  'native', 'reconnecting-eventsource', 'event-source-polyfill', '@microsoft/fetch-event-source', 'eventsource',
  'eventsource-client', 'event-source-plus', 'sse.js', 'extended-eventsource', 'watchOrder',
];
const OURS = CLIENTS.at(-1);
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** How long each fault is watched. */
const WATCHED_MS = 10_000;
const THROWING_MS = 3000;
/** When a client is closed in the one test of what comes after. */
const CLOSED_MS = 2500;
/** The least time between two of the messages that come regularly. */
const STEP_MS = 200;

/** In the page: how each client is used, with what it heard. The first call of a handler throws where that is asked for. */
const PAGE = `
  import ReconnectingEventSource from 'reconnecting-eventsource';
  import { EventSourcePolyfill } from 'event-source-polyfill';
  import { fetchEventSource } from '@microsoft/fetch-event-source';
  import { EventSource as EventSourcePackage } from 'eventsource';
  import { createEventSource } from 'eventsource-client';
  import { EventSourcePlus } from 'event-source-plus';
  import { SSE } from 'sse.js';
  import { EventSource as ExtendedEventSource } from 'extended-eventsource';
  import { watchOrder } from 'cryptorefills-checkout';

  const heard = (globalThis.heard = []);
  globalThis.errors = 0;
  addEventListener('error', (event) => { globalThis.errors++; event.preventDefault(); });
  addEventListener('unhandledrejection', (event) => { globalThis.errors++; event.preventDefault(); });

  const likeEventSource = (Source) => (url, hear) => {
    const source = new Source(url);
    source.onmessage = (event) => hear(event.data);
    return () => source.close();
  };
  const clients = {
    native: likeEventSource(EventSource),
    'reconnecting-eventsource': likeEventSource(ReconnectingEventSource),
    'event-source-polyfill': likeEventSource(EventSourcePolyfill),
    '@microsoft/fetch-event-source': (url, hear) => {
      const controller = new AbortController();
      fetchEventSource(url, { signal: controller.signal, onmessage: (event) => hear(event.data) }).catch(() => {});
      return () => controller.abort();
    },
    eventsource: (url, hear) => {
      const source = new EventSourcePackage(new URL(url, location.href));
      source.addEventListener('message', (event) => hear(event.data));
      return () => source.close();
    },
    'eventsource-client': (url, hear) => {
      const source = createEventSource({ url: new URL(url, location.href), onMessage: ({ data }) => hear(data) });
      return () => source.close();
    },
    'event-source-plus': (url, hear) => {
      const controller = new EventSourcePlus(url).listen({ onMessage: ({ data }) => hear(data) });
      return () => controller.abort();
    },
    'sse.js': (url, hear) => {
      const source = new SSE(url, { autoReconnect: true });
      source.addEventListener('message', (event) => hear(event.data));
      return () => source.close();
    },
    'extended-eventsource': likeEventSource(ExtendedEventSource),
    watchOrder: (url, hear) => {
      const watch = watchOrder('${ID}', { onOrder: (order) => hear(JSON.stringify(order)) });
      return () => watch.close();
    },
  };
  globalThis.begin = (name, throwing) => {
    const hear = (data) => {
      // Some hand out comments as messages without data.
      if (!data) return;
      heard.push([Date.now(), JSON.parse(data).updated_at]);
      if (throwing && heard.length === 1) throw new Error('the page broke');
    };
    globalThis.stop = clients[name]('${STREAM}', hear);
  };
`;

const order = (updated) => JSON.stringify({ order_id: ID, order_state: 'WaitingForPayment', updated_at: updated });
const event = (updated) => `id: n${updated}\ndata: ${order(updated)}\n\n`;
const refuse = (status) => ({ response }) => response.writeHead(status).end();
const stream = ({ response }, text, end) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(`: open\n\n${text}`);
  if (end) response.end();
};

/** All that the server saw: a client that looks the order up is not to pass for a quiet one. */
const requests = ({ seen, asked }) => seen.length + asked.length;
const atMost = (most) => [`at most ${most}`, (all) => requests(all) <= most];

/** When the order was known again after an outage, in milliseconds after the first event, and whether from where it was. */
const recovery = ({ seen, heard }) => {
  const back = heard.find(([, updated]) => updated === 2);
  const resumed = seen.slice(1).some(({ url, headers }) => headers['last-event-id'] === 'n1' || url.includes('lastEventId=n1'));
  return { after: back ? back[0] - heard[0][0] : Infinity, resumed };
};

/** Of it, what came after the client was closed. */
const late = ({ seen, asked, closedAt }) => [...seen, ...asked].filter(({ at }) => at > closedAt).length;

/**
 * What the server does to the nth stream (from 1), and to a request for the order; `report` says what came of it, `target` what
 * watchOrder is to make of it, in words and as a test. `seen` has the streams' requests, `asked` the order's.
 */
const FAULTS = {
  notFound: {
    short: '404 for ever',
    title: '404 for ever: requests',
    stream: refuse(404),
    order: refuse(404),
    report: requests,
    target: ['2: the stream, a probe, and no more', ({ seen, asked }) => seen.length === 1 && asked.length === 1],
  },
  outage: {
    short: 'one event, drop, three 503',
    title: 'one event, a drop, three 503: known again after',
    stream: (exchange, nth) => (nth === 1 ? stream(exchange, event(1), true) : nth <= 4 ? refuse(503)(exchange) : stream(exchange, event(2))),
    order: ({ response }, streams) => (streams < 4 ? response.writeHead(503).end() : response.writeHead(200, { 'Content-Type': 'application/json' }).end(order(2))),
    report: (all) => {
      const { after, resumed } = recovery(all);
      return after < Infinity ? `${(after / 1000).toFixed(1)} s${resumed ? ', id kept' : ', id lost'}` : 'never';
    },
    // After 1, 2 and 4 seconds, each with its jitter, and what the requests themselves take.
    target: ['within 7.5 s, id kept', (all) => recovery(all).after <= 7500 && recovery(all).resumed],
  },
  closes: {
    short: 'ends after each event',
    title: 'closes after each event: requests',
    stream: (exchange, nth) => stream(exchange, event(nth), true),
    report: requests,
    target: atMost(5),
  },
  empty: {
    short: 'ends without one',
    title: '200, then closes without an event: requests',
    stream: (exchange) => stream(exchange, '', true),
    report: requests,
    target: atMost(5),
  },
  reset: {
    short: 'reset',
    title: 'reset before headers: requests',
    stream: ({ response }) => response.destroy(),
    order: ({ response }) => response.destroy(),
    report: requests,
    // Its own four, and what the browser itself sends again of each.
    target: ['about 4', (all) => requests(all) <= 6],
  },
  throws: {
    short: 'handler throws',
    title: 'the first call of the handler throws (3 s at 5 a second): events heard / streams',
    throwing: true,
    ms: THROWING_MS,
    stream: (exchange, nth, fault) => {
      stream(exchange, '');
      const timer = setInterval(() => exchange.response.write(event(++fault.sent)), STEP_MS);
      exchange.response.once('close', () => clearInterval(timer));
    },
    report: ({ seen, heard, errors }) => `${heard.length} / ${seen.length}${errors > 0 ? '' : ', error lost'}`,
    // The last one may be on its way.
    target: ['all / 1, the error reported', ({ seen, heard, errors, sent }) => heard.length >= sent - 1 && seen.length === 1 && errors > 0],
  },
  retryZero: {
    short: '`retry: 0`',
    title: '`retry: 0`, and closes after each event: requests',
    stream: (exchange, nth) => stream(exchange, `retry: 0\n\n${event(nth)}`, true),
    report: requests,
    target: atMost(10),
  },
  afterClose: {
    short: 'after `close()`',
    title: 'requests after `close()` while it waits',
    closes: true,
    stream: (exchange, nth) => (nth === 1 ? stream(exchange, event(nth), true) : refuse(503)(exchange)),
    order: refuse(503),
    report: late,
    target: ['none', (all) => late(all) === 0],
  },
};

export async function run({ log = () => {} } = {}) {
  const script = (await bundle(PAGE)).toString();
  const browser = await chromium.launch({ executablePath: process.env.CHROME || '/usr/bin/chromium', headless: true, args: FLAGS });
  const clients = Object.fromEntries(CLIENTS.map((name) => [name, {}]));
  const compared = [];
  try {
    for (const [name, fault] of Object.entries(FAULTS)) {
      log(`   ${fault.title}`);
      // At once, each with a server of its own: they do not wait for each other's connections.
      const results = await Promise.all(CLIENTS.map((client) => meet(browser, script, client, fault)));
      CLIENTS.forEach((client, at) => { clients[client][name] = fault.report(results[at]); });
      const [target, meets] = fault.target;
      compared.push([fault.short, clients[OURS][name], target, meets(results[CLIENTS.indexOf(OURS)]) ? 'met' : 'MISSED']);
    }
  } finally {
    await browser.close();
  }
  log(`   ${OURS} beside its targets:`);
  for (const [short, ours, target, outcome] of compared) log(`   ${short.padEnd(28)} ${String(ours).padEnd(18)} ${target.padEnd(36)} ${outcome}`);
  return { browser: browser.version().split('.')[0], seconds: WATCHED_MS / 1000, clients };
}

/** One client meets one fault: what the server saw, and what the page heard. */
async function meet(browser, script, client, { stream: answerStream, order: answerOrder, throwing = false, closes = false, ms = WATCHED_MS }) {
  const seen = [];
  const asked = [];
  const fault = { sent: 0 };
  const server = createServer((request, response) => {
    const { url, headers } = request;
    const exchange = { url, headers, response, at: Date.now() };
    if (url.startsWith(STREAM)) answerStream(exchange, seen.push(exchange), fault);
    else if (url.startsWith('/api/')) {
      asked.push(exchange);
      const known = answerOrder ?? ((to) => to.response.writeHead(200, { 'Content-Type': 'application/json' }).end(order(seen.length)));
      known(exchange, seen.length);
    } else if (url === '/script.js') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
    else response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>watch</title><script type="module" src="/script.js"></script>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => globalThis.begin);
    await page.evaluate(([name, throws]) => globalThis.begin(name, throws), [client, throwing]);
    let closedAt = Infinity;
    if (closes) {
      await pause(CLOSED_MS);
      await page.evaluate(() => globalThis.stop());
      closedAt = Date.now();
    }
    await pause(ms - (closes ? CLOSED_MS : 0));
    const known = { seen: [...seen], asked: [...asked], sent: fault.sent, closedAt };
    return { ...known, ...(await page.evaluate(() => ({ heard: globalThis.heard, errors: globalThis.errors }))) };
  } finally {
    await context.close();
    server.closeAllConnections();
    server.close();
  }
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export function table({ browser, seconds, clients }) {
  const faults = Object.entries(FAULTS);
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const name = (client) => (client === OURS ? `**${client}**` : client === 'native' ? 'native `EventSource`' : `\`${client}\``);
  return [
    `What Chromium ${browser} and each client do in ${seconds} seconds, all at the same time: how many requests the server saw, for streams and for the order itself; in the second column,`,
    'when the order was known again, and whether the resume id was kept; where the first call of the handler throws (3 s, 5 events a second), events',
    'heard / streams opened; in the last, requests after `close()` in the middle of an outage.',
    '',
    row(['client', ...faults.map(([, { short }]) => short)]),
    row(['---', ...faults.map(() => '---:')]),
    ...Object.entries(clients).map(([client, results]) => row([name(client), ...faults.map(([fault]) => results[fault])])),
  ].join('\n');
}
