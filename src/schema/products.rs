//! The products of a brand or family in a country.
//!
//! Source: the API reference, section 5; the fields observed in recorded answers.

use super::check::Payload;
use super::{Shape, Type, schema};

/// The products payload: an array of brand groups.
pub static PRODUCTS_PAYLOAD: Payload = Payload {
    #[cfg(any(test, not(target_arch = "wasm32")))]
    name: "products",
    root: Type::object(&PRODUCT_GROUP).many(Shape::Rows),
    guard: |_, _| {},
    write: |value| value.to_json(),
    tables_suffice: true,
};

schema! {
    PRODUCT_GROUP: "ProductGroup", "A brand and its products. A family may hold several brands.";
    optional family: Kind::Text, "What the brand belongs to.";
    required brand | "brand_name": Kind::Text, "The exact name to order with.";
    optional brand_id: Kind::Text, "UUID.";
    optional country_code: Kind::Text, "ISO 3166 alpha-2.";
    optional category: Kind::Text, "A slug.";
    optional additional_categories: Kind::Rows(&Kind::Text), "More slugs.";
    optional kind: Kind::Text, "`giftcard`, `mobile_recharge`, …";
    optional default_denomination: Kind::Text, "May be empty. Never order it unasked.";
    optional is_out_of_stock: Kind::Bool, "Sold out.";
    optional logo_url: Kind::Text, "URL of the default logo.";
    optional logo_base_url: Kind::Text, "URL without size and extension: see `logoUrl`.";
    optional bg_color: Kind::Text, "Hex colour.";
    optional product_tc: Kind::Text, "Terms, plain text.";
    optional rich_description: Kind::Object(&RICH_DESCRIPTION), "Prose; absent in languages the catalogue does not have.";
    optional redeem_method: Kind::Rows(&Kind::Text), "Such as `online`.";
    optional product_type: Kind::Text, "Carries no usable meaning.";
    optional brand_tags: Kind::Rows(&Kind::Any), "As sent.";
    exact products: Kind::Rows(&Kind::Object(&PRODUCT)), "Its products; empty when sold out.";
}

schema! {
    RICH_DESCRIPTION: "RichDescription", "Prose about a brand. HTML: sanitise before showing.";
    optional markup: Kind::Text, "`html`.";
    optional locale: Kind::Text, "Language of the prose.";
    optional country_code: Kind::Text, "ISO 3166 alpha-2.";
    optional description: Kind::Text, "HTML.";
    optional how_to_redeem: Kind::Text, "HTML.";
    optional term_and_conditions: Kind::Text, "HTML; the wire has `term` in the singular.";
    optional note: Kind::Text, "HTML.";
    optional redeem_geo: Kind::Text, "Where it can be redeemed.";
    optional brand_tagline: Kind::Text, "Plain text.";
    optional brand_use_case: Kind::Text, "Plain text.";
    optional brand_url: Kind::Text, "URL.";
    optional brand_alt_names: Kind::Text, "Other names.";
    optional sizeInBytes: Kind::Integer, "The size of the prose.";
}

schema! {
    PRODUCT: "Product", "A product: of a fixed value, or of any value in a range (`is_dynamic`).";
    optional product_id: Kind::Text, "UUID.";
    required is_dynamic: Kind::Bool, "Whether the value is chosen from `range`.";
    exact denomination: Kind::Text, "Fixed products: the exact text to order with.";
    optional localized_denomination: Kind::Text, "For display.";
    exact range: Kind::Object(&RANGE), "Range products: the limits.";
    optional coin: Kind::Text, "Ticker of the price; may differ from the coin asked for.";
    optional coin_amount: Kind::Decimal, "Price of a fixed product, decimal text in whole coins. Absent means: no price, not zero.";
    optional original_coin_amount: Kind::Decimal, "Price before a promotion, decimal text in whole coins.";
    optional payment_method: Kind::Text, "A label of the default rail; not a list of accepted networks.";
    exact delivery_type: Kind::Text, "`by_email`, `by_phone` or `by_account`: decides what the beneficiary is.";
    optional points: Kind::Text, "Loyalty points, an integer as text.";
    optional product_type: Kind::Text, "Carries no usable meaning.";
    optional face_value: Kind::Object(&FACE_VALUE), "The value in its own currency.";
    optional benefits: Kind::Rows(&Kind::Object(&BENEFIT)), "What is included, such as an eSIM's data.";
}

schema! {
    BENEFIT: "Benefit", "Something included in a product.";
    optional type: Kind::Text, "Such as `DATA`.";
    optional unit_type: Kind::Text, "As sent.";
    optional unit: Kind::Text, "Such as `GB`.";
    optional amount: Kind::Object(&BENEFIT_AMOUNT), "How much.";
}

schema! {
    BENEFIT_AMOUNT: "BenefitAmount", "How much is included.";
    optional base: Kind::Object(&BENEFIT_FIGURE), "Before tax.";
    optional total_including_tax: Kind::Object(&BENEFIT_FIGURE), "With tax.";
}

schema! {
    BENEFIT_FIGURE: "BenefitFigure", "A figure of a benefit.";
    optional amount: Kind::Quota, "Decimal text in the benefit's unit; `unlimited` where the wire says -1.";
}

schema! {
    RANGE: "Range", "The limits of a range product.";
    required min: Kind::Amount, "Smallest value, decimal text.";
    required max: Kind::Amount, "Largest value, decimal text.";
    optional currency: Kind::Text, "ISO 4217.";
    optional step_size: Kind::Amount, "Distance between values, counted from `min`, decimal text; absent when any value will do.";
    optional default: Kind::Amount, "A value to start with, decimal text.";
}

schema! {
    FACE_VALUE: "FaceValue", "A value in its own currency.";
    optional currency_code: Kind::Text, "ISO 4217.";
    optional amount: Kind::Object(&FACE_AMOUNT), "Fixed or range.";
}

schema! {
    FACE_AMOUNT: "FaceAmount", "A fixed value (`price`) or a range (`min`, `max`).";
    optional type: Kind::Text, "`fixed` or `range`.";
    optional price: Kind::Amount, "Decimal text.";
    optional min: Kind::Amount, "Decimal text.";
    optional max: Kind::Amount, "Decimal text.";
}
