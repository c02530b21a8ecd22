//! JSON text to a tree, by the grammar of RFC 8259 and nothing beyond it.

use std::borrow::Cow;

use super::Value;
use super::read::Reader;

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
    let mut parser = Parser { reader: Reader::new(text), too_deep: false };
    if let Some(value) = parser.value() {
        parser.reader.skip_space();
        if parser.reader.is_over() {
            return Ok(value);
        }
    }
    Err(if parser.too_deep { ParseError::TooDeep } else { ParseError::Syntax(parser.reader.at) })
}

/// Whatever it reads is `None` where the text is refused.
struct Parser<'a> {
    reader: Reader<'a>,
    too_deep: bool,
}

impl<'a> Parser<'a> {
    /// Passes over a byte that has to be there, and the space before it.
    #[inline(never)]
    fn expect(&mut self, byte: u8) -> Option<()> {
        self.reader.skip_space();
        self.reader.eat(byte)
    }

    #[inline(never)]
    fn since(&self, start: usize) -> Option<&'a str> {
        self.reader.text.get(start..self.reader.at)
    }

    fn value(&mut self) -> Option<Value<'a>> {
        self.reader.skip_space();
        let start = self.reader.at;
        match self.reader.peek() {
            b'{' => {
                let mut members = Vec::new();
                self.all(b'}', &mut |parser| {
                    parser.reader.skip_space();
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
            b'-' | b'0'..=b'9' => {
                self.reader.number()?;
                Some(Value::Number(Cow::Borrowed(self.since(start)?)))
            }
            _ => Some(match self.reader.word()? {
                "null" => Value::Null,
                word => Value::Bool(word == "true"),
            }),
        }
    }

    /// What stands between the brackets of an array or an object.
    fn all(&mut self, end: u8, each: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if self.reader.depth == MAX_DEPTH {
            self.too_deep = true;
            return None;
        }
        self.reader.depth += 1;
        self.reader.at += 1;
        if self.expect(end).is_none() {
            loop {
                each(self)?;
                if self.expect(end).is_some() {
                    break;
                }
                self.expect(b',')?;
            }
        }
        self.reader.depth -= 1;
        Some(())
    }

    #[inline(never)]
    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.reader.eat(b'"')?;
        let mut start = self.reader.at;
        let mut unescaped: Option<String> = None;
        loop {
            let stop = self.reader.plain();
            let run = self.since(start)?;
            if stop < b' ' {
                return None;
            }
            self.reader.at += 1;
            match stop {
                b'"' => {
                    return Some(match unescaped {
                        None => Cow::Borrowed(run),
                        Some(mut text) => {
                            text.push_str(run);
                            Cow::Owned(text)
                        }
                    });
                }
                // What is neither a quote nor a control character is a backslash.
                _ => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(run);
                    text.push(self.reader.escape()?);
                    start = self.reader.at;
                }
            }
        }
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
    fn a_text_that_stops_short_is_refused_where_it_stops() {
        for (text, at) in [("\"", 1), ("\"a", 2), ("\"\\\"", 3), ("[1,", 3), ("{\"a\":\"\u{1}\"}", 6)] {
            assert_eq!(parse(text), Err(ParseError::Syntax(at)), "{text}");
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
