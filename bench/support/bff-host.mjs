// The BFF in a process of its own, in Node http: `fork(bff-host.mjs, [UPSTREAM], { execArgv: ['--expose-gc'] })`.
// It sends its port, and its memory whenever it is sent anything.

import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createBff } from 'cryptorefills-checkout/bff';

const bff = createBff({
  partnerId: 'bench', appVersion: '1', upstream: process.argv[2], authorize: () => true,
  // A machine that is busy with something else should make the figures worse, not end the benchmark.
  timeouts: { connect: 60_000 },
});
const server = createServer(getRequestListener(bff));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => {
  globalThis.gc();
  globalThis.gc();
  process.send({ memory: process.memoryUsage() });
});
process.on('disconnect', () => process.exit(0));
