import { checkOrder, init, isReady } from 'cryptorefills-checkout/slim';

await init();
const state = checkOrder('{"order_id":"1","order_state":"Done","deliveries":[]}').value?.order_state;
console.log(JSON.stringify({ ready: isReady(), state }));
