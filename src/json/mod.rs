//! JSON as a borrowed tree: text stays where it is, numbers keep the digits they were sent with.
//!
//! An amount must never pass through a float, so a number is the slice of the source that spells it.

mod parse;
mod read;
mod write;

use std::borrow::Cow;

pub use parse::{MAX_DEPTH, ParseError, parse};
pub use read::Reader;
pub use write::{Writer, push_escaped, write, write_text};

/// One JSON value, borrowing from the text it was read from.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as its source text.
    Number(Cow<'a, str>),
    /// A string, unescaped.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Value<'a>>),
    /// An object: its members in source order, repeated names included.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// The member of that name; of repeated names the last, as `JSON.parse` has it.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.members().iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The member of that name, unless it is `null`.
    pub fn some(&self, name: &str) -> Option<&Value<'a>> {
        self.get(name).filter(|value| **value != Value::Null)
    }

    /// The text of the member of that name, if it is a string.
    pub fn text_at(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::text)
    }

    /// The text, if this is a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string, or the digits of a number.
    pub fn text_or_digits(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Number(digits) => Some(digits),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The items of an array; nothing for anything else.
    pub fn items(&self) -> &[Value<'a>] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The items of the array of that name; nothing where there is none.
    pub fn items_at(&self, name: &str) -> &[Value<'a>] {
        self.get(name).map_or(&[], Value::items)
    }

    /// The members of an object; nothing for anything else.
    pub fn members(&self) -> &[(Cow<'a, str>, Value<'a>)] {
        match self {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// Whether this says nothing: `null`, `false`, or empty.
    pub fn is_blank(&self) -> bool {
        match self {
            Value::Null | Value::Bool(false) => true,
            Value::Text(text) => text.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        }
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Value::Object(_))
    }

    /// This value as JSON text.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write(&mut out, self);
        out
    }
}
