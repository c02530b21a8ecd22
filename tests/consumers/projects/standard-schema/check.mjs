// The checkers where a library takes a Standard Schema: a procedure's output and input in tRPC, a body in Hono.

import { sValidator } from '@hono/standard-validator';
import { initTRPC } from '@trpc/server';
import { orderSchema, validationSchema } from 'cryptorefills-checkout';
import { Hono } from 'hono';

// As recorded answers have it: an amount as a number whose digits must stay, an old name, a time as text.
const sent = '{"id":"7d8c8a3e-3f5e-4a55-9d0c-0d8c3a8b7a10","status":"Done","coin_amount":10.10,"updated_at":"1764000000"}';
const bad = '{"order_state":"Done"}';

const t = initTRPC.create();
const router = t.router({
  follow: t.procedure.input(orderSchema).query(({ input }) => input),
  quote: t.procedure.output(validationSchema).query(() => ({ is_valid: true, problems: null, coin_amount: null })),
});
const caller = router.createCaller({});

const app = new Hono();
app.post('/orders', sValidator('json', orderSchema), (c) => c.json(c.req.valid('json')));
const post = (body) => app.request('/orders', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

const refused = await caller.follow(bad).catch((error) => error);
const answered = await post(sent);
const turnedDown = await post(bad);
console.log(JSON.stringify({
  trpc: {
    order: await caller.follow(sent),
    quote: await caller.quote(),
    refused: { code: refused.code, issues: refused.cause?.issues?.map(({ path, message }) => ({ path, sentence: /[a-z]{3}/u.test(message) })) },
  },
  hono: {
    order: await answered.json(),
    refused: { status: turnedDown.status, paths: (await turnedDown.json()).error.map(({ path }) => path) },
  },
}));
