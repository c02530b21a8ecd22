//! What each answer looks like, as tables, and the one checker that reads them.
//!
//! A table says what the wire may send; the checker turns that into one normal form: amounts are decimal
//! text with the digits as sent, times are unix seconds, names are the newest, lists are never absent.
//! What a table does not name is kept as it came. What only serves display and cannot be read is left out, and
//! so is a catalogue's row: neither makes the rest unreadable.

pub mod brands;
mod check;
#[cfg(not(target_arch = "wasm32"))]
pub mod issue_codes;
pub mod order;
pub mod payment_vias;
pub mod price;
pub mod products;
pub mod scan;
#[cfg(not(target_arch = "wasm32"))]
pub mod typescript;
pub mod validation;

pub use check::{
    Issue, Issues, MAX_BYTES, PAYLOADS, Payload, check, check_by_tree, check_noting, check_order, to_value,
    write_issues,
};
pub(crate) use check::{Step, refusal, refuse};

use crate::text;

/// What a value may be, and what it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string; a number is taken as its digits.
    Text,
    /// A string and nothing else: what decides whether this is the payload it claims to be.
    Word,
    /// An amount: decimal text, or a JSON number, which becomes its source text. Never an exponent.
    Decimal,
    /// How much of something is included: decimal text, or `unlimited` for the wire's -1, so that nobody shows -1.
    Quota,
    /// A decimal that some answers wrap as `{amount, currency}`.
    Amount,
    /// Unix seconds: text, number or fraction, which becomes a JSON number.
    Time,
    /// A whole number; text of digits is taken too.
    Integer,
    /// A truth value; the text of one is taken too, and 0 and 1.
    Bool,
    /// Anything, kept as sent.
    Any,
    /// An object with a table of its own.
    Object,
}

/// Whether there are many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One value.
    One,
    /// An array; `null` and absence become an empty one, and entries that are `null` are left out.
    List,
    /// An array of which the entries that cannot be read are left out, as long as one of them can.
    Rows,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// Whether there are many.
    pub shape: Shape,
    /// What each is.
    pub kind: Kind,
    /// The table of an object.
    pub table: Option<&'static Schema>,
}

impl Type {
    /// One value without a table.
    pub const fn one(kind: Kind) -> Type {
        Type { shape: Shape::One, kind, table: None }
    }

    /// An object.
    pub const fn object(table: &'static Schema) -> Type {
        Type { shape: Shape::One, kind: Kind::Object, table: Some(table) }
    }

    /// Many of it.
    pub const fn many(self, shape: Shape) -> Type {
        Type { shape, ..self }
    }
}

/// Whether a field has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Absent or `null` is an issue.
    Required,
    /// `null` counts as absent, and the normal form leaves it out: a price that is `null` is no price, not zero.
    /// So does what cannot be read: it serves display only.
    Optional,
    /// As optional, but what cannot be read is an issue: money or delivery depends on it.
    Exact,
}

/// One field of a payload. Its names stand in the schema's text: a pointer for each name and each list of older
/// ones would take three times the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// What it holds.
    pub is: Type,
    /// Whether it has to be there.
    pub presence: Presence,
    /// The length of its newest name, and of all its names.
    lengths: (u8, u8),
    /// The TypeScript type of a word's known values. Not compiled into the wasm.
    #[cfg(not(target_arch = "wasm32"))]
    pub word: &'static str,
    /// What it means, its unit, where that is known from. Not compiled into the wasm.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

/// One object of a payload.
#[derive(Debug)]
pub struct Schema {
    /// Its fields, in the order of the normal form's documentation.
    fields: &'static [Field],
    /// Their names, one after the other: the newest, then the older ones, each with a `|` before it.
    names: &'static str,
    /// Its name, which is also the TypeScript interface's. Not compiled into the wasm.
    #[cfg(not(target_arch = "wasm32"))]
    pub name: &'static str,
    /// What it is. Not compiled into the wasm.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

impl Field {
    fn has_older_names(&self) -> bool {
        self.lengths.1 > self.lengths.0
    }
}

impl Schema {
    /// The field of that newest name and its place among the fields, looked for from `place` on.
    fn find(&self, name: &[u8], place: &mut scan::Place) -> Option<(usize, &'static Field)> {
        let names = self.names.as_bytes();
        let (mut at, mut from) = (place.field, place.name);
        // From there to the end, then from the beginning.
        for _ in 0..2 {
            for field in self.fields.get(at..)? {
                let start = from;
                at += 1;
                from += usize::from(field.lengths.1);
                if usize::from(field.lengths.0) == name.len()
                    && names.get(start) == name.first()
                    && names.get(start..start + name.len()) == Some(name)
                {
                    *place = scan::Place { field: at, name: from };
                    return Some((at - 1, field));
                }
            }
            (at, from) = (0, 0);
        }
        None
    }

    /// Whether that is an older name of a field.
    fn knows_older(&self, name: &[u8]) -> bool {
        self.named_fields()
            .any(|(_, _, older)| text::split(older, "|").skip(1).any(|older| older.as_bytes() == name))
    }

    /// The fields, each with its newest name, the only one in the normal form, and the older ones, which are
    /// taken when the newest is not there.
    pub fn named_fields(&self) -> impl Iterator<Item = (&'static Field, &'static str, &'static str)> {
        let mut names = self.names;
        self.fields.iter().map_while(move |field| {
            let (own, rest) = names.split_at_checked(usize::from(field.lengths.1))?;
            names = rest;
            let (newest, older) = own.split_at_checked(usize::from(field.lengths.0))?;
            Some((field, newest, older))
        })
    }
}

/// Writes a table: `schema! { NAME: "Interface", "doc"; required|optional|exact name: Kind, "doc"; … }`, with older
/// names as `name | "old" | "older": Kind`. A kind is `Kind::Text` and so on, `Kind::Word("TypeScript type")`,
/// `Kind::Object(&TABLE)`, and `Kind::List(&…)` or `Kind::Rows(&…)` of such a kind.
macro_rules! schema {
    (
        $const:ident: $interface:literal, $doc:literal;
        $($presence:ident $name:ident $(| $alias:literal)*: Kind::$kind:ident $(($($of:tt)*))?, $field_doc:literal;)*
    ) => {
        #[doc = $doc]
        pub static $const: $crate::schema::Schema = $crate::schema::Schema {
            fields: &[$($crate::schema::Field {
                is: $crate::schema::schema!(@type $kind $($($of)*)?),
                presence: $crate::schema::schema!(@presence $presence),
                lengths: (stringify!($name).len() as u8, concat!(stringify!($name), $("|", $alias),*).len() as u8),
                #[cfg(not(target_arch = "wasm32"))]
                word: $crate::schema::schema!(@word $($($of)*)?),
                #[cfg(not(target_arch = "wasm32"))]
                doc: $field_doc,
            }),*],
            names: concat!($(stringify!($name), $("|", $alias,)*)*),
            #[cfg(not(target_arch = "wasm32"))]
            name: $interface,
            #[cfg(not(target_arch = "wasm32"))]
            doc: $doc,
        };
    };
    (@presence required) => { $crate::schema::Presence::Required };
    (@presence optional) => { $crate::schema::Presence::Optional };
    (@presence exact) => { $crate::schema::Presence::Exact };
    (@type Object $table:expr) => { $crate::schema::Type::object($table) };
    (@type List & Kind::$kind:ident $(($($of:tt)*))?) => {
        $crate::schema::schema!(@type $kind $($($of)*)?).many($crate::schema::Shape::List)
    };
    (@type Rows & Kind::$kind:ident $(($($of:tt)*))?) => {
        $crate::schema::schema!(@type $kind $($($of)*)?).many($crate::schema::Shape::Rows)
    };
    (@type $kind:ident $($word:literal)?) => { $crate::schema::Type::one($crate::schema::Kind::$kind) };
    (@word $word:literal) => { $word };
    (@word $($other:tt)*) => { "" };
}
pub(crate) use schema;
