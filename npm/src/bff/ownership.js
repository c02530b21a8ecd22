// An order belongs to the browser that placed it: whoever knows an id could otherwise read its gift-card codes.
// A signed cookie per order says so, limited to that order's own path, so that orders placed side by side do not overwrite
// each other's and other requests do not grow.

import { base64url, fromBase64url } from './digest.js';

const COOKIE = 'cr_order';
/** As long as a refund may be claimed. */
const LIFETIME_SECONDS = 90 * 24 * 60 * 60;
const utf8 = new TextEncoder();

/**
 * @param {{ sessionKeys?: readonly string[], authorize?: Function, basePath: string, timers: { now(): number } }} options
 */
export function createOwnership({ sessionKeys, authorize, basePath, timers }) {
  if (authorize) {
    return {
      claim: async () => undefined,
      owns: async (/** @type {Request} */ request, /** @type {string} */ id) => (await authorize(request, id)) === true,
    };
  }
  // A key of this process's own will do for one process that is not restarted while orders are open.
  const texts = sessionKeys ?? [base64url(crypto.getRandomValues(new Uint8Array(32)))];
  const keys = Promise.all(texts.map((text) => crypto.subtle.importKey(
    'raw', utf8.encode(text), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'],
  )));
  const statement = (id, issued) => utf8.encode(`cr_order/1\n${id}\n${issued}`);

  return {
    /**
     * The Set-Cookie that makes the browser the order's owner. The first key signs.
     * @param {URL} url of the request that placed it
     * @param {string} id
     */
    async claim(url, id) {
      const issued = Math.floor(timers.now() / 1000).toString(36);
      const [key] = await keys;
      const mac = base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, statement(id, issued))));
      // Some browsers drop Secure cookies on plain http, even on this machine; anywhere else, a proxy ends TLS before us.
      const secure = url.protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname) ? '' : ' Secure;';
      return `${COOKIE}=${issued}.${mac}; Path=${basePath}/orders/${id}; Max-Age=${LIFETIME_SECONDS}; HttpOnly;${secure} SameSite=Lax`;
    },
    /**
     * @param {Request} request
     * @param {string} id
     */
    async owns(request, id) {
      for (const value of cookies(request)) {
        const parts = /^([0-9a-z]{1,10})\.([A-Za-z0-9_-]{43})$/.exec(value);
        if (!parts) continue;
        const [, issued, mac] = parts;
        const age = timers.now() / 1000 - Number.parseInt(issued, 36);
        if (!(age > -60 && age < LIFETIME_SECONDS)) continue;
        const bytes = fromBase64url(mac);
        for (const key of await keys) {
          if (await crypto.subtle.verify('HMAC', key, bytes, statement(id, issued))) return true;
        }
      }
      return false;
    },
  };
}

/** The values of our cookie, few enough to be worth verifying. @param {Request} request */
function cookies(request) {
  const header = (request.headers.get('cookie') ?? '').slice(0, 16_384);
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${COOKIE}=`))
    .map((pair) => pair.slice(COOKIE.length + 1))
    .slice(0, 8);
}
