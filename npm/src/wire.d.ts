// Written by `cargo xtask build` from the tables in src/: change those, not this.

/** An amount as decimal text, never a number: `"20.63"`. */
export type DecimalText = string;

/** Where an order stands. States newer than this package are strings too. */
export type OrderState =
  | 'Created'
  | 'WaitingForPayment'
  | 'PaymentStarted'
  | 'PartialPaymentStarted'
  | 'PaymentReceived'
  | 'WaitingForDelivery'
  | 'WaitingForManualAction'
  | 'Done'
  | 'Expired'
  | 'PaymentFailed'
  | 'PaymentSetupFailed'
  | 'Refunded'
  | 'Completed'
  | 'Canceled'
  | 'Cancelled'
  | (string & {});

/** What an order's state means for the shopper. */
export type OrderStage =
  | 'awaiting_payment'
  | 'confirming_payment'
  | 'underpaid'
  | 'delivering'
  | 'manual_review'
  | 'delivered'
  | 'expired'
  | 'failed'
  | 'refunded'
  | 'canceled'
  | 'unknown';

/** Why a request was refused. Codes newer than this package are strings too. */
export type ProblemCode =
  | 'AMOUNT_LESS_THEN_MINIMUM_ALLOWED'
  | 'MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED'
  | 'DAILY_SPENDING_LIMIT_EXCEEDED'
  | 'MONTHLY_SPENDING_LIMIT_EXCEEDED'
  | 'PRODUCT_COUNT_EXCEEDED'
  | 'MULTIPLE_LIMITED_PRODUCT_SAME_ORDER'
  | 'NOT_AVAILABLE_PRODUCT'
  | 'OUT_OF_STOCK'
  | 'NOT_ACTIVE'
  | 'INVALID_BENEFICIARY_ACCOUNT'
  | 'NOT_ALLOWED_PAYMENT_VIA'
  | 'UNSUPPORTED_PROTOCOL_COIN_COMBINATION'
  | 'LOGIN_REQUIRED'
  | 'COUPON_REQUIRES_LOGIN'
  | 'COUPON_NOT_FOUND'
  | 'COUPON_NOT_ACTIVE'
  | 'COUPON_ALREADY_SPENT'
  | 'COUPON_MAX_USAGE_REACHED'
  | 'COUPON_EXPIRED'
  | 'COUPON_BELOW_MIN_AMOUNT'
  | 'COUPON_NOT_VALID_FOR_USER'
  | 'COUPON_NOT_VALID_FOR_CATEGORY'
  | 'COUPON_NOT_VALID_FOR_KIND'
  | 'COUPON_NOT_VALID_FOR_BRAND'
  | 'COUPON_NOT_VALID_FOR_COUNTRY'
  | 'COUPON_NOT_VALID_FOR_STORE'
  | 'SUSPENDED_COIN'
  | 'SUSPENDED_NETWORK'
  | 'KYC_MISSING'
  | 'KYC_PENDING'
  | 'VERIFICATION_REQUIRED'
  | 'FULLNAME_MISSING'
  | 'INVALID_EMAIL_DOMAIN'
  | 'RATE_LIMITED'
  | 'UPSTREAM_ERROR'
  | 'UNREADABLE_ANSWER'
  | 'NOT_FOUND'
  | 'NOT_AUTHORIZED'
  | 'REJECTED'
  | (string & {});

/** What a problem is about. */
export type ProblemGroup =
  | 'amount_limits'
  | 'product_availability'
  | 'payment_method'
  | 'authentication'
  | 'coupon'
  | 'suspension'
  | 'verification'
  | 'contact'
  | 'http'
  | 'unknown'
  | (string & {});

/** What of an order's form a problem concerns. */
export type ProblemField =
  | 'items'
  | 'amount'
  | 'beneficiary'
  | 'email'
  | 'payment.coin'
  | 'payment.network'
  | 'payment.via'
  | 'coupon'
  | (string & {});

/** What is most likely to help with a problem. */
export type ProblemRemedy =
  | 'raise_amount'
  | 'lower_amount'
  | 'remove_items'
  | 'split_order'
  | 'choose_other_product'
  | 'correct_beneficiary'
  | 'correct_email'
  | 'choose_other_coin'
  | 'choose_other_network'
  | 'choose_other_via'
  | 'correct_coupon'
  | 'remove_coupon'
  | 'sign_in'
  | 'verify_identity'
  | 'wait'
  | 'check_before_retry'
  | 'check_address'
  | 'contact_support'
  | (string & {});

/** What is wrong with a field. Codes newer than this package are strings too. */
export type IssueCode =
  | 'REQUIRED'
  | 'TYPE'
  | 'FORMAT'
  | 'UNSUPPORTED'
  | 'TOO_MANY'
  | 'TOO_FEW'
  | 'OUT_OF_RANGE'
  | 'STEP'
  | 'EMAIL'
  | 'PHONE_NOT_E164'
  | 'PHONE_UNKNOWN_CALLING_CODE'
  | 'PHONE_WRONG_COUNTRY'
  | 'PHONE_TRUNK_ZERO'
  | 'PHONE_WRONG_START'
  | 'PHONE_WRONG_LENGTH'
  | 'PROBLEMS'
  | 'NOT_PAYABLE'
  | 'OTHER_ORDER'
  | 'NOT_JSON'
  | 'TOO_LARGE'
  | 'TOO_DEEP'
  | `INVOICE_${string}`
  | (string & {});

/** An order: what was bought, how it is paid, where it stands. */
export interface Order {
  /** The order's id, a UUID. Whoever knows it can read the order, codes included. */
  order_id: string;
  /** Unix seconds. */
  created_at?: number;
  /** Unix seconds; absent on a fresh order. */
  updated_at?: number;
  /** Unix seconds; the payment window starts here. */
  payment_requested_at?: number;
  /** Where the order stands. A state this version does not know is kept as text. */
  order_state: OrderState;
  /** Where the payment stands; informational, decide by `order_state`. */
  payment_state?: string;
  /** The payment's id; no memo. */
  payment_id?: string;
  /** Such as `USER_WALLET`. */
  payment_via?: string;
  /** A label such as `BTC-LIGHTNING`. */
  payment_method?: string;
  /** Such as `LIGHTNING_LIKE`. */
  payment_method_protocol?: string;
  /** Ticker, such as `USDC`. */
  coin?: string;
  /** Network, such as `Solana`, as payment_vias names it. */
  network?: string;
  /** The exact amount to pay, decimal text in whole coins. The only binding price. */
  coin_amount?: DecimalText;
  /** Decimal text in the coin. */
  original_price?: DecimalText;
  /** What has been seen so far, decimal text in whole coins. */
  sent_coin_amount?: DecimalText;
  /** Fiat value, decimal text; its currency is not documented. */
  payment_value?: DecimalText;
  /** Where to pay: a chain address, or a BOLT11 invoice for Lightning. Absent when the payment could not be set up. */
  wallet_address?: string;
  /** A payment URI or a bare address; build your own with `paymentInstructions`. */
  qr_text?: string;
  /** A picture of the QR code, at the API. */
  qr_url?: string;
  /** Whether another processor takes the payment. */
  is_payment_processor_external?: boolean;
  /** Who bought. */
  user?: OrderUser;
  /** What is delivered, one entry an item; never absent here. */
  deliveries: Delivery[];
  /** The amount before a coupon, decimal text in whole coins. */
  original_coin_amount?: DecimalText;
  /** What was received, decimal text in whole coins. */
  received_amount?: DecimalText;
  /** As sent. */
  reference_id?: string;
  /** Where a refund goes; can only be set on create. */
  refund_wallet_address?: string;
  /** On a refunded order. */
  refund?: Refund;
  /** A code outside of the deliveries, as one older client had it: look there first. */
  pin_code?: string;
}

/** Who bought. */
export interface OrderUser {
  /** The shopper's e-mail address. */
  email?: string;
}

/** One item of an order on its way. */
export interface Delivery {
  /** The delivery's id. */
  id?: string;
  /** Such as `Created`, `WaitingForPayment`, `Done`. */
  delivery_state?: string;
  /** As the brand's: `giftcard`, `mobile_recharge`, … */
  kind?: string;
  /** What is delivered. */
  deliverable?: Deliverable;
}

/** What is delivered. Codes are here once the order is `Done`, and only then: they are bearer secrets, keep them out of logs and storage. */
export interface Deliverable {
  /** The catalogue's exact text, or `range`. */
  denomination?: string;
  /** For display. */
  localized_denomination?: string;
  /** The amount of a range product, decimal text in its own currency. */
  product_value?: DecimalText;
  /** The brand's family. */
  family?: string;
  /** The exact brand. */
  brand_name?: string;
  /** E-mail address or E.164 phone number it goes to. */
  beneficiary_account?: string;
  /** ISO 3166 alpha-2. */
  country_code?: string;
  /** `by_email`, `by_phone` or `by_account`. */
  delivery_type?: string;
  /** Loyalty points, an integer as text. */
  points?: string;
  /** This item's price, decimal text in whole coins. */
  coin_amount?: DecimalText;
  /** Decimal text, fiat. */
  original_price?: DecimalText;
  /** ISO 4217. */
  currency_code?: string;
  /** URL. */
  brand_logo?: string;
  /** The code, or an https URL that shows it. */
  pin_code?: string;
  /** The card's serial number. */
  pin_serial?: string;
  /** A second code some cards have. */
  security_code?: string;
  /** URL of a bar code. */
  barcode_image_url?: string;
  /** URL of a QR code, such as an eSIM's. */
  qr_image_url?: string;
  /** The operator's reference of a top-up. */
  operator_reference?: string;
  /** HTML: sanitise before showing. */
  redeem_instructions?: string;
  /** HTML: sanitise before showing. */
  how_to_redeem?: string;
  /** HTML: sanitise before showing. */
  terms_and_conditions?: string;
  /** HTML: sanitise before showing. */
  pin_usage_instructions?: string;
  /** Why delivery failed. */
  error_description?: string;
  /** Why delivery failed. */
  failure_reason?: string;
}

/** What was given back. */
export interface Refund {
  /** Decimal text. */
  amount?: DecimalText;
  /** Its currency or coin. */
  currency?: string;
  /** Why, in words. */
  reason?: string;
}

/** What validating an order answers. It creates and reserves nothing; without `coin_amount` it is no quote. */
export interface Validation {
  /** Ticker. */
  coin?: string;
  /** The total, decimal text in whole coins. Absent means: no price, not zero. */
  coin_amount?: DecimalText;
  /** The total before a coupon, decimal text in whole coins. */
  original_coin_amount?: DecimalText;
  /** The coupon that was applied. */
  coupon_code?: string;
  /** As sent. */
  loyalty_summary?: unknown;
  /** What paying costs. */
  payment_fee?: PaymentFee;
  /** The total, in coin and fiat. */
  summary?: ValidationSummary;
  /** The items as they would be delivered. */
  deliveries: Delivery[];
  /** What stands against the order; empty when it may be placed. */
  problems: WireProblem[];
  /** A general error, in words. */
  error?: string;
}

/** What paying costs. */
export interface PaymentFee {
  /** Decimal text. */
  amount?: DecimalText;
  /** Before a promotion, decimal text. */
  original_amount?: DecimalText;
}

/** The total, in coin and fiat. */
export interface ValidationSummary {
  /** Decimal text in whole coins. */
  coin_amount_to_pay_in_crypto?: DecimalText;
  /** In US dollars. */
  as_USD?: FiatSummary;
  /** In euros. */
  as_EUR?: FiatSummary;
}

/** The total in a fiat currency. */
export interface FiatSummary {
  /** Decimal text. */
  value_to_pay_in_crypto?: DecimalText;
}

/** A problem as the API sends it; `decodeProblems` says what it means. */
export interface WireProblem {
  /** The code. */
  problem: string;
  /** Details, as sent. */
  moreDetails?: unknown;
}

/** One way to pay, such as the shopper's own wallet. */
export interface PaymentVia {
  /** Such as `USER_WALLET`. */
  name: string;
  /** Absent counts as available. */
  available?: boolean;
  /** URL. */
  logo_url?: string;
  /** Its coins; never absent here. */
  currencies: PaymentCoin[];
}

/** A coin of a payment via. */
export interface PaymentCoin {
  /** Ticker, such as `USDC`. */
  name: string;
  /** URL. */
  logo_url?: string;
  /** Whether the coin is paused; absent counts as no. */
  is_suspended?: boolean;
  /** Smallest payable amount, decimal text in whole coins. */
  threshold?: DecimalText;
  /** Its networks; never absent here. */
  networks: PaymentNetwork[];
}

/** A network a coin can be paid on. The list does not tell which brand takes which network: only validating does. */
export interface PaymentNetwork {
  /** To be sent back verbatim as `payment.network`. */
  name: string;
  /** For display. */
  display_name?: string;
  /** The coin fees are paid in. */
  base_token?: string;
  /** EVM chain id. */
  chain_id?: number;
  /** Smallest payable amount, decimal text in whole coins. */
  threshold?: DecimalText;
  /** URL. */
  logo_url?: string;
  /** Whether the network is paused; absent counts as no. */
  is_suspended?: boolean;
  /** `EVM`, `SVM`, … */
  smart_contract_engine?: string;
  /** The token's contract or mint. */
  smart_contract?: SmartContract;
  /** As sent. */
  estimated_transfer_cost?: string;
}

/** A token's contract or mint. */
export interface SmartContract {
  /** `EVM`, `SVM`, … */
  engine?: string;
  /** The contract's or mint's address. */
  address?: string;
  /** How many decimals the token has. */
  decimals?: number;
  /** Ticker. */
  symbol?: string;
}

/** The brands of a country. */
export interface Brands {
  /** ISO 3166 alpha-2. */
  country_code?: string;
  /** Categories; a brand may stand in several. */
  categories: BrandCategory[];
  /** Every brand once, by `brand_id`; made from the categories where the answer has none. */
  all_brands: Brand[];
  /** Popular brands. */
  popular_brands: Brand[];
  /** As sent. */
  last_user_purchases: unknown[];
  /** As sent. */
  suggestions: unknown[];
}

/** A category and its brands. */
export interface BrandCategory {
  /** `giftcard`, `mobile_recharge`, … */
  kind?: string;
  /** A slug such as `games`; an open set. */
  category?: string;
  /** Its brands. */
  brands: Brand[];
  /** Its popular brands. */
  popular_brands: Brand[];
}

/** A brand in a country. */
export interface Brand {
  /** What the brand belongs to; not unique, and often not the brand's name. Ask products by it. */
  family?: string;
  /** The exact name to order with. */
  brand: string;
  /** UUID. */
  brand_id?: string;
  /** URL of the default logo. */
  logo_url?: string;
  /** URL without size and extension: see `logoUrl`. */
  logo_base_url?: string;
  /** Hex colour. */
  bg_color?: string;
  /** For display, in local notation; absent when sold out. Not a number. */
  min?: string;
  /** For display, in local notation; absent when sold out. Not a number. */
  max?: string;
  /** A slug such as `games` or `e-money` (which needs a signed-in customer). */
  category?: string;
  /** More slugs. */
  additional_categories: string[];
  /** `giftcard`, `mobile_recharge`, … */
  kind?: string;
  /** Sold out. In stock is no promise: only validating tells. */
  is_out_of_stock?: boolean;
  /** ISO 3166 alpha-2. */
  country_code?: string;
  /** Carries no usable meaning. */
  product_type?: string;
  /** As sent. */
  brand_tags: unknown[];
}

/** A brand and its products. A family may hold several brands. */
export interface ProductGroup {
  /** What the brand belongs to. */
  family?: string;
  /** The exact name to order with. */
  brand: string;
  /** UUID. */
  brand_id?: string;
  /** ISO 3166 alpha-2. */
  country_code?: string;
  /** A slug. */
  category?: string;
  /** More slugs. */
  additional_categories: string[];
  /** `giftcard`, `mobile_recharge`, … */
  kind?: string;
  /** May be empty. Never order it unasked. */
  default_denomination?: string;
  /** Sold out. */
  is_out_of_stock?: boolean;
  /** URL of the default logo. */
  logo_url?: string;
  /** URL without size and extension: see `logoUrl`. */
  logo_base_url?: string;
  /** Hex colour. */
  bg_color?: string;
  /** Terms, plain text. */
  product_tc?: string;
  /** Prose; absent in languages the catalogue does not have. */
  rich_description?: RichDescription;
  /** Such as `online`. */
  redeem_method: string[];
  /** Carries no usable meaning. */
  product_type?: string;
  /** As sent. */
  brand_tags: unknown[];
  /** Its products; empty when sold out. */
  products: Product[];
}

/** Prose about a brand. HTML: sanitise before showing. */
export interface RichDescription {
  /** `html`. */
  markup?: string;
  /** Language of the prose. */
  locale?: string;
  /** ISO 3166 alpha-2. */
  country_code?: string;
  /** HTML. */
  description?: string;
  /** HTML. */
  how_to_redeem?: string;
  /** HTML; the wire has `term` in the singular. */
  term_and_conditions?: string;
  /** HTML. */
  note?: string;
  /** Where it can be redeemed. */
  redeem_geo?: string;
  /** Plain text. */
  brand_tagline?: string;
  /** Plain text. */
  brand_use_case?: string;
  /** URL. */
  brand_url?: string;
  /** Other names. */
  brand_alt_names?: string;
  /** The size of the prose. */
  sizeInBytes?: number;
}

/** A product: of a fixed value, or of any value in a range (`is_dynamic`). */
export interface Product {
  /** UUID. */
  product_id?: string;
  /** Whether the value is chosen from `range`. */
  is_dynamic: boolean;
  /** Fixed products: the exact text to order with. */
  denomination?: string;
  /** For display. */
  localized_denomination?: string;
  /** Range products: the limits. */
  range?: Range;
  /** Ticker of the price; may differ from the coin asked for. */
  coin?: string;
  /** Price of a fixed product, decimal text in whole coins. Absent means: no price, not zero. */
  coin_amount?: DecimalText;
  /** Price before a promotion, decimal text in whole coins. */
  original_coin_amount?: DecimalText;
  /** A label of the default rail; not a list of accepted networks. */
  payment_method?: string;
  /** `by_email`, `by_phone` or `by_account`: decides what the beneficiary is. */
  delivery_type?: string;
  /** Loyalty points, an integer as text. */
  points?: string;
  /** Carries no usable meaning. */
  product_type?: string;
  /** The value in its own currency. */
  face_value?: FaceValue;
  /** What is included, such as an eSIM's data. */
  benefits: Benefit[];
}

/** The limits of a range product. */
export interface Range {
  /** Smallest value, decimal text. */
  min: DecimalText;
  /** Largest value, decimal text. */
  max: DecimalText;
  /** ISO 4217. */
  currency?: string;
  /** Distance between values, counted from `min`, decimal text; absent when any value will do. */
  step_size?: DecimalText;
  /** A value to start with, decimal text. */
  default?: DecimalText;
}

/** A value in its own currency. */
export interface FaceValue {
  /** ISO 4217. */
  currency_code?: string;
  /** Fixed or range. */
  amount?: FaceAmount;
}

/** A fixed value (`price`) or a range (`min`, `max`). */
export interface FaceAmount {
  /** `fixed` or `range`. */
  type?: string;
  /** Decimal text. */
  price?: DecimalText;
  /** Decimal text. */
  min?: DecimalText;
  /** Decimal text. */
  max?: DecimalText;
}

/** Something included in a product. */
export interface Benefit {
  /** Such as `DATA`. */
  type?: string;
  /** As sent. */
  unit_type?: string;
  /** Such as `GB`. */
  unit?: string;
  /** How much. */
  amount?: BenefitAmount;
}

/** How much is included. */
export interface BenefitAmount {
  /** Before tax. */
  base?: BenefitFigure;
  /** With tax. */
  total_including_tax?: BenefitFigure;
}

/** A figure of a benefit. */
export interface BenefitFigure {
  /** Decimal text in the benefit's unit; `unlimited` where the wire says -1. */
  amount?: DecimalText | 'unlimited';
}

/** The price of a range product's value. Informational: only an order's own `coin_amount` binds. */
export interface Price {
  /** UUID. */
  product_id?: string;
  /** Whether this is a range product. */
  is_dynamic?: boolean;
  /** The catalogue's exact text, or `range`. */
  denomination?: string;
  /** For display. */
  localized_denomination?: string;
  /** The limits. */
  range?: Range;
  /** The value in its own currency. */
  face_value?: FaceValue;
  /** Ticker of the price. */
  coin: string;
  /** Decimal text in whole coins. Absent means: no price, not zero. */
  coin_amount?: DecimalText;
  /** Before a promotion, decimal text in whole coins. */
  original_coin_amount?: DecimalText;
  /** A label of the default rail. */
  payment_method?: string;
  /** `by_email`, `by_phone` or `by_account`. */
  delivery_type?: string;
  /** Loyalty points, an integer as text. */
  points?: string;
  /** Carries no usable meaning. */
  product_type?: string;
}
