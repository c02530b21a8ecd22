//! Everything up and running: sandbox, BFF and page; and one order through all of it when asked.

use crate::args::{DEFAULT_PORT, Demo};
use crate::browser::Chrome;
use crate::package;
use crate::process::{self, Service, Step};
use crate::project::Project;
use crate::setup;
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

const BUILD: Duration = Duration::from_secs(20 * 60);
const START: Duration = Duration::from_secs(30);
/// Longer than the script gives itself, so that it is the one to say what was wrong.
const ORDER: Duration = Duration::from_secs(4 * 60);
/// The partner the sandbox is told about; it takes any.
const SANDBOX_PARTNER: &str = "demo";

/// The ports of the page and of the sandbox; 0 stands for a free one.
#[derive(Debug, PartialEq)]
struct Ports {
    page: u16,
    sandbox: u16,
}

/// Builds, starts and serves until Ctrl-C, or until the order is done.
pub fn run(project: &Project, options: &Demo) -> Result<u8> {
    // What would fail at the very end is looked at first.
    let ports = choose_ports(options, is_free)?;
    setup::node(project)?;
    if let Some(upstream) = &options.upstream {
        let mut check = project.node();
        check.args(["www/server/upstream-check.js", &upstream.url, &upstream.partner_id]);
        if process::run_visibly(&mut check, START)? != 0 {
            return Ok(1);
        }
    }
    let chrome = if options.headless_order { Some(Chrome::find(project)?) } else { None };
    prepare(project, options.upstream.is_none())?;
    if chrome.is_some() {
        setup::npm_packages(project, "tests")?;
    }

    let mut services = Vec::new();
    let (upstream, partner_id) = match &options.upstream {
        Some(upstream) => (upstream.url.clone(), upstream.partner_id.clone()),
        None => {
            let speed = options.speed.unwrap_or(if options.headless_order { 10.0 } else { 1.0 });
            let sandbox = start_sandbox(project, ports.sandbox, speed)?;
            let address = sandbox.ready.clone();
            services.push(sandbox);
            (address, SANDBOX_PARTNER.to_owned())
        }
    };
    let page = start_page(project, ports.page, &upstream, &partner_id)?;
    let address = page.ready.clone();
    services.push(page);

    if let Some(chrome) = chrome {
        println!("page ready on {address}, placing one order");
        let mut order = project.node();
        order.arg("tests/e2e/headless-order.mjs").arg(&address);
        chrome.name_to(&mut order);
        return process::run_visibly(&mut order, ORDER);
    }
    println!("\n  The demo is on {address}\n\n  Ctrl-C ends it.");
    while !process::interrupted() {
        for service in &mut services {
            service.check()?;
        }
        if process::pause().is_err() {
            break;
        }
    }
    eprintln!("stopping");
    Ok(0)
}

/// The package, the page that uses it and, where wanted, the sandbox.
pub fn prepare(project: &Project, with_sandbox: bool) -> Result<()> {
    let tarball = package::build(project)?;
    build_page(project, &tarball)?;
    if with_sandbox {
        build_sandbox(project)?;
    }
    Ok(())
}

/// The page, made with the packed package.
pub fn build_page(project: &Project, tarball: &std::path::Path) -> Result<()> {
    if !project.path("www/package.json").is_file() {
        bail!("there is no www/package.json in this checkout, so there is no page to build");
    }
    setup::install_package(project, "www", tarball)?;
    let step = Step { what: "building the page", about: None, log: project.log("page"), deadline: BUILD };
    let mut npm = project.npm("www");
    npm.args(["run", "build"]);
    step.run(&mut npm)
}

/// The sandbox's program.
pub fn build_sandbox(project: &Project) -> Result<()> {
    let step = Step {
        what: "compiling the sandbox",
        about: Some("about a minute at first"),
        log: project.log("cargo-sandbox"),
        deadline: BUILD,
    };
    let mut cargo = project.cargo();
    cargo.args(["build", "--locked", "--package", "sandbox"]);
    step.run(&mut cargo)
}

fn start_sandbox(project: &Project, port: u16, speed: f64) -> Result<Service> {
    let mut command = std::process::Command::new(project.program("sandbox"));
    command.current_dir(&project.root);
    command.args(["--port", &port.to_string(), "--speed", &speed.to_string(), "--until-stdin-closes"]);
    Service::start("the sandbox", &mut command, "sandbox listening on ", project.log("sandbox"), START)
}

fn start_page(project: &Project, port: u16, upstream: &str, partner_id: &str) -> Result<Service> {
    let mut command = project.node();
    command.args(["www/server/main.js", "--port", &port.to_string(), "--upstream", upstream]);
    command.args(["--partner-id", partner_id, "--until-stdin-closes"]);
    Service::start("the page's server", &mut command, "page ready on ", project.log("page-server"), START)
}

fn choose_ports(options: &Demo, is_free: impl Fn(u16) -> bool) -> Result<Ports> {
    let wanted = options.port.unwrap_or(DEFAULT_PORT);
    if wanted == 0 {
        return Ok(Ports { page: 0, sandbox: 0 });
    }
    let next = wanted.checked_add(1).context("--port 65535 leaves no port for the sandbox next to it")?;
    let needed = if options.upstream.is_some() { vec![wanted] } else { vec![wanted, next] };
    let Some(taken) = needed.into_iter().find(|port| !is_free(*port)) else {
        return Ok(Ports { page: wanted, sandbox: next });
    };
    // Nobody will type this address, so any will do unless one was asked for.
    if options.headless_order && options.port.is_none() {
        return Ok(Ports { page: 0, sandbox: 0 });
    }
    bail!(
        "port {taken} is in use: end what uses it, or choose another with `cargo xtask demo --port N` (0 for any free one)"
    )
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Upstream;

    fn options(port: Option<u16>) -> Demo {
        Demo { port, ..Demo::default() }
    }

    #[test]
    fn the_sandbox_is_next_to_the_page() {
        let ports = choose_ports(&options(None), |_| true).unwrap();
        assert_eq!(ports, Ports { page: 8080, sandbox: 8081 });
        let ports = choose_ports(&options(Some(0)), |_| false).unwrap();
        assert_eq!(ports, Ports { page: 0, sandbox: 0 });
    }

    #[test]
    fn a_taken_port_is_named() {
        let error = choose_ports(&options(Some(9000)), |port| port != 9001).unwrap_err().to_string();
        assert!(error.contains("port 9001 is in use") && error.contains("--port"), "{error}");
        assert!(choose_ports(&options(Some(u16::MAX)), |_| true).is_err());
        let upstream = Some(Upstream { url: String::new(), partner_id: String::new() });
        let real = Demo { port: Some(9000), upstream, ..Demo::default() };
        assert!(choose_ports(&real, |port| port != 9001).is_ok());
    }

    #[test]
    fn a_headless_order_goes_elsewhere_when_it_may() {
        let headless = Demo { headless_order: true, ..Demo::default() };
        assert_eq!(choose_ports(&headless, |_| false).unwrap(), Ports { page: 0, sandbox: 0 });
        let fixed = Demo { headless_order: true, port: Some(9000), ..Demo::default() };
        assert!(choose_ports(&fixed, |_| false).is_err());
    }

    #[test]
    fn a_port_somebody_listens_on_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        assert!(!is_free(listener.local_addr().unwrap().port()));
    }
}
