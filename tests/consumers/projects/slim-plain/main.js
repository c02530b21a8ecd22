import { checkOrder, CheckoutError, init, isReady } from 'cryptorefills-checkout/slim';

const ORDER = '{"order_id":"1","order_state":"Done","deliveries":[]}';

/** What a call says before init(), and after it. */
async function slim() {
  let before;
  try {
    checkOrder(ORDER);
  } catch (error) {
    before = error instanceof CheckoutError && error.code;
  }
  await Promise.all([init(), init()]);
  return { before, ready: isReady(), ok: checkOrder(ORDER).ok };
}

slim().catch((error) => ({ error: error.message })).then((outcome) => {
  document.documentElement.dataset.outcome = JSON.stringify(outcome);
});
