//! Watching one order: what to do next, decided without a clock, a network or a random source of its own.
//!
//! [`machine`] takes events and answers with actions; `npm/src/watch-driver.js` carries them out.

pub mod backoff;
pub mod machine;
pub mod observation;
pub mod options;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod testing;
