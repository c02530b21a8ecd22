//! Prints npm/src/wire.d.ts from the crate's tables.

fn main() {
    print!("{}", cryptorefills_checkout::schema::typescript::declarations());
}
