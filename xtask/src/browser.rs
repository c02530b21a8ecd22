//! The machine's own browsers and their drivers; none is ever downloaded but by the system's package manager.

use crate::process::Service;
use crate::project::Project;
use crate::setup::{self, apt, can_apt, find_program};
use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const CHROME_NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const CHROME_PLACES: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const FIREFOX_NAMES: [&str; 2] = ["firefox-esr", "firefox"];
const WEBKIT_PLACES: [&str; 3] = ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"];
const START: Duration = Duration::from_secs(30);

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
        with_binary(project, "goog:chromeOptions", &self.browser)
    }
}

/// Firefox and its driver.
pub struct Firefox {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

impl Firefox {
    /// Finds both, or installs them where that is ours to do.
    pub fn find(project: &Project) -> Result<Self> {
        let look = || -> Result<Option<PathBuf>> {
            let named = named_by("FIREFOX")?;
            Ok(named.or_else(|| FIREFOX_NAMES.iter().find_map(|name| find_program(name))))
        };
        let mut browser = look()?;
        if browser.is_none() && can_apt() {
            apt(project, &["firefox-esr"], "one or two minutes")?;
            browser = look()?;
        }
        let browser =
            browser.context("Firefox is not installed (on Debian: `apt-get install firefox-esr`)")?;
        let driver = match named_by("GECKODRIVER")?.or_else(|| find_program("geckodriver")) {
            Some(driver) => driver,
            None => setup::geckodriver(project)?.join(format!("geckodriver{}", std::env::consts::EXE_SUFFIX)),
        };
        Ok(Self { browser, driver })
    }

    /// The same for this browser.
    pub fn capabilities(&self, project: &Project) -> Result<PathBuf> {
        with_binary(project, "moz:firefoxOptions", &self.browser)
    }
}

/// WebKit, Safari's engine, as GTK has it, with its driver and a screen that nobody sees.
pub struct WebKit {
    /// Where the driver listens.
    pub address: String,
    // Dropped in this order: the driver before its screen.
    _driver: Service,
    _screen: Service,
}

impl WebKit {
    /// Finds or installs what it takes, and starts it.
    pub fn start(project: &Project) -> Result<Self> {
        let look = || find_program("WebKitWebDriver").zip(find_program("Xvfb")).zip(mini_browser());
        if look().is_none() && cfg!(target_os = "linux") && can_apt() {
            apt(project, &["webkit2gtk-driver", "xvfb"], "about two minutes")?;
        }
        let ((driver, xvfb), browser) = look()
            .context("WebKitGTK is not installed (on Debian: `apt-get install webkit2gtk-driver xvfb`)")?;
        let mut screen = Command::new(xvfb);
        screen.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
        let screen = Service::start("Xvfb", &mut screen, "", project.log("xvfb"), START)?;

        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = Command::new(driver);
        command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
        command.env("DISPLAY", format!(":{}", screen.ready));
        // Root has no sandbox to run it in, and there is no graphics card to compose with.
        command
            .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        let driver =
            Service::start_on("WebKitWebDriver", &mut command, port, project.log("webkit-driver"), START)?;

        let capabilities = serde_json::json!({
            "browserName": "MiniBrowser",
            "webkitgtk:browserOptions": { "binary": browser.to_string_lossy(), "args": ["--automation"] },
        });
        write(&capabilities_path(project, "webkit"), &capabilities)?;
        Ok(Self { address: format!("{}/", driver.ready), _driver: driver, _screen: screen })
    }

    /// What wasm-bindgen's test runner is to ask the driver for.
    pub fn capabilities(project: &Project) -> PathBuf {
        capabilities_path(project, "webkit")
    }
}

/// WebKitGTK's own small browser, which no PATH holds: one folder for each architecture and API version.
fn mini_browser() -> Option<PathBuf> {
    let mut found = Vec::new();
    for libraries in ["/usr/lib", "/usr/libexec", "/usr/lib64"] {
        let Ok(folders) = std::fs::read_dir(libraries) else { continue };
        for folder in folders.flatten().map(|entry| entry.path()) {
            for place in WEBKIT_PLACES {
                found.push(folder.join(place).join("MiniBrowser"));
            }
            found.push(folder.join("MiniBrowser"));
        }
    }
    found.into_iter().find(|path| path.is_file())
}

/// The root's webdriver.json with one browser's path in it.
fn with_binary(project: &Project, options: &str, browser: &Path) -> Result<PathBuf> {
    let text =
        std::fs::read_to_string(project.path("webdriver.json")).context("cannot read webdriver.json")?;
    let json: serde_json::Value = serde_json::from_str(&text).context("webdriver.json is not JSON")?;
    let mut own = json.get(options).cloned().with_context(|| format!("webdriver.json has no {options}"))?;
    if let Some(own) = own.as_object_mut() {
        own.insert("binary".to_owned(), browser.to_string_lossy().into());
    }
    let path = capabilities_path(project, options.split(':').next().unwrap_or_default());
    write(&path, &serde_json::json!({ options: own }))?;
    Ok(path)
}

fn capabilities_path(project: &Project, browser: &str) -> PathBuf {
    project.work(&format!("webdriver-{browser}.json"))
}

fn write(path: &Path, json: &serde_json::Value) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, json.to_string()).with_context(|| format!("cannot write {}", path.display()))
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
