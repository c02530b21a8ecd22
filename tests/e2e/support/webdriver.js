// A browser of any engine, by plain WebDriver. Engines that are not on this machine are not there: `cargo xtask test` gets them or says so.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const READY_MS = 30_000;
const CHROME_FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const MINI_BROWSERS = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((triple) => ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0']
  .map((version) => `/usr/lib/${triple}/${version}/MiniBrowser`));

const onPath = (name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)).find((file) => existsSync(file));

/** A program of the project's own tool cache. */
function cached(name) {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cryptorefills-checkout');
  const folders = existsSync(cache) ? readdirSync(cache).filter((folder) => folder.startsWith(`${name}-`)) : [];
  return folders.map((folder) => join(cache, folder, 'bin', name)).find((file) => existsSync(file));
}

/** What runs here: each engine's driver and what to ask of it. */
export function engines() {
  const chromedriver = process.env.CHROMEDRIVER || onPath('chromedriver');
  const chrome = process.env.CHROME || onPath('chromium');
  const geckodriver = process.env.GECKODRIVER || onPath('geckodriver') || cached('geckodriver');
  const firefox = process.env.FIREFOX || onPath('firefox-esr') || onPath('firefox');
  const webkit = onPath('WebKitWebDriver');
  const miniBrowser = MINI_BROWSERS.find((file) => existsSync(file));
  const xvfb = onPath('xvfb-run');
  return [
    {
      name: 'Chromium',
      here: Boolean(chromedriver && chrome),
      command: (port) => [chromedriver, `--port=${port}`],
      capabilities: { browserName: 'chrome', 'goog:chromeOptions': { binary: chrome, args: CHROME_FLAGS } },
    },
    {
      name: 'Firefox',
      here: Boolean(geckodriver && firefox),
      command: (port) => [geckodriver, '--port', String(port), '--host', '127.0.0.1'],
      capabilities: { browserName: 'firefox', 'moz:firefoxOptions': { binary: firefox, args: ['-headless'] } },
    },
    {
      name: 'WebKit',
      here: Boolean(webkit && miniBrowser && xvfb),
      command: (port) => [xvfb, '-a', webkit, `--port=${port}`, '--host=127.0.0.1'],
      env: { WEBKIT_DISABLE_COMPOSITING_MODE: '1', ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }) },
      capabilities: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] } },
    },
  ];
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

/** Starts an engine; the session speaks a handful of WebDriver's commands. */
export async function openEngine({ name, command, env, capabilities }) {
  const port = await freePort();
  const [program, ...args] = command(port);
  // A group of its own, so that what the driver starts ends with it.
  const child = spawn(program, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...env } });
  const base = `http://127.0.0.1:${port}`;
  const kill = () => {
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended already.
    }
  };
  const send = async (method, path, body) => {
    const response = await fetch(base + path, { method, body: body && JSON.stringify(body), headers: { 'Content-Type': 'application/json' }, signal: AbortSignal.timeout(READY_MS) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${name}: ${method} ${path.replace(/[0-9a-f-]{20,}/giu, '…')}: ${value?.error}: ${value?.message}`);
    return value;
  };
  try {
    await ready(send);
    const { sessionId, capabilities: given } = await send('POST', '/session', { capabilities: { alwaysMatch: capabilities } });
    const session = `/session/${sessionId}`;
    return {
      version: given.browserVersion,
      goto: (url) => send('POST', `${session}/url`, { url }),
      back: () => send('POST', `${session}/back`, {}),
      /** Opens another tab and goes there; gives both tabs' names. */
      async tab() {
        const first = await send('GET', `${session}/window`);
        const { handle } = await send('POST', `${session}/window/new`, { type: 'tab' });
        await send('POST', `${session}/window`, { handle });
        return [first, handle];
      },
      /** A command of one driver's own. */
      vendor: (path, body) => send('POST', `${session}/${path}`, body),
      show: (handle) => send('POST', `${session}/window`, { handle }),
      /** Closes the tab one is in. */
      shut: () => send('DELETE', `${session}/window`),
      /** Presses and lets go at a point of the screen, so many times. */
      async press(x, y, times = 1) {
        const clicks = Array.from({ length: times }, () => [{ type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }]).flat();
        const move = { type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y) };
        await send('POST', `${session}/actions`, { actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions: [move, ...clicks] }] });
      },
      run: (script, ...values) => send('POST', `${session}/execute/sync`, { script, args: values }),
      /** A script that calls its last argument when it is done. */
      runAsync: (script, ...values) => send('POST', `${session}/execute/async`, { script, args: values }),
      async close() {
        await send('DELETE', session).catch(() => {});
        kill();
      },
    };
  } catch (error) {
    kill();
    throw error;
  }
}

/** A driver that has just been started refuses connections for a moment. */
async function ready(send) {
  const limit = Date.now() + READY_MS;
  for (;;) {
    try {
      return await send('GET', '/status');
    } catch (error) {
      if (Date.now() > limit) throw error;
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }
}
