//! Decimal text: the only form an amount has here. Nothing is ever converted to a float.

use crate::text::{all_digits, split_once, trim_end};
use std::cmp::Ordering;
use std::ops::Range;

/// The parts of a plain decimal: sign, digits before the point, digits after it less the zeros at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

#[inline(never)]
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
    let is_plain = !whole.is_empty() && all_digits(whole) && all_digits(fraction);
    is_plain.then_some(Parts { negative, whole, fraction: trim_end(fraction, '0') })
}

impl Parts<'_> {
    /// The digit that stands for so many times `10^place`.
    #[inline(never)]
    fn digit(&self, place: isize) -> u8 {
        let digit = if place < 0 {
            self.fraction.as_bytes().get(!place as usize)
        } else {
            self.whole.as_bytes().iter().nth_back(place as usize)
        };
        digit.map_or(0, |digit| digit - b'0')
    }

    /// The places of both, from the lowest on.
    fn places(&self, other: &Parts) -> Range<isize> {
        let most = |a: &str, b: &str| a.len().max(b.len()) as isize;
        -most(self.fraction, other.fraction)..most(self.whole, other.whole)
    }
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
    let (mut order, mut sum) = (Ordering::Equal, 0);
    for place in a.places(&b).rev() {
        let (digit_a, digit_b) = (a.digit(place), b.digit(place));
        order = order.then(digit_a.cmp(&digit_b));
        sum |= digit_a | digit_b;
    }
    Some(match (a.negative, b.negative) {
        // A zero may have a sign.
        _ if sum == 0 => Ordering::Equal,
        (false, false) => order,
        (true, true) => order.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}

/// Longer amounts exist only in hostile input.
const LONGEST: usize = 60;

/// Whether the text is an amount a shop can ask for: a decimal above zero, without needless leading zeros.
pub fn is_amount(text: &str) -> bool {
    let leading_zero = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
    is_positive(text) && !leading_zero && text.len() <= LONGEST
}

/// The digits of an amount before and after the point, less zeros at the end.
pub(crate) fn split_amount(text: &str) -> Option<(&str, &str)> {
    parts(text).filter(|_| is_amount(text)).map(|parts| (parts.whole, parts.fraction))
}

/// What is left of an amount when a part is taken from it, `"0"` when the part is no less; `None` when one of them
/// is negative or no decimal.
pub fn rest(amount: &str, part: &str) -> Option<String> {
    let (amount, part) = (parts(amount)?, parts(part)?);
    if amount.negative || part.negative {
        return None;
    }
    // From the last digit on, as by hand.
    let (mut digits, mut borrowed) = (Vec::new(), 0);
    for place in amount.places(&part) {
        let (digit, less) = (amount.digit(place), part.digit(place) + borrowed);
        borrowed = u8::from(digit < less);
        if place == 0 && !digits.is_empty() {
            digits.push(b'.');
        }
        let digit = digit + 10 * borrowed - less;
        if place >= 0 || digit > 0 || !digits.is_empty() {
            digits.push(digit + b'0');
        }
    }
    if borrowed > 0 {
        digits.clear();
    }
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    if digits.last().is_none_or(|digit| *digit == b'.') {
        digits.push(b'0');
    }
    let mut rest = String::new();
    for digit in digits.iter().rev() {
        rest.push(char::from(*digit));
    }
    Some(rest)
}

/// Whether `amount` is `start` plus a whole number of `step`s; `None` when one of them is negative or no decimal, or
/// the step is zero, which is no reason to refuse an amount.
pub fn is_on_step(amount: &str, start: &str, step: &str) -> Option<bool> {
    let (amount, start, step) = (parts(amount)?, parts(start)?, parts(step)?);
    let places = start.places(&step);
    // Ten times as much by shifts: a product of 128 bits is a function of its own.
    let shifted = |units: u128, digit: u8| (units << 3) + (units << 1) + u128::from(digit);
    let units = places.clone().rev().try_fold(0, |units, place| {
        // Such steps exist only in hostile input.
        (units < u128::MAX >> 8).then(|| shifted(units, step.digit(place)))
    })?;
    if units == 0 || amount.negative || start.negative || step.negative {
        return None;
    }
    // Divided by hand, a digit at a time: both leave the same.
    let left = |of: Parts| {
        (places.start..of.whole.len() as isize).rev().fold(0, |left, place| {
            let mut left = shifted(left, of.digit(place));
            while left >= units {
                left -= units;
            }
            left
        })
    };
    Some(amount.fraction.len() <= places.start.unsigned_abs() && left(amount) == left(start))
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
    fn an_amount_is_above_zero_and_plainly_written() {
        for text in ["1", "0.5", "25.50", "10"] {
            assert!(is_amount(text), "{text}");
        }
        for text in ["0", "0.0", "007", "00.5", "-1", "1e2", "", &"1".repeat(61)] {
            assert!(!is_amount(text), "{text}");
        }
    }

    #[test]
    fn what_is_left_is_exact() {
        for (amount, part, left) in [
            ("0.4", "0.1", "0.3"),
            ("1.000000000000000001", "1", "0.000000000000000001"),
            ("51.270000", "1.27", "50"),
            ("100", "0.01", "99.99"),
            ("5", "5.00", "0"),
            ("5", "6", "0"),
        ] {
            assert_eq!(rest(amount, part).as_deref(), Some(left), "{amount} {part}");
        }
        for (amount, part) in [("1", "-1"), ("-1", "1"), ("1e1", "1"), ("1", "")] {
            assert_eq!(rest(amount, part), None, "{amount} {part}");
        }
    }

    #[test]
    fn steps_start_at_the_minimum() {
        assert_eq!(is_on_step("7.50", "5", "0.5"), Some(true));
        assert_eq!(is_on_step("7.25", "5.0", "0.5"), Some(false));
        assert_eq!(is_on_step("10.000000001", "5", "1.0"), Some(false));
        assert_eq!(is_on_step("99999999999999.5", "1", "1"), Some(false));
        assert_eq!(is_on_step("0.0000000015", "0.000000001", "0.000000001"), Some(false));
        assert_eq!(is_on_step("1000000000000000000000", "1", "3"), Some(true));
        assert_eq!(is_on_step("30.000000000000000003", "0.000000000000000003", "10"), Some(true));
        assert_eq!(is_on_step("30.000000000000000004", "0.000000000000000003", "10"), Some(false));
        for step in ["0", "0.00", "-1", "1e2"] {
            assert_eq!(is_on_step("7", "5", step), None, "{step}");
        }
    }

    proptest! {
        #[test]
        fn comparing_agrees_with_integers(a in -1_000_000_000i64..1_000_000_000, b in -1_000_000_000i64..1_000_000_000) {
            let text = |n: i64| format!("{}{}.{:04}", if n < 0 { "-" } else { "" }, n.abs() / 10_000, n.abs() % 10_000);
            prop_assert_eq!(compare(&text(a), &text(b)), Some(a.cmp(&b)));
        }

        #[test]
        fn taking_away_and_stepping_agree_with_integers(part in 0u64..1_000_000_000_000, more in 0u64..1_000_000_000_000, step in 1u64..100_000) {
            let text = |n: u64| format!("{}.{:05}", n / 100_000, n % 100_000);
            let amount = text(part + more);
            prop_assert_eq!(compare(&rest(&amount, &text(part)).unwrap(), &text(more)), Some(Ordering::Equal));
            prop_assert_eq!(is_on_step(&amount, &text(part), &text(step)), Some(more % step == 0));
        }

        #[test]
        fn no_text_breaks_it(a in any::<String>(), b in any::<String>()) {
            let _ = (compare(&a, &b), is_on_step(&a, &b, &a), rest(&a, &b), is_amount(&a));
        }
    }
}
