//! What the package weighs, and whether that is more than it may.

use crate::demo;
use crate::package;
use crate::process;
use crate::project::Project;
use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use std::fs;
use std::time::Duration;

const BUDGET: &str = "npm/size-budget.json";
const MEASURES: [&str; 3] = ["raw", "gzip", "brotli"];

/// Where the table is shown, between these two marks.
const PAGES: [&str; 2] = ["README.md", "README.ja.md"];
const BEGIN: &str = "<!-- size -->\n";
const END: &str = "<!-- /size -->";

/// What to do with the figures.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Output {
    /// Print them as JSON.
    pub json: bool,
    /// Write the table of the README.
    pub write: bool,
    /// Say what the watch adds to the wasm.
    pub parts: bool,
    /// Say what each function of the wasm weighs, and nothing else.
    pub functions: bool,
}

/// Builds, measures, compares; gives the exit code.
pub fn run(project: &Project, output: Output) -> Result<u8> {
    let tarball = package::build(project)?;
    if output.functions {
        let mut node = project.node();
        node.arg("xtask/functions.mjs").arg(package::with_names(project)?);
        node.args(output.json.then_some("--json"));
        return process::run_visibly(&mut node, Duration::from_secs(60));
    }
    demo::build_page(project, &tarball)?;
    let sizes: Value =
        serde_json::from_str(&measure(project)?).context("xtask/size.mjs did not print JSON")?;
    let page = measure_page(project)?;
    let rows = rows(&sizes);
    if output.write {
        for page in PAGES {
            write_table(project, page, &rows)?;
        }
    }
    if output.json {
        let mut all = sizes.clone();
        if let Some(all) = all.as_object_mut() {
            all.insert("page".to_owned(), page.clone());
        }
        println!("{all}");
    } else {
        println!("{:<24}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip", "brotli");
        for row in rows.iter().chain(&page_rows(&page)) {
            let size = |measure| row.sizes.get(measure).and_then(Value::as_u64).unwrap_or(0);
            println!("{:<24}{:>10}{:>10}{:>10}", row.name, size("raw"), size("gzip"), size("brotli"));
        }
    }
    let budget = budget(project)?;
    let mut complaints = compare(&rows, &budget);
    if let Some(limits) = budget.get("page") {
        complaints.extend(compare_with(&page_rows(&page), &page_rows(limits)));
    }
    if output.parts {
        let part = watch_share(project, &sizes)?;
        if !output.json {
            println!("{:<24}{:>10}", "wasm: the watch's share", part);
        }
        complaints.extend(too_much_watch(part, &budget));
    }
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    Ok(u8::from(!complaints.is_empty()))
}

/// How many bytes of the gzipped wasm the watch's exports are, by making the module without them.
fn watch_share(project: &Project, sizes: &Value) -> Result<i64> {
    let without = package::without_watch(project)?;
    let mut node = project.node();
    node.arg("xtask/size.mjs").arg(without);
    let text = process::read(&mut node, Duration::from_secs(120))?;
    let without: Value = serde_json::from_str(&text).context("xtask/size.mjs did not print JSON")?;
    let gzip = |sizes: &Value| sizes.pointer("/wasm/gzip").and_then(Value::as_i64);
    gzip(sizes).zip(gzip(&without)).map(|(with, without)| with - without).context("the wasm was not measured")
}

/// That the watch adds more than it may, if it does; a budget that names no watch is a fault as well.
fn too_much_watch(share: i64, budget: &Value) -> Option<String> {
    match budget.pointer("/parts/watch/gzip").and_then(Value::as_i64) {
        Some(limit) if share <= limit => None,
        Some(limit) => {
            Some(format!("the watch adds {share} bytes gzip to the wasm, more than the budget's {limit}"))
        }
        None => Some(format!("{BUDGET} says nothing of parts.watch.gzip")),
    }
}

/// What is above its budget in the package that is built, and what the READMEs say otherwise.
pub fn complaints(project: &Project) -> Result<Vec<String>> {
    let sizes: Value =
        serde_json::from_str(&measure(project)?).context("xtask/size.mjs did not print JSON")?;
    let rows = rows(&sizes);
    let budget = budget(project)?;
    let mut complaints = compare(&rows, &budget);
    complaints.extend(too_much_watch(watch_share(project, &sizes)?, &budget));
    for page in PAGES {
        let text = fs::read_to_string(project.path(page)).with_context(|| format!("cannot read {page}"))?;
        let (_, written, _) = split(page, &text)?;
        if drifted(written, &table(&rows)) {
            complaints.push(format!("{page} shows other sizes than were measured: cargo xtask size --write"));
        }
    }
    Ok(complaints)
}

fn measure(project: &Project) -> Result<String> {
    process::read(project.node().arg("xtask/size.mjs"), Duration::from_secs(120))
}

/// The demo's page, as it is built: what its first view needs, and all of it.
fn measure_page(project: &Project) -> Result<Value> {
    let mut node = project.node();
    node.args(["xtask/size.mjs", "--page"]);
    let text = process::read(&mut node, Duration::from_secs(120))?;
    serde_json::from_str(&text).context("xtask/size.mjs did not print JSON")
}

fn budget(project: &Project) -> Result<Value> {
    let text = fs::read_to_string(project.path(BUDGET)).with_context(|| format!("cannot read {BUDGET}"))?;
    serde_json::from_str(&text).with_context(|| format!("{BUDGET} is not JSON"))
}

/// In kilobytes with one decimal: what a reader compares, and what a few bytes more do not change.
fn table(rows: &[Row]) -> String {
    let mut table = String::from("| kB | minified | gzip | brotli |\n| --- | ---: | ---: | ---: |\n");
    for row in rows {
        let shown = |measure| {
            let bytes = row.sizes.get(measure).and_then(Value::as_u64).unwrap_or(0);
            format!("{}.{}", (bytes + 50) / 1000, (bytes + 50) % 1000 / 100)
        };
        let name = if row.name == "wasm" { "`./sdk.wasm`".to_owned() } else { format!("`{}`", row.name) };
        table += &format!("| {name} | {} | {} | {} |\n", shown("raw"), shown("gzip"), shown("brotli"));
    }
    table
}

/// Whether a table says something else than another, by more than a twentieth or the last digit.
fn drifted(written: &str, measured: &str) -> bool {
    let near = |one: &str, other: &str| match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => (one - other).abs() <= f64::max(other / 20.0, 0.15),
        _ => one == other,
    };
    let cells = |table: &str| table.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let (written, measured) = (cells(written), cells(measured));
    written.len() != measured.len() || written.iter().zip(&measured).any(|(one, other)| !near(one, other))
}

/// What stands before the table, the table, and what stands after it.
fn split<'a>(page: &str, text: &'a str) -> Result<(&'a str, &'a str, &'a str)> {
    let marks = || anyhow!("{page} has no place for the sizes: a line {} and a line {END}", BEGIN.trim());
    let (before, rest) = text.split_once(BEGIN).ok_or_else(marks)?;
    let (written, after) = rest.split_once(END).ok_or_else(marks)?;
    Ok((before, written, after))
}

fn write_table(project: &Project, page: &str, rows: &[Row]) -> Result<()> {
    let path = project.path(page);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {page}"))?;
    let (before, _, after) = split(page, &text)?;
    fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table(rows)))
        .with_context(|| format!("cannot write {page}"))
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

fn page_rows(page: &Value) -> Vec<Row<'_>> {
    page.as_object().into_iter().flatten().map(|(name, sizes)| Row { name, sizes }).collect()
}

/// What is above its budget, and what the budget names that was not measured.
fn compare(rows: &[Row], budget: &Value) -> Vec<String> {
    compare_with(rows, &self::rows(budget))
}

fn compare_with(rows: &[Row], budget: &[Row]) -> Vec<String> {
    let mut complaints = Vec::new();
    for limits in budget {
        let Some(row) = rows.iter().find(|row| row.name == limits.name) else {
            complaints.push(format!("{BUDGET} names `{}`, which is not there", limits.name));
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
    fn the_watch_has_a_budget_of_its_own() {
        let budget = json!({"parts": {"watch": {"gzip": 4000}}});
        assert_eq!(too_much_watch(4000, &budget), None);
        assert_eq!(
            too_much_watch(4001, &budget).unwrap(),
            "the watch adds 4001 bytes gzip to the wasm, more than the budget's 4000"
        );
        assert!(too_much_watch(1, &json!({})).unwrap().contains("parts.watch.gzip"));
    }

    #[test]
    fn the_table_rounds_to_a_tenth_of_a_kilobyte() {
        let sizes = json!({"wasm": {"raw": 88_890, "gzip": 949, "brotli": 50}, "entries": {"./x": {"raw": 1000, "gzip": 999, "brotli": 1049}}});
        assert_eq!(
            table(&rows(&sizes)),
            "| kB | minified | gzip | brotli |\n| --- | ---: | ---: | ---: |\n\
             | `./sdk.wasm` | 88.9 | 0.9 | 0.1 |\n| `./x` | 1.0 | 1.0 | 1.0 |\n"
        );
    }

    #[test]
    fn a_table_may_be_a_little_behind() {
        let row = |figure: &str| format!("| kB | gzip |\n| `.` | {figure} |\n");
        assert!(!drifted(&row("54.7"), &row("52.2")));
        assert!(!drifted(&row("0.7"), &row("0.6")));
        assert!(drifted(&row("54.7"), &row("51.0")));
        assert!(drifted(&row("54.7").replace("`.`", "`./x`"), &row("54.7")));
        assert!(drifted("", &row("54.7")));
    }

    #[test]
    fn the_table_stands_between_its_marks() {
        let (before, table, after) = split("x", "a\n<!-- size -->\nold\n<!-- /size -->\nb").unwrap();
        assert_eq!((before, table, after), ("a\n", "old\n", "\nb"));
        assert!(split("x", "a").unwrap_err().to_string().contains("<!-- size -->"));
    }

    #[test]
    fn a_budget_without_its_thing_is_a_fault() {
        let said = complaints(json!({"entries": {}}), json!({"entries": {"./slim": {"gzip": 1}}}));
        assert!(said.first().unwrap().contains("./slim"));
        let said = complaints(json!({"wasm": {}}), json!({"wasm": {"gzip": 1}}));
        assert!(said.first().unwrap().contains("not measured"));
    }
}
