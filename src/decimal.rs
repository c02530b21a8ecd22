//! Decimal text: the only form an amount has here. Nothing is ever converted to a float.

use crate::text::{all_digits, join, number, split_once, trim_end, trim_start};
use std::cmp::Ordering;

/// The parts of a plain decimal: sign, digits before the point, digits after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match split_once(unsigned, ".") {
        Some((_, "")) => return None,
        Some(split) => split,
        None => (unsigned, ""),
    };
    (!whole.is_empty() && all_digits(whole) && all_digits(fraction)).then_some(Parts {
        negative,
        whole,
        fraction,
    })
}

/// Whether the text is a plain decimal: digits, one point at most, a minus sign at most. No exponent, no
/// separators, no spaces: those are where amounts get read wrongly.
pub fn is_decimal(text: &str) -> bool {
    parts(text).is_some()
}

/// Whether the text is a decimal above zero.
pub fn is_positive(text: &str) -> bool {
    compare(text, "0") == Some(Ordering::Greater)
}

/// Compares two decimals exactly; `None` when one is none.
pub fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (parts(a)?, parts(b)?);
    let magnitude = compare_magnitude(a, b);
    let zero = |parts: Parts| parts.whole.bytes().chain(parts.fraction.bytes()).all(|digit| digit == b'0');
    Some(match (a.negative && !zero(a), b.negative && !zero(b)) {
        (false, false) => magnitude,
        (true, true) => magnitude.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}

fn compare_magnitude(a: Parts, b: Parts) -> Ordering {
    let (whole_a, whole_b) = (trim_start(a.whole, '0'), trim_start(b.whole, '0'));
    let (fraction_a, fraction_b) = (trim_end(a.fraction, '0'), trim_end(b.fraction, '0'));
    whole_a
        .len()
        .cmp(&whole_b.len())
        .then_with(|| whole_a.cmp(whole_b))
        .then_with(|| fraction_a.cmp(fraction_b))
}

/// A decimal as an integer count of `10^-scale`; `None` when it has more decimals or does not fit.
pub fn scaled(text: &str, scale: u32) -> Option<i64> {
    let parts = parts(text)?;
    let fraction = trim_end(parts.fraction, '0');
    let padding = usize::try_from(scale).ok()?.checked_sub(fraction.len())?;
    let mut digits = join(&[parts.whole, fraction]);
    for _ in 0..padding {
        digits.push('0');
    }
    let units = i64::try_from(number(&digits)?).ok()?;
    Some(if parts.negative { -units } else { units })
}

/// Whether `amount` is `start` plus a whole number of `step`s; `None` when that cannot be told (no decimal,
/// a step of zero, more than eight decimals), which is no reason to refuse an amount.
pub fn is_on_step(amount: &str, start: &str, step: &str) -> Option<bool> {
    const SCALE: u32 = 8;
    let small = |text| scaled(text, SCALE);
    let distance = small(amount)?.checked_sub(small(start)?)?;
    Some(distance.checked_rem(small(step)?)? == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_plain_decimals_are_decimals() {
        for text in ["0", "10", "-1", "0.00041025", "007", "1.50", "0.571234567890123456789"] {
            assert!(is_decimal(text), "{text}");
        }
        for text in
            ["", "-", ".5", "1.", "1e5", "1E-7", "+1", "1,000", " 1", "1 ", "1.2.3", "NaN", "٣", "--1", "$5"]
        {
            assert!(!is_decimal(text), "{text}");
        }
    }

    #[test]
    fn comparing_is_exact() {
        assert_eq!(compare("0.1", "0.10"), Some(Ordering::Equal));
        assert_eq!(compare("10", "9.999999999999999999999"), Some(Ordering::Greater));
        assert_eq!(compare("-2", "-1"), Some(Ordering::Less));
        assert_eq!(compare("-0", "0"), Some(Ordering::Equal));
        assert_eq!(compare("1e5", "1"), None);
        assert!(is_positive("0.000000000000000001") && !is_positive("0.000") && !is_positive("-1"));
    }

    #[test]
    fn scaling_is_exact_or_refused() {
        assert_eq!(scaled("20.63", 6), Some(20_630_000));
        assert_eq!(scaled("0.1234567", 6), None);
        assert_eq!(scaled("0.1230000", 3), Some(123));
        assert_eq!(scaled("99999999999999999999999999999999999999999", 0), None);
    }

    #[test]
    fn steps_start_at_the_minimum() {
        assert_eq!(is_on_step("7.50", "5", "0.5"), Some(true));
        assert_eq!(is_on_step("7.25", "5.0", "0.5"), Some(false));
        assert_eq!(is_on_step("7", "5", "0"), None);
        assert_eq!(is_on_step("7.123456789", "5", "1"), None);
    }

    proptest! {
        #[test]
        fn comparing_agrees_with_integers(a in -1_000_000_000i64..1_000_000_000, b in -1_000_000_000i64..1_000_000_000) {
            let text = |n: i64| format!("{}{}.{:04}", if n < 0 { "-" } else { "" }, n.abs() / 10_000, n.abs() % 10_000);
            prop_assert_eq!(compare(&text(a), &text(b)), Some(a.cmp(&b)));
            prop_assert_eq!(scaled(&text(a), 4), Some(a));
        }

        #[test]
        fn no_text_breaks_it(a in any::<String>(), b in any::<String>()) {
            let _ = (compare(&a, &b), is_on_step(&a, &b, &a), scaled(&a, 18));
        }
    }
}
