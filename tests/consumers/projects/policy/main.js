// Tells what the first call throws, and what init() rejects with.
import { checkOrder, init, isCheckoutError } from 'cryptorefills-checkout';
import { show, visit } from './shop.js';

const tell = (error) => ({
  known: isCheckoutError(error),
  code: error.code,
  message: error.message,
  retryable: error.retryable,
  cause: error.cause?.name,
});

async function main() {
  if (!location.search) return visit();
  const thrown = [];
  for (const attempt of [() => checkOrder('{}'), () => init(), () => checkOrder('{}')]) {
    try {
      await attempt();
      thrown.push('nothing');
    } catch (error) {
      thrown.push(tell(error));
    }
  }
  return thrown;
}

main().then(show, (error) => show(tell(error)));
