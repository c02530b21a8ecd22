// A headless Chromium and pages that take notes of everything they say, ask for and break.
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export const launchBrowser = () => chromium.launch({
  executablePath: process.env.CHROME || '/usr/bin/chromium',
  headless: true,
  args: FLAGS,
});

/**
 * A page of its own context, with notes: `console` (every message), `errors` (uncaught, and refusals of the content security policy),
 * `states` (each state of the order as it was shown) and `connections` (each way the page says it is kept up to date).
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const notes = { console: [], errors: [], states: [], connections: [] };
  /** @type {Set<() => void>} */
  const waiting = new Set();
  page.on('console', (message) => {
    notes.console.push(message.text());
    if (/Content Security Policy/iu.test(message.text())) notes.errors.push(message.text());
  });
  page.on('pageerror', (error) => notes.errors.push(String(error)));
  await page.exposeFunction('__note', (kind, text) => {
    notes[kind].push(text);
    for (const wake of waiting) wake();
  });
  await page.addInitScript(() => {
    const last = {};
    const note = (kind, text) => {
      if (text && last[kind] !== text) globalThis.__note(kind, (last[kind] = text));
    };
    // What is in a shadow root is not seen from outside of it.
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function attachShadow(options) {
      const root = attach.call(this, options);
      new MutationObserver(() => {
        note('states', root.querySelector('[data-testid="order-state"]')?.dataset.state);
        note('connections', root.querySelector('[data-testid="connection"]')?.textContent);
      }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['data-state'] });
      return root;
    };
  });

  /** Waits for something to become true of the notes. */
  const noted = (holds, { timeout = 30_000, what = 'what the test waits for' } = {}) => new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      waiting.delete(check);
      reject(new Error(`${what} did not come within ${timeout} ms; states seen: ${notes.states.join(', ') || 'none'}; connection: ${notes.connections.join(', ') || 'none'}`));
    }, timeout);
    function check() {
      if (!holds(notes)) return;
      clearTimeout(limit);
      waiting.delete(check);
      resolve(undefined);
    }
    waiting.add(check);
    check();
  });
  return { context, page, notes, noted, close: () => context.close() };
}
