// Whose an order is: of one that is there, of one that nobody placed, and of one that is placed for the purpose.

import { readBody } from './connect.js';

const UNKNOWN_ORDER = '00000000-0000-4000-8000-000000000000';
const STRANGERS = 'another browser cannot read the order';
const TIE = 'tie an order to the session that placed it: whoever knows an id could read its codes';

/**
 * An order that is there, asked for by somebody who has no more than its id.
 * @param {(path: string, more?: object) => Promise<import('./connect.js').Answer>} askAsStranger
 * @param {string} order
 * @param {(finding: object) => void} report
 */
export async function checkOwner(askAsStranger, order, report) {
  const answer = await askAsStranger(`/orders/${order}`);
  await readBody(answer);
  report({ rule: STRANGERS, ok: answer.status >= 400 && answer.status < 500, seen: `status ${answer.status} to its id alone`, fix: TIE });
}

/**
 * Without an order it can only be guessed whether a stranger would be refused: by who it is that does not know this one.
 * @param {(path: string, more?: object) => Promise<import('./connect.js').Answer>} askAsStranger
 * @param {(finding: object) => void} report
 */
export async function checkStranger(askAsStranger, report) {
  const answer = await askAsStranger(`/orders/${UNKNOWN_ORDER}`);
  const text = await readBody(answer);
  const isOurs = answer.status === 404 && /"error"\s*:\s*"ORDER_NOT_FOUND"/u.test(text);
  report({
    rule: STRANGERS,
    advice: true,
    ok: isOurs || answer.status === 401 || answer.status === 403,
    seen: isOurs ? 'an order that nobody placed is refused without asking the API' : `status ${answer.status} to an order that nobody placed, which the API may have said`,
    fix: `${TIE}. With --order ID it is looked at`,
  });
}

/**
 * @param {(path: string, more?: object) => Promise<import('./connect.js').Answer>} ask
 * @param {string} body JSON
 * @param {Record<string, string>} headers those of every request; the order's cookie is added to them
 * @param {string} base
 * @param {(finding: object) => void} report
 * @returns {Promise<string | undefined>} the order's id
 */
export async function placeOrder(ask, body, headers, base, report) {
  const key = crypto.randomUUID();
  const place = async () => {
    const answer = await ask('/orders', {
      method: 'POST', body,
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', 'idempotency-key': key },
    });
    return { answer, id: idIn(await readBody(answer)) };
  };
  const { answer, id } = await place();
  report({
    rule: 'an order can be placed',
    ok: id !== undefined,
    seen: `status ${answer.status}`,
    fix: 'is the file a body that the API takes? The answer of POST /api/orders says what is wrong with it',
  });
  if (id === undefined) return undefined;

  const again = await place();
  report({
    rule: 'the same order sent again is not placed again',
    ok: again.id === id || again.answer.status === 409,
    seen: again.id === id ? 'the first answer' : `status ${again.answer.status}`,
    fix: 'answer a repeated Idempotency-Key with the first answer, or 409',
  });

  const cookies = [answer.headers['set-cookie'] ?? []].flat();
  const secure = base.startsWith('https:');
  for (const [attribute, needed] of [['HttpOnly', true], ['Secure', secure], ['SameSite', true]]) {
    if (cookies.length === 0 || !needed) continue;
    const missing = cookies.filter((cookie) => !new RegExp(`;\\s*${attribute}`, 'iu').test(cookie));
    report({ rule: `the order's cookie is ${attribute}`, ok: missing.length === 0, fix: `set the cookie with ${attribute}` });
  }
  if (!('cookie' in headers)) {
    const stranger = await ask(`/orders/${id}`);
    await readBody(stranger);
    report({
      rule: STRANGERS,
      ok: stranger.status >= 400 && stranger.status < 500,
      seen: `status ${stranger.status} without its cookie`,
      fix: TIE,
    });
  }
  const own = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  if (own) headers.cookie = [headers.cookie, own].filter(Boolean).join('; ');
  const read = await ask(`/orders/${id}`);
  const text = await readBody(read);
  report({ rule: 'the browser that placed it can', ok: read.status === 200 && idIn(text) === id, seen: `status ${read.status}`, fix: 'let the cookie of POST /api/orders open GET /api/orders/{id}' });
  report({
    rule: 'an order is kept out of caches',
    ok: /\bno-store\b/iu.test(String(read.headers['cache-control'] ?? '')),
    seen: String(read.headers['cache-control'] ?? 'no Cache-Control'),
    fix: 'send Cache-Control: no-store with every answer about an order',
  });
  return id;
}

function idIn(text) {
  try {
    const { order_id: id } = JSON.parse(text);
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}
