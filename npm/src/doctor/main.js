#!/usr/bin/env node
// node node_modules/cryptorefills-checkout/doctor.js URL [--base PATH] [--order ID | --place FILE] [--header 'Name: value']...
// Asks a deployed BFF what a browser would ask, and says which rule it breaks and how to mend that.
// Exit code: 0 when no rule is broken, 1 when one is, 2 when there is nothing to look at.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { open } from './connect.js';
import { checkOwner, checkStranger, placeOrder } from './order.js';
import { checkRoutes } from './routes.js';
import { checkStream } from './stream.js';
import { checkWrites } from './writes.js';

const USAGE = `Looks at a deployed BFF as a browser would, and says which rule it breaks and how to mend that.

Usage: doctor URL [--base PATH] [--order ID | --place FILE] [--header 'Name: value']...

  URL                  the shop, its /api, or an order's stream in it
  --base PATH          where the BFF's routes begin, if not at /api
  --order ID           the order whose stream to follow; it may take --header 'Cookie: …' of its browser
  --place FILE         place one order first, with this JSON as its body; it stays unpaid
  --header 'N: V'      send this too; may be repeated
  --heartbeat-within S wait so long for a heartbeat, in seconds (20)

Without an order everything but its stream is looked at. Nothing is placed without --place.`;

/** @param {string} message @returns {never} */
function giveUp(message) {
  console.error(message);
  process.exit(2);
}

/** Where the BFF's routes begin, and the order, when the address is that of an order's stream. */
function readAddress(text, given) {
  const { origin, pathname } = new URL(text);
  const path = pathname.replace(/\/+$/u, '');
  const root = given === undefined ? (/^.*?\/api(?=\/|$)/u.exec(path)?.[0] ?? `${path}/api`) : `/${given}`.replace(/^\/+|\/+$/gu, '').replace(/^(?=.)/u, '/');
  const [, order] = (path.startsWith(`${root}/`) && /^\/orders\/([^/]+)(?:\/subscribe)?$/u.exec(path.slice(root.length))) || [];
  return { origin, root, order };
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        base: { type: 'string' },
        order: { type: 'string' },
        place: { type: 'string' },
        header: { type: 'string', multiple: true, default: [] },
        'heartbeat-within': { type: 'string', default: '20' },
      },
    });
  } catch (error) {
    return giveUp(`${error.message.split('\n')[0]}\n\n${USAGE}`);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (positionals.length !== 1 || !/^https?:/u.test(positionals[0]) || !URL.canParse(positionals[0])) {
  giveUp('doctor needs one address, such as http://localhost:8080');
}
const heartbeatWithin = Number(values['heartbeat-within']) * 1000;
if (!(heartbeatWithin > 0)) giveUp('--heartbeat-within takes a number of seconds');
if (values.order && values.place) giveUp('--order and --place do not go together');
const { origin, root, order: named } = readAddress(positionals[0], values.base);
const base = origin + root;
/** @type {Record<string, string>} */
const headers = {};
for (const line of values.header) {
  const colon = line.indexOf(':');
  if (colon < 1) giveUp(`a header reads "Name: value", not "${line}"`);
  headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
}
let body;
if (values.place) {
  try {
    body = readFileSync(values.place, 'utf8');
    JSON.parse(body);
  } catch (error) {
    giveUp(`--place ${values.place}: ${error.message}`);
  }
}

let broken = 0;
let noted = 0;
/** @param {{ rule: string, ok?: boolean, advice?: boolean, seen?: string, fix?: string }} finding */
function report({ rule, ok, advice, seen, fix }) {
  const mark = ok === undefined ? 'skip' : ok ? 'ok' : advice ? 'note' : 'FAIL';
  if (mark === 'FAIL') broken += 1;
  if (mark === 'note') noted += 1;
  console.log(`${mark.padEnd(5)}${rule}${seen ? `: ${seen}` : ''}`);
  if (ok === false && fix) console.log(`       fix: ${fix}`);
}

console.log(`looking at ${base}\n`);
const ask = (path, more = {}) => open(base + path, { ...more, headers: { ...headers, ...more.headers } });
/** As somebody who has nothing of what --header gives. */
const askAsStranger = (path, more = {}) => open(base + path, more);
let order = values.order ?? named;
try {
  await checkRoutes(ask, report, root);
  await checkWrites(ask, report, root);
  if (body !== undefined) order = await placeOrder(ask, body, headers, base, report);
  else if (order === undefined) await checkStranger(askAsStranger, report);
  else await checkOwner(askAsStranger, segment(order), report);
} catch (error) {
  giveUp(`nothing answers at ${base}: ${error.message}`);
}
if (order !== undefined) {
  await checkStream(ask, segment(order), report, heartbeatWithin);
} else if (body === undefined) {
  report({ rule: 'the event stream', seen: 'not looked at, because that takes an order: add --order ID, or --place FILE' });
}
console.log(`\n${broken === 0 ? 'no rule is broken' : `${broken} broken`}${noted ? `, ${noted} to think about` : ''}`);
process.exit(broken === 0 ? 0 : 1);

/** An order's id, which may come out of an address, as a path's segment. */
function segment(id) {
  return encodeURIComponent(decodeURIComponent(id));
}
