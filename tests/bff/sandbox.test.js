// The BFF in front of the sandbox, through everything the sandbox lists that an API can do wrong.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createHandler } from '../../npm/src/bff/handler.js';
import { afterOpening, get, post, textReader, within } from './support.js';

let sandbox;
let upstream;
let inputs;

before(async () => {
  assert.ok(process.env.SANDBOX, 'SANDBOX names no program: cargo xtask test sets it');
  sandbox = spawn(process.env.SANDBOX, ['--port', '0', '--speed', '50', '--until-stdin-closes'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await within(once(sandbox.stdout, 'data'), 'the sandbox');
  upstream = String(line).trim().split(' ').at(-1);
  ({ inputs } = await (await fetch(`${upstream}/_sandbox/inputs`)).json());
});

after(() => sandbox?.kill('SIGKILL'));

const bffFor = (options = {}) => createHandler({
  partnerId: 'partner-1', appVersion: '1', upstream, authorize: () => true, cache: false, timeouts: { write: 1500, connect: 1500, answer: 1500 }, ...options,
});

const bodyFor = (email) => ({
  user: { email }, email,
  deliveries: [{ brand_name: 'Wobblewick Market', country_code: 'US', denomination: '25 USD', beneficiary_account: 'buyer@example.com' }],
  payment: { type: 'via', payment_via: 'USER_WALLET', coin: 'USDC', network: 'Solana' },
});

const placedFor = async () => (await (await fetch(`${upstream}/_sandbox/orders`)).json()).length;

/** Of each fault: the status a browser gets, and whether an order may have been placed all the same. */
const ANSWERS = {
  NNN: [503, true], slow: [200, false], hang: [504, true], html: [502, true], empty: [502, true],
  wrongtype: [200, false], truncated: [502, true], reset: [502, true], lost: [502, true],
};
/** Faults after which the order is there. */
const PLACED = ['slow', 'wrongtype', 'truncated', 'lost'];

const faultsOf = (endpoint) => {
  const words = inputs.filter(({ group }) => group === 'fault').map(({ input }) => input.split('@')[0]);
  const found = words.filter((word) => word.startsWith(`${endpoint}-`)).map((word) => word.slice(endpoint.length + 1));
  assert.deepEqual(found, Object.keys(ANSWERS), 'a fault this test does not know');
  return found;
};
const emailFor = (endpoint, fault) => `hold+${endpoint}-${fault.replace('NNN', '503')}@example.com`;

/** Every answer, good or bad, is JSON that no cache keeps. */
async function read(response) {
  assert.match(response.headers.get('content-type'), /^application\/json/u);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  return response.json();
}

test('placing an order, whatever goes wrong, is done once at most, and what nobody can tell is marked', async () => {
  for (const fault of faultsOf('create')) {
    const [status, unknown] = ANSWERS[fault];
    const bff = bffFor();
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const before = await placedFor();
    const place = () => within(bff(post('/api/orders', bodyFor(emailFor('create', fault)), { headers })), fault);
    const first = await place();
    const answer = await read(first);
    assert.deepEqual([first.status, first.headers.get('x-order-outcome')], [status, unknown ? 'unknown' : null], fault);
    assert.equal(await placedFor() - before, PLACED.includes(fault) ? 1 : 0, fault);
    const again = await place();
    const repeated = await read(again);
    if (unknown) assert.deepEqual([again.status, repeated.error], [409, 'ORDER_OUTCOME_UNKNOWN'], fault);
    else assert.deepEqual(repeated, answer, fault);
    assert.equal(await placedFor() - before, PLACED.includes(fault) ? 1 : 0, `${fault}, again`);
  }
});

test('a refusal may be tried again under its key, also after one that was the API\'s fault once', async () => {
  const bff = bffFor();
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const refused = await bff(post('/api/orders', bodyFor('problem+OUT_OF_STOCK@example.com'), { headers }));
  assert.equal(refused.status, 400);
  assert.deepEqual((await refused.json()).problems, [{ problem: 'OUT_OF_STOCK' }]);
  const email = 'hold+create-404-once@example.com';
  assert.equal((await bff(post('/api/orders', bodyFor(email), { headers }))).status, 404);
  assert.equal((await bff(post('/api/orders', bodyFor(email), { headers }))).status, 200);
});

test('validating and reading an order', async () => {
  const bff = bffFor();
  for (const endpoint of ['validate', 'order']) {
    for (const fault of faultsOf(endpoint)) {
      const email = emailFor(endpoint, fault);
      let request = post('/api/orders/validations', bodyFor(email));
      if (endpoint === 'order') {
        const placed = await bff(post('/api/orders', bodyFor(email)));
        request = get(`/api/orders/${(await placed.json()).order_id}`);
      }
      const response = await within(bff(request), email);
      assert.equal(response.status, ANSWERS[fault][0], email);
      assert.equal(response.headers.get('x-order-outcome'), null);
      await read(response);
    }
  }
});

test('every problem code arrives as it was told', async () => {
  const bff = bffFor();
  const codes = inputs.filter(({ group }) => group === 'problem').map(({ input }) => /\+(.*)@/u.exec(input)[1]);
  assert.ok(codes.length > 30);
  for (const code of codes) {
    const response = await bff(post('/api/orders/validations', bodyFor(`problem+${code}@example.com`)));
    const { problems, detail } = await response.json();
    assert.equal(problems?.[0].problem ?? detail, code);
  }
});

async function follow(word, options) {
  const bff = bffFor(options);
  const placed = await bff(post('/api/orders', bodyFor(`${word}@example.com`)));
  const { order_id: id } = await placed.json();
  return within(bff(get(`/api/orders/${id}/subscribe`)), word);
}

test('what a stream should not be is told by its status', async () => {
  const expected = { ...Object.fromEntries(Object.entries(ANSWERS).map(([fault, [status]]) => [fault, status])), empty: 502, wrongtype: 502, truncated: 200 };
  for (const fault of faultsOf('stream')) {
    const response = await follow(`hold+stream-${fault.replace('NNN', '503')}`);
    assert.equal(response.status, expected[fault], fault);
    if (response.status !== 200) await read(response);
    else if (fault === 'truncated') assert.equal(afterOpening(await textReader(response).toEnd()), 'data: {"order_id":"');
    else await response.body.cancel();
  }
});

test('every manner of a stream comes through as it is, heartbeats apart', async () => {
  const words = inputs.filter(({ group }) => group === 'stream').map(({ input }) => input.split('@')[0].replace('cut-N', 'cut-2'));
  assert.ok(words.length >= 20);
  for (const word of words) {
    const response = await follow(word, { timeouts: { heartbeat: 30, stall: 3000, connect: 1500 } });
    if (word === 'nostream') {
      assert.equal(response.status, 503);
      continue;
    }
    assert.equal(response.status, 200, word);
    const reader = textReader(response);
    if (['mute', 'nostop', 'tick'].includes(word)) {
      await reader.until('event: ping\ndata: {}\n\n');
      await reader.cancel();
      continue;
    }
    const text = afterOpening(await reader.toEnd()).replaceAll('event: ping\ndata: {}\n\n', '');
    const events = text.split(/\r\n\r\n|\r\r|\n\n/u);
    assert.equal(events.at(-1), '', `${word} ends with a whole event`);
    const cut = ['drop', 'cut-2', 'closes'].includes(word);
    assert.equal(/event: stop/u.test(text), !cut, word);
    for (const event of events) {
      const data = event.split(/\r\n|\r|\n/u).filter((line) => line.startsWith('data: ')).map((line) => line.slice(6)).join('\n');
      if (data && data !== 'not JSON') assert.doesNotThrow(() => JSON.parse(data), `${word}: ${event}`);
    }
  }
});
