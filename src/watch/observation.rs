//! What one payload says about the order: whether it can be believed, how new it is, how final.

use crate::order::state::{self, End};
use crate::schema;
use crate::schema::scan::{Scanned, scan};

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

/// The places of the fields that decide in the order's table.
const ORDER_ID: usize = 0;
const UPDATED_AT: usize = 2;
const ORDER_STATE: usize = 4;

/// Judges a payload that should be the order of that id. What to know of it, if it is, and its normal form as JSON text
/// goes to `out`; if not, the issues do. What a refused payload held is not repeated: it may be a code.
pub fn observe(text: &str, order_id: &str, out: &mut String) -> Option<Facts> {
    let (payload, table) = (&schema::order::ORDER_PAYLOAD, Some(&schema::order::ORDER));
    let mut scanned = None;
    if text.len() <= MAX_BYTES {
        scanned = scan(&payload.root, text, table, false);
    }
    let mut issues = None;
    if scanned.is_none() {
        match schema::check(payload, text, MAX_BYTES) {
            // What has been through the checker is in order; were it not, it would not be this order.
            Ok(normal) => scanned = scan(&payload.root, &normal, table, true),
            Err(found) => issues = Some(found),
        }
    }
    if let Some(Scanned { normal, rows }) = scanned
        && let Some(order) = rows.last()
        && order.text(&normal, ORDER_ID).is_some_and(|id| id.eq_ignore_ascii_case(order_id))
    {
        let state = state::find(order.text(&normal, ORDER_STATE).unwrap_or_default());
        out.push_str(&normal);
        return Some(Facts {
            end: state.map_or(End::Open, |state| state.end),
            confirming: state.is_some_and(|state| state.stage == "confirming_payment"),
            stamp: order.value(&normal, UPDATED_AT).map_or(0, millis),
            digest: digest(normal.as_bytes()),
        });
    }
    let other = || schema::refusal("/order_id", "OTHER_ORDER", "This is another order");
    schema::write_issues(out, &issues.unwrap_or_else(other));
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

/// FNV-1a, eight bytes at a time, with the high half folded in: a product's low bits know nothing of it.
pub fn digest(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |word: u64| {
        hash = (hash ^ word).wrapping_mul(0x0100_0000_01b3);
        hash ^= hash >> 32;
    };
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        add(u64::from_le_bytes(*word));
        rest = after;
    }
    rest.iter().for_each(|byte| add(u64::from(*byte)));
    hash
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
    fn when_an_order_was_made_says_nothing_of_how_new_it_is() {
        let facts = facts(r#"{"order_id":"o-1","order_state":"Done","created_at":"17"}"#);
        assert_eq!(facts.stamp, 0);
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

    #[test]
    fn what_is_out_of_order_is_observed_all_the_same() {
        let facts = facts(
            r#"{"id":"o-1","state":"Done","updated_at":"1790000185.5","created_at":"1","x\u0001":[{"order_id":"o-2"}],"pin":null}"#,
        );
        assert_eq!((facts.end, facts.stamp), (End::Final, 1_790_000_185_500));
    }

    #[test]
    fn a_single_bit_makes_another_fingerprint() {
        let text: Vec<u8> = (0..61).collect();
        let mut seen = vec![digest(&text)];
        for at in 0..text.len() * 8 {
            let mut other = text.clone();
            other[at / 8] ^= 1 << (at % 8);
            seen.push(digest(&other));
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), text.len() * 8 + 1);
    }
}
