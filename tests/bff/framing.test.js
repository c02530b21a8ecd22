// Where in an event stream something may be put in between, whatever the line ends and however the bytes are cut.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Framing } from '../../npm/src/bff/framing.js';

const bytes = (text) => new TextEncoder().encode(text);
const after = (text, size = 1) => {
  const framing = new Framing();
  const whole = bytes(text);
  for (let at = 0; at < whole.length; at += size) framing.push(whole.subarray(at, at + size));
  return [framing.atEventBoundary, framing.atLineBoundary];
};

test('boundaries in LF, CRLF and CR streams', () => {
  for (const [text, event, line] of [
    ['', true, true],
    ['data: 1', false, false],
    ['data: 1\n', false, true],
    ['data: 1\n\n', true, true],
    ['data: 1\r\n', false, true],
    ['data: 1\r\n\r\n', true, true],
    ['data: 1\r\n\r', true, false],
    ['data: 1\r', false, false],
    ['data: 1\r\r', true, false],
    ['data: 1\n\ndata', false, false],
    [': comment\n', true, true],
    [': comment', false, false],
    [': comment\r', true, false],
    ['data: 1\n: comment\n', false, true],
    ['data: 1\n: comment\n\n', true, true],
    ['\n', true, true],
    ['\n\n\n', true, true],
    ['id: 1\ndata: a\ndata: b\n', false, true],
    ['data: 1\n\r\n', true, true],
    ['data: é\n\n', true, true],
  ]) {
    for (const size of [1, 2, 3, 100]) {
      assert.deepEqual(after(text, size), [event, line], `${JSON.stringify(text)} by ${size}`);
    }
  }
});

test('a byte order mark at the start goes, one elsewhere stays, half of one is no mark', () => {
  const passed = (whole, size) => {
    const framing = new Framing();
    const out = [];
    for (let at = 0; at < whole.length; at += size) out.push(...framing.push(whole.slice(at, at + size)));
    return out;
  };
  const mark = [0xef, 0xbb, 0xbf];
  for (const size of [1, 2, 3, 4, 100]) {
    assert.deepEqual(passed(Uint8Array.from([...mark, 0x61, ...mark]), size), [0x61, ...mark]);
    assert.deepEqual(passed(Uint8Array.from([...mark, ...mark, 0x61]), size), [...mark, 0x61]);
    assert.deepEqual(passed(Uint8Array.from([0xef, 0xbb, 0x61, 0x62]), size), [0xef, 0xbb, 0x61, 0x62]);
    assert.deepEqual(passed(Uint8Array.from([0xef, 0x61, 0xbb]), size), [0xef, 0x61, 0xbb]);
  }
});

test('NUL is taken out', () => {
  assert.deepEqual([...new Framing().push(bytes('id: a\0b\n'))], [...bytes('id: ab\n')]);
});

test('however a stream is cut into chunks, its boundaries are the same', () => {
  const pieces = ['data: x', 'a', ':', '\n', '\r', '\r\n', '\n\n', 'é', ''];
  let seed = 7;
  const next = (below) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const state = (framing) => [framing.atEventBoundary, framing.atLineBoundary];
  for (let round = 0; round < 2_000; round += 1) {
    const bytes = Buffer.from(Array.from({ length: 1 + next(8) }, () => pieces[next(pieces.length)]).join(''));
    const [whole, single, cut] = [new Framing(), new Framing(), new Framing()];
    whole.push(bytes);
    for (const byte of bytes) single.push(Uint8Array.of(byte));
    const at = next(bytes.length + 1);
    cut.push(bytes.subarray(0, at));
    cut.push(bytes.subarray(at));
    assert.deepEqual(state(whole), state(single), JSON.stringify(bytes.toString()));
    assert.deepEqual(state(cut), state(single), JSON.stringify(bytes.toString()));
  }
});

test('what a page can see is told from comments, however they are cut', () => {
  const framing = new Framing();
  const seen = (text) => {
    framing.push(bytes(text));
    return framing.sawField;
  };
  for (const [text, expected] of [[': a\n\n', false], ['\n', false], [': b', false], [': c data: 1', false], ['\r\n', false], ['data', true], [': x', true], ['\n\n', false], [':\nd', true]]) {
    assert.equal(seen(text), expected, JSON.stringify(text));
  }
});
