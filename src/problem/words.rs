//! Looking into texts byte by byte: the standard library's patterns and splitters are many times this size.

use crate::text::{begins, has};

/// A byte of a code, a coin or a way of paying.
pub fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A word that can be a code: nothing a person or a path is called by.
pub fn is_word(text: &str) -> bool {
    (2..=80).contains(&text.len())
        && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && text.bytes().all(is_word_byte)
}

/// A code written the way the API writes them.
pub fn is_shouted(text: &str) -> bool {
    is_word(text) && has(text, b'_') && !text.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Calls for every word of a text.
pub fn each_word<'t>(text: &'t str, each: &mut dyn FnMut(&'t str)) {
    let mut start = 0;
    for (at, byte) in text.bytes().chain([b' ']).enumerate() {
        if !is_word_byte(byte) {
            if let Some(word) = text.get(start..at).filter(|word| !word.is_empty()) {
                each(word);
            }
            start = at + 1;
        }
    }
}

/// Whether a text has this part somewhere, in any case.
pub fn mentions(text: &str, part: &str) -> bool {
    (0..text.len()).any(|at| begins(text.as_bytes().get(at..).unwrap_or_default(), part))
}

/// A name without the punctuation around it.
pub fn bare(text: &str) -> &str {
    let bytes = text.as_bytes();
    let start = bytes.iter().position(u8::is_ascii_alphanumeric).unwrap_or(0);
    let end = bytes.iter().rposition(|byte| byte.is_ascii_alphanumeric() || *byte == b')');
    end.and_then(|end| text.get(start..=end)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_is_between() {
        let mut found = Vec::new();
        each_word("Allowed: A_B,c9 日本 (D)", &mut |word| found.push(word));
        assert_eq!(found, ["Allowed", "A_B", "c9", "D"]);
    }

    #[test]
    fn parts_in_any_case_and_bare_names() {
        assert!(mentions("isAllowed", "allow") && !mentions("al", "allow"));
        assert_eq!(bare(" ['USDC-Polygon (Matic)'.] "), "USDC-Polygon (Matic)");
        assert_eq!((bare(""), bare("日本"), bare("…")), ("", "", ""));
    }
}
