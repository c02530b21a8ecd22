//! The ways to pay: vias, their coins, the coins' networks.
//!
//! Source: the API reference, section 2, for the operation; the fields observed in recorded answers.

use super::check::Payload;
use super::{Shape, Type, schema};

/// The payment vias payload: a bare array.
pub static PAYMENT_VIAS_PAYLOAD: Payload = Payload {
    #[cfg(any(test, not(target_arch = "wasm32")))]
    name: "payment_vias",
    root: Type::object(&PAYMENT_VIA).many(Shape::Rows),
    guard: |_, _| {},
    write: |value| value.to_json(),
    tables_suffice: true,
};

schema! {
    PAYMENT_VIA: "PaymentVia", "One way to pay, such as the shopper's own wallet.";
    required name: Kind::Text, "Such as `USER_WALLET`.";
    optional available: Kind::Bool, "Absent counts as available.";
    optional logo_url: Kind::Text, "URL.";
    optional currencies: Kind::Rows(&Kind::Object(&PAYMENT_COIN)), "Its coins; never absent here.";
}

schema! {
    PAYMENT_COIN: "PaymentCoin", "A coin of a payment via.";
    required name: Kind::Text, "Ticker, such as `USDC`.";
    optional logo_url: Kind::Text, "URL.";
    optional is_suspended: Kind::Bool, "Whether the coin is paused; absent counts as no.";
    optional threshold: Kind::Decimal, "Smallest payable amount, decimal text in whole coins.";
    optional networks: Kind::Rows(&Kind::Object(&PAYMENT_NETWORK)), "Its networks; never absent here.";
}

schema! {
    PAYMENT_NETWORK: "PaymentNetwork", "A network a coin can be paid on. The list does not tell which brand takes which network: only validating does.";
    required name: Kind::Text, "To be sent back verbatim as `payment.network`.";
    optional display_name: Kind::Text, "For display.";
    optional base_token: Kind::Text, "The coin fees are paid in.";
    optional chain_id: Kind::Integer, "EVM chain id.";
    optional threshold: Kind::Decimal, "Smallest payable amount, decimal text in whole coins.";
    optional logo_url: Kind::Text, "URL.";
    optional is_suspended: Kind::Bool, "Whether the network is paused; absent counts as no.";
    optional smart_contract_engine: Kind::Text, "`EVM`, `SVM`, …";
    optional smart_contract: Kind::Object(&SMART_CONTRACT), "The token's contract or mint.";
    optional estimated_transfer_cost: Kind::Text, "As sent.";
}

schema! {
    SMART_CONTRACT: "SmartContract", "A token's contract or mint.";
    optional engine: Kind::Text, "`EVM`, `SVM`, …";
    optional address: Kind::Text, "The contract's or mint's address.";
    optional decimals: Kind::Integer, "How many decimals the token has.";
    optional symbol: Kind::Text, "Ticker.";
}
