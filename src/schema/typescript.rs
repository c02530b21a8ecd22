//! TypeScript interfaces of the normal form, written from the tables.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::check::PAYLOADS;
use super::{Field, Kind, Presence, Schema, Shape, Type};
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
        table(&mut out, &mut written, &payload.root);
    }
    out
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
