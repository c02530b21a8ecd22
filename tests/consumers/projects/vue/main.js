import { createApp, h, ref } from 'vue';
import Order from './Order.vue';
import { ORDER_ID } from './shop.js';

const id = ref(ORDER_ID);
const app = createApp(() => h(Order, { id: id.value }));
app.mount('#app');

// What a page does with a component: gives it another order, and takes it away.
globalThis.component = { watch: (other) => (id.value = other), leave: () => app.unmount() };
