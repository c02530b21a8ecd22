//! The npm package: crate -> wasm -> bindings -> smaller wasm -> npm/dist -> tarball.

use crate::process::Step;
use crate::project::Project;
use crate::setup;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(20 * 60);

/// What rustc writes for this target, by name: with all features on, wasm-opt writes what no engine we support reads.
const WASM_FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Laying the control flow out afresh lets a second pass find what the first could not. What only wasm-bindgen's own
/// bindings call goes. Segments split at zeros, values kept for a second use, hints of alignment and functions in the
/// order of the source cost more bytes once compressed than they save.
const WASM_PASSES: [&str; 14] = [
    "--remove-exports=__wbindgen_start",
    "--remove-exports=__wbindgen_externrefs",
    "--remove-exports=__wbindgen_realloc",
    "--remove-exports=__abort_handler",
    "--remove-exports=__instance_terminated",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    // The first bytes of memory are the far end of the stack.
    "--low-memory-unused",
    "--skip-pass=memory-packing",
    "--skip-pass=local-cse",
    "--reorder-functions",
    "--dealign",
];

/// Builds npm/dist and gives the tarball packed from it.
pub fn build(project: &Project) -> Result<PathBuf> {
    if !project.path("npm/build.mjs").is_file() {
        bail!("there is no npm/build.mjs in this checkout, so there is no package to build");
    }
    setup::node(project)?;
    setup::wasm_target(project)?;
    let bindgen = setup::wasm_bindgen(project)?;
    setup::npm_packages(project, "npm")?;
    // Two builds at once would write into the same npm/build.
    let _lock = setup::lock(&project.work("build.lock"))?;

    write_types(project)?;
    let wasm = compile(project, false)?;
    bind(project, &bindgen, &wasm, &project.path("npm/build"), Names::Dropped)?;
    let assemble =
        Step { what: "assembling npm/dist", about: None, log: project.log("npm-build"), deadline: DEADLINE };
    assemble.run(project.node().arg("npm/build.mjs"))?;
    pack(project)
}

/// The payloads' TypeScript, from the crate's tables; committed, so that a change of a table shows in review.
fn write_types(project: &Project) -> Result<()> {
    let path = project.path("npm/src/wire.d.ts");
    let types = cryptorefills_checkout::schema::typescript::declarations();
    if fs::read_to_string(&path).is_ok_and(|committed| committed == types) {
        return Ok(());
    }
    fs::write(&path, types).with_context(|| format!("cannot write {}", path.display()))
}

/// The crate as wasm; `without` its watch to see what that weighs, beside the other so that neither is compiled again.
fn compile(project: &Project, without: bool) -> Result<PathBuf> {
    let step = Step {
        what: "compiling the crate to wasm",
        about: Some("about a minute at first"),
        log: project.log("cargo-wasm"),
        deadline: DEADLINE,
    };
    let mut cargo = project.cargo();
    // Asked for as the only crate type, because beside an rlib rustc leaves link-time optimisation out.
    cargo.args([
        "rustc",
        "--release",
        "--locked",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        "cryptorefills-checkout",
        "--lib",
        "--crate-type",
        "cdylib",
    ]);
    let target = if without { project.work("without-watch") } else { project.target.clone() };
    if without {
        cargo.arg("--no-default-features").env("CARGO_TARGET_DIR", &target);
    }
    // With half the usual stack below them, the addresses of data are a byte shorter.
    cargo.args(["--", "-Clink-arg=-zstack-size=524288"]);
    step.run(&mut cargo)?;
    Ok(target.join("wasm32-unknown-unknown/release/cryptorefills_checkout.wasm"))
}

/// Whether the module says what its functions are called.
#[derive(Clone, Copy, PartialEq)]
enum Names {
    Kept,
    Dropped,
}

/// wasm-bindgen and wasm-opt, into a folder; not again for the same wasm and passes.
fn bind(project: &Project, bindgen: &Path, wasm: &Path, out: &Path, names: Names) -> Result<()> {
    let input = fs::read(wasm).with_context(|| format!("cargo left no {}", wasm.display()))?;
    let (glue, small) = (out.join("bindings.js"), out.join("bindings_bg.wasm"));
    let stamp = out.join("bound.wasm");
    let made_of = [input.as_slice(), WASM_PASSES.concat().as_bytes()].concat();
    if glue.is_file() && small.is_file() && fs::read(&stamp).is_ok_and(|bound| bound == made_of) {
        return Ok(());
    }
    let _ = fs::remove_file(&stamp);
    let _ = fs::remove_dir_all(out);
    let step = Step {
        what: "writing the bindings",
        about: None,
        log: project.log("wasm-bindgen"),
        deadline: DEADLINE,
    };
    let mut command = Command::new(bindgen.join("wasm-bindgen"));
    command.current_dir(&project.root);
    command.args(["--target", "web", "--omit-default-module-path", "--no-typescript"]);
    command.args(["--remove-producers-section", "--out-name", "bindings"]);
    if names == Names::Dropped {
        command.arg("--remove-name-section");
    }
    command.arg("--out-dir").arg(out).arg(wasm);
    step.run(&mut command)?;

    let step = Step {
        what: "making the wasm smaller",
        about: Some("some seconds"),
        log: project.log("wasm-opt"),
        deadline: DEADLINE,
    };
    let smaller = out.join("bindings_bg.smaller.wasm");
    let mut command = project.node();
    command.arg("npm/node_modules/binaryen/bin/wasm-opt").args(WASM_PASSES).args(WASM_FEATURES);
    command.args(["--strip-target-features", "--output"]).arg(&smaller).arg(&small);
    if names == Names::Kept {
        command.arg("--debuginfo");
    }
    step.run(&mut command)?;
    fs::rename(&smaller, &small).context("wasm-opt left nothing")?;
    fs::write(&stamp, made_of).with_context(|| format!("cannot write {}", stamp.display()))
}

/// The module as the package has it, but with the names of its functions; after [`build`].
pub fn with_names(project: &Project) -> Result<PathBuf> {
    let bindgen = setup::wasm_bindgen(project)?;
    let wasm = compile(project, false)?;
    let out = project.work("named-bound");
    bind(project, &bindgen, &wasm, &out, Names::Kept)?;
    Ok(out.join("bindings_bg.wasm"))
}

/// The module without its watch, made as the package's is; after [`build`], for comparison.
pub fn without_watch(project: &Project) -> Result<PathBuf> {
    let bindgen = setup::wasm_bindgen(project)?;
    let wasm = compile(project, true)?;
    let out = project.work("without-watch-bound");
    bind(project, &bindgen, &wasm, &out, Names::Dropped)?;
    Ok(out.join("bindings_bg.wasm"))
}

fn pack(project: &Project) -> Result<PathBuf> {
    let folder = project.target.join("package");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let step =
        Step { what: "packing npm/dist", about: None, log: project.log("npm-pack"), deadline: DEADLINE };
    let mut npm = project.npm(".");
    npm.args(["pack", "./npm/dist", "--pack-destination"]).arg(&folder);
    step.run(&mut npm)?;
    let packed = fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut tarballs = packed.filter(|path| path.extension().is_some_and(|extension| extension == "tgz"));
    tarballs.next().with_context(|| format!("npm pack left no tarball in {}", folder.display()))
}
