//! What an answer may have wrong and still be read, and what it may not.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use cryptorefills_checkout::schema::{
    Field, Issues, Kind, MAX_BYTES, PAYLOADS, Presence, Schema, Shape, Type, check, check_noting, check_order,
};
use serde_json::{Value, json};

/// The normal form, and where something was left out of it.
fn run(payload: &str, body: &Value) -> Result<(Value, Vec<String>), Vec<String>> {
    let payload = PAYLOADS.iter().find(|known| known.name == payload).unwrap();
    let mut left_out = Vec::new();
    let result = check_noting(payload, &body.to_string(), MAX_BYTES, &mut left_out);
    let told = |issues: Issues| issues.iter().map(|i| format!("{} {}", i.path, i.code)).collect();
    result.map(|normal| (serde_json::from_str(&normal).unwrap(), told(left_out))).map_err(told)
}

fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/answers/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn what_only_serves_display_never_makes_an_order_unreadable() {
    let mut order = fixture("order-created");
    let (expected, _) = run("order", &order).unwrap();
    let odd = [
        ("created_at", json!("2026-11-20T10:00:00Z")),
        ("payment_value", json!({ "amount": 1 })),
        ("original_price", json!("free")),
        ("payment_state", json!(["WalletCreated"])),
        ("qr_url", json!(false)),
        ("is_payment_processor_external", json!("perhaps")),
        ("refund", json!("none")),
        ("user", json!("shopper@example.org")),
    ];
    for (name, value) in &odd {
        order[*name] = value.clone();
    }
    order["deliveries"][0]["deliverable"]["redeem_instructions"] = json!({ "html": "<p>" });
    order["deliveries"][0]["deliverable"]["points"] = json!(["44"]);
    let (normal, left_out) = run("order", &order).unwrap();
    for (name, _) in &odd {
        assert!(normal.get(name).is_none(), "{name} is left out");
        assert!(left_out.iter().any(|path| path.starts_with(&format!("/{name} "))), "{name} is told");
    }
    assert!(normal["deliveries"][0]["deliverable"].get("points").is_none());
    assert_eq!(left_out.len(), odd.len() + 2);
    for name in ["order_id", "order_state", "wallet_address", "coin", "network", "coin_amount"] {
        assert_eq!(normal[name], expected[name]);
    }
}

#[test]
fn what_decides_money_or_delivery_is_exact() {
    let order = fixture("order-created");
    for (path, value) in [
        ("/coin_amount", json!("4.1e-7")),
        ("/sent_coin_amount", json!({})),
        ("/wallet_address", json!(["a"])),
        ("/coin", json!(true)),
        ("/network", json!({ "name": "Solana" })),
        ("/deliveries", json!("none")),
        ("/deliveries/0/deliverable", json!("code")),
        ("/deliveries/0/deliverable/pin_code", json!({ "code": "x" })),
    ] {
        let mut order = order.clone();
        match order.pointer_mut(path) {
            Some(place) => *place = value,
            None => order["deliveries"][0]["deliverable"]["pin_code"] = value,
        }
        let issues = run("order", &order).unwrap_err();
        assert!(issues.len() == 1 && issues[0].starts_with(path), "{path}: {issues:?}");
    }
    for (path, value) in
        [("coin_amount", json!("1,5")), ("problems", json!("none")), ("error", json!({ "code": "X" }))]
    {
        let mut validation = fixture("validation");
        validation[path] = value;
        assert_eq!(run("validation", &validation).unwrap_err().len(), 1, "{path}");
    }
    let mut price = fixture("price");
    price["coin_amount"] = json!({ "amount": "1" });
    assert_eq!(run("price", &price).unwrap_err(), ["/coin_amount TYPE"]);
}

#[test]
fn problems_in_any_form_beside_an_order_are_no_success() {
    for problems in
        [json!([{ "problem": "A_B" }]), json!({ "A_B": null }), json!("A_B"), json!([null]), json!(true)]
    {
        let order = json!({ "order_id": "a", "order_state": "Created", "problems": problems });
        assert_eq!(run("order", &order).unwrap_err(), ["/problems PROBLEMS"], "{problems}");
    }
    for none in [json!(null), json!([]), json!({}), json!(""), json!(false)] {
        assert!(
            run("order", &json!({ "order_id": "a", "order_state": "Created", "problems": none })).is_ok()
        );
    }
    assert_eq!(
        run("validation", &json!({ "coin_amount": "1", "problems": [null] })).unwrap_err(),
        ["/problems TYPE"]
    );
}

#[test]
fn limits_and_times_with_an_exponent_are_the_numbers_they_stand_for() {
    let text = r#"[{"brand":"B","products":[{"is_dynamic":true,"range":{"min":10000.0,"max":1.0E7,"step_size":{"amount":5E2}}}]}]"#;
    let payload = PAYLOADS.iter().find(|payload| payload.name == "products").unwrap();
    let normal = check(payload, text, MAX_BYTES).unwrap();
    assert!(normal.contains(r#""range":{"min":"10000.0","max":"10000000.0","step_size":"500"}"#), "{normal}");

    let order = r#"{"order_id":"a","order_state":"Created","created_at":1.790000000123E9}"#;
    assert!(check_order(order).unwrap().contains(r#""created_at":1790000000.123000000000,"#));
    // What is paid is never read so.
    let paid = r#"{"order_id":"a","order_state":"Created","coin_amount":1.0E7}"#;
    assert_eq!(check_order(paid).unwrap_err()[0].path, "/coin_amount");
}

#[test]
fn one_bad_row_does_not_lose_the_list() {
    let mut groups = fixture("products");
    groups[0]["products"].as_array_mut().unwrap().extend([
        json!({ "product_id": "no is_dynamic" }),
        json!(null),
        json!({ "is_dynamic": true, "range": { "min": "five", "max": 10 } }),
        json!({ "is_dynamic": false, "denomination": { "text": "5 EUR" } }),
        json!({ "is_dynamic": 0, "denomination": "75 EUR", "coin_amount": "7.6E1", "face_value": "75", "points": 7 }),
    ]);
    groups.as_array_mut().unwrap().insert(0, json!({ "products": [] }));
    let (normal, left_out) = run("products", &groups).unwrap();
    assert_eq!(normal.as_array().unwrap().len(), 2, "the group without a brand is left out");
    let products = normal[0]["products"].as_array().unwrap();
    assert_eq!(products.len(), 3);
    assert_eq!(
        products[2],
        json!({ "is_dynamic": false, "denomination": "75 EUR", "points": "7", "benefits": [] }),
        "an unreadable price is no price"
    );
    assert_eq!(
        left_out,
        [
            "/1/products/6/coin_amount FORMAT",
            "/1/products/6/face_value TYPE",
            "/1/products/2/is_dynamic REQUIRED",
            "/1/products/4/range/min FORMAT",
            "/1/products/5/denomination TYPE",
            "/0/brand REQUIRED"
        ]
    );
}

#[test]
fn a_list_without_one_readable_row_is_some_other_answer() {
    assert_eq!(
        run("products", &json!([{ "message": "no" }, 5])).unwrap_err(),
        ["/0/brand REQUIRED", "/1 TYPE"]
    );
    assert_eq!(run("payment_vias", &json!(["USER_WALLET"])).unwrap_err(), ["/0 TYPE"]);
    assert_eq!(run("brands", &json!({ "message": "no" })).unwrap_err(), ["/all_brands REQUIRED"]);
    assert_eq!(run("brands", &json!({ "all_brands": "none" })).unwrap_err(), ["/all_brands TYPE"]);
    let many: Vec<_> = (0..200).map(|_| json!({})).collect();
    assert_eq!(run("products", &json!(many)).unwrap_err().len(), 50, "and no more is said than helps");
    let mut one = many.clone();
    one.push(json!({ "brand": "A" }));
    let (normal, left_out) = run("products", &json!(one)).unwrap();
    assert_eq!((normal.as_array().unwrap().len(), left_out.len()), (1, 50));
}

#[test]
fn brands_with_only_one_of_the_two_lists() {
    let brand = json!({ "brand": "A", "brand_id": "1", "min": 5, "is_out_of_stock": 1, "category": null });
    let (normal, _) = run("brands", &json!({ "all_brands": [brand, { "brand_id": "2" }] })).unwrap();
    assert_eq!(normal["categories"], json!([]));
    assert_eq!(normal["all_brands"].as_array().unwrap().len(), 1);
    assert_eq!(normal["all_brands"][0]["is_out_of_stock"], true);
    assert_eq!(normal["all_brands"][0]["min"], "5");
    let (normal, _) =
        run("brands", &json!({ "categories": [{ "brands": [brand] }, { "brands": null }] })).unwrap();
    assert_eq!(normal["all_brands"][0]["brand"], "A");
    assert_eq!(run("brands", &json!({ "categories": null })).unwrap().0["all_brands"], json!([]));
}

#[test]
fn ways_to_pay_with_facts_nobody_can_read() {
    let (vias, left_out) = run(
        "payment_vias",
        &json!([{ "name": "USER_WALLET", "available": "yes", "currencies": [
            { "name": "USDC", "is_suspended": 0, "threshold": "1.0E-5", "networks": [
                { "name": "Base", "chain_id": "0x2105", "smart_contract": "0xabc" },
                { "name": "Solana", "threshold": "", "estimated_transfer_cost": { "amount": "1" }, "smart_contract": { "decimals": "6" } },
                { "display_name": "nameless" } ] },
            { "networks": [] } ] }]),
    )
    .unwrap();
    let coins = vias[0]["currencies"].as_array().unwrap();
    assert_eq!((coins.len(), coins[0]["networks"].as_array().unwrap().len()), (1, 2));
    assert_eq!(coins[0]["networks"][0], json!({ "name": "Base" }));
    assert_eq!(coins[0]["networks"][1]["smart_contract"]["decimals"], 6);
    // An empty threshold is none, and nothing to tell.
    assert_eq!(left_out.len(), 7);
}

#[test]
fn empty_text_under_the_newest_name_does_not_hide_an_older_one() {
    let (order, _) = run(
        "order",
        &json!({ "order_id": "", "id": "a", "order_state": "Done", "deliveries": [null, { "deliverable": { "pin_code": "", "pin": "TEST-0001" } }] }),
    )
    .unwrap();
    assert_eq!(
        (&order["order_id"], &order["deliveries"][0]["deliverable"]["pin_code"]),
        (&json!("a"), &json!("TEST-0001"))
    );
}

/// Every optional field of every table takes every impossible value, without losing the answer.
#[test]
fn no_optional_field_can_break_an_answer() {
    let odd = [
        json!(null),
        json!(true),
        json!(7),
        json!(""),
        json!("x y"),
        json!([]),
        json!([null, {}]),
        json!({}),
        json!({ "a": [1] }),
    ];
    for payload in PAYLOADS {
        for value in &odd {
            let rows = payload.root.shape == Shape::Rows;
            let body = fill(&payload.root, value);
            let result = run(payload.name, &body);
            let (normal, _) = result.unwrap_or_else(|issues| panic!("{} {value}: {issues:?}", payload.name));
            assert_eq!(normal.is_array(), rows);
        }
    }
}

fn fill(of: &Type, odd: &Value) -> Value {
    let one = match of.kind {
        Kind::Object => fill_object(of.table.unwrap(), odd),
        Kind::Bool => json!(true),
        Kind::Word | Kind::Text => json!("text"),
        _ => json!("1"),
    };
    if of.shape == Shape::One { one } else { json!([one]) }
}

/// Required and exact fields as they should be, every other one odd.
fn fill_object(schema: &Schema, odd: &Value) -> Value {
    let value = |field: &Field, name: &str| match field.presence {
        Presence::Optional => odd.clone(),
        _ if name == "problems" => json!([]),
        _ => fill(&field.is, odd),
    };
    schema.named_fields().map(|(field, name, _)| (name.to_owned(), value(field, name))).collect()
}
