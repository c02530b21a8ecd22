// One connection for all tabs of a browser: each tab is a world of its own, with locks and channels between them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acrossTabs, watchOrder } from '../dist/index.js';
import { World } from '../../tests/browser/world.js';

const ID = '7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162';
const NOTHING = '0 listeners, 0 timers, 0 sources';
const order = (state, updated) => JSON.stringify({ order_id: ID, order_state: state, updated_at: updated });

/** The locks and channels of one browser. */
class Browser {
  queue = [];
  holder;
  channels = new Set();
  posted = [];
  steals = 0;

  locksOf(tab) {
    const browser = this;
    return {
      request: (name, { signal, steal }, run) => new Promise((resolve, reject) => {
        const wish = { tab, run, resolve, reject };
        if (steal) {
          browser.steals++;
          const robbed = this.holder;
          this.holder = undefined;
          robbed?.reject(new DOMException('stolen', 'AbortError'));
          this.queue.unshift(wish);
        } else this.queue.push(wish);
        signal?.addEventListener('abort', () => {
          this.queue = this.queue.filter((other) => other !== wish);
          reject(new DOMException('aborted', 'AbortError'));
        });
        this.grant();
      }),
    };
  }

  grant() {
    queueMicrotask(() => {
      if (this.holder || !this.queue.length) return;
      const wish = (this.holder = this.queue.shift());
      Promise.resolve(wish.run({})).then((value) => {
        if (this.holder === wish) this.holder = undefined;
        wish.resolve(value);
        this.grant();
      });
    });
  }

  channelClassOf(tab) {
    const browser = this;
    return class {
      constructor(name) {
        Object.assign(this, { name, tab });
        browser.channels.add(this);
      }

      postMessage(data) {
        browser.posted.push(data);
        const copy = structuredClone(data);
        for (const other of browser.channels) {
          if (other === this || other.name !== this.name) continue;
          queueMicrotask(() => other.tab.frozen || !browser.channels.has(other) || other.onmessage?.({ data: copy }));
        }
      }

      close() {
        browser.channels.delete(this);
      }
    };
  }

  tab({ visible = true, ...options } = {}) {
    const world = new World();
    const tab = { world, heard: [], frozen: false };
    world.document.visibilityState = visible ? 'visible' : 'hidden';
    world.env.navigator = { locks: this.locksOf(tab) };
    world.env.BroadcastChannel = this.channelClassOf(tab);
    const note = (name, show) => (what) => tab.heard.push(`${name} ${show(what)}`);
    tab.watch = watchOrder(ID, {
      env: world.getEnv(),
      share: acrossTabs(),
      onOrder: note('order', ({ order_state: state }) => state),
      onState: note('state', ({ status }) => status),
      onError: note('error', ({ code }) => code),
      onEnd: note('end', ({ reason }) => reason),
      ...options,
    });
    tab.orders = () => tab.heard.filter((line) => line.startsWith('order')).map((line) => line.slice(6));
    return tab;
  }
}

/** Lets locks and messages get where they go. */
async function settled() {
  for (let turn = 0; turn < 60; turn++) await null;
}

const open = (...tabs) => tabs.map(({ world }) => world.openSources());

test('the first tab is connected, the second is told, and its stop ends both', async () => {
  const browser = new Browser();
  const first = browser.tab();
  await settled();
  first.world.open();
  first.world.message('message', order('WaitingForPayment', 1));
  const second = browser.tab();
  await settled();
  assert.deepEqual(open(first, second), [1, 0]);
  assert.deepEqual([second.watch.state.status, second.watch.order.order_state], ['live', 'WaitingForPayment']);
  first.world.advance(500);
  first.world.message('message', order('Done', 2));
  await settled();
  assert.equal(second.watch.heardAt, first.watch.heardAt);
  first.world.message('stop', '');
  assert.equal((await second.watch.done).reason, 'stop');
  assert.equal((await first.watch.done).reason, 'stop');
  for (const tab of [first, second]) {
    assert.deepEqual(tab.orders(), ['WaitingForPayment', 'Done']);
    assert.equal(tab.heard.filter((line) => line === 'state ended').length, 1);
    assert.equal(tab.world.left(), NOTHING);
  }
  assert.deepEqual([browser.channels.size, browser.queue.length, browser.holder], [0, 0, undefined]);
});

test('when the leader goes, another takes over at once with one request, and nothing is told twice or undone', async () => {
  const browser = new Browser();
  const first = browser.tab();
  await settled();
  const second = browser.tab();
  const third = browser.tab();
  await settled();
  first.world.message('message', order('PaymentStarted', 5));
  await settled();
  first.watch.close();
  await settled();
  assert.deepEqual(open(first, second, third), [0, 1, 0]);
  assert.equal(second.world.asks(), 1);
  second.world.message('message', order('WaitingForPayment', 4));
  second.world.message('message', order('PaymentStarted', 5));
  await second.world.answer(200, order('PaymentReceived', 6));
  await settled();
  assert.equal(first.world.left(), NOTHING);
  for (const tab of [second, third]) assert.deepEqual(tab.orders(), ['PaymentStarted', 'PaymentReceived']);
  second.watch.close();
  third.watch.close();
  await settled();
  assert.deepEqual([second.world.left(), third.world.left(), browser.channels.size], [NOTHING, NOTHING, 0]);
});

test('a tab that is to be seen leads rather than one that is hidden', async () => {
  const browser = new Browser();
  const hidden = browser.tab({ visible: false });
  await settled();
  assert.deepEqual(open(hidden), [1]);
  const seen = browser.tab();
  await settled();
  assert.deepEqual(open(hidden, seen), [0, 1]);
  seen.world.setVisible(false);
  await settled();
  assert.deepEqual(open(hidden, seen), [0, 1]);
  hidden.world.setVisible(true);
  await settled();
  assert.deepEqual(open(hidden, seen), [1, 0]);
  hidden.watch.close();
  seen.watch.close();
  await settled();
  assert.deepEqual([hidden.world.left(), seen.world.left()], [NOTHING, NOTHING]);
});

test('a leader that is frozen loses the lead within 13 seconds, and finds out when it thaws', async () => {
  const browser = new Browser();
  const frozen = browser.tab();
  await settled();
  frozen.world.message('message', order('WaitingForPayment', 1));
  const other = browser.tab();
  await settled();
  other.world.advance(12_000);
  await settled();
  assert.deepEqual(open(frozen, other), [1, 0]);
  frozen.frozen = true;
  other.world.advance(24_000);
  await settled();
  other.world.advance(0);
  await settled();
  assert.deepEqual(open(other), [1]);
  await other.world.answer(200, order('PaymentStarted', 2));
  frozen.frozen = false;
  await settled();
  assert.deepEqual(open(frozen, other), [0, 1]);
  other.world.message('message', order('PaymentReceived', 3));
  await settled();
  assert.deepEqual(frozen.orders(), ['WaitingForPayment', 'PaymentReceived']);
  frozen.watch.close();
  other.watch.close();
  await settled();
  assert.deepEqual([frozen.world.left(), other.world.left()], [NOTHING, NOTHING]);
});

/** Winds all clocks a second at a time, with locks and messages in between, as they would be. */
async function wind(tabs, seconds) {
  for (let passed = 0; passed < seconds; passed++) {
    for (const { world } of tabs) world.advance(1000);
    await settled();
  }
}

test('a leader does not watch for itself: alone or followed, it keeps its one stream for ten minutes', async () => {
  const browser = new Browser();
  const first = browser.tab();
  await settled();
  // What a heartbeat of the server's is to a machine: the stream lives.
  const tell = (at) => first.world.message('message', order('WaitingForPayment', at));
  tell(1);
  await wind([first], 600);
  assert.deepEqual([first.world.count(), browser.steals, browser.channels.size], [1, 0, 1]);
  const second = browser.tab();
  await settled();
  await wind([first, second], 600);
  assert.deepEqual([first.world.count(), second.world.count(), browser.steals, browser.channels.size], [1, 0, 0, 2]);
  tell(2);
  await settled();
  assert.equal(second.watch.order.updated_at, 2);
  first.watch.close();
  second.watch.close();
  await settled();
  assert.deepEqual([first.world.left(), second.world.left()], [NOTHING, NOTHING]);
});

test('leaders that freeze one after the other, with others heard in between, make no tab a loner', async () => {
  const browser = new Browser();
  const other = browser.tab();
  await settled();
  for (let times = 1; times <= 5; times++) {
    const leader = browser.tab();
    await settled();
    // Hidden for a moment, it hands the lead over.
    other.world.setVisible(false);
    await settled();
    leader.world.setVisible(true);
    await settled();
    assert.deepEqual(open(leader, other), [1, 0], `before freeze ${times}`);
    other.world.setVisible(true);
    leader.frozen = true;
    await wind([other], 14);
    assert.deepEqual([open(other), browser.steals, browser.channels.size], [[1], times, 2], `after freeze ${times}`);
    leader.frozen = false;
    leader.watch.close();
    await settled();
  }
  other.watch.close();
  await settled();
  assert.equal(other.world.left(), NOTHING);
});

test('a leader that leaves the page hands over, and joins again when it comes back', async () => {
  const browser = new Browser();
  const first = browser.tab();
  await settled();
  const second = browser.tab();
  await settled();
  first.world.pageEvent('pagehide');
  await settled();
  assert.deepEqual(open(first, second), [0, 1]);
  assert.equal(browser.channels.size, 1);
  first.world.pageEvent('pageshow');
  await settled();
  second.world.message('message', order('PaymentStarted', 2));
  await settled();
  assert.deepEqual(first.orders(), ['PaymentStarted']);
  first.watch.close();
  second.watch.close();
  await settled();
  assert.deepEqual([first.world.left(), second.world.left()], [NOTHING, NOTHING]);
});

test('a follower that wants to know now is answered by the leader', async () => {
  const browser = new Browser();
  const first = browser.tab();
  await settled();
  const second = browser.tab();
  await settled();
  second.watch.refresh();
  await settled();
  await first.world.answer(200, order('PaymentStarted', 2));
  await settled();
  assert.deepEqual(second.orders(), ['PaymentStarted']);
  first.watch.close();
  second.watch.close();
});

for (const [what, spoil] of [
  ['there are no locks', (env) => { env.navigator = {}; }],
  ['there are no channels', (env) => { env.BroadcastChannel = undefined; }],
  ['locks are refused', (env) => { env.navigator = { locks: { request: () => Promise.reject(new DOMException('no', 'SecurityError')) } }; }],
  ['locks throw', (env) => { env.navigator = { locks: { request() { throw new DOMException('no', 'SecurityError'); } } }; }],
]) {
  test(`where ${what}, a tab has its own connection and nobody is told`, async () => {
    const world = new World();
    spoil(Object.assign(world.env, { BroadcastChannel: new Browser().channelClassOf({}), navigator: {} }));
    const heard = [];
    const watch = watchOrder(ID, { env: world.getEnv(), share: acrossTabs(), onState: ({ status }) => heard.push(status), onError: () => heard.push('error') });
    await settled();
    world.open();
    world.message('message', order('Done', 1));
    world.message('stop', '');
    assert.equal((await watch.done).reason, 'stop');
    assert.deepEqual(heard, ['connecting', 'live', 'ended']);
    assert.equal(world.left(), NOTHING);
  });
}

test('where messages do not arrive, tabs stop taking the lead from each other', async () => {
  const browser = new Browser();
  const tabs = [browser.tab(), browser.tab()];
  for (const tab of tabs) tab.frozen = true;
  await wind(tabs, 120);
  // One leads nobody, the other is on its own and asks for no lock any more; both are connected.
  const { steals } = browser;
  const asked = tabs.map(({ world }) => world.asks());
  await wind(tabs, 600);
  assert.deepEqual([browser.steals, browser.channels.size, browser.queue.length], [steals, 1, 0]);
  tabs.forEach(({ world }, at) => assert.ok(world.asks() > asked[at]));
  for (const tab of tabs) tab.watch.close();
  await settled();
  for (const { world } of tabs) assert.equal(world.left(), NOTHING);
});

test('nothing of an order is kept but in memory: messages go to the channel and nowhere else', async () => {
  const browser = new Browser();
  const first = browser.tab();
  await settled();
  first.world.message('message', JSON.stringify({ order_id: ID, order_state: 'Done', updated_at: 1, deliveries: [{ kind: 'giftcard', deliverable: { pin_code: 'CODE-1' } }] }));
  await settled();
  assert.equal(browser.posted.filter((message) => JSON.stringify(message).includes('CODE-1')).length, 1);
  assert.deepEqual(Object.keys(globalThis).filter((name) => /storage|indexedDB/iu.test(name) && globalThis[name]?.length), []);
  first.watch.close();
});
