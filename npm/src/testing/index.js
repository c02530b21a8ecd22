// ./testing: a checkout tested without a server. No module is loaded, and nothing leaves the process.

export { FakeEventSource } from './event-source.js';
export { lifecycles } from './lifecycles.js';
export { createTestShop } from './shop.js';

import { brands, homepage, order, ORDER_ID, paymentVias, PIN_CODE, price, problems, products, validation } from './fixtures.js';

/** Answers as the API gives them, a fresh copy at each call. */
export const fixtures = { ORDER_ID, PIN_CODE, brands, homepage, order, paymentVias, price, problems, products, validation };
