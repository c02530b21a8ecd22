// What the payloads look like, as one description that every peer's schema is written from, so that all of them
// check the same: `word` a string that is not empty, `text` a string, `decimal` an amount as text, `time` text or a
// number, `bool`, `any`; `?` may be missing or null. The fields are those of the tables in src/schema/.

const list = (of) => ({ list: of });
const object = (fields) => ({ object: fields });

const texts = (names) => Object.fromEntries(names.trim().split(/\s+/u).map((name) => [name, 'text?']));
const decimals = (names) => Object.fromEntries(names.trim().split(/\s+/u).map((name) => [name, 'decimal?']));

const deliverable = object({
  ...texts(`brand_name family country_code denomination localized_denomination currency_code beneficiary_account delivery_type
    points brand_logo pin_code pin_serial security_code barcode_image_url qr_image_url operator_reference redeem_instructions
    how_to_redeem terms_and_conditions pin_usage_instructions error_description failure_reason`),
  ...decimals('product_value coin_amount original_price'),
});

export const order = object({
  order_id: 'word',
  order_state: 'word',
  ...texts(`payment_state wallet_address coin network payment_id payment_via payment_method payment_method_protocol qr_text qr_url
    refund_wallet_address`),
  ...decimals('coin_amount original_coin_amount original_price sent_coin_amount payment_value'),
  created_at: 'time?',
  updated_at: 'time?',
  payment_requested_at: 'time?',
  is_payment_processor_external: 'bool?',
  'refund?': object({ ...decimals('amount'), ...texts('currency reason') }),
  'user?': object(texts('email')),
  deliveries: list(object({ ...texts('id delivery_state kind'), 'deliverable?': deliverable })),
});

const brand = object({
  brand: 'text',
  ...texts('brand_id family country_code kind category min max logo_url logo_base_url bg_color product_type'),
  'additional_categories?': list('text'),
  is_out_of_stock: 'bool?',
  'brand_tags?': list('any'),
});

export const brands = object({
  country_code: 'text?',
  categories: list(object({ ...texts('kind category'), brands: list(brand) })),
  'all_brands?': list(brand),
  'popular_brands?': list(brand),
});

const product = object({
  is_dynamic: 'bool',
  ...texts('product_id denomination localized_denomination coin payment_method delivery_type points product_type'),
  ...decimals('coin_amount original_coin_amount'),
  'range?': object({ min: 'decimal', max: 'decimal', currency: 'text?', ...decimals('step_size default') }),
  'face_value?': object({
    currency_code: 'text?',
    'amount?': object({ type: 'text?', ...decimals('price min max') }),
  }),
});

export const products = list(object({
  brand: 'text',
  ...texts('brand_id family country_code kind category default_denomination logo_url logo_base_url bg_color product_tc product_type'),
  'additional_categories?': list('text'),
  is_out_of_stock: 'bool?',
  'redeem_method?': list('text'),
  'rich_description?': object(texts('markup locale country_code description how_to_redeem term_and_conditions note redeem_geo')),
  products: list(product),
}));

export const problems = object({
  'problems?': list(object({ code: 'text', ...texts('field message source'), 'details?': 'any' })),
});

export const shapes = { order, problems, brands, products };
