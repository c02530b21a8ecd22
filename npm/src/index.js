// The package's entry; also that of ./slim, with another loader.

export { CheckoutError, isCheckoutError } from './errors.js';
export { init, isReady } from './runtime.js';
export * from './requests.js';
export * from './answers.js';
export * from './orders.js';
export * from './catalog.js';
export { plainText } from './plain-text.js';
export { openBrands, openProducts } from './opened.js';
export { watchOrder } from './watch.js';
export { acrossTabs } from './watch-tabs.js';
export { createClient } from './client.js';
