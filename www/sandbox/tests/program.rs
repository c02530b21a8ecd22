//! The sandbox as a program: how it starts, says what is wrong, and ends.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

use std::{
    collections::HashMap,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread::{self, sleep},
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

fn place_body(email: &str) -> String {
    format!(
        "{{\"user\":{{\"email\":\"{email}\"}},\"payment\":{{\"type\":\"via\",\"payment_via\":\"USER_WALLET\",\
         \"coin\":\"BTC\",\"network\":\"Lightning\"}},\"deliveries\":[{{\"beneficiary_account\":\"{email}\",\
         \"brand_name\":\"eSIM\",\"country_code\":\"US\",\"denomination\":\"1 GB 7 days\"}}]}}"
    )
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
        self.try_send(method, path, body).unwrap()
    }

    fn try_send(&self, method: &str, path: &str, body: &str) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nX-Cr-Application: a\r\nX-Cr-Version: 1\r\n\
             X-Country-ISO-Code: US\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(text.as_bytes())?;
        Ok(stream)
    }

    fn answer(&self, method: &str, path: &str, body: &str) -> String {
        let mut text = String::new();
        self.send(method, path, body).read_to_string(&mut text).unwrap();
        text
    }

    /// Places an order and gives its id; `None` where no whole answer came.
    fn place(&self, email: &str) -> Option<String> {
        let body = place_body(email);
        let mut order = String::new();
        self.try_send("POST", "/v5/orders", &body).ok()?.read_to_string(&mut order).ok()?;
        let whole = order.ends_with('}');
        let id = order.split("\"order_id\":\"").nth(1)?.split('"').next()?;
        whole.then(|| id.to_owned())
    }

    /// Opens the stream of a new order.
    fn watch(&self, email: &str) -> TcpStream {
        let id = self.place(email).unwrap();
        self.send("GET", &format!("/v5/orders/{id}/subscribe"), "")
    }

    fn order(&self, id: &str) -> String {
        self.answer("GET", &format!("/v5/orders/{id}"), "")
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
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

#[test]
fn a_connection_that_is_cut_before_the_answer_says_nothing_at_all() {
    let running = Running::start(&["--port", "0"]);
    assert!(running.place("create-reset@example.com").is_none());
    let mut said = Vec::new();
    let _ = running.send("POST", "/v5/orders", &place_body("create-lost@example.com")).read_to_end(&mut said);
    assert_eq!(said, b"");
    // What was lost was done all the same.
    assert_eq!(running.answer("GET", "/_sandbox/orders", "").matches("order_id").count(), 1);
}

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sandbox-test-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn state(order: &str) -> &str {
    order.split("\"order_state\":\"").nth(1).unwrap_or_default().split('"').next().unwrap()
}

/// What a shopper could redeem, and everything else that must not change.
fn body_of(order: &str) -> &str {
    order.split("\r\n\r\n").nth(1).unwrap_or_default()
}

#[test]
fn a_restart_loses_nothing_and_goes_on() {
    let folder = Folder::new("restart");
    let running = Running::start(&["--port", "0", "--data", folder.name()]);
    let (held, buyer) =
        (running.place("hold@example.com").unwrap(), running.place("buyer@example.com").unwrap());
    let done = running.place("hold@example.com").unwrap();
    running.answer("POST", &format!("/_sandbox/orders/{done}/move"), "{\"state\":\"Done\"}");
    let before = [running.order(&held), running.order(&buyer), running.order(&done)];
    assert!(before[2].contains("pin_code"));
    running.kill();

    let taken = Running::start(&["--port", "0", "--speed", "1000", "--data", folder.name()]);
    let refused = run(&["--port", "0", "--data", folder.name()]);
    assert!(complaint(&refused).contains("another sandbox is using it"));
    assert_eq!(body_of(&taken.order(&held)), body_of(&before[0]));
    assert_eq!(body_of(&taken.order(&done)), body_of(&before[2]));
    let mut stream = String::new();
    taken.send("GET", &format!("/v5/orders/{buyer}/subscribe"), "").read_to_string(&mut stream).unwrap();
    assert!(stream.contains("\"order_state\":\"Done\"") && stream.contains("event: stop"), "{stream}");
}

#[test]
fn a_kill_in_the_middle_of_writes_loses_no_order_that_was_answered() {
    let folder = Folder::new("kill");
    let mut known: HashMap<String, String> = HashMap::new();
    for round in 0..3 {
        let running = Running::start(&["--port", "0", "--speed", "5000", "--data", folder.name()]);
        for (id, last) in &known {
            let now = running.order(id);
            assert!(now.starts_with("HTTP/1.1 200"), "round {round}: {id} is gone");
            assert!(
                state(last) != "Done" || body_of(&now) == body_of(last),
                "round {round}: {id} has changed"
            );
        }
        let (answered, answers) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..4 {
                let (running, answered) = (&running, answered.clone());
                scope.spawn(move || {
                    while let Some(id) = running.place("buyer@example.com") {
                        let _ = answered.send(id);
                    }
                });
            }
            drop(answered);
            let mut count = 0;
            for id in &answers {
                let order = running.order(&id);
                known.insert(id, order);
                count += 1;
                if count == 40 {
                    let killed =
                        Command::new("kill").args(["-KILL", &running.child.id().to_string()]).status();
                    assert!(killed.unwrap().success());
                    break;
                }
            }
            // Answered before the kill, though nobody has read them.
            known.extend(answers.iter().map(|id| (id, String::new())));
        });
    }
    assert!(known.len() >= 120);
}

#[test]
fn a_folder_that_cannot_be_used_is_one_line() {
    let folder = Folder::new("spoilt");
    fs::create_dir_all(&folder.0).unwrap();
    fs::write(folder.0.join("orders.redb"), "this is no store").unwrap();
    let output = run(&["--port", "0", "--data", folder.name()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("cannot use"));
}

#[test]
fn two_thousand_streams_at_once() {
    const COUNT: usize = 2_000;
    let running = Running::start(&["--port", "0"]);
    let id = running.place("hold@example.com").unwrap();
    // This test needs a descriptor for each of its own too.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let path = format!("/v5/orders/{id}/subscribe");
    let mut streams: Vec<_> = (0..COUNT).map(|_| running.send("GET", &path, "")).collect();
    for stream in &mut streams {
        let mut first = [0; 64];
        assert!(stream.read(&mut first).unwrap() > 0);
    }
    assert!(running.answer("GET", "/_sandbox/streams", "").ends_with(&format!("{{\"open\":{COUNT}}}")));
    running.answer("POST", &format!("/_sandbox/orders/{id}/move"), "{\"state\":\"Done\"}");
    for stream in &mut streams {
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        assert!(rest.contains("event: stop"));
    }
}
