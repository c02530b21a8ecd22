//! Sell gift cards, mobile top-ups and eSIMs paid in stablecoins, from your own page.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, clippy::unreachable))]
