// What an order's state means, how long it can be paid, and how.

import { toJson } from './envelope.js';
import { wasm } from './runtime.js';

const stateOf = (order) => String(order?.order_state ?? order);

export const orderStage = (order) => wasm().orderStage(stateOf(order));
export const isFinal = (order) => wasm().isFinal(stateOf(order)) === 1;
export const paymentWindow = (order, now = Date.now()) => JSON.parse(wasm().paymentWindow(toJson(order), Number(now)));
export const paymentInstructions = (order, vias) =>
  JSON.parse(wasm().paymentInstructions(toJson(order), vias ? toJson(vias) : ''));
