// The page of all states: every state can be reached by the sandbox's magic inputs, none has an accessibility violation that axe finds, and
// none is wider than its frame: narrow or wide, with text twice as large, from right to left, in either language.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violations } from './support/axe.js';
import { launchBrowser, newPage } from './support/browser.js';
import { startDemo } from './support/demo.js';

const BOUND_MS = 4 * 60_000;

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
      for (const [width, settings] of [[320, {}], [768, {}], [1200, {}], [360, { unit: '2rem' }], [320, { dir: 'rtl' }], [1200, { dir: 'rtl' }]]) {
        assert.deepEqual(await tooWide(width, settings), [], `wider than a frame of ${width} px, ${JSON.stringify(settings)}`);
      }
      assert.deepEqual(notes.errors, [], 'the page threw, or its content security policy was broken');
      await close();
    });
  }
});
