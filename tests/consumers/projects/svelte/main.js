import { mount, unmount } from 'svelte';
import Order from './Order.svelte';
import { props } from './props.svelte.js';

const component = mount(Order, { target: document.getElementById('app'), props });

// What a page does with a component: gives it another order, and takes it away.
globalThis.component = { watch: (other) => (props.id = other), leave: () => unmount(component) };
