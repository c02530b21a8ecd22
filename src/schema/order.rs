//! An order, as create, get and the stream send it.
//!
//! Source: fields observed in recorded answers of create and get; the API reference (section 8) promises
//! `wallet_address` and `coin_amount`, section 9b the codes once the order is done.

use super::check::{Issues, Payload, refuse};
use super::{Type, schema};
use crate::json::Value;

/// The order payload.
pub static ORDER_PAYLOAD: Payload = Payload {
    #[cfg(any(test, not(target_arch = "wasm32")))]
    name: "order",
    root: Type::object(&ORDER),
    guard,
    write: |value| value.to_json(),
    tables_suffice: true,
};

schema! {
    ORDER: "Order", "An order: what was bought, how it is paid, where it stands.";
    required order_id | "id" | "orderId": Kind::Word("string"), "The order's id, a UUID. Whoever knows it can read the order, codes included.";
    optional created_at: Kind::Time, "Unix seconds.";
    optional updated_at: Kind::Time, "Unix seconds; absent on a fresh order.";
    optional payment_requested_at: Kind::Time, "Unix seconds; the payment window starts here.";
    required order_state | "status" | "state": Kind::Word("OrderState"), "Where the order stands. A state this version does not know is kept as text.";
    optional payment_state: Kind::Text, "Where the payment stands; informational, decide by `order_state`.";
    optional payment_id: Kind::Text, "The payment's id; no memo.";
    optional payment_via: Kind::Text, "Such as `USER_WALLET`.";
    optional payment_method: Kind::Text, "A label such as `BTC-LIGHTNING`.";
    optional payment_method_protocol: Kind::Text, "Such as `LIGHTNING_LIKE`.";
    exact coin: Kind::Text, "Ticker, such as `USDC`.";
    exact network: Kind::Text, "Network, such as `Solana`, as payment_vias names it.";
    exact coin_amount: Kind::Decimal, "The exact amount to pay, decimal text in whole coins. The only binding price.";
    optional original_price: Kind::Decimal, "Decimal text in the coin.";
    exact sent_coin_amount: Kind::Decimal, "What has been seen so far, decimal text in whole coins.";
    optional payment_value: Kind::Decimal, "Fiat value, decimal text; its currency is not documented.";
    exact wallet_address: Kind::Text, "Where to pay: a chain address, or a BOLT11 invoice for Lightning. Absent when the payment could not be set up.";
    optional qr_text: Kind::Text, "A payment URI or a bare address; build your own with `paymentInstructions`.";
    optional qr_url: Kind::Text, "A picture of the QR code, at the API.";
    optional is_payment_processor_external: Kind::Bool, "Whether another processor takes the payment.";
    optional user: Kind::Object(&ORDER_USER), "Who bought.";
    exact deliveries: Kind::List(&Kind::Object(&DELIVERY)), "What is delivered, one entry an item; never absent here.";
    optional original_coin_amount: Kind::Decimal, "The amount before a coupon, decimal text in whole coins.";
    optional received_amount: Kind::Decimal, "What was received, decimal text in whole coins.";
    optional reference_id: Kind::Text, "As sent.";
    optional refund_wallet_address: Kind::Text, "Where a refund goes; can only be set on create.";
    optional refund: Kind::Object(&REFUND), "On a refunded order.";
    exact pin_code | "voucher_code" | "pin": Kind::Text, "A code outside of the deliveries, as one older client had it: look there first.";
}

schema! {
    ORDER_USER: "OrderUser", "Who bought.";
    optional email: Kind::Text, "The shopper's e-mail address.";
}

schema! {
    REFUND: "Refund", "What was given back.";
    optional amount: Kind::Decimal, "Decimal text.";
    optional currency: Kind::Text, "Its currency or coin.";
    optional reason: Kind::Text, "Why, in words.";
}

schema! {
    DELIVERY: "Delivery", "One item of an order on its way.";
    exact id: Kind::Text, "The delivery's id.";
    optional delivery_state: Kind::Text, "Such as `Created`, `WaitingForPayment`, `Done`.";
    optional kind: Kind::Text, "As the brand's: `giftcard`, `mobile_recharge`, …";
    exact deliverable: Kind::Object(&DELIVERABLE), "What is delivered.";
}

schema! {
    DELIVERABLE: "Deliverable", "What is delivered. Codes are here once the order is `Done`, and only then: they are bearer secrets, keep them out of logs and storage.";
    optional denomination: Kind::Text, "The catalogue's exact text, or `range`.";
    optional localized_denomination: Kind::Text, "For display.";
    optional product_value: Kind::Decimal, "The amount of a range product, decimal text in its own currency.";
    optional family: Kind::Text, "The brand's family.";
    optional brand_name: Kind::Text, "The exact brand.";
    optional beneficiary_account: Kind::Text, "E-mail address or E.164 phone number it goes to.";
    optional country_code: Kind::Text, "ISO 3166 alpha-2.";
    optional delivery_type: Kind::Text, "`by_email`, `by_phone` or `by_account`.";
    optional points: Kind::Text, "Loyalty points, an integer as text.";
    optional coin_amount: Kind::Decimal, "This item's price, decimal text in whole coins.";
    optional original_price: Kind::Decimal, "Decimal text, fiat.";
    optional currency_code: Kind::Text, "ISO 4217.";
    optional brand_logo: Kind::Text, "URL.";
    exact pin_code | "voucher_code" | "pin" | "url": Kind::Text, "The code, or an https URL that shows it.";
    exact pin_serial | "serial": Kind::Text, "The card's serial number.";
    exact security_code: Kind::Text, "A second code some cards have.";
    optional barcode_image_url: Kind::Text, "URL of a bar code.";
    optional qr_image_url: Kind::Text, "URL of a QR code, such as an eSIM's.";
    optional operator_reference: Kind::Text, "The operator's reference of a top-up.";
    optional redeem_instructions: Kind::Text, "HTML: sanitise before showing.";
    optional how_to_redeem: Kind::Text, "HTML: sanitise before showing.";
    optional terms_and_conditions: Kind::Text, "HTML: sanitise before showing.";
    optional pin_usage_instructions: Kind::Text, "HTML: sanitise before showing.";
    optional error_description: Kind::Text, "Why delivery failed.";
    optional failure_reason: Kind::Text, "Why delivery failed.";
}

/// An answer that names an order and problems at once must not be taken for a success.
fn guard(value: &Value, issues: &mut Issues) {
    if !value.get("problems").is_none_or(Value::is_blank) {
        refuse(
            issues,
            "/problems",
            "PROBLEMS",
            "This answer reports problems, so it is no order to pay: read it with decodeProblems",
        );
    }
}
