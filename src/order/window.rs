//! How long an order can be paid.
//!
//! Source: the API reference, section 8: the window is 30 minutes. No answer carries an expiry, so this is an
//! estimate; a Lightning invoice's own expiry is exact.

use super::bolt11;
use crate::json::{Value, Writer};
use crate::text;

/// The payment window, in seconds.
const WINDOW: u64 = 30 * 60;

/// Until when an order can be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentWindow {
    /// Unix seconds.
    pub expires_at: u64,
    /// Seconds left; zero when it is over.
    pub seconds_left: u64,
    /// `false` only where the answer itself says when: a Lightning invoice's expiry.
    pub is_estimate: bool,
    /// What it was reckoned from: `invoice`, `payment_requested_at` or `created_at`.
    pub source: &'static str,
}

/// The payment window of an order in normal form; `None` where nothing tells when it began. `now` in Unix seconds.
pub fn payment_window(order: &Value, now: u64) -> Option<PaymentWindow> {
    let seconds = |name: &str| {
        let digits = order.get(name)?.text_or_digits()?;
        text::number(text::split_once(digits, ".").map_or(digits, |(whole, _)| whole)).filter(|at| *at > 0)
    };
    let begun =
        ["payment_requested_at", "created_at"].into_iter().find_map(|name| Some((seconds(name)?, name)));
    let window = begun.and_then(|(at, source)| Some((at.checked_add(WINDOW)?, true, source)));
    let invoice = order.text_at("wallet_address").and_then(|address| bolt11::parse(bolt11::bare(address)));
    let invoice = invoice.map(|invoice| (invoice.expires_at(), false, "invoice"));
    let (expires_at, is_estimate, source) = match (window, invoice) {
        (Some(window), Some(invoice)) => {
            if invoice.0 <= window.0 {
                invoice
            } else {
                window
            }
        }
        (window, invoice) => window.or(invoice)?,
    };
    Some(PaymentWindow { expires_at, seconds_left: expires_at.saturating_sub(now), is_estimate, source })
}

impl PaymentWindow {
    /// `{expiresAt, secondsLeft, isEstimate, source}`.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let mut window = Writer::new(&mut out);
        window.raw("expiresAt", &text::digits(self.expires_at));
        window.raw("secondsLeft", &text::digits(self.seconds_left));
        window.bool("isEstimate", self.is_estimate);
        window.text("source", self.source);
        window.end();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn window(text: &str, now: u64) -> Option<PaymentWindow> {
        payment_window(&parse(text).unwrap(), now)
    }

    #[test]
    fn no_expiry_on_the_wire_so_the_countdown_is_an_estimate() {
        let open = window(r#"{"created_at":1790000000,"payment_requested_at":1790000060.5}"#, 1_790_000_100)
            .unwrap();
        assert_eq!((open.expires_at, open.seconds_left), (1_790_001_860, 1760));
        assert!(open.is_estimate && open.source == "payment_requested_at");
        assert_eq!(window(r#"{"created_at":"1790000000"}"#, 1_799_999_999).unwrap().seconds_left, 0);
        let zero = window(r#"{"created_at":1790000000,"payment_requested_at":0}"#, 1_790_000_000).unwrap();
        assert_eq!((zero.seconds_left, zero.source), (1800, "created_at"), "a zero is no time");
        assert_eq!(window(r#"{"created_at":"0"}"#, 0), None);
        assert_eq!(window("{}", 0), None);
        assert_eq!(window(r#"{"created_at":99999999999999999999}"#, 0), None);
    }
}
