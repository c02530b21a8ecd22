const { checkOrder, createOrderRequest, isReady, CheckoutError } = require('cryptorefills-checkout');
const { en, problemText } = require('cryptorefills-checkout/messages');
const { createBff } = require('cryptorefills-checkout/bff');

const readyBefore = isReady();
const state = checkOrder('{"order_id":"1","order_state":"Done","deliveries":[]}').value?.order_state;
let refused;
try {
  createOrderRequest({});
} catch (error) {
  refused = error instanceof CheckoutError && error.code;
}
console.log(JSON.stringify({ readyBefore, state, refused, text: problemText({ code: 'OUT_OF_STOCK' }, en), bff: typeof createBff }));
