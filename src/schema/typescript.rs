//! TypeScript interfaces of the normal form, written from the tables.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::check::PAYLOADS;
use super::issue_codes::{INVOICE, ISSUES};
use super::{Field, Kind, Presence, Schema, Shape, Type};
use crate::order::state::{STATES, UNKNOWN_STAGE};
use crate::problem::table::{self, Group, Remedy, TABLE};
use crate::text;

/// What a union ends with where there may be more than this version knows.
const OPEN: &str = "(string & {})";

/// The whole of `wire.d.ts`.
pub fn declarations() -> String {
    let mut out = String::from(
        "// Written by `cargo xtask build` from the tables in src/: change those, not this.\n\n\
         /** An amount as decimal text, never a number: `\"20.63\"`. */\nexport type DecimalText = string;\n",
    );
    let states = STATES.iter().map(|state| state.name);
    union(
        &mut out,
        "OrderState",
        "Where an order stands. States newer than this package are strings too.",
        states,
        OPEN,
    );
    let mut stages: Vec<&str> = Vec::new();
    for state in &STATES {
        if !stages.contains(&state.stage) {
            stages.push(state.stage);
        }
    }
    let doc = "What an order's state means for the shopper.";
    union(&mut out, "OrderStage", doc, stages.into_iter(), &quoted(UNKNOWN_STAGE));
    problems(&mut out);
    let mut written = BTreeSet::new();
    for payload in PAYLOADS {
        table(&mut out, &mut written, &payload.root);
    }
    out
}

/// The words problems and issues are told in.
fn problems(out: &mut String) {
    let codes = TABLE.iter().map(|entry| entry.code);
    union(
        out,
        "ProblemCode",
        "Why a request was refused. Codes newer than this package are strings too.",
        codes,
        OPEN,
    );
    let groups = Group::ALL.iter().map(|group| group.as_str());
    union(out, "ProblemGroup", "What a problem is about.", groups, OPEN);
    let fields = table::Field::ALL.iter().map(|field| field.as_str()).filter(|field| !field.is_empty());
    union(out, "ProblemField", "What of an order's form a problem concerns.", fields, OPEN);
    let remedies = Remedy::ALL.iter().map(|remedy| remedy.as_str());
    union(out, "ProblemRemedy", "What is most likely to help with a problem.", remedies, OPEN);
    let issues = ISSUES.iter().map(|(code, _)| *code);
    let doc = "What is wrong with a field. Codes newer than this package are strings too.";
    union(out, "IssueCode", doc, issues, &text::join(&["`", INVOICE, "${string}`\n  | ", OPEN]));
}

fn quoted(word: &str) -> String {
    text::join(&["'", word, "'"])
}

/// The type of a word: those there are, and what it may be besides.
fn union<'w>(out: &mut String, name: &str, doc: &str, words: impl Iterator<Item = &'w str>, rest: &str) {
    let _ = writeln!(out, "\n/** {doc} */\nexport type {name} =");
    for word in words {
        let _ = writeln!(out, "  | {}", quoted(word));
    }
    let _ = writeln!(out, "  | {rest};");
}

fn table(out: &mut String, written: &mut BTreeSet<&'static str>, of: &Type) {
    if let Some(schema) = of.table {
        interface(out, written, schema);
    }
}

fn interface(out: &mut String, written: &mut BTreeSet<&'static str>, schema: &Schema) {
    if !written.insert(schema.name) {
        return;
    }
    let _ = writeln!(out, "\n/** {} */\nexport interface {} {{", schema.doc, schema.name);
    for (field, newest, _) in schema.named_fields() {
        let _ = writeln!(out, "  /** {} */\n  {newest}{}: {};", field.doc, mark(field), name(field));
    }
    out.push_str("}\n");
    for field in schema.fields {
        table(out, written, &field.is);
    }
}

fn mark(field: &Field) -> &'static str {
    if field.presence == Presence::Required || field.is.shape != Shape::One { "" } else { "?" }
}

fn name(field: &Field) -> String {
    let one = match field.is.kind {
        Kind::Text => "string",
        Kind::Word => field.word,
        Kind::Decimal | Kind::Amount => "DecimalText",
        Kind::Quota => "DecimalText | 'unlimited'",
        Kind::Time | Kind::Integer => "number",
        Kind::Bool => "boolean",
        Kind::Any => "unknown",
        Kind::Object => field.is.table.map_or("unknown", |table| table.name),
    };
    match field.is.shape {
        Shape::One => one.to_owned(),
        Shape::List | Shape::Rows => format!("{one}[]"),
    }
}
