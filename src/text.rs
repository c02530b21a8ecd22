//! Searching and counting without the standard library's string searcher, number parser and formatter: they
//! and the panics they bring along are 10 kB of the wasm.

/// Where `needle` begins in `text`, in bytes.
pub fn position(text: &str, needle: &str) -> Option<usize> {
    let first = needle.as_bytes().first()?;
    let found = |at: usize| text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(needle.as_bytes()));
    text.bytes().enumerate().position(|(at, byte)| byte == *first && found(at))
}

/// Whether `needle` is somewhere in `text`.
pub fn contains(text: &str, needle: &str) -> bool {
    position(text, needle).is_some()
}

/// Whether an ASCII character is somewhere in `text`.
pub fn has(text: &str, character: u8) -> bool {
    text.bytes().any(|byte| byte == character)
}

/// What is before and after the first `separator`.
pub fn split_once<'t>(text: &'t str, separator: &str) -> Option<(&'t str, &'t str)> {
    let at = position(text, separator)?;
    Some((text.get(..at)?, text.get(at..)?.get(separator.len()..)?))
}

/// What is before and after the last `separator`.
pub fn rsplit_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|byte| byte == separator)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The text without the bytes of one ASCII character at its start.
pub fn trim_start(mut text: &str, character: char) -> &str {
    while let Some(rest) = text.strip_prefix(character) {
        text = rest;
    }
    text
}

/// The text without the bytes of one ASCII character at its end.
pub fn trim_end(mut text: &str, character: char) -> &str {
    while let Some(rest) = text.strip_suffix(character) {
        text = rest;
    }
    text
}

/// Every character that is white space, as the standard library has it.
const SPACES: &str = "\t|\n|\u{b}|\u{c}|\r| |\u{85}|\u{a0}|\u{1680}|\u{2000}|\u{2001}|\u{2002}|\u{2003}|\u{2004}|\u{2005}|\u{2006}|\
    \u{2007}|\u{2008}|\u{2009}|\u{200a}|\u{2028}|\u{2029}|\u{202f}|\u{205f}|\u{3000}";

/// The text without white space around it.
#[inline(never)]
pub fn trim(mut text: &str) -> &str {
    while let Some(rest) = split(SPACES, "|").find_map(|space| text.strip_prefix(space)) {
        text = rest;
    }
    while let Some(rest) = split(SPACES, "|").find_map(|space| text.strip_suffix(space)) {
        text = rest;
    }
    text
}

/// Whether there is nothing in a text but white space.
pub fn is_blank(text: &str) -> bool {
    trim(text).is_empty()
}

/// Whether a text begins with this part, in any case.
pub fn begins(text: &[u8], part: &str) -> bool {
    text.get(..part.len()).is_some_and(|start| start.eq_ignore_ascii_case(part.as_bytes()))
}

/// Whether a text holds nothing but ASCII digits, if anything.
pub fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number that decimal digits spell, if it fits.
pub fn number(text: &str) -> Option<u64> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let mut number = 0u64;
    for digit in digits.bytes() {
        let digit = u64::from(digit.wrapping_sub(b'0'));
        // A product that is checked after the fact would be one of 128 bits.
        if digit > 9 || number > (u64::MAX - digit) / 10 {
            return None;
        }
        number = number * 10 + digit;
    }
    (!digits.is_empty()).then_some(number)
}

/// The texts as one.
#[inline(never)]
pub fn join(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts {
        out.push_str(part);
    }
    out
}

/// What is between the separators.
pub fn split<'t>(text: &'t str, separator: &'static str) -> Split<'t> {
    Split { rest: Some(text), separator }
}

/// The parts of a text.
#[derive(Clone, Debug)]
pub struct Split<'t> {
    rest: Option<&'t str>,
    separator: &'static str,
}

impl<'t> Iterator for Split<'t> {
    type Item = &'t str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'t str> {
        let text = self.rest.take()?;
        let Some((part, after)) = split_once(text, self.separator) else { return Some(text) };
        self.rest = Some(after);
        Some(part)
    }
}

/// The words of a list, each with one space between. A list as one text is a third of the bytes of one as a slice.
pub fn words(list: &str) -> Split<'_> {
    split(list, " ")
}

/// One of the words of such a list, counted from 0; nothing beyond its end.
#[inline(never)]
pub fn word_at(list: &'static str, at: usize) -> &'static str {
    words(list).nth(at).unwrap_or_default()
}

/// Whether a word is in such a list.
#[inline(never)]
pub fn among(word: &str, list: &str) -> bool {
    words(list).any(|listed| listed == word)
}

/// Whether a word is in such a list, in any case.
#[inline(never)]
pub fn among_in_any_case(word: &str, list: &str) -> bool {
    words(list).any(|listed| listed.eq_ignore_ascii_case(word))
}

/// Appends a number's decimal digits.
pub fn push_number(out: &mut String, number: u64) {
    if number > 9 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// The hexadecimal digit of a number below 16; `ten` is the one of 10, for small or capital letters.
pub fn hex_digit(number: u8, ten: u8) -> char {
    char::from(if number < 10 { b'0' + number } else { ten + number - 10 })
}

/// A number's decimal digits.
pub fn digits(number: u64) -> String {
    let mut out = String::new();
    push_number(&mut out, number);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_white_space_is_known() {
        let spaces: String = (char::MIN..=char::MAX).filter(|c| c.is_whitespace()).collect();
        assert_eq!(split(SPACES, "|").collect::<String>(), spaces);
    }

    proptest! {
        #[test]
        fn searching_is_the_standard_library_s(text in "[ab日 ]{0,12}", needle in "[ab日 ]{1,3}") {
            prop_assert_eq!(position(&text, &needle), text.find(&needle));
            prop_assert_eq!(split_once(&text, &needle), text.split_once(&needle));
        }

        #[test]
        fn splitting_is_the_standard_library_s(text in "[ab日 ]{0,12}") {
            prop_assert_eq!(split(&text, "ab").collect::<Vec<_>>(), text.split("ab").collect::<Vec<_>>());
        }

        #[test]
        fn a_word_is_in_a_list_or_not(list in proptest::collection::vec("[a-c]{1,2}", 1..5), word in "[a-cA ]{0,3}") {
            let text = list.join(" ");
            prop_assert_eq!(among(&word, &text), list.contains(&word));
            prop_assert_eq!(among_in_any_case(&word, &text), list.iter().any(|l| l.eq_ignore_ascii_case(&word)));
        }

        #[test]
        fn white_space_is_the_standard_library_s(text in "[\\s\u{85}\u{200b}a日]{0,12}") {
            prop_assert_eq!(trim(&text), text.trim());
        }

        #[test]
        fn ends_are_the_standard_library_s(text in "[0-9.日]{0,12}") {
            prop_assert_eq!(rsplit_once(&text, b'.'), text.rsplit_once('.'));
            prop_assert_eq!(trim_start(&text, '0'), text.trim_start_matches('0'));
            prop_assert_eq!(trim_end(&text, '0'), text.trim_end_matches('0'));
        }

        #[test]
        fn numbers_are_the_standard_library_s(text in "[+]?[0-9]{0,21}|[-+0-9 ]{0,4}|1844674407370955161[0-9]") {
            prop_assert_eq!(number(&text), text.parse().ok());
        }

        #[test]
        fn digits_are_the_standard_library_s(number in any::<u64>()) {
            prop_assert_eq!(digits(number), number.to_string());
        }
    }
}
