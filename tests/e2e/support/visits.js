// A browser and a demo for a suite's tests, and for each of them a tab of its own, in which nothing may be thrown.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { launchBrowser, newPage } from './browser.js';
import { startDemo } from './demo.js';

/** To be called within `describe`; what it gives is filled in before the first test. */
export function visits() {
  /** @type {{ demo: Awaited<ReturnType<typeof startDemo>>, tab: Awaited<ReturnType<typeof newPage>> }} */
  const at = {};
  let browser;
  before(async () => {
    browser = await launchBrowser();
    at.demo = await startDemo();
  });
  after(() => Promise.all([browser?.close(), at.demo?.stop()]));
  beforeEach(async () => { at.tab = await newPage(browser); });
  afterEach(async () => {
    const { errors } = at.tab.notes;
    await at.tab.close();
    assert.deepEqual(errors, []);
  });
  return at;
}
