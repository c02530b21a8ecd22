import { mount } from 'svelte';
import Order from './Order.svelte';
import { ORDER_ID } from './shop.js';

mount(Order, { target: document.getElementById('app'), props: { id: ORDER_ID } });
