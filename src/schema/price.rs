//! What asking for a price answers.
//!
//! Source: the API reference, section 6; the fields observed in recorded answers.

use super::check::Payload;
use super::products::{FACE_VALUE, RANGE};
use super::{Type, schema};

/// The price payload.
pub static PRICE_PAYLOAD: Payload = Payload {
    #[cfg(any(test, not(target_arch = "wasm32")))]
    name: "price",
    root: Type::object(&PRICE),
    guard: |_, _| {},
    write: |value| value.to_json(),
    tables_suffice: true,
};

schema! {
    PRICE: "Price", "The price of a range product's value. Informational: only an order's own `coin_amount` binds.";
    optional product_id: Kind::Text, "UUID.";
    optional is_dynamic: Kind::Bool, "Whether this is a range product.";
    optional denomination: Kind::Text, "The catalogue's exact text, or `range`.";
    optional localized_denomination: Kind::Text, "For display.";
    optional range: Kind::Object(&RANGE), "The limits.";
    optional face_value: Kind::Object(&FACE_VALUE), "The value in its own currency.";
    required coin: Kind::Text, "Ticker of the price.";
    exact coin_amount: Kind::Decimal, "Decimal text in whole coins. Absent means: no price, not zero.";
    optional original_coin_amount: Kind::Decimal, "Before a promotion, decimal text in whole coins.";
    optional payment_method: Kind::Text, "A label of the default rail.";
    optional delivery_type: Kind::Text, "`by_email`, `by_phone` or `by_account`.";
    optional points: Kind::Text, "Loyalty points, an integer as text.";
    optional product_type: Kind::Text, "Carries no usable meaning.";
}
