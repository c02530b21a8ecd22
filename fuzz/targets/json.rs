//! Any text as JSON: read as serde_json reads it, and by the short way as by the tree.
#![no_main]

use cryptorefills_checkout::json::{MAX_DEPTH, ParseError, Value, parse};
use cryptorefills_checkout::schema::scan::scan;
use cryptorefills_checkout::schema::{Kind, Type};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let ours = parse(text);
    // serde_json takes no byte order mark.
    let theirs = serde_json::from_str::<serde_json::Value>(text.strip_prefix('\u{feff}').unwrap_or(text));
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => assert!(same(ours, theirs), "the same value"),
        // Half a surrogate pair is no reason to lose an order, and a number is never put into a float.
        (Ok(_), Err(error)) => assert!(
            text.contains("\\u") || error.to_string().contains("number out of range"),
            "read here and refused there: {error}"
        ),
        (Err(ParseError::TooDeep), _) => assert!(text.len() > MAX_DEPTH, "deep"),
        (Err(ParseError::Syntax(at)), theirs) => {
            assert!(theirs.is_err(), "refused here and read there");
            assert!(*at <= text.len(), "reading stopped within the text");
        }
    }
    let short = scan(&Type::one(Kind::Any), text, None, false);
    match (&ours, short) {
        (Ok(value), Some(short)) => assert_eq!(short.normal, value.to_json(), "the same normal form"),
        (Err(_), Some(_)) => panic!("read by the short way and refused by the tree"),
        (_, None) => {}
    }
    if let Ok(value) = &ours {
        let json = value.to_json();
        assert_eq!(parse(&json).as_ref(), Ok(value), "what is written is read again");
        assert_eq!(
            scan(&Type::one(Kind::Any), &json, None, true).map(|short| short.normal),
            Some(json),
            "by the short way too"
        );
    }
});

fn same(ours: &Value, theirs: &serde_json::Value) -> bool {
    match (ours, theirs) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
        // serde_json spells an exponent its own way.
        (Value::Number(a), serde_json::Value::Number(b)) => {
            let plain = |text: &str| text.to_ascii_lowercase().replace('+', "");
            plain(a) == plain(&b.to_string())
        }
        (Value::Text(a), serde_json::Value::String(b)) => a == b,
        (Value::List(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(_), serde_json::Value::Object(b)) => {
            b.iter().all(|(name, b)| ours.get(name).is_some_and(|a| same(a, b)))
        }
        // Its own name for a number in between, which no other reader has.
        (Value::Object(members), _) => members.iter().any(|(name, _)| name.starts_with("$serde_json")),
        _ => false,
    }
}
