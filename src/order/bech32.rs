//! Bech32 and Bech32m (BIP-173, BIP-350): the checksum that guards segwit addresses and Lightning invoices.

use crate::text;

/// What the checksum of a text says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    Bech32,
    Bech32m,
}

/// A text whose checksum holds, without the checksum.
pub(crate) struct Decoded {
    /// The part before the last `1`, in lower case.
    pub(crate) prefix: String,
    /// The data, five bits each.
    pub(crate) words: Vec<u8>,
    pub(crate) variant: Variant,
}

const CHARSET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECKSUM_WORDS: usize = 6;

/// Decodes a text of any length; BIP-173's limit of 90 characters is for addresses only.
pub(crate) fn decode(text: &str) -> Option<Decoded> {
    let (prefix, data) = text::rsplit_once(text, b'1')?;
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    if prefix.is_empty() || is_mixed || !prefix.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let prefix = prefix.to_ascii_lowercase();
    let mut sum = sum_of_prefix(&prefix);
    let mut words = Vec::with_capacity(data.len());
    for byte in data.bytes() {
        let lower = byte.to_ascii_lowercase();
        let word = CHARSET.iter().position(|c| *c == lower)? as u8;
        sum = step(sum, word);
        words.push(word);
    }
    let length = words.len().checked_sub(CHECKSUM_WORDS)?;
    let variant = match sum {
        1 => Variant::Bech32,
        0x2bc8_30a3 => Variant::Bech32m,
        _ => return None,
    };
    words.truncate(length);
    Some(Decoded { prefix, words, variant })
}

fn sum_of_prefix(prefix: &str) -> u32 {
    let sum = prefix.bytes().fold(1, |sum, byte| step(sum, byte >> 5));
    prefix.bytes().fold(step(sum, 0), |sum, byte| step(sum, byte & 31))
}

fn step(sum: u32, word: u8) -> u32 {
    const GENERATORS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let mut next = ((sum & 0x01ff_ffff) << 5) ^ u32::from(word);
    for (bit, generator) in GENERATORS.iter().enumerate() {
        if (top >> bit) & 1 == 1 {
            next ^= generator;
        }
    }
    next
}

/// Whether a text is a segwit address under this prefix (`bc`, `ltc`): version, length, padding and the
/// checksum its version asks for.
pub(crate) fn is_segwit_address(text: &str, prefix: &str) -> bool {
    let Some(decoded) = decode(text) else { return false };
    let Some((version, program)) = decoded.words.split_first() else { return false };
    let bits = program.len() * 5;
    let (bytes, spare) = (bits / 8, bits % 8);
    let padding_is_zero = spare < 5 && program.last().is_some_and(|last| last & ((1 << spare) - 1) == 0);
    let length_fits = match version {
        0 => bytes == 20 || bytes == 32,
        1..=16 => (2..=40).contains(&bytes),
        _ => false,
    };
    let variant_fits = (decoded.variant == Variant::Bech32) == (*version == 0);
    text.len() <= 90 && decoded.prefix == prefix && padding_is_zero && length_fits && variant_fits
}

/// A Bech32 text of these words, for tests: its checksum holds whatever the words say.
#[cfg(test)]
pub(crate) fn encode(prefix: &str, words: &[u8]) -> String {
    let sum =
        words.iter().chain(&[0; CHECKSUM_WORDS]).fold(sum_of_prefix(prefix), |sum, word| step(sum, *word))
            ^ 1;
    let checksum = (0..CHECKSUM_WORDS).rev().map(|place| (sum >> (5 * place)) as u8 & 31);
    let data = words.iter().copied().chain(checksum).map(|word| char::from(CHARSET[usize::from(word)]));
    let mut text = String::from(prefix);
    text.push('1');
    text.extend(data);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_valid_strings_of_bip_173_and_bip_350() {
        for text in [
            "A12UEL5L",
            "a12uel5l",
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
            "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
            "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
            "?1ezyfcl",
        ] {
            assert_eq!(decode(text).map(|d| d.variant), Some(Variant::Bech32), "{text}");
        }
        for text in [
            "A1LQFN3A",
            "a1lqfn3a",
            "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
            "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
            "?1v759aa",
        ] {
            assert_eq!(decode(text).map(|d| d.variant), Some(Variant::Bech32m), "{text}");
        }
    }

    #[test]
    fn the_invalid_strings_of_bip_173() {
        for text in [
            "\u{20}1nwldj5",
            "pzry9x0s0muk",
            "1pzry9x0s0muk",
            "x1b4n0q5v",
            "li1dgmt3",
            "A1G7SGD8",
            "10a06t8",
            "1qzzfhee",
            "",
            "1",
            "é1",
        ] {
            assert!(decode(text).is_none(), "{text}");
        }
        assert!(decode("A12uEL5L").is_none(), "in two cases");
    }

    #[test]
    fn the_segwit_addresses_of_bip_173_and_bip_350() {
        for text in [
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "BC1SW50QGDZ25J",
            "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
        ] {
            assert!(is_segwit_address(text, "bc"), "{text}");
            assert!(!is_segwit_address(text, "ltc"), "{text}");
        }
        for text in [
            "tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2",
            "bc1rw5uspcuh",
            "bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90",
            "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
            "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",
            "bc1gmk9yu",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
        ] {
            assert!(!is_segwit_address(text, "bc"), "{text}");
        }
    }
}
