//! JSON text out: of a tree, or member by member.

use super::Value;
use crate::text::hex_digit;

/// Appends a value as compact JSON.
pub fn write(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(digits) => out.push_str(digits),
        Value::Text(text) => write_text(out, text),
        Value::List(items) => {
            let mut separator = '[';
            for item in items {
                out.push(separator);
                write(out, item);
                separator = ',';
            }
            out.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Object(members) => {
            let mut writer = Writer::new(out);
            for (name, value) in members {
                write(writer.name(name), value);
            }
            writer.end();
        }
    }
}

/// Appends a string as JSON, quotes included.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    // What needs no escape is copied in whole runs.
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte < b' ' || byte == b'"' || byte == b'\\' {
            out.push_str(text.get(start..at).unwrap_or_default());
            start = at + 1;
            push_escaped(out, char::from(byte));
        }
    }
    out.push_str(text.get(start..).unwrap_or_default());
    out.push('"');
}

/// Appends a character of a string, with the escape that it needs.
pub fn push_escaped(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '"' | '\\' => {
            out.push('\\');
            out.push(character);
        }
        '\0'..='\u{1f}' => {
            let byte = character as u8;
            out.push_str(if byte < 16 { "\\u000" } else { "\\u001" });
            out.push(hex_digit(byte & 15, b'a'));
        }
        _ => out.push(character),
    }
}

/// Writes one object, a member at a time.
#[derive(Debug)]
pub struct Writer<'o> {
    out: &'o mut String,
    separator: char,
}

impl<'o> Writer<'o> {
    /// Begins an object at the end of `out`.
    pub fn new(out: &'o mut String) -> Self {
        Writer { out, separator: '{' }
    }

    /// Writes a member's name; the caller appends its value to what comes back.
    pub fn name(&mut self, name: &str) -> &mut String {
        self.out.push(self.separator);
        self.separator = ',';
        write_text(self.out, name);
        self.out.push(':');
        self.out
    }

    /// A member that is a string.
    pub fn text(&mut self, name: &str, text: &str) {
        write_text(self.name(name), text);
    }

    /// A member that is a string, when there is one.
    pub fn text_if(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// A member that is JSON already.
    pub fn raw(&mut self, name: &str, json: &str) {
        self.name(name).push_str(json);
    }

    /// A member that is a truth value.
    pub fn bool(&mut self, name: &str, value: bool) {
        self.raw(name, if value { "true" } else { "false" });
    }

    /// Ends the object.
    pub fn end(self) {
        if self.separator == '{' {
            self.out.push('{');
        }
        self.out.push('}');
    }
}
