// The BFF of a file in a process of its own, in Node http: `node redis-bff.js FILE`, prints its port.

import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { getRequestListener } from '@hono/node-server';

const { bff } = await import(pathToFileURL(process.argv[2]));
const server = createServer(getRequestListener(bff));
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on('end', () => process.exit(0));
