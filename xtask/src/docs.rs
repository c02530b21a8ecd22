//! The API pages, written from the package's types: `cargo xtask docs`.

use crate::process::Step;
use crate::project::Project;
use crate::setup;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Where the pages are kept; committed, so that they can be read without building anything.
pub const PAGES: &str = "docs/api";
const DEADLINE: Duration = Duration::from_secs(5 * 60);

/// Writes the pages.
pub fn write(project: &Project) -> Result<u8> {
    generate(project, &project.path(PAGES))?;
    println!("{PAGES} is written");
    Ok(0)
}

/// The pages that say something else than the types do. A warning of TypeDoc's is an error.
pub fn stale(project: &Project) -> Result<Vec<String>> {
    let fresh = project.work("api");
    generate(project, &fresh)?;
    let (kept, fresh) = (pages(&project.path(PAGES))?, pages(&fresh)?);
    let names = kept.keys().chain(fresh.keys().filter(|name| !kept.contains_key(*name)));
    Ok(names.filter(|name| kept.get(*name) != fresh.get(*name)).cloned().collect())
}

fn generate(project: &Project, out: &Path) -> Result<()> {
    setup::node(project)?;
    setup::npm_packages(project, "xtask/api")?;
    let step = Step {
        what: "writing the API pages",
        about: Some("some seconds"),
        log: project.log("typedoc"),
        deadline: DEADLINE,
    };
    let mut typedoc = project.node();
    typedoc.current_dir(project.path("xtask/api"));
    typedoc.args(["node_modules/typedoc/bin/typedoc", "--options", "typedoc.json", "--out"]).arg(out);
    step.run(&mut typedoc)
}

fn pages(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot look into {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        pages.insert(
            name,
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?,
        );
    }
    Ok(pages)
}
