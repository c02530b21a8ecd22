// What an EventSource does by itself where an order's watch would have to rely on it, measured in each engine on this
// machine: `node tests/e2e/plain-event-source.mjs` prints the table of docs/watching.md, or writes it there if the page
// is named. It takes minutes of real time, for the waits are the engines' own, and so it is no test.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { writeTable } from './support/scenario-table.js';
import { engines, openEngine } from './support/webdriver.js';

const SECOND = 1000;
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const seconds = (ms) => `${ms < SECOND ? (ms / SECOND).toFixed(1) : Math.round(ms / SECOND)} s`;
const times = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Of a source, by its number. */
const STATES = ['connecting', 'open', 'closed'];
const STREAM = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };
const open = ({ response }, text = ': open\n\n', headers = STREAM) => response.writeHead(200, headers).write(text);
/** A stream that is open and says nothing. */
const quiet = (exchange) => open(exchange);
const once200 = (text) => (exchange) => { open(exchange, text); exchange.response.end(); };
const answer = (status, body = '', headers = {}) => ({ response }) => response.writeHead(status, headers).end(body);

/** In the page: listens to an address and writes down what it hears. */
const LISTEN = `
  window.errors = 0;
  window.onerror = () => { window.errors++; return true; };
  window.log = [];
  window.opened = [];
  window.listen = (path, log = window.log) => {
    let source;
    try {
      source = new EventSource(path);
    } catch (error) {
      log.push('throws ' + error.name);
      return;
    }
    window.opened.push(source);
    for (const type of ['open', 'error', 'message']) {
      source.addEventListener(type, (event) => {
        if (type === 'message') log.push('message ' + event.data + (event.lastEventId && ' with id ' + event.lastEventId));
        else if (event.data !== undefined) log.push(type + ' with data');
        else log.push(type === 'error' ? 'error (' + ${JSON.stringify(STATES)}[source.readyState] + ')' : type);
      });
    }
    return source;
  };
`;

/** A server whose paths do what a case says, and that counts the requests for each. */
async function startServer() {
  const paths = {};
  let headers = {};
  const seen = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://server');
    const exchange = { request, response, path: pathname, at: Date.now(), resume: request.headers['last-event-id'] };
    if (!paths[pathname]) return response.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end('<!doctype html><title>plain</title>');
    seen.push(exchange);
    paths[pathname](exchange, seen.filter(({ path }) => path === pathname).length);
  });
  const listen = async (port) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address();
  const down = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    address: `http://127.0.0.1:${port}`,
    seen,
    play(given = {}, pageHeaders = {}) {
      for (const path of Object.keys(paths)) delete paths[path];
      Object.assign(paths, given);
      headers = pageHeaders;
      seen.length = 0;
    },
    down,
    up: () => listen(port),
  };
}

/** The waits between the requests, from the first to the last. */
const gaps = (seen) => seen.slice(1).map(({ at }, nth) => at - seen[nth].at);
const unique = (lines) => [...new Set(lines)].join(' / ');

/**
 * Each gives its words for one engine. `meet` loads the page over paths, `log` reads what was heard so far.
 * @type {[title: string, measure: (tools: object) => Promise<string>][]}
 */
const CASES = [
  ['204 304 404 429 500 503, HTML, JSON, or no type', async ({ meet, run, play, server }) => {
    const paths = Object.fromEntries([204, 304, 404, 429, 500, 503].map((status) => [`/${status}`, answer(status)]));
    paths['/html'] = answer(200, '<html>', { 'Content-Type': 'text/html' });
    paths['/json'] = answer(200, '{}', { 'Content-Type': 'application/json' });
    paths['/bare'] = answer(200, 'data: x\n\n');
    await meet(paths);
    await play(`window.logs = ${JSON.stringify(Object.keys(paths))}.map((path) => { const log = []; window.listen(path, log); return log; })`);
    await pause(6 * SECOND);
    const heard = (await run('return window.logs')).map((log) => log.join(', '));
    return `${unique(heard)}, ${server.seen.length === heard.length ? 'no retry' : times(server.seen.length, 'request')}`;
  }],
  ['another character set than UTF-8', async ({ meet, hear }) => {
    await meet({ '/s': (to) => open(to, 'data: x\n\n', { 'Content-Type': 'text/event-stream; charset=iso-8859-1' }) });
    return hear(SECOND);
  }],
  ["a page's policy that forbids it", async ({ meet, run, play, hear, server }) => {
    await meet({ '/s': quiet }, { 'Content-Security-Policy': "connect-src 'none'" });
    await play("document.addEventListener('securitypolicyviolation', () => window.log.push('securitypolicyviolation'))");
    return `${await hear(SECOND)}, ${times(server.seen.length, 'request')}`;
  }],
  ['another origin that does not allow it', async ({ meet, run, play, other, hear }) => {
    other.play({ '/s': quiet });
    await meet();
    return `${await hear(6 * SECOND, `${other.address}/s`)}, ${times(other.seen.length, 'request')}`;
  }],
  ['redirects: 301 302 303 307 308', async ({ meet, run, play, server }) => {
    const codes = [301, 302, 303, 307, 308];
    await meet({ '/s': quiet, ...Object.fromEntries(codes.map((code) => [`/${code}`, answer(code, '', { Location: '/s' })])) });
    await play(`window.logs = [${codes}].map((code) => { const log = []; window.listen('/' + code, log); return log; })`);
    await pause(SECOND);
    const followed = server.seen.filter(({ path }) => path === '/s').length;
    return `${unique((await run('return window.logs')).map((log) => log.join(', ')))}, ${followed === codes.length ? 'followed' : `${followed} followed`}`;
  }],
  ['headers, and no byte of a body', async ({ meet, hear }) => {
    await meet({ '/s': ({ response }) => response.writeHead(200, STREAM).flushHeaders() });
    return hear(SECOND);
  }],
  ['messages named `error` and `open`', async ({ meet, hear }) => {
    await meet({ '/s': (to) => open(to, 'event: error\ndata: 1\n\nevent: open\ndata: 2\n\n') });
    return hear(SECOND);
  }],
  ['messages without an `id`, and with an empty one', async ({ meet, hear }) => {
    await meet({ '/s': (to) => open(to, 'id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n') });
    return (await hear(SECOND)).replace('open, ', '');
  }],
  ['an `id` on its own before a message without', async ({ meet, hear }) => {
    await meet({ '/s': (to) => open(to, 'id: 7\ndata: a\n\nid: 8\n\ndata: b\n\n') });
    return (await hear(SECOND)).replace(/^.*7, /u, '');
  }],
  ['a message whose `id` holds NUL', async ({ meet, hear }) => {
    await meet({ '/s': (to) => open(to, 'id: a\0b\ndata: a\n\n') });
    return (await hear(SECOND)).replace(/^open(, )?/u, '') || 'lost';
  }],
  ['five messages in one packet, `close()` at the first', async ({ meet, run, play, log }) => {
    await meet({ '/s': (to) => open(to, 'data: a\n\n'.repeat(5)) });
    await play("const source = window.listen('/s'); source.addEventListener('message', () => source.close())");
    await pause(SECOND);
    return `${(await log()).filter((line) => line.startsWith('message')).length} heard`;
  }],
  ['five messages in one packet, and a handler that throws', async ({ meet, run, play, log, server }) => {
    await meet({ '/s': (to) => open(to, 'data: a\n\n'.repeat(5)) });
    await play("window.listen('/s').addEventListener('message', () => { throw new Error('x'); })");
    await pause(SECOND);
    return `${(await log()).filter((line) => line.startsWith('message')).length} heard, ${times(await run('return window.errors'), 'error')} reported, ${times(server.seen.length, 'request')}`;
  }],
  ['the server closes', async ({ meet, hear, server }) => {
    await meet({ '/s': once200(': open\n\n') });
    const heard = await hear(12 * SECOND);
    return `${heard.split(', ').slice(0, 2).join(', ')}, again after ${seconds(Math.min(...gaps(server.seen)))}`;
  }],
  ['`retry: 100`, and the server closes', async ({ meet, hear, server }) => {
    await meet({ '/s': once200('retry: 100\n\n') });
    await hear(3 * SECOND);
    return `again after ${seconds(Math.min(...gaps(server.seen)))}`;
  }],
  ['`retry: 0`, and the server closes', async ({ meet, hear, server }) => {
    await meet({ '/s': once200('retry: 0\n\n') });
    await hear(3 * SECOND);
    return `${Math.round(server.seen.length / 3)} requests a second`;
  }],
  ['a reset before headers', async ({ meet, hear, server }) => {
    await meet({ '/s': ({ response }) => response.destroy() });
    const heard = await hear(8 * SECOND);
    const atOnce = gaps(server.seen).findIndex((gap) => gap > 2 * SECOND);
    const requests = atOnce < 0 ? server.seen.length : atOnce + 1;
    return `${times(requests, 'request')} at once, ${heard.split(' ×')[0]}, ${atOnce < 0 ? 'none later' : `again after ${seconds(gaps(server.seen)[atOnce])}`}`;
  }],
  ['a drop in the middle of a message', async ({ meet, hear, server }) => {
    await meet({ '/s': (to, nth) => (nth === 1 ? once200('id: 1\ndata: whole\n\nid: 2\ndata: ha')(to) : open(to)) });
    const messages = (await hear(8 * SECOND)).split(', ').filter((line) => line.startsWith('message'));
    return `${messages.join(', ')}; resumes from ${server.seen[1]?.resume ?? 'nothing'}`;
  }],
  ['`Last-Event-ID`, at its own retry and of a new object', async ({ meet, run, play, hear, server }) => {
    await meet({ '/s': (to, nth) => (nth === 1 ? once200('id: 1\nretry: 600\ndata: a\n\n')(to) : answer(503)(to)) });
    await hear(4 * SECOND);
    await play("window.listen('/s')");
    await pause(SECOND);
    return server.seen.map(({ resume }) => resume ?? 'none').slice(1).join(', ');
  }],
  ['its own server, down when it is made', async ({ meet, run, play, hear, log, server }) => {
    await meet({ '/s': quiet });
    await server.down();
    const heard = await hear(11 * SECOND);
    await server.up();
    await pause(6 * SECOND);
    return `${heard || 'nothing'} in 11 s; ${(await log()).at(-1) === 'open' ? 'opens' : 'nothing'} once it is up`;
  }],
  ['another address where nothing listens', async ({ meet, other, hear }) => {
    await meet();
    await other.down();
    const heard = await hear(11 * SECOND, `${other.address}/s`);
    await other.up();
    return `${heard || 'nothing'} in 11 s`;
  }],
  ['seven at once, HTTP/1.1', async ({ meet, run, play, server }) => {
    await meet({ '/s': quiet, '/get': answer(200) });
    await play("window.all = Array.from({ length: 7 }, () => window.listen('/s'))");
    await pause(2 * SECOND);
    await play("fetch('/get').then(() => window.log.push('fetched'))");
    await pause(2 * SECOND);
    const before = `${server.seen.filter(({ path }) => path === '/s').length} open, a \`fetch\` ${(await run('return window.log')).includes('fetched') ? 'passes' : 'waits'}`;
    await play('window.all[0].close()');
    await pause(SECOND);
    return `${before}; one closed: ${server.seen.slice(6).map(({ path }) => ({ '/s': 'the seventh', '/get': 'the `fetch`' })[path]).join(', ') || 'nothing'} passes`;
  }],
  ['the stop button', async ({ meet, run, play, log, server }) => {
    await meet({ '/s': quiet });
    await play("window.source = window.listen('/s')");
    await pause(SECOND);
    await play('window.stop()');
    await pause(6 * SECOND);
    return `${(await log()).slice(1).join(', ') || 'nothing'}, ${server.seen.length === 1 ? 'no retry' : times(server.seen.length, 'request')}, ${STATES[await run('return window.source.readyState')]}`;
  }],
  ['a link to a wallet (`bitcoin:`), and to `mailto:`', async ({ meet, run, play, log, server }) => {
    let words = [];
    for (const link of ['bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT', 'mailto:a@example.com']) {
      await meet({ '/s': quiet });
      await play("window.listen('/s')");
      await pause(SECOND);
      await play(`const link = document.createElement('a'); link.href = '${link}'; link.textContent = 'pay'; document.body.append(link); link.click();`);
      await pause(SECOND);
      server.seen[0].response.write('data: after\n\n');
      await pause(SECOND);
      words.push((await log())?.slice(1).join(', ').replace('message after', 'goes on') ?? 'the page is gone');
    }
    return words.join(' / ');
  }],
  ['the page left for another: what its code hears', async ({ meet, run, play, browser, server }) => {
    await meet({ '/s': quiet });
    await play(`
      sessionStorage.clear();
      const source = window.listen('/s');
      const keep = (what) => sessionStorage.setItem('heard', (sessionStorage.getItem('heard') ?? '') + what + ' ');
      for (const type of ['beforeunload', 'pagehide']) window.addEventListener(type, () => keep(type));
      source.addEventListener('error', () => keep('error'));`);
    await pause(SECOND);
    await browser.goto(`${server.address}/elsewhere`);
    await pause(SECOND);
    return (await run("return sessionStorage.getItem('heard')")).trim().split(' ').join(', ');
  }],
  ['the page left and come back to', (tools) => returned(tools, '')],
  ['the same, closed as the page was left', (tools) => returned(tools, "window.addEventListener('pagehide', () => window.source.close())")],
  ['the same, closed before', (tools) => returned(tools, 'setTimeout(() => window.source.close(), 500)')],
  ['offline for five seconds', async ({ meet, run, play, log, server, offline }) => {
    if (!offline) return 'not tried';
    await meet({ '/s': quiet });
    await play("window.listen('/s'); for (const type of ['offline', 'online']) window.addEventListener(type, () => window.log.push(type))");
    await pause(SECOND);
    await offline(true);
    await pause(2 * SECOND);
    server.seen[0].response.write('data: meanwhile\n\n');
    await pause(3 * SECOND);
    await offline(false);
    await pause(6 * SECOND);
    return `${(await log()).slice(1).join(', ')}; ${times(server.seen.length, 'request')}`;
  }],
];

/** Leaves the page and comes back: whether it was kept, and what has become of its stream some seconds later. */
async function returned({ meet, run, play, browser, server }, script) {
  let alive = 0;
  await meet({ '/s': (to) => { alive++; to.response.once('close', () => alive--); open(to); } });
  await play(`window.source = window.listen('/s'); ${script}`);
  await pause(SECOND);
  await browser.goto(`${server.address}/elsewhere`);
  await pause(SECOND);
  await browser.back();
  await pause(6 * SECOND);
  const state = await run('return window.source ? window.source.readyState : null');
  if (state === null) return 'not kept';
  return `kept, ${STATES[state]}; ${times(server.seen.length, 'request')}, ${alive} open`;
}

/** How each engine is put offline, where that can be done from outside of it. */
const OFFLINE = {
  Chromium: (browser) => async (yes) => {
    const devtools = (cmd, params) => browser.vendor('goog/cdp/execute', { cmd, params });
    await devtools('Network.enable', {});
    await devtools('Network.emulateNetworkConditions', { offline: yes, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  },
  Firefox: (browser) => async (yes) => {
    await browser.vendor('moz/context', { context: 'chrome' });
    await browser.run('Services.io.offline = arguments[0]', yes);
    await browser.vendor('moz/context', { context: 'content' });
  },
};

async function measure(engine, cases) {
  // What is in Firefox's own menus, "Work Offline" among it, is for drivers that were given the right to it.
  const command = (port) => [...engine.command(port), ...(engine.name === 'Firefox' ? ['--allow-system-access'] : [])];
  const [browser, server, other] = await Promise.all([openEngine({ ...engine, command }), startServer(), startServer()]);
  const words = [];
  try {
    for (const [title, tell] of cases) {
      await browser.goto('about:blank');
      const run = (script, ...values) => browser.run(script, ...values);
      const log = () => run('return window.log');
      // As the page's own code: what a driver runs is not that to every engine.
      const play = (code) => run('const script = document.createElement("script"); script.textContent = arguments[0]; document.body.append(script)', code);
      words.push(await tell({
        browser, server, other, run, play, log,
        offline: OFFLINE[engine.name]?.(browser),
        async meet(paths, headers) {
          server.play(paths, headers);
          await browser.goto(server.address);
          await play(LISTEN);
        },
        /** What comes of listening, within a time. */
        async hear(ms, path = '/s') {
          await play(`window.listen('${path}')`);
          await pause(ms);
          return brief(await log());
        },
      }));
      console.error(`${engine.name}, ${title}: ${words.at(-1)}`);
      // A page that is kept for coming back keeps its connections, too.
      await run('for (const source of window.opened ?? []) source.close()');
    }
  } finally {
    await browser.close();
    await server.down();
    await other.down();
  }
  return { name: `${engine.name} ${browser.version}`, words };
}

/** What repeats, once, with how often. */
function brief(lines) {
  const runs = [];
  for (const line of lines) {
    if (runs.at(-1)?.line === line) runs.at(-1).count++;
    else runs.push({ line, count: 1 });
  }
  return runs.map(({ line, count }) => (count > 1 ? `${line} ×${count}` : line)).join(', ');
}

const { values: { only, write } } = parseArgs({ options: { only: { type: 'string' }, write: { type: 'string' } } });
const cases = CASES.filter(([title]) => !only || title.includes(only));
const columns = [];
for (const engine of engines()) if (engine.here) columns.push(await measure(engine, cases));
const same = ([first, ...others]) => [first, ...(others.every((words) => words === first) ? others.map(() => 'same') : others)];
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = [
  row(['a plain `EventSource` meets', ...columns.map(({ name }) => name)]),
  row(['---', ...columns.map(() => '---')]),
  ...cases.map(([title], nth) => row([title, ...same(columns.map(({ words }) => words[nth] || 'nothing'))])),
  '',
].join('\n');
if (write) await writeTable(write, 'engines', table);
else console.log(table);
