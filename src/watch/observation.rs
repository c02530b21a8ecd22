//! What one payload says about the order: whether it can be believed, how new it is, how final.

use crate::json::{self, Value};
use crate::order::state::{self, End};
use crate::schema::{self, Issue, Issues};

/// A payload is read up to this many bytes; no order comes near it.
const MAX_BYTES: usize = 1 << 20;

/// No order is that old, in seconds.
const FAR_OFF: u64 = 1 << 48;

/// What the machine needs to know of a payload that passed the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// How much of an end the order's state is.
    pub end: End,
    /// When the order last changed, in milliseconds since 1970, if it says so.
    pub stamp: Option<u64>,
    /// A fingerprint of the payload's normal form.
    pub digest: u64,
}

/// A payload, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// The order in its normal form, as JSON text, and what to know of it.
    Valid(String, Facts),
    /// Not this order, and why not. What the payload held is not repeated: it may be a code.
    Invalid(Issues),
}

/// Judges a payload that should be the order of that id.
pub fn observe(text: &str, order_id: &str) -> Observation {
    let normal = match schema::check(&schema::order::ORDER_PAYLOAD, text, MAX_BYTES) {
        Ok(normal) => normal,
        Err(issues) => return Observation::Invalid(issues),
    };
    // The normal form is JSON; were it not, everything below would be absent and the order not this one.
    let order = json::parse(&normal).unwrap_or(Value::Null);
    if !order.text_at("order_id").is_some_and(|id| id.eq_ignore_ascii_case(order_id)) {
        return Observation::Invalid(vec![Issue::new("/order_id", "OTHER_ORDER", "This is another order")]);
    }
    let facts = Facts {
        end: state::end(order.text_at("order_state").unwrap_or_default()),
        stamp: stamp(&order, "updated_at").or_else(|| stamp(&order, "created_at")),
        digest: digest(normal.as_bytes()),
    };
    Observation::Valid(normal, facts)
}

/// Unix seconds, as text or number, perhaps with a fraction.
fn stamp(order: &Value, name: &str) -> Option<u64> {
    let mut millis = 0_u64;
    // How many digits of the fraction are still wanted, once the point was passed.
    let mut wanted = None;
    for byte in order.get(name)?.text_or_digits()?.bytes() {
        match (byte, wanted) {
            (b'.', None) => wanted = Some(3),
            (b'0'..=b'9', Some(0)) => {}
            (b'0'..=b'9', _) if millis < FAR_OFF => {
                millis = millis * 10 + u64::from(byte - b'0');
                wanted = wanted.map(|wanted| wanted - 1);
            }
            _ => return None,
        }
    }
    for _ in 0..wanted.unwrap_or(3) {
        millis *= 10;
    }
    Some(millis)
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
        match observe(text, "o-1") {
            Observation::Valid(_, facts) => facts,
            Observation::Invalid(issues) => panic!("{issues:?}"),
        }
    }

    fn code(text: &str) -> &'static str {
        match observe(text, "o-1") {
            Observation::Valid(normal, _) => panic!("{normal}"),
            Observation::Invalid(issues) => issues[0].code,
        }
    }

    #[test]
    fn time_is_read_from_text_and_number_alike() {
        let stamp = |value: &str| {
            facts(&format!(r#"{{"order_id":"o-1","order_state":"Created","updated_at":{value}}}"#)).stamp
        };
        assert_eq!(stamp(r#""1790000185""#), Some(1_790_000_185_000));
        assert_eq!(stamp("1790000185"), Some(1_790_000_185_000));
        assert_eq!(stamp("1790000185.1239"), Some(1_790_000_185_123));
        assert_eq!(stamp("null"), None);
        assert_eq!(stamp("99999999999999999999"), None);
    }

    #[test]
    fn without_an_update_the_creation_counts() {
        let facts = facts(r#"{"order_id":"o-1","order_state":"Created","created_at":"17"}"#);
        assert_eq!(facts.stamp, Some(17_000));
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
