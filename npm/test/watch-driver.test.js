// The watch's driver over a machine that breaks: what a failed module costs, and what it must not cost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WatchDriver } from '../src/watch-driver.js';
import { World } from '../../tests/browser/world.js';

const NOTHING = '0 listeners, 0 timers, 0 sources';
const SETTINGS = { orderId: 'o-1', transport: 'auto', keepExpired: false, numbers: [] };
const REQUEST = { url: '/api/orders/o-1', headers: {}, streamUrl: '/api/orders/o-1/subscribe' };
const START = 10;
const MESSAGE = 1;
const PING = 3;
const KNOWN = 20;
const CLOSE = 18;
const OPEN_STREAM = 0;
const TIMER = 4;

/** A machine that opens a stream at its start and does to everything else what the test says. */
function driven(react) {
  const world = new World();
  const made = [];
  let serial = 0;
  const machine = {
    watchNew: (id) => made.push(id),
    watchEvent: (id, kind, ...rest) => (kind === START ? JSON.stringify([0, OPEN_STREAM, ++serial, TIMER, 1000, 0]) : react(kind, rest.at(-1))),
  };
  const driver = new WatchDriver(() => machine, SETTINGS, REQUEST, world.getReport(), world.getEnv());
  driver.start();
  return { world, driver, made };
}

test('a machine that is gone is made anew, with one stream and one timer', () => {
  let gone = true;
  const { world, made } = driven(() => {
    if (!gone) return '[0,0]';
    gone = false;
    return '';
  });
  world.message('message', '{}');
  assert.equal(made.length, 2);
  assert.deepEqual([world.count(), world.openSources(), world.timers.length], [2, 1, 1]);
  world.message('message', '{}');
  assert.equal(made.length, 2);
});

test('one that is made anew is told what is known, and tells nobody again', () => {
  const told = [];
  let gone = true;
  const { world } = driven((kind, text) => {
    if (kind === PING && gone) return '';
    if (kind === KNOWN || kind === MESSAGE) told.push(`${kind} ${text}`);
    return kind === PING ? '[0,0]' : `[{"order_id":"o-1","at":${told.length}},5,0,0]`;
  });
  world.message('message', '{"first":1}');
  world.message('message', '{"second":2}');
  world.message('ping', '{}');
  gone = false;
  world.message('ping', '{}');
  assert.deepEqual(told, [`${MESSAGE} o-1\n{"first":1}`, `${MESSAGE} o-1\n{"second":2}`, `${KNOWN} o-1\n{"second":2}`]);
  assert.equal(world.heard(), 'order {"order_id":"o-1","at":1}\norder {"order_id":"o-1","at":2}');
});

test('a report that throws leaves the driver in working order', () => {
  const { world, driver } = driven((kind) => (kind === MESSAGE ? '[[],6,0,0]' : '[0,1,0,4,0,9,3,0]'));
  world.on('invalid', () => { throw new Error('it must not, but did'); });
  assert.throws(() => world.message('message', '{}'), /but did/);
  driver.close();
  assert.equal(world.left(), NOTHING);
});

test('one that fails again and again ends the watch', () => {
  const { world } = driven((kind) => {
    if (kind === MESSAGE) throw new WebAssembly.RuntimeError('unreachable');
    return '[0,0]';
  });
  for (let at = 0; at < 4; at++) world.message('message', '{}');
  assert.equal(world.heard(), 'end fatal internal');
  assert.equal(world.left(), NOTHING);
});

test('closing needs no machine', () => {
  const { world, driver } = driven((kind) => (kind === CLOSE ? '' : '[0,0]'));
  driver.close();
  assert.equal(world.heard(), 'end closed');
  assert.equal(world.left(), NOTHING);
  driver.refresh();
  assert.equal(world.heard(), '');
});
