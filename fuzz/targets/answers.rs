//! Any bytes as each payload: what is accepted is JSON, in normal form already, and readable by what reads orders.
#![no_main]

use cryptorefills_checkout::order::instructions::payment_instructions;
use cryptorefills_checkout::order::window::payment_window;
use cryptorefills_checkout::schema::{MAX_BYTES, PAYLOADS, check_by_tree, check_noting, scan::scan};
use cryptorefills_checkout::watch::observation::observe;
use cryptorefills_checkout::{catalog, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(body) else { return };
    let payload = PAYLOADS[usize::from(*first) % PAYLOADS.len()];
    let mut left_out = Vec::new();
    let checked = check_noting(payload, text, MAX_BYTES, &mut left_out);
    let mut left_out_by_tree = Vec::new();
    let by_tree = check_by_tree(payload, text, MAX_BYTES, &mut left_out_by_tree);
    assert_eq!((&checked, &left_out), (&by_tree, &left_out_by_tree), "the short way is the same way");
    let normal = match checked {
        Ok(normal) => normal,
        Err(issues) => {
            assert!(!issues.is_empty(), "refused without an issue");
            return assert!(
                issues.iter().all(|issue| json::parse(text).is_err() || is_there(text, &issue.path))
            );
        }
    };
    let mut left_out_again = Vec::new();
    let again = check_noting(payload, &normal, MAX_BYTES, &mut left_out_again);
    assert_eq!(again.as_deref(), Ok(normal.as_str()), "the normal form is a form of itself");
    assert!(left_out_again.is_empty(), "nothing is left out twice");
    if let Some(scanned) = scan(&payload.root, &normal, None, true) {
        assert_eq!(scanned.normal, normal, "what has been through the checker stays as it is");
    }
    let value = json::parse(&normal).expect("the normal form is JSON");
    match payload.name {
        "order" => {
            let _ = payment_window(&value, 1_790_000_000).map(|window| window.to_json());
            if let Some(instructions) = payment_instructions(&value, None) {
                json::parse(&instructions.to_json()).expect("instructions are JSON");
            }
            // An id that JSON has to escape is none that an address could hold: nobody can watch it.
            let watchable = |id: &&str| !id.contains(|char| char == '"' || char == '\\' || char < ' ');
            if let Some(id) = value.text_at("order_id").filter(watchable) {
                let mut seen = String::new();
                assert!(
                    observe(text, id, &mut seen).is_some() && seen == normal,
                    "a page may read it, so may a watch"
                );
            }
        }
        "payment_vias" => {
            let order = r#"{"order_id":"a","order_state":"WaitingForPayment","coin":"USDC","network":"Solana",
                "coin_amount":"5.5","wallet_address":"Mint1111111111111111111111111111111111111111"}"#;
            let order = json::parse(order).expect("an order");
            if let Some(instructions) = payment_instructions(&order, Some(&value)) {
                json::parse(&instructions.to_json()).expect("instructions are JSON");
            }
        }
        "brands" => {
            for brand in value.items_at("all_brands") {
                let _ = catalog::logo_url(brand, catalog::LogoSize::Large, catalog::LogoFormat::Webp);
            }
        }
        _ => {}
    }
});

/// Whether an issue's pointer leads to something of the text, or to something missing from it. Of a repeated name any may
/// be meant: a later `null` does not take back what came before.
fn is_there(text: &str, pointer: &str) -> bool {
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    json::parse(text).is_ok_and(|root| leads(&root, &steps))
}

fn leads(value: &json::Value, steps: &[String]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    let next: Vec<&json::Value> = match value {
        json::Value::List(items) => {
            step.parse::<usize>().ok().and_then(|index| items.get(index)).into_iter().collect()
        }
        object => object.members().iter().filter(|(name, _)| name == step).map(|(_, value)| value).collect(),
    };
    next.iter().any(|value| leads(value, rest)) || rest.is_empty()
}
