// The READMEs' code, word for word: the ten lines in a page, under the READMEs' policy, over the READMEs' server in front of
// the sandbox. What needs no server is in tests/consumers/readme.test.js.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { blocksOf, READMES } from '../support/readme.js';
import { launchBrowser, newPage } from './support/browser.js';
import { startSandbox } from './support/demo.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { build } = createRequire(join(root, 'www/package.json'))('esbuild');

/** Any handler of the web's kind behind Node's server, and a page beside it. */
async function host(handler, headers, page) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, `http://${request.headers.host}`);
    if (url.pathname in page) {
      const [type, text] = page[url.pathname];
      return response.writeHead(200, { 'Content-Type': type, ...headers }).end(text);
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const body = request.method === 'GET' ? undefined : Readable.toWeb(request);
    const answer = await handler(new Request(url, { method: request.method, headers: request.headers, body, duplex: 'half', signal: gone.signal }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const chunk of answer.body ?? []) response.write(chunk);
    return response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `http://127.0.0.1:${server.address().port}` };
}

for (const readme of READMES) {
  test(`${readme}: the ten lines place an order and follow it to its end, through the server and under the policy beside them`, async (t) => {
    const blocks = blocksOf(readme);
    const folder = await mkdtemp(join(tmpdir(), 'readme-'));
    t.after(() => rm(folder, { recursive: true }));
    await symlink(join(root, 'tests/node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'example.js'), blocks['ten lines']);
    const bundle = await build({ entryPoints: [join(folder, 'example.js')], bundle: true, format: 'esm', write: false, preserveSymlinks: true });

    const sandbox = await startSandbox({ speed: 20 });
    t.after(() => sandbox.stop());
    const code = blocks.server.replace('https://api.cryptorefills.com', sandbox.address);
    assert.notEqual(code, blocks.server, 'the server has no upstream to replace');
    await writeFile(join(folder, 'server.mjs'), `${code}\nexport { bff };\n`);
    process.env.PARTNER_ID = 'partner-of-the-readme';
    process.env.SESSION_KEY = 'a key of at least thirty-two characters';
    const { bff } = await import(pathToFileURL(join(folder, 'server.mjs')));

    const [, name, policy] = /^([\w-]+): (.+)\n$/u.exec(blocks.policy);
    const { server, address } = await host(bff, { [name]: policy }, {
      '/': ['text/html', '<!doctype html><title>README</title><script type="module" src="/example.js"></script>'],
      '/example.js': ['text/javascript', bundle.outputFiles[0].text],
      '/favicon.ico': ['image/x-icon', ''],
    });
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const browser = await launchBrowser();
    t.after(() => browser.close());
    const { page, notes } = await newPage(browser);
    const done = page.waitForEvent('console', (message) => message.text() === 'Done');
    await page.goto(address);
    await done;
    const [paid, ...states] = notes.console;
    assert.match(paid, /^pay \d+(\.\d+)? USDC$/u);
    assert.equal(states[0], 'WaitingForPayment');
    assert.deepEqual(notes.errors, []);
  });
}
