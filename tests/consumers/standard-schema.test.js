// The checkers as Standard Schema v1 objects, in two libraries that take such objects.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, workshop } from './support/workshop.js';

test('tRPC and Hono take the checkers for schemas: the normal form comes out, issues come with their paths', async () => {
  const cwd = await (await workshop()).project('standard-schema');
  const { stdout } = await run(process.execPath, ['check.mjs'], { cwd });
  const { trpc, hono } = JSON.parse(stdout);

  const order = { order_id: '7d8c8a3e-3f5e-4a55-9d0c-0d8c3a8b7a10', order_state: 'Done', updated_at: 1764000000 };
  for (const taken of [trpc.order, hono.order]) {
    for (const [name, value] of Object.entries(order)) assert.equal(taken[name], value, name);
  }
  // Text keeps its digits; Hono has parsed the body before, so a number has lost its last zero there.
  assert.equal(trpc.order.coin_amount, '10.10');
  assert.equal(hono.order.coin_amount, '10.1');
  assert.deepEqual(trpc.quote.problems, []);
  assert.equal('coin_amount' in trpc.quote, false);

  assert.equal(trpc.refused.code, 'BAD_REQUEST');
  assert.deepEqual(trpc.refused.issues, [{ path: ['order_id'], sentence: true }]);
  assert.deepEqual(hono.refused, { status: 400, paths: [['order_id']] });
});
