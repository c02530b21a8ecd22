//! JSON text to a tree, by the grammar of RFC 8259 and nothing beyond it.

use std::borrow::Cow;

use super::Value;

/// How deeply arrays and objects may nest; deeper input is refused before it can exhaust the stack.
pub const MAX_DEPTH: usize = 64;

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Not JSON; the byte offset says where reading stopped.
    Syntax(usize),
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// Reads one JSON document. A byte order mark before it is passed over.
pub fn parse(text: &str) -> Result<Value<'_>, ParseError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser { text, at: 0, depth: 0, too_deep: false };
    if let Some(value) = parser.value() {
        parser.skip_space();
        if parser.peek().is_none() {
            return Ok(value);
        }
    }
    Err(if parser.too_deep { ParseError::TooDeep } else { ParseError::Syntax(parser.at) })
}

/// The character that an escape stands for, given where its backslash was passed, and where the escape ends.
pub fn unescape(text: &str, at: usize) -> Option<(char, usize)> {
    let mut parser = Parser { text, at, depth: 0, too_deep: false };
    let character = parser.escape()?;
    Some((character, parser.at))
}

/// Whatever it reads is `None` where the text is refused; reading stopped there.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    too_deep: bool,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Passes over a byte that has to be there, and the space before it.
    #[inline(never)]
    fn expect(&mut self, byte: u8) -> Option<()> {
        self.skip_space();
        self.eat(byte).then_some(())
    }

    #[inline(never)]
    fn since(&self, start: usize) -> Option<&'a str> {
        self.text.get(start..self.at)
    }

    fn value(&mut self) -> Option<Value<'a>> {
        self.skip_space();
        let start = self.at;
        match self.peek()? {
            b'{' => {
                let mut members = Vec::new();
                self.all(b'}', &mut |parser| {
                    parser.skip_space();
                    let name = parser.string()?;
                    parser.expect(b':')?;
                    members.push((name, parser.value()?));
                    Some(())
                })?;
                Some(Value::Object(members))
            }
            b'[' => {
                let mut items = Vec::new();
                self.all(b']', &mut |parser| {
                    items.push(parser.value()?);
                    Some(())
                })?;
                Some(Value::List(items))
            }
            b'"' => Some(Value::Text(self.string()?)),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => {
                self.number()?;
                Some(Value::Number(Cow::Borrowed(self.since(start)?)))
            }
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Option<Value<'a>> {
        let found = self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes());
        self.at += if found { word.len() } else { 0 };
        found.then_some(value)
    }

    /// What stands between the brackets of an array or an object.
    fn all(&mut self, end: u8, each: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if self.depth == MAX_DEPTH {
            self.too_deep = true;
            return None;
        }
        self.depth += 1;
        self.at += 1;
        if self.expect(end).is_none() {
            loop {
                each(self)?;
                if self.expect(end).is_some() {
                    break;
                }
                self.expect(b',')?;
            }
        }
        self.depth -= 1;
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        Some(())
    }

    #[inline(never)]
    fn string(&mut self) -> Option<Cow<'a, str>> {
        if !self.eat(b'"') {
            return None;
        }
        let mut start = self.at;
        let mut unescaped: Option<String> = None;
        loop {
            match self.peek()? {
                b'"' => {
                    let tail = self.since(start)?;
                    self.at += 1;
                    return Some(match unescaped {
                        None => Cow::Borrowed(tail),
                        Some(mut text) => {
                            text.push_str(tail);
                            Cow::Owned(text)
                        }
                    });
                }
                b'\\' => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(self.since(start)?);
                    self.at += 1;
                    text.push(self.escape()?);
                    start = self.at;
                }
                0..=0x1f => return None,
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let c = match self.peek()? {
            c @ (b'"' | b'\\' | b'/') => c,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                self.at += 1;
                return self.code_point();
            }
            _ => return None,
        };
        self.at += 1;
        Some(char::from(c))
    }

    /// The four digits after `\u`, and the second half of a surrogate pair. A half without its other half
    /// becomes U+FFFD: engines send such text, and a name with a broken emoji must not lose an order.
    fn code_point(&mut self) -> Option<char> {
        let mut point = self.hex4()?;
        if (0xd800..0xdc00).contains(&point) {
            let after_first = self.at;
            if self.eat(b'\\') && self.eat(b'u') {
                let second = self.hex4()?;
                if (0xdc00..0xe000).contains(&second) {
                    point = 0x10000 + ((point - 0xd800) << 10) + (second - 0xdc00);
                }
            }
            if point < 0x10000 {
                self.at = after_first;
            }
        }
        Some(char::from_u32(point).unwrap_or('\u{fffd}'))
    }

    #[inline(never)]
    fn hex4(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + char::from(self.peek()?).to_digit(16)?;
            self.at += 1;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same tree, as `serde_json` (with exact numbers) reads it.
    fn same(ours: &Value, theirs: &serde_json::Value) -> bool {
        match (ours, theirs) {
            (Value::Null, serde_json::Value::Null) => true,
            (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
            // serde_json spells an exponent its own way (`1e5` becomes `1e+5`); the digits are compared.
            (Value::Number(a), serde_json::Value::Number(b)) => {
                a.to_ascii_lowercase().replace('+', "") == b.to_string().to_ascii_lowercase().replace('+', "")
            }
            (Value::Text(a), serde_json::Value::String(b)) => a == b,
            (Value::List(a), serde_json::Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Value::Object(_), serde_json::Value::Object(b)) => {
                b.iter().all(|(name, b)| ours.get(name).is_some_and(|a| same(a, b)))
            }
            _ => false,
        }
    }

    #[test]
    fn reads_what_the_grammar_allows() {
        for text in [
            "null",
            " true ",
            "false",
            "0",
            "-0",
            "12.50",
            "1e5",
            "1E-7",
            "\"\"",
            "\"a\\u00e9\\n\\/\"",
            "\"\\ud83d\\ude00\"",
            "[]",
            "[1,[2,{}]]",
            "{\"a\":{\"b\":[null]},\"a\":2}",
            "\"\u{2028}日本\"",
        ] {
            let theirs: serde_json::Value = serde_json::from_str(text).unwrap();
            assert!(same(&parse(text).unwrap(), &theirs), "{text}");
        }
    }

    #[test]
    fn refuses_what_it_does_not() {
        for text in [
            "",
            " ",
            "nul",
            "tru",
            "+1",
            "01",
            "1.",
            ".5",
            "-",
            "1e",
            "1e+",
            "'a'",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\n\"",
            "[1,]",
            "[1 2]",
            "[",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "1 2",
            "<!doctype html>",
            "NaN",
            "Infinity",
            "//x\n1",
        ] {
            assert!(matches!(parse(text), Err(ParseError::Syntax(_))), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn keeps_the_digits_of_a_number() {
        assert_eq!(
            parse("0.000410250000000000001").unwrap(),
            Value::Number("0.000410250000000000001".into())
        );
    }

    #[test]
    fn half_a_surrogate_pair_is_not_fatal() {
        assert_eq!(parse("\"a\\ud83dz\"").unwrap().text(), Some("a\u{fffd}z"));
        assert_eq!(parse("\"\\ud83d\\u0041\"").unwrap().text(), Some("\u{fffd}A"));
        assert_eq!(parse("\"\\ude00\"").unwrap().text(), Some("\u{fffd}"));
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(parse(&deep(MAX_DEPTH)).is_ok());
        assert_eq!(parse(&deep(MAX_DEPTH + 1)), Err(ParseError::TooDeep));
        assert_eq!(parse(&"[".repeat(1_000_000)), Err(ParseError::TooDeep));
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in r#"[\[\]{}:,"\\ a-c0-9eE.+\-untrlfs]{0,24}"#) {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            match (parse(&text), theirs) {
                (Ok(ours), Ok(theirs)) => prop_assert!(same(&ours, &theirs)),
                // Half surrogate pairs are the one thing read here and refused there.
                (Ok(_), Err(_)) => prop_assert!(text.contains("\\u")),
                (Err(_), theirs) => prop_assert!(theirs.is_err()),
            }
        }

        #[test]
        fn any_text_survives_writing_and_reading(text in any::<String>()) {
            let value = Value::Text(Cow::Borrowed(&text));
            let json = value.to_json();
            prop_assert_eq!(&parse(&json).unwrap(), &value);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
