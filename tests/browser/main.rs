//! Tests that run inside a browser engine, by `wasm-pack test`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod watch;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
