// Texts for shoppers: every documented code has one in every language, short and complete.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CheckoutError } from '../dist/index.js';
import { en, endText, errorText, issueText, ja, problemText, stageText } from '../src/messages/index.js';

// docs/errors.md is generated from the crate's tables, and a test of the crate fails when it is stale.
const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const between = (from, to) => page.slice(page.indexOf(from), to ? page.indexOf(to) : undefined);
const found = (text, pattern) => Array.from(text.matchAll(pattern), (match) => match[1]);

const problems = found(between('## Problem codes', '## Issue codes'), /^#### (\w+)/gm);
const errors = found(between('## CheckoutError codes', '## Problem codes'), /^### (\w+)/gm);
const issues = found(between('## Issue codes'), /^\| `(\w+)` \|/gm);
// The types have every stage, from the crate's table, and every reason a watch can end for.
const union = (file, pattern) => found(pattern.exec(readFileSync(new URL(file, import.meta.url), 'utf8'))[1], /'(\w+)'/g);
const stages = union('../src/wire.d.ts', /type OrderStage =([^;]+);/);
const ends = union('../src/watch.d.ts', /type End =([^]+?);\n\n/);

const long = 'X'.repeat(500);
const params = [
  undefined,
  {},
  { vias: ['USER_WALLET', 'GATE_PAY', long], combinations: [{ coin: 'USDC', network: 'Solana' }, { coin: long, network: long }] },
  { vias: [], combinations: [{}, null, 7], retryAfterSeconds: Number.NaN },
  { vias: 7, combinations: 'USDC-SOLANA', retryAfterSeconds: '5' },
  ...[0, 1, 90, 91, 5400, 5401, 1e9].map((retryAfterSeconds) => ({ retryAfterSeconds })),
];

function assertGood(text, about) {
  assert.equal(typeof text, 'string', about);
  assert.ok(text.length > 1 && text.length <= 160, `${about}: ${text}`);
  assert.doesNotMatch(text, /undefined|null|NaN|\[object|\$\{|[{}]|TODO/, about);
  assert.equal(text, text.trim(), about);
}

test('the page has the error codes of the types', () => {
  const types = readFileSync(new URL('../src/index.d.ts', import.meta.url), 'utf8');
  const union = /type CheckoutErrorCode =([^;]+);/.exec(types)?.[1] ?? '';
  assert.deepEqual(found(union, /'(\w+)'/g).sort(), errors.toSorted());
});

test('the page says what is worth trying again as the class does', () => {
  for (const code of errors.filter((code) => !['HTTP', 'NOT_INITIALIZED'].includes(code))) {
    const said = /Worth trying again unchanged: (\w+)/.exec(between(`### ${code}\n`))?.[1];
    assert.equal(said, new CheckoutError(code, '').retryable ? 'yes' : 'no', code);
    assert.ok(new CheckoutError(code, '').docUrl.endsWith(`#${code.toLowerCase()}`));
  }
});

test('the page lists what there is to translate', () => {
  assert.ok(problems.length >= 39 && stages.length >= 11 && ends.length >= 5);
  assert.ok(errors.includes('OUTCOME_UNKNOWN') && errors.length >= 11);
  assert.ok(issues.includes('PHONE_NOT_E164') && issues.length >= 16);
});

for (const lang of [en, ja]) {
  test(`${lang.tag}: every problem code has a text of its own, whatever its params`, () => {
    assert.deepEqual(Object.keys(lang.problems).sort(), problems.toSorted());
    for (const code of problems) {
      for (const given of params) assertGood(problemText({ code, params: given }, lang), code);
    }
    assert.equal(new Set(problems.map((code) => problemText({ code }, lang))).size, problems.length);
  });

  test(`${lang.tag}: every stage, end, issue and error has a text`, () => {
    assert.deepEqual(Object.keys(lang.stages), stages);
    assert.deepEqual(Object.keys(lang.ends), ends);
    assert.deepEqual(Object.keys(lang.issues).filter((code) => code !== 'INVOICE').sort(), issues.toSorted());
    assert.deepEqual(Object.keys(lang.errors).sort(), errors.toSorted());
    for (const stage of stages) assertGood(stageText(stage, lang), stage);
    for (const reason of ends) assertGood(endText(reason, lang), reason);
    for (const code of [...issues, 'INVOICE_AMOUNT']) assertGood(issueText({ code }, lang), code);
    for (const code of errors) assertGood(errorText({ code }, lang), code);
  });

  test(`${lang.tag}: an unknown code is named in a sentence`, () => {
    for (const code of ['MOON_IN_WRONG_PHASE', 'constructor', '__proto__']) {
      const text = problemText({ code }, lang);
      assertGood(text, code);
      assert.ok(text.includes(code.slice(0, 24)));
    }
    assert.equal(stageText('on_the_moon', lang), lang.stages.unknown);
    assert.equal(endText('toString', lang), lang.ends.closed);
    assertGood(errorText({ code: 'NEW_ONE' }, lang));
    assertGood(issueText({ code: 'NEW_ONE' }, lang));
    assertGood(problemText({ code: long }, lang));
  });
}

test('a language has to be named', () => {
  for (const text of [problemText, issueText, errorText]) assert.throws(() => text({ code: 'OUT_OF_STOCK' }), /problemText\(problem, en\)/);
  for (const text of [stageText, endText]) assert.throws(() => text('final'), /problemText\(problem, en\)/);
  assert.match(problemText({ code: 'OUT_OF_STOCK' }, ja), /在庫切れ/);
});

test('params are said', () => {
  const via = { code: 'NOT_ALLOWED_PAYMENT_VIA', params: { vias: ['USER_WALLET', 'NEW_PAY'] } };
  assert.match(problemText(via, en), /your own wallet, NEW_PAY\./);
  assert.match(problemText(via, ja), /ご自身のウォレット、NEW_PAY/);
  const pairs = [{ coin: 'USDC', network: 'Solana' }, { coin: 'USDC', network: 'Base' }];
  const pair = { code: 'UNSUPPORTED_PROTOCOL_COIN_COMBINATION', params: { combinations: pairs } };
  assert.match(problemText(pair, en), /USDC on Solana, USDC on Base\./);
  assert.match(problemText(pair, ja), /USDC（Solana）、USDC（Base）/);
  const many = { ...pair, params: { combinations: Array(20).fill(pairs).flat() } };
  assert.match(problemText(many, en), /and others\.$/);
  assert.match(problemText(many, ja), /など$/);
  const wait = (retryAfterSeconds) => ({ code: 'RATE_LIMITED', params: { retryAfterSeconds } });
  assert.match(problemText(wait(1), en), /in 1 second\./);
  assert.match(problemText(wait(31), en), /in 31 seconds\./);
  assert.match(problemText(wait(600), en), /in 10 minutes\./);
  assert.match(problemText(wait(600), ja), /10分後/);
});

test('names from the wire cannot turn a sentence around', () => {
  const text = problemText({ code: 'NOT_ALLOWED_PAYMENT_VIA', params: { vias: ['A\u202eB\nC\u0000'] } }, en);
  assert.match(text, /: ABC\.$/);
});

test('an issue without a text says its own message', () => {
  assert.equal(issueText({ code: 'NEW_ONE', message: 'Say it like this' }, en), 'Say it like this');
  assert.equal(issueText({ code: 'PHONE_WRONG_LENGTH', message: 'A number of Italy has 10 digits' }, en), 'A number of Italy has 10 digits');
  assert.doesNotMatch(issueText({ code: 'PHONE_WRONG_LENGTH', message: 'A number of Italy has 10 digits' }, ja), /Italy/);
});

test('an error says its first problem or issue', () => {
  assert.equal(errorText({ code: 'PROBLEMS', problems: [{ code: 'COUPON_EXPIRED' }] }, en), problemText({ code: 'COUPON_EXPIRED' }, en));
  assert.equal(errorText({ code: 'BAD_INPUT', issues: [{ code: 'EMAIL' }] }, ja), issueText({ code: 'EMAIL' }, ja));
});
