//! Decimal text against arithmetic on whole digits, done here another way.
#![no_main]

use cryptorefills_checkout::decimal;
use libfuzzer_sys::fuzz_target;
use std::cmp::Ordering;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut parts = text.splitn(3, '\n');
    let (a, b, c) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    assert_eq!(decimal::is_decimal(a), exact(a).is_some());
    assert_eq!(
        decimal::is_positive(a),
        exact(a).is_some_and(|a| order(&a, &(false, vec![], vec![])) == Ordering::Greater)
    );
    let expected = exact(a).and_then(|a| Some(order(&a, &exact(b)?)));
    assert_eq!(decimal::compare(a, b), expected);
    assert_eq!(decimal::compare(b, a), expected.map(Ordering::reverse));
    if let (Some(amount), Some(part)) = (units(a), units(b))
        && amount >= part
    {
        let rest = decimal::rest(a, b).expect("what is left of two amounts");
        assert_eq!(units(&rest), Some(amount - part));
        if let Some(step) = units(c) {
            assert_eq!(decimal::is_on_step(a, b, c), (step > 0).then(|| (amount - part) % step == 0));
        }
    }
    let _ = (decimal::rest(a, b), decimal::is_on_step(a, b, c));
});

/// Whole units of 10^-18 where that many decimals and digits do.
fn units(text: &str) -> Option<u128> {
    let (negative, whole, mut fraction) = exact(text)?;
    if negative || text.starts_with('-') || text.len() > 50 || whole.len() > 18 || fraction.len() > 18 {
        return None;
    }
    fraction.resize(18, b'0');
    Some([whole, fraction].concat().iter().fold(0, |units, digit| units * 10 + u128::from(digit - b'0')))
}

/// Sign, whole digits without leading zeros, decimals without trailing ones.
type Exact = (bool, Vec<u8>, Vec<u8>);

fn exact(text: &str) -> Option<Exact> {
    let bytes = text.as_bytes();
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    let point = bytes.iter().position(|byte| *byte == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &b""[..]),
    };
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if whole.is_empty() || (point.is_some() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: Vec<u8> = whole.iter().copied().skip_while(|digit| *digit == b'0').collect();
    let mut fraction = fraction.to_vec();
    while fraction.last() == Some(&b'0') {
        fraction.pop();
    }
    Some((negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction))
}

fn order(a: &Exact, b: &Exact) -> Ordering {
    let size = a.1.len().cmp(&b.1.len()).then_with(|| a.1.cmp(&b.1)).then_with(|| a.2.cmp(&b.2));
    match (a.0, b.0) {
        (false, false) => size,
        (true, true) => size.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}
