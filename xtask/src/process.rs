//! Children: run one to its end, or start one, wait for its ready line and keep it.
//!
//! Every wait has a deadline and ends at Ctrl-C, and no child outlives us: each gets a process group of its own,
//! which is ended when its handle is dropped. A child that is to live long also has its stdin tied to us, so that it
//! ends even if we are killed outright.

use anyhow::{Context, Result, bail};
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(20);
/// A step that is over sooner is not worth a line.
const UNANNOUNCED: Duration = Duration::from_millis(700);
/// How often a long step says that it is still alive.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How long a child may take to end by itself when asked to.
const GRACE: Duration = Duration::from_secs(3);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The person pressed Ctrl-C.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// From now on Ctrl-C (or a polite kill) ends every wait of this file; a second one ends us at once.
pub fn watch_for_interrupts() {
    let result = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    if let Err(error) = result {
        eprintln!("note: Ctrl-C will end this without tidying up ({error})");
    }
}

/// Whether Ctrl-C was pressed.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Waits one short moment, or fails when the person has had enough.
pub fn pause() -> Result<()> {
    if interrupted() {
        return Err(Interrupted.into());
    }
    std::thread::sleep(POLL);
    Ok(())
}

/// A child and all that it starts; dropping it ends them.
struct Group {
    child: Child,
}

impl Group {
    fn spawn(command: &mut Command) -> Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().with_context(|| format!("cannot start `{name}`"))?;
        Ok(Self { child })
    }

    fn wait_until(&mut self, deadline: Instant) -> Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            pause()?;
        }
    }

    /// Asks every process of the group to end, then makes them.
    fn end(&mut self) {
        self.signal(false);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(POLL);
        }
        self.signal(true);
        let _ = self.child.wait();
    }

    #[cfg(unix)]
    fn signal(&mut self, hard: bool) {
        use nix::sys::signal::{Signal, killpg};
        let Ok(id) = i32::try_from(self.child.id()) else { return };
        let signal = if hard { Signal::SIGKILL } else { Signal::SIGTERM };
        // An error means that nobody is left to be told.
        let _ = killpg(nix::unistd::Pid::from_raw(id), signal);
    }

    #[cfg(not(unix))]
    fn signal(&mut self, hard: bool) {
        if hard {
            let id = self.child.id().to_string();
            let mut command = Command::new("taskkill");
            let _ =
                command.args(["/T", "/F", "/PID", &id]).stdout(Stdio::null()).stderr(Stdio::null()).status();
            let _ = self.child.kill();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The id of a child that was waited for may belong to somebody else by now; until then it is ours.
        drop(self.child.stdin.take());
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end();
        }
    }
}

/// A step whose output goes to a log file and is shown only when it fails.
pub struct Step<'a> {
    /// What is happening, as a person would say it: "compiling the sandbox".
    pub what: &'a str,
    /// About how long it takes on a small machine when there is all to do; none for what is quick.
    pub about: Option<&'a str>,
    pub log: PathBuf,
    pub deadline: Duration,
}

/// How a step ended.
pub struct Ended {
    pub success: bool,
    /// Why it was not a success, in a few words.
    pub how: String,
}

impl Step<'_> {
    /// Runs the command and fails, with the end of its output, when it fails.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        let ended = self.try_run(command)?;
        if ended.success {
            return Ok(());
        }
        bail!(
            "{} failed: {}\n{}\n(all of it: {})",
            self.what,
            ended.how,
            tail(&self.log, 40),
            self.log.display()
        )
    }

    /// Runs the command; how it ended is the caller's to judge.
    pub fn try_run(&self, command: &mut Command) -> Result<Ended> {
        let log = create_log(&self.log)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let start = Instant::now();
        let mut group = Group::spawn(command)?;
        let end = start + self.deadline;
        let mut status = group.wait_until(end.min(start + UNANNOUNCED))?;
        if let (None, Some(about)) = (status, self.about) {
            eprintln!("· {} ({about})", self.what);
        }
        while status.is_none() && Instant::now() < end {
            status = group.wait_until(end.min(Instant::now() + HEARTBEAT))?;
            if status.is_none() {
                let last = tail(&self.log, 1);
                let last: String = last.trim().chars().take(90).collect();
                eprintln!("  … {} s: {last}", start.elapsed().as_secs());
            }
        }
        Ok(match status {
            Some(status) => Ended { success: status.success(), how: status.to_string() },
            None => {
                drop(group);
                let how = format!("not finished after {} s, so it was stopped", self.deadline.as_secs());
                Ended { success: false, how }
            }
        })
    }
}

/// Runs a command to its end with its output going where ours goes; gives its exit code.
pub fn run_visibly(command: &mut Command, deadline: Duration) -> Result<u8> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null());
    let mut group = Group::spawn(command)?;
    match group.wait_until(Instant::now() + deadline)? {
        Some(status) => Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        None => bail!("`{name}` was not finished after {} s, so it was stopped", deadline.as_secs()),
    }
}

/// Runs a quick command and gives what it printed.
pub fn read(command: &mut Command, deadline: Duration) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut group = Group::spawn(command)?;
    let stdout = collect(group.child.stdout.take());
    let stderr = collect(group.child.stderr.take());
    let Some(status) = group.wait_until(Instant::now() + deadline)? else {
        bail!("`{name}` did not answer within {} s", deadline.as_secs());
    };
    let text = |receiver: mpsc::Receiver<String>| receiver.recv_timeout(GRACE).unwrap_or_default();
    let (stdout, stderr) = (text(stdout), text(stderr));
    if !status.success() {
        bail!("`{name}` ended with {status}: {}", stderr.trim());
    }
    Ok(stdout)
}

fn collect(stream: Option<impl std::io::Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut bytes);
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// A child that serves until it is dropped.
pub struct Service {
    group: Group,
    name: String,
    log: PathBuf,
    /// What stood behind the ready line's prefix: an address.
    pub ready: String,
}

/// An empty log file, and the folder it is in.
fn create_log(log: &Path) -> Result<File> {
    if let Some(folder) = log.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    File::create(log).with_context(|| format!("cannot write {}", log.display()))
}

impl Service {
    /// Starts the command and waits until it prints a line that begins with `prefix`.
    ///
    /// stdin is a pipe that closes when we end, for programs told to live no longer than that.
    pub fn start(
        name: &str,
        command: &mut Command,
        prefix: &str,
        log: PathBuf,
        deadline: Duration,
    ) -> Result<Self> {
        let file = create_log(&log)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(file);
        let mut group = Group::spawn(command)?;
        let lines = lines_of(group.child.stdout.take());
        let end = Instant::now() + deadline;
        loop {
            if interrupted() {
                return Err(Interrupted.into());
            }
            match lines.recv_timeout(POLL) {
                Ok(line) => {
                    if let Some(ready) = line.strip_prefix(prefix) {
                        let ready = ready.trim().to_owned();
                        return Ok(Self { group, name: name.to_owned(), log, ready });
                    }
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() < end => {}
                Err(RecvTimeoutError::Timeout) => {
                    bail!(
                        "{name} was not ready within {} s; its last words: {}",
                        deadline.as_secs(),
                        tail(&log, 5)
                    );
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = group.wait_until(Instant::now() + GRACE)?;
                    let how =
                        status.map_or_else(|| "closed its output".to_owned(), |status| status.to_string());
                    bail!("{name} did not start ({how}): {}", tail(&log, 10));
                }
            }
        }
    }

    /// Starts a command that says nothing when it is ready, and waits until it listens on the port.
    pub fn start_on(
        name: &str,
        command: &mut Command,
        port: u16,
        log: PathBuf,
        deadline: Duration,
    ) -> Result<Self> {
        let file = create_log(&log)?;
        command.stdin(Stdio::piped()).stdout(file.try_clone()?).stderr(file);
        let group = Group::spawn(command)?;
        let ready = format!("http://127.0.0.1:{port}");
        let mut service = Self { group, name: name.to_owned(), log, ready };
        let end = Instant::now() + deadline;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            service.check()?;
            if Instant::now() >= end {
                bail!(
                    "{name} was not ready within {} s; its last words: {}",
                    deadline.as_secs(),
                    tail(&service.log, 5)
                );
            }
            pause()?;
        }
        Ok(service)
    }

    /// Fails when the child is no longer there.
    pub fn check(&mut self) -> Result<()> {
        match self.group.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} ended by itself ({status}): {}", self.name, tail(&self.log, 10)),
        }
    }
}

/// The lines a child prints, read for as long as it lives so that it never blocks on a full pipe.
fn lines_of(stream: Option<impl std::io::Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let Some(stream) = stream else { return };
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while matches!(reader.read_until(b'\n', &mut bytes), Ok(read) if read > 0) {
            // Nobody listens any more once the ready line was seen; the reading goes on.
            let _ = sender.send(String::from_utf8_lossy(&bytes).trim_end().to_owned());
            bytes.clear();
        }
    });
    receiver
}

/// The last lines of a log.
pub fn tail(log: &Path, lines: usize) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// A log that goes when its test is over.
    struct Log(PathBuf);

    impl Drop for Log {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    fn log(name: &str) -> Log {
        Log(std::env::temp_dir().join(format!("xtask-test-{}-{name}.log", std::process::id())))
    }

    fn start(name: &str, script: &str, deadline: Duration) -> Result<Service> {
        let log = log(name);
        Service::start(name, &mut shell(script), "ready on ", log.0.clone(), deadline)
    }

    fn alive(id: u32) -> bool {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(i32::try_from(id).unwrap()), None).is_ok()
    }

    #[test]
    fn a_ready_line_is_found_among_others() {
        let script = "echo hello; echo 'ready on http://127.0.0.1:7'; read wait_for_the_end";
        let mut service = start("ready", script, Duration::from_secs(30)).unwrap();
        assert_eq!(service.ready, "http://127.0.0.1:7");
        service.check().unwrap();
    }

    #[test]
    fn a_dropped_service_is_gone() {
        let service =
            start("drop", "trap '' HUP; echo 'ready on x'; sleep 600", Duration::from_secs(30)).unwrap();
        let id = service.group.child.id();
        assert!(alive(id));
        drop(service);
        assert!(!alive(id));
    }

    #[test]
    fn one_that_ends_early_tells_why() {
        let error =
            start("early", "echo 'port 80 is taken' >&2; exit 1", Duration::from_secs(30)).err().unwrap();
        assert!(error.to_string().contains("port 80 is taken"), "{error}");
    }

    #[test]
    fn one_that_says_nothing_is_given_up() {
        let error = start("silent", "sleep 600", Duration::from_millis(50)).err().unwrap();
        assert!(error.to_string().contains("not ready within"), "{error}");
    }

    #[test]
    fn a_step_that_fails_shows_the_end_of_its_log() {
        let log = log("step");
        let step =
            Step { what: "trying", about: None, log: log.0.clone(), deadline: Duration::from_secs(30) };
        step.run(&mut shell("true")).unwrap();
        let error = step.run(&mut shell("echo first; echo last >&2; exit 3")).unwrap_err().to_string();
        assert!(error.contains("first") && error.contains("last"), "{error}");
    }

    #[test]
    fn a_step_that_hangs_is_stopped() {
        let log = log("hang");
        let step =
            Step { what: "hanging", about: None, log: log.0.clone(), deadline: Duration::from_millis(50) };
        let ended = step.try_run(&mut shell("sleep 600")).unwrap();
        assert!(!ended.success);
        assert!(ended.how.contains("stopped"), "{}", ended.how);
    }

    #[test]
    fn what_a_quick_command_says() {
        assert_eq!(read(&mut shell("echo yes"), Duration::from_secs(30)).unwrap(), "yes\n");
        assert!(
            read(&mut shell("echo no >&2; exit 1"), Duration::from_secs(30))
                .unwrap_err()
                .to_string()
                .contains("no")
        );
        assert!(read(&mut Command::new("no-such-program-here"), Duration::from_secs(1)).is_err());
    }
}
