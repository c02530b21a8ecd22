//! Opened catalogues as exports. They stay in the module's memory under an id of the caller's until they are closed.

use std::sync::Mutex;

use wasm_bindgen::prelude::wasm_bindgen;

use super::{envelope_noting, text};
use crate::catalog::Catalog;
use crate::text::digits;

static OPENED: Mutex<Vec<(u32, Catalog)>> = Mutex::new(Vec::new());

/// Opens an answer of products, or of brands, under an id; an envelope with the number of rows.
#[wasm_bindgen(js_name = catalogOpen)]
pub fn open(id: u32, products: bool, body: &[u8], max_bytes: usize) -> String {
    let mut left_out = Vec::new();
    let result = text(body).and_then(|body| Catalog::open(products, body, max_bytes, &mut left_out));
    let size = result.map(|catalog| {
        let size = digits(catalog.size() as u64);
        if let Ok(mut opened) = OPENED.try_lock() {
            opened.push((id, catalog));
        }
        size
    });
    envelope_noting(size, &left_out)
}

/// Asks an opened catalogue: `what` is a place in `npm/src/opened.js`'s list of questions. Nothing where nothing is
/// open under that id, or there is no such brand.
#[wasm_bindgen(js_name = catalogAsk)]
pub fn ask(id: u32, what: u32, text: &str, offset: usize, limit: usize) -> Option<String> {
    let mut opened = OPENED.try_lock().ok()?;
    let at = opened.iter().position(|(known, _)| *known == id);
    let answer = at.and_then(|at| opened.get_mut(at)).and_then(|(_, catalog)| match what {
        0 => Some(catalog.names()),
        1 => {
            catalog.index(text);
            Some(String::new())
        }
        2 => Some(catalog.search(text, offset, limit)),
        3 => Some(catalog.page(offset, limit)),
        4 => catalog.brand(text).map(str::to_owned),
        _ => Some(String::new()),
    });
    if what == 5 {
        opened.retain(|(known, _)| *known != id);
    }
    answer
}
