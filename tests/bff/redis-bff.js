// A BFF in a process of its own, its attempts in Redis: `node redis-bff.js UPSTREAM REDIS_URL`, prints its port.

import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createClient } from 'redis';
import { createHandler } from '../../npm/src/bff/handler.js';
import { redisStore } from '../../npm/src/bff/idempotency.js';

const [upstream, url] = process.argv.slice(2);
const client = createClient({ url });
client.on('error', () => process.exit(1));
await client.connect();
const bff = createHandler({
  partnerId: 'partner-1', appVersion: '1', upstream, authorize: () => true,
  store: redisStore((args) => client.sendCommand(args)),
});
const server = createServer(getRequestListener(bff));
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on('end', () => process.exit(0));
