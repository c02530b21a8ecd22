//! Where things are in this checkout.

use crate::process;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The package's name on npm.
pub const PACKAGE: &str = "cryptorefills-checkout";

/// One checkout and its build folder.
pub struct Project {
    pub root: PathBuf,
    /// Cargo's target folder, which need not be inside the checkout.
    pub target: PathBuf,
}

impl Project {
    /// Asks cargo, which knows about workspaces and `CARGO_TARGET_DIR`.
    pub fn find() -> Result<Self> {
        let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
        let mut command = cargo(&here);
        command.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]);
        let text =
            process::read(&mut command, Duration::from_secs(60)).context("cargo metadata did not answer")?;
        let metadata: serde_json::Value =
            serde_json::from_str(&text).context("cargo metadata is not JSON")?;
        let folder = |name: &str| {
            let text = metadata.get(name).and_then(|value| value.as_str());
            text.map(PathBuf::from).with_context(|| format!("cargo metadata does not say its {name}"))
        };
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")? })
    }

    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// Our own corner of the target folder: logs, stamps, the packed tarball's copies.
    pub fn work(&self, inside: &str) -> PathBuf {
        self.target.join("xtask").join(inside)
    }

    pub fn log(&self, name: &str) -> PathBuf {
        self.work("log").join(format!("{name}.log"))
    }

    /// A program that `cargo build` has made.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// A path as a person in the checkout would write it.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// A command of cargo's, run in the root.
    pub fn cargo(&self) -> Command {
        cargo(&self.root)
    }

    /// Node, run in the root.
    pub fn node(&self) -> Command {
        let mut command = Command::new("node");
        command.current_dir(&self.root);
        command
    }

    /// npm, run in one of the folders that have a package.json.
    pub fn npm(&self, folder: &str) -> Command {
        let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command.current_dir(self.path(folder));
        command.args(["--no-audit", "--no-fund", "--no-update-notifier"]);
        command
    }
}

fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder);
    command.env_remove("CARGO_MANIFEST_DIR");
    command
}
