// watchOrder as a page calls it, over a world of the test's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckoutError, watchOrder } from '../dist/index.js';
import { World } from '../../tests/browser/world.js';

const ID = '7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162';
const NOTHING = '0 listeners, 0 timers, 0 sources';

const text = (state, updated = 1) => JSON.stringify({ order_id: ID, order_state: state, updated_at: updated });

/** A watch over a new world, with what its callbacks heard. */
function watching(options = {}) {
  const world = new World();
  const heard = [];
  const note = (name, show) => (what) => heard.push(`${name} ${show(what)}`);
  const watch = watchOrder(ID, {
    env: world.getEnv(),
    onOrder: note('order', (order) => order.order_state),
    onState: note('state', ({ status }) => status),
    onInvalid: note('invalid', ([{ code }]) => code),
    onError: note('error', ({ code }) => code),
    onEnd: note('end', ({ reason }) => reason),
    ...options,
  });
  return { world, watch, heard };
}

/** What was reported as uncaught while something ran. */
async function reported(run) {
  const errors = [];
  const before = globalThis.reportError;
  globalThis.reportError = (error) => errors.push(error.message);
  try {
    await run();
  } finally {
    globalThis.reportError = before;
  }
  return errors;
}

test('an order is followed through callbacks to its stop', async () => {
  const { world, watch, heard } = watching();
  world.open();
  world.message('message', text('WaitingForPayment', 1));
  assert.equal(watch.order.order_state, 'WaitingForPayment');
  assert.equal(watch.state.status, 'live');
  world.message('message', text('Done', 2));
  world.message('stop', '');
  const end = await watch.done;
  assert.deepEqual(heard, ['state connecting', 'state live', 'order WaitingForPayment', 'order Done', 'state ended', 'end stop']);
  assert.equal(end.reason, 'stop');
  assert.equal(end.order.order_state, 'Done');
  assert.equal(end.error, undefined);
  assert.deepEqual(watch.state, { status: 'ended', transport: null, attempt: 0 });
  assert.equal(world.left(), NOTHING);
});

test('nothing is called before the caller holds the watch', async () => {
  const world = new World();
  const watch = watchOrder(ID, { env: world.getEnv(), onState: () => watch.close() });
  assert.equal((await watch.done).reason, 'closed');
});

test('the state tells when the next attempt is due', async () => {
  const { world, watch } = watching({ backoff: { jitter: 0 } });
  world.fail(false);
  const { nextRetryAt, ...rest } = watch.state;
  assert.deepEqual(rest, { status: 'backoff', transport: 'sse', attempt: 1, reason: 'stream' });
  assert.equal(nextRetryAt, world.time + 1000);
  watch.close();
});

test('a status that cannot get better ends it with a typed error', async () => {
  const { world, watch } = watching();
  world.fail(true);
  world.advance(50);
  await world.answer(404, '{}');
  const { reason, error } = await watch.done;
  assert.equal(reason, 'fatal');
  assert.ok(error instanceof CheckoutError);
  assert.deepEqual([error.code, error.status, error.retryable], ['NOT_FOUND', 404, false]);
  assert.ok(!error.message.includes(ID));
});

test('a passing failure is an error that can be retried', async () => {
  const errors = [];
  const { world, watch } = watching({ onError: (error) => errors.push([error.code, error.status, error.retryable]) });
  world.fail(true);
  world.advance(50);
  await world.answer(503, 'busy');
  assert.deepEqual(errors, [['NETWORK', undefined, true], ['HTTP', 503, true]]);
  watch.close();
});

test('a payload that is not the order is passed over, and not repeated', async () => {
  const issues = [];
  const { world, watch } = watching({ onInvalid: (found) => issues.push(found) });
  await null;
  world.message('message', '{"secret":"CODE-1"}');
  world.message('message', text('Done').replace('7c1b', '0000'));
  assert.deepEqual(issues.map((found) => found.map(({ path, code }) => `${path} ${code}`)), [['/order_id REQUIRED', '/order_state REQUIRED'], ['/order_id OTHER_ORDER']]);
  assert.ok(!JSON.stringify(issues).includes('CODE-1'));
  watch.close();
});

test('a callback that throws or rejects is reported and changes nothing', async () => {
  const errors = await reported(async () => {
    const { world, watch, heard } = watching({
      onState: () => { throw new Error('state'); },
      onOrder: async (order) => { heard.push(order.order_state); throw new Error('order'); },
    });
    await null;
    world.message('message', text('WaitingForPayment', 1));
    world.message('message', text('Done', 2));
    await world.turns();
    assert.deepEqual(heard, ['WaitingForPayment', 'Done']);
    assert.equal(world.count(), 1);
    watch.close();
  });
  assert.deepEqual(errors.filter((message) => message === 'order').length, 2);
  assert.ok(errors.includes('state'));
});

for (const callback of ['onOrder', 'onState', 'onInvalid', 'onError']) {
  test(`closing inside ${callback} is safe, and nothing but the end is heard after it`, async () => {
    const heard = [];
    const world = new World();
    const note = (name) => (what) => {
      heard.push(name === 'onState' ? `onState ${what.status}` : name);
      if (name === callback) watch.close();
    };
    const options = Object.fromEntries(['onOrder', 'onState', 'onInvalid', 'onError', 'onEnd'].map((name) => [name, note(name)]));
    const watch = watchOrder(ID, { env: world.getEnv(), ...options });
    await null;
    world.message('message', 'not an order');
    if (world.openSources()) world.message('message', text('WaitingForPayment', 1));
    if (world.openSources()) world.fail(false);
    if (callback === 'onError') world.timers.forEach(() => world.advance(world.wake()));
    if (callback === 'onError' && world.openSources()) world.fail(false);
    assert.equal((await watch.done).reason, 'closed');
    await world.turns();
    assert.deepEqual(heard.slice(-2), ['onState ended', 'onEnd']);
    assert.equal(heard.filter((name) => name === 'onEnd').length, 1);
    assert.equal(world.left(), NOTHING);
  });
}

/** What a callback may do to its watch, or beside it. */
const DEEDS = {
  close: ({ watch }) => watch.close(),
  abort: ({ controller }) => controller.abort(),
  refresh: ({ watch }) => watch.refresh(),
  'new watch': (scene) => (scene.second ??= watchOrder(ID, { env: scene.world.getEnv() })),
};

/** A watch whose callbacks do a deed when they hear of something; `ends` is what its `onEnd` heard. */
function doing(deed, when, options) {
  const scene = { world: new World(), controller: new AbortController(), ends: [], over: 0 };
  const hear = (name) => (what) => {
    if (name === 'onEnd') scene.ends.push(what);
    if (what?.status === 'ended') scene.over++;
    if (when(name, what)) DEEDS[deed](scene);
  };
  const callbacks = ['onOrder', 'onState', 'onError', 'onUnauthorized', 'onEnd'].map((name) => [name, hear(name)]);
  scene.watch = watchOrder(ID, { env: scene.world.getEnv(), signal: scene.controller.signal, ...Object.fromEntries(callbacks), ...options });
  return scene;
}

/** The ways a watch comes to its end. */
const WAYS = {
  stop: [{}, ({ world }) => world.message('stop', '')],
  final: [{ transport: 'poll' }, ({ world }) => world.answer(200, text('Done'))],
  fatal: [{ transport: 'poll' }, ({ world }) => world.answer(403, '')],
  closed: [{}, ({ watch }) => watch.close()],
  aborted: [{}, ({ controller }) => controller.abort()],
};

for (const [reason, [options, drive]] of Object.entries(WAYS)) {
  for (const deed of Object.keys(DEEDS)) {
    test(`${deed} on hearing of the end leaves it one, and ${reason}`, async () => {
      for (const name of ['onState', 'onEnd']) {
        const scene = doing(deed, (called, { status }) => called === name && (called === 'onEnd' || status === 'ended'), options);
        await null;
        await drive(scene);
        const end = await scene.watch.done;
        await scene.world.turns();
        assert.deepEqual([scene.ends, scene.over], [[end], 1]);
        assert.deepEqual([end.reason, end.error?.status], [reason, reason === 'fatal' ? 403 : undefined]);
        assert.deepEqual([scene.watch.state.status, scene.watch.state.nextRetryAt], ['ended', undefined]);
        // Another watch is of a connection that is not over.
        assert.notEqual(scene.second?.state.status, 'ended');
        scene.second?.close();
        await scene.world.turns();
        assert.equal(scene.world.left(), NOTHING);
      }
    });
  }
}

for (const status of ['connecting', 'live', 'backoff', 'polling', 'paused']) {
  for (const deed of Object.keys(DEEDS)) {
    test(`${deed} on hearing ${status} is safe`, async () => {
      let deeds = 0;
      const scene = doing(deed, (called, what) => called === 'onState' && what.status === status && deeds++ < 3);
      const { world, watch } = scene;
      await null;
      if (watch.state.status !== 'ended') {
        world.open();
        for (let tries = 0; tries < 9 && watch.state.status !== 'polling' && watch.state.status !== 'ended'; tries++) {
          if (world.openSources()) world.fail(false);
          world.advance(8000);
          await world.turns();
        }
        world.setVisible(false);
        world.advance(40_000);
      }
      assert.ok(deeds, 'it was never heard');
      if (watch.state.status !== 'ended') watch.close();
      const { reason } = await watch.done;
      await world.turns();
      assert.deepEqual([scene.ends.length, scene.over, reason], [1, 1, deed === 'abort' ? 'aborted' : 'closed']);
      scene.second?.close();
      await world.turns();
      assert.equal(world.left(), NOTHING);
    });
  }
}

for (const deed of Object.keys(DEEDS)) {
  test(`${deed} while the session is to be renewed is safe`, async () => {
    const scene = doing(deed, (called) => called === 'onUnauthorized', { transport: 'poll' });
    const { world, watch } = scene;
    await world.answer(401, '');
    const [ended] = scene.ends;
    if (!ended) {
      await world.answer(200, text('WaitingForPayment', 1));
      assert.equal(watch.order.order_state, 'WaitingForPayment');
    }
    watch.close();
    scene.second?.close();
    await world.turns();
    assert.deepEqual([scene.ends.length, scene.over, scene.ends[0].reason], [1, 1, deed === 'abort' ? 'aborted' : 'closed']);
    assert.equal(world.left(), NOTHING);
  });
}

test('a watch that is closed as it hears what was held back hears nothing more of it, though the order is over', async () => {
  const { world } = watching();
  world.open();
  world.message('message', text('Done'));
  const heard = [];
  const second = watchOrder(ID, {
    env: world.getEnv(),
    onState: ({ status }) => {
      heard.push(status);
      second.close();
    },
    onOrder: () => heard.push('order'),
    onEnd: ({ reason }) => heard.push(reason),
  });
  world.message('stop', '');
  await second.done;
  await world.turns();
  assert.deepEqual(heard, ['live', 'ended', 'stop']);
});

test('one watch that closes another at the end does not become its reason', async () => {
  const world = new World();
  const env = world.getEnv();
  const reasons = [];
  const first = watchOrder(ID, { env, onEnd: ({ reason }) => { reasons.push(reason); second.close(); } });
  const second = watchOrder(ID, { env, onEnd: ({ reason }) => reasons.push(reason) });
  await null;
  world.message('stop', '');
  await first.done;
  assert.equal((await second.done).reason, 'stop');
  assert.deepEqual(reasons, ['stop', 'stop']);
});

test('closing twice, and refreshing what is over, is nothing', async () => {
  const { world, watch, heard } = watching();
  watch.close();
  watch.close();
  watch.refresh();
  await watch.done;
  assert.deepEqual(heard, ['state ended', 'end closed']);
  await world.turns();
  assert.equal(world.left(), NOTHING);
  assert.equal(world.asks(), 0);
});

test('a signal ends it; one that is aborted already opens nothing', async () => {
  const controller = new AbortController();
  const { world, watch } = watching({ signal: controller.signal });
  controller.abort();
  assert.equal((await watch.done).reason, 'aborted');
  assert.equal(world.left(), NOTHING);

  const late = watching({ signal: AbortSignal.abort() });
  assert.equal((await late.watch.done).reason, 'aborted');
  assert.deepEqual([late.world.count(), late.heard], [0, ['state ended', 'end aborted']]);
});

test('a loop gets the newest order each time, and what came between is passed over', async () => {
  const { world, watch } = watching();
  const seen = [];
  const loop = (async () => {
    for await (const order of watch) {
      seen.push(order.order_state);
      if (seen.length === 1) {
        world.message('message', text('PaymentStarted', 2));
        world.message('message', text('PaymentReceived', 3));
      } else {
        world.message('message', text('Done', 4));
        world.message('stop', '');
      }
    }
  })();
  world.message('message', text('WaitingForPayment', 1));
  await loop;
  assert.deepEqual(seen, ['WaitingForPayment', 'PaymentReceived', 'Done']);
});

test('leaving the loop closes the watch', async () => {
  const { world, watch } = watching();
  world.message('message', text('WaitingForPayment', 1));
  for await (const order of watch) {
    assert.equal(order.order_state, 'WaitingForPayment');
    break;
  }
  assert.equal((await watch.done).reason, 'closed');
  assert.equal(world.left(), NOTHING);
});

test('a loop that waits can be left, and so can one that was never asked', async () => {
  for (const asked of [true, false]) {
    const { world, watch } = watching();
    const loop = watch[Symbol.asyncIterator]();
    assert.equal(loop[Symbol.asyncIterator](), loop);
    const next = asked && loop.next();
    assert.deepEqual(await loop.return('enough'), { done: true, value: 'enough' });
    if (asked) assert.deepEqual(await next, { done: true, value: undefined });
    assert.deepEqual(await loop.next(), { done: true, value: undefined });
    assert.equal((await watch.done).reason, 'closed');
    await world.turns();
    assert.equal(world.left(), NOTHING);
  }
});

test('orders asked for ahead come one by one, and the last one before the end', async () => {
  const { world, watch } = watching();
  const loop = watch[Symbol.asyncIterator]();
  const ahead = [loop.next(), loop.next(), loop.next()];
  await null;
  for (const [at, state] of ['WaitingForPayment', 'PaymentStarted', 'Done'].entries()) {
    world.message('message', text(state, at + 1));
    await world.turns();
  }
  world.message('stop', '');
  const states = (await Promise.all(ahead)).map(({ done, value }) => `${done} ${value.order_state}`);
  assert.deepEqual(states, ['false WaitingForPayment', 'false PaymentStarted', 'false Done']);
  assert.equal((await loop.next()).done, true);
});

test('a loop over a watch that failed for good throws its error', async () => {
  const { world, watch } = watching({ transport: 'poll' });
  const loop = (async () => {
    for await (const order of watch) assert.fail(order.order_state);
  })();
  await world.answer(403, '');
  await assert.rejects(loop, { code: 'HTTP', status: 403 });
  const late = watch[Symbol.asyncIterator]();
  await assert.rejects(late.next(), { status: 403 });
  assert.equal((await late.next()).done, true);
});

test('a watch can be disposed of where the engine knows how', { skip: !Symbol.dispose && 'no Symbol.dispose here' }, async () => {
  const { watch } = watching();
  watch[Symbol.dispose]();
  assert.equal((await watch.done).reason, 'closed');
});

test('a refresh asks at once', async () => {
  const { world, watch } = watching();
  world.message('message', text('WaitingForPayment', 1));
  watch.refresh();
  assert.equal(world.asks(), 1);
  await world.answer(200, text('PaymentReceived', 2));
  assert.equal(watch.order.order_state, 'PaymentReceived');
  watch.close();
});

test('polling uses the environment\'s fetch and ends with the order', async () => {
  const { world, watch, heard } = watching({ transport: 'poll', base: '/shop/api/' });
  assert.equal(world.requested(), `/shop/api/orders/${ID} application/json no-store`);
  await world.answer(200, text('WaitingForPayment', 1));
  assert.deepEqual([watch.state.status, watch.state.transport], ['polling', 'poll']);
  world.advance(10_000);
  await world.answer(200, text('Done', 2));
  assert.equal((await watch.done).reason, 'final');
  assert.deepEqual(heard.filter((line) => line !== 'state polling'), ['order WaitingForPayment', 'order Done', 'state ended', 'end final']);
});

test('how much less often confirmations are asked about can be set', async () => {
  for (const [confirming, least, most] of [[undefined, 15_000, 30_000], [1, 5000, 10_000], [1.5, 7500, 15_000]]) {
    const { world, watch } = watching({ transport: 'poll', poll: { confirming } });
    await world.answer(200, text('PaymentStarted', 1));
    world.advance(least - 1);
    assert.equal(world.asks(), 1);
    world.advance(most - least + 1);
    assert.equal(world.asks(), 2);
    watch.close();
  }
});

test('two watches of one order share a connection, and the last one out closes it', async () => {
  const world = new World();
  const env = world.getEnv();
  const first = watchOrder(ID, { env });
  world.open();
  world.message('message', text('WaitingForPayment', 1));
  const states = [];
  const second = watchOrder(ID, { env, onState: ({ status }) => states.push(status), onOrder: ({ order_state: state }) => states.push(state) });
  assert.equal(second.order.order_state, 'WaitingForPayment');
  await null;
  assert.deepEqual(states, ['live', 'WaitingForPayment']);
  assert.equal(world.count(), 1);
  first.close();
  await world.turns();
  assert.equal(world.openSources(), 1);
  world.message('message', text('PaymentStarted', 2));
  assert.equal(second.order.order_state, 'PaymentStarted');
  assert.equal(first.order.order_state, 'WaitingForPayment');
  second.close();
  await world.turns();
  assert.equal(world.left(), NOTHING);
  const third = watchOrder(ID, { env });
  assert.equal(world.count(), 2);
  third.close();
});

test('a component that is remounted at once keeps its connection', async () => {
  const world = new World();
  const env = world.getEnv();
  watchOrder(ID, { env }).close();
  const watch = watchOrder(ID, { env });
  await world.turns();
  assert.deepEqual([world.count(), world.openSources()], [1, 1]);
  world.message('stop', '');
  assert.equal((await watch.done).reason, 'stop');
});

test('watches with other settings or of other orders do not share', async () => {
  const world = new World();
  const env = { ...world.getEnv(), EventSource: undefined };
  const watches = [watchOrder(ID, { env }), watchOrder(ID, { env, recheck: 0 }), watchOrder('other', { env }), watchOrder(ID, { env, country: 'JP' })];
  assert.equal(world.asks(), 4);
  assert.equal(world.requests[3].init.headers['X-Country-ISO-Code'], 'JP');
  for (const watch of watches) watch.close();
});

test('options that are null are options that are not given', () => {
  watchOrder(ID, { env: null, transport: 'poll', base: 'http://127.0.0.1:9', signal: null, onOrder: null }).close();
});

test('what cannot be used is named, and nothing is opened', () => {
  const world = new World();
  const path = (id, options) => {
    try {
      watchOrder(id, { env: world.getEnv(), ...options });
    } catch (error) {
      assert.ok(error instanceof CheckoutError);
      assert.equal(error.code, 'BAD_INPUT');
      return error.path;
    }
    return assert.fail('it was taken');
  };
  assert.equal(path('../etc', {}), '/orderId');
  assert.equal(path(undefined, {}), '/orderId');
  assert.equal(path(ID, { base: 'javascript:alert(1)' }), '/base');
  assert.equal(path(ID, { transport: 'pigeon' }), '/transport');
  assert.equal(path(ID, { expired: 'perhaps' }), '/expired');
  assert.equal(path(ID, { onOrder: 'yes' }), '/onOrder');
  assert.equal(path(ID, { share: true }), '/share');
  assert.equal(path(ID, { backoff: { initial: 5000, max: 4000 } }), '/backoff/max');
  assert.equal(path(ID, { poll: { min: 20_000 } }), '/poll/max');
  for (const name of ['backoff.initial', 'backoff.max', 'backoff.jitter', 'poll.min', 'poll.max', 'poll.after', 'poll.probe', 'poll.confirming',
    'connectTimeout', 'requestTimeout', 'recheck', 'hiddenGrace', 'hiddenStream']) {
    const [outer, inner] = name.split('.');
    for (const value of [-1, '5', Infinity]) {
      assert.equal(path(ID, { [outer]: inner ? { [inner]: value } : value }), `/${name.replace('.', '/')}`, `${name} ${value}`);
    }
  }
  assert.equal(world.left(), NOTHING);
});

test('after a thaw only the newest of the missed states is told, unless each is wanted', async () => {
  for (const everyState of [false, true]) {
    const { world, heard, watch } = watching({ everyState });
    world.open();
    world.message('message', text('WaitingForPayment', 1));
    await null;
    heard.length = 0;
    world.document.emit('resume');
    world.message('message', text('PaymentStarted', 2));
    world.message('message', text('PaymentReceived', 3));
    world.advance(50);
    assert.deepEqual(heard, everyState ? ['order PaymentStarted', 'order PaymentReceived'] : ['order PaymentReceived']);
    world.document.emit('resume');
    world.message('message', text('Done', 4));
    world.message('stop', '');
    assert.deepEqual(heard.slice(-3), ['order Done', 'state ended', 'end stop']);
    assert.equal((await watch.done).reason, 'stop');
    assert.equal(world.left(), NOTHING);
  }
});

/** A watch in a page at https://shop.example/order, and a way to say what its policy has just refused. */
function policed(options) {
  const scene = watching(options);
  scene.world.document.baseURI = `https://shop.example/order/${ID}?lang=ja`;
  scene.refuse = (blockedURI, more) =>
    scene.world.document.emit('securitypolicyviolation', { effectiveDirective: 'connect-src', disposition: 'enforce', blockedURI, ...more });
  return scene;
}

test('a policy that forbids the connection ends it', async () => {
  for (const [uri, base] of [
    [`https://shop.example/api/orders/${ID}/subscribe`],
    [`https://shop.example/api/orders/${ID}/subscribe?lastEventId=7`],
    [`https://shop.example/api/orders/${ID}`],
    [`https://bff.example/v1/orders/${ID}/subscribe`, 'https://bff.example/v1'],
    ['https://bff.example', 'https://bff.example/v1'],
  ]) {
    const { watch, refuse } = policed({ base });
    refuse(uri);
    const { reason, error } = await watch.done;
    assert.deepEqual([reason, error.code, error.retryable], ['fatal', 'NETWORK', false], uri);
  }
});

test('a policy that forbids another connection is nothing to the watch', async () => {
  const { world, watch, refuse } = policed({ base: 'https://bff.example/v1' });
  refuse('https://shop.example/tracker');
  refuse(`https://t.example/collect?page=https%3A%2F%2Fshop.example%2Forder%2F${ID}`);
  refuse(`https://t.example/v1/orders/${ID}/subscribe`);
  refuse(`https://bff.example/v1/orders/${ID}/receipt`);
  refuse('https://t.example');
  refuse('eval');
  refuse(`https://bff.example/v1/orders/${ID}`, { disposition: 'report' });
  refuse(`https://bff.example/v1/orders/${ID}`, { effectiveDirective: 'img-src' });
  assert.equal(watch.state.status, 'connecting');
  // What was heard is not forbidden: that was something else of the same site.
  world.open();
  refuse('https://bff.example');
  assert.equal(watch.state.status, 'live');
  watch.close();
});

test('a session that ran out may be renewed, once, before a 401 ends it', async () => {
  let renewals = 0;
  const { world, watch, heard } = watching({ transport: 'poll', onUnauthorized: async () => { renewals++; } });
  await world.answer(401, '');
  assert.deepEqual([renewals, world.asks(), watch.state.status], [1, 2, 'polling']);
  await world.answer(200, text('WaitingForPayment', 1));
  assert.ok(heard.includes('order WaitingForPayment'));
  world.advance(10_000);
  await world.answer(401, '');
  assert.deepEqual([renewals, world.asks()], [2, 4]);
  await world.answer(401, '');
  const { reason, error } = await watch.done;
  assert.deepEqual([reason, error.status, renewals], ['fatal', 401, 2]);
  assert.equal(world.left(), NOTHING);
});

test('a renewal that gives false or fails leaves the 401 as it is', async () => {
  for (const onUnauthorized of [() => false, async () => false]) {
    const { world, watch } = watching({ transport: 'poll', onUnauthorized });
    await world.answer(401, '');
    assert.deepEqual([(await watch.done).error.status, world.asks()], [401, 1]);
  }
  const errors = await reported(async () => {
    const { world, watch } = watching({ transport: 'poll', onUnauthorized: async () => { throw new Error('no session'); } });
    await world.answer(401, '');
    assert.equal((await watch.done).reason, 'fatal');
  });
  assert.deepEqual(errors, ['no session']);
});

/** A watch whose session is renewed when the test says so. */
function signingIn() {
  const scene = watching({ transport: 'poll', onUnauthorized: () => { scene.renewals++; return new Promise((resolve) => { scene.renew = resolve; }); } });
  scene.renewals = 0;
  return scene;
}

test('somebody who takes long to sign in is waited for', async () => {
  const scene = signingIn();
  const { world, watch, heard } = scene;
  await world.answer(401, '');
  world.advance(600_000);
  await world.turns();
  assert.deepEqual([scene.renewals, world.asks(), watch.state.status, heard.includes('error NETWORK')], [1, 1, 'polling', false]);
  scene.renew();
  await world.turns();
  assert.equal(world.asks(), 2);
  await world.answer(200, text('WaitingForPayment', 1));
  assert.ok(heard.includes('order WaitingForPayment'));
  // The request made anew has a deadline of its own.
  world.advance(10_000);
  assert.equal(world.asks(), 3);
  watch.close();
});

test('a request made anew after signing in may hang no longer than another', async () => {
  const scene = signingIn();
  const { world, watch, heard } = scene;
  await world.answer(401, '');
  scene.renew();
  await world.turns();
  world.advance(10_000);
  await world.turns();
  assert.ok(heard.includes('error NETWORK'));
  watch.close();
});

test('a request given up while somebody signs in leaves the renewal to the next', async () => {
  for (const renewed of [true, false]) {
    const scene = signingIn();
    const { world, watch } = scene;
    await world.answer(401, '');
    world.setVisible(false);
    world.advance(40_000);
    assert.equal(watch.state.status, 'paused');
    world.setVisible(true);
    await world.answer(401, '');
    assert.deepEqual([scene.renewals, world.asks(), watch.state.status], [1, 2, 'polling']);
    scene.renew(renewed);
    await world.turns();
    if (renewed) {
      assert.equal(world.asks(), 3);
      assert.equal(world.requests[2].init.signal.aborted, false);
      await world.answer(401, '');
    }
    assert.deepEqual([(await watch.done).error.status, scene.renewals], [401, 1]);
  }
});

test('a watch closed while the session is renewed asks nothing more', async () => {
  let renewed;
  const { world, watch } = watching({ transport: 'poll', onUnauthorized: () => new Promise((resolve) => { renewed = resolve; }) });
  await world.answer(401, '');
  watch.close();
  await world.turns();
  renewed();
  await world.turns();
  assert.equal(world.asks(), 1);
});

for (const [what, headers, body] of [
  ['in a header', { 'retry-after': '40' }, '{}'],
  ['in a header, as a date', { 'retry-after': new Date(1_000_000 + 40_000).toUTCString() }, '{}'],
  ['by the end of a limit', { 'x-ratelimit-reset': '40' }, '{}'],
  ['in a body', {}, '{"error":"busy","retry_after":40}'],
]) {
  test(`a wait asked for ${what} is honoured, whatever the status`, async () => {
    const { world, watch } = watching({ transport: 'poll' });
    await world.answer(503, body, headers);
    world.advance(39_000);
    assert.equal(world.asks(), 1);
    world.advance(2_000);
    assert.equal(world.asks(), 2);
    watch.close();
  });
}

test('a good answer may ask for patience, and a limit that is merely mentioned asks for none', async () => {
  for (const [headers, more, next] of [
    [{ 'retry-after': '40' }, '', 40_000],
    [{}, ',"retry_after":40', 40_000],
    [{ 'x-ratelimit-reset': '1040', 'x-ratelimit-remaining': '9' }, '', 10_000],
  ]) {
    const { world, watch } = watching({ transport: 'poll' });
    await world.answer(200, text('WaitingForPayment', 1).replace('}', `${more}}`), headers);
    world.advance(next - 1000);
    assert.equal(world.asks(), next > 10_000 ? 1 : world.asks());
    world.advance(1000);
    assert.equal(world.asks(), 2);
    watch.close();
  }
});

test('when the server was last heard is known', () => {
  const { world, watch } = watching();
  assert.equal(watch.heardAt, undefined);
  world.advance(700);
  world.message('ping', '{}');
  assert.equal(watch.heardAt, world.time);
  watch.close();
});

test('of a burst after a thaw every message is judged, and the newest that is good is told', async () => {
  for (const [burst, told] of [
    [[text('PaymentReceived', 2), '{bad'], ['invalid NOT_JSON', 'order PaymentReceived']],
    [[text('PaymentReceived', 3), text('PaymentStarted', 2)], ['order PaymentReceived']],
    [['{bad', 'bad}'], ['invalid NOT_JSON', 'invalid NOT_JSON']],
  ]) {
    const { world, heard, watch } = watching();
    world.open();
    world.message('message', text('WaitingForPayment', 1));
    await null;
    heard.length = 0;
    world.document.emit('resume');
    for (const [at, body] of burst.entries()) world.message('message', body, `e${at}`);
    world.advance(50);
    assert.deepEqual(heard, told);
    watch.close();
  }
});

test('a resume id is kept by a new stream that names none, and given up by one that empties it', async () => {
  const { world, watch } = watching({ transport: 'sse', recheck: 0 });
  const again = () => {
    world.advance(2000);
    world.fail(false);
    world.advance(1000);
    return new URL(world.url(), 'https://shop.example').searchParams.get('lastEventId');
  };
  world.message('message', text('WaitingForPayment', 1), 'n1');
  assert.equal(again(), 'n1');
  world.message('message', text('PaymentStarted', 2));
  assert.equal(again(), 'n1');
  world.message('message', text('PaymentReceived', 3), 'n2');
  assert.equal(again(), 'n2');
  world.message('message', text('PaymentReceived', 4), 'n3');
  world.message('message', text('PaymentReceived', 5), '');
  assert.equal(again(), null);
  watch.close();
});

test('a reporter of errors that fails itself does not stop the watch', async () => {
  const { reportError: before, setTimeout: timer } = globalThis;
  const late = [];
  globalThis.reportError = () => { throw new Error('the reporter is down'); };
  globalThis.setTimeout = (run) => late.push(run);
  try {
    const { world, watch } = watching({ onOrder: () => { throw new Error('a callback'); } });
    await null;
    world.message('message', text('WaitingForPayment', 1));
    world.message('stop', '');
    assert.equal((await watch.done).reason, 'stop');
    assert.equal(world.left(), NOTHING);
  } finally {
    Object.assign(globalThis, { reportError: before, setTimeout: timer });
  }
  assert.throws(late[0], /a callback/);
});

test('two thousand reconnects leave nothing behind', async () => {
  const { world, watch } = watching({ transport: 'sse', recheck: 0 });
  for (let stamp = 1; stamp <= 2000; stamp++) {
    world.message('message', text('WaitingForPayment', stamp));
    world.fail(false);
    world.advance(world.wake());
  }
  assert.equal(world.count(), 2001);
  assert.equal(world.left(), '12 listeners, 1 timers, 1 sources');
  watch.close();
  await watch.done;
  await world.turns();
  assert.equal(world.left(), NOTHING);
});
