// The page of all states: every state can be reached by the sandbox's magic inputs, none has an accessibility violation that axe finds, and
// none is wider than its frame: narrow or wide, with text twice as large, from right to left, in either language.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violations } from './support/axe.js';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';

const BOUND_MS = 4 * 60_000;

/** What no magic input stands for, so that nothing else would miss it. */
const STATES = [
  'The package cannot be loaded', 'The shop’s front', 'Loading', 'Offline', 'No answer in time', 'The shop cannot be reached', 'An order that is not finished',
  'Orders that are not finished, and the last one that is', 'The last order', 'A page left while it placed an order', 'No price for it', 'Being checked',
  'A brand that is gone', 'Another order is open', 'Another network was found', 'Being placed', 'Nobody can tell whether it was placed', 'Copied',
  'To be copied by hand', 'The address is on its way', 'Under five minutes', 'All of it is there, and the order does not say so yet',
  'An invoice over another amount', 'A state nobody has heard of', 'Reconnecting',
  'Checking every few seconds', 'The updates have stopped', 'There is no such order', 'An order of another browser', 'An order that cannot be asked for',
];

describe('all states', () => {
  let browser;
  let demo;

  before(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ speed: 10 });
  });
  after(() => Promise.all([browser?.close(), demo?.stop()]));

  for (const { lang, theme } of [{ lang: 'en', theme: 'light' }, { lang: 'ja', theme: 'dark' }]) {
    test(`in ${lang}, ${theme}`, async () => {
      const { page, notes, close } = await newPage(browser, { viewport: { width: 1680, height: 900 }, reducedMotion: 'reduce' });
      await page.goto(`${demo.address}/states?lang=${lang}&theme=${theme}`);
      await page.waitForFunction(() => document.body.dataset.states, null, { timeout: BOUND_MS });
      assert.deepEqual(await page.locator('.failed').allInnerTexts(), []);

      const { inputs } = await (await fetch(`${demo.sandbox.address}/_sandbox/inputs`)).json();
      const captions = await page.locator('figcaption code').allInnerTexts();
      const missing = inputs.filter(({ group }) => ['problem', 'coupon'].includes(group)).map(({ input }) => input).filter((input) => !captions.includes(input));
      assert.deepEqual(missing, [], 'magic inputs without a state');
      const names = await page.locator('figcaption b').allInnerTexts();
      assert.deepEqual(STATES.filter((name) => !names.includes(name)), [], 'states that are not there');
      // The orders of this page are not the visitor's.
      const shop = await page.context().newPage();
      await shop.goto(demo.address);
      assert.deepEqual(await shop.evaluate(() => Object.keys(localStorage)), []);
      await shop.close();

      assert.deepEqual(await violations(page), []);

      const tooWide = (width, settings = {}) => page.evaluate(([frame, { unit, dir }]) => {
        document.documentElement.style.setProperty('--frame', `${frame}px`);
        return [...document.querySelectorAll('.frame')].filter((figure) => {
          const host = figure.querySelector('.view > div');
          host.style.setProperty('--cr-unit', unit ?? '1rem');
          host.shadowRoot.querySelector('.checkout').dir = dir ?? 'ltr';
          const { left, right } = host.getBoundingClientRect();
          // What scrolls by itself, or is hidden from the eye, may be as wide as it likes.
          return [...host.shadowRoot.querySelectorAll('*')].some((node) => {
            if (node.closest('.chips, .strip, .options, .visually-hidden, .logo, [hidden]') || node.getClientRects().length === 0) return false;
            const box = node.getBoundingClientRect();
            return box.left < left - 0.5 || box.right > right + 0.5;
          });
        }).map((figure) => figure.querySelector('b').textContent);
      }, [width, settings]);
      for (const [width, settings] of [[320, {}], [768, {}], [1200, {}], [320, { unit: '2rem' }], [360, { unit: '2rem' }], [320, { dir: 'rtl' }], [1200, { dir: 'rtl' }]]) {
        assert.deepEqual(await tooWide(width, settings), [], `wider than a frame of ${width} px, ${JSON.stringify(settings)}`);
      }
      assert.deepEqual(notes.errors, [], 'the page threw, or its content security policy was broken');
      await close();
    });
  }
});
