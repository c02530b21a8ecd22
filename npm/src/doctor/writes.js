// The rules of writes, tried with requests that can place nothing: each is refused before the API would hear of it.

import { readBody } from './connect.js';

const LARGEST = 64 * 1024;

/**
 * @param {(path: string, more?: object) => Promise<import('./connect.js').Answer>} ask
 * @param {(finding: object) => void} report
 * @param {string} root where the routes begin
 */
export async function checkWrites(ask, report, root) {
  const post = async (headers, body, path = '/orders/validations') => {
    const answer = await ask(path, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin', ...headers }, body });
    return { answer, text: await readBody(answer) };
  };
  const json = { 'content-type': 'application/json' };
  const refused = async (rule, statuses, fix, headers, body, path) => {
    let status;
    try {
      status = (await post(headers, body, path)).answer.status;
    } catch (error) {
      // Cut while we were still writing: refused as well.
      if (!/ECONNRESET|EPIPE|socket hang up/u.test(`${error.code} ${error.message}`)) throw error;
      status = 'connection closed';
    }
    report({ rule, ok: status === 'connection closed' || statuses.includes(status), seen: `status ${status}`, fix });
  };
  await refused(
    'an order from another site\'s page is refused', [403],
    'refuse a POST whose Sec-Fetch-Site or Origin is not the shop\'s own: cookies travel with it', { ...json, 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' }, '{}', '/orders',
  );
  await refused('a body that is not application/json is refused', [415, 400], 'take application/json only: other types reach you from any site without a question asked first', { 'content-type': 'text/plain' }, '{}');
  await refused('a body that is no JSON is refused', [400, 422], 'parse the body before it is forwarded', json, '{"deliveries":');
  await refused('a body above 64 KiB is refused', [413, 400], 'bound the body while it is read; an order takes a few kilobytes', json, `{"lang":"${' '.repeat(LARGEST)}"}`);
  const put = await ask('/orders', { method: 'PUT', headers: { ...json, 'sec-fetch-site': 'same-origin' }, body: '{}' });
  await readBody(put);
  report({
    rule: 'a method that no route takes is refused',
    ok: put.status === 405 || put.status === 404,
    seen: `PUT ${root}/orders answered ${put.status}`,
    fix: 'answer 405 to all methods but the one of the route',
  });
}
