//! Every shape of answer that was met, checked and brought into one normal form.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use cryptorefills_checkout::schema::{Issues, MAX_BYTES, PAYLOADS, check};
use serde_json::{Value, json};

fn run(payload: &str, text: &str) -> Result<Value, Issues> {
    let payload = PAYLOADS.iter().find(|known| known.name == payload).unwrap();
    check(payload, text, MAX_BYTES)
        .map(|normal| serde_json::from_str(&normal).expect("the normal form is JSON"))
}

fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/answers/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn codes(payload: &str, text: &str) -> Vec<String> {
    run(payload, text).unwrap_err().iter().map(|issue| format!("{} {}", issue.path, issue.code)).collect()
}

#[test]
fn a_fresh_order() {
    let order = run("order", &fixture("order-created")).unwrap();
    assert_eq!(order["coin_amount"], "51.270000", "the digits as sent");
    assert_eq!(order["payment_value"], "44.5012", "a number becomes its own digits");
    assert_eq!(order["created_at"].to_string(), "1791000000");
    assert_eq!(order["deliveries"][0]["deliverable"]["brand_name"], "Lumen Books Café");
    assert_eq!(
        order["a_field_from_tomorrow"].to_string(),
        r#"{"kept":[1.10,null,"x"]}"#,
        "unknown fields are kept"
    );
}

#[test]
fn a_finished_order() {
    let order = run("order", &fixture("order-done")).unwrap();
    assert_eq!(order["coin_amount"], "0.00072310");
    assert_eq!(order["updated_at"].to_string(), "1791000184.25");
    assert_eq!(order["deliveries"][0]["deliverable"]["pin_code"], "TEST-CODE-0001");
    assert_eq!(order["deliveries"][0]["deliverable"]["product_value"], "50");
    assert!(order.get("refund").is_none(), "null is absence");
}

#[test]
fn reading_id_instead_of_order_id_is_the_alias_s_business() {
    for old in [
        r#"{"id":"a","status":"Done"}"#,
        r#"{"orderId":"a","state":"Done"}"#,
        r#"{"order_id":"a","order_state":"Done","id":"b"}"#,
    ] {
        let order = run("order", old).unwrap();
        assert_eq!((&order["order_id"], &order["order_state"]), (&json!("a"), &json!("Done")));
        assert_eq!(order["deliveries"], json!([]));
    }
    let order = run("order", r#"{"id":"b","order_id":"a","order_state":"OnTheMoon"}"#).unwrap();
    assert_eq!(
        (&order["order_id"], &order["id"], &order["order_state"]),
        (&json!("a"), &json!("b"), &json!("OnTheMoon"))
    );
}

#[test]
fn what_is_no_order_says_where_and_why() {
    assert_eq!(codes("order", "{}"), ["/order_id REQUIRED", "/order_state REQUIRED"]);
    assert_eq!(codes("order", r#"{"status":404,"detail":"no","id":"x"}"#), ["/status TYPE"]);
    assert_eq!(codes("order", "[]"), [" TYPE"]);
    assert_eq!(codes("order", "<!doctype html><p>sign in"), [" NOT_JSON"]);
    assert_eq!(codes("order", ""), [" NOT_JSON"]);
    assert_eq!(codes("order", &"[".repeat(70)), [" TOO_DEEP"]);
    assert_eq!(
        codes(
            "order",
            r#"{"order_id":"a","order_state":"Done","deliveries":[{"deliverable":{"pin_code":true}},{"id":{}}]}"#
        ),
        ["/deliveries/0/deliverable/pin_code TYPE", "/deliveries/1/id TYPE"]
    );
}

#[test]
fn a_body_with_an_id_and_problems_is_no_success() {
    let body = r#"{"order_id":"a","order_state":"Created","problems":[{"problem":"OUT_OF_STOCK"}]}"#;
    assert_eq!(codes("order", body), ["/problems PROBLEMS"]);
    for none in ["null", "[]"] {
        assert!(
            run("order", &format!(r#"{{"order_id":"a","order_state":"Created","problems":{none}}}"#)).is_ok()
        );
    }
}

#[test]
fn decimal_floats_corrupt_amounts_so_exponents_are_refused() {
    for amount in ["4.1E-7", "\"1e3\"", "\"1,000\"", "\" 1\"", "\"NaN\""] {
        let body = format!(r#"{{"order_id":"a","order_state":"Created","coin_amount":{amount}}}"#);
        assert_eq!(codes("order", &body), ["/coin_amount FORMAT"], "{amount}");
    }
    let exact =
        r#"{"order_id":"a","order_state":"Created","coin_amount":0.1000000000000000055511151231257827}"#;
    assert_eq!(run("order", exact).unwrap()["coin_amount"], "0.1000000000000000055511151231257827");
}

#[test]
fn numeric_created_at_does_not_break_decoding() {
    for (sent, normal) in [
        ("\"1791000000\"", "1791000000"),
        ("1791000000", "1791000000"),
        ("1791000000.5", "1791000000.5"),
        ("\"1791000000.5\"", "1791000000.5"),
    ] {
        let order =
            run("order", &format!(r#"{{"order_id":"a","order_state":"Created","created_at":{sent}}}"#))
                .unwrap();
        assert_eq!(order["created_at"].to_string(), normal);
    }
    for odd in ["\"2026-11-20T10:00:00Z\"", "\"01\"", "\"\"", "{}", "true"] {
        let order =
            run("order", &format!(r#"{{"order_id":"a","order_state":"Created","created_at":{odd}}}"#));
        assert!(order.unwrap().get("created_at").is_none(), "{odd}");
    }
}

#[test]
fn too_large_an_answer_is_refused_unread() {
    let payload = PAYLOADS.iter().find(|known| known.name == "order").unwrap();
    let issues = check(payload, &fixture("order-created"), 100).unwrap_err();
    assert_eq!(issues[0].code, "TOO_LARGE");
}

#[test]
fn no_issue_repeats_a_value() {
    let body = r#"{"order_id":["TEST-CODE-0002"],"order_state":5,"coin_amount":"shopper@example.org","created_at":"TEST-CODE-0002"}"#;
    for issue in run("order", body).unwrap_err() {
        assert!(!issue.message.contains("TEST-CODE") && !issue.message.contains('@'));
    }
}

#[test]
fn payment_vias_are_a_bare_array_with_gaps() {
    let vias = run("payment_vias", &fixture("payment_vias")).unwrap();
    let networks = &vias[0]["currencies"][0]["networks"];
    assert_eq!(networks[0]["threshold"], "0.512345678901234567");
    assert_eq!(networks[0]["smart_contract"]["decimals"], 6);
    assert_eq!(networks[1]["chain_id"], 8453);
    assert_eq!(vias[0]["currencies"][1]["networks"][0]["threshold"], "0.00001");
    assert_eq!(vias[1]["currencies"], json!([]));
    assert_eq!(run("payment_vias", "[]").unwrap(), json!([]), "an empty list is an answer");
}

#[test]
fn brands_repeat_across_categories() {
    let brands = run("brands", &fixture("brands")).unwrap();
    let all: Vec<_> = brands["all_brands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|brand| brand["brand_id"].as_str().unwrap())
        .collect();
    assert_eq!(all, ["b-1", "b-2"]);
    assert!(brands["all_brands"][1].get("min").is_none(), "sold out: no limits");
    assert_eq!(brands["all_brands"][0]["max"], "1 000 €", "a label, not a number");
}

#[test]
fn products_are_fixed_or_ranges_with_exact_limits() {
    let groups = run("products", &fixture("products")).unwrap();
    let [fixed, range] = [&groups[0]["products"][0], &groups[0]["products"][1]];
    assert_eq!(
        (&fixed["denomination"], &fixed["face_value"]["amount"]["price"]),
        (&json!("50 EUR"), &json!("50"))
    );
    assert_eq!((&range["range"]["min"], &range["range"]["max"]), (&json!("5.0"), &json!("1000.0")));
    assert!(range["range"].get("step_size").is_none(), "a null step is no step");
    assert!(range.get("coin_amount").is_none(), "a null amount is no price, never a zero");
    assert_eq!(range["face_value"]["amount"]["min"], "5.00", "objects, strings and numbers alike");
    assert_eq!(range["face_value"]["amount"]["max"], "1000");
    assert_eq!(groups[1]["products"], json!([]));
    assert!(groups[0].get("rich_description").is_none());
}

#[test]
fn a_price() {
    let price = run("price", &fixture("price")).unwrap();
    assert_eq!(price["coin_amount"], "25.8800");
    assert_eq!(price["range"]["step_size"], "0.01");
    assert_eq!(price["localized_denomination"], "€25.50");
    assert_eq!(price["face_value"]["amount"], json!({"type": "range", "min": "5", "max": "1000.0"}));
    assert!(price.get("denomination").is_none(), "null is absence");
    assert_eq!(codes("price", r#"{"message":"no"}"#), ["/coin REQUIRED"]);
}

#[test]
fn validation_ok_with_null_amount_is_no_price() {
    let validation = run("validation", &fixture("validation")).unwrap();
    assert_eq!((&validation["coin_amount"], &validation["problems"]), (&json!("51.30"), &json!([])));
    let unpriced = run("validation", r#"{"coin":"USDC","coin_amount":null,"problems":[]}"#).unwrap();
    assert!(unpriced.get("coin_amount").is_none());
}

#[test]
fn a_200_without_problems_is_no_permission_to_order() {
    assert_eq!(codes("validation", "{}"), ["/problems REQUIRED"]);
    assert_eq!(codes("validation", r#"{"coin_amount":"0"}"#), ["/problems REQUIRED"]);
    assert_eq!(codes("validation", r#"{"coin_amount":"1","problems":"none"}"#), ["/problems TYPE"]);
    assert_eq!(run("validation", r#"{"coin_amount":1.5}"#).unwrap()["problems"], json!([]));
    let refused =
        run("validation", r#"{"problems":[{"problem":"NEW_CODE","moreDetails":{"a":[1]}}]}"#).unwrap();
    assert_eq!(refused["problems"][0]["problem"], "NEW_CODE");
}
