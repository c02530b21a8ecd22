//! How long an answer asks to be left alone: `Retry-After` (seconds or a date) or `X-RateLimit-Reset`.

use super::words::each_word;
use crate::text;

/// The headers of an answer that say when to come back, and the clock to read them by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// `Retry-After`: seconds, or an HTTP date in any of its three spellings.
    pub retry_after: Option<&'a str>,
    /// `X-RateLimit-Reset`: unix seconds.
    pub reset: Option<&'a str>,
    /// Now, in unix seconds; dates and resets cannot be read without it.
    pub now: Option<u64>,
}

impl Hints<'_> {
    /// The seconds to wait. `Retry-After` goes first: it does not depend on two clocks agreeing.
    #[must_use]
    pub fn seconds(&self) -> Option<u64> {
        let after = self.retry_after.and_then(|text| match whole_seconds(text) {
            Some(seconds) => Some(seconds),
            None => Some(http_date(text)?.saturating_sub(self.now?)),
        });
        after.or_else(|| {
            let reset = whole_seconds(self.reset?)?;
            match reset {
                // Some limiters send the seconds left, some milliseconds; neither can be a unix time of our days.
                0..1_000_000_000 => Some(reset),
                1_000_000_000..100_000_000_000 => Some(reset.saturating_sub(self.now?)),
                _ => Some((reset / 1000).saturating_sub(self.now?)),
            }
        })
    }
}

/// Seconds as decimal text, a fraction rounded up.
pub(super) fn whole_seconds(text: &str) -> Option<u64> {
    let (mut seconds, mut digits, mut is_fraction, mut rest) = (0, 0, false, false);
    for byte in text::trim(text).bytes() {
        match byte {
            b'0'..=b'9' if is_fraction => rest |= byte != b'0',
            b'0'..=b'9' => {
                seconds = seconds * 10 + u64::from(byte - b'0');
                digits += 1;
                // 15 digits are 30 million years, and exact in every number type on the way.
                if digits > 15 {
                    return None;
                }
            }
            b'.' if !is_fraction => is_fraction = true,
            _ => return None,
        }
    }
    (digits > 0).then_some(seconds + u64::from(rest))
}

const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";

/// Unix seconds of an HTTP date. The three spellings have the same five numbers; the one without a
/// comma has the year last.
fn http_date(text: &str) -> Option<u64> {
    let (mut numbers, mut count, mut month) = ([0; 5], 0, None);
    each_word(text, &mut |word| {
        if let Some(number) = whole_seconds(word).filter(|_| word.len() <= 4) {
            if let Some(slot) = numbers.get_mut(count) {
                *slot = number;
            }
            count += 1;
        } else if word.len() == 3 {
            let named = |name: &[u8]| name.eq_ignore_ascii_case(word.as_bytes());
            month = month.or_else(|| MONTHS.as_bytes().chunks(3).position(named));
        }
    });
    let [day, a, b, c, d] = numbers;
    let (year, hour, minute, second) =
        if text.bytes().any(|byte| byte == b',') { (a, b, c, d) } else { (d, a, b, c) };
    let year = match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        year => year,
    };
    let month = month? as u64 + 1;
    if count != 5 || year < 1970 || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years begin in March, so that the leap day comes last (Hinnant's days_from_civil).
    let year = if month <= 2 { year - 1 } else { year };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some((days - 719_468) * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(text: &str, now: u64) -> Option<u64> {
        Hints { retry_after: Some(text), reset: None, now: Some(now) }.seconds()
    }

    #[test]
    fn retry_after_as_a_date_in_its_three_spellings() {
        for date in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(http_date(date), Some(784_111_777), "{date}");
            assert_eq!(after(date, 784_111_770), Some(7), "{date}");
            assert_eq!(after(date, 784_111_999), Some(0), "{date}");
        }
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(http_date("Thu, 29 Feb 2024 23:59:59 GMT"), Some(1_709_251_199));
        assert_eq!(http_date("Wed, 31 Dec 1969 23:59:59 GMT"), None);
        assert_eq!(http_date("Thu, 01 Foo 1970 00:00:00 GMT"), None);
    }

    #[test]
    fn a_missing_clock_is_no_answer() {
        let reset = Hints { retry_after: None, reset: Some("1790000060"), now: None };
        assert_eq!(reset.seconds(), None);
        assert_eq!(Hints { reset: Some("30"), ..reset }.seconds(), Some(30));
    }

    proptest! {
        #[test]
        fn no_header_panics(a in any::<String>(), b in "[0-9:, -]{0,30}|[A-Za-z]{3}, [0-9]{1,9} Nov [0-9]{1,9} [0-9:]{0,9}", now in any::<u64>()) {
            let _ = Hints { retry_after: Some(&a), reset: Some(&b), now: Some(now) }.seconds();
            let _ = Hints { retry_after: Some(&b), reset: Some(&a), now: Some(now) }.seconds();
        }
    }
}
