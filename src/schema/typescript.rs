//! TypeScript interfaces of the normal form, written from the tables.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::check::PAYLOADS;
use super::{Field, Kind, Presence, Schema};
use crate::order::state::STATES;

/// The whole of `wire.d.ts`.
pub fn declarations() -> String {
    let mut out = String::from(
        "// Written by `cargo xtask build` from the tables in src/schema/: change those, not this.\n\n\
         /** An amount as decimal text, never a number: `\"20.63\"`. */\nexport type DecimalText = string;\n\n\
         /** Where an order stands. States newer than this package are strings too. */\nexport type OrderState =\n",
    );
    for state in &STATES {
        let _ = writeln!(out, "  | '{}'", state.name);
    }
    out.push_str("  | (string & {});\n\n/** What an order's state means for the shopper. */\nexport type OrderStage =\n");
    let mut stages: Vec<&str> = Vec::new();
    for state in &STATES {
        if !stages.contains(&state.stage) {
            stages.push(state.stage);
            let _ = writeln!(out, "  | '{}'", state.stage);
        }
    }
    out.push_str("  | 'unknown';\n");
    let mut written = BTreeSet::new();
    for payload in PAYLOADS {
        kind(&mut out, &mut written, &payload.root);
    }
    out
}

fn kind(out: &mut String, written: &mut BTreeSet<&'static str>, of: &Kind) {
    match of {
        Kind::Object(schema) => interface(out, written, schema),
        Kind::List(item) | Kind::Rows(item) => kind(out, written, item),
        _ => {}
    }
}

fn interface(out: &mut String, written: &mut BTreeSet<&'static str>, schema: &Schema) {
    if !written.insert(schema.name) {
        return;
    }
    let _ = writeln!(out, "\n/** {} */\nexport interface {} {{", schema.doc, schema.name);
    for field in schema.fields {
        let _ =
            writeln!(out, "  /** {} */\n  {}{}: {};", field.doc, field.name, mark(field), name(&field.kind));
    }
    out.push_str("}\n");
    for field in schema.fields {
        kind(out, written, &field.kind);
    }
}

fn mark(field: &Field) -> &'static str {
    match (field.presence, field.kind) {
        (Presence::Required, _) | (_, Kind::List(_) | Kind::Rows(_)) => "",
        _ => "?",
    }
}

fn name(kind: &Kind) -> String {
    match kind {
        Kind::Text => "string".to_owned(),
        Kind::Word(name) => (*name).to_owned(),
        Kind::Decimal | Kind::Amount => "DecimalText".to_owned(),
        Kind::Time | Kind::Integer => "number".to_owned(),
        Kind::Bool => "boolean".to_owned(),
        Kind::Any => "unknown".to_owned(),
        Kind::Object(schema) => schema.name.to_owned(),
        Kind::List(item) | Kind::Rows(item) => format!("{}[]", name(item)),
    }
}
