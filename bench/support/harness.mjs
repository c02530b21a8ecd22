// Runs a piece of code alone, in a fresh Node process or a fresh page of headless Chromium, and gives what it returns.
//
// The code is a source text that exports `async main(input)`; it is bundled as a page would get it, for both.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { bundle } from './bundle.mjs';
import { chrome } from './machine.mjs';

const run = promisify(execFile);
const LIMIT_MS = 120_000;

/** A bundle that runs its main() with an input. */
export const program = (source) => bundle(source);

/** Runs a bundled program in a fresh Node. */
export async function inNode(bytes, input, flags = []) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    writeFileSync(join(folder, 'program.mjs'), bytes);
    // A watch that is still open would keep the process alive.
    const start = `import { writeSync } from 'node:fs'; import { main } from './program.mjs'; writeSync(1, JSON.stringify(await main(${JSON.stringify(input)}))); process.exit();`;
    writeFileSync(join(folder, 'start.mjs'), start);
    const { stdout } = await run(process.execPath, [...flags, join(folder, 'start.mjs')], { timeout: LIMIT_MS, maxBuffer: 1 << 26 }).catch((error) => {
      // What Node says of a minified program begins with all of it.
      throw new Error(`A measured program failed: ${/\n(\w*Error.*)/u.exec(error.stderr ?? '')?.[1] ?? error.signal ?? error.code}`);
    });
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The policy a page that takes payments would have, and the same with eval. */
export const POLICIES = {
  strict: "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  eval: "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'",
};

/** What a page needs for a clock of 5 µs. */
const FINE_CLOCK = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * A headless Chromium and a server on loopback whose `files` are path → { type, body, headers? }.
 * `page(work, options)` gives a fresh context's page to `work`.
 */
export async function openChromium(flags = []) {
  const files = new Map();
  const server = createServer(async (request, response) => {
    const file = files.get(new URL(request.url, 'http://x').pathname);
    if (!file) return response.writeHead(404).end();
    if (typeof file === 'function') return file(request, response);
    response.writeHead(200, { 'Content-Type': file.type, 'Cache-Control': 'no-store', ...file.headers }).end(file.body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({
    executablePath: chrome,
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...flags],
  });

  async function page(work) {
    const context = await browser.newContext();
    try {
      const opened = await context.newPage();
      opened.setDefaultTimeout(LIMIT_MS);
      return await work(opened);
    } finally {
      await context.close();
    }
  }

  return {
    address,
    files,
    page,
    /** Runs a bundled program in a fresh page. */
    run: (bytes, input, policy = POLICIES.strict) => page(async (opened) => {
      files.set('/program.js', { type: 'text/javascript', body: bytes, headers: FINE_CLOCK });
      files.set('/start.js', { type: 'text/javascript', body: `import { main } from './program.js'; globalThis.result = main(${JSON.stringify(input)});`, headers: FINE_CLOCK });
      files.set('/', { type: 'text/html', body: '<!doctype html><script type="module" src="/start.js"></script>', headers: { 'Content-Security-Policy': policy, ...FINE_CLOCK } });
      const failed = new Promise((_, reject) => opened.on('pageerror', reject));
      failed.catch(() => {});
      await opened.goto(address);
      return Promise.race([opened.evaluate(() => globalThis.result), failed]);
    }),
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The items in another order each time, so that no one always runs first. */
export function shuffled(items) {
  const left = [...items];
  const mixed = [];
  while (left.length > 0) mixed.push(...left.splice(Math.floor(Math.random() * left.length), 1));
  return mixed;
}
