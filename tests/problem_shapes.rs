//! Every shape an error body has been met in, and what the decoder makes of it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use cryptorefills_checkout::problem::{Hints, Params, TABLE, decode, decode_with, to_json};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The decoder's own JSON, read back by another parser.
fn problems(body: &str, status: u16) -> Vec<Value> {
    serde_json::from_str(&to_json(&decode(body.as_bytes(), status))).unwrap()
}

fn codes(body: &str, status: u16) -> Vec<String> {
    problems(body, status).iter().map(|problem| problem["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_success_without_problems_has_none() {
    for body in [
        r#"{"coin":"USDC","coin_amount":"20.63","problems":null}"#,
        r#"{"coin":"USDC","coin_amount":"20.63","problems":[]}"#,
        r#"{"coin":"USDC","coin_amount":null,"problems":[]}"#,
        r#"{"order_id":"x","order_state":"WaitingForPayment"}"#,
        r#"{"order_id":"x","order_state":"PaymentSetupFailed","error":"no address"}"#,
        r#"{"status":"ok"}"#,
        "{}",
        "[]",
        r#"[{"name":"USER_WALLET","available":true,"currencies":[]}]"#,
        r#"{"brands":[{"name":"OUT_OF_STOCK"}],"message":"hello"}"#,
        r#"["US","FR"]"#,
        "\u{feff}{\"problems\":null}\r\n",
    ] {
        for status in [0, 200, 201] {
            assert_eq!(codes(body, status), Vec::<String>::new(), "{status} {body}");
        }
    }
}

#[test]
fn the_array_of_the_reference_on_any_status() {
    let body = r#"{"coin":null,"problems":[{"problem":"OUT_OF_STOCK"},{"problem":"COUPON_EXPIRED","moreDetails":{"on":1}}]}"#;
    for status in [0, 200, 201, 400, 409, 422, 500, 503] {
        assert_eq!(codes(body, status), ["OUT_OF_STOCK", "COUPON_EXPIRED"], "{status}");
    }
    assert_eq!(
        codes(body, 429),
        ["OUT_OF_STOCK", "COUPON_EXPIRED", "RATE_LIMITED"],
        "one more reason to wait"
    );
    let found = problems(body, 200);
    assert_eq!(
        found[0],
        json!({ "code": "OUT_OF_STOCK", "known": true, "group": "product_availability", "field": "items",
                "remedy": "choose_other_product", "retryable": true })
    );
    assert_eq!(found[1]["details"], json!({ "on": 1 }));
}

#[test]
fn problems_beside_an_order_are_not_a_success() {
    assert_eq!(
        codes(r#"{"order_id":"x","order_state":"Created","problems":[{"problem":"NOT_ACTIVE"}]}"#, 200),
        ["NOT_ACTIVE"]
    );
}

#[test]
fn entries_and_lists_in_other_shapes() {
    for body in [
        r#"{"problems":["OUT_OF_STOCK","NOT_ACTIVE"]}"#,
        r#"{"problems":[" OUT_OF_STOCK ",{"problem":"not_active"}]}"#,
        r#"{"problems":[{"code":"OUT_OF_STOCK"},{"error_code":"NOT_ACTIVE"}]}"#,
        r#"{"problems":[{"problem":{"code":"OUT_OF_STOCK"}},{"detail":"NOT_ACTIVE"}]}"#,
        r#"{"problems":"OUT_OF_STOCK, NOT_ACTIVE"}"#,
        r#"{"problems":{"OUT_OF_STOCK":null,"NOT_ACTIVE":null}}"#,
        r#"[{"problem":"OUT_OF_STOCK"},{"problem":"NOT_ACTIVE"}]"#,
        r#"["OUT_OF_STOCK","NOT_ACTIVE"]"#,
        r#"{"problems":["OUT_OF_STOCK","OUT_OF_STOCK","NOT_ACTIVE"]}"#,
    ] {
        assert_eq!(codes(body, 200), ["OUT_OF_STOCK", "NOT_ACTIVE"], "{body}");
        assert_eq!(codes(body, 422), ["OUT_OF_STOCK", "NOT_ACTIVE"], "{body}");
    }
    assert_eq!(codes(r#"{"problems":{"problem":"OUT_OF_STOCK"}}"#, 200), ["OUT_OF_STOCK"]);
}

#[test]
fn an_entry_nobody_can_read_is_a_problem_all_the_same() {
    for body in [
        r#"{"problems":[{}]}"#,
        r#"{"problems":[null]}"#,
        r#"{"problems":[7]}"#,
        r#"{"problems":[{"problem":"Sold to someone else already"}]}"#,
        r#"{"problems":true}"#,
    ] {
        assert_eq!(codes(body, 200), ["REJECTED"], "{body}");
    }
}

#[test]
fn a_top_level_detail_with_any_kind_of_status() {
    for body in [
        r#"{"status":400,"detail":"SUSPENDED_COIN"}"#,
        r#"{"status":"400","detail":"SUSPENDED_COIN"}"#,
        r#"{"status":"BAD_REQUEST","detail":"SUSPENDED_COIN","reason":null}"#,
        r#"{"detail":"SUSPENDED_COIN"}"#,
    ] {
        for status in [0, 200, 400, 409, 422, 503] {
            assert_eq!(
                problems(body, status),
                [
                    json!({ "code": "SUSPENDED_COIN", "known": true, "group": "suspension", "field": "payment.coin",
                         "remedy": "choose_other_coin", "retryable": true })
                ],
                "{status} {body}"
            );
        }
    }
    let with = problems(r#"{"status":400,"detail":"SUSPENDED_NETWORK","moreDetails":["TRON"]}"#, 400);
    assert_eq!((&with[0]["code"], &with[0]["details"]), (&json!("SUSPENDED_NETWORK"), &json!(["TRON"])));
}

#[test]
fn a_code_we_know_is_one_whatever_stands_beside_it() {
    for (body, code) in [
        (r#"{"detail":"SUSPENDED_COIN","coin":"USDC"}"#, "SUSPENDED_COIN"),
        (r#"{"id":"req-1","status":"BAD_REQUEST","detail":"SUSPENDED_COIN"}"#, "SUSPENDED_COIN"),
        (r#"{"coin":"USDC","coin_amount":"1","problem":" out_of_stock "}"#, "OUT_OF_STOCK"),
        (r#"{"order_id":"a","order_state":"Created","error_code":"KYC_MISSING"}"#, "KYC_MISSING"),
    ] {
        for status in [0, 200, 400, 422, 503] {
            assert_eq!(codes(body, status), [code], "{status} {body}");
        }
    }
    // An error with a number of its own is an error, whatever it says.
    assert_eq!(codes(r#"{"id":"req-1","status":"BAD_REQUEST","detail":"NEW_REASON"}"#, 200), ["NEW_REASON"]);
    for prose in [r#"{"coin":"USDC","detail":"20 USD card"}"#, r#"{"brand":"A","message":"OUT_OF_STOCK"}"#] {
        assert_eq!(codes(prose, 200), Vec::<String>::new(), "{prose}");
    }
}

#[test]
fn a_name_in_prose_is_no_code() {
    for body in [
        r#"{"message":"country_code"}"#,
        r#"{"error":"country_code"}"#,
        r#"{"errors":["family_name","brand_name"]}"#,
        r#"{"problems":[{"message":"country_code"}]}"#,
        "country_code",
    ] {
        assert_eq!(codes(body, 400), ["REJECTED"], "{body}");
    }
    assert_eq!(codes(r#"{"message":"kyc_missing"}"#, 400), ["KYC_MISSING"]);
    assert_eq!(codes(r#"{"error":"NEW_REASON"}"#, 400), ["NEW_REASON"]);
    assert_eq!(codes(r#"{"error_code":"partner_paused"}"#, 400), ["partner_paused"]);
}

#[test]
fn login_required_as_a_422_detail() {
    let found = problems(r#"{"status":422,"detail":"LOGIN_REQUIRED","title":"Unprocessable"}"#, 422);
    assert_eq!((&found[0]["code"], &found[0]["remedy"]), (&json!("LOGIN_REQUIRED"), &json!("sign_in")));
}

#[test]
fn a_code_in_any_of_the_generic_members() {
    for key in ["message", "error_code", "error", "reason", "code", "title"] {
        let body = json!({ key: "NOT_AVAILABLE_PRODUCT" }).to_string();
        assert_eq!(codes(&body, 400), ["NOT_AVAILABLE_PRODUCT"], "{key}");
        let body = json!({ "error": { key: "NOT_AVAILABLE_PRODUCT" } }).to_string();
        assert_eq!(codes(&body, 400), ["NOT_AVAILABLE_PRODUCT"], "error.{key}");
    }
    assert_eq!(
        codes(r#"{"message":"Order refused: OUT_OF_STOCK (and NOT_ACTIVE)"}"#, 400),
        ["OUT_OF_STOCK", "NOT_ACTIVE"]
    );
    assert_eq!(
        codes(r#"{"errors":[{"code":"OUT_OF_STOCK"},{"code":"NOT_ACTIVE"}]}"#, 400),
        ["OUT_OF_STOCK", "NOT_ACTIVE"]
    );
    assert_eq!(codes("COUPON_EXPIRED", 400), ["COUPON_EXPIRED"]);
    assert_eq!(codes("\"COUPON_EXPIRED\"", 200), ["COUPON_EXPIRED"]);
}

#[test]
fn json_inside_a_message() {
    let inner =
        r#"{"problems":[{"problem":"UNSUPPORTED_PROTOCOL_COIN_COMBINATION","moreDetails":"USDC-SOLANA"}]}"#;
    for body in [
        json!({ "message": inner }).to_string(),
        json!({ "message": format!("supplier said 422: {inner}") }).to_string(),
        json!({ "error": { "message": json!({ "message": inner }).to_string() } }).to_string(),
        json!(inner).to_string(),
    ] {
        let found = problems(&body, 502);
        assert_eq!(
            found[0]["params"],
            json!({ "combinations": [{ "network": "Solana", "coin": "USDC" }] }),
            "{body}"
        );
    }
    assert_eq!(
        codes(&json!({ "message": r#"{"status":422,"detail":"LOGIN_REQUIRED"}"# }).to_string(), 500),
        ["LOGIN_REQUIRED"]
    );
}

#[test]
fn params_for_the_two_codes_that_have_them() {
    let via = problems(
        r#"{"problems":[{"problem":"NOT_ALLOWED_PAYMENT_VIA","moreDetails":["USER_WALLET"]}]}"#,
        200,
    );
    assert_eq!(
        (&via[0]["params"], &via[0]["details"]),
        (&json!({ "vias": ["USER_WALLET"] }), &json!(["USER_WALLET"]))
    );
    let pair = problems(
        r#"{"status":400,"detail":"UNSUPPORTED_PROTOCOL_COIN_COMBINATION","moreDetails":{"USDC":["Solana","Base"]}}"#,
        400,
    );
    assert_eq!(
        pair[0]["params"],
        json!({ "combinations": [{ "network": "Solana", "coin": "USDC" }, { "network": "Base", "coin": "USDC" }] })
    );
    // Without details the members beside the code are looked through.
    let flat =
        problems(r#"{"problems":[{"problem":"NOT_ALLOWED_PAYMENT_VIA","allowed":["USER_WALLET"]}]}"#, 200);
    assert_eq!(flat[0]["params"], json!({ "vias": ["USER_WALLET"] }));
    let none =
        problems(r#"{"problems":[{"problem":"NOT_ALLOWED_PAYMENT_VIA","moreDetails":"ask us"}]}"#, 200);
    assert_eq!((none[0].get("params"), &none[0]["details"]), (None, &json!("ask us")));
}

#[test]
fn details_keep_the_digits_as_sent() {
    let body = br#"{"problems":[{"problem":"AMOUNT_LESS_THEN_MINIMUM_ALLOWED","moreDetails":{"min":0.500000000000000000001}}]}"#;
    assert!(to_json(&decode(body, 200)).contains(r#""details":{"min":0.500000000000000000001}"#));
}

#[test]
fn unknown_codes_are_data() {
    let found = problems(
        r#"{"problems":[{"problem":"partner_daily_order_velocity_exceeded","moreDetails":3}]}"#,
        200,
    );
    assert_eq!(
        found,
        [json!({ "code": "partner_daily_order_velocity_exceeded", "known": false, "group": "unknown",
                 "remedy": "contact_support", "retryable": false, "details": 3 })]
    );
    assert_eq!(codes(r#"{"detail":"MOON_IN_WRONG_PHASE"}"#, 400), ["MOON_IN_WRONG_PHASE"]);
    // Listed problems are kept on a failing server too, and may then pass.
    let found = problems(r#"{"problems":["MOON_IN_WRONG_PHASE"]}"#, 503);
    assert_eq!((&found[0]["code"], &found[0]["retryable"]), (&json!("MOON_IN_WRONG_PHASE"), &json!(true)));
    // An unlisted word is no better than the status.
    assert_eq!(codes(r#"{"error":"internal_error"}"#, 500), ["UPSTREAM_ERROR"]);
}

#[test]
fn a_refusal_without_a_code_has_its_status() {
    for (status, code) in [
        (300, "UNREADABLE_ANSWER"),
        (400, "REJECTED"),
        (401, "NOT_AUTHORIZED"),
        (403, "NOT_AUTHORIZED"),
        (404, "NOT_FOUND"),
        (408, "UPSTREAM_ERROR"),
        (410, "NOT_FOUND"),
        (413, "REJECTED"),
        (422, "REJECTED"),
        (425, "UPSTREAM_ERROR"),
        (429, "RATE_LIMITED"),
        (500, "UPSTREAM_ERROR"),
        (502, "UPSTREAM_ERROR"),
        (999, "UPSTREAM_ERROR"),
    ] {
        for body in [
            "",
            "null",
            "{}",
            "[]",
            "<!doctype html><title>x</title>",
            r#"{"message":"no"}"#,
            "sorry",
            "7",
            r#"{"problems":[]}"#,
            r#"{"message":"#,
        ] {
            let found = problems(body, status);
            assert_eq!(found.len(), 1, "{status} {body}");
            assert_eq!(found[0]["code"], code, "{status} {body}");
            assert_eq!((&found[0]["known"], &found[0]["group"]), (&json!(true), &json!("http")));
        }
    }
}

#[test]
fn a_success_nobody_can_read_is_a_problem() {
    for body in [
        "",
        "  ",
        "<html><body>Sign in</body></html>",
        r#"{"problems":[{"problem":"OUT_OF"#,
        "OK",
        "null",
        "1",
        r#""ok""#,
    ] {
        assert_eq!(codes(body, 200), ["UNREADABLE_ANSWER"], "{body}");
    }
    assert!(to_json(&decode(b"\xff\xfe{}", 200)).contains("UNREADABLE_ANSWER"));
    assert_eq!(codes(&("[".repeat(100) + &"]".repeat(100)), 200), ["UNREADABLE_ANSWER"]);
}

#[test]
fn an_error_body_with_a_success_status_is_a_refusal() {
    assert_eq!(codes(r#"{"message":"Country is missing"}"#, 200), ["REJECTED"]);
    assert_eq!(codes(r#"{"status":404,"message":"No such order"}"#, 200), ["NOT_FOUND"]);
    assert_eq!(codes(r#"{"statusCode":"429","error":"Too Many Requests"}"#, 0), ["RATE_LIMITED"]);
    assert_eq!(codes(r#"{"coin":null,"deliveries":[],"problems":null,"error":"boom"}"#, 200), ["REJECTED"]);
    assert_eq!(codes(r#"{"coin":"USDC","problems":null,"error":null}"#, 200), Vec::<String>::new());
}

#[test]
fn words_of_the_answer_stay_in_the_details() {
    let body = r#"{"message":"buyer@example.net has no order 7c1b9f04","error":"Jane"}"#;
    let mut found = problems(body, 400);
    let object = found[0].as_object_mut().unwrap();
    assert_eq!(object.remove("details").unwrap(), serde_json::from_str::<Value>(body).unwrap());
    assert_eq!(
        found[0],
        json!({ "code": "REJECTED", "known": true, "group": "http", "remedy": "contact_support", "retryable": false })
    );
    let html = problems(&format!("<p>{}</p>", "é".repeat(400)), 502);
    assert!(html[0]["details"].as_str().unwrap().len() <= 300);
}

#[test]
fn rate_limits_say_when_to_come_back() {
    let wait = |hints: Hints, body: &str, status| -> Value {
        let found: Vec<Value> =
            serde_json::from_str(&to_json(&decode_with(body.as_bytes(), status, hints))).unwrap();
        found[0]["params"].clone()
    };
    let now = Some(1_790_000_000);
    let seconds = Hints { retry_after: Some("30"), reset: None, now };
    let reset = Hints { retry_after: None, reset: Some("1790000045"), now };
    let date = Hints { retry_after: Some("Mon, 21 Sep 2026 14:14:00 GMT"), reset: None, now };
    assert_eq!(wait(seconds, "slow down", 429), json!({ "retryAfterSeconds": 30 }));
    assert_eq!(wait(reset, r#"{"message":"Too many requests"}"#, 429), json!({ "retryAfterSeconds": 45 }));
    assert_eq!(wait(date, "", 429), json!({ "retryAfterSeconds": 40 }));
    assert_eq!(wait(seconds, "", 503), json!({ "retryAfterSeconds": 30 }));
    assert_eq!(
        wait(seconds, r#"{"problems":["DAILY_SPENDING_LIMIT_EXCEEDED"]}"#, 429),
        json!({ "retryAfterSeconds": 30 })
    );
    let both = br#"{"problems":[{"problem":"LOGIN_REQUIRED"}]}"#;
    let found: Vec<Value> = serde_json::from_str(&to_json(&decode_with(both, 429, seconds))).unwrap();
    assert_eq!((&found[0]["code"], found[0].get("params")), (&json!("LOGIN_REQUIRED"), None));
    assert_eq!(
        (&found[1]["code"], &found[1]["params"]["retryAfterSeconds"]),
        (&json!("RATE_LIMITED"), &json!(30))
    );
    assert_eq!(
        wait(Hints::default(), r#"{"error":"rate_limited","retry_after":12}"#, 429),
        json!({ "retryAfterSeconds": 12 })
    );
    assert_eq!(wait(Hints::default(), "", 429), Value::Null);
    assert_eq!(wait(seconds, "", 400), Value::Null);
}

#[test]
fn the_reset_of_a_limit_says_nothing_of_other_waits() {
    let reset = Hints { retry_after: None, reset: Some("42"), now: Some(1_790_000_000) };
    for (body, status) in [
        (r#"{"problems":[{"problem":"KYC_PENDING"}]}"#, 200),
        (r#"{"problems":[{"problem":"DAILY_SPENDING_LIMIT_EXCEEDED"}]}"#, 422),
        (r#"{"status":422,"detail":"KYC_PENDING"}"#, 422),
    ] {
        let found = decode_with(body.as_bytes(), status, reset);
        assert_eq!(found[0].params, Params::None, "{status} {body}");
        let asked = Hints { retry_after: Some("1200"), ..reset };
        assert_eq!(decode_with(body.as_bytes(), status, asked)[0].params, Params::RetryAfter(1200));
    }
    for (body, status) in [("slow down", 429), ("", 503), (r#"{"problems":["OUT_OF_STOCK"]}"#, 429)] {
        let found = decode_with(body.as_bytes(), status, reset);
        assert_eq!(found.last().unwrap().params, Params::RetryAfter(42), "{status} {body}");
    }
}

#[test]
fn every_code_of_the_table_is_found_wherever_it_may_be() {
    for entry in TABLE {
        for body in [
            json!({ "problems": [{ "problem": entry.code }] }),
            json!({ "problems": [entry.code] }),
            json!({ "status": 400, "detail": entry.code }),
            json!({ "message": format!("refused: {}", entry.code) }),
        ] {
            let expected = if entry.code.contains('_') || !body["message"].is_string() {
                entry.code
            } else {
                "REJECTED"
            };
            assert_eq!(codes(&body.to_string(), 400), [expected], "{body}");
        }
    }
}

#[test]
fn waits_are_read_as_the_bff_reads_them() {
    let cases: Value = serde_json::from_str(include_str!("fixtures/waits.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let hints = Hints {
            retry_after: case["retryAfter"].as_str(),
            reset: case["reset"].as_str(),
            now: Some(1_790_000_000),
        };
        assert_eq!(hints.seconds(), case["seconds"].as_u64(), "{case}");
    }
}

#[test]
fn a_hundred_problems_are_enough() {
    let many: Vec<String> = (0..20_000).map(|n| format!("CODE_{n}")).collect();
    assert_eq!(decode(json!({ "problems": many }).to_string().as_bytes(), 200).len(), 100);
}

#[test]
fn a_code_said_again_and_again_is_one_problem() {
    // Were the details written for every mention, this would take minutes.
    let message = "KYC_MISSING ".repeat(200_000);
    let problems = decode(json!({ "message": message }).to_string().as_bytes(), 400);
    assert_eq!(problems.iter().map(|p| &*p.code).collect::<Vec<_>>(), ["KYC_MISSING"]);
    assert!(problems[0].details.as_ref().is_some_and(|sent| sent.len() > message.len()));
}

#[test]
fn details_longer_than_any_offer_are_kept_and_not_searched() {
    let of = |pairs: usize| {
        let details = "USDC on Solana, ".repeat(pairs);
        let body = json!({ "problems": [
            { "problem": "UNSUPPORTED_PROTOCOL_COIN_COMBINATION", "moreDetails": details },
        ] });
        decode(body.to_string().as_bytes(), 200).remove(0)
    };
    let (short, long) = (of(2_000), of(2_100));
    assert!(matches!(short.params, Params::Alternatives(found) if found.len() == 1));
    assert_eq!(long.params, Params::None);
    assert!(long.details.is_some_and(|sent| sent.len() > 2_100 * 16));
}

/// JSON that looks like an answer, to any depth worth trying.
fn answers() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![
            "OUT_OF_STOCK",
            "NOT_ALLOWED_PAYMENT_VIA",
            "UNSUPPORTED_PROTOCOL_COIN_COMBINATION",
            "USDC-MATIC, USDC-SOLANA",
            "{\"problems\":[\"X_Y\"]}",
            "",
            "[",
            "é"
        ])
        .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "problems",
        "problem",
        "moreDetails",
        "detail",
        "message",
        "error",
        "status",
        "errors",
        "coin",
        "network",
        "networks",
        "allowed",
        "retry_after",
        "order_state",
        "name",
        "x",
    ]);
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4).prop_map(|members| Value::Object(
                members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_panic_and_what_comes_out_is_json(body in prop::collection::vec(any::<u8>(), 0..200), status in any::<u16>()) {
        let out = to_json(&decode(&body, status));
        prop_assert!(serde_json::from_str::<Vec<Value>>(&out).is_ok());
    }

    #[test]
    fn no_answer_panics_whole_or_cut(answer in answers(), status in prop::sample::select(vec![0u16, 200, 400, 429, 500]), keep in any::<prop::sample::Index>()) {
        let text = answer.to_string();
        for body in [text.as_bytes(), &text.as_bytes()[..keep.index(text.len() + 1)]] {
            let found = decode(body, status);
            prop_assert!(!found.is_empty() || status < 300);
            let out: Vec<Value> = serde_json::from_str(&to_json(&found)).unwrap();
            for problem in out {
                let code = problem["code"].as_str().unwrap();
                prop_assert!(code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{}", code);
            }
        }
    }
}
