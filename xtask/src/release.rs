//! Everything a release has to be, looked at before anybody publishes one: `cargo xtask release --dry-run`.
//!
//! Publishing itself is CI's, whose identity npm's provenance names: docs/releasing.md.

use crate::package;
use crate::process::{self, Step};
use crate::project::{PACKAGE, Project};
use crate::size;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const QUICK: Duration = Duration::from_secs(120);
/// A clean build, tools apart, on a small machine.
const BUILD: Duration = Duration::from_secs(20 * 60);
/// What the package holds, a path a line; a star stands for any name in its folder.
pub const CONTENTS: &str = "npm/contents.txt";

/// Looks at everything and says of each what it found; gives the exit code.
pub fn dry_run(project: &Project) -> Result<u8> {
    let mut report = Report { refused: 0, open: 0 };
    let manifest = read_json(&project.path("npm/package.json"))?;
    let version = text(&manifest, "version").context("npm/package.json has no version")?;

    let crate_version = env!("CARGO_PKG_VERSION");
    report.say("version", same_version(&version, crate_version));
    let changelog = fs::read_to_string(project.path("CHANGELOG.md")).context("cannot read CHANGELOG.md")?;
    report.say("changelog", changes(&changelog, &version));
    let commit = process::read(git(project).args(["rev-parse", "HEAD"]), QUICK)?.trim().to_owned();
    report.say("tree", committed(project, &commit)?);
    report.say("provenance", provenance(&manifest));
    report.leave_open("addresses", addresses(&manifest));

    let (first, second) = (clean_build(project, "first", &commit)?, clean_build(project, "second", &commit)?);
    report.say("reproducible", identical(&first, &second)?);
    report.say("contents", packed(project, &first)?);
    package::build(project)?;
    let complaints = size::complaints(project)?;
    report.say(
        "sizes",
        if complaints.is_empty() { Ok("within their budgets".into()) } else { Err(complaints.join("; ")) },
    );

    if report.refused > 0 {
        println!("\n{PACKAGE} {version} is not ready to be released.");
        return Ok(1);
    }
    if report.open > 0 {
        println!(
            "\n{PACKAGE} {version} is as a release has to be, and cannot be published yet: what is missing above, only \
             its publisher can say. docs/releasing.md says where it goes."
        );
        return Ok(0);
    }
    println!(
        "\n{PACKAGE} {version} is ready. Nothing was published: docs/releasing.md says how that is done."
    );
    Ok(0)
}

/// What was found of one matter: how it is, or why it will not do.
type Finding = Result<String, String>;

struct Report {
    refused: u32,
    /// What nobody but the publisher can mend: it keeps a version from being published, and is no mistake in it.
    open: u32,
}

impl Report {
    fn say(&mut self, matter: &str, finding: Finding) {
        self.refused += u32::from(finding.is_err());
        print(matter, &finding);
    }

    fn leave_open(&mut self, matter: &str, finding: Finding) {
        self.open += u32::from(finding.is_err());
        print(matter, &finding);
    }
}

fn print(matter: &str, finding: &Finding) {
    match finding {
        Ok(how) => println!("  ok   {matter:<13}{how}"),
        Err(why) => println!("  NO   {matter:<13}{why}"),
    }
}

fn same_version(npm: &str, cargo: &str) -> Finding {
    if npm == cargo {
        return Ok(format!("{npm}, the same in npm/package.json and Cargo.toml"));
    }
    Err(format!("npm/package.json says {npm}, Cargo.toml {cargo}"))
}

/// The newest section has to be this version's, with something in it.
fn changes(changelog: &str, version: &str) -> Finding {
    let mut sections = changelog.split("\n## ").skip(1);
    let (heading, body) = sections.next().and_then(|section| section.split_once('\n')).unwrap_or_default();
    let named = heading.split_whitespace().next().unwrap_or_default();
    if named != version {
        return Err(format!("CHANGELOG.md begins with `{heading}`, not with {version}"));
    }
    let entries = body.lines().filter(|line| line.starts_with("- ")).count();
    if entries == 0 {
        return Err(format!("CHANGELOG.md says nothing of {version}"));
    }
    Ok(format!("{entries} entries under {version}"))
}

fn committed(project: &Project, commit: &str) -> Result<Finding> {
    let changed = process::read(git(project).args(["status", "--porcelain"]), QUICK)?;
    Ok(match changed.lines().count() {
        0 => Ok(format!("everything is committed, in {commit}")),
        files => Err(format!("{files} files are not committed, and a release is built from a commit")),
    })
}

/// npm attests where a package was built if the package asks for it.
fn provenance(manifest: &Value) -> Finding {
    let config = manifest.get("publishConfig");
    let asked = config.and_then(|config| config.get("provenance")).and_then(Value::as_bool);
    let access = config.and_then(|config| text(config, "access"));
    if asked != Some(true) || access.as_deref() != Some("public") {
        return Err("npm/package.json does not ask for public access and provenance (publishConfig)".into());
    }
    let scripts = manifest.get("scripts").is_some();
    if scripts {
        return Err("npm/package.json has scripts, and installing this package runs nothing".into());
    }
    Ok("asked for, and nothing runs at install".into())
}

/// Where the package lives: npm refuses provenance without the repository it was built from, and whoever has something to
/// report needs a place for it. Nobody but the publisher knows them.
fn addresses(manifest: &Value) -> Finding {
    let is_set = |name: &&str| {
        let value = manifest.get(name);
        let address = value.and_then(|value| value.get("url")).or(value).and_then(Value::as_str);
        // The example, copied as it stands, is no address.
        address.is_some_and(|address| !address.trim().is_empty() && !address.contains("HOST/"))
    };
    let missing: Vec<&str> =
        ["repository", "bugs", "homepage"].into_iter().filter(|name| !is_set(name)).collect();
    if missing.is_empty() {
        return Ok("repository, bugs and homepage are named".into());
    }
    let example = json!({
        "repository": { "type": "git", "url": "git+https://HOST/OWNER/NAME.git" },
        "bugs": { "url": "https://HOST/OWNER/NAME/issues" },
        "homepage": "https://HOST/OWNER/NAME#readme",
    });
    let lines: Vec<String> = missing
        .iter()
        .filter_map(|name| Some(format!("\n{:21}\"{name}\": {},", "", example.get(name)?)))
        .collect();
    Err(format!(
        "npm/package.json does not say where the package lives. Add, with the public address it is built from:{}",
        lines.concat()
    ))
}

/// The package built from the commit alone, in a folder of its own with everything anew.
fn clean_build(project: &Project, name: &str, commit: &str) -> Result<PathBuf> {
    let folder = project.work("release").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let clone = Step {
        what: "cloning the commit",
        about: None,
        log: project.log(&format!("release-{name}-clone")),
        deadline: QUICK,
    };
    let mut command = git(project);
    command.args(["clone", "--quiet", "--no-hardlinks"]).arg(&project.root).arg(&folder);
    clone.run(&mut command)?;
    // The one that was looked at, wherever the branch is by now.
    let mut checkout = git(project);
    process::read(checkout.current_dir(&folder).args(["checkout", "--quiet", "--detach", commit]), QUICK)?;
    let what = format!("the {name} clean build");
    let step = Step {
        what: &what,
        about: Some("two minutes or so"),
        log: project.log(&format!("release-{name}")),
        deadline: BUILD,
    };
    let target = folder.join("target");
    let mut cargo = project.cargo();
    cargo.current_dir(&folder).env("CARGO_TARGET_DIR", &target).args(["xtask", "build"]);
    step.run(&mut cargo)?;
    let packed = fs::read_dir(target.join("package"))?.filter_map(|entry| Some(entry.ok()?.path()));
    packed
        .into_iter()
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
        .context("no tarball was packed")
}

/// Two builds in two folders: the same file names, the same bytes.
fn identical(first: &Path, second: &Path) -> Result<Finding> {
    let read = |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let bytes = read(first)?;
    if bytes == read(second)? {
        let wasm = dist(first)?.join("sdk.wasm");
        let raw = read(&wasm)?.len();
        return Ok(Ok(format!(
            "two clean builds gave the same tarball ({} bytes, sdk.wasm {raw})",
            bytes.len()
        )));
    }
    let (one, other) = (files(&dist(first)?)?, files(&dist(second)?)?);
    let differing: Vec<&str> = one
        .iter()
        .filter(|(name, bytes)| other.get(*name) != Some(bytes))
        .map(|(name, _)| name.as_str())
        .collect();
    Ok(Err(format!("two clean builds differ in {}", differing.join(", "))))
}

/// The npm/dist a tarball was packed from.
fn dist(tarball: &Path) -> Result<PathBuf> {
    let checkout = tarball.ancestors().nth(3).context("a tarball outside its checkout")?;
    Ok(checkout.join("npm/dist"))
}

fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("cannot look into {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
                found.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

/// What npm would publish, against the list that is kept.
fn packed(project: &Project, tarball: &Path) -> Result<Finding> {
    let mut npm = project.npm(".");
    npm.args(["pack", "--dry-run", "--json"]).arg(dist(tarball)?);
    let answer: Value = serde_json::from_str(&process::read(&mut npm, QUICK)?)
        .context("npm pack did not answer with JSON")?;
    // npm 11 answers with a list, later ones with an object by name.
    let package =
        answer.get(0).or_else(|| answer.get(PACKAGE)).context("npm pack answered about no package")?;
    let listed = package.get("files").and_then(Value::as_array).context("npm pack listed no files")?;
    let mut found: Vec<String> = listed.iter().filter_map(|file| text(file, "path")).collect();
    found.sort();
    let kept =
        fs::read_to_string(project.path(CONTENTS)).with_context(|| format!("cannot read {CONTENTS}"))?;
    let wanted: Vec<&str> = kept.lines().collect();
    let (missing, stray): (Vec<&str>, Vec<&str>) = (
        wanted.iter().filter(|line| !found.iter().any(|file| names(line, file))).copied().collect(),
        found
            .iter()
            .map(String::as_str)
            .filter(|file| !wanted.iter().any(|line| names(line, file)))
            .collect(),
    );
    if missing.is_empty() && stray.is_empty() {
        for name in &found {
            println!("       {name}");
        }
        return Ok(Ok(format!("{} files, as {CONTENTS} lists them", found.len())));
    }
    Ok(Err(format!(
        "not as {CONTENTS} lists it; missing: {}; not listed: {}",
        missing.join(", "),
        stray.join(", ")
    )))
}

/// Whether a line of the list names a file.
fn names(line: &str, file: &str) -> bool {
    let Some((before, after)) = line.split_once('*') else { return line == file };
    let rest = file.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    rest.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

fn git(project: &Project) -> std::process::Command {
    let mut command = std::process::Command::new("git");
    command.current_dir(&project.root);
    command
}

fn read_json(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    match serde_json::from_str(&text) {
        Ok(value) => Ok(value),
        Err(error) => bail!("{} is not JSON: {error}", path.display()),
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "# Changelog\n\nWords.\n\n## 1.2.0 (2026-01-02)\n\nMore.\n\n- One.\n- Two,\n  of two lines.\n\n## 1.1.0\n\n- Old.\n";

    #[test]
    fn the_newest_section_is_this_version_s() {
        assert_eq!(changes(LOG, "1.2.0").unwrap(), "2 entries under 1.2.0");
        assert!(changes(LOG, "1.1.0").unwrap_err().contains("not with 1.1.0"));
        assert!(
            changes("# Changelog\n\n## Unreleased\n\n- x\n", "1.2.0").unwrap_err().contains("Unreleased")
        );
        assert!(changes("# Changelog\n\n## 1.2.0\n\nNothing.\n", "1.2.0").unwrap_err().contains("nothing"));
        assert!(changes("", "1.2.0").is_err());
    }

    #[test]
    fn versions_are_one() {
        assert!(same_version("1.0.0", "1.0.0").is_ok());
        assert!(same_version("1.0.0", "1.0.1").is_err());
    }

    #[test]
    fn provenance_is_asked_for_and_nothing_runs_at_install() {
        let config = json!({ "access": "public", "provenance": true });
        assert!(provenance(&json!({ "publishConfig": config })).is_ok());
        assert!(provenance(&json!({ "publishConfig": config, "scripts": { "postinstall": "x" } })).is_err());
        assert!(provenance(&json!({ "publishConfig": { "access": "public" } })).is_err());
        assert!(provenance(&json!({})).is_err());
    }

    #[test]
    fn a_package_without_addresses_cannot_be_published_yet() {
        let (repository, bugs) =
            (json!({ "url": "git+https://a.example/b.git" }), json!({ "url": "https://a.example" }));
        let all = json!({ "repository": repository, "bugs": bugs, "homepage": "https://a.example" });
        assert!(addresses(&all).is_ok());
        let copied =
            json!({ "repository": repository, "bugs": bugs, "homepage": "https://HOST/OWNER/NAME#readme" });
        assert!(addresses(&copied).is_err());
        assert!(addresses(&json!({ "repository": "a:b/c", "bugs": "x", "homepage": "x" })).is_ok());
        let why = addresses(&json!({ "repository": { "url": " " }, "bugs": bugs })).unwrap_err();
        assert!(why.contains("\"repository\": {") && why.contains("\"homepage\": \"https://HOST"), "{why}");
        assert!(!why.contains("\"bugs\""), "{why}");

        let mut report = Report { refused: 0, open: 0 };
        report.leave_open("addresses", addresses(&json!({})));
        report.leave_open("addresses", addresses(&all));
        report.say("provenance", provenance(&json!({})));
        assert_eq!((report.refused, report.open), (1, 1));
    }

    #[test]
    fn a_star_stands_for_a_name() {
        assert!(names("a.js", "a.js") && names("docs/*.md", "docs/a.md"));
        for file in ["docs/api/a.md", "docs/a.png", "docs/.md", "x/docs/a.md"] {
            assert!(!names("docs/*.md", file), "{file}");
        }
    }

    #[test]
    fn files_are_compared_by_name_and_bytes() {
        let folder = std::env::temp_dir().join(format!("release-test-{}", std::process::id()));
        for (build, content) in [("a", "1"), ("b", "1"), ("c", "2")] {
            for inside in ["target/package/x.tgz", "npm/dist/sdk.wasm"] {
                let path = folder.join(build).join(inside);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, content).unwrap();
            }
        }
        let tarball = |build: &str| folder.join(build).join("target/package/x.tgz");
        assert!(identical(&tarball("a"), &tarball("b")).unwrap().is_ok());
        assert_eq!(
            identical(&tarball("a"), &tarball("c")).unwrap().unwrap_err(),
            "two clean builds differ in sdk.wasm"
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
