//! What an order's state means, how long it can be paid, and how.

mod bech32;
pub mod bolt11;
pub mod instructions;
pub mod payment_uri;
pub mod state;
mod units;
pub mod window;
