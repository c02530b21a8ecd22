//! The sandbox as a program: how it starts, says what is wrong, and ends.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(20);

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// A running sandbox and where it listens; ended when it goes out of scope.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("sandbox listening on http://").unwrap().to_owned();
        Self { child, address }
    }

    fn send(&self, method: &str, path: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nX-Cr-Application: a\r\nX-Cr-Version: 1\r\n\
             X-Country-ISO-Code: US\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(text.as_bytes()).unwrap();
        stream
    }

    fn answer(&self, method: &str, path: &str, body: &str) -> String {
        let mut text = String::new();
        self.send(method, path, body).read_to_string(&mut text).unwrap();
        text
    }

    /// Opens the stream of a new order.
    fn watch(&self, email: &str) -> TcpStream {
        let body = format!(
            "{{\"user\":{{\"email\":\"{email}\"}},\"payment\":{{\"type\":\"via\",\"payment_via\":\"USER_WALLET\",\
             \"coin\":\"BTC\",\"network\":\"Lightning\"}},\"deliveries\":[{{\"beneficiary_account\":\"{email}\",\
             \"brand_name\":\"eSIM\",\"country_code\":\"US\",\"denomination\":\"1 GB 7 days\"}}]}}"
        );
        let order = self.answer("POST", "/v5/orders", &body);
        let id = order.split("\"order_id\":\"").nth(1).unwrap().split('"').next().unwrap();
        self.send("GET", &format!("/v5/orders/{id}/subscribe"), "")
    }

    fn ends(&mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            sleep(Duration::from_millis(5));
        }
        panic!("still running");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The one line on standard error.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[test]
fn bad_arguments_are_one_line() {
    for arguments in [&["--speed", "0"][..], &["--port", "seven"], &["--nonsense"]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(complaint(&output).starts_with("sandbox: "));
    }
    let help = run(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8(help.stdout).unwrap().contains("--until-stdin-closes"));
}

#[test]
fn a_port_in_use_is_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("already in use"));
}

#[test]
fn closing_standard_input_ends_it_and_its_streams() {
    let mut running = Running::start(&["--port", "0", "--until-stdin-closes"]);
    let mut stream = running.watch("expire@example.com");
    let mut first = [0; 64];
    assert!(stream.read(&mut first).unwrap() > 0);
    drop(running.child.stdin.take());
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "the stream did not end in order");
    assert_eq!(running.ends(), Some(0));
}

#[test]
fn a_whole_order_in_real_time_and_nothing_in_the_logs() {
    let mut running = Running::start(&["--port", "0", "--speed", "1000", "--until-stdin-closes"]);
    let mut text = String::new();
    running.watch("secret-buyer@example.com").read_to_string(&mut text).unwrap();
    assert!(text.contains("\"order_state\":\"Done\"") && text.contains("event: stop"));
    assert!(text.ends_with("0\r\n\r\n"));
    drop(running.child.stdin.take());
    assert_eq!(running.ends(), Some(0));
    let mut logged = String::new();
    running.child.stderr.take().unwrap().read_to_string(&mut logged).unwrap();
    assert_eq!(logged, "");
}

#[test]
fn a_cut_stream_breaks_off() {
    let running = Running::start(&["--port", "0", "--speed", "100"]);
    let mut bytes = Vec::new();
    let _ = running.watch("drop@example.com").read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("\"order_state\":\"PaymentStarted\""), "{text}");
    assert!(!text.ends_with("0\r\n\r\n") && !text.contains("event: stop"));
}

#[test]
fn a_stream_whose_reader_left_is_closed() {
    let running = Running::start(&["--port", "0"]);
    let open = || running.answer("GET", "/_sandbox/streams", "");
    let mut stream = running.watch("mute@example.com");
    let mut first = [0; 64];
    assert!(stream.read(&mut first).unwrap() > 0);
    assert!(open().ends_with("{\"open\":1}"));
    drop(stream);
    let start = Instant::now();
    while !open().ends_with("{\"open\":0}") {
        assert!(start.elapsed() < PATIENCE, "still open");
        sleep(Duration::from_millis(5));
    }
}
