//! What validating an order answers.
//!
//! Source: the API reference, section 7, for `problems`; the other fields observed in recorded answers.

use super::check::{Issues, Payload, refuse};
use super::order::DELIVERY;
use super::{Type, schema};
use crate::decimal;
use crate::json::Value;

/// The validation payload.
pub static VALIDATION_PAYLOAD: Payload = Payload {
    #[cfg(any(test, not(target_arch = "wasm32")))]
    name: "validation",
    root: Type::object(&VALIDATION),
    guard,
    write: |value| value.to_json(),
    tables_suffice: false,
};

schema! {
    VALIDATION: "Validation", "What validating an order answers. It creates and reserves nothing; without `coin_amount` it is no quote.";
    exact coin: Kind::Text, "Ticker.";
    exact coin_amount: Kind::Decimal, "The total, decimal text in whole coins. Absent means: no price, not zero.";
    optional original_coin_amount: Kind::Decimal, "The total before a coupon, decimal text in whole coins.";
    optional coupon_code: Kind::Text, "The coupon that was applied.";
    optional loyalty_summary: Kind::Any, "As sent.";
    optional payment_fee: Kind::Object(&PAYMENT_FEE), "What paying costs.";
    optional summary: Kind::Object(&SUMMARY), "The total, in coin and fiat.";
    optional deliveries: Kind::Rows(&Kind::Object(&DELIVERY)), "The items as they would be delivered.";
    exact problems: Kind::List(&Kind::Object(&WIRE_PROBLEM)), "What stands against the order; empty when it may be placed.";
    exact error: Kind::Text, "A general error, in words.";
}

schema! {
    PAYMENT_FEE: "PaymentFee", "What paying costs.";
    optional amount: Kind::Decimal, "Decimal text.";
    optional original_amount: Kind::Decimal, "Before a promotion, decimal text.";
}

schema! {
    SUMMARY: "ValidationSummary", "The total, in coin and fiat.";
    optional coin_amount_to_pay_in_crypto: Kind::Decimal, "Decimal text in whole coins.";
    optional as_USD: Kind::Object(&FIAT_SUMMARY), "In US dollars.";
    optional as_EUR: Kind::Object(&FIAT_SUMMARY), "In euros.";
}

schema! {
    FIAT_SUMMARY: "FiatSummary", "The total in a fiat currency.";
    optional value_to_pay_in_crypto: Kind::Decimal, "Decimal text.";
}

schema! {
    WIRE_PROBLEM: "WireProblem", "A problem as the API sends it; `decodeProblems` says what it means.";
    required problem: Kind::Text, "The code.";
    optional moreDetails: Kind::Any, "Details, as sent.";
}

/// `problems` decides whether an order may be placed: absent or `null` beside a price counts as none, absent
/// without a price is not a permission to order.
fn guard(value: &Value, issues: &mut Issues) {
    if value
        .get("problems")
        .is_some_and(|problems| problems.items().iter().any(|problem| matches!(problem, Value::Null)))
    {
        refuse(issues, "/problems", "TYPE", "A problem is null, so nobody can tell what it is");
    }
    let priced = value.get("coin_amount").and_then(Value::text_or_digits).is_some_and(decimal::is_positive);
    if value.is_object() && value.get("problems").is_none() && !priced {
        refuse(
            issues,
            "/problems",
            "REQUIRED",
            "This answer has no list of problems and no price, so nothing says that the order may be placed",
        );
    }
}
