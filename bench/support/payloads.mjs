// Payloads of fixed sizes, the same at every run, in the shapes that answers have.

/** A small generator of its own, so that every run measures the same text. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const SYLLABLES = ['ka', 'lo', 'mi', 'ven', 'tor', 'sha', 'pri', 'quel', 'ba', 'no', 'rix', 'dé', 'lü', 'go', 'ster', 'an', 'ti', 'mo', 'za', 'fer'];
const SECOND = ['', '', '', ' Games', ' Café', ' Mobile', ' Sport', ' Market', ' & Co', ' Travel', ' Télécom', ' Gift Card'];
const ELSEWHERE = ['任天堂', 'ニンテンドー', 'プレイステーション', 'アマゾン', '楽天ポイント', 'أمازون', 'نون', 'مكتبة جرير', 'Яндекс', 'Озон', 'Мегафон', '카카오'];

function names(count, random) {
  const taken = new Set();
  const pick = (from) => from[Math.floor(random() * from.length)];
  while (taken.size < count) {
    let name = '';
    for (let left = 2 + Math.floor(random() * 3); left > 0; left--) name += pick(SYLLABLES);
    name = name[0].toUpperCase() + name.slice(1) + pick(SECOND);
    if (random() < 0.1) name = `${pick(ELSEWHERE)} ${Math.floor(random() * 1000)}`;
    taken.add(name);
  }
  return [...taken];
}

const uuid = (random) => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/gu, () => Math.floor(random() * 16).toString(16));

/** The brands of a country; 1,000 are about 330 kB. */
export function brandsText(count = 1000) {
  const random = generator(7);
  const categories = ['games', 'retail', 'travel', 'food', 'music', 'mobile'].map((category) => ({ kind: 'giftcard', category, popular_brands: [], brands: [] }));
  const brands = names(count, random).map((brand) => {
    const category = categories[Math.floor(random() * categories.length)];
    const slug = encodeURIComponent(brand.toLowerCase().split(' ')[0]).slice(0, 20);
    const entry = {
      family: brand.split(' ')[0], brand, brand_id: uuid(random), logo_base_url: `https://cdn.example/logos/${slug}`,
      min: '5 €', max: '1 000 €', category: category.category, additional_categories: [], kind: 'giftcard', is_out_of_stock: random() < 0.05,
      country_code: 'FR', product_type: 'physical',
    };
    category.brands.push(entry);
    return entry;
  });
  return JSON.stringify({ country_code: 'FR', categories, popular_brands: brands.slice(0, 10), last_user_purchases: [], suggestions: [] });
}

/** Brand groups with ten products each; 3,000 products are about 1.5 MB. */
export function productsText(count = 3000) {
  const random = generator(11);
  const groups = names(Math.ceil(count / 10), random).map((brand, group) => ({
    country_code: 'FR', category: 'games', additional_categories: [], kind: 'giftcard', default_denomination: '', family: brand.split(' ')[0], brand,
    brand_id: uuid(random), is_out_of_stock: false, logo_url: `https://cdn.example/logos/${group}.webp`, redeem_method: ['online'],
    product_tc: 'Valid in the country of issue only. Not refundable. The value cannot be split.', rich_description: null,
    products: Array.from({ length: Math.min(10, count - group * 10) }, (_, at) => {
      const amount = String((at + 1) * 10);
      return {
        product_id: uuid(random), is_dynamic: false, denomination: `${amount} EUR`, localized_denomination: `${amount} €`, coin: 'USDC',
        coin_amount: `${amount}.${Math.floor(random() * 1e6)}`, original_coin_amount: `${amount}.270000`, payment_method: 'USDC-MATIC',
        delivery_type: 'by_email', points: amount, product_type: 'physical', face_value: { currency_code: 'EUR', amount: { type: 'fixed', price: amount } },
      };
    }),
  }));
  return JSON.stringify(groups);
}

/** An order of about that many bytes: 700, 1500 or 20,000. */
export function orderText(bytes = 1500) {
  // Members in the order they were recorded in.
  const order = (more) => ({
    order_id: '5d1f3c0a-8b7e-4c55-9a2e-6f0b1c2d3e4f', created_at: '1791000000', payment_requested_at: '1791000002', order_state: 'WaitingForPayment',
    payment_state: 'WalletCreated', ...(more && { payment_id: '0f9e8d7c-6b5a-4321-8765-43210fedcba9' }), payment_via: 'USER_WALLET', payment_method: 'USDC-SOLANA',
    ...(more && { payment_method_protocol: 'SVM_LIKE' }), coin: 'USDC', network: 'Solana', coin_amount: '51.270000', ...(more && { original_price: '51.27' }),
    sent_coin_amount: '0', ...(more && { payment_value: '44.5012' }), wallet_address: '7fUAJdStEuGbc3sM84cKRL6yYaaSstyLSU4ve5oovLS7',
  });
  const delivery = (at) => ({
    id: `a${at}`, delivery_state: 'WaitingForPayment', kind: 'giftcard',
    deliverable: {
      denomination: '50 EUR', localized_denomination: '50 EUR', family: 'Lumen Books', brand_name: 'Lumen Books', beneficiary_account: 'shopper@example.org',
      country_code: 'FR', delivery_type: 'by_email', points: '44', coin_amount: '51.27', currency_code: 'EUR',
    },
  });
  if (bytes < 1000) return JSON.stringify({ ...order(), deliveries: [{ ...delivery(1), deliverable: { denomination: '50 EUR', brand_name: 'Lumen Books', country_code: 'FR', delivery_type: 'by_email' } }] });
  const whole = {
    ...order(true), qr_text: '7fUAJdStEuGbc3sM84cKRL6yYaaSstyLSU4ve5oovLS7', qr_url: 'https://api.example:443/v3/qrs/5d1f3c0a-8b7e-4c55-9a2e-6f0b1c2d3e4f',
    is_payment_processor_external: false, user: { email: 'shopper@example.org' }, deliveries: [],
  };
  while (JSON.stringify(whole).length < bytes - 200) whole.deliveries.push(delivery(whole.deliveries.length + 1));
  return JSON.stringify(whole);
}
