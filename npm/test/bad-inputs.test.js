// A hundred thousand inputs nobody should send: each is answered, and the module's memory is where it was.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  checkBeneficiary, checkBrands, checkDraft, checkJson, checkOrder, checkPaymentVias, checkPrice, checkProducts, checkValidation, decodeProblems,
  init, openBrands, openProducts, paymentInstructions, paymentWindow,
} from '../dist/slim.js';

const FIXTURES = new URL('../../tests/fixtures/answers/', import.meta.url);
const DRAFT = JSON.stringify({
  email: 'shopper@example.com',
  items: [{ kind: 'giftcard', brand: 'Lumen', country: 'FR', value: { denomination: '50 EUR' }, quantity: 2 }, { kind: 'mobile_recharge', brand: 'Orange', country: 'FR', value: { amount: '10.5' }, beneficiary: '+33612345678' }],
  payment: { coin: 'USDC', network: 'Solana' },
});
const INPUTS = 100_000;

test('a hundred thousand bad inputs are answered, and leave the memory where it was', async () => {
  const bytes = await readFile(new URL('../dist/sdk.wasm', import.meta.url));
  // The memory of the instance the package itself uses.
  const memories = [];
  const { Instance } = WebAssembly;
  const { instantiate } = WebAssembly;
  const note = (instance) => (memories.push(instance.exports.memory), instance);
  WebAssembly.Instance = function NotingInstance(...args) { return note(new Instance(...args)); };
  WebAssembly.instantiate = async (...args) => {
    const made = await instantiate(...args);
    note(made.instance ?? made);
    return made;
  };
  try {
    await init(bytes);
  } finally {
    WebAssembly.Instance = Instance;
    WebAssembly.instantiate = instantiate;
  }
  assert.equal(memories.length, 1);

  const texts = [DRAFT];
  for (const name of await readdir(FIXTURES)) texts.push(await readFile(new URL(name, FIXTURES), 'utf8'));
  const small = texts.filter((text) => text.length < 8000);
  assert.ok(small.length > 5);

  let seed = 20_261_124;
  const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const odd = ['"', '{', '[', ']', '}', ',', ':', '\\', '\\u', '\\ud800', '\u0000', '\ud800', '-', '1e999', '0.', 'null', '😀', '<html>', '9'.repeat(40), ' '];
  const spoil = (text) => {
    for (let times = 1 + random(3); times > 0; times--) {
      const at = random(text.length + 1);
      const to = at + random(random(4) === 0 ? 200 : 4);
      const put = random(3) === 0 ? text.slice(random(text.length + 1)).slice(0, 40) : odd[random(odd.length)];
      text = text.slice(0, at) + put + text.slice(to);
    }
    return text;
  };
  const parsed = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  const opened = (open) => (text) => {
    const result = open(text);
    if (result.ok) {
      result.value.search(text.slice(0, 12));
      result.value.close();
    }
    return result;
  };
  const uses = [
    checkOrder, checkValidation, checkPaymentVias, checkBrands, checkProducts, checkPrice, checkJson,
    opened(openBrands), opened(openProducts),
    (text) => decodeProblems(text, [200, 400, 404, 422, 429, 500][random(6)]),
    (text) => checkBeneficiary(['email', 'phone', 'mobile_recharge', text.slice(0, 9)][random(4)], text.slice(random(20)).slice(0, 30), 'FR'),
    () => checkDraft(parsed(spoil(DRAFT))),
    (text) => {
      const order = checkOrder(text);
      return order.ok ? [paymentWindow(order.value), paymentInstructions(order.value)] : order;
    },
  ];
  let refused = 0;
  const work = (times) => {
    for (let nth = 0; nth < times; nth++) {
      const result = uses[nth % uses.length](spoil(small[random(small.length)]));
      if (result && (result.ok === false || result.length > 0)) refused += 1;
    }
  };
  work(5_000);
  const before = memories[0].buffer.byteLength;
  refused = 0;
  work(INPUTS);
  assert.equal(memories[0].buffer.byteLength, before);
  // Were the same instance not used any more, its memory would stay as it is for another reason.
  assert.equal(checkOrder('{"order_id":"a","order_state":"Done"}').ok, true);
  assert.equal(memories.length, 1);
  assert.ok(refused > INPUTS / 4 && refused < INPUTS, `${refused} were refused`);
});
