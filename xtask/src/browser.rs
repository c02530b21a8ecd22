//! The machine's own browsers and their drivers; none is ever downloaded but by the system's package manager.

use crate::project::Project;
use crate::setup::{apt, can_apt, find_program};
use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

const CHROME_NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const CHROME_PLACES: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Chromium or Chrome, and its driver.
pub struct Chrome {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

impl Chrome {
    /// Finds both, or installs them where that is ours to do.
    pub fn find(project: &Project) -> Result<Self> {
        if let Some(found) = Self::look()? {
            return Ok(found);
        }
        if can_apt() {
            apt(project, &["chromium", "chromium-driver"], "one or two minutes")?;
            if let Some(found) = Self::look()? {
                return Ok(found);
            }
        }
        bail!(
            "Chromium and chromedriver are needed: on Debian or Ubuntu `apt-get install chromium chromium-driver`; \
             elsewhere install Chrome and the chromedriver of its version, and set CHROME and CHROMEDRIVER to their \
             paths if they are not in the PATH"
        )
    }

    fn look() -> Result<Option<Self>> {
        let browser = match named_by("CHROME")? {
            Some(path) => Some(path),
            None => CHROME_NAMES
                .iter()
                .find_map(|name| find_program(name))
                .or_else(|| CHROME_PLACES.iter().map(PathBuf::from).find(|path| path.is_file())),
        };
        let driver = match named_by("CHROMEDRIVER")? {
            Some(path) => Some(path),
            None => find_program("chromedriver"),
        };
        Ok(browser.zip(driver).map(|(browser, driver)| Self { browser, driver }))
    }

    /// Tells a child which browser to use.
    pub fn name_to(&self, command: &mut Command) {
        command.env("CHROME", &self.browser).env("CHROMEDRIVER", &self.driver);
    }

    /// The root's webdriver.json with this browser's path in it, for wasm-bindgen's test runner.
    pub fn capabilities(&self, project: &Project) -> Result<PathBuf> {
        let text =
            std::fs::read_to_string(project.path("webdriver.json")).context("cannot read webdriver.json")?;
        let mut json: serde_json::Value =
            serde_json::from_str(&text).context("webdriver.json is not JSON")?;
        let options = json.get_mut("goog:chromeOptions").and_then(|options| options.as_object_mut());
        let options = options.context("webdriver.json has no goog:chromeOptions")?;
        options.insert("binary".to_owned(), self.browser.to_string_lossy().into());
        let path = project.work("webdriver-chrome.json");
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, json.to_string())
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

/// A program whose path an environment variable gives.
fn named_by(variable: &str) -> Result<Option<PathBuf>> {
    let Some(value) = std::env::var_os(variable).filter(|value| value != OsStr::new("")) else {
        return Ok(None);
    };
    let path = PathBuf::from(value);
    if path.is_file() {
        Ok(Some(path))
    } else {
        bail!("{variable} is set to {}, which is not a file", path.display())
    }
}
