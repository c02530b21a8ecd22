//! The commands that are Node scripts: `bench` and `doctor`.

use crate::process;
use crate::project::Project;
use crate::setup;
use anyhow::Result;
use std::time::Duration;

/// Looks at a deployed BFF.
pub fn doctor(project: &Project, arguments: &[String]) -> Result<u8> {
    setup::node(project)?;
    let mut command = project.node();
    command.arg("xtask/doctor.mjs").args(arguments);
    process::run_visibly(&mut command, Duration::from_secs(120))
}

/// Measures, where there is something to measure.
pub fn bench(project: &Project, json: bool) -> Result<u8> {
    if !project.path("xtask/bench/main.mjs").is_file() {
        eprintln!("Nothing is measured yet: the benchmarks are still to be written.");
        return Ok(2);
    }
    setup::node(project)?;
    let mut command = project.node();
    command.arg("xtask/bench/main.mjs");
    if json {
        command.arg("--json");
    }
    process::run_visibly(&mut command, Duration::from_secs(30 * 60))
}
