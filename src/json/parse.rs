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
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    parser.skip_space();
    match parser.peek() {
        None => Ok(value),
        Some(_) => parser.fail(),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn fail<T>(&self) -> Result<T, ParseError> {
        Err(ParseError::Syntax(self.at))
    }

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
        if found {
            self.at += 1;
        }
        found
    }

    fn since(&self, start: usize) -> Result<&'a str, ParseError> {
        self.text.get(start..self.at).ok_or(ParseError::Syntax(start))
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, ParseError> {
        self.skip_space();
        match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => Err(ParseError::TooDeep),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.list(depth + 1),
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Ok(Value::Number(self.number()?)),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.fail(),
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, ParseError> {
        match self.text.get(self.at..) {
            Some(rest) if rest.starts_with(word) => {
                self.at += word.len();
                Ok(value)
            }
            _ => self.fail(),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, ParseError> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.eat(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.skip_space();
            if self.eat(b']') {
                return Ok(Value::List(items));
            }
            if !self.eat(b',') {
                return self.fail();
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, ParseError> {
        self.at += 1;
        let mut members = Vec::new();
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return self.fail();
            }
            let name = self.string()?;
            self.skip_space();
            if !self.eat(b':') {
                return self.fail();
            }
            members.push((name, self.value(depth)?));
            self.skip_space();
            if self.eat(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.eat(b',') {
                return self.fail();
            }
        }
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.fail() } else { Ok(()) }
    }

    fn number(&mut self) -> Result<&'a str, ParseError> {
        let start = self.at;
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
        self.since(start)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, ParseError> {
        self.at += 1;
        let mut start = self.at;
        let mut unescaped: Option<String> = None;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let tail = self.since(start)?;
                    self.at += 1;
                    return Ok(match unescaped {
                        None => Cow::Borrowed(tail),
                        Some(mut text) => {
                            text.push_str(tail);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let head = self.since(start)?;
                    let text = unescaped.get_or_insert_default();
                    text.push_str(head);
                    self.at += 1;
                    let c = self.escape()?;
                    text.push(c);
                    start = self.at;
                }
                None | Some(0..=0x1f) => return self.fail(),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, ParseError> {
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.code_point();
            }
            _ => return self.fail(),
        };
        self.at += 1;
        Ok(c)
    }

    /// The four digits after `\u`, and the second half of a surrogate pair. A half without its other half
    /// becomes U+FFFD: engines send such text, and a name with a broken emoji must not lose an order.
    fn code_point(&mut self) -> Result<char, ParseError> {
        let first = self.hex4()?;
        if !(0xd800..0xdc00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or('\u{fffd}'));
        }
        let after_first = self.at;
        if self.eat(b'\\') && self.eat(b'u') {
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                let joined = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(joined).unwrap_or('\u{fffd}'));
            }
        }
        self.at = after_first;
        Ok('\u{fffd}')
    }

    fn hex4(&mut self) -> Result<u32, ParseError> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = match self.peek() {
                Some(c @ b'0'..=b'9') => c - b'0',
                Some(c @ b'a'..=b'f') => c - b'a' + 10,
                Some(c @ b'A'..=b'F') => c - b'A' + 10,
                _ => return self.fail(),
            };
            value = value * 16 + u32::from(digit);
            self.at += 1;
        }
        Ok(value)
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
        assert_eq!(parse("0.000410250000000000001").unwrap(), Value::Number("0.000410250000000000001"));
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
