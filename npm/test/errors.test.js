// The one error class: what it says, what it never says, and that its guard knows it across copies of the package.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import * as sdk from '../dist/index.js';
import { createTestShop, fixtures } from '../dist/testing.js';

const run = promisify(execFile);
const dist = new URL('../dist/', import.meta.url);
const read = (name) => readFile(new URL(name, dist), 'utf8');
const { version } = JSON.parse(await read('package.json'));

let copies = 0;
/** A copy of ./slim of its own, not ready yet. */
const freshSlim = () => import(`../dist/slim.js?copy=${(copies += 1)}`);

test('docUrl is an address of this version, with an anchor the page has', async () => {
  const page = await read('docs/errors.html');
  const codes = /type CheckoutErrorCode =([^;]+);/.exec(await read('index.d.ts'))[1].match(/\w+/g);
  assert.ok(codes.length >= 12);
  for (const code of codes) {
    const { hash, pathname } = new URL(new sdk.CheckoutError(code, '').docUrl);
    assert.equal(page.split(` id="${hash.slice(1)}"`).length, 2, code);
    assert.ok(pathname.endsWith(`@${version}/docs/errors.html`), pathname);
  }
});

test('the page docUrl leads to is whole: what docs/errors.md says, with every link leading somewhere', async () => {
  const [page, source] = await Promise.all([read('docs/errors.html'), read('docs/errors.md')]);
  const ids = new Set(Array.from(page.matchAll(/ id="([^"]+)"/g), ([, id]) => id));
  const links = Array.from(page.matchAll(/ href="#([^"]+)"/g), ([, link]) => link);
  assert.ok(links.length > 30);
  for (const link of links) assert.ok(ids.has(link), link);
  assert.equal(page.match(/<h[1-6] /g).length, source.match(/^#+ /gm).length);
  const rows = source.match(/^\|.*/gm).filter((line) => !/^[|-]+$/.test(line));
  assert.equal(page.match(/<tr>/g).length, rows.length);
  // Nothing of the notation is left in what is read, and nothing of the text is taken for a tag.
  const shown = page.replace(/<style>[^]*<\/style>|<code>[^<]*<\/code>|<[^>]+>/g, '');
  assert.doesNotMatch(shown, /\*\*|`|\]\(|^#|^\s*[|-] |<|>/m);
  const words = (text) => text.replace(/<style>[^]*<\/style>|<title>.*<\/title>|<!--[^]*?-->|<[^>]+>/g, ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').match(/[\p{L}\d_]+/gu).join(' ');
  assert.equal(words(page), words(source.replace(/\]\([^)]*\)/g, ']')));
});

test('the guard knows an error of another copy, which instanceof does not', async () => {
  const other = await freshSlim();
  let thrown;
  try {
    other.isCountry('US');
  } catch (error) {
    thrown = error;
  }
  assert.equal(thrown instanceof sdk.CheckoutError, false);
  assert.equal(sdk.isCheckoutError(thrown), true);
  assert.equal(other.isCheckoutError(new sdk.CheckoutError('HTTP', '')), true);
  for (const thing of [undefined, null, 'HTTP', new Error('x'), { code: 'HTTP', name: 'CheckoutError' }, () => {}]) {
    assert.equal(sdk.isCheckoutError(thing), false);
  }
});

test('it is an Error in every respect', () => {
  const cause = new TypeError('why');
  const error = new sdk.CheckoutError('BAD_INPUT', 'What.', { cause, issues: [{ path: '/a', code: 'TYPE', message: 'm' }] });
  assert.ok(error instanceof Error && error instanceof sdk.CheckoutError);
  assert.deepEqual([error.name, error.path, error.cause, String(error)], ['CheckoutError', '/a', cause, 'CheckoutError: What.']);
  assert.match(error.stack, /errors\.test\.js/);
});

const wasm = await readFile(new URL('sdk.wasm', dist));
const answers = (body, init) => () => Promise.resolve(new Response(body, init));
const LOADS = [
  ['no connection', () => Promise.reject(new TypeError('fetch failed')), /could not be fetched.*network.*connect-src/],
  ['an HTML page in its place', answers('<!doctype html>', { status: 200 }), /answered 200 with an HTML page.*pass its URL to init\(\)/],
  ['a page that says there is no such file', answers('<!doctype html>', { status: 404 }), /answered 404/],
  ['another file', answers('export {};', { status: 200 }), /not WebAssembly/],
  ['half a module', answers(wasm.subarray(0, 1000)), /could not be compiled/],
];
for (const [title, fetch, message] of LOADS) {
  test(`loading meets ${title}: it is said, and the next init() tries again`, async (t) => {
    const slim = await freshSlim();
    t.mock.method(globalThis, 'fetch', fetch);
    await assert.rejects(slim.init('https://cdn.example/sdk.wasm'), (error) => {
      assert.deepEqual([error.code, error.retryable, slim.isReady()], ['LOAD_FAILED', true, false]);
      assert.match(error.message, message);
      return true;
    });
    assert.throws(() => slim.isCountry('US'), { code: 'NOT_INITIALIZED' });
    t.mock.method(globalThis, 'fetch', answers(wasm));
    await slim.init('https://cdn.example/sdk.wasm');
    assert.equal(slim.isCountry('US'), true);
  });
}

test('init() takes an address, an answer, bytes and a module, or a promise of each', async (t) => {
  t.mock.method(globalThis, 'fetch', answers(wasm));
  const module = await WebAssembly.compile(wasm);
  for (const source of ['https://cdn.example/sdk.wasm', new URL('https://cdn.example/sdk.wasm'), new Response(wasm), wasm, wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length), module]) {
    for (const given of [source instanceof Response ? source.clone() : source, Promise.resolve(source)]) {
      const slim = await freshSlim();
      await Promise.all([slim.init(given), slim.init(given)]);
      assert.equal(slim.isCountry('US'), true);
    }
  }
});

test('init() reads a file where there is one to read, as Node has it', async () => {
  const file = new URL('sdk.wasm', dist);
  for (const source of [file, file.href, Promise.resolve(file)]) {
    const slim = await freshSlim();
    await slim.init(source);
    assert.equal(slim.isCountry('US'), true);
  }
  const slim = await freshSlim();
  await assert.rejects(slim.init(new URL('missing.wasm', dist)), { code: 'LOAD_FAILED', retryable: true, message: /could not be fetched/ });
});

test('init() says what it takes to whoever passes something else, and goes on afterwards', async () => {
  const slim = await freshSlim();
  for (const source of [{}, 5, true, [], () => {}, Promise.resolve({}), new Blob([])]) {
    await assert.rejects(slim.init(source), { code: 'BAD_INPUT', retryable: false, message: /URL, bytes or module.*Response.*promise/ });
  }
  await slim.init();
  assert.equal(slim.isReady(), true);
});

test('./slim in a bundle that does not know where it is says so, and takes the module', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'slim-'));
  t.after(() => rm(folder, { recursive: true }));
  const outfile = join(folder, 'bundle.cjs');
  await build({ entryPoints: [fileURLToPath(new URL('slim.js', dist))], bundle: true, format: 'cjs', platform: 'node', outfile, logLevel: 'silent' });
  const slim = createRequire(import.meta.url)(outfile);
  await assert.rejects(slim.init(), { code: 'LOAD_FAILED', retryable: false, message: 'sdk.wasm could not be located: pass its URL, bytes or module to init().' });
  await slim.init(wasm);
  assert.equal(slim.isCountry('US'), true);
});

test('errors with a list always have one', () => {
  assert.deepEqual(new sdk.CheckoutError('BAD_INPUT', '').issues, []);
  assert.deepEqual(new sdk.CheckoutError('PROBLEMS', '').problems, []);
  const given = new sdk.CheckoutError('PROBLEMS', '', { status: 400, problems: [{ code: 'REJECTED' }], issues: undefined, path: undefined, cause: undefined });
  assert.deepEqual([given.status, given.problems.length, 'issues' in given, 'path' in given], [400, 1, false, false]);
  assert.equal('issues' in new sdk.CheckoutError('HTTP', ''), false);
});

for (const [lacking, without] of [
  ['WebAssembly', 'delete globalThis.WebAssembly;'],
  ['reference types', 'WebAssembly.validate = () => false;'],
  ['TextDecoder', "delete globalThis.TextDecoder; delete globalThis.TextEncoder; process.getBuiltinModule = undefined;"],
]) {
  test(`an engine without ${lacking} imports it and is told what it takes`, async () => {
    const script = `${without}
      const { checkOrder, init } = await import(${JSON.stringify(String(new URL('index.js', dist)))});
      for (const attempt of [() => checkOrder('{}'), () => init()]) {
        try { await attempt(); console.log('nothing'); } catch ({ code, retryable, message }) { console.log(code, retryable, message); }
      }`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^LOAD_FAILED false This engine.*Chrome or Edge \d+, Firefox \d+, Safari [\d.]+ or Node 20\.19/);
  });
}

/** Refuses to compile and to instantiate anything but the smallest module on the spot, as Chrome 96 does in a page. */
const SYNCHRONOUS_REFUSED = `
  const { Module, Instance } = WebAssembly;
  const small = new WeakSet();
  const refuse = (what) => { throw new RangeError('WebAssembly.' + what + ' is disallowed on the main thread, if the buffer size is larger than 4KB.'); };
  WebAssembly.Module = new Proxy(Module, { construct(target, [bytes]) {
    if (bytes.byteLength > 4096) refuse('Compile');
    const module = new target(bytes);
    small.add(module);
    return module;
  } });
  WebAssembly.Instance = new Proxy(Instance, { construct: (target, [module]) => (small.has(module) ? new target(module) : refuse('Instance')) });
`;

test('an engine that refuses to compile on the spot is told to await init() first, and then it works', async () => {
  const script = `${SYNCHRONOUS_REFUSED}
    const { init, isCountry, isReady } = await import(${JSON.stringify(String(new URL('index.js', dist)))});
    try { isCountry('US'); } catch ({ code, retryable, message }) { console.log(code, retryable, message); }
    await init();
    console.log(isReady(), isCountry('US'));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  const [refused, works] = stdout.trim().split('\n');
  assert.match(refused, /^LOAD_FAILED true .*await init\(\) first/);
  assert.equal(works, 'true true');
});

test('no message, path or text of an error holds an e-mail address, an order id or a code', async () => {
  const secrets = ['shopper-secret@example.com', '7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162', 'PIN-SECRET-1', 'COUPON-SECRET'];
  const [email, id, pin, coupon] = secrets;
  const draft = { email, coupon, items: [{ kind: 'giftcard', brand: 'Example Games', country: 'US', value: { denomination: '25 USD' } }], payment: { coin: 'USDC', network: 'Solana' } };
  const shop = createTestShop();
  const client = sdk.createClient({ country: 'US', fetch: shop.fetch, retries: 0 });
  const unreadable = fixtures.order('Done', { order_id: id, order_state: 7, user: { email }, pin_code: pin });
  const refused = { problems: [{ problem: 'COUPON_EXPIRED', moreDetails: { email, coupon } }], message: `${email} ${id}` };
  const attempts = [
    () => sdk.createOrderRequest({ ...draft, email: `${email} `.repeat(2) }),
    () => sdk.createOrderRequest({ ...draft, items: [{ ...draft.items[0], beneficiary: `${email}@` }] }),
    () => sdk.orderRequest(`${id}/../${email}`),
    () => sdk.watchOrder(`${id} ${email}`),
    ...[[200, unreadable], [400, refused], [409, refused], [500, refused], [200, `{"order_id":"${id}"`], [404, refused], [200, `<p>${email} ${pin}`]].flatMap(([status, body]) => [
      () => (shop.answer('create', body, { status }), client.create(draft, { again: true })),
      () => (shop.answer('order', body, { status }), client.order(id)),
    ]),
    () => (shop.answer('order', new Error(`${id} ${email}`)), client.order(id)),
  ];
  for (const attempt of attempts) {
    const error = await Promise.resolve().then(attempt).then(() => assert.fail(`nothing was thrown by ${attempt}`), (caught) => caught);
    assert.ok(sdk.isCheckoutError(error), String(error));
    const said = [error.message, error.path, error.docUrl, String(error), ...(error.issues ?? []).flatMap(({ path, message }) => [path, message])].join('\n');
    for (const secret of secrets) assert.ok(!said.includes(secret), said);
  }
});
