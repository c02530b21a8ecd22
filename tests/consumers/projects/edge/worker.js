// Both entries on an edge runtime, which compiles no bytes but takes a compiled module, and the BFF beside them.
import wasm from 'cryptorefills-checkout/sdk.wasm';
import * as inlined from 'cryptorefills-checkout';
import { createBff } from 'cryptorefills-checkout/bff';
import * as slim from 'cryptorefills-checkout/slim';

const ORDER = '{"order_id":"1","order_state":"Done","deliveries":[]}';

async function tell() {
  let refused;
  try {
    inlined.checkOrder(ORDER);
  } catch ({ code, message, retryable }) {
    refused = { code, message, retryable };
  }
  await slim.init(wasm);
  return { refused, state: slim.checkOrder(ORDER).value?.order_state, request: slim.brandsRequest({ country: 'JP' }).url };
}

export default {
  async fetch(request, { UPSTREAM }) {
    if (new URL(request.url).pathname === '/tell') return Response.json(await tell());
    await slim.init(wasm);
    const bff = createBff({ partnerId: 'partner-1', appVersion: '1', upstream: UPSTREAM, authorize: () => true, checkout: slim });
    return bff(request);
  },
};
