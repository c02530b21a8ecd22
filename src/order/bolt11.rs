//! Reads what a Lightning invoice (BOLT 11) says: amount, when it was made, when it ends.
//!
//! The Bech32 checksum is verified, so a damaged invoice is refused. The signature, the feature bits and
//! the routes are not looked at: the wallet that pays checks them, and this code never pays.

use super::bech32::{self, Variant};
use super::units;
use crate::text;

/// What an invoice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// The amount in thousandths of a satoshi; `None` when the payer chooses.
    pub amount_msat: Option<u64>,
    /// When it was made, in Unix seconds.
    pub timestamp: u64,
    /// For how many seconds from then it can be paid.
    pub expiry: u64,
}

impl Invoice {
    /// When it can no longer be paid, in Unix seconds.
    pub fn expires_at(&self) -> u64 {
        self.timestamp.saturating_add(self.expiry)
    }

    /// Whether it asks for exactly this amount of BTC, given as decimal text. `false` when it leaves the
    /// amount open or the text is no positive amount: neither is a match.
    pub fn asks_for(&self, btc: &str) -> bool {
        self.amount_msat.is_some_and(|msat| btc_text_to_msat(btc) == Some(msat))
    }
}

/// The numeric capacity of the largest QR code.
const LONGEST: usize = 7089;
const TIMESTAMP_WORDS: usize = 7;
const SIGNATURE_WORDS: usize = 104;
const DEFAULT_EXPIRY: u64 = 3600;
const TAG_PAYMENT_HASH: u8 = 1;
const PAYMENT_HASH_WORDS: usize = 52;
const TAG_EXPIRY: u8 = 6;
const MSAT_DECIMALS: u32 = 11;

/// What follows `lightning:`, or the text as it is.
pub fn bare(address: &str) -> &str {
    const SCHEME: &str = "lightning:";
    let invoice = address.get(SCHEME.len()..).filter(|_| text::begins(address.as_bytes(), SCHEME));
    invoice.unwrap_or(address)
}

/// Reads an invoice, all lower or all upper case, without a `lightning:` before it; `None` for what is none, or not
/// for real money.
pub fn parse(invoice: &str) -> Option<Invoice> {
    let decoded = bech32::decode(invoice)
        .filter(|decoded| decoded.variant == Variant::Bech32 && invoice.len() <= LONGEST)?;
    // What follows in `lnbcrt` is no amount: that is a network for tests.
    let amount_msat = read_amount(decoded.prefix.strip_prefix("lnbc")?)?;

    let signed = decoded.words.get(..decoded.words.len().checked_sub(SIGNATURE_WORDS)?)?;
    let (timestamp, mut fields) = signed.split_at_checked(TIMESTAMP_WORDS)?;
    let mut expiry = None;
    let mut has_payment_hash = false;
    while let Some((tag, rest)) = fields.split_first() {
        let (length, rest) = rest.split_at_checked(2)?;
        let (data, rest) = rest.split_at_checked(number(length) as usize)?;
        fields = rest;
        match *tag {
            // A hash of another length is a later version's: it is skipped, as the specification asks.
            TAG_PAYMENT_HASH => has_payment_hash |= data.len() == PAYMENT_HASH_WORDS,
            TAG_EXPIRY if expiry.is_none() => expiry = Some(number(data)),
            _ => {}
        }
    }
    has_payment_hash.then(|| Invoice {
        amount_msat,
        timestamp: number(timestamp),
        expiry: expiry.unwrap_or(DEFAULT_EXPIRY),
    })
}

/// The amount in thousandths of a satoshi, of which there may be none.
fn read_amount(text: &str) -> Option<Option<u64>> {
    if text.is_empty() {
        return Some(None);
    }
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(end)?;
    if digits.starts_with('0') {
        return None;
    }
    let amount = text::number(digits)?;
    let msat_each: u64 = match unit {
        "" => 100_000_000_000,
        "m" => 100_000_000,
        "u" => 100_000,
        "n" => 100,
        // A tenth of a thousandth of a satoshi cannot be sent.
        "p" if amount.is_multiple_of(10) => return Some(Some(amount / 10)),
        _ => return None,
    };
    // A product that is checked after the fact would be one of 128 bits.
    (amount <= u64::MAX / msat_each).then(|| Some(amount * msat_each))
}

/// Five-bit words as a number; the largest one when it does not fit.
fn number(words: &[u8]) -> u64 {
    let mut number = 0u64;
    for word in words {
        if number >> 59 != 0 {
            return u64::MAX;
        }
        number = number << 5 | u64::from(*word);
    }
    number
}

/// Thousandths of a satoshi as decimal text in BTC, without needless zeros.
pub fn msat_to_btc_text(msat: u64) -> String {
    let mut digits = [0u8; 20];
    let mut rest = msat;
    for digit in digits.iter_mut().rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    let (whole, fraction) = digits.split_at(20 - MSAT_DECIMALS as usize);
    let mut text = String::with_capacity(21);
    for digit in whole {
        if !(text.is_empty() && *digit == 0) {
            text.push(char::from(b'0' + digit));
        }
    }
    if text.is_empty() {
        text.push('0');
    }
    let length = fraction.iter().rposition(|digit| *digit != 0).map_or(0, |last| last + 1);
    if length > 0 {
        text.push('.');
    }
    for digit in fraction.iter().take(length) {
        text.push(char::from(b'0' + digit));
    }
    text
}

/// An amount of BTC as thousandths of a satoshi; `None` unless it is a positive plain decimal that is a
/// whole number of them.
pub fn btc_text_to_msat(btc: &str) -> Option<u64> {
    text::number(&units::to_smallest(btc, MSAT_DECIMALS)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The examples of the specification: name, invoice, amount, timestamp, expiry. One hash for all but one.
    const VALID: &str = include_str!("../../tests/fixtures/bolt11_valid.txt");
    /// The specification's invalid invoices this parser refuses, with the reason for each.
    const INVALID: &str = include_str!("../../tests/fixtures/bolt11_invalid.txt");
    const COFFEE: &str = "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp";

    fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
        text.lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| line.split('\t').collect())
    }

    #[test]
    fn the_valid_examples_of_the_specification() {
        let mut count = 0;
        for row in rows(VALID) {
            count += 1;
            if row[0] == "testnet" {
                assert_eq!(parse(row[4]), None);
                continue;
            }
            let invoice = parse(row[4]).unwrap_or_else(|| panic!("{}", row[0]));
            assert_eq!(invoice.amount_msat, row[1].parse().ok(), "{}", row[0]);
            assert_eq!(invoice.timestamp.to_string(), row[2], "{}", row[0]);
            assert_eq!(invoice.expiry.to_string(), row[3], "{}", row[0]);
            assert_eq!(parse(&row[4].to_uppercase()), Some(invoice), "{}", row[0]);
        }
        assert_eq!(count, 13);
    }

    #[test]
    fn the_invalid_examples_of_the_specification() {
        let mut count = 0;
        for row in rows(INVALID) {
            assert_eq!(parse(row[1]), None, "{}", row[0]);
            count += 1;
        }
        assert_eq!(count, 6);
    }

    #[test]
    fn every_changed_character_is_noticed() {
        for at in 0..COFFEE.len() {
            let mut bytes = COFFEE.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'q' { b'p' } else { b'q' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert!(parse(&changed).is_none(), "at {at}");
        }
    }

    #[test]
    fn ends_when_its_expiry_says() {
        let invoice = parse(COFFEE).expect("valid");
        assert_eq!(invoice.expires_at(), 1_496_314_658 + 60);
        let endless = Invoice { expiry: u64::MAX, ..invoice };
        assert_eq!(endless.expires_at(), u64::MAX);
    }

    #[test]
    fn compares_its_amount_with_the_orders_exactly() {
        let invoice = parse(COFFEE).expect("valid");
        for same in ["0.0025", "0.00250000", "0.002500000000000000"] {
            assert!(invoice.asks_for(same), "{same}");
        }
        for other in ["0.00250001", "0.00250000001", "0.002500000001", "0.0024", "0", "", "2500u", "-0.0025"]
        {
            assert!(!invoice.asks_for(other), "{other}");
        }
        assert!(!Invoice { amount_msat: None, ..invoice }.asks_for("0.0025"));
    }

    #[test]
    fn amounts_as_text() {
        for (msat, text) in [
            (0, "0"),
            (1, "0.00000000001"),
            (41_025_000, "0.00041025"),
            (100_000_000_000, "1"),
            (2_030_000_000_000, "20.3"),
            (u64::MAX, "184467440.73709551615"),
        ] {
            assert_eq!(msat_to_btc_text(msat), text);
            assert_eq!(btc_text_to_msat(text), (msat > 0).then_some(msat));
        }
        assert_eq!(btc_text_to_msat("184467440.73709551616"), None);
    }

    #[test]
    fn multipliers() {
        for (text, msat) in [
            ("", Some(None)),
            ("1", Some(Some(100_000_000_000))),
            ("1m", Some(Some(100_000_000))),
            ("1u", Some(Some(100_000))),
            ("1n", Some(Some(100))),
            ("10p", Some(Some(1))),
            ("1p", None),
            ("0", None),
            ("0p", None),
            ("01u", None),
            ("1x", None),
            ("1uu", None),
            ("u", None),
            ("1.5m", None),
            ("184467440", Some(Some(18_446_744_000_000_000_000))),
            ("184467441", None),
            ("99999999999999999999p", None),
        ] {
            assert_eq!(read_amount(text), msat, "{text}");
        }
    }

    #[test]
    fn an_invoice_for_anything_but_real_money_is_refused() {
        for prefix in ["ln", "bc", "lnbca", "lnbcrt1u", "lntb1u", "lntbs", "lnsb5", "lnltc1u", "lnxx"] {
            let mut words = vec![0, 0, 0, 0, 0, 0, 1, TAG_PAYMENT_HASH, 1, 20];
            words.resize(10 + PAYMENT_HASH_WORDS + SIGNATURE_WORDS, 0);
            assert!(parse(&bech32::encode("lnbc1u", &words)).is_some());
            assert_eq!(parse(&bech32::encode(prefix, &words)), None, "{prefix}");
        }
    }

    #[test]
    fn too_long_is_refused() {
        let mut words = vec![0, 0, 0, 0, 0, 0, 1, TAG_PAYMENT_HASH, 1, 20];
        words.resize(10 + PAYMENT_HASH_WORDS, 0);
        // A field that is skipped, as often as it takes.
        while words.len() + SIGNATURE_WORDS < LONGEST {
            words.extend_from_slice(&[2, 31, 31]);
            words.resize(words.len() + 1023, 0);
        }
        words.resize(words.len() + SIGNATURE_WORDS, 0);
        assert_eq!(parse(&bech32::encode("lnbc1u", &words)), None);
    }

    #[test]
    fn an_invoice_without_a_payment_hash_or_with_a_cut_field_is_refused() {
        let signature = [0u8; SIGNATURE_WORDS];
        let with = |fields: &[u8]| {
            let mut words = vec![0, 0, 0, 0, 0, 0, 1];
            words.extend_from_slice(fields);
            words.extend_from_slice(&signature);
            parse(&bech32::encode("lnbc", &words))
        };
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[TAG_PAYMENT_HASH, 1]), None);
        assert_eq!(with(&[TAG_PAYMENT_HASH, 1, 20, 0]), None);
        let mut hash = vec![TAG_PAYMENT_HASH, 1, 20];
        hash.extend_from_slice(&[0; 52]);
        assert_eq!(with(&hash).map(|invoice| (invoice.timestamp, invoice.expiry)), Some((1, 3600)));
        hash.extend_from_slice(&[TAG_EXPIRY, 0, 20]);
        hash.extend_from_slice(&[31; 20]);
        assert_eq!(with(&hash).map(|invoice| invoice.expires_at()), Some(u64::MAX));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = parse(&text);
        }

        #[test]
        fn any_sealed_words_are_read_or_refused(prefix in "ln(bc|tb|bcrt|tbs|sb)[0-9]{0,22}[munp]?", words in proptest::collection::vec(0u8..32, 0..400)) {
            let _ = parse(&bech32::encode(&prefix, &words));
        }

        #[test]
        fn text_and_msat_are_inverse(msat in 1u64..) {
            prop_assert_eq!(btc_text_to_msat(&msat_to_btc_text(msat)), Some(msat));
        }
    }
}
