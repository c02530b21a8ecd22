// The ways of mounting the BFF that docs/bff.md shows, each as its reader would have it: the page's code word for word beside
// the packed package, started in its own runtime, and everything a host can get wrong tried over bare sockets.

import { rm, writeFile, mkdir, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostMatrix } from '../bff/matrix.js';
import { freePort } from './support/server.js';
import { writeSnippet } from './support/snippets.js';
import { run, start, workshop } from './support/workshop.js';

const SECRETS = { PARTNER_ID: 'partner-1', SESSION_KEY: 'a secret of more than thirty-two characters' };

/** A folder with the files of the page, within reach of what the workshop has installed. */
async function project(name, files) {
  const shop = await workshop();
  const cwd = join(shop.package, '../..', `mount-${name}`);
  await rm(cwd, { recursive: true, force: true });
  await mkdir(cwd);
  await writeFile(join(cwd, 'package.json'), '{ "private": true, "type": "module" }\n');
  for (const file of files) await writeSnippet(file, cwd);
  return { shop, cwd };
}

/** Starts a server that listens on PORT, and waits until it does. */
async function serving(t, args, { command, cwd, env }, port) {
  const program = await start(args, { command, cwd, env: { ...SECRETS, ...env, PORT: String(port) } });
  t.after(() => program.stop());
  await program.listening(port);
  return port;
}

for (const [name, file] of [['Hono', 'hono.js'], ['Express', 'express.js']]) {
  hostMatrix(`${name}, as documented`, async (t, upstream) => {
    const { cwd } = await project(name, ['bff.js', file]);
    return serving(t, [file], { cwd, env: { UPSTREAM: upstream } }, await freePort());
  }, { owned: true });
}

hostMatrix('Deno, as documented', async (t, upstream) => {
  const { shop, cwd } = await project('Deno', ['bff.js', 'deno.js']);
  const command = await shop.binary('deno', '@deno', 'deno');
  return serving(t, ['run', '--allow-net', '--allow-env', '--allow-read', '--no-lock', 'deno.js'], { command, cwd, env: { UPSTREAM: upstream, DENO_NO_UPDATE_CHECK: '1' } }, await freePort());
}, { owned: true });

hostMatrix('Bun, as documented', async (t, upstream) => {
  const { shop, cwd } = await project('Bun', ['bff.js', 'bun.js']);
  return serving(t, ['bun.js'], { command: await shop.binary('bun', '@oven', 'bin/bun'), cwd, env: { UPSTREAM: upstream } }, await freePort());
}, { owned: true });

const WORKERD = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["private"]))],
  sockets = [(name = "http", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["enable_request_signal"],
  modules = [
    (name = "worker.js", esModule = embed "dist/worker.js"),
    (name = "cryptorefills-checkout/sdk.wasm", wasm = embed "dist/sdk.wasm"),
  ],
  bindings = [
    (name = "UPSTREAM", fromEnvironment = "UPSTREAM"), (name = "PARTNER_ID", fromEnvironment = "PARTNER_ID"),
    (name = "SESSION_KEY", fromEnvironment = "SESSION_KEY"),
  ],
);
`;

hostMatrix('Workers, as documented', async (t, upstream) => {
  const { shop, cwd } = await project('Workers', ['worker.js']);
  await run(await shop.tool('esbuild'), [
    'worker.js', '--bundle', '--format=esm', '--outdir=dist', '--external:cryptorefills-checkout/sdk.wasm', '--log-level=warning',
  ], { cwd });
  await copyFile(join(shop.package, 'sdk.wasm'), join(cwd, 'dist/sdk.wasm'));
  await writeFile(join(cwd, 'config.capnp'), WORKERD);
  const port = await freePort();
  return serving(t, ['serve', 'config.capnp', `--socket-addr=http=127.0.0.1:${port}`], { command: await shop.tool('workerd'), cwd, env: { UPSTREAM: upstream } }, port);
}, {
  owned: true,
  // workerd takes a closed half of a connection for no end; it sees one that is reset at once, and any at the next heartbeat.
  leave: (request) => request.socket.resetAndDestroy(),
});
