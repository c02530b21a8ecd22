// Answers in the shape of recorded ones, about a made-up shop in the United States. A fresh copy at each call.

/** Example codes: nobody can redeem them. */
export const ORDER_ID = '5d1f3c0a-8b7e-4c55-9a2e-6f0b1c2d3e4f';
export const PIN_CODE = 'TEST-CODE-0001';
/** When every fixture was created, Unix seconds. */
const CREATED_AT = 1_791_000_000;

/** A fixed face value; a coin costs a dollar here. */
const fixed = (id, amount, more = {}) => ({
  product_id: id,
  is_dynamic: false,
  denomination: `${amount} USD`,
  localized_denomination: `$${amount}`,
  coin: 'USDC',
  coin_amount: `${amount}.00`,
  original_coin_amount: `${amount}.00`,
  payment_method: 'USDC-SOLANA',
  delivery_type: 'by_email',
  points: String(amount),
  face_value: { currency_code: 'USD', amount: { type: 'fixed', price: String(amount) } },
  ...more,
});

const ranged = (id, min, max, step) => ({
  ...fixed(id, min),
  is_dynamic: true,
  denomination: 'range',
  localized_denomination: null,
  coin_amount: null,
  original_coin_amount: null,
  range: { min, max, currency: 'USD', step_size: step, default: null },
  face_value: { currency_code: 'USD', amount: { type: 'range', min: String(min), max: String(max) } },
});

const data = (amount) => [{ type: 'DATA', unit_type: 'DATA', unit: 'GB', amount: { base: { amount }, total_including_tax: { amount } } }];

const CATALOGUE = [
  { brand: 'Example Games', family: 'Example Games', kind: 'giftcard', category: 'games', min: '$25', max: '$50', products: [fixed('p-games-25', 25), fixed('p-games-50', 50)] },
  { brand: 'Example Books', family: 'Example Books', kind: 'giftcard', category: 'books_learning', min: '$5', max: '$500', products: [ranged('p-books', 5, 500, 0.01)] },
  { brand: 'Example Mobile', family: 'Example Mobile', kind: 'mobile_recharge', category: 'mobile_credits', min: '$10', max: '$10', products: [fixed('p-mobile-10', 10, { delivery_type: 'by_phone' })] },
  { brand: 'Example eSIM', family: 'eSIM', kind: 'mobile_recharge', category: 'e-sim', min: '$16', max: '$16', products: [fixed('p-esim-5gb', 16, { denomination: '5 GB 30 days', localized_denomination: '5 GB, 30 days', benefits: data(5) })] },
  { brand: 'Example Sold Out', family: 'Example Sold Out', kind: 'giftcard', category: 'retail', min: null, max: null, products: null },
];

const about = ({ brand, family, kind, category }, country) => {
  const slug = brand.toLowerCase().replaceAll(' ', '-');
  return {
    brand,
    brand_id: `b-${slug}`,
    family,
    kind,
    category,
    additional_categories: [],
    country_code: country,
    logo_url: `https://cdn.example/${slug}.webp`,
    logo_base_url: `https://cdn.example/${slug}`,
    bg_color: '#334455',
    product_type: 'physical',
    brand_tags: [],
  };
};

/** Line by line, what `checkBrands` reads. */
export function brands(country = 'US') {
  const listed = CATALOGUE.map((entry) => ({ ...about(entry, country), min: entry.min, max: entry.max, is_out_of_stock: !entry.products }));
  const categories = listed.map((brand) => ({ kind: brand.kind, category: brand.category, popular_brands: [], brands: [brand] }));
  return { country_code: country, categories, popular_brands: [], last_user_purchases: [], suggestions: [] };
}

/** The products of a family or brand, or of all. */
export function products({ country = 'US', family, brand } = {}) {
  const asked = CATALOGUE.filter((entry) => (brand === undefined || entry.brand === brand) && (family === undefined || entry.family === family));
  return asked.map((entry) => ({
    ...about(entry, country),
    default_denomination: '',
    is_out_of_stock: !entry.products,
    rich_description: null,
    redeem_method: ['online'],
    products: structured(entry.products),
  }));
}

/** The product a line of an order means, if there is one. */
export function findProduct(brand, denomination) {
  const entry = CATALOGUE.find((one) => one.brand === brand);
  const product = entry?.products?.find((one) => one.denomination === denomination);
  return product && { ...structured(product), kind: entry.kind, family: entry.family };
}

export const price = ({ brand = 'Example Books', faceValue = '25.50', coin = 'USDC' } = {}) => ({
  ...structured(CATALOGUE.find((entry) => entry.brand === brand)?.products?.[0] ?? CATALOGUE[1].products[0]),
  coin,
  coin_amount: faceValue,
  original_coin_amount: faceValue,
});

export const paymentVias = () => [
  {
    name: 'USER_WALLET',
    available: true,
    logo_url: 'https://cdn.example/wallet.webp',
    currencies: [
      {
        name: 'USDC',
        is_suspended: false,
        networks: [
          {
            name: 'Solana', display_name: 'Solana', base_token: 'SOL', threshold: '0.51', is_suspended: false, smart_contract_engine: 'SVM',
            smart_contract: { engine: 'SVM', address: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', decimals: 6, symbol: 'USDC' },
          },
          {
            name: 'Base', display_name: 'Base', chain_id: 8453, base_token: 'ETH', threshold: '0.51', is_suspended: false, smart_contract_engine: 'EVM',
            smart_contract: { engine: 'EVM', address: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913', decimals: 6, symbol: 'USDC' },
          },
        ],
      },
    ],
  },
];

export const homepage = (country = 'US') => ({ country_code: country, sections: [] });

/** What validating says of an order nothing stands against. */
export const validation = (more = {}) => ({
  coin: 'USDC', coin_amount: '25.00', original_coin_amount: '25.00', coupon_code: null, loyalty_summary: null,
  deliveries: [delivery()], problems: null, ...more,
});

/** A refusal: the codes as the API lists them, with details where one has some. */
export const problems = (...codes) => ({
  problems: codes.map((problem) => (typeof problem === 'string' ? { problem } : { problem: problem.code, moreDetails: problem.details })),
});

export const delivery = (more = {}) => ({
  id: 'd-1', delivery_state: 'WaitingForPayment', kind: 'giftcard',
  deliverable: {
    denomination: '25 USD', localized_denomination: '$25', family: 'Example Games', brand_name: 'Example Games', beneficiary_account: 'shopper@example.com',
    country_code: 'US', delivery_type: 'by_email', points: '25', coin_amount: '25.00', currency_code: 'USD', ...more,
  },
});

const PAYMENT = {
  Created: 'WalletCreated', WaitingForPayment: 'WalletCreated', PaymentSetupFailed: 'WalletCreated',
  PaymentStarted: 'PaymentRequested', PartialPaymentStarted: 'PaymentRequested', PaymentFailed: 'PaymentRequested',
  Done: 'PaymentCompleted', Expired: 'Expired',
};

/** A part of an amount, as somebody who paid too little has sent it. */
const half = (amount) => `${BigInt(amount.split('.')[0]) / 2n}.${amount.split('.')[1] ?? '00'}`;

/** An order in a state: with a code once it is `Done`, with what was paid, with its refund. */
export function order(state = 'WaitingForPayment', more = {}) {
  const whole = {
    order_id: ORDER_ID, created_at: String(CREATED_AT), payment_requested_at: String(CREATED_AT + 2), order_state: state,
    payment_state: PAYMENT[state] ?? 'PaymentReceived', payment_id: '0f9e8d7c-6b5a-4321-8765-43210fedcba9', payment_via: 'USER_WALLET',
    payment_method: 'USDC-SOLANA', payment_method_protocol: 'SVM_LIKE', coin: 'USDC', network: 'Solana', coin_amount: '25.000000', original_price: '25.00',
    sent_coin_amount: '0', wallet_address: '7fUAJdStEuGbc3sM84cKRL6yYaaSstyLSU4ve5oovLS7', is_payment_processor_external: false,
    user: { email: 'shopper@example.com' }, deliveries: [delivery()], ...more,
  };
  if (state === 'PartialPaymentStarted') whole.sent_coin_amount = half(whole.coin_amount);
  else if (/^(PaymentStarted|PaymentReceived|Waiting(ForDelivery|ForManualAction)|Done|Refunded)$/.test(state)) whole.sent_coin_amount = whole.coin_amount;
  if (state === 'Refunded') whole.refund = { amount: whole.coin_amount, currency: whole.coin, reason: 'The supplier could not deliver' };
  const stands = { Done: 'Done', WaitingForDelivery: 'WaitingForDelivery', WaitingForManualAction: 'WaitingForDelivery' };
  for (const item of whole.deliveries) {
    item.delivery_state = stands[state] ?? 'WaitingForPayment';
    // A top-up reaches the phone by itself; everything else is a code.
    if (state === 'Done' && item.deliverable.delivery_type === 'by_email') item.deliverable.pin_code = PIN_CODE;
  }
  return whole;
}

/** A copy of plain data. */
const structured = (value) => JSON.parse(JSON.stringify(value));
