// The journey from brand to code in each engine on this machine, Chromium, Firefox and WebKit alike: each step is free of accessibility
// violations that axe finds, a reload in the middle loses nothing, and the page speaks Japanese when it is asked to.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AXE_QUESTION, axeSource } from './support/axe.js';
import { startDemo } from './support/demo.js';
import { engines, openEngine } from './support/webdriver.js';

const BOUND_MS = 60_000;

/** In the page: what a shopper sees and does. Put together anew for each step, since a reload forgets it. */
const HANDS = `
  const root = document.querySelector('cr-checkout')?.shadowRoot;
  const find = (selector) => root?.querySelector(selector);
  const type = (selector, text) => {
    const input = find(selector);
    input.focus();
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };
`;

for (const engine of engines()) {
  describe(`the journey in ${engine.name}`, { skip: !engine.here && `${engine.name} is not on this machine` }, () => {
    let browser;
    let demo;

    before(async () => {
      // Slow enough to reload in the middle of an order.
      demo = await startDemo({ speed: 4 });
      browser = await openEngine(engine);
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    const run = (script, ...values) => browser.run(HANDS + script, ...values);
    const until = async (script, what) => {
      const limit = Date.now() + BOUND_MS;
      for (;;) {
        const found = await run(`return ${script}`);
        if (found) return found;
        if (Date.now() > limit) throw new Error(`${what} did not come within ${BOUND_MS} ms: ${await run('return find(".main")?.textContent.slice(0, 300)')}`);
        await new Promise((resolve) => { setTimeout(resolve, 25); });
      }
    };
    const click = (selector) => run('find(arguments[0]).click()', selector);
    /** Nothing stands against this step. */
    const clean = async (step) => {
      // A script may run in a scope of its own.
      await browser.run(`${axeSource}; window.axe = typeof axe === 'undefined' ? window.axe : axe;`);
      const found = await browser.runAsync(`const done = arguments[arguments.length - 1]; ${AXE_QUESTION}.then(done, (error) => done([String(error)]));`);
      assert.deepEqual(found, [], step);
    };

    test('from brand to code', async () => {
      await browser.goto(`${demo.address}/#country=US`);
      await until('find("a.brand")', 'the brands');
      await clean('brands');
      await run('type("input[type=search]", "wobble")');
      await until('root.querySelectorAll("a.brand").length === 1', 'the brand looked for');
      await click('a.brand');
      await until('find("form input[type=email]")', 'the form');
      assert.equal(await run('return root.activeElement?.tagName'), 'H2', 'focus did not follow to the new step');
      await run('type("input[type=email]", "not an address")');
      await click('button[type=submit]');
      await until('find("input[type=email][aria-invalid=true]")', 'the complaint');
      await clean('details with a complaint');
      await run('[...root.querySelectorAll(".choice input")].find((input) => input.getAttribute("aria-label") === "$25").click()');
      await run('type("input[type=email]", "shopper@example.com")');
      await click('button[type=submit]');
      await until('find(".facts")', 'the review');
      await clean('review');
      await click('.button.main');
      await until('find("[data-state]")?.dataset.state === "WaitingForPayment" && find("[data-testid=address]")', 'how to pay');
      await clean('payment');

      const id = await run('return find("[data-testid=order-number]").textContent');
      assert.ok(!(await run('return location.href')).includes(id), 'the order’s number is in the address');
      await run('location.reload()');
      await until('find("[data-testid=order-number]")?.textContent === arguments[0]'.replace('arguments[0]', JSON.stringify(id)), 'the same order after a reload');

      await until('find("[data-state]")?.dataset.state === "Done" && find(".code-box .button.main")', 'the delivery');
      assert.equal(await run('return find("[data-testid=code]")'), null, 'the code is in the page before anybody asked');
      await clean('delivered');
      await click('.code-box .button.main');
      assert.match(await until('find("[data-testid=code]")?.textContent', 'the code'), /^SNDB-/u);
      await clean('the code');
    });

    test('in Japanese', async () => {
      await browser.goto(`${demo.address}/?japanese#country=US`);
      await until('find("a.brand")', 'the brands');
      await run('const choice = document.getElementById("language"); choice.value = "ja"; choice.dispatchEvent(new Event("change"));');
      await until('find(".title")?.textContent === "何を購入しますか？"', 'the Japanese title');
      await until('find("a.brand")', 'the brands');
      assert.equal(await run('return find(".checkout").lang'), 'ja');
      assert.equal(await run('return find("input[role=combobox]").value'), 'アメリカ合衆国');
      await clean('brands in Japanese');
    });
  });
}
