//! Decimal text into whole units of a coin's smallest part, by moving the point: no float ever holds an amount.

use crate::decimal;
use crate::text;

/// No coin or token of the API has more decimals; a larger figure is a mistake in the facts.
const MOST_DECIMALS: u32 = 36;

/// A positive amount as `digits[.digits]`, split at the point. The strict form every wallet reads:
/// no sign, no exponent, no grouping, no bare point, no needless leading zero.
fn split(amount: &str) -> Option<(&str, &str)> {
    let (whole, fraction) = match text::split_once(amount, ".") {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (amount, ""),
    };
    let positive = amount.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    let well_formed = !whole.is_empty() && (whole == "0" || !whole.starts_with('0'));
    (amount.len() <= decimal::LONGEST
        && well_formed
        && text::all_digits(whole)
        && text::all_digits(fraction)
        && positive)
        .then_some((whole, fraction))
}

/// The fraction with no more digits than the coin has; `None` when a digit that counts would be lost.
fn fitted(fraction: &str, decimals: u32) -> Option<&str> {
    if decimals > MOST_DECIMALS {
        return None;
    }
    match fraction.split_at_checked(decimals as usize) {
        Some((kept, lost)) => lost.bytes().all(|byte| byte == b'0').then_some(kept),
        None => Some(fraction),
    }
}

/// The amount as an integer of the coin's smallest unit: `("0.00041025", 8)` is `"41025"`.
/// `None` for what is not a positive plain decimal, or has more decimals than the coin.
pub(crate) fn to_smallest(amount: &str, decimals: u32) -> Option<String> {
    let (whole, fraction) = split(amount)?;
    let fraction = fitted(fraction, decimals)?;
    let mut units = String::with_capacity(whole.len() + decimals as usize);
    units.push_str(whole);
    units.push_str(fraction);
    for _ in fraction.len()..decimals as usize {
        units.push('0');
    }
    Some(text::trim_start(&units, '0').to_owned())
}

/// The amount as decimal text a wallet accepts: the digits as given, less zeros the coin has no place for.
pub(crate) fn to_decimal(amount: &str, decimals: u32) -> Option<String> {
    let (whole, fraction) = split(amount)?;
    let fraction = fitted(fraction, decimals)?;
    let mut text = String::with_capacity(amount.len());
    text.push_str(whole);
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moves_the_point() {
        for (amount, decimals, units) in [
            ("0.00041025", 8, "41025"),
            ("20.63", 6, "20630000"),
            ("1", 0, "1"),
            ("10", 18, "10000000000000000000"),
            ("2.014", 18, "2014000000000000000"),
            ("1.500", 1, "15"),
            ("5.0", 0, "5"),
            ("0.571234567890123", 18, "571234567890123000"),
        ] {
            assert_eq!(to_smallest(amount, decimals).as_deref(), Some(units), "{amount} {decimals}");
        }
    }

    #[test]
    fn keeps_the_digits_as_given() {
        assert_eq!(to_decimal("50.00", 8).as_deref(), Some("50.00"));
        assert_eq!(to_decimal("0.000410250000000", 8).as_deref(), Some("0.00041025"));
        assert_eq!(to_decimal("3.0", 0).as_deref(), Some("3"));
    }

    #[test]
    fn refuses_what_is_not_a_positive_plain_decimal_or_does_not_fit() {
        for amount in [
            "", ".", ".5", "5.", "00.5", "01", "0", "0.000", "-1", "+1", "1e3", "1,5", "1.2.3", " 1", "1 ",
            "١", "NaN",
        ] {
            assert_eq!(to_smallest(amount, 8), None, "{amount}");
            assert_eq!(to_decimal(amount, 8), None, "{amount}");
        }
        assert_eq!(to_smallest("0.000000001", 8), None);
        assert_eq!(to_smallest("1.5", 0), None);
        assert_eq!(to_smallest("1", 37), None);
        assert_eq!(to_smallest(&"1".repeat(61), 0), None);
    }

    proptest! {
        #[test]
        fn agrees_with_integer_arithmetic(whole in 0u64..1_000_000_000, fraction in 0u64..1_000_000, decimals in 6u32..20) {
            let amount = format!("{whole}.{fraction:06}");
            let units = (u128::from(whole) * 1_000_000 + u128::from(fraction)) * 10u128.pow(decimals - 6);
            let expected = (units > 0).then(|| units.to_string());
            prop_assert_eq!(to_smallest(&amount, decimals), expected);
        }

        #[test]
        fn never_panics(amount in "\\PC*", decimals in any::<u32>()) {
            let _ = to_smallest(&amount, decimals);
            let _ = to_decimal(&amount, decimals);
        }
    }
}
