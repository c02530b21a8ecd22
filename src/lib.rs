//! Sell gift cards, mobile top-ups and eSIMs paid in stablecoins, from your own page.
#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod beneficiary;
#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod catalog;
pub mod country;
pub mod decimal;
pub mod draft;
pub mod endpoint;
pub mod json;
pub mod order;
pub mod problem;
pub mod request;
pub mod schema;
pub mod text;
pub mod watch;
