// The misbehaving server and a page in Chromium whose clock stands still until it is wound.
import { newPage } from './browser.js';
import { ID, Notes, startServer } from './scenario-server.js';

export { ID, message, order } from './scenario-server.js';

export async function startScenario(browser) {
  const server = await startServer();
  const { address, streams, orders } = server;
  return {
    ...server,
    async meet({ before, ...script }, options = {}) {
      server.play(script);
      const tab = await newPage(browser);
      const { page } = tab;
      const heard = new Notes();
      await page.exposeFunction('__heard', (kind, value) => heard.add([kind, value]));
      await page.clock.install({ time: 1_800_000_000_000 });
      if (before) await page.addInitScript(before);
      await page.goto(address);
      await page.waitForFunction(() => globalThis.sdk);
      await page.clock.pauseAt(1_800_000_100_000);
      const start = (more = {}) => page.evaluate(([id, given]) => {
        const tell = (kind, show) => (what) => void globalThis.__heard(kind, show(what));
        const throwing = given.throwing;
        globalThis.watch = globalThis.sdk.watchOrder(id, {
          backoff: { jitter: 0 },
          onOrder: (now) => {
            tell('order', ({ order_state: state }) => state)(now);
            if (throwing) throw new Error('the page broke');
          },
          onState: tell('state', ({ status }) => status),
          onInvalid: tell('invalid', ([{ path, code }]) => `${path} ${code}`),
          onError: tell('error', ({ code, status }) => `${code} ${status ?? ''}`.trim()),
          onEnd: tell('end', ({ reason, error }) => [reason, error?.code, error?.status].filter(Boolean).join(' ')),
          ...given,
        });
      }, [ID, more]);
      await start(options);
      return {
        ...tab,
        heard,
        start,
        values: (kind) => heard.all.filter(([other]) => other === kind).map(([, value]) => value),
        hears: (kind, value) => heard.until((all) => all.some(([other, what]) => other === kind && (value === undefined || what === value)), `${kind} ${value ?? ''}`),
        /** Winds the page's clock. */
        wind: (ms) => page.clock.runFor(ms),
        /** Whatever the page had sent before this has arrived after it. */
        fence: () => page.evaluate(() => fetch('/fence').then(() => undefined)),
        streamed: (count) => streams.until((all) => all.length >= count, `stream ${count}`),
        asked: (count) => orders.until((all) => all.length >= count, `request ${count}`),
      };
    },
  };
}
