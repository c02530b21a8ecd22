// Everything a page may call, in an engine that has no more than the oldest supported one.
import * as sdk from 'cryptorefills-checkout';
import { createTestShop } from 'cryptorefills-checkout/testing';
import { show, visit } from './shop.js';

const draft = {
  email: 'shopper@example.com',
  items: [{ kind: 'giftcard', brand: 'Example Games', country: 'US', value: { denomination: '25 USD' } }],
  payment: { coin: 'USDC', network: 'Solana' },
};

async function main() {
  const outcome = await visit();
  const shop = createTestShop();
  const client = sdk.createClient({ country: 'US', fetch: shop.fetch, retries: 0 });
  await Promise.all([client.paymentVias(), client.brands(), client.homepage(), client.products({ brand: 'Example Games' }), client.validate(draft)]);
  await client.price({ brand: 'Example Books', faceValue: '5', coin: 'USDC' });
  const order = await client.create(draft);
  sdk.paymentWindow(order);
  sdk.paymentInstructions(order, await client.paymentVias());
  sdk.checkBeneficiary('mobile_recharge', '+14155550132', 'US');
  sdk.logoUrl({ logo_base_url: 'https://cdn.example/x' });
  const catalog = await client.brandCatalog();
  const found = catalog.search('games').length;
  catalog.close();
  const states = [];
  const watch = client.watch(order.order_id, { env: shop.env });
  const looped = (async () => {
    for await (const { order_state: state } of watch) states.push(state);
  })();
  await shop.finish();
  await looped;
  // An abort before, and one meanwhile.
  const aborted = new AbortController();
  const other = sdk.watchOrder(order.order_id, { env: shop.env, signal: aborted.signal });
  aborted.abort();
  const reasons = [(await other.done).reason, await client.brands({ signal: aborted.signal }).catch(({ code }) => code)];
  if (!found || sdk.countries('ja').length !== 233 || states.at(-1) !== 'Done' || reasons.join() !== 'aborted,ABORTED') throw new Error(`${found} ${states} ${reasons}`);
  return outcome;
}

main().then(show, (error) => show({ error: String(error.stack) }));
