// Places one order and looks at whose it is then.

import { readBody } from './connect.js';

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
      rule: 'another browser cannot read the order',
      ok: stranger.status >= 400 && stranger.status < 500,
      seen: `status ${stranger.status} without its cookie`,
      fix: 'tie an order to the session that placed it: whoever knows an id could read its codes',
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
