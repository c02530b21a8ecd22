//! The commands that are Node scripts: `bench` and `doctor`.

use crate::browser::Chrome;
use crate::demo;
use crate::package;
use crate::process;
use crate::project::Project;
use crate::setup;
use anyhow::Result;
use std::time::Duration;

/// Looks at a deployed BFF.
pub fn doctor(project: &Project, arguments: &[String]) -> Result<u8> {
    setup::node(project)?;
    let mut command = project.node();
    command.arg("npm/src/doctor/main.js").args(arguments);
    process::run_visibly(&mut command, Duration::from_secs(120))
}

/// Measures the named things, or all, with the package as it is now and the peers of `bench/package.json`.
pub fn bench(project: &Project, names: &[String], arguments: &[String]) -> Result<u8> {
    let tarball = package::build(project)?;
    setup::install_package(project, "bench", &tarball)?;
    let chrome = Chrome::find(project)?;
    let wanted =
        |needed: &[&str]| names.is_empty() || names.iter().any(|name| needed.contains(&name.as_str()));
    if wanted(&["bff", "page"]) {
        setup::npm_packages(project, "tests")?;
        demo::build_sandbox(project)?;
    }
    if wanted(&["page"]) {
        demo::build_page(project, &tarball)?;
    }
    let mut command = project.node();
    command.arg("--expose-gc").arg("bench/main.mjs").args(names).args(arguments);
    command.env("SANDBOX", project.program("sandbox"));
    chrome.name_to(&mut command);
    process::run_visibly(&mut command, Duration::from_secs(60 * 60))
}
