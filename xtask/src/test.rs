//! Every test there is, part by part; one part that fails does not keep the others from running.

use crate::browser::{Chrome, Firefox, WebKit};
use crate::demo;
use crate::docs;
use crate::package;
use crate::process::{self, Interrupted, Step, tail};
use crate::project::{PACKAGE, Project};
use crate::setup;
use crate::size;
use anyhow::{Context, Result, anyhow, bail};
use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Longer than any part takes from nothing on a small machine.
const DEADLINE: Duration = Duration::from_secs(30 * 60);
/// No single Node test may take longer, nor its preparations, which may build somebody else's project.
const NODE_TEST_DEADLINE: Duration = Duration::from_secs(10 * 60);
/// In seconds, for all tests of one page.
const WASM_TEST_TIMEOUT: &str = "120";
/// The targets of fuzz/, and for how long each is tried.
const FUZZ_TARGETS: [&str; 8] =
    ["answers", "problems", "draft", "decimal", "bolt11", "phone", "json", "catalog"];
const FUZZ_SECONDS: u32 = 8;
/// How much of a failed part's output is shown.
const SHOWN_LINES: usize = 150;

/// One part: its name, and how to run it.
struct Part {
    name: &'static str,
    run: fn(&Run) -> Result<Counts>,
}

const PARTS: &[Part] = &[
    Part { name: "fmt", run: fmt },
    Part { name: "clippy", run: clippy },
    Part { name: "unit", run: unit },
    Part { name: "fuzz", run: fuzz },
    Part { name: "wasm", run: wasm },
    Part { name: "wasm-firefox", run: wasm_firefox },
    Part { name: "wasm-webkit", run: wasm_webkit },
    Part { name: "package", run: package_tests },
    Part { name: "size", run: size },
    Part { name: "bff", run: bff },
    Part { name: "docs", run: docs_pages },
    Part { name: "consumers", run: consumers },
    Part { name: "e2e", run: e2e },
];

/// How many tests went which way.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Counts {
    passed: u64,
    failed: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// What the parts share: what one has built, the next need not.
struct Run<'a> {
    project: &'a Project,
    package: OnceCell<Result<PathBuf, String>>,
}

/// Runs every part but those to skip, or the one asked for; gives the exit code.
pub fn run(project: &Project, only: Option<&str>, skip: &[String]) -> Result<u8> {
    if let Some(name) = only.into_iter().chain(skip.iter().map(String::as_str)).find(|name| !is_part(name)) {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        bail!("there is no part `{name}`; the parts are {}", names.join(", "));
    }
    let wanted = |part: &&Part| {
        only.is_none_or(|name| name == part.name) && !skip.iter().any(|name| name == part.name)
    };
    let parts: Vec<&Part> = PARTS.iter().filter(wanted).collect();
    let run = Run { project, package: OnceCell::new() };
    let mut total = Counts::default();
    for part in parts {
        println!("── {}", part.name);
        let start = Instant::now();
        let counts = match (part.run)(&run) {
            Ok(counts) => counts,
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) if error.is::<LeftOut>() && only.is_none() => {
                println!("   left out: {error:#}");
                continue;
            }
            Err(error) => {
                println!("   {error:#}");
                Counts { passed: 0, failed: 1 }
            }
        };
        println!(
            "   {} passed, {} failed ({:.1} s)",
            counts.passed,
            counts.failed,
            start.elapsed().as_secs_f64()
        );
        total.add(counts);
    }
    println!("\n{} passed, {} failed", total.passed, total.failed);
    Ok(u8::from(total.failed > 0))
}

fn is_part(name: &str) -> bool {
    PARTS.iter().any(|part| part.name == name)
}

fn fmt(run: &Run) -> Result<Counts> {
    setup::component(run.project, "rustfmt", "fmt")?;
    let mut counts = run.check("fmt", run.project.cargo().args(["fmt", "--all", "--check"]))?;
    let mut fuzz = run.project.cargo();
    fuzz.args(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]);
    counts.add(run.check("fmt-fuzz", &mut fuzz)?);
    Ok(counts)
}

fn clippy(run: &Run) -> Result<Counts> {
    setup::component(run.project, "clippy", "clippy")?;
    let mut native = run.project.cargo();
    native.args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    let mut counts = run.check("clippy", &mut native)?;
    setup::wasm_target(run.project)?;
    let mut wasm = run.project.cargo();
    wasm.args(["clippy", "--locked", "--package", "cryptorefills-checkout", "--lib"]);
    wasm.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    counts.add(run.check("clippy-wasm", &mut wasm)?);
    Ok(counts)
}

fn unit(run: &Run) -> Result<Counts> {
    let mut cargo = run.project.cargo();
    cargo.args(["test", "--locked", "--workspace", "--no-fail-fast"]);
    run.tests("unit", "about two minutes at first", &mut cargo)
}

/// What reads foreign bytes, with bytes nobody thought of: from the corpus on, for a minute in all.
fn fuzz(run: &Run) -> Result<Counts> {
    let project = run.project;
    let tool = setup::cargo_fuzz(project).map_err(left_out)?.join("cargo-fuzz");
    let targets = project.work("fuzz-target");
    let cargo_fuzz = |subcommand: &str| {
        let mut command = Command::new(&tool);
        // Nothing here is unsafe, so a sanitizer would only be slow, and need a nightly compiler.
        command.current_dir(&project.root).args(["fuzz", subcommand, "--sanitizer", "none", "--target-dir"]);
        command.arg(&targets);
        command
    };
    run.step("fuzz-build", Some("about a minute at first")).run(&mut cargo_fuzz("build"))?;
    let mut counts = Counts::default();
    for name in FUZZ_TARGETS {
        let found = project.work("fuzz").join(name);
        fs::create_dir_all(&found)?;
        let mut command = cargo_fuzz("run");
        // New inputs go to the first folder, which is not the checkout's.
        command.arg(name).arg(&found).arg(project.path("fuzz/corpus").join(name));
        command.args(["--", "-dict=fuzz/wire.dict", "-print_final_stats=1", "-timeout=20"]);
        command.arg(format!("-max_total_time={FUZZ_SECONDS}"));
        command.arg(format!("-artifact_prefix={}/", found.display()));
        let step = format!("fuzz-{name}");
        counts.add(run.check(&step, &mut command)?);
        println!(
            "   {name}: {}",
            fuzzed(&String::from_utf8_lossy(&fs::read(project.log(&format!("test-{step}")))?))
        );
    }
    Ok(counts)
}

/// How much libFuzzer says it has done.
fn fuzzed(log: &str) -> String {
    let after = |line: &str, word: &str| {
        let rest = line.split_once(word)?.1;
        rest.split_whitespace().next().map(str::to_owned)
    };
    let last = |word: &str| log.lines().rev().find_map(|line| after(line, word));
    let (inputs, edges) = (last("stat::number_of_executed_units:"), last(" cov: "));
    format!("{} inputs, {} edges", inputs.as_deref().unwrap_or("no"), edges.as_deref().unwrap_or("no"))
}

/// As users of wasm-pack run it, with webdriver.json and all.
fn wasm(run: &Run) -> Result<Counts> {
    let chrome = Chrome::find(run.project)?;
    let mut command = run.wasm_pack()?;
    command.args(["--chrome", "--chromedriver"]).arg(&chrome.driver);
    command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", chrome.capabilities(run.project)?);
    run.tests("wasm", "about two minutes at first", &mut command)
}

fn wasm_firefox(run: &Run) -> Result<Counts> {
    let firefox = Firefox::find(run.project).map_err(left_out)?;
    let mut command = run.wasm_pack()?;
    command.args(["--firefox", "--geckodriver"]).arg(&firefox.driver);
    command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", firefox.capabilities(run.project)?);
    run.tests("wasm-firefox", "about two minutes at first", &mut command)
}

/// wasm-pack knows Safari on macOS only; the runner behind it takes any driver that is already there.
fn wasm_webkit(run: &Run) -> Result<Counts> {
    let project = run.project;
    setup::wasm_target(project)?;
    let runner = setup::wasm_bindgen(project)?.join("wasm-bindgen-test-runner");
    let webkit = WebKit::start(project).map_err(left_out)?;
    let mut command = project.cargo();
    command.args(["test", "--locked", "--package", PACKAGE, "--target", "wasm32-unknown-unknown"]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    command.env("SAFARIDRIVER_REMOTE", &webkit.address);
    command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", WebKit::capabilities(project));
    command.env("WASM_BINDGEN_TEST_ONLY_WEB", "1").env("WASM_BINDGEN_TEST_TIMEOUT", WASM_TEST_TIMEOUT);
    run.tests("wasm-webkit", "about two minutes at first", &mut command)
}

/// An engine besides Chromium that this machine lacks and we may not install.
#[derive(Debug)]
struct LeftOut(String);

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LeftOut {}

fn left_out(error: anyhow::Error) -> anyhow::Error {
    if error.is::<Interrupted>() { error } else { LeftOut(format!("{error:#}")).into() }
}

fn package_tests(run: &Run) -> Result<Counts> {
    run.package()?;
    run.node_tests("package", "npm/test", None)
}

/// Budgets, and what the README says of the sizes.
fn size(run: &Run) -> Result<Counts> {
    run.package()?;
    let complaints = size::complaints(run.project)?;
    for complaint in &complaints {
        println!("   {complaint}");
    }
    Ok(if complaints.is_empty() { Counts { passed: 1, failed: 0 } } else { Counts { passed: 0, failed: 1 } })
}

fn bff(run: &Run) -> Result<Counts> {
    if !setup::redis(run.project)? {
        println!(
            "   left out: the tests over Redis, as there is no redis-server; on Debian `apt-get install redis-server`"
        );
    }
    setup::install_package(run.project, "tests", run.package()?)?;
    demo::build_sandbox(run.project)?;
    run.node_tests("bff", "tests/bff", None)
}

/// The packed package in projects like its users'.
fn consumers(run: &Run) -> Result<Counts> {
    let chrome = Chrome::find(run.project)?;
    setup::install_package(run.project, "tests", run.package()?)?;
    run.node_tests("consumers", "tests/consumers", Some(&chrome))
}

/// The API pages say what the types say.
fn docs_pages(run: &Run) -> Result<Counts> {
    let stale = docs::stale(run.project)?;
    if stale.is_empty() {
        return Ok(Counts { passed: 1, failed: 0 });
    }
    println!("   stale in {}: {}; `cargo xtask docs` writes them", docs::PAGES, stale.join(", "));
    Ok(Counts { passed: 0, failed: 1 })
}

/// In every engine that can be had. One that cannot is said, and nothing is skipped for another reason.
fn e2e(run: &Run) -> Result<Counts> {
    let project = run.project;
    let chrome = Chrome::find(project)?;
    let mut all_there = true;
    // The tests start them themselves: what they need is on the machine once it was found, or installed.
    for (name, found) in
        [("Firefox", Firefox::find(project).map(drop)), ("WebKit", WebKit::start(project).map(drop))]
    {
        let Err(error) = found.map_err(left_out) else { continue };
        if error.is::<Interrupted>() {
            return Err(error);
        }
        println!("   left out: the tests in {name}: {error:#}");
        all_there = false;
    }
    let tarball = run.package()?;
    setup::install_package(project, "tests", tarball)?;
    demo::build_page(project, tarball)?;
    demo::build_sandbox(project)?;
    let mut counts = run.node_tests("e2e", "tests/e2e", Some(&chrome))?;
    let skipped = skipped(&String::from_utf8_lossy(&fs::read(project.log("test-e2e"))?));
    if skipped > 0 {
        println!("   {skipped} skipped");
        counts.failed += if all_there { skipped } else { 0 };
    }
    Ok(counts)
}

/// How many tests, or groups of them, Node's test runner says it skipped.
fn skipped(output: &str) -> u64 {
    let number = |line: &str| line.trim().strip_prefix("ℹ skipped ")?.parse::<u64>().ok();
    output.lines().filter_map(number).sum()
}

impl Run<'_> {
    /// The packed package, built at its first use.
    fn package(&self) -> Result<&Path> {
        let built =
            self.package.get_or_init(|| package::build(self.project).map_err(|error| format!("{error:#}")));
        if process::interrupted() {
            return Err(Interrupted.into());
        }
        built.as_deref().map_err(|error| anyhow!("the package could not be built: {error}"))
    }

    /// wasm-pack over the root crate, its browser still to be named.
    fn wasm_pack(&self) -> Result<Command> {
        let project = self.project;
        setup::wasm_target(project)?;
        let (wasm_bindgen, wasm_pack) = (setup::wasm_bindgen(project)?, setup::wasm_pack(project)?);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = [wasm_bindgen, wasm_pack.clone()].into_iter().chain(std::env::split_paths(&path));
        let mut command = Command::new(wasm_pack.join("wasm-pack"));
        command.current_dir(&project.root).env("PATH", std::env::join_paths(folders)?);
        command.args(["test", "--headless", "--mode", "no-install"]);
        command.env("WASM_BINDGEN_TEST_TIMEOUT", WASM_TEST_TIMEOUT);
        Ok(command)
    }

    /// A command that is one test: it succeeds or it does not.
    fn check(&self, name: &str, command: &mut Command) -> Result<Counts> {
        let step = self.step(name, None);
        let ended = step.try_run(command)?;
        if ended.success {
            return Ok(Counts { passed: 1, failed: 0 });
        }
        show(&step, &ended.how);
        Ok(Counts { passed: 0, failed: 1 })
    }

    /// A command that says itself how many tests it ran.
    fn tests(&self, name: &str, about: &str, command: &mut Command) -> Result<Counts> {
        let step = self.step(name, Some(about));
        let ended = step.try_run(command.env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never"))?;
        let mut counts = count(&String::from_utf8_lossy(&fs::read(&step.log)?));
        if !ended.success {
            // What broke before it could count is a failure too.
            counts.failed = counts.failed.max(1);
        } else if counts == Counts::default() {
            println!("   no test ran");
            counts.failed = 1;
        }
        if counts.failed > 0 {
            show(&step, &ended.how);
        }
        Ok(counts)
    }

    /// The test files of a folder, in Node's own runner, one file at a time: they share ports and browsers.
    fn node_tests(&self, name: &str, folder: &str, chrome: Option<&Chrome>) -> Result<Counts> {
        let files = test_files(&self.project.path(folder))?;
        if files.is_empty() {
            bail!("{folder}/ has no test file (*.test.js or *.test.mjs)");
        }
        let mut command = self.project.node();
        command.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]);
        command.arg(format!("--test-timeout={}", NODE_TEST_DEADLINE.as_millis()));
        command.args(&files).env_remove("FORCE_COLOR");
        command.env("SANDBOX", self.project.program("sandbox"));
        // For the tests of the commands themselves.
        command.env("XTASK", std::env::current_exe().context("this program does not know where it is")?);
        // Pictures for people to look at.
        command.env("SCREENSHOTS_DIR", self.project.work("screenshots"));
        if let Some(Ok(tarball)) = self.package.get() {
            command.env("PACKAGE_TARBALL", tarball);
        }
        // Away from our own sources, and kept: what consumers are built with is a hundred megabytes.
        command.env("CONSUMERS_DIR", self.project.work("consumers"));
        if let Some(chrome) = chrome {
            chrome.name_to(&mut command);
        }
        self.tests(name, "up to some minutes", &mut command)
    }

    fn step<'a>(&self, name: &'a str, about: Option<&'a str>) -> Step<'a> {
        Step { what: name, about, log: self.project.log(&format!("test-{name}")), deadline: DEADLINE }
    }
}

fn show(step: &Step, how: &str) {
    for line in tail(&step.log, SHOWN_LINES).lines().filter(|line| !is_progress(line)) {
        println!("{line}");
    }
    println!("   {how}; all of it: {}", step.log.display());
}

/// cargo's account of its own work, which says nothing about a failure.
fn is_progress(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let verbs =
        ["Compiling", "Checking", "Downloading", "Downloaded", "Updating", "Locking", "Blocking", "Finished"];
    line.starts_with(' ') && words.next().is_some_and(|word| verbs.contains(&word))
}

/// The files Node's test runner would find by their names. Its own search differs between versions of Node.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot look into {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "node_modules" && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if [".test.js", ".test.mjs", ".test.cjs"].iter().any(|end| name.ends_with(end)) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Adds up what cargo's, wasm-bindgen's and Node's test runners say about themselves.
fn count(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let line = line.trim();
        if let Some((_, result)) = line.strip_prefix("test result: ").and_then(|line| line.split_once(". ")) {
            for item in result.split(';') {
                match item.trim().split_once(' ') {
                    Some((number, "passed")) => counts.passed += number.parse().unwrap_or(0),
                    Some((number, "failed")) => counts.failed += number.parse().unwrap_or(0),
                    _ => {}
                }
            }
        } else if let Some(line) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
            match line.split_once(' ') {
                Some(("pass", number)) => counts.passed += number.parse().unwrap_or(0),
                Some(("fail" | "cancelled", number)) => counts.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_wasm_bindgen_summaries() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(count(output), Counts { passed: 15, failed: 2 });
    }

    #[test]
    fn every_fuzz_target_is_run_and_has_a_corpus() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz"));
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let targets: Vec<&str> =
            manifest.split("[[bin]]\nname = \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(targets, FUZZ_TARGETS);
        for name in targets {
            assert!(folder.join("corpus").join(name).read_dir().unwrap().count() > 10, "{name}");
        }
    }

    #[test]
    fn what_libfuzzer_says_it_has_done() {
        let log = "#2\tINITED cov: 20 ft: 21\n#88\tREDUCE cov: 235 ft: 775 corp: 156/2400b\nDone 99 runs\n\
                   stat::number_of_executed_units: 99\nstat::peak_rss_mb: 74\n";
        assert_eq!(fuzzed(log), "99 inputs, 235 edges");
        assert_eq!(fuzzed(""), "no inputs, no edges");
    }

    #[test]
    fn node_summaries_of_both_reporters() {
        let spec = "✔ a\nℹ tests 5\nℹ suites 0\nℹ pass 4\nℹ fail 1\nℹ cancelled 0\nℹ skipped 0\nℹ duration_ms 55.5\n";
        assert_eq!(count(spec), Counts { passed: 4, failed: 1 });
        let tap = "ok 1 - a\n# tests 3\n# pass 1\n# fail 1\n# cancelled 1\n";
        assert_eq!(count(tap), Counts { passed: 1, failed: 2 });
    }

    #[test]
    fn skipped_tests_are_told() {
        assert_eq!(skipped("ℹ pass 4\nℹ skipped 2\nskipped 7\n"), 2);
        assert_eq!(skipped("ℹ pass 4\nℹ skipped 0\n"), 0);
    }

    #[test]
    fn other_lines_are_not_counted() {
        assert_eq!(count("1 passed\n# passwords 4\ntest result unknown\n"), Counts::default());
    }

    #[test]
    fn progress_is_told_from_output() {
        assert!(is_progress("   Compiling syn v3.0.10"));
        assert!(is_progress(" Downloading crates ..."));
        assert!(!is_progress("error: could not compile"));
        assert!(!is_progress("Checking that a thing holds"));
    }

    #[test]
    fn help_lists_the_parts() {
        let parts: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        let listed = crate::args::HELP.lines().find_map(|line| line.trim().strip_prefix("parts: "));
        assert_eq!(listed, Some(parts.join(", ").as_str()));
    }

    #[test]
    fn part_names_are_unique() {
        let mut names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PARTS.len());
    }
}
