import { createApp } from 'vue';
import Order from './Order.vue';
import { ORDER_ID } from './shop.js';

createApp(Order, { id: ORDER_ID }).mount('#app');
