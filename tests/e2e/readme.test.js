// The READMEs' code, word for word: the dozen lines in a page, under the READMEs' policy, over the READMEs' server in front of
// the sandbox. What needs no server is in tests/consumers/readme.test.js.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
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
const { build, transform } = createRequire(join(root, 'www/package.json'))('esbuild');

/** It looks whether everything is built, which takes a while where it is not. */
const COMMAND_MS = 5 * 60_000;

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
  test(`${readme}: the dozen lines place an order and follow it to its end, through the server and under the policy beside them`, async (t) => {
    const blocks = blocksOf(readme);
    const folder = await mkdtemp(join(tmpdir(), 'readme-'));
    t.after(() => rm(folder, { recursive: true }));
    await symlink(join(root, 'tests/node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'example.js'), blocks['dozen lines']);
    const bundle = await build({ entryPoints: [join(folder, 'example.js')], bundle: true, format: 'esm', write: false, preserveSymlinks: true });

    const sandbox = await startSandbox({ speed: 20 });
    t.after(() => sandbox.stop());
    const code = blocks.server.replace('https://api.cryptorefills.com', sandbox.address);
    assert.notEqual(code, blocks.server, 'the server has no upstream to replace');
    await writeFile(join(folder, 'server.mjs'), (await transform(code, { loader: 'ts' })).code);
    process.env.PARTNER_ID = 'partner-of-the-readme';
    process.env.SESSION_KEY = 'a key of at least thirty-two characters';
    const { GET, POST } = await import(pathToFileURL(join(folder, 'server.mjs')));
    assert.equal(POST, GET);

    const [, name, policy] = /^([\w-]+): (.+)\n$/u.exec(blocks.policy);
    const { server, address } = await host(GET, { [name]: policy }, {
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

/** The program `cargo xtask` runs, with a command's own words. */
function xtask(t, args) {
  assert.ok(process.env.XTASK, 'XTASK names no program: cargo xtask test sets it');
  const child = spawn(process.env.XTASK, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: COMMAND_MS, killSignal: 'SIGKILL' });
  t.after(() => child.kill('SIGKILL'));
  const exited = once(child, 'close');
  let said = '';
  const prints = (pattern) => new Promise((resolve, reject) => {
    const look = (text = '') => {
      said += text;
      const found = pattern.exec(said);
      if (found) resolve(found);
    };
    for (const pipe of [child.stdout, child.stderr]) pipe.on('data', look);
    exited.then(([code]) => reject(new Error(`ended with ${code}:\n${said.slice(-4000)}`)));
  });
  return { child, exited, prints };
}

/** What a README tells to run in a clone, beside the tests that are running. */
const commandsOf = (readme) => Array.from(blocksOf(readme).commands.matchAll(/^cargo xtask ([^#\n]*[^#\s])/gmu), ([, words]) => words.split(/\s+/u));

test('the commands of the READMEs: the demo says where it is and ends when told to, the tests are these', async (t) => {
  for (const readme of READMES) assert.deepEqual(commandsOf(readme), [['demo'], ['test']]);
  // On a free port: somebody may be looking at the demo while the tests run.
  const { child, exited, prints } = xtask(t, ['demo', '--port', '0']);
  const [, address] = await prints(/The demo is on (http:\S+)/u);
  assert.match(await (await fetch(address)).text(), /<cr-checkout/u);
  assert.equal((await fetch(`${address}/api/brands?country_code=US`)).status, 200);
  child.kill('SIGINT');
  assert.deepEqual(await exited, [0, null]);
});

test('the headless order of the READMEs is delivered', async (t) => {
  for (const readme of READMES) assert.ok(readFileSync(join(root, readme), 'utf8').includes('`cargo xtask demo --headless-order`'));
  const { exited } = xtask(t, ['demo', '--headless-order']);
  assert.deepEqual(await exited, [0, null]);
});
