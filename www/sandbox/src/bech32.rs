//! Writes Bech32 text (BIP-173), the form of segwit addresses and Lightning invoices, with its checksum.

pub const ALPHABET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The five-bit words that letters of the alphabet stand for; other letters are left out.
pub fn words(letters: &str) -> Vec<u8> {
    let word = |letter| ALPHABET.chars().position(|known| known == letter);
    letters.chars().filter_map(word).filter_map(|word| u8::try_from(word).ok()).collect()
}

/// Bytes regrouped into five-bit words, the last one filled up with zeros.
pub fn regroup(bytes: &[u8]) -> Vec<u8> {
    let (mut held, mut bits, mut words) = (0_u32, 0, Vec::new());
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            words.push((held >> bits & 31) as u8);
        }
    }
    if bits > 0 {
        words.push((held << (5 - bits) & 31) as u8);
    }
    words
}

/// The prefix, a `1`, the words and their checksum.
pub fn encode(prefix: &str, words: &[u8]) -> String {
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 31);
    let covered = high.chain([0]).chain(low).chain(words.iter().copied()).chain([0; 6]);
    let sum = covered.fold(1, step) ^ 1;
    let checksum = (0..6).map(|index| (sum >> (5 * (5 - index)) & 31) as u8);
    let letter = |word: u8| ALPHABET.chars().nth(usize::from(word));
    let data: String = words.iter().copied().chain(checksum).filter_map(letter).collect();
    format!("{prefix}1{data}")
}

fn step(sum: u32, word: u8) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let next = (sum & 0x01ff_ffff) << 5 ^ u32::from(word);
    GENERATOR.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1).fold(next, |sum, (_, g)| sum ^ g)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_examples_of_the_specifications() {
        for (prefix, data) in [
            ("bc", "qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
            (
                "lnbc2500u",
                "pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrn\
                 wngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp",
            ),
        ] {
            let (letters, _) = data.split_at(data.len() - 6);
            assert_eq!(encode(prefix, &words(letters)), format!("{prefix}1{data}"));
        }
        assert_eq!(regroup(&[0xff, 0x00]), [31, 28, 0, 0]);
    }
}
