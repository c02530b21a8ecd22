//! What one payload says about the order: whether it can be believed, how new it is, how final.

use crate::json::{self, Value};
use crate::order::state::{self, End};
use crate::schema;

/// A payload is read up to this many bytes; no order comes near it.
const MAX_BYTES: usize = 1 << 20;

/// More digits than seconds have.
const FAR_OFF: u64 = 100;

/// What the machine needs to know of a payload that passed the checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How much of an end the order's state is.
    pub end: End,
    /// Whether nothing but the chain's confirmations is awaited.
    pub confirming: bool,
    /// When the order last changed, in milliseconds since 1970; 0 if it does not say so.
    pub stamp: u64,
    /// A fingerprint of the payload's normal form.
    pub digest: u64,
}

/// Judges a payload that should be the order of that id. What to know of it, if it is, and its normal form as JSON text
/// goes to `out`; if not, the issues do. What a refused payload held is not repeated: it may be a code.
pub fn observe(text: &str, order_id: &str, out: &mut String) -> Option<Facts> {
    let issues = match schema::check(&schema::order::ORDER_PAYLOAD, text, MAX_BYTES) {
        Ok(normal) => {
            // The normal form is JSON; were it not, everything below would be absent and the order not this one.
            let order = json::parse(&normal).unwrap_or(Value::Null);
            if order.text_at("order_id").is_some_and(|id| id.eq_ignore_ascii_case(order_id)) {
                let state = state::find(order.text_at("order_state").unwrap_or_default());
                let changed = order.some("updated_at").or_else(|| order.some("created_at"));
                let facts = Facts {
                    end: state.map_or(End::Open, |state| state.end),
                    confirming: state.is_some_and(|state| state.stage == "confirming_payment"),
                    stamp: changed.and_then(Value::text_or_digits).map_or(0, millis),
                    digest: digest(normal.as_bytes()),
                };
                out.push_str(&normal);
                return Some(facts);
            }
            schema::refusal("/order_id", "OTHER_ORDER", "This is another order")
        }
        Err(issues) => issues,
    };
    schema::write_issues(out, &issues);
    None
}

/// Milliseconds of seconds as the normal form has them, digits with perhaps a fraction; 0 for anything else.
fn millis(seconds: &str) -> u64 {
    let mut millis = 0_u64;
    // How many digits are still wanted: three once the point was passed, a century more than enough before.
    let mut wanted = FAR_OFF;
    for byte in seconds.bytes() {
        let digit = u64::from(byte.wrapping_sub(b'0'));
        if byte == b'.' {
            wanted = 3;
        } else if digit > 9 || wanted > 3 && wanted < FAR_OFF - 12 {
            return 0;
        } else if wanted > 0 {
            millis = millis * 10 + digit;
            wanted -= 1;
        }
    }
    for _ in 0..wanted.min(3) {
        millis *= 10;
    }
    millis
}

/// FNV-1a.
fn digest(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Facts {
        observe(text, "o-1", &mut String::new()).unwrap()
    }

    fn code(text: &str) -> String {
        let mut issues = String::new();
        assert_eq!(observe(text, "o-1", &mut issues), None);
        let issues: serde_json::Value = serde_json::from_str(&issues).unwrap();
        issues[0]["code"].as_str().unwrap().to_owned()
    }

    #[test]
    fn time_is_read_from_text_and_number_alike() {
        let stamp = |value: &str| {
            facts(&format!(r#"{{"order_id":"o-1","order_state":"Created","updated_at":{value}}}"#)).stamp
        };
        assert_eq!(stamp(r#""1790000185""#), 1_790_000_185_000);
        assert_eq!(stamp("1790000185"), 1_790_000_185_000);
        assert_eq!(stamp("1790000185.1239"), 1_790_000_185_123);
        assert_eq!(stamp("null"), 0);
        assert_eq!(stamp("99999999999999999999"), 0);
    }

    #[test]
    fn without_an_update_the_creation_counts() {
        let facts = facts(r#"{"order_id":"o-1","order_state":"Created","created_at":"17"}"#);
        assert_eq!(facts.stamp, 17_000);
    }

    #[test]
    fn a_refusal_names_the_place_and_not_the_content() {
        assert_eq!(code("<html>"), "NOT_JSON");
        assert_eq!(code("[]"), "TYPE");
        assert_eq!(code(r#"{"order_state":"Done"}"#), "REQUIRED");
        assert_eq!(code(r#"{"order_id":"o-1","order_state":5}"#), "TYPE");
        assert_eq!(code(r#"{"order_id":"o-2","order_state":"Done"}"#), "OTHER_ORDER");
        assert_eq!(code(&"x".repeat(MAX_BYTES + 1)), "TOO_LARGE");
    }

    #[test]
    fn ends_are_told_apart() {
        let end = |state: &str| facts(&format!(r#"{{"order_id":"o-1","order_state":"{state}"}}"#)).end;
        assert_eq!(end("Done"), End::Final);
        assert_eq!(end("Expired"), End::Soft);
        assert_eq!(end("SomethingNew"), End::Open);
    }
}
