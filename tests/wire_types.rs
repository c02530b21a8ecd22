//! The committed TypeScript of the payloads is what the tables say.
#![cfg(not(target_arch = "wasm32"))]

use cryptorefills_checkout::schema::typescript::declarations;

#[test]
fn the_committed_types_are_the_tables() {
    let committed = include_str!("../npm/src/wire.d.ts");
    assert!(committed == declarations(), "npm/src/wire.d.ts is stale: cargo xtask build writes it");
}
