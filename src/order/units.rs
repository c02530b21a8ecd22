//! Decimal text into whole units of a coin's smallest part, by moving the point: no float ever holds an amount.

use crate::decimal;
use crate::text::{join, trim_start};

/// No coin or token of the API has more decimals; a larger figure is a mistake in the facts.
const MOST_DECIMALS: u32 = 36;

/// The amount's digits before and after the point; `None` for what is not a positive plain decimal, or has more
/// decimals than the coin.
fn fitted(amount: &str, decimals: u32) -> Option<(&str, &str)> {
    let (whole, fraction) = decimal::split_amount(amount)?;
    (decimals <= MOST_DECIMALS && fraction.len() <= decimals as usize).then_some((whole, fraction))
}

/// The amount as an integer of the coin's smallest unit: `("0.00041025", 8)` is `"41025"`.
pub(crate) fn to_smallest(amount: &str, decimals: u32) -> Option<String> {
    let (whole, fraction) = fitted(amount, decimals)?;
    let mut units = join(&[whole, fraction]);
    for _ in fraction.len()..decimals as usize {
        units.push('0');
    }
    Some(trim_start(&units, '0').to_owned())
}

/// The amount as decimal text a wallet accepts: the digits as given, less zeros at the end.
pub(crate) fn to_decimal(amount: &str, decimals: u32) -> Option<String> {
    let (whole, fraction) = fitted(amount, decimals)?;
    Some(join(&[whole, if fraction.is_empty() { "" } else { "." }, fraction]))
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
        assert_eq!(to_decimal("50.10", 8).as_deref(), Some("50.1"));
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
