//! Exact decimal amounts: an integer count of 10^-18, never a float.

use std::fmt;

use serde_json::Number;

const PLACES: usize = 18;
const ONE: i128 = 10_i128.pow(18);
const CENT: i128 = ONE / 100;

/// A non-negative decimal amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

impl Decimal {
    pub const ZERO: Self = Self(0);

    /// From hundredths, as the catalogue writes its values.
    pub const fn cents(cents: u64) -> Self {
        Self(cents as i128 * CENT)
    }

    /// From a count of 10^-`places`.
    pub fn from_units(units: i128, places: usize) -> Option<Self> {
        let factor = 10_i128.checked_pow(u32::try_from(PLACES.checked_sub(places)?).ok()?)?;
        units.checked_mul(factor).filter(|value| *value >= 0).map(Self)
    }

    /// The count of 10^-`places`, when no digit would be lost.
    pub fn units(self, places: usize) -> Option<i128> {
        let factor = 10_i128.checked_pow(u32::try_from(PLACES.checked_sub(places)?).ok()?)?;
        (self.0 % factor == 0).then_some(self.0 / factor)
    }

    /// Plain decimal text only: no sign, no exponent, at most 15 digits before and 18 after the point.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let plain = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !plain(whole, 15) || !plain(fraction, PLACES) {
            return None;
        }
        let padded = format!("{fraction:0<PLACES$}");
        whole.parse::<i128>().ok()?.checked_mul(ONE)?.checked_add(padded.parse().ok()?).map(Self)
    }

    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Whether this is a whole number of steps above `start`.
    pub fn is_on_step(self, start: Self, step: Self) -> bool {
        step.0 > 0 && self >= start && (self.0 - start.0) % step.0 == 0
    }

    pub fn whole(self) -> i128 {
        self.0 / ONE
    }

    /// Exactly `places` digits after the point; further digits are cut.
    pub fn fixed(self, places: usize) -> String {
        let fraction = format!("{:018}", self.0 % ONE);
        let digits: String = fraction.chars().take(places).collect();
        if digits.is_empty() { self.whole().to_string() } else { format!("{}.{digits}", self.whole()) }
    }

    /// As a JSON number with one digit after the point at least, the way the API writes its limits.
    pub fn number(self) -> Option<Number> {
        let plain = self.to_string();
        let text = if plain.contains('.') { plain } else { format!("{plain}.0") };
        serde_json::from_str(&text).ok()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.fixed(PLACES);
        formatter.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_exact_text() {
        for text in
            ["0", "1", "20.61", "0.00041025", "0.571234567890123", "999999999999999.999999999999999999"]
        {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Decimal::parse("5.00").unwrap(), Decimal::cents(500));
        assert_eq!(Decimal::cents(2061).fixed(2), "20.61");
        assert_eq!(Decimal::cents(500).number().unwrap().to_string(), "5.0");
    }

    #[test]
    fn refuses_what_is_not_plain_decimal_text() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "0x1", "1,000", " 1", "1000000000000000", "NaN"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn knows_its_steps() {
        let cents = Decimal::cents;
        assert!(cents(1500).is_on_step(cents(1000), cents(500)));
        assert!(!cents(1501).is_on_step(cents(1000), cents(500)));
        assert!(!cents(500).is_on_step(cents(1000), cents(500)));
    }
}
