//! What each answer looks like, as tables, and the one checker that reads them.
//!
//! A table says what the wire may send; the checker turns that into one normal form: amounts are decimal
//! text with the digits as sent, times are unix seconds, names are the newest, lists are never absent.
//! What a table does not name is kept as it came. What only serves display and cannot be read is left out, and
//! so is a catalogue's row: neither makes the rest unreadable.

pub mod brands;
mod check;
pub mod order;
pub mod payment_vias;
pub mod price;
pub mod products;
#[cfg(not(target_arch = "wasm32"))]
pub mod typescript;
pub mod validation;

pub use check::{
    Issue, Issues, MAX_BYTES, PAYLOADS, Payload, check, check_noting, check_order, to_value, write_issues,
};

/// What a value may be, and what it becomes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A string; a number is taken as its digits.
    Text,
    /// A string and nothing else: what decides whether this is the payload it claims to be. The name is the
    /// TypeScript type of the known values.
    Word(&'static str),
    /// An amount: decimal text, or a JSON number, which becomes its source text. Never an exponent.
    Decimal,
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
    Object(&'static Schema),
    /// An array; `null` and absence become an empty one, and entries that are `null` are left out.
    List(&'static Kind),
    /// An array of which the entries that cannot be read are left out, as long as one of them can.
    Rows(&'static Kind),
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

/// One field of a payload.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The newest name, and the only one in the normal form.
    pub name: &'static str,
    /// Older names, taken when the newest is not there.
    pub aliases: &'static [&'static str],
    /// What it holds.
    pub kind: Kind,
    /// Whether it has to be there.
    pub presence: Presence,
    /// What it means, its unit, where that is known from. Not compiled into the wasm.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

/// One object of a payload.
#[derive(Debug)]
pub struct Schema {
    /// Its name, which is also the TypeScript interface's.
    pub name: &'static str,
    /// Its fields, in the order of the normal form's documentation.
    pub fields: &'static [Field],
    /// What it is. Not compiled into the wasm.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

/// Writes a table: `schema! { NAME: "Interface", "doc"; required|optional|exact name: Kind, "doc"; … }`, with older
/// names as `name | "old" | "older": Kind`.
macro_rules! schema {
    (
        $(#[$meta:meta])* $const:ident: $interface:literal, $doc:literal;
        $($presence:ident $name:ident $(| $alias:literal)*: $kind:expr, $field_doc:literal;)*
    ) => {
        $(#[$meta])*
        #[doc = $doc]
        pub static $const: $crate::schema::Schema = $crate::schema::Schema {
            name: $interface,
            fields: &[$($crate::schema::Field {
                name: stringify!($name),
                aliases: &[$($alias),*],
                kind: $kind,
                presence: $crate::schema::schema!(@$presence),
                #[cfg(not(target_arch = "wasm32"))]
                doc: $field_doc,
            }),*],
            #[cfg(not(target_arch = "wasm32"))]
            doc: $doc,
        };
    };
    (@required) => { $crate::schema::Presence::Required };
    (@optional) => { $crate::schema::Presence::Optional };
    (@exact) => { $crate::schema::Presence::Exact };
}
pub(crate) use schema;
