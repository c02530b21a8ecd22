//! What a machine needs before anything can be built, and getting what is missing of it.
//!
//! Every tool's version stands here, but for wasm-bindgen's, which Cargo.lock decides. Tools go into a cache outside
//! the checkout, one folder per version, so that a second clone finds them.

use crate::process::{self, Step};
use crate::project::{PACKAGE, Project};
use anyhow::{Context, Result, bail};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const TARGET: &str = "wasm32-unknown-unknown";
const WASM_PACK: &str = "0.15.1";
const GECKODRIVER: &str = "0.37.1";
const CARGO_FUZZ: &str = "0.13.2";
/// The oldest Node whose `require` takes the package, which is ESM.
const NODE: (u32, u32) = (20, 19);

const QUICK: Duration = Duration::from_secs(60);
const LONG: Duration = Duration::from_secs(30 * 60);

/// The wasm32 target's standard library.
pub fn wasm_target(project: &Project) -> Result<()> {
    let libraries = || -> Result<PathBuf> {
        let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        command.current_dir(&project.root).args(["--print", "target-libdir", "--target", TARGET]);
        Ok(PathBuf::from(process::read(&mut command, QUICK)?.trim()))
    };
    if libraries()?.is_dir() {
        return Ok(());
    }
    let step = Step {
        what: "adding Rust's wasm32 target",
        about: Some("about half a minute"),
        log: project.log("rustup-target"),
        deadline: LONG,
    };
    let mut rustup = Command::new("rustup");
    rustup.current_dir(&project.root).args(["target", "add", TARGET]);
    step.run(&mut rustup).with_context(|| {
        format!("Rust's {TARGET} target is missing: install it with `rustup target add {TARGET}`, or with your distribution's package for it")
    })?;
    if libraries()?.is_dir() {
        return Ok(());
    }
    bail!("rustup says it added {TARGET}, but this rustc does not see it: is rustc the one rustup installed?")
}

/// A part of the toolchain that a minimal installation leaves out.
pub fn component(project: &Project, name: &str, subcommand: &str) -> Result<()> {
    let mut probe = project.cargo();
    probe.args([subcommand, "--version"]);
    if process::read(&mut probe, QUICK).is_ok() {
        return Ok(());
    }
    let what = format!("adding {name}");
    let log = project.log(&format!("rustup-{name}"));
    let step = Step { what: &what, about: Some("some seconds"), log, deadline: LONG };
    let mut rustup = Command::new("rustup");
    rustup.current_dir(&project.root).args(["component", "add", name]);
    step.run(&mut rustup)
        .with_context(|| format!("{name} is missing: install it with `rustup component add {name}`"))
}

/// The folder of the wasm-bindgen programs, of exactly the version the crate is built with.
pub fn wasm_bindgen(project: &Project) -> Result<PathBuf> {
    let lock = fs::read_to_string(project.path("Cargo.lock")).context("cannot read Cargo.lock")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")?;
    Tool { name: "wasm-bindgen-cli", version: &version, program: "wasm-bindgen", about: "about 4 minutes" }
        .folder(project)
}

/// The folder of wasm-pack.
pub fn wasm_pack(project: &Project) -> Result<PathBuf> {
    Tool { name: "wasm-pack", version: WASM_PACK, program: "wasm-pack", about: "about 3 minutes" }
        .folder(project)
}

/// The folder of geckodriver, Firefox's driver.
pub fn geckodriver(project: &Project) -> Result<PathBuf> {
    Tool { name: "geckodriver", version: GECKODRIVER, program: "geckodriver", about: "about 2 minutes" }
        .folder(project)
}

/// The folder of cargo-fuzz, and the C++ compiler that libFuzzer is built with.
pub fn cargo_fuzz(project: &Project) -> Result<PathBuf> {
    let compiler = || {
        std::env::var_os("CXX").is_some()
            || ["c++", "g++", "clang++"].iter().any(|name| find_program(name).is_some())
    };
    if !compiler() && can_apt() {
        apt(project, &["g++"], "about half a minute")?;
    }
    if !compiler() {
        bail!("a C++ compiler is missing, which libFuzzer is built with: install g++ or clang");
    }
    Tool { name: "cargo-fuzz", version: CARGO_FUZZ, program: "cargo-fuzz", about: "about half a minute" }
        .folder(project)
}

/// A program that cargo installs, once, outside the checkout.
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
    program: &'a str,
    about: &'a str,
}

impl Tool<'_> {
    fn folder(&self, project: &Project) -> Result<PathBuf> {
        if let Some(folder) = self.in_path() {
            return Ok(folder);
        }
        let cache = cache()?;
        let full_name = format!("{}-{}", self.name, self.version);
        let home = cache.join(&full_name);
        let bin = home.join("bin");
        let program = bin.join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX));
        if program.is_file() {
            return Ok(bin);
        }
        fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
        let _lock = lock(&cache.join(format!("{full_name}.lock")))?;
        // Somebody else may have installed it while we waited.
        if program.is_file() {
            return Ok(bin);
        }
        // Installed aside and renamed when whole: a half-installed tool is never taken for one.
        let aside = cache.join(format!("{full_name}.partial"));
        let what = format!("compiling {} {}, once for all checkouts", self.name, self.version);
        let step = Step { what: &what, about: Some(self.about), log: project.log(self.name), deadline: LONG };
        let mut install = project.cargo();
        install.args(["install", self.name, "--version", self.version, "--root"]).arg(&aside);
        // A target folder of its own, kept until it succeeds: an interrupted installation goes on where it stopped.
        let scratch = cache.join(format!("{full_name}.target"));
        install.env("CARGO_TARGET_DIR", &scratch);
        // They run for seconds, so what counts is how soon they are there.
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        step.run(&mut install)?;
        let _ = fs::remove_dir_all(&home);
        fs::rename(&aside, &home).with_context(|| format!("cannot move {} into place", self.name))?;
        let _ = fs::remove_dir_all(&scratch);
        if program.is_file() {
            return Ok(bin);
        }
        bail!("{} was installed but there is no {}", self.name, program.display())
    }

    /// The folder of one that is installed already, of exactly this version.
    fn in_path(&self) -> Option<PathBuf> {
        let program = find_program(self.program)?;
        let version = process::read(Command::new(&program).arg("--version"), QUICK).ok()?;
        let folder = program.parent()?.to_owned();
        // Some packages leave the test runner out.
        let whole = self.name != "wasm-bindgen-cli"
            || folder.join(format!("wasm-bindgen-test-runner{}", std::env::consts::EXE_SUFFIX)).is_file();
        (whole && says_version(&version, self.version)).then_some(folder)
    }
}

/// Whether a program's `--version` names this version.
fn says_version(text: &str, version: &str) -> bool {
    text.lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .any(|word| word.trim_start_matches('v') == version)
}

/// Where tools are kept: outside the checkout, one folder per version.
fn cache() -> Result<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = folder("XDG_CACHE_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".cache")))
        .or_else(|| folder("LOCALAPPDATA"))
        .context("neither XDG_CACHE_HOME nor HOME is set, so there is no place to keep tools")?;
    Ok(base.join(PACKAGE))
}

/// A lock between processes, released when dropped, or by the system if we die.
pub fn lock(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let deadline = Instant::now() + LONG;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => {
                return Err(error).context(format!("cannot lock {}", path.display()));
            }
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                bail!("another cargo xtask has held {} for {} minutes", path.display(), LONG.as_secs() / 60)
            }
            Err(TryLockError::WouldBlock) => {
                if !told {
                    eprintln!("· waiting for another cargo xtask that is doing the same");
                    told = true;
                }
                process::pause()?;
            }
        }
    }
}

/// The version of a package in a Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let line = lines.nth(1)?;
    Some(line.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

/// Node and npm, new enough.
pub fn node(project: &Project) -> Result<()> {
    let (major, minor) = NODE;
    let install = format!("install Node {major}.{minor} or newer, with npm");
    let Ok(version) = process::read(project.node().arg("--version"), QUICK) else {
        bail!("Node is missing: {install}");
    };
    let version = version.trim();
    match node_version(version) {
        Some(found) if found >= NODE => {}
        _ => bail!("Node {version} is too old: {install}"),
    }
    let mut npm = Command::new(project.npm(".").get_program());
    if process::read(npm.arg("--version"), QUICK).is_err() {
        bail!("npm is missing: {install}");
    }
    Ok(())
}

fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The npm packages of one of our folders, as its lock file has them.
pub fn npm_packages(project: &Project, folder: &str) -> Result<()> {
    let lock_file = project.path(folder).join("package-lock.json");
    let wanted = fs::read(&lock_file).with_context(|| format!("{} is missing", project.shown(&lock_file)))?;
    // A copy of the lock inside node_modules says what is there: it goes when node_modules goes.
    let stamp = project.path(folder).join("node_modules").join(".installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    node(project)?;
    let what = format!("installing the npm packages of {folder}/");
    let log = project.log(&format!("npm-ci-{folder}"));
    let step = Step { what: &what, about: Some("less than a minute"), log, deadline: LONG };
    let mut ci = project.npm(folder);
    ci.arg("ci");
    step.run(browserless(&mut ci))?;
    // npm makes no node_modules where there is nothing to install.
    fs::create_dir_all(project.path(folder).join("node_modules"))?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Some packages fetch a browser when they are installed; we use the machine's.
fn browserless(npm: &mut Command) -> &mut Command {
    npm.env("PUPPETEER_SKIP_DOWNLOAD", "true")
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("SE_AVOID_BROWSER_DOWNLOAD", "true")
        .env("SE_OFFLINE", "true")
}

/// Our own package, as packed, into one of our folders, as a customer would install it.
pub fn install_package(project: &Project, folder: &str, tarball: &Path) -> Result<()> {
    npm_packages(project, folder)?;
    let modules = project.path(folder).join("node_modules");
    let installed = modules.join(PACKAGE);
    let stamp = modules.join(".installed-package.tgz");
    let wanted = fs::read(tarball).with_context(|| format!("cannot read {}", tarball.display()))?;
    if installed.is_dir() && fs::read(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    let _ = fs::remove_file(&stamp);
    let what = format!("installing the packed package into {folder}/");
    let log = project.log(&format!("npm-install-{folder}"));
    let step = Step { what: &what, about: Some("some seconds"), log, deadline: LONG };
    // npm keeps what has the version it wants, and a rebuilt package has the version of the one before.
    let _ = fs::remove_dir_all(&installed);
    let _ = fs::remove_file(modules.join(".package-lock.json"));
    let mut install = project.npm(folder);
    install.args(["install", "--no-save", "--no-package-lock", "--prefer-offline"]).arg(tarball);
    step.run(browserless(&mut install))?;
    if !installed.join("package.json").is_file() {
        bail!("npm says it installed {PACKAGE} into {folder}/, but it is not there");
    }
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Whether Debian's installer is there and we may use it.
pub fn can_apt() -> bool {
    let root = process::read(Command::new("id").arg("-u"), QUICK).is_ok_and(|id| id.trim() == "0");
    root && find_program("apt-get").is_some()
}

/// Installs Debian packages.
pub fn apt(project: &Project, packages: &[&str], about: &str) -> Result<()> {
    let what = format!("installing {} with apt-get", packages.join(" and "));
    let log = project.log(&format!("apt-{}", packages.first().unwrap_or(&"nothing")));
    let apt_get = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let lists =
        Step { what: "updating apt's lists", about: None, log: project.log("apt-update"), deadline: LONG };
    // Lists that cannot be renewed may still do.
    let _ = lists.try_run(apt_get().arg("update"))?;
    let step = Step { what: &what, about: Some(about), log, deadline: LONG };
    step.run(apt_get().args(["install", "-y", "--no-install-recommends"]).args(packages))
}

/// Redis, which several BFF processes share; whether it is there, or could be installed.
pub fn redis(project: &Project) -> Result<bool> {
    const SERVER: &str = "redis-server";
    if find_program(SERVER).is_none() && can_apt() {
        apt(project, &[SERVER], "some seconds")?;
    }
    Ok(find_program(SERVER).is_some())
}

/// A program in the PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_the_packages_own() {
        let lock = "[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "serde"), None);
        assert_eq!(locked_version("name = \"serde\"", "serde"), None);
    }

    #[test]
    fn this_projects_lock_has_it() {
        let lock = include_str!("../../Cargo.lock");
        assert!(locked_version(lock, "wasm-bindgen").is_some());
    }

    #[test]
    fn a_tool_says_its_version() {
        assert!(says_version("wasm-bindgen 0.2.130\n", "0.2.130"));
        assert!(says_version("geckodriver 0.37.1 (a1b2 2026-01-01)\n\nThe source code", "0.37.1"));
        assert!(!says_version("wasm-bindgen 0.2.13", "0.2.130"));
        assert!(!says_version("", "0.2.130"));
    }

    #[test]
    fn node_versions() {
        assert_eq!(node_version("v20.19.0"), Some((20, 19)));
        assert!(node_version("v20.18.3").unwrap() < NODE);
        assert!(node_version("v22.1.0").unwrap() > NODE);
        assert_eq!(node_version("20"), None);
    }

    #[test]
    fn a_lock_is_held_until_it_is_dropped() {
        let path = std::env::temp_dir().join(format!("xtask-test-{}.lock", std::process::id()));
        let held = lock(&path).unwrap();
        assert!(File::create(&path).unwrap().try_lock().is_err());
        drop(held);
        assert!(File::create(&path).unwrap().try_lock().is_ok());
        let _ = fs::remove_file(path);
    }
}
