//! Every problem a validation can find, and what is too malformed to be looked at.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Caller, ORDERS, VALIDATIONS, body, item, order_body};

async fn validate(body: &Value) -> Answer {
    Caller::new().post(VALIDATIONS, body).await
}

/// The problem codes of an order of these items.
async fn codes(deliveries: Value) -> Vec<String> {
    let answer = validate(&body("buyer@example.net", deliveries)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.codes().into_iter().map(str::to_owned).collect()
}

fn with(mut value: Value, path: &str, new: Value) -> Value {
    *value.pointer_mut(path).unwrap() = new;
    value
}

fn free(brand: &str, country: &str, amount: Value, beneficiary: &str) -> Value {
    json!({
        "beneficiary_account": beneficiary, "brand_name": brand, "country_code": country,
        "denomination": "range", "product_value": amount,
    })
}

#[tokio::test]
async fn a_good_order_has_null_problems_and_a_price() {
    let answer = validate(&order_body("buyer@example.net")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body["problems"].is_null() && answer.body.get("problems").is_some());
    // A little dearer than the catalogue said.
    assert_eq!((&answer.body["coin"], &answer.body["coin_amount"]), (&json!("USDC"), &json!("26.15")));
    let delivery = &answer.body["deliveries"][0];
    assert_eq!((&delivery["delivery_state"], &delivery["kind"]), (&json!("Created"), &json!("giftcard")));
    assert_eq!(delivery["deliverable"]["localized_denomination"], "$25");
    assert_eq!(delivery["deliverable"]["original_price"], "22.1631");
}

#[tokio::test]
async fn both_places_of_the_email_and_both_forms_of_an_amount_are_read() {
    let mut top = order_body("buyer@example.net");
    top.as_object_mut().unwrap().remove("user");
    top["payment"].as_object_mut().unwrap().remove("network");
    assert!(validate(&top).await.body["problems"].is_null());
    let mut nested = order_body("buyer@example.net");
    nested.as_object_mut().unwrap().remove("email");
    assert!(validate(&nested).await.body["problems"].is_null());
    for amount in [json!(75), json!("75"), json!(75.00)] {
        let deliveries = json!([free("Wobblewick Market", "US", amount, "buyer@example.net")]);
        let answer = validate(&body("buyer@example.net", deliveries)).await;
        assert_eq!(answer.body["coin_amount"], "76.05");
    }
}

#[tokio::test]
async fn products_that_cannot_be_had() {
    let gone = ["NOT_AVAILABLE_PRODUCT"];
    assert_eq!(codes(json!([item("Nobody", "US", "25 USD")])).await, gone);
    assert_eq!(codes(json!([item("wobblewick market", "US", "25 USD")])).await, gone);
    assert_eq!(codes(json!([item("Wobblewick Market", "JP", "25 USD")])).await, gone);
    for text in ["25", "25.00 USD", "$25", "12 USD", " 25 USD", "RANGE"] {
        assert_eq!(codes(json!([item("Wobblewick Market", "US", text)])).await, gone, "{text}");
    }
    assert_eq!(codes(json!([free("eSIM", "US", json!(5), "buyer@example.net")])).await, gone);
    assert_eq!(codes(json!([item("Gloomhollow Arcade", "US", "10 USD")])).await, ["OUT_OF_STOCK"]);
    assert_eq!(codes(json!([item("Fidgetfern Gardens", "US", "20 USD")])).await, ["OUT_OF_STOCK"]);
    assert_eq!(codes(json!([item("Nappingnewt Spa", "US", "30 USD")])).await, ["NOT_ACTIVE"]);
}

#[tokio::test]
async fn free_amounts_outside_their_limits() {
    let card = |amount| codes(json!([free("Wobblewick Market", "US", amount, "buyer@example.net")]));
    assert_eq!(card(json!(4)).await, ["AMOUNT_LESS_THEN_MINIMUM_ALLOWED"]);
    assert_eq!(card(json!(301)).await, ["MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED"]);
    assert_eq!(card(json!(75.5)).await, ["NOT_AVAILABLE_PRODUCT"]);
    assert_eq!(card(json!(300)).await, [""; 0]);
    let phone = |amount| codes(json!([free("Nimbofon Credits", "US", amount, "+14155550123")]));
    for amount in [json!(4), json!(101), json!(7.5)] {
        assert_eq!(phone(amount).await, ["OUT_OF_STOCK"]);
    }
    // Without a step any amount will do, to the cent.
    let groceries = |amount| codes(json!([free("Smørhattan Grocers", "US", amount, "buyer@example.net")]));
    assert_eq!(groceries(json!(33.33)).await, [""; 0]);
    assert_eq!(groceries(json!(33.333)).await, ["NOT_AVAILABLE_PRODUCT"]);
}

#[tokio::test]
async fn beneficiaries_that_do_not_fit() {
    let card = |to: &str| {
        codes(json!([with(item("Wobblewick Market", "US", "25 USD"), "/beneficiary_account", json!(to))]))
    };
    for to in ["+14155550123", "buyer", "buyer@example", "a b@example.net"] {
        assert_eq!(card(to).await, ["INVALID_BENEFICIARY_ACCOUNT"], "{to}");
    }
    assert_eq!(card("buyer@nowhere.INVALID").await, ["INVALID_EMAIL_DOMAIN"]);
    let phone = |country: &'static str, denomination: &'static str, to: &str| {
        codes(json!([with(
            item("Nimbofon Credits", country, denomination),
            "/beneficiary_account",
            json!(to)
        )]))
    };
    for to in ["buyer@example.net", "4155550123", "+1 415 555 0123", "+1415", "+04155550123", "+442071838750"]
    {
        assert_eq!(phone("US", "10 USD", to).await, ["INVALID_BENEFICIARY_ACCOUNT"], "{to}");
    }
    for (country, denomination, to) in [
        ("US", "10 USD", "+14155550123"),
        ("GB", "10 GBP", "+447700900123"),
        ("AE", "25 AED", "+971501234567"),
        ("ID", "25000 IDR", "+6281234567890"),
    ] {
        assert_eq!(phone(country, denomination, to).await, [""; 0], "{country}");
    }
    // The same credit as a PIN goes to an address.
    assert_eq!(phone("US", "10 USD - PIN", "+14155550123").await, ["INVALID_BENEFICIARY_ACCOUNT"]);
}

#[tokio::test]
async fn payments_that_are_not_taken() {
    let good = order_body("buyer@example.net");
    let via = validate(&with(good.clone(), "/payment/payment_via", json!("GATE_PAY"))).await;
    assert_eq!(
        via.body["problems"],
        json!([{ "problem": "NOT_ALLOWED_PAYMENT_VIA", "moreDetails": ["USER_WALLET"] }])
    );
    for (path, name) in
        [("/payment/coin", "NOPE"), ("/payment/network", "solana"), ("/payment/network", "Lightning")]
    {
        let answer = validate(&with(good.clone(), path, json!(name))).await;
        assert_eq!(answer.codes(), ["UNSUPPORTED_PROTOCOL_COIN_COMBINATION"], "{name}");
    }
    let mut trip = body("buyer@example.net", json!([item("Pebblepost Trips", "US", "50 USD")]));
    assert!(validate(&trip).await.codes().is_empty());
    trip["payment"]["network"] = json!("Polygon (Matic)");
    let refused = validate(&trip).await;
    assert_eq!(refused.codes(), ["UNSUPPORTED_PROTOCOL_COIN_COMBINATION"]);
    let allowed = refused.body["problems"][0]["moreDetails"].as_array().unwrap();
    assert!(allowed.contains(&json!({ "coin": "USDC", "network": "Solana" })));
    assert!(!allowed.contains(&json!({ "coin": "USDC", "network": "Polygon (Matic)" })));
    assert!(!allowed.iter().any(|pair| pair["coin"] == "DOGE" || pair["network"] == "Ton"));
    assert!(refused.body["coin_amount"].is_null());
}

#[tokio::test]
async fn suspensions_are_http_errors_on_both_calls() {
    let caller = Caller::new();
    for path in [VALIDATIONS, ORDERS] {
        let mut order = order_body("buyer@example.net");
        order["payment"]["coin"] = json!("DOGE");
        order["payment"]["network"] = json!("Mainnet");
        let coin = caller.post(path, &order).await;
        assert_eq!(coin.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(coin.body, json!({ "status": 422, "detail": "SUSPENDED_COIN" }));
        order["payment"]["coin"] = json!("USDT");
        order["payment"]["network"] = json!("Ton");
        let network = caller.post(path, &order).await;
        assert_eq!(network.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            (&network.body["status"], &network.body["detail"]),
            (&json!("422"), &json!("SUSPENDED_NETWORK"))
        );
        for code in ["SUSPENDED_COIN", "SUSPENDED_NETWORK"] {
            let told = caller.post(path, &order_body(&format!("problem+{code}@example.com"))).await;
            assert_eq!((told.status, &told.body["detail"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)));
        }
    }
}

#[tokio::test]
async fn counts_and_sums_have_limits() {
    let card = item("Wobblewick Market", "US", "25 USD");
    assert_eq!(codes(json!(vec![card.clone(); 10])).await, [""; 0]);
    assert_eq!(codes(json!(vec![card; 11])).await, ["PRODUCT_COUNT_EXCEEDED"]);
    let trip = item("Pebblepost Trips", "US", "200 USD");
    assert_eq!(codes(json!(vec![trip.clone(); 10])).await, [""; 0]);
    let mut dear = vec![trip; 9];
    dear.push(free("Wobblewick Market", "US", json!(300), "buyer@example.net"));
    assert_eq!(codes(json!(dear)).await, ["MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED"]);
    let pass = item("Pixelbadger Pass", "US", "1 month");
    assert_eq!(codes(json!([pass.clone(), pass])).await, ["MULTIPLE_LIMITED_PRODUCT_SAME_ORDER"]);
    let mut small = body("buyer@example.net", json!([item("eSIM", "US", "1 GB 7 days")]));
    assert!(validate(&small).await.codes().is_empty());
    small["payment"]["network"] = json!("ETH Mainnet");
    let answer = validate(&small).await;
    assert_eq!(answer.codes(), ["AMOUNT_LESS_THEN_MINIMUM_ALLOWED"]);
    assert_eq!(answer.body["problems"][0]["moreDetails"], json!({ "minimum": "12.5", "coin": "USDC" }));
}

#[tokio::test]
async fn coupons() {
    let coupon = |code: &str| {
        let mut order = order_body("buyer@example.net");
        order["promo_code"] = json!(code);
        async move { validate(&order).await }
    };
    for code in ["SANDBOX10", "WOBBLE10"] {
        let answer = coupon(code).await.body;
        assert_eq!((&answer["coupon_code"], &answer["problems"]), (&json!(code), &Value::Null));
        assert_eq!(
            (&answer["coin_amount"], &answer["original_coin_amount"]),
            (&json!("23.54"), &json!("26.15"))
        );
    }
    for (code, problem) in [
        ("nothing", "COUPON_NOT_FOUND"),
        ("LOGIN10", "COUPON_REQUIRES_LOGIN"),
        ("TOOSOON10", "COUPON_NOT_ACTIVE"),
        ("SPENT10", "COUPON_ALREADY_SPENT"),
        ("ALLGONE10", "COUPON_MAX_USAGE_REACHED"),
        ("TOOLATE10", "COUPON_EXPIRED"),
        ("BIG10", "COUPON_BELOW_MIN_AMOUNT"),
        ("NOTYOU10", "COUPON_NOT_VALID_FOR_USER"),
        ("GAMES10", "COUPON_NOT_VALID_FOR_CATEGORY"),
        ("TOPUP10", "COUPON_NOT_VALID_FOR_KIND"),
        ("JAPAN10", "COUPON_NOT_VALID_FOR_COUNTRY"),
        ("OTHERSTORE10", "COUPON_NOT_VALID_FOR_STORE"),
    ] {
        assert_eq!(coupon(code).await.codes(), [problem], "{code}");
    }
    let mut esim = body("buyer@example.net", json!([item("eSIM", "US", "5 GB 30 days")]));
    esim["promo_code"] = json!("WOBBLE10");
    assert_eq!(validate(&esim).await.codes(), ["COUPON_NOT_VALID_FOR_BRAND"]);
}

#[tokio::test]
async fn e_money_wants_a_login() {
    let caller = Caller::new();
    let order = body("buyer@example.net", json!([item("Quibblepurse Balance", "US", "25 USD")]));
    assert_eq!(caller.post(VALIDATIONS, &order).await.codes(), ["LOGIN_REQUIRED"]);
    let created = caller.post(ORDERS, &order).await;
    assert_eq!(
        (created.status, &created.body["detail"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("LOGIN_REQUIRED"))
    );
}

#[tokio::test]
async fn several_problems_come_at_once() {
    let mut order = body(
        "buyer@nowhere.invalid",
        json!([
            item("Nobody", "US", "25 USD"),
            with(item("Wobblewick Market", "US", "25 USD"), "/beneficiary_account", json!("+14155550123")),
            with(item("Wobblewick Market", "US", "50 USD"), "/beneficiary_account", json!("+14155550123")),
            item("Nappingnewt Spa", "US", "30 USD"),
        ]),
    );
    order["payment"]["payment_via"] = json!("GATE_PAY");
    order["promo_code"] = json!("TOOLATE10");
    assert_eq!(
        validate(&order).await.codes(),
        [
            "NOT_ALLOWED_PAYMENT_VIA",
            "INVALID_EMAIL_DOMAIN",
            "NOT_AVAILABLE_PRODUCT",
            "INVALID_BENEFICIARY_ACCOUNT",
            "NOT_ACTIVE",
            "COUPON_EXPIRED",
        ]
    );
    let told = order_body("Problem+kyc_missing+DAILY_SPENDING_LIMIT_EXCEEDED@example.com");
    assert_eq!(validate(&told).await.codes(), ["KYC_MISSING", "DAILY_SPENDING_LIMIT_EXCEEDED"]);
    let pair = validate(&order_body("problem+UNSUPPORTED_PROTOCOL_COIN_COMBINATION@example.com")).await;
    let allowed = pair.body["problems"][0]["moreDetails"].as_array().unwrap();
    assert!(allowed.len() > 5 && !allowed.contains(&json!({ "coin": "USDC", "network": "Solana" })));
    let created = Caller::new().post(ORDERS, &told).await;
    assert_eq!(created.status, StatusCode::BAD_REQUEST);
    assert_eq!(created.codes(), ["KYC_MISSING", "DAILY_SPENDING_LIMIT_EXCEEDED"]);
    assert!(created.body.get("order_id").is_none());
}

#[tokio::test]
async fn malformed_bodies_hear_what_is_wrong() {
    let caller = Caller::new();
    let good = || order_body("buyer@example.net");
    let flat = || item("Wobblewick Market", "US", "25 USD");
    let cases = [
        (with(good(), "/payment", json!("USDC")), "payment"),
        (with(good(), "/payment/type", json!("card")), "payment.type"),
        (with(good(), "/payment/coin", json!(1)), "payment.coin"),
        (with(good(), "/payment/payment_via", Value::Null), "payment.payment_via"),
        (with(good(), "/deliveries", json!({})), "deliveries"),
        (with(good(), "/deliveries", json!([])), "deliveries"),
        (with(good(), "/deliveries/0", json!("card")), "deliveries[0]"),
        (with(good(), "/deliveries/0/brand_name", json!([])), "deliveries[0].brand_name"),
        (with(good(), "/deliveries/0/denomination", json!(25)), "deliveries[0].denomination"),
        (with(good(), "/deliveries/0/denomination", json!("range")), "product_value"),
        (
            with(good(), "/deliveries/0", free("Wobblewick Market", "US", json!("1e2"), "a@b.co")),
            "product_value",
        ),
        (
            with(good(), "/deliveries/0", free("Wobblewick Market", "US", json!(-1), "a@b.co")),
            "product_value",
        ),
        (
            with(good(), "/deliveries/0", free("Wobblewick Market", "US", json!(true), "a@b.co")),
            "product_value",
        ),
        (with(good(), "/deliveries/0", json!({ "kind": "giftcard", "deliverable": flat() })), "flat"),
        (with(good(), "/user/email", json!("not an address")), "e-mail"),
        (with(good(), "/user/has_accepted_newsletter", json!("yes")), "newsletter"),
        (with(good(), "/lang", json!(1)), "lang"),
        (with(good(), "/acquisition/utm_source", json!(1)), "acquisition.utm_source"),
        (json!([]), "object"),
        (json!(null), "object"),
    ];
    for (body, word) in cases {
        let answer = caller.post(VALIDATIONS, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(answer.message().contains(word), "{} for {body}", answer.message());
    }
    for text in ["", "{", "order", "{\"email\":}", "\u{feff}{}"] {
        let answer = caller.post_text(VALIDATIONS, text.to_owned()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.message().contains("not JSON"), "{}", answer.message());
    }
    let deep = caller.post_text(VALIDATIONS, "[".repeat(10_000)).await;
    assert_eq!(deep.status, StatusCode::BAD_REQUEST);
    let large = caller.post_text(VALIDATIONS, format!("\"{}\"", "a".repeat(100_000))).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.message().contains("large"));
}
