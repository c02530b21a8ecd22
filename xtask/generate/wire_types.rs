//! Prints npm/src/wire.d.ts from the crate's tables.

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    print!("{}", cryptorefills_checkout::schema::typescript::declarations());
}

// Examples are built for wasm too when its tests are.
#[cfg(target_arch = "wasm32")]
fn main() {}
