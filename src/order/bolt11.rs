//! Reads what a Lightning invoice (BOLT 11) says: network, amount, when it was made, when it ends.
//!
//! The Bech32 checksum is verified, so a damaged invoice is refused. The signature, the feature bits and
//! the routes are not looked at: the wallet that pays checks them, and this code never pays.

use super::bech32::{self, Refusal, Variant};
use super::units;
use crate::text;

/// The Bitcoin network an invoice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceNetwork {
    /// `lnbc`: real money.
    Mainnet,
    /// `lntb`.
    Testnet,
    /// `lntbs`.
    Signet,
    /// `lnbcrt`.
    Regtest,
    /// `lnsb`.
    Simnet,
}

/// What an invoice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// The network in the prefix.
    pub network: InvoiceNetwork,
    /// The amount in thousandths of a satoshi; `None` when the payer chooses.
    pub amount_msat: Option<u64>,
    /// When it was made, in Unix seconds.
    pub timestamp: u64,
    /// For how many seconds from then it can be paid.
    pub expiry: u64,
    /// The SHA-256 hash whose preimage proves the payment.
    pub payment_hash: [u8; 32],
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

/// Longer than any invoice: it fills the largest QR code.
pub const TOO_LONG: &str = "INVOICE_TOO_LONG";
/// Not of the form prefix, `1`, data, or the data ends inside a field.
pub const MALFORMED: &str = "INVOICE_MALFORMED";
/// Upper and lower case mixed.
pub const MIXED_CASE: &str = "INVOICE_MIXED_CASE";
/// The checksum does not hold: a character was lost or changed.
pub const CHECKSUM: &str = "INVOICE_CHECKSUM";
/// The prefix names no network known here.
pub const UNKNOWN_NETWORK: &str = "INVOICE_UNKNOWN_NETWORK";
/// The amount is no whole number of thousandths of a satoshi, or out of bounds.
pub const BAD_AMOUNT: &str = "INVOICE_BAD_AMOUNT";
/// There is no payment hash.
pub const NO_PAYMENT_HASH: &str = "INVOICE_NO_PAYMENT_HASH";

/// The numeric capacity of the largest QR code.
const LONGEST: usize = 7089;
const TIMESTAMP_WORDS: usize = 7;
const SIGNATURE_WORDS: usize = 104;
const DEFAULT_EXPIRY: u64 = 3600;
const TAG_PAYMENT_HASH: u8 = 1;
const TAG_EXPIRY: u8 = 6;
const MSAT_DECIMALS: u32 = 11;

/// Reads an invoice, all lower or all upper case, without a `lightning:` before it.
///
/// # Errors
/// One of the codes of this module.
pub fn parse(invoice: &str) -> Result<Invoice, &'static str> {
    if invoice.len() > LONGEST {
        return Err(TOO_LONG);
    }
    let decoded = bech32::decode(invoice).map_err(|refusal| match refusal {
        Refusal::Malformed => MALFORMED,
        Refusal::MixedCase => MIXED_CASE,
        Refusal::Checksum => CHECKSUM,
    })?;
    if decoded.variant != Variant::Bech32 {
        return Err(CHECKSUM);
    }
    let (network, amount) = read_network(&decoded.prefix)?;
    let amount_msat = read_amount(amount)?;

    let signed = decoded.words.len().checked_sub(SIGNATURE_WORDS).ok_or(MALFORMED)?;
    let signed = decoded.words.get(..signed).ok_or(MALFORMED)?;
    let (timestamp, mut fields) = signed.split_at_checked(TIMESTAMP_WORDS).ok_or(MALFORMED)?;
    let mut expiry = None;
    let mut payment_hash = None;
    while let Some((tag, rest)) = fields.split_first() {
        let (length, rest) = rest.split_at_checked(2).ok_or(MALFORMED)?;
        let (data, rest) = rest.split_at_checked(number(length) as usize).ok_or(MALFORMED)?;
        fields = rest;
        match *tag {
            // A hash of another length is a later version's: it is skipped, as the specification asks.
            TAG_PAYMENT_HASH if payment_hash.is_none() => payment_hash = hash(data),
            TAG_EXPIRY if expiry.is_none() => expiry = Some(number(data)),
            _ => {}
        }
    }
    Ok(Invoice {
        network,
        amount_msat,
        timestamp: number(timestamp),
        expiry: expiry.unwrap_or(DEFAULT_EXPIRY),
        payment_hash: payment_hash.ok_or(NO_PAYMENT_HASH)?,
    })
}

fn read_network(prefix: &str) -> Result<(InvoiceNetwork, &str), &'static str> {
    // The longer names first: `bcrt` begins with `bc`.
    const NETWORKS: [(&str, InvoiceNetwork); 5] = [
        ("lnbcrt", InvoiceNetwork::Regtest),
        ("lnbc", InvoiceNetwork::Mainnet),
        ("lntbs", InvoiceNetwork::Signet),
        ("lntb", InvoiceNetwork::Testnet),
        ("lnsb", InvoiceNetwork::Simnet),
    ];
    for (name, network) in NETWORKS {
        if let Some(amount) = prefix.strip_prefix(name) {
            let is_amount = amount.as_bytes().first().is_none_or(u8::is_ascii_digit);
            return if is_amount { Ok((network, amount)) } else { Err(UNKNOWN_NETWORK) };
        }
    }
    Err(UNKNOWN_NETWORK)
}

fn read_amount(text: &str) -> Result<Option<u64>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(end).ok_or(BAD_AMOUNT)?;
    if digits.starts_with('0') {
        return Err(BAD_AMOUNT);
    }
    let amount = text::number(digits).ok_or(BAD_AMOUNT)?;
    let msat_each: u64 = match unit {
        "" => 100_000_000_000,
        "m" => 100_000_000,
        "u" => 100_000,
        "n" => 100,
        // A tenth of a thousandth of a satoshi cannot be sent.
        "p" if amount.is_multiple_of(10) => return Ok(Some(amount / 10)),
        _ => return Err(BAD_AMOUNT),
    };
    // A product that is checked after the fact would be one of 128 bits.
    if amount > u64::MAX / msat_each { Err(BAD_AMOUNT) } else { Ok(Some(amount * msat_each)) }
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

fn hash(words: &[u8]) -> Option<[u8; 32]> {
    if words.len() != 52 {
        return None;
    }
    let mut bytes = [0; 32];
    let mut next = bytes.iter_mut();
    let (mut held, mut bits) = (0u32, 0);
    for word in words {
        held = (held << 5) | u32::from(*word);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *next.next()? = (held >> bits) as u8;
        }
    }
    Some(bytes)
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
    /// The specification's invalid invoices this parser refuses, with its code for each.
    const INVALID: &str = include_str!("../../tests/fixtures/bolt11_invalid.txt");
    const HASH: [u8; 32] =
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2];
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
            let invoice = parse(row[4]).unwrap_or_else(|code| panic!("{}: {code}", row[0]));
            assert_eq!(invoice.amount_msat, row[1].parse().ok(), "{}", row[0]);
            assert_eq!(invoice.timestamp.to_string(), row[2], "{}", row[0]);
            assert_eq!(invoice.expiry.to_string(), row[3], "{}", row[0]);
            let network =
                if row[4].starts_with("lntb") { InvoiceNetwork::Testnet } else { InvoiceNetwork::Mainnet };
            assert_eq!(invoice.network, network, "{}", row[0]);
            if row[0] != "pico" {
                assert_eq!(invoice.payment_hash, HASH, "{}", row[0]);
            }
            assert_eq!(parse(&row[4].to_uppercase()), Ok(invoice), "{}", row[0]);
            count += 1;
        }
        assert_eq!(count, 13);
    }

    #[test]
    fn the_invalid_examples_of_the_specification() {
        let mut count = 0;
        for row in rows(INVALID) {
            assert_eq!(parse(row[1]).err(), Some(row[0]), "{}", row[1]);
            count += 1;
        }
        assert_eq!(count, 6);
    }

    #[test]
    fn the_hash_of_the_pico_example() {
        let row = rows(VALID).find(|row| row[0] == "pico").expect("in the fixture");
        let hash = parse(row[4]).expect("valid").payment_hash;
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "462264ede7e14047e9b249da94fefc47f41f7d02ee9b091815a5506bc8abf75f");
    }

    #[test]
    fn every_changed_character_is_noticed() {
        for at in 0..COFFEE.len() {
            let mut bytes = COFFEE.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'q' { b'p' } else { b'q' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert!(parse(&changed).is_err(), "at {at}");
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
            ("", Ok(None)),
            ("1", Ok(Some(100_000_000_000))),
            ("1m", Ok(Some(100_000_000))),
            ("1u", Ok(Some(100_000))),
            ("1n", Ok(Some(100))),
            ("10p", Ok(Some(1))),
            ("1p", Err(BAD_AMOUNT)),
            ("0", Err(BAD_AMOUNT)),
            ("0p", Err(BAD_AMOUNT)),
            ("01u", Err(BAD_AMOUNT)),
            ("1x", Err(BAD_AMOUNT)),
            ("1uu", Err(BAD_AMOUNT)),
            ("u", Err(BAD_AMOUNT)),
            ("1.5m", Err(BAD_AMOUNT)),
            ("184467440", Ok(Some(18_446_744_000_000_000_000))),
            ("184467441", Err(BAD_AMOUNT)),
            ("99999999999999999999p", Err(BAD_AMOUNT)),
        ] {
            assert_eq!(read_amount(text), msat, "{text}");
        }
    }

    #[test]
    fn networks() {
        assert_eq!(read_network("lnbc1u"), Ok((InvoiceNetwork::Mainnet, "1u")));
        assert_eq!(read_network("lnbcrt1u"), Ok((InvoiceNetwork::Regtest, "1u")));
        assert_eq!(read_network("lntbs"), Ok((InvoiceNetwork::Signet, "")));
        assert_eq!(read_network("lnsb5"), Ok((InvoiceNetwork::Simnet, "5")));
        for prefix in ["", "ln", "bc", "lnbca", "lnltc1u", "lnxx"] {
            assert_eq!(read_network(prefix), Err(UNKNOWN_NETWORK), "{prefix}");
        }
    }

    #[test]
    fn too_long_is_refused_before_it_is_read() {
        assert_eq!(parse(&"l".repeat(LONGEST + 1)), Err(TOO_LONG));
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
        assert_eq!(with(&[]), Err(NO_PAYMENT_HASH));
        assert_eq!(with(&[TAG_PAYMENT_HASH, 1]), Err(MALFORMED));
        assert_eq!(with(&[TAG_PAYMENT_HASH, 1, 20, 0]), Err(MALFORMED));
        let mut hash = vec![TAG_PAYMENT_HASH, 1, 20];
        hash.extend_from_slice(&[0; 52]);
        assert_eq!(with(&hash).map(|invoice| (invoice.timestamp, invoice.expiry)), Ok((1, 3600)));
        hash.extend_from_slice(&[TAG_EXPIRY, 0, 20]);
        hash.extend_from_slice(&[31; 20]);
        assert_eq!(with(&hash).map(|invoice| invoice.expires_at()), Ok(u64::MAX));
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
