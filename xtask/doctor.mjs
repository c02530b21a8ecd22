// node xtask/doctor.mjs URL [--order ID] [--header 'Name: value']...
// Asks a deployed BFF what a browser would ask, and says which rule it breaks and how to mend that.
// Exit code: 0 when no rule is broken, 1 when one is, 2 when there is nothing to look at.
import { parseArgs } from 'node:util';
import { open } from './doctor/connect.mjs';
import { checkRoutes } from './doctor/routes.mjs';
import { checkStream } from './doctor/stream.mjs';

/** @param {string} message @returns {never} */
function giveUp(message) {
  console.error(message);
  process.exit(2);
}

/** Where the BFF's routes begin, and the order, when the address is that of an order's stream. */
function readAddress(text) {
  const url = new URL(text);
  const found = /^(.*?\/api)(?:\/orders\/([^/]+)(?:\/subscribe)?)?\/?$/u.exec(url.pathname);
  const base = found ? found[1] : `${url.pathname.replace(/\/+$/u, '')}/api`;
  return { base: url.origin + base, order: found?.[2] };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    order: { type: 'string' },
    header: { type: 'string', multiple: true, default: [] },
    'heartbeat-within': { type: 'string', default: '20' },
  },
});
if (positionals.length !== 1 || !URL.canParse(positionals[0])) giveUp('doctor needs one address, such as http://localhost:8080');
const { base, order: named } = readAddress(positionals[0]);
const order = values.order ?? named;
const headers = {};
for (const line of values.header) {
  const colon = line.indexOf(':');
  if (colon < 1) giveUp(`a header reads "Name: value", not "${line}"`);
  headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
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
try {
  await checkRoutes(ask, report);
} catch (error) {
  giveUp(`nothing answers at ${base}: ${error.message}`);
}
if (order === undefined) {
  report({ rule: 'the event stream', seen: 'not looked at, because that takes an order: add --order ID' });
} else {
  await checkStream(ask, encodeURIComponent(decodeURIComponent(order)), report, Number(values['heartbeat-within']) * 1000);
}
console.log(`\n${broken === 0 ? 'no rule is broken' : `${broken} broken`}${noted ? `, ${noted} to think about` : ''}`);
process.exit(broken === 0 ? 0 : 1);
