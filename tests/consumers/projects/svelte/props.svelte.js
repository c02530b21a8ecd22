import { ORDER_ID } from './shop.js';

export const props = $state({ id: ORDER_ID });
