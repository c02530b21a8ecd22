// The journey from brand to code in each engine on this machine, Chromium, Firefox and WebKit alike: each step is free of accessibility
// violations that axe finds, the page speaks Japanese when it is asked to, and no order is lost or placed twice by a reload, a double
// click, the back button, a second tab or an outage.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AXE_QUESTION, axeSource } from './support/axe.js';
import { startCable } from './support/cable.js';
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
  // As a test: a group that is skipped is counted nowhere.
  if (!engine.here) test(`the journey in ${engine.name}`, { skip: `${engine.name} is not on this machine` });
  else describe(`the journey in ${engine.name}`, () => {
    let browser;
    let demo;
    let cable;

    before(async () => {
      // Slow enough to reload in the middle of an order.
      demo = await startDemo({ speed: 4 });
      cable = await startCable(demo.address);
      browser = await openEngine(engine);
    });
    after(async () => {
      await browser?.close();
      await cable?.stop();
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

    /** As a shopper does: going back passes over what came about without one. */
    const press = async (selector, times) => {
      await run('find(arguments[0]).scrollIntoView({ block: "center" })', selector);
      const { x, y, width, height } = await run('return find(arguments[0]).getBoundingClientRect().toJSON()', selector);
      await browser.press(x + width / 2, y + height / 2, times);
    };
    const review = async (address) => {
      await browser.goto(`${address}/?${Math.random()}#country=US&brand=Wobblewick+Market`);
      await until('find("form input[type=email]")', 'the form');
      await run('type("input[type=email]", "hold@example.com")');
      await press('button[type=submit]');
      await until('find(".facts")', 'the review');
    };
    const orderShown = () => until('find("[data-testid=address]") && find("[data-testid=order-number]").textContent', 'how to pay');
    /** An order that nobody pays; its number. */
    const held = async (address = demo.address) => {
      await review(address);
      await press('.button.main');
      return orderShown();
    };
    const placed = async () => (await demo.sandbox.placements()).length;

    test('a double click places one order, and back and forward lead to it again', async () => {
      await demo.sandbox.forgetRequests();
      await review(demo.address);
      await press('.button.main', 2);
      const id = await orderShown();
      await browser.back();
      await until('find("form input[type=email]")?.value === "hold@example.com"', 'the form as it was filled in');
      await run('history.forward()');
      assert.equal(await orderShown(), id);
      // One that is over by then is not to be paid again.
      await demo.sandbox.move(id, 'Done');
      await until('find("[data-state]").dataset.state === "Done"', 'the delivery');
      await browser.back();
      await until('find("form input[type=email]")', 'the form');
      await run(`
        new MutationObserver(() => { if (root.querySelector("[data-testid=address]")) window.seen = true; }).observe(root, { subtree: true, childList: true });
        history.forward();
      `);
      await until('find("[data-state]")?.dataset.state === "Done"', 'the delivery');
      assert.equal(await run('return window.seen ?? false'), false, 'how to pay was shown for an order that is over');
      assert.equal(await placed(), 1);
    });

    test('a second tab finds the order', async () => {
      const id = await held();
      const [first, second] = await browser.tab();
      await browser.goto(`${demo.address}/#country=US`);
      const link = `[...root?.querySelectorAll('.notice a') ?? []].find((a) => /Show my order|${id.slice(0, 8)}/u.test(a.textContent))`;
      await until(`Boolean(${link})`, 'the way to the order');
      await run(`${link}.click()`);
      assert.equal(await orderShown(), id);
      assert.ok(!(await run('return location.href')).includes(id), 'the order’s number is in the address');
      await browser.show(second);
      await browser.shut();
      await browser.show(first);
    });

    test('without a connection for a while: it is said, and the order goes on where it is', async () => {
      const id = await held(cable.address);
      await until('find("[data-testid=connection]")?.textContent === "Live"', '"Live"');
      cable.cut();
      await until('/^(Reconnecting|Offline)/u.test(find("[data-testid=connection]")?.textContent)', '"Reconnecting"');
      assert.equal(await run('return find("[data-testid=order-number]").textContent'), id);
      await demo.sandbox.move(id, 'Done');
      cable.mend();
      await until('find("[data-state]")?.dataset.state === "Done" && find(".code-box .button.main")', 'the delivery');
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
