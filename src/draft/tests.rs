use super::*;
use crate::json::parse;

const REFERENCE: &str = r#"{"email":"END_USER_EMAIL@example.com","newsletter":true,
    "items":[{"kind":"giftcard","brand":"Airbnb","country":"US","value":{"denomination":"100 USD","localized":"$100"}}],
    "payment":{"coin":"USDC","network":"Solana"},"lang":"en","acquisition":{"utm_source":"your_platform"}}"#;

fn draft(text: &str, change: &[(&str, &str)]) -> String {
    change.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

fn issues(text: &str, product: Option<&str>, purpose: Purpose) -> Vec<String> {
    let value = parse(text).unwrap();
    let product = product.map(|text| parse(text).unwrap());
    match read(&value, product.as_ref(), purpose) {
        Ok(_) => Vec::new(),
        Err(issues) => issues.iter().map(|issue| [&issue.path, " ", issue.code].concat()).collect(),
    }
}

fn refused(change: &[(&str, &str)]) -> Vec<String> {
    issues(&draft(REFERENCE, change), None, Purpose::Create)
}

#[test]
fn the_validation_body_is_the_reference_s() {
    let text = draft(
        REFERENCE,
        &[(r#","network":"Solana""#, ""), (r#","acquisition":{"utm_source":"your_platform"}"#, "")],
    );
    let value = parse(&text).unwrap();
    assert_eq!(
        read(&value, None, Purpose::Validate).unwrap().validation_body(),
        r#"{"email":"END_USER_EMAIL@example.com","payment":{"type":"via","payment_via":"USER_WALLET","coin":"USDC"},"deliveries":[{"beneficiary_account":"END_USER_EMAIL@example.com","brand_name":"Airbnb","country_code":"US","denomination":"100 USD","localized_denomination":"$100"}],"lang":"en"}"#
    );
}

#[test]
fn the_create_body_is_the_reference_s() {
    let text = draft(REFERENCE, &[("100 USD", "100")]);
    let value = parse(&text).unwrap();
    let draft = read(&value, None, Purpose::Create).unwrap();
    let body = r#"{"deliveries":[{"kind":"giftcard","quantity":1,"deliverable":{"brand_name":"Airbnb","country_code":"US","denomination":"100","beneficiary_account":"END_USER_EMAIL@example.com"}}],"payment":{"type":"via","coin":"USDC","network":"Solana","payment_via":"USER_WALLET"},"user":{"email":"END_USER_EMAIL@example.com","has_accepted_newsletter":true},"lang":"en","acquisition":{"utm_source":"your_platform"}}"#;
    assert_eq!(draft.create_body(Shape::Nested), body);
    assert_eq!(draft.create_body(Shape::Nested), body, "the same draft gives the same bytes");
}

#[test]
fn an_order_s_language_is_the_shopper_s_not_the_catalogue_s() {
    for lang in ["pl", "ja", "de-AT"] {
        let text = draft(REFERENCE, &[(r#""lang":"en""#, &format!(r#""lang":"{lang}""#))]);
        let value = parse(&text).unwrap();
        let draft = read(&value, None, Purpose::Create).unwrap();
        for body in [draft.validation_body(), draft.create_body(Shape::Nested)] {
            assert!(body.contains(&format!(r#""lang":"{lang}""#)), "{body}");
        }
    }
}

#[test]
fn flat_items_are_repeated_and_ranges_say_so() {
    let text = draft(
        REFERENCE,
        &[
            (r#"{"denomination":"100 USD","localized":"$100"}"#, r#"{"amount":"25.50"}"#),
            (r#""country":"US""#, r#""country":"US","quantity":2"#),
            (r#","acquisition""#, r#","coupon":"TEN","refundAddress":"addr","acquisition""#),
        ],
    );
    let value = parse(&text).unwrap();
    let item = r#"{"beneficiary_account":"END_USER_EMAIL@example.com","brand_name":"Airbnb","country_code":"US","denomination":"range","product_value":25.50}"#;
    let body = read(&value, None, Purpose::Create).unwrap().create_body(Shape::Flat);
    assert!(body.starts_with(&["{\"deliveries\":[", item, ",", item, "],"].concat()), "{body}");
    assert!(body.contains(r#""promo_code":"TEN","refund_wallet_address":"addr""#));
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_sent() {
    assert_eq!(refused(&[("END_USER_EMAIL@example.com", "END_USER_EMAIL")]), ["/email EMAIL"]);
    assert_eq!(refused(&[(r#""country":"US""#, r#""country":"KP""#)]), ["/items/0/country UNSUPPORTED"]);
    assert_eq!(refused(&[(r#","network":"Solana""#, "")]), ["/payment/network REQUIRED"]);
    assert_eq!(refused(&[(r#""country":"US""#, r#""country":"US","quantity":11"#)]), ["/items TOO_MANY"]);
    assert_eq!(
        refused(&[(r#""country":"US""#, r#""country":"US","quantity":0"#)]),
        ["/items/0/quantity TYPE"]
    );
    assert_eq!(refused(&[(r#""brand":"Airbnb""#, r#""brand":" ""#)]), ["/items/0/brand REQUIRED"]);
    assert_eq!(refused(&[("100 USD", "range")]), ["/items/0/value/denomination FORMAT"]);
    assert_eq!(
        issues(r#"{"email":"a@b.co","items":[],"payment":{"coin":"USDC"}}"#, None, Purpose::Validate),
        ["/items TOO_FEW"]
    );
    assert_eq!(issues("[]", None, Purpose::Validate), [" TYPE"]);
}

#[test]
fn decimal_floats_corrupt_amounts_so_only_text_is_taken() {
    let with = |amount: &str| {
        refused(&[(r#"{"denomination":"100 USD","localized":"$100"}"#, &format!(r#"{{"amount":{amount}}}"#))])
    };
    assert_eq!(with("25.5"), ["/items/0/value/amount TYPE"]);
    for text in ["\"1e2\"", "\"0\"", "\"-5\"", "\"007\"", "\"1,5\""] {
        assert_eq!(with(text), ["/items/0/value/amount FORMAT"], "{text}");
    }
    assert!(with("\"0.50\"").is_empty());
}

#[test]
fn a_fixed_text_on_a_range_brand_is_refused() {
    let range = r#"{"is_dynamic":true,"range":{"min":"5","max":"300","step_size":"0.5"}}"#;
    assert_eq!(issues(REFERENCE, Some(range), Purpose::Validate), ["/items/0/value FORMAT"]);
}

#[test]
fn a_value_the_fixed_brand_does_not_list_is_refused() {
    let fixed = r#"{"is_dynamic":false,"denomination":"50 USD"}"#;
    assert_eq!(issues(REFERENCE, Some(fixed), Purpose::Validate), ["/items/0/value/denomination FORMAT"]);
    let amount =
        draft(REFERENCE, &[(r#"{"denomination":"100 USD","localized":"$100"}"#, r#"{"amount":"100"}"#)]);
    assert_eq!(issues(&amount, Some(fixed), Purpose::Validate), ["/items/0/value FORMAT"]);
}

#[test]
fn amounts_respect_min_max_and_step() {
    let range =
        r#"{"is_dynamic":true,"delivery_type":"by_email","range":{"min":"5","max":"300","step_size":"0.5"}}"#;
    let with = |amount: &str| {
        let text = draft(
            REFERENCE,
            &[(r#"{"denomination":"100 USD","localized":"$100"}"#, &format!(r#"{{"amount":"{amount}"}}"#))],
        );
        issues(&text, Some(range), Purpose::Validate)
    };
    assert!(with("5").is_empty() && with("300.0").is_empty() && with("7.50").is_empty());
    assert_eq!(with("4.99"), ["/items/0/value/amount OUT_OF_RANGE"]);
    assert_eq!(with("300.01"), ["/items/0/value/amount OUT_OF_RANGE"]);
    assert_eq!(with("7.25"), ["/items/0/value/amount STEP"]);
}

#[test]
fn steps_are_exact_however_long_the_amount() {
    let with = |amount: &str, range: &str| {
        let text = draft(
            REFERENCE,
            &[(r#"{"denomination":"100 USD","localized":"$100"}"#, &format!(r#"{{"amount":"{amount}"}}"#))],
        );
        issues(&text, Some(&format!(r#"{{"is_dynamic":true,"range":{range}}}"#)), Purpose::Validate)
    };
    assert_eq!(with("10.000000001", r#"{"min":"5","step_size":"1.0"}"#), ["/items/0/value/amount STEP"]);
    assert_eq!(
        with("99999999999999.5", r#"{"min":"1","max":"999999999999999","step_size":"1"}"#),
        ["/items/0/value/amount STEP"]
    );
    assert!(with("99999999999999", r#"{"min":"1","step_size":"1"}"#).is_empty());
    assert!(with("7.3", r#"{"min":"5","step_size":"0.0"}"#).is_empty(), "a step of zero is none");
}

#[test]
fn the_limits_are_found_wherever_the_product_has_them() {
    let amount =
        draft(REFERENCE, &[(r#"{"denomination":"100 USD","localized":"$100"}"#, r#"{"amount":"1000"}"#)]);
    for product in [
        r#"{"is_dynamic":true,"face_value":{"amount":{"type":"range","min":"5.00","max":"300.00"}}}"#,
        r#"{"is_dynamic":true,"range":null,"face_value":{"amount":{"type":"range","max":{"amount":300.0,"currency":"USD"}}}}"#,
        r#"{"is_dynamic":true,"range":{"min":5},"face_value":{"amount":{"max":300}}}"#,
        r#"{"is_dynamic":true,"range":{"min":{"amount":5,"currency":"USD"},"max":{"amount":"300","currency":"USD"}}}"#,
    ] {
        assert_eq!(
            issues(&amount, Some(product), Purpose::Validate),
            ["/items/0/value/amount OUT_OF_RANGE"],
            "{product}"
        );
    }
}

#[test]
fn what_is_no_product_is_not_taken_for_one_without_limits() {
    let amount =
        draft(REFERENCE, &[(r#"{"denomination":"100 USD","localized":"$100"}"#, r#"{"amount":"1000"}"#)]);
    let group = r#"{"brand":"Airbnb","products":[{"is_dynamic":true,"range":{"max":"300"}}]}"#;
    for product in [group, &format!("[{group}]"), r#""4d11""#] {
        assert_eq!(issues(&amount, Some(product), Purpose::Validate), ["/product TYPE"], "{product}");
    }
    assert!(issues(&amount, Some("[null]"), Purpose::Validate).is_empty());
}

#[test]
fn a_delivery_type_nobody_knows_decides_nothing() {
    for delivery_type in ["", "by_sms"] {
        let product =
            format!(r#"{{"is_dynamic":false,"denomination":"100 USD","delivery_type":"{delivery_type}"}}"#);
        let top_up = |beneficiary: &str| {
            let kind = format!(r#""kind":"mobile_recharge"{beneficiary}"#);
            issues(&draft(REFERENCE, &[(r#""kind":"giftcard""#, &kind)]), Some(&product), Purpose::Create)
        };
        assert_eq!(top_up(""), ["/items/0/beneficiary REQUIRED"]);
        assert!(top_up(r#","beneficiary":"+14155550132""#).is_empty());
        assert!(issues(REFERENCE, Some(&product), Purpose::Create).is_empty(), "a gift card goes by e-mail");
    }
}

#[test]
fn the_delivery_target_differs_per_option() {
    let phone = r#"{"is_dynamic":false,"denomination":"100 USD","delivery_type":"by_phone"}"#;
    assert_eq!(issues(REFERENCE, Some(phone), Purpose::Validate), ["/items/0/beneficiary REQUIRED"]);
    let with = draft(REFERENCE, &[(r#""country":"US""#, r#""country":"US","beneficiary":"+14155550132""#)]);
    assert!(issues(&with, Some(phone), Purpose::Validate).is_empty());
    let email = r#"{"is_dynamic":false,"denomination":"100 USD","delivery_type":"by_email"}"#;
    assert_eq!(issues(&with, Some(email), Purpose::Validate), ["/items/0/beneficiary EMAIL"]);
}

#[test]
fn a_top_up_never_goes_to_the_buyer_s_address_unasked() {
    let top_up = [(r#""kind":"giftcard""#, r#""kind":"mobile_recharge""#)];
    assert_eq!(refused(&top_up), ["/items/0/beneficiary REQUIRED"]);
    let given = |beneficiary: &str| {
        let kind = format!(r#""kind":"mobile_recharge","beneficiary":"{beneficiary}""#);
        refused(&[(r#""kind":"giftcard""#, &kind)])
    };
    assert!(given("+14155550132").is_empty());
    assert!(given("shopper@example.com").is_empty(), "a PIN by e-mail, where the shop says so");
    assert_eq!(given("4155550132"), ["/items/0/beneficiary PHONE_NOT_E164"]);
    // eSIMs have the same kind.
    assert!(refused(&[top_up[0], (r#""brand":"Airbnb""#, r#""brand":"eSIM""#)]).is_empty());
    let by_email = r#"{"is_dynamic":false,"denomination":"100 USD","delivery_type":"by_email"}"#;
    assert!(issues(&draft(REFERENCE, &top_up), Some(by_email), Purpose::Create).is_empty());
}
