// Requests as plain data: fetch(request.url, request) sends one.

import { toJson, valueOrThrow } from './envelope.js';
import { wasm } from './runtime.js';

const build = (operation, input) => valueOrThrow(wasm().request(operation, toJson(input ?? {})));

export const paymentViasRequest = (options) => build('payment_vias', options);
export const brandsRequest = (options) => build('brands', options);
export const homepageRequest = (options) => build('homepage', options);
export const productsRequest = (options) => build('products', options);
export const priceRequest = (options) => build('price', options);
export const validateOrderRequest = (draft, options) => build('validate_order', { ...options, draft });
export const createOrderRequest = (draft, options) => build('create_order', { ...options, draft });
export const orderRequest = (orderId, options) => build('order', { ...options, orderId });
export const orderStreamUrl = (orderId, options) => build('subscribe', { ...options, orderId }).url;

export const checkDraft = (draft, product) => JSON.parse(wasm().checkDraft(toJson({ draft, product })));
