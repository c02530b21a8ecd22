//! What the package weighs, and whether that is more than it may.

use crate::package;
use crate::process;
use crate::project::Project;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::time::Duration;

const BUDGET: &str = "npm/size-budget.json";
const MEASURES: [&str; 3] = ["raw", "gzip", "brotli"];

/// Builds, measures, compares; gives the exit code.
pub fn run(project: &Project, json: bool) -> Result<u8> {
    package::build(project)?;
    let text = process::read(project.node().arg("xtask/size.mjs"), Duration::from_secs(120))?;
    let sizes: Value = serde_json::from_str(&text).context("xtask/size.mjs did not print JSON")?;
    let budget = fs::read_to_string(project.path(BUDGET)).with_context(|| format!("cannot read {BUDGET}"))?;
    let budget: Value = serde_json::from_str(&budget).with_context(|| format!("{BUDGET} is not JSON"))?;

    let rows = rows(&sizes);
    if json {
        println!("{}", text.trim());
    } else {
        println!("{:<24}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip", "brotli");
        for row in &rows {
            let size = |measure| row.sizes.get(measure).and_then(Value::as_u64).unwrap_or(0);
            println!("{:<24}{:>10}{:>10}{:>10}", row.name, size("raw"), size("gzip"), size("brotli"));
        }
    }
    let complaints = compare(&rows, &budget);
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    Ok(u8::from(!complaints.is_empty()))
}

/// One thing that was measured.
struct Row<'a> {
    name: &'a str,
    sizes: &'a Value,
}

fn rows(sizes: &Value) -> Vec<Row<'_>> {
    let wasm = sizes.get("wasm").map(|sizes| Row { name: "wasm", sizes });
    let entries = sizes.get("entries").and_then(Value::as_object);
    let entries = entries.into_iter().flatten().map(|(name, sizes)| Row { name, sizes });
    wasm.into_iter().chain(entries).collect()
}

/// What is above its budget, and what the budget names that was not measured.
fn compare(rows: &[Row], budget: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    for limits in self::rows(budget) {
        let Some(row) = rows.iter().find(|row| row.name == limits.name) else {
            complaints.push(format!("{BUDGET} names `{}`, which is not in the package", limits.name));
            continue;
        };
        for measure in MEASURES {
            let Some(limit) = limits.sizes.get(measure).and_then(Value::as_u64) else { continue };
            match row.sizes.get(measure).and_then(Value::as_u64) {
                Some(size) if size <= limit => {}
                Some(size) => complaints.push(format!(
                    "{}: {size} bytes {measure}, {} more than the budget's {limit}",
                    row.name,
                    size - limit
                )),
                None => complaints.push(format!("{}: its {measure} size was not measured", row.name)),
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn complaints(sizes: Value, budget: Value) -> Vec<String> {
        compare(&rows(&sizes), &budget)
    }

    #[test]
    fn within_budget_is_silent() {
        let sizes = json!({"wasm": {"raw": 10, "gzip": 5, "brotli": 4}, "entries": {".": {"raw": 9, "gzip": 9, "brotli": 9}}});
        assert!(
            complaints(sizes.clone(), json!({"wasm": {"gzip": 5}, "entries": {".": {"gzip": 9}}})).is_empty()
        );
        assert!(complaints(sizes, json!({})).is_empty());
    }

    #[test]
    fn above_budget_is_said_by_how_much() {
        let sizes = json!({"wasm": {"raw": 10, "gzip": 5, "brotli": 4}, "entries": {}});
        let said = complaints(sizes, json!({"wasm": {"raw": 7, "gzip": 5}}));
        assert_eq!(said, ["wasm: 10 bytes raw, 3 more than the budget's 7"]);
    }

    #[test]
    fn a_budget_without_its_thing_is_a_fault() {
        let said = complaints(json!({"entries": {}}), json!({"entries": {"./slim": {"gzip": 1}}}));
        assert!(said.first().unwrap().contains("./slim"));
        let said = complaints(json!({"wasm": {}}), json!({"wasm": {"gzip": 1}}));
        assert!(said.first().unwrap().contains("not measured"));
    }
}
