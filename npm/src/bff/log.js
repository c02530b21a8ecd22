// One structured line per request, for whoever asked for it: no bodies, no queries, and order ids only as a hash.

import { digest } from './digest.js';

/**
 * @param {any} options
 * @param {Request} request
 */
export function startEntry(options, request) {
  if (!options.log) return { note() {}, finish() {} };
  const started = options.timers.now();
  /** @type {Record<string, unknown>} */
  const entry = { method: request.method, route: null };
  let orderId = '';
  let finished = false;
  return {
    /** @param {Record<string, unknown> & { orderId?: string }} facts */
    note({ orderId: id, ...facts }) {
      if (id) orderId = id;
      Object.assign(entry, facts);
    },
    async finish() {
      if (finished) return;
      finished = true;
      entry.ms = options.timers.now() - started;
      if (entry.cause === undefined) delete entry.cause;
      try {
        if (orderId) entry.order = (await digest(`${options.partnerId}\n${orderId}`)).slice(0, 16);
        await options.log(entry);
      } catch {
        // A logger that fails must not take a shopper's request with it.
      }
    },
  };
}
