//! What an order's state means, how long it can be paid, and how.

pub mod state;
