//! What went wrong with an order, as data a checkout can act on.
//!
//! [`table`] knows every problem code; [`decode()`] finds the codes in whatever body came back.
//! [`details`] reads the alternatives an answer offers, [`wait`] how long it asks to be left alone.

pub mod decode;
pub mod details;
pub mod table;
pub mod wait;
mod words;

pub use decode::{Params, Problem, decode, decode_with, to_json};
pub use table::{Entry, TABLE};
pub use wait::Hints;
