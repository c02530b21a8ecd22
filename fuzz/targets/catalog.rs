//! Any text as an answer of brands or products, opened and searched: its rows are those of the checker.
#![no_main]

use cryptorefills_checkout::catalog::Catalog;
use cryptorefills_checkout::json::parse;
use cryptorefills_checkout::schema::{MAX_BYTES, PAYLOADS, check_noting};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, &str, &str)| {
    let (products, typed, text) = input;
    let name = if products { "products" } else { "brands" };
    let Some(payload) = PAYLOADS.iter().find(|payload| payload.name == name) else { return };
    let (mut left_out, mut left_out_by_check) = (Vec::new(), Vec::new());
    let opened = Catalog::open(products, text, MAX_BYTES, &mut left_out);
    let checked = check_noting(payload, text, MAX_BYTES, &mut left_out_by_check);
    assert_eq!(left_out, left_out_by_check, "the same is left out");
    let (mut catalog, checked) = match (opened, checked) {
        (Ok(catalog), Ok(checked)) => (catalog, checked),
        (opened, checked) => return assert_eq!(opened.err(), checked.err(), "refused for the same"),
    };
    let rows = catalog.page(0, usize::MAX);
    let (rows, checked) = (parse(&rows).expect("rows are JSON"), parse(&checked).expect("checked is JSON"));
    assert_eq!(rows.items().len(), catalog.size());
    let all = if products { checked.items() } else { checked.items_at("all_brands") };
    for row in rows.items() {
        assert!(all.contains(row), "every row is one of the answer's");
    }
    let folded = catalog.names().to_lowercase();
    catalog.index(&folded);
    let found = catalog.search(&typed.to_lowercase(), 0, usize::MAX);
    for row in parse(&found).expect("rows are JSON").items() {
        assert!(all.contains(row), "so is what is found");
    }
    let all_again = catalog.search("", 0, usize::MAX);
    assert_eq!(
        parse(&all_again).expect("rows are JSON").items().len(),
        catalog.size(),
        "nothing typed leaves nothing out"
    );
});
