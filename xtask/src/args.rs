//! What can be asked for on the command line.

use crate::size;

/// Shown by `cargo xtask help` and after a command that makes no sense.
pub const HELP: &str = "\
cargo xtask demo      build everything, start sandbox + BFF + page, serve until Ctrl-C
    --port N            the page's port (default 8080; the sandbox takes the next one; 0: free ones)
    --speed X           how fast the sandbox's orders live (default 1; with --headless-order 10)
    --headless-order    place and watch one order in a headless browser, exit 0 at Done
    --upstream URL --partner-id ID   use this API in place of the sandbox
cargo xtask test      set up what is missing and run every test
    --only NAME         run one part
    --skip NAME         run all but this one; may be repeated
    parts: fmt, clippy, unit, fuzz, wasm, wasm-firefox, wasm-webkit, package, size, bff, docs, consumers, e2e
cargo xtask build     the npm package, into npm/dist
cargo xtask size      sizes of the wasm and of each entry; fails above npm/size-budget.json
    --json
    --write             write the README's table of them
    --parts             also what the watch adds to the wasm
    --functions         what each function weighs instead, the largest first: what to cut next
cargo xtask docs      the API pages in docs/api, from the package's types
cargo xtask release --dry-run   everything a release has to be, checked; nothing is published
cargo xtask bench [NAME…]   measure, beside what would be used instead: size, load, message, catalogue, memory, watch, bff, page
    --json
    --rounds N          how often each is repeated
    --write             keep the results and write the README's tables from them
cargo xtask doctor URL   connect to a deployed BFF and say which rule it breaks
    --order ID          the order to follow; without one, only what needs no order is looked at
    --place FILE        place one order with this JSON as its body, and follow that
    --header 'N: V'     send this too, such as a session's cookie
cargo xtask help      this text";

/// The page's port when none is asked for.
pub const DEFAULT_PORT: u16 = 8080;

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Demo(Demo),
    Test { only: Option<String>, skip: Vec<String> },
    Build,
    Size(size::Output),
    Docs,
    Release,
    Bench { names: Vec<String>, arguments: Vec<String> },
    Doctor { arguments: Vec<String> },
    Help,
}

/// How the demo is to run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Demo {
    pub port: Option<u16>,
    pub speed: Option<f64>,
    pub headless_order: bool,
    pub upstream: Option<Upstream>,
}

/// A real API in place of the sandbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Upstream {
    pub url: String,
    pub partner_id: String,
}

/// Reads the arguments after `cargo xtask`; an error is a sentence for the person who typed them.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut rest = Rest { arguments: arguments.into_iter().collect::<Vec<_>>().into_iter() };
    let Some(name) = rest.arguments.next() else { return Ok(Command::Help) };
    if rest.arguments.as_slice().iter().any(|a| a == "--help" || a == "-h") {
        return Ok(Command::Help);
    }
    match name.as_str() {
        "demo" => demo(&mut rest).map(Command::Demo),
        "test" => {
            let (mut only, mut skip) = (None, Vec::new());
            while let Some(flag) = rest.arguments.next() {
                match flag.as_str() {
                    "--only" => only = Some(rest.value("--only")?),
                    "--skip" => skip.push(rest.value("--skip")?),
                    other => return Err(unknown(other, "test")),
                }
            }
            Ok(Command::Test { only, skip })
        }
        "build" => rest.json("build", false).map(|_| Command::Build),
        "size" => size(&mut rest).map(Command::Size),
        "docs" => rest.json("docs", false).map(|_| Command::Docs),
        "release" => release(&mut rest),
        "bench" => bench(&mut rest),
        "doctor" => doctor(&mut rest),
        "help" | "--help" | "-h" => Ok(Command::Help),
        other => Err(format!("`{other}` is not one of the commands.")),
    }
}

fn size(rest: &mut Rest) -> Result<size::Output, String> {
    let mut output = size::Output::default();
    for flag in rest.arguments.by_ref() {
        match flag.as_str() {
            "--json" => output.json = true,
            "--write" => output.write = true,
            "--parts" => output.parts = true,
            "--functions" => output.functions = true,
            other => return Err(unknown(other, "size")),
        }
    }
    Ok(output)
}

/// Publishing itself is left to CI, which alone can prove where a package comes from.
fn release(rest: &mut Rest) -> Result<Command, String> {
    match rest.arguments.next().as_deref() {
        Some("--dry-run") => rest.json("release", false).map(|_| Command::Release),
        Some(other) => Err(unknown(other, "release")),
        None => {
            Err("release only knows --dry-run: docs/releasing.md says how a release is published.".to_owned())
        }
    }
}

fn demo(rest: &mut Rest) -> Result<Demo, String> {
    let mut demo = Demo::default();
    let (mut url, mut partner_id) = (None, None);
    while let Some(flag) = rest.arguments.next() {
        match flag.as_str() {
            "--port" => {
                let text = rest.value("--port")?;
                let port = text
                    .parse()
                    .map_err(|_| format!("--port takes a number from 0 to 65535, not `{text}`."))?;
                demo.port = Some(port);
            }
            "--speed" => {
                let text = rest.value("--speed")?;
                let speed = text.parse::<f64>().ok().filter(|x| x.is_finite() && *x > 0.0);
                demo.speed =
                    Some(speed.ok_or_else(|| format!("--speed takes a number above 0, not `{text}`."))?);
            }
            "--headless-order" => demo.headless_order = true,
            "--upstream" => url = Some(rest.value("--upstream")?),
            "--partner-id" => partner_id = Some(rest.value("--partner-id")?),
            other => return Err(unknown(other, "demo")),
        }
    }
    demo.upstream = match (url, partner_id) {
        (Some(url), Some(partner_id)) if is_http(&url) => Some(Upstream { url, partner_id }),
        (Some(url), Some(_)) => return Err(format!("--upstream takes an http(s) address, not `{url}`.")),
        (None, None) => None,
        _ => return Err("--upstream and --partner-id only work together.".to_owned()),
    };
    if demo.upstream.is_some() && demo.headless_order {
        return Err(
            "--headless-order places an order, so it only runs against the sandbox: leave --upstream out."
                .to_owned(),
        );
    }
    Ok(demo)
}

fn doctor(rest: &mut Rest) -> Result<Command, String> {
    let mut arguments = Vec::new();
    let mut url = None;
    while let Some(argument) = rest.arguments.next() {
        match argument.as_str() {
            "--base" | "--order" | "--place" | "--header" | "--heartbeat-within" => {
                let value = rest.value(&argument)?;
                arguments.extend([argument, value]);
            }
            flag if flag.starts_with('-') => return Err(unknown(flag, "doctor")),
            _ if url.is_some() => return Err("doctor looks at one address at a time.".to_owned()),
            _ if !is_http(&argument) => {
                return Err(format!("doctor takes an http(s) address, not `{argument}`."));
            }
            _ => url = Some(argument),
        }
    }
    let url = url.ok_or("doctor needs the address of a BFF, such as http://localhost:8080.")?;
    arguments.insert(0, url);
    Ok(Command::Doctor { arguments })
}

fn bench(rest: &mut Rest) -> Result<Command, String> {
    let (mut names, mut arguments) = (Vec::new(), Vec::new());
    while let Some(argument) = rest.arguments.next() {
        match argument.as_str() {
            "--json" | "--write" => arguments.push(argument),
            "--rounds" => {
                let value = rest.value("--rounds")?;
                if !value.parse::<u32>().is_ok_and(|rounds| rounds > 0) {
                    return Err(format!("--rounds takes a number above 0, not `{value}`."));
                }
                arguments.extend([argument, value]);
            }
            flag if flag.starts_with('-') => return Err(unknown(flag, "bench")),
            _ => names.push(argument),
        }
    }
    Ok(Command::Bench { names, arguments })
}

fn is_http(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

fn unknown(flag: &str, command: &str) -> String {
    format!("`{command}` does not know `{flag}`.")
}

/// The arguments not looked at yet.
struct Rest {
    arguments: std::vec::IntoIter<String>,
}

impl Rest {
    fn value(&mut self, flag: &str) -> Result<String, String> {
        self.arguments.next().filter(|v| !v.starts_with("--")).ok_or_else(|| format!("{flag} needs a value."))
    }

    /// For the commands that know `--json` at most.
    fn json(&mut self, command: &str, known: bool) -> Result<bool, String> {
        let mut json = false;
        for flag in self.arguments.by_ref() {
            match flag.as_str() {
                "--json" if known => json = true,
                other => return Err(unknown(other, command)),
            }
        }
        Ok(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn demo_has_defaults_and_options() {
        assert_eq!(parsed("demo"), Ok(Command::Demo(Demo::default())));
        let all = parsed("demo --port 0 --speed 2.5 --headless-order").unwrap();
        let expected = Demo { port: Some(0), speed: Some(2.5), headless_order: true, upstream: None };
        assert_eq!(all, Command::Demo(expected));
    }

    #[test]
    fn upstream_and_partner_id_come_together() {
        assert!(parsed("demo --upstream https://api.example").unwrap_err().contains("together"));
        assert!(parsed("demo --upstream ftp://x --partner-id p").unwrap_err().contains("http"));
        let Ok(Command::Demo(demo)) = parsed("demo --upstream https://api.example --partner-id p") else {
            panic!()
        };
        assert_eq!(demo.upstream.unwrap().partner_id, "p");
        assert!(parsed("demo --headless-order --upstream https://a.example --partner-id p").is_err());
    }

    #[test]
    fn bad_values_are_named() {
        for line in [
            "demo --port 70000",
            "demo --port",
            "demo --port x",
            "demo --speed 0",
            "demo --speed nan",
            "demo --fast",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
        assert!(parsed("demo --port 70000").unwrap_err().contains("70000"));
    }

    #[test]
    fn the_other_commands() {
        assert_eq!(parsed("test --only unit"), Ok(Command::Test { only: Some("unit".into()), skip: vec![] }));
        let skipping = Command::Test { only: None, skip: vec!["wasm-webkit".into(), "e2e".into()] };
        assert_eq!(parsed("test --skip wasm-webkit --skip e2e"), Ok(skipping));
        let sizes = size::Output { json: true, write: true, ..size::Output::default() };
        assert_eq!(parsed("size --write --json"), Ok(Command::Size(sizes)));
        assert_eq!(parsed("release --dry-run"), Ok(Command::Release));
        assert!(parsed("release").unwrap_err().contains("--dry-run"));
        assert!(parsed("release --now").is_err());
        assert_eq!(parsed("docs"), Ok(Command::Docs));
        assert_eq!(parsed("build"), Ok(Command::Build));
        assert!(parsed("build --json").is_err());
        let bench = Command::Bench {
            names: vec!["size".into(), "load".into()],
            arguments: vec!["--rounds".into(), "3".into(), "--json".into()],
        };
        assert_eq!(parsed("bench size --rounds 3 load --json"), Ok(bench));
        assert!(parsed("bench --rounds 0").is_err());
        assert!(parsed("bench --quick").is_err());
        let doctor = parsed("doctor --base /shop --order 1 http://localhost:1").unwrap();
        let arguments = ["http://localhost:1", "--base", "/shop", "--order", "1"].map(str::to_owned).to_vec();
        assert_eq!(doctor, Command::Doctor { arguments });
        assert!(parsed("doctor").is_err());
        assert!(parsed("doctor localhost").is_err());
        assert!(parsed("frobnicate").unwrap_err().contains("frobnicate"));
    }

    #[test]
    fn the_commands_of_the_pages_are_commands() {
        for (page, least) in [("README.md", 2), ("README.ja.md", 2), ("docs/releasing.md", 2)] {
            let path = format!("{}/../{page}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let commands = text.lines().filter_map(|line| line.strip_prefix("cargo xtask "));
            let parsed: Vec<_> = commands.map(|line| parsed(line.split('#').next().unwrap())).collect();
            assert!(parsed.len() >= least && parsed.iter().all(Result::is_ok), "{page}: {parsed:?}");
        }
    }

    #[test]
    fn help_is_always_near() {
        for line in ["", "help", "--help", "demo --help", "test -h"] {
            assert_eq!(parsed(line), Ok(Command::Help), "{line}");
        }
    }
}
