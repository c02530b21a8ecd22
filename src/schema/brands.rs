//! The brands of a country.
//!
//! Source: the API reference, section 3 (logo variants too); the fields observed in recorded answers.

use super::check::{Issues, Payload, refuse};
use super::{Type, schema};
use crate::catalog;
use crate::json::Value;

/// The brands payload.
pub static BRANDS_PAYLOAD: Payload = Payload {
    #[cfg(any(test, not(target_arch = "wasm32")))]
    name: "brands",
    root: Type::object(&BRANDS),
    guard,
    write: catalog::with_all_brands,
    tables_suffice: false,
};

schema! {
    BRANDS: "Brands", "The brands of a country.";
    optional country_code: Kind::Text, "ISO 3166 alpha-2.";
    exact categories: Kind::Rows(&Kind::Object(&BRAND_CATEGORY)), "Categories; a brand may stand in several.";
    exact all_brands: Kind::Rows(&Kind::Object(&BRAND)), "Every brand once, by `brand_id`; made from the categories where the answer has none.";
    optional popular_brands: Kind::Rows(&Kind::Object(&BRAND)), "Popular brands.";
    optional last_user_purchases: Kind::Rows(&Kind::Any), "As sent.";
    optional suggestions: Kind::Rows(&Kind::Any), "As sent.";
}

schema! {
    BRAND_CATEGORY: "BrandCategory", "A category and its brands.";
    optional kind: Kind::Text, "`giftcard`, `mobile_recharge`, …";
    optional category: Kind::Text, "A slug such as `games`; an open set.";
    exact brands: Kind::Rows(&Kind::Object(&BRAND)), "Its brands.";
    optional popular_brands: Kind::Rows(&Kind::Object(&BRAND)), "Its popular brands.";
}

schema! {
    BRAND: "Brand", "A brand in a country.";
    optional family: Kind::Text, "What the brand belongs to; not unique, and often not the brand's name. Ask products by it.";
    required brand | "brand_name" | "name": Kind::Text, "The exact name to order with.";
    optional brand_id: Kind::Text, "UUID.";
    optional logo_url: Kind::Text, "URL of the default logo.";
    optional logo_base_url: Kind::Text, "URL without size and extension: see `logoUrl`.";
    optional bg_color: Kind::Text, "Hex colour.";
    optional min: Kind::Text, "For display, in local notation; absent when sold out. Not a number.";
    optional max: Kind::Text, "For display, in local notation; absent when sold out. Not a number.";
    optional category: Kind::Text, "A slug such as `games` or `e-money` (which needs a signed-in customer).";
    optional additional_categories: Kind::Rows(&Kind::Text), "More slugs.";
    optional kind: Kind::Text, "`giftcard`, `mobile_recharge`, …";
    optional is_out_of_stock: Kind::Bool, "Sold out. In stock is no promise: only validating tells.";
    optional country_code: Kind::Text, "ISO 3166 alpha-2.";
    optional product_type: Kind::Text, "Carries no usable meaning.";
    optional brand_tags: Kind::Rows(&Kind::Any), "As sent.";
}

/// An object without either list is some other answer, not a country without brands.
fn guard(value: &Value, issues: &mut Issues) {
    if value.is_object() && value.get("all_brands").is_none() && value.get("categories").is_none() {
        refuse(issues, "/all_brands", "REQUIRED", "This answer has no list of brands");
    }
}
