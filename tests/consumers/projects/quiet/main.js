// Everything that may send something, with a base that is not the page's own.
import { createClient } from 'cryptorefills-checkout';
import { follow, ORDER_ID, show, tryOut } from './shop.js';

const base = new URLSearchParams(location.search).get('base');
const client = createClient({ base, country: 'US', retries: 0 });
const draft = {
  email: 'shopper@example.com',
  items: [{ kind: 'giftcard', brand: 'Airbnb', country: 'US', value: { denomination: '100 USD' } }],
  payment: { coin: 'USDC', network: 'Solana' },
};

async function main() {
  tryOut();
  const calls = {
    paymentVias: () => client.paymentVias(),
    brands: () => client.brands(),
    homepage: () => client.homepage(),
    products: () => client.products({ family: 'Airbnb' }),
    price: () => client.price({ brand: 'Airbnb', country: 'US', faceValue: '25.50', coin: 'USDC' }),
    validate: () => client.validate(draft),
    create: () => client.create(draft),
    order: () => client.order(ORDER_ID),
    watch: () => client.watch(ORDER_ID).done,
    follow: () => follow({ base, transport: 'poll', poll: { min: 500, max: 500 } }),
  };
  const codes = {};
  for (const [name, call] of Object.entries(calls)) codes[name] = await call().then(() => 'ok', ({ code }) => code);
  return codes;
}

main().then(show, ({ message }) => show({ message }));
