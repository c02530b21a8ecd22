// The rules that need no order: what is answered, what is refused, and what must never leak to the browser.

import { readBody } from './connect.js';

const UNKNOWN_ORDER = '00000000-0000-4000-8000-000000000000';
/** Headers between the BFF and the API, which are nobody else's business. */
const PRIVATE_HEADERS = ['x-cr-application', 'x-cr-version', 'set-cookie'];

const type = (answer) => String(answer.headers['content-type'] ?? 'no content type');

/**
 * @param {(path: string, more?: object) => Promise<import('./connect.js').Answer>} ask
 * @param {(finding: object) => void} report
 * @param {string} root where the routes begin
 */
export async function checkRoutes(ask, report, root) {
  const known = await ask('/payment_vias', { headers: { origin: 'https://elsewhere.example' } });
  const text = await readBody(known);
  report({
    rule: `GET ${root}/payment_vias answers`,
    ok: known.status === 200,
    seen: `status ${known.status}`,
    fix: known.status === 404
      ? `mount the BFF at ${root || '/'} on this origin, or say with --base where it is`
      : 'see the BFF\'s own log: the partner id, the API\'s address and its reachability are the usual reasons',
  });
  if (known.status === 200) {
    report({
      rule: 'a JSON answer says that it is JSON',
      ok: /^application\/json\b/iu.test(type(known)) && isJson(text),
      seen: type(known),
      fix: 'pass the API\'s Content-Type and body on as they are',
    });
  }
  const leaked = PRIVATE_HEADERS.filter((name) => name in known.headers);
  report({
    rule: 'no header of the partner\'s reaches the browser',
    ok: leaked.length === 0,
    seen: leaked.join(', '),
    fix: 'answer with headers of your own and copy only those the browser needs',
  });
  const open = known.headers['access-control-allow-origin'];
  report({
    rule: 'other origins may not read the answers',
    ok: open === undefined,
    seen: open && `Access-Control-Allow-Origin: ${open}`,
    fix: 'send no Access-Control-Allow-Origin: page and BFF share an origin',
  });

  const unknown = await ask('/no-such-route');
  await readBody(unknown);
  report({
    rule: 'an unknown route is refused',
    ok: unknown.status === 404,
    seen: `status ${unknown.status}`,
    fix: `answer 404 below ${root} for all but the nine routes; a page served for every address is a usual reason`,
  });
  const direct = await ask('/v5/orders');
  await readBody(direct);
  report({
    rule: 'the API\'s own paths are not reachable through the BFF',
    ok: direct.status >= 400 && direct.status < 500,
    seen: `GET ${root}/v5/orders answered ${direct.status}`,
    fix: 'map the nine routes one by one; never forward whatever path was asked for',
  });
  const malformed = await ask('/orders/not%20an%20order%2Fid/subscribe');
  await readBody(malformed);
  report({
    rule: 'a malformed order id is refused',
    ok: malformed.status >= 400 && malformed.status < 500,
    seen: `status ${malformed.status}`,
    fix: 'check the id before anything is sent to the API',
  });
  const missing = await ask(`/orders/${UNKNOWN_ORDER}/subscribe`, { headers: { accept: 'text/event-stream' } });
  const missingIsStream = /^text\/event-stream\b/iu.test(type(missing));
  const said = missingIsStream ? (missing.close(), '') : await readBody(missing);
  report({
    rule: 'the stream of an order that is not there is refused by status',
    ok: missing.status >= 400 && missing.status < 500 && !missingIsStream,
    seen: `status ${missing.status}`,
    fix: 'wait for the API\'s status before answering, and pass it on: after a 200 nobody can tell a missing order from a lost line',
  });
  report({
    rule: 'what it says instead is JSON, not a page',
    ok: missingIsStream || isJson(said),
    seen: type(missing),
    fix: `answer refusals below ${root} with small JSON: an error page for every address is a usual reason`,
  });
  report({
    rule: 'refusals are kept out of caches',
    ok: /\bno-store\b/iu.test(String(missing.headers['cache-control'] ?? '')),
    seen: String(missing.headers['cache-control'] ?? 'no Cache-Control'),
    fix: 'send Cache-Control: no-store with every answer about an order, 404 too: it may exist a moment later',
  });
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
