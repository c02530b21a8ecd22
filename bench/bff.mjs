// What the BFF costs a stream: 2,000 shoppers' orders, a message each every second, all in the same moment, through one Node
// process; beside it the same streams from the sandbox without anything in between. Every message carries the time it was
// written, in microseconds since 1970, in a comment that the BFF passes on.

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { fileURLToPath } from 'node:url';

export const title = 'The BFF under load: 2,000 streams, one event a second each, all at once';

const SHOPPERS = 2_000;
/** Bursts that are measured, after as many that warm up. */
const BURSTS = 10;
const WARM_UP = 3;
/** Streams are opened in waves, as sockets beyond the backlog of a listener would wait for a second. */
const WAVE = 100;
const DEADLINE_MS = 5 * 60_000;
const HEADERS = { 'X-Cr-Application': 'bench', 'X-Cr-Version': '1', 'X-Country-ISO-Code': 'US', 'Content-Type': 'application/json' };
const ORDER = JSON.stringify({
  user: { email: 'hold+tick@example.com' },
  payment: { type: 'via', payment_via: 'USER_WALLET', coin: 'BTC', network: 'Lightning' },
  deliveries: [{ beneficiary_account: 'buyer@example.com', brand_name: 'eSIM', country_code: 'US', denomination: '1 GB 7 days' }],
});

/** Microseconds since 1970, on the clock the sandbox writes with. */
const now = () => (performance.timeOrigin + performance.now()) * 1000;

export async function run({ rounds = BURSTS, log = () => {}, shoppers = SHOPPERS } = {}) {
  const limit = AbortSignal.timeout(DEADLINE_MS);
  const children = [];
  try {
    return await measure({ rounds, log, shoppers, limit, children });
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

async function measure({ rounds, log, shoppers, limit, children }) {
  if (!process.env.SANDBOX) throw new Error('SANDBOX names no program; `cargo xtask bench bff` builds it');
  const sandbox = spawn(process.env.SANDBOX, ['--port', '0', '--until-stdin-closes'], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(sandbox);
  const [line] = await once(sandbox.stdout, 'data', { signal: limit });
  const upstream = String(line).trim().split(' ').at(-1);

  log(`   placing ${shoppers} orders`);
  const orders = [];
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (orders.length < shoppers) {
      const place = orders.push('') - 1;
      const answer = await fetch(`${upstream}/v5/orders`, { method: 'POST', headers: HEADERS, body: ORDER, signal: limit });
      orders[place] = (await answer.json()).order_id;
    }
  }));

  const host = fork(fileURLToPath(new URL('support/bff-host.mjs', import.meta.url)), [upstream], { execArgv: ['--expose-gc'] });
  children.push(host);
  const [{ port }] = await once(host, 'message', { signal: limit });
  const memory = async () => {
    host.send('memory');
    const [{ memory: { rss, heapUsed, external, arrayBuffers } }] = await once(host, 'message', { signal: limit });
    return { rss, heap: heapUsed, external, arrayBuffers };
  };
  const openUpstream = async () => (await (await fetch(`${upstream}/_sandbox/streams`, { signal: limit })).json()).open;
  const allClosed = async () => {
    const since = performance.now();
    while (await openUpstream() > 0) await new Promise((resolve) => { setTimeout(resolve, 5); });
    return performance.now() - since;
  };

  log('   straight from the sandbox');
  const direct = await follow(orders, (order) => ({ port: new URL(upstream).port, path: `/v5/orders/${order}/subscribe` }), { rounds, limit });
  direct.leave();
  await allClosed();

  log('   through the BFF');
  // One stream before it is weighed: what the first brings with it is not a stream's.
  const warm = await follow(orders.slice(0, 1), (order) => ({ port, path: `/api/orders/${order}/subscribe` }), { rounds: 1, limit });
  warm.leave();
  await allClosed();
  const idle = await memory();
  const through = await follow(orders, (order) => ({ port, path: `/api/orders/${order}/subscribe` }), { rounds, limit });
  const open = await openUpstream();
  const busy = await memory();
  through.leave();
  const stormMs = await allClosed();
  const kept = (one) => one.heap + one.external;
  // What the leaving brought about is over a little later than the streams are.
  let after = await memory();
  for (let last = Infinity; kept(after) < last * 0.99;) {
    last = kept(after);
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    after = await memory();
  }

  return {
    shoppers,
    bursts: rounds,
    events: { direct: direct.latencies.length, through: through.latencies.length },
    upstreamStreams: open,
    openedMs: { direct: direct.openedMs, through: through.openedMs },
    latencyMs: {
      direct: percentiles(direct.latencies),
      through: percentiles(through.latencies),
    },
    memory: {
      perStreamKb: { rss: (busy.rss - idle.rss) / shoppers / 1024, heap: (kept(busy) - kept(idle)) / shoppers / 1024 },
      idleMb: kept(idle) / 2 ** 20,
      busyMb: kept(busy) / 2 ** 20,
      afterMb: kept(after) / 2 ** 20,
      rssMb: { idle: idle.rss / 2 ** 20, busy: busy.rss / 2 ** 20, after: after.rss / 2 ** 20 },
    },
    storm: { streams: shoppers, allClosedMs: stormMs, leftOpen: await openUpstream() },
  };
}

/** Opens a stream for each order, waits until the bursts are over, and gives the age of every message as it came. */
async function follow(orders, where, { rounds, limit }) {
  const started = performance.now();
  const sockets = [];
  const latencies = [];
  let measuring = false;
  let failed;
  let wake = () => {};
  limit.addEventListener('abort', () => { failed = limit.reason; wake(); }, { once: true });
  const openOne = (order) => new Promise((resolve, reject) => {
    const { port, path } = where(order);
    const socket = net.connect(Number(port), '127.0.0.1');
    sockets.push(socket);
    const headers = Object.entries({ Host: `127.0.0.1:${port}`, Accept: 'text/event-stream', ...HEADERS }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${path} HTTP/1.1\r\n${headers.join('')}\r\n`);
    let opened = false;
    let tail = '';
    socket.setEncoding('latin1');
    socket.on('data', (part) => {
      const at = now();
      const text = tail + part;
      if (!opened && text.includes('order_id')) {
        opened = true;
        resolve();
      }
      let end = 0;
      for (const found of text.matchAll(/^: sent (\d+)\n/gmu)) {
        end = found.index + found[0].length;
        if (measuring) latencies.push((at - Number(found[1])) / 1000);
      }
      tail = text.slice(Math.max(end, text.length - 64));
    });
    const lost = (error) => {
      failed ??= error ?? new Error('a stream ended by itself');
      reject(failed);
      wake();
    };
    socket.on('error', lost);
    socket.on('end', lost);
  });
  for (let at = 0; at < orders.length; at += WAVE) await Promise.all(orders.slice(at, at + WAVE).map(openOne));
  const openedMs = performance.now() - started;

  const pause = (ms) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  // The bursts come with the second: what is counted begins and ends between two.
  const untilBetween = 1500 - (Date.now() % 1000);
  await pause(untilBetween + WARM_UP * 1000);
  measuring = true;
  await pause(rounds * 1000);
  measuring = false;
  if (failed) throw failed;
  return {
    latencies,
    openedMs,
    leave() {
      for (const socket of sockets) {
        socket.removeAllListeners('end');
        socket.destroy();
      }
    },
  };
}

function percentiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) };
}

export function table({ shoppers, bursts, latencyMs, memory, storm, openedMs }) {
  const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  const { direct, through } = latencyMs;
  const added = { p50: through.p50 - direct.p50, p99: through.p99 - direct.p99, max: through.max - direct.max };
  return `| ${shoppers.toLocaleString('en')} streams, ${bursts} bursts | straight from the sandbox | through the BFF | added |
| --- | --- | --- | --- |
| an event arrives after, p50 | ${ms(direct.p50)} | ${ms(through.p50)} | ${ms(added.p50)} |
| p99 | ${ms(direct.p99)} | ${ms(through.p99)} | ${ms(added.p99)} |
| opening them all | ${ms(openedMs.direct)} | ${ms(openedMs.through)} | ${ms(openedMs.through - openedMs.direct)} |

A stream takes ${memory.perStreamKb.heap.toFixed(0)} kB of the BFF's heap and buffers, ${memory.perStreamKb.rss.toFixed(0)} kB of the process. When all ${storm.streams.toLocaleString('en')} shoppers leave at once, the last upstream
stream is closed ${ms(storm.allClosedMs)} later, ${storm.leftOpen} stay open, and heap and buffers are back at ${memory.afterMb.toFixed(0)} MB (${memory.idleMb.toFixed(0)} before, ${memory.busyMb.toFixed(0)} during).
`;
}
