//! Searching and counting without the standard library's string searcher and formatter: those two and the
//! panics they bring along are 8 kB of the wasm.

/// Where `needle` begins in `text`, in bytes.
pub fn position(text: &str, needle: &str) -> Option<usize> {
    (0..text.len())
        .find(|at| text.as_bytes().get(*at..).is_some_and(|rest| rest.starts_with(needle.as_bytes())))
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

/// What is between the separators.
pub fn split<'t>(text: &'t str, separator: &'static str) -> impl Iterator<Item = &'t str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (part, after) = match split_once(text, separator) {
            Some((part, after)) => (part, Some(after)),
            None => (text, None),
        };
        rest = after;
        Some(part)
    })
}

/// Appends a number's decimal digits.
pub fn push_number(out: &mut String, number: u64) {
    if number > 9 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
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
        fn digits_are_the_standard_library_s(number in any::<u64>()) {
            prop_assert_eq!(digits(number), number.to_string());
        }
    }
}
