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
    if let Some(units) = decimal::scaled(a, 18) {
        assert_eq!(
            decimal::scaled(a, 17).map(|fewer| i128::from(fewer) * 10),
            (units % 10 == 0).then_some(i128::from(units))
        );
        assert_eq!(units.signum(), if decimal::is_positive(a) { 1 } else { -i64::from(units != 0) });
    }
    let small = |text| decimal::scaled(text, 8).filter(|units| units.unsigned_abs() < 1 << 60);
    if let (Some(amount), Some(start), Some(step)) = (small(a), small(b), small(c))
        && step > 0
    {
        let is_on = (i128::from(amount) - i128::from(start)) % i128::from(step) == 0;
        assert_eq!(decimal::is_on_step(a, b, c), Some(is_on));
    } else {
        let _ = decimal::is_on_step(a, b, c);
    }
});

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
