//! Stands in for the Cryptorefills partner API.

fn main() {}
