// The nine routes, as data: what a browser may ask for, and what goes upstream instead.
// Nothing of the upstream's path, host or query can be chosen by the browser beyond these names.

import { BffError } from './errors.js';

/**
 * @typedef {object} Route
 * @property {string} name what logs call it
 * @property {'GET' | 'POST'} method
 * @property {RegExp} path below the base path; its one group, if any, is the parameter
 * @property {RegExp} [param] what the parameter must look like
 * @property {'orderId' | 'country'} [paramKind]
 * @property {(param: string) => string} upstream
 * @property {string[]} query the names passed on
 * @property {'json' | 'stream'} answer
 * @property {boolean} [order] its answer is about one order
 * @property {string} [kind] what a 429 makes reads of the same kind wait for
 * @property {number} [maxAge] seconds a catalogue answer stays fresh; absent: never cached
 */

const ORDER_ID = /^[A-Za-z0-9_-]{1,64}$/;
const COUNTRY = /^[A-Za-z]{2}$/;
const MAX_VALUE_LENGTH = 256;
/** Words of the API's own; names and coupons are free text. */
const WORDS = ['coin', 'lang', 'payment_method'];
const WORD = /^[\w.-]{1,32}$/;

/** @type {readonly Route[]} */
export const ROUTES = Object.freeze([
  { name: 'paymentVias', method: 'GET', path: /^\/payment_vias$/, upstream: () => '/v3/payment_vias', query: [], answer: 'json', kind: 'catalogue', maxAge: 60 },
  { name: 'brands', method: 'GET', path: /^\/brands$/, upstream: () => '/v2/brands', query: ['country_code', 'promo_code'], answer: 'json', kind: 'catalogue', maxAge: 300 },
  { name: 'homepage', method: 'GET', path: /^\/homepage$/, upstream: () => '/v2/homepage', query: ['country_code'], answer: 'json', kind: 'catalogue', maxAge: 300 },
  {
    name: 'price', method: 'GET', path: /^\/products\/price$/, upstream: () => '/v4/products/price',
    query: ['brand_name', 'country_code', 'face_value', 'coin', 'promo_code'], answer: 'json', kind: 'quote',
  },
  {
    name: 'products', method: 'GET', path: /^\/products\/country\/([^/]*)$/, param: COUNTRY, paramKind: 'country',
    upstream: (country) => `/v5/products/country/${country.toUpperCase()}`,
    query: ['family_name', 'brand_name', 'coin', 'lang', 'promo_code', 'payment_method'], answer: 'json', kind: 'catalogue', maxAge: 60,
  },
  { name: 'validate', method: 'POST', path: /^\/orders\/validations$/, upstream: () => '/v5/orders/validations', query: [], answer: 'json', kind: 'quote' },
  { name: 'create', method: 'POST', path: /^\/orders$/, upstream: () => '/v5/orders', query: [], answer: 'json', kind: 'quote' },
  {
    name: 'subscribe', method: 'GET', path: /^\/orders\/([^/]*)\/subscribe$/, param: ORDER_ID, paramKind: 'orderId',
    upstream: (id) => `/v5/orders/${id}/subscribe`, query: [], answer: 'stream', order: true,
  },
  {
    name: 'order', method: 'GET', path: /^\/orders\/([^/]*)$/, param: ORDER_ID, paramKind: 'orderId',
    upstream: (id) => `/v5/orders/${id}`, query: [], answer: 'json', order: true,
  },
]);

/**
 * @param {Request} request
 * @param {URL} url
 * @param {string} basePath
 * @returns {{ route: Route, param: string, target: string, country?: string, isPersonal: boolean }} `target` is path and query
 *   upstream; personal is what a coupon may have changed
 */
export function matchRoute(request, url, basePath) {
  const path = url.pathname.startsWith(`${basePath}/`) ? url.pathname.slice(basePath.length) : '';
  const [route, found] = findRoute(path);
  if (!route || !found) {
    throw new BffError(404, 'NOT_FOUND', 'There is nothing at this address.');
  }
  if (request.method !== route.method) {
    throw new BffError(405, 'METHOD_NOT_ALLOWED', `This address takes ${route.method} only.`, { Allow: route.method });
  }
  const param = found[1] ?? '';
  if (route.param && !route.param.test(param)) {
    throw route.paramKind === 'country'
      ? new BffError(404, 'BAD_COUNTRY', 'The country in the address is not a two-letter country code.')
      : new BffError(404, 'BAD_ORDER_ID', 'The order id in the address is not an order id: 1 to 64 letters, digits, "-" or "_".');
  }
  const query = rebuildQuery(route, url);
  return {
    route,
    param,
    // As the package writes it: a space is %20.
    target: route.upstream(param) + (query.size ? `?${String(query).replaceAll('+', '%20')}` : ''),
    country: route.paramKind === 'country' ? param : (query.get('country_code') ?? undefined),
    isPersonal: query.has('promo_code'),
  };
}

/** @returns {[Route, RegExpExecArray] | []} */
function findRoute(path) {
  for (const route of ROUTES) {
    const found = route.path.exec(path);
    if (found) return [route, found];
  }
  return [];
}

/** @param {Route} route @param {URL} url */
function rebuildQuery(route, url) {
  const query = new URLSearchParams();
  for (const name of route.query) {
    const value = url.searchParams.get(name);
    if (value === null || value === '') continue;
    if (value.length > MAX_VALUE_LENGTH || /[\u0000-\u001f\u007f]/.test(value)) {
      throw new BffError(400, 'BAD_QUERY', `The value of ${name} is too long or holds control characters.`);
    }
    if (WORDS.includes(name) && !WORD.test(value)) {
      throw new BffError(400, 'BAD_QUERY', `The value of ${name} is not a short word of letters, digits, ".", "-" or "_".`);
    }
    if (name === 'country_code') {
      if (!COUNTRY.test(value)) {
        throw new BffError(400, 'BAD_COUNTRY', 'country_code is not a two-letter country code.');
      }
      query.set(name, value.toUpperCase());
    } else {
      query.set(name, value);
    }
  }
  return query;
}
