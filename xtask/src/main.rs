//! The project's commands: `cargo xtask demo | test | build | size | docs | release | bench | doctor`.
//!
//! One file per concern; `args` says what can be asked for, the others do it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod args;
mod browser;
mod demo;
mod docs;
mod node;
mod package;
mod process;
mod project;
mod release;
mod setup;
mod size;
mod test;

use args::Command;
use project::Project;
use std::process::ExitCode;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(message) => {
            eprintln!("{message}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    process::watch_for_interrupts();
    match run(&command) {
        Ok(code) => ExitCode::from(code),
        Err(error) if error.is::<process::Interrupted>() => {
            eprintln!("stopped");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> anyhow::Result<u8> {
    if matches!(command, Command::Help) {
        println!("{}", args::HELP);
        return Ok(0);
    }
    let project = Project::find()?;
    match command {
        Command::Help => Ok(0),
        Command::Demo(options) => demo::run(&project, options),
        Command::Test { only, skip } => test::run(&project, only.as_deref(), skip),
        Command::Build => {
            let tarball = package::build(&project)?;
            println!("npm/dist is built; packed as {}", project.shown(&tarball));
            Ok(0)
        }
        Command::Size(output) => size::run(&project, *output),
        Command::Docs => docs::write(&project),
        Command::Release => release::dry_run(&project),
        Command::Bench { names, arguments } => node::bench(&project, names, arguments),
        Command::Doctor { arguments } => node::doctor(&project, arguments),
    }
}
