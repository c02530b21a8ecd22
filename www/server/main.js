// The demo's server: the page's files and, under /api, the BFF in front of the API or its stand-in.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { createBff } from 'cryptorefills-checkout/bff';
import { createApp, isLoopback } from './app.js';
import { readArguments } from './arguments.js';
import { checkUpstream } from './upstream-check.js';

const PAGE = fileURLToPath(new URL('../page/dist', import.meta.url));

/** @param {string} message @returns {never} */
function giveUp(message) {
  process.stderr.write(`server: ${message}\n`);
  process.exit(1);
}

const settings = readArguments(process.argv.slice(2), giveUp);
if (!existsSync(`${PAGE}/index.html`)) giveUp('the page is not built: www/page/dist/index.html is missing (npm run build in www/)');

/** A stand-in on this machine has moods that are there to be seen at once. */
const isStandIn = URL.canParse(settings.upstream) && isLoopback(new URL(settings.upstream).hostname);
const stopping = new AbortController();
/** The peer's address of each request; requests carry none themselves. @type {WeakMap<Request, string>} */
const peers = new WeakMap();
let bff;
try {
  bff = createBff({
    partnerId: settings.partnerId,
    appVersion: settings.appVersion,
    upstream: settings.upstream,
    country: settings.country,
    cache: !isStandIn,
    clientAddress: (request) => peers.get(request),
    signal: stopping.signal,
  });
} catch (error) {
  giveUp(error.message.replace(/^createBff: /, ''));
}
const trouble = await checkUpstream(settings);
if (trouble) giveUp(trouble);

const app = createApp({ page: PAGE, bff, peers, standIn: isStandIn ? settings.upstream : undefined });
const server = serve({ fetch: app.fetch, port: settings.port, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`page ready on http://127.0.0.1:${port}\n`);
});
server.on('error', (error) => {
  giveUp(error.code === 'EADDRINUSE'
    ? `port ${settings.port} is in use; choose another with --port`
    : `cannot listen on port ${settings.port}: ${error.code ?? error.message}`);
});

function stop() {
  if (stopping.signal.aborted) process.exit(0);
  stopping.abort();
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 1000).unref();
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
if (settings.untilStdinCloses) {
  process.stdin.resume();
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
}
