// One visit to a project in Chromium: what it showed, what it asked for, what it complained about.

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { launchBrowser } from '../../e2e/support/browser.js';
import { STATES, STILL_IDS } from './server.js';

const BOUND = 20_000;

let launched;
const browser = () => (launched ??= launchBrowser());
after(async () => (await launched)?.close());

/**
 * Opens a page and reads what it shows (see show() in projects/shop.js).
 * @param {string} address
 * @param {{ before?: (page: import('playwright-core').Page) => Promise<unknown>, then?: (page: import('playwright-core').Page) => Promise<unknown> }} [hooks]
 */
export async function visit(address, { before, then } = {}) {
  const context = await (await browser()).newContext();
  const page = await context.newPage();
  const notes = [];
  const requests = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') notes.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => notes.push(`uncaught: ${error.stack ?? error}`));
  context.on('request', (request) => requests.push(request.url()));
  try {
    await before?.(page);
    await page.goto(address);
    const shown = page.waitForFunction(() => document.documentElement.dataset.outcome, undefined, { timeout: BOUND });
    const outcome = JSON.parse(await (await shown).jsonValue());
    return { outcome, notes, requests, more: await then?.(page) };
  } catch (error) {
    const body = await page.evaluate(() => document.body?.innerText.slice(0, 500)).catch(() => '');
    throw new Error([
      `${error.message.split('\n')[0]}; the page`,
      `  showed: ${body || 'nothing'}`,
      `  said: ${notes.join('\n        ') || 'nothing'}`,
      `  asked for: ${requests.join('\n             ')}`,
    ].join('\n'), { cause: error });
  } finally {
    await context.close();
  }
}

/** What tryOut() of projects/shop.js gives where all is well. */
export const TRIED = {
  readyBefore: false,
  state: 'WaitingForPayment',
  refused: true,
  request: ['POST', '/api/orders', 'application/json', 'shopper@example.com'],
  problems: ['OUT_OF_STOCK'],
};

/** The page did all there is to do, without a complaint, over one connection which it closed, and asked nobody else. */
export async function assertVisit({ outcome, notes, requests }, server, { address = server.address } = {}) {
  const { text, followed, ...tried } = outcome;
  assert.deepEqual(tried, TRIED);
  assert.match(text[0], /[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'the text is not Japanese');
  const { rendered, ...told } = followed;
  if (rendered) {
    // A component need not know why the watch ended.
    assert.deepEqual({ reason: 'stop', ...told }, { reason: 'stop' });
    assertRendered(rendered);
  } else {
    assert.deepEqual(told, { states: STATES, reason: 'stop' });
  }
  assert.deepEqual(notes, [], 'the page complained');
  await assertOneConnection(server);
  assertQuiet(requests, address);
}

/** Each state came in its order, and the last one: a framework may render once for two messages that came together. */
export function assertRendered(states) {
  assert.deepEqual(states, STATES.filter((state) => states.includes(state)));
  assert.equal(states.at(-1), STATES.at(-1));
}

export async function assertOneConnection(server) {
  const told = server.streams.map(({ states }) => states.join(', ') || 'nothing');
  assert.equal(told.length, 1, `${told.length} connections, which were told: ${told.join('; ')}`);
  const [stream] = server.streams;
  assert.deepEqual(stream.states, STATES);
  await stream.closed;
}

/**
 * A component is given another order, a third, and is taken away: it watches one at a time, and leaves nothing behind. In the page,
 * `component` has `watch(id)` and `leave()`.
 * @param {import('playwright-core').Page} page
 * @param {Awaited<ReturnType<typeof import('./server.js').startServer>>} server
 */
export async function assertLetsGo(page, server) {
  const given = (id) => page.evaluate((order) => globalThis.component.watch(order), id);
  const open = () => server.still.filter((stream) => stream.open).map(({ id }) => id);
  const [second, third] = STILL_IDS;
  const shown = (id) => page.locator(`[data-order="${id}"]`).waitFor();
  await given(second);
  await shown(second);
  assert.deepEqual(open(), [second]);
  await given(third);
  await shown(third);
  await closed(server.still[0]);
  assert.deepEqual(open(), [third]);
  await page.evaluate(() => globalThis.component.leave());
  await closed(server.still[1]);
  assert.equal(server.still.length, 2);
}

function closed(stream) {
  let limit;
  const late = new Promise((_, reject) => {
    limit = setTimeout(() => reject(new Error(`the stream of ${stream.id} is still open`)), BOUND);
  });
  return Promise.race([stream.closed, late]).finally(() => clearTimeout(limit));
}

/** Every request went to the page's own server. */
export function assertQuiet(requests, address) {
  const strays = requests.filter((url) => /^(https?|wss?):/u.test(url) && new URL(url).host !== new URL(address).host);
  assert.deepEqual(strays, [], 'requests left for elsewhere');
}
