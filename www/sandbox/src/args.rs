//! The command line.

use std::path::PathBuf;

pub const HELP: &str = "\
Stands in for the Cryptorefills partner API.

Usage: sandbox [--port N] [--speed X] [--data DIR] [--until-stdin-closes]

  --port N              listen on 127.0.0.1:N; 0 takes a free port (default 8081)
  --speed X             orders live X times as fast, 0.01 to 10000 (default 1)
  --data DIR            keep orders in this folder, so that they outlive the sandbox (default: in memory)
  --until-stdin-closes  exit when standard input is closed
  --help                show this text
";

#[derive(Debug, PartialEq)]
pub enum Command {
    Help,
    Serve(Options),
}

#[derive(Debug, PartialEq)]
pub struct Options {
    pub port: u16,
    pub data: Option<PathBuf>,
    pub speed: f64,
    pub until_stdin_closes: bool,
}

pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options { port: 8081, speed: 1.0, data: None, until_stdin_closes: false };
    while let Some(argument) = arguments.next() {
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let takes_value = matches!(name, "--port" | "--speed" | "--data");
        if attached.is_some() && !takes_value {
            return Err(format!("unknown argument {argument}; --help lists them"));
        }
        let value = if takes_value { attached.or_else(|| arguments.next()) } else { None };
        match name {
            "--help" | "-h" => return Ok(Command::Help),
            "--until-stdin-closes" => options.until_stdin_closes = true,
            "--data" => {
                let folder = value.filter(|text| !text.is_empty()).ok_or("--data takes a folder")?;
                options.data = Some(folder.into());
            }
            "--port" => {
                options.port = value
                    .and_then(|text| text.parse().ok())
                    .ok_or("--port takes a whole number from 0 to 65535")?;
            }
            "--speed" => {
                options.speed = value
                    .and_then(|text| text.parse().ok())
                    .filter(|speed| (0.01..=10_000.0).contains(speed))
                    .ok_or("--speed takes a number from 0.01 to 10000")?;
            }
            _ => return Err(format!("unknown argument {argument}; --help lists them")),
        }
    }
    Ok(Command::Serve(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Command, String> {
        parse(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn reads_its_arguments() {
        let options = |port, speed, until_stdin_closes| {
            Ok(Command::Serve(Options { port, speed, data: None, until_stdin_closes }))
        };
        assert_eq!(parsed(""), options(8081, 1.0, false));
        assert_eq!(parsed("--port 0 --speed=20 --until-stdin-closes"), options(0, 20.0, true));
        let Ok(Command::Serve(kept)) = parsed("--data /tmp/x") else { panic!("not taken") };
        assert_eq!(kept.data, Some(PathBuf::from("/tmp/x")));
        assert_eq!(parsed("--port 1 --help"), Ok(Command::Help));
    }

    #[test]
    fn says_what_is_wrong_in_one_line() {
        for text in [
            "--port",
            "--port x",
            "--port 70000",
            "--speed 0",
            "--speed -1",
            "--speed NaN",
            "--fast",
            "--data",
            "--data=",
            "--help=1",
            "x",
        ] {
            let message = parsed(text).unwrap_err();
            assert!(!message.contains('\n') && message.contains("--"), "{message}");
        }
    }
}
