// `cargo xtask demo --upstream URL --partner-id ID`: the same demo over an API that is there already, and what it says about one
// that is not.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A build may be part of it. */
const BOUND = 8 * 60_000;

/** Starts the command; `ready` is the address it serves on, `ended` its exit code and all it said. */
function demo(...args) {
  assert.ok(process.env.XTASK, 'XTASK names no program: cargo xtask test sets it');
  const child = spawn(process.env.XTASK, ['demo', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], timeout: BOUND, killSignal: 'SIGKILL' });
  let said = '';
  let tell;
  const ready = new Promise((resolve) => { tell = resolve; });
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.on('data', (text) => {
      said += text;
      const found = /The demo is on (http:\S+)/u.exec(said);
      if (found) tell(found[1]);
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code, said }));
  return { child, ready, ended };
}

async function listening(t, answer) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

const addressOf = (server) => `http://127.0.0.1:${server.address().port}`;

test('an upstream that is none, or not there, is said before anything is built', async (t) => {
  const shop = await listening(t, (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>A shop</h1>'));
  const other = await listening(t, (_, response) => response.writeHead(404).end());
  const gone = await listening(t, () => {});
  const nobody = addressOf(gone);
  gone.close();
  for (const [url, expected] of [
    [addressOf(shop), /does not answer like the partner API/u],
    [addressOf(other), /answers 404 .*is it the partner API\?/u],
    [nobody, /cannot be reached \(ECONNREFUSED\)/u],
  ]) {
    const { code, said } = await demo('--upstream', url, '--partner-id', 'somebody', '--port', '0').ended;
    assert.equal(code, 1, said);
    assert.match(said, expected);
    assert.doesNotMatch(said, /compiling|assembling|building/u);
  }
  const nameless = await demo('--upstream', nobody).ended;
  assert.notEqual(nameless.code, 0);
  assert.match(nameless.said, /--partner-id/u);
});

test('one order goes through the demo over a stand-in that somebody else runs', async (t) => {
  const sandbox = spawn(process.env.SANDBOX, ['--port', '0', '--speed', '20', '--until-stdin-closes'], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => sandbox.kill('SIGKILL'));
  const [line] = await once(sandbox.stdout, 'data');
  const upstream = String(line).trim().split(' ').at(-1);
  const { child, ready, ended } = demo('--upstream', upstream, '--partner-id', 'somebody', '--port', '0');
  t.after(() => child.kill('SIGKILL'));
  const address = await Promise.race([ready, ended.then(({ said }) => assert.fail(said))]);

  // The command itself places an order with the sandbox only: anywhere else it could cost something.
  const order = spawn(process.execPath, [fileURLToPath(new URL('headless-order.mjs', import.meta.url)), address], { stdio: ['ignore', 'pipe', 'inherit'] });
  const states = [];
  order.stdout.on('data', (text) => states.push(...String(text).trim().split('\n')));
  assert.deepEqual(await once(order, 'close'), [0, null]);
  assert.match(states.at(-1), /Done/u);
  child.kill('SIGINT');
  const { code, said } = await ended;
  assert.equal(code, 0, said);
  const requests = await (await fetch(`${upstream}/_sandbox/requests`)).json();
  const placed = requests.filter(({ method, path }) => method === 'POST' && path === '/v5/orders');
  assert.deepEqual(placed.map(({ headers, status }) => [headers['x-cr-application'], status]), [['somebody', 200]]);
});
