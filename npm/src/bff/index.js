// The entry `cryptorefills-checkout/bff`: the handler, with the crate's own look at an order's body as the default.

import * as checkout from '../index.js';
import { createHandler } from './handler.js';

export { memoryStore, redisStore } from './idempotency.js';

/** @param {import('../bff.d.ts').BffOptions} options */
export const createBff = (options) => createHandler(options, checkout);
