//! The life of a watch as a state machine: events with a time go in, actions come out.
//!
//! It owns every reconnect, so that all engines behave alike: a native source is closed at its first error
//! and never left to retry by itself. Streams and requests carry a serial number; what arrives under an old
//! one is inert. Only one timer is ever asked for, the next of all that are due.

use super::backoff::Random;
use super::observation::Facts;
use super::options::{Options, Transport};
use crate::order::state::End as Finality;

/// A stream that ends sooner than this after its first good message is flapping.
const FLAP_WINDOW: u64 = 1000;
/// So many flaps in a row, and a good message no longer shortens the wait.
const FLAP_LIMIT: u32 = 3;
/// Connections are never opened faster than this, unless `backoff.initial` allows it.
const FLOOR: u64 = 1000;
/// A refused stream is judged after this, so that leaving the page is not taken for a failure.
const SETTLE: u64 = 50;
/// A stream that has said nothing so long after it was asked for gets its first state by a request.
const SNAPSHOT: u64 = 1500;
/// A change seen by request must come over the stream within this, or the stream is mute.
const MUTE: u64 = 2000;
/// A final state is followed by the end within this, with or without `stop`.
const LINGER: u64 = 10_000;
/// A deadline that passed so long ago passed while the machine slept or the page was frozen.
const SLEPT: u64 = 5000;
/// What was held up by sleep gets this long to arrive.
const AFTER_SLEEP: u64 = 3000;
/// A heartbeat missed so many times over is a dead stream.
const MISSED: u64 = 3;
/// A heartbeat that was only observed is not believed to be shorter than this,
const SHORTEST_SEEN: u64 = 5000;
/// and an announced one not shorter than this.
const SHORTEST_ANNOUNCED: u64 = 1000;
/// and neither longer than this.
const LONGEST: u64 = 3_600_000;
/// Coming back to the page wakes a watch at most this often.
const WAKE_EVERY: u64 = 1000;
/// News older than this is looked up again on coming back to the page.
const STALE: u64 = 2000;
/// After the network came back, a stream that does not open within this gives way to polling.
const HASTY_CONNECT: u64 = 3000;
/// A server can ask for at most this much patience.
const MAX_RETRY_AFTER: u64 = 600_000;
/// An expired order that is watched on is looked up this often.
const SLOW_POLL: u64 = 60_000;
/// So many bad payloads in a row, and the state is asked for by request.
const BAD_PAYLOADS: u32 = 3;

/// A payload as the schema judged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this order.
    Valid(Facts),
    /// It is not.
    Invalid,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The watch begins.
    Start,
    /// The stream of that serial opened.
    Opened(u32),
    /// It brought a payload.
    Message(u32, Verdict),
    /// It said that there will be no more.
    Stop(u32),
    /// It gave a sign of life, or something this version has no use for.
    Ping(u32),
    /// It announced a heartbeat of so many milliseconds.
    Config(u32, u64),
    /// It failed; `closed` when the browser gave up on it, as it does on any answer but a good one.
    StreamError {
        /// The stream's serial.
        serial: u32,
        /// Whether the browser gave up.
        closed: bool,
    },
    /// The timer ran out.
    Timer,
    /// The page was shown or hidden.
    Visible(bool),
    /// The network came back.
    Online,
    /// The page is being left, perhaps for the back/forward cache.
    PageHide,
    /// It came back.
    PageShow,
    /// A request was answered.
    Answer {
        /// The request's serial.
        serial: u32,
        /// The HTTP status.
        status: u16,
        /// The body as the schema judged it, if the status is a success.
        verdict: Option<Verdict>,
        /// How long the server wants to be left alone, in milliseconds.
        retry_after: Option<u64>,
    },
    /// A request got no answer.
    FetchFailed(u32),
    /// The page's own policy forbids the connection.
    Blocked,
    /// The user wants to know now.
    Refresh,
    /// The user has seen enough.
    Close,
}

/// What to do, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open the event stream; no other is open.
    OpenStream(u32),
    /// Close it.
    CloseStream,
    /// Ask for the order; no other request is under way.
    Fetch(u32),
    /// Abandon the request.
    AbortFetch,
    /// Send [`Event::Timer`] after so many milliseconds; replaces an earlier timer.
    SetTimer(u64),
    /// No timer is needed.
    ClearTimer,
    /// Hand the payload of this event to the user.
    EmitOrder,
    /// Report why the payload of this event was refused.
    EmitInvalid,
    /// Report how the watch stands: [`Machine::state`].
    EmitState,
    /// Report a failure that the watch will get over by itself.
    EmitError(Fault),
    /// The watch is over; nothing follows.
    End(EndReason),
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The stream could not be had, or broke before it brought anything.
    Stream,
    /// The stream was silent when it should have spoken.
    Silent,
    /// A request found no server.
    Network,
    /// A request was answered with that status.
    Status(u16),
    /// A request was answered with something that is not the order.
    Payload,
    /// There is no `EventSource` here, and nothing else was allowed.
    Unsupported,
    /// The page's content security policy forbids the connection.
    Blocked,
}

/// Why a watch is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The server said so.
    Stop,
    /// The order came to its end.
    Final,
    /// The user closed it.
    Closed,
    /// It cannot work.
    Fatal(Fault),
}

/// How a watch is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waiting for the stream to open.
    Connecting,
    /// The stream is open.
    Live,
    /// Waiting before the next attempt.
    Backoff,
    /// Asking at intervals.
    Polling,
    /// Waiting for the page to come back.
    Paused,
    /// Over.
    Ended,
}

/// The state of a watch as a page can show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// How it is doing.
    pub phase: Phase,
    /// Failed attempts since things last went well.
    pub attempt: u32,
    /// When the next attempt or poll is due, on the caller's clock.
    pub next_at: Option<u64>,
    /// What last went wrong, while it has not been made good.
    pub fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timer {
    Settle,
    Retry,
    Connect,
    Snapshot,
    Mute,
    Silence,
    Request,
    Poll,
    Probe,
    Hidden,
    Linger,
}

const TIMERS: [Timer; 11] = [
    Timer::Settle,
    Timer::Retry,
    Timer::Connect,
    Timer::Snapshot,
    Timer::Mute,
    Timer::Silence,
    Timer::Request,
    Timer::Poll,
    Timer::Probe,
    Timer::Hidden,
    Timer::Linger,
];

/// When each timer is due; 0 for those that are not set.
#[derive(Debug, Default)]
struct Timers([u64; TIMERS.len()]);

impl Timers {
    #[inline(never)]
    fn set(&mut self, timer: Timer, at: u64) {
        if let Some(due) = self.0.get_mut(timer as usize) {
            *due = at;
        }
    }

    fn clear(&mut self, timer: Timer) {
        self.set(timer, 0);
    }

    #[inline(never)]
    fn at(&self, timer: Timer) -> Option<u64> {
        self.0.get(timer as usize).copied().filter(|at| *at > 0)
    }

    #[inline(never)]
    fn next(&self) -> Option<(Timer, u64)> {
        let mut next = None;
        let mut soonest = u64::MAX;
        for (timer, at) in TIMERS.iter().zip(&self.0) {
            if *at > 0 && *at < soonest {
                soonest = *at;
                next = Some((*timer, *at));
            }
        }
        next
    }
}

#[derive(Clone, Copy, Debug)]
struct Stream {
    serial: u32,
    born: u64,
    opened: bool,
    /// A good message came.
    valid: bool,
    /// The state was known once while this stream was open, so that later changes should come over it.
    synced: bool,
    /// Requests beside this stream are pointless: they were refused.
    alone: bool,
    /// It must open quickly or give way to polling.
    hasty: bool,
    /// 0 for not yet.
    last_ping: u64,
    /// How often it gives a sign of life; 0 for unknown.
    heartbeat: u64,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    serial: u32,
    /// How many changes were known when the request left.
    seen: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    Dropped,
    Refused,
    Silent,
}

/// The watch of one order.
#[derive(Debug)]
pub struct Machine {
    options: Options,
    random: Random,
    /// Whether the stream may be used, polling may be used.
    streams: bool,
    polls: bool,
    now: u64,
    /// What the machine's own clock, which never goes back, is ahead of the caller's.
    ahead: u64,
    timers: Timers,
    armed: Option<u64>,
    actions: Vec<Action>,
    serial: u32,
    stream: Option<Stream>,
    settling: Option<(Stream, u64)>,
    flight: Option<Flight>,
    again: bool,
    polling: bool,
    poll_failures: u32,
    probe_every: u64,
    attempt: u32,
    failures: u32,
    flaps: u32,
    bad: u32,
    /// When these last happened; 0 for never.
    last_open: u64,
    last_wake: u64,
    last_news: u64,
    not_before: u64,
    current: Option<Facts>,
    seen: u32,
    hidden: bool,
    lapsed: bool,
    gone: bool,
    fault: Option<Fault>,
    shown: View,
    over: Option<EndReason>,
    ended: bool,
}

impl Machine {
    /// A watch that has not begun. `has_event_source` says whether a stream can be opened at all.
    pub fn new(options: Options, has_event_source: bool, seed: u32) -> Machine {
        Machine {
            streams: has_event_source && options.transport != Transport::Poll,
            polls: options.transport != Transport::Sse,
            probe_every: options.probe,
            options,
            random: Random::new(seed),
            now: 0,
            ahead: 0,
            timers: Timers::default(),
            armed: None,
            actions: Vec::new(),
            serial: 0,
            stream: None,
            settling: None,
            flight: None,
            again: false,
            polling: false,
            poll_failures: 0,
            attempt: 0,
            failures: 0,
            flaps: 0,
            bad: 0,
            last_open: 0,
            last_wake: 0,
            last_news: 0,
            not_before: 0,
            current: None,
            seen: 0,
            hidden: false,
            lapsed: false,
            gone: false,
            fault: None,
            // Like no view there is, so that the first is shown.
            shown: View { phase: Phase::Ended, attempt: u32::MAX, next_at: None, fault: None },
            over: None,
            ended: false,
        }
    }

    /// Takes what happened at `wall` (milliseconds, any epoch) and says what to do about it.
    pub fn handle(&mut self, event: Event, wall: u64) -> Vec<Action> {
        if self.ended {
            return Vec::new();
        }
        // A clock that is set back must not hold deadlines up.
        self.ahead = self.ahead.max(self.now.saturating_sub(wall));
        self.now = wall + self.ahead;
        self.take(event);
        self.conclude();
        std::mem::take(&mut self.actions)
    }

    /// How the watch stands, as last reported.
    pub fn state(&self) -> View {
        self.shown
    }

    /// Whether nothing will follow any more.
    pub fn is_over(&self) -> bool {
        self.ended
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Start => self.start(),
            Event::Opened(serial) => {
                if let Some(stream) = self.spoke(serial) {
                    stream.opened = true;
                    self.timers.clear(Timer::Connect);
                }
            }
            Event::Message(serial, verdict) => self.message(serial, verdict),
            Event::Stop(serial) => {
                if self.spoke(serial).is_some() {
                    self.finish(EndReason::Stop);
                }
            }
            Event::Ping(serial) => {
                let now = self.now;
                if let Some(stream) = self.spoke(serial) {
                    if stream.last_ping > 0 {
                        let gap = now - stream.last_ping;
                        stream.heartbeat = stream.heartbeat.max(SHORTEST_SEEN).max(gap).min(LONGEST);
                    }
                    stream.last_ping = now;
                    self.listen();
                }
            }
            Event::Config(serial, heartbeat) => {
                if let Some(stream) = self.spoke(serial)
                    && heartbeat > 0
                {
                    stream.heartbeat = heartbeat.clamp(SHORTEST_ANNOUNCED, LONGEST);
                    self.listen();
                }
            }
            Event::StreamError { serial, closed } => self.stream_error(serial, closed),
            Event::Timer => {
                self.armed = None;
                while let Some((timer, at)) = self.timers.next().filter(|(_, at)| *at <= self.now) {
                    self.timers.clear(timer);
                    self.due(timer, at);
                }
            }
            Event::Visible(true) => {
                self.hidden = false;
                self.timers.clear(Timer::Hidden);
                self.come_back();
            }
            Event::Visible(false) => {
                self.hidden = true;
                self.after(Timer::Hidden, self.options.hidden_grace);
            }
            Event::Online => self.online(),
            Event::PageHide => {
                self.gone = true;
                self.settling = None;
                self.drop_stream();
                self.rest();
            }
            Event::PageShow => {
                // A page also "shows" when it first loads.
                if self.gone {
                    if self.hidden {
                        self.after(Timer::Hidden, self.options.hidden_grace);
                    }
                    self.come_back();
                }
            }
            Event::Answer { serial, status, verdict, retry_after } => {
                self.answer(serial, status, verdict, retry_after);
            }
            Event::FetchFailed(serial) => self.fetch_failed(serial, Fault::Network),
            Event::Blocked => self.finish(EndReason::Fatal(Fault::Blocked)),
            Event::Refresh => self.refresh(),
            Event::Close => self.finish(EndReason::Closed),
        }
    }

    /// The end of every step: what changed is shown once, and the one timer is set.
    fn conclude(&mut self) {
        let view = self.view();
        if self.shown != view {
            self.shown = view;
            self.actions.push(Action::EmitState);
        }
        let next = self.timers.next().map(|(_, at)| at);
        if next != self.armed {
            self.actions.push(match next {
                Some(at) => Action::SetTimer(at.saturating_sub(self.now)),
                None => Action::ClearTimer,
            });
            self.armed = next;
        }
        if let Some(reason) = self.over {
            self.ended = true;
            self.actions.push(Action::End(reason));
        }
    }

    fn view(&self) -> View {
        let at = |timer| self.timers.at(timer).map(|at| at - self.ahead.min(at));
        let (phase, next_at) = if self.over.is_some() {
            (Phase::Ended, None)
        } else if self.settling.is_some() {
            return self.shown;
        } else if let Some(stream) = self.stream.filter(|stream| stream.opened || !self.polling) {
            (if stream.opened { Phase::Live } else { Phase::Connecting }, None)
        } else if self.resting() {
            (Phase::Paused, None)
        } else if self.polling {
            (Phase::Polling, at(Timer::Poll))
        } else {
            (Phase::Backoff, at(Timer::Retry))
        };
        View { phase, attempt: self.attempt, next_at, fault: self.fault }
    }

    fn finish(&mut self, reason: EndReason) {
        if self.over.is_none() {
            self.over = Some(reason);
            self.settling = None;
            self.drop_stream();
            self.rest();
        }
    }

    fn start(&mut self) {
        if self.serial > 0 {
            return;
        }
        if self.streams {
            self.open();
        } else if self.polls {
            self.poll();
        } else {
            self.finish(EndReason::Fatal(Fault::Unsupported));
        }
    }

    #[inline(never)]
    fn after(&mut self, timer: Timer, delay: u64) {
        self.timers.set(timer, self.now + delay);
    }

    /// Whether nothing may be sent because nobody is looking.
    fn resting(&self) -> bool {
        self.gone || self.lapsed
    }

    /// Lets everything go but the stream.
    fn rest(&mut self) {
        if self.flight.take().is_some() {
            self.actions.push(Action::AbortFetch);
        }
        self.again = false;
        self.timers = Timers::default();
    }

    // The stream

    fn open(&mut self) {
        if self.stream.is_some() || self.resting() || self.over.is_some() {
            return;
        }
        if self.now < self.not_before {
            let timer = if self.polling { Timer::Probe } else { Timer::Retry };
            return self.timers.set(timer, self.not_before);
        }
        self.serial += 1;
        self.last_open = self.now;
        self.stream = Some(Stream {
            serial: self.serial,
            born: self.now,
            opened: false,
            valid: false,
            synced: false,
            alone: false,
            hasty: false,
            last_ping: 0,
            heartbeat: 0,
        });
        for timer in [Timer::Retry, Timer::Poll, Timer::Probe] {
            self.timers.clear(timer);
        }
        self.after(Timer::Connect, self.options.connect_timeout);
        self.after(Timer::Snapshot, SNAPSHOT);
        self.actions.push(Action::OpenStream(self.serial));
    }

    /// The stream of that serial, if it is the one that is open.
    fn spoke(&mut self, serial: u32) -> Option<&mut Stream> {
        self.stream.as_mut().filter(|stream| stream.serial == serial)
    }

    fn heartbeat(&self) -> u64 {
        self.stream.as_ref().map_or(0, |stream| stream.heartbeat)
    }

    /// Expects the next sign of life, once it is known how often one is due.
    fn listen(&mut self) {
        let heartbeat = self.heartbeat();
        if heartbeat > 0 {
            self.after(Timer::Silence, heartbeat * MISSED);
        }
    }

    /// After sleep: what was held up may still come, and then the next heartbeat.
    fn wait_for_held_up(&mut self) {
        self.after(Timer::Silence, self.heartbeat() + AFTER_SLEEP);
    }

    fn message(&mut self, serial: u32, verdict: Verdict) {
        let Some(stream) = self.spoke(serial) else { return };
        stream.opened = true;
        if let Verdict::Valid(_) = verdict {
            stream.valid = true;
            stream.synced = true;
        }
        self.timers.clear(Timer::Connect);
        self.listen();
        match verdict {
            Verdict::Valid(facts) => {
                self.bad = 0;
                self.polling = false;
                self.probe_every = self.options.probe;
                self.fault = None;
                self.timers.clear(Timer::Mute);
                self.recheck();
                if self.flaps < FLAP_LIMIT {
                    self.attempt = 0;
                    self.failures = 0;
                }
                self.learn(facts, None);
            }
            Verdict::Invalid => {
                self.actions.push(Action::EmitInvalid);
                self.bad += 1;
                if self.bad >= BAD_PAYLOADS {
                    self.bad = 0;
                    self.fetch();
                }
            }
        }
    }

    /// Looks the state up beside the open stream, later.
    fn recheck(&mut self) {
        let Some(stream) = self.stream else { return };
        let after = if stream.valid { self.options.recheck } else { self.options.poll_max };
        if self.options.recheck == 0 || stream.alone {
            self.timers.clear(Timer::Snapshot);
        } else {
            self.after(Timer::Snapshot, after);
        }
    }

    fn drop_stream(&mut self) -> Option<Stream> {
        let stream = self.stream.take()?;
        self.actions.push(Action::CloseStream);
        for timer in [Timer::Connect, Timer::Snapshot, Timer::Mute, Timer::Silence] {
            self.timers.clear(timer);
        }
        Some(stream)
    }

    fn stream_error(&mut self, serial: u32, closed: bool) {
        if self.spoke(serial).is_none() {
            return;
        }
        if closed && let Some(stream) = self.drop_stream() {
            self.settling = Some((stream, self.now));
            self.after(Timer::Settle, SETTLE);
        } else {
            self.lose(Loss::Dropped);
        }
    }

    fn lose(&mut self, loss: Loss) {
        if let Some(stream) = self.drop_stream() {
            self.lost(stream, self.now, loss);
        }
    }

    fn settle(&mut self) {
        self.timers.clear(Timer::Settle);
        if let Some((stream, at)) = self.settling.take() {
            self.lost(stream, at, Loss::Refused);
        }
    }

    fn lost(&mut self, stream: Stream, at: u64, loss: Loss) {
        if self.end_if_final() {
            return;
        }
        if stream.valid && loss != Loss::Silent {
            if at - stream.born >= FLAP_WINDOW {
                self.flaps = 0;
                self.attempt = 0;
                self.failures = 0;
            } else {
                self.flaps += 1;
                if self.flaps >= FLAP_LIMIT {
                    self.failures += 1;
                }
            }
        } else {
            self.failures += 1;
            self.fail(if loss == Loss::Silent { Fault::Silent } else { Fault::Stream });
        }
        if stream.hasty && !stream.valid {
            self.failures = self.failures.max(self.options.poll_after);
        }
        let delay = self.options.backoff.delay(self.attempt, &mut self.random);
        self.attempt = self.attempt.saturating_add(1);
        if self.polling {
            self.probe_every = (self.probe_every * 2).min(self.options.probe * 5);
            self.poll();
        } else if self.polls && (self.failures >= self.options.poll_after || self.softly_over()) {
            self.poll();
        } else if !self.resting() {
            self.timers.set(Timer::Retry, (at + delay).max(self.earliest_open()));
            // The browser does not say why a stream was refused; a plain request does.
            if loss == Loss::Refused {
                self.fetch();
            }
        }
    }

    fn earliest_open(&self) -> u64 {
        let floor = FLOOR.min(self.options.backoff.initial);
        (self.last_open + floor).max(self.not_before)
    }

    fn fail(&mut self, fault: Fault) {
        self.fault = Some(fault);
        self.actions.push(Action::EmitError(fault));
    }

    // Requests

    fn fetch(&mut self) {
        if self.flight.is_some() || self.resting() || self.over.is_some() || self.now < self.not_before {
            return;
        }
        self.serial += 1;
        self.flight = Some(Flight { serial: self.serial, seen: self.seen });
        self.timers.clear(Timer::Poll);
        self.timers.clear(Timer::Snapshot);
        self.after(Timer::Request, self.options.request_timeout);
        self.actions.push(Action::Fetch(self.serial));
    }

    fn landed(&mut self, serial: u32) -> Option<Flight> {
        let flight = self.flight.filter(|flight| flight.serial == serial)?;
        self.flight = None;
        self.timers.clear(Timer::Request);
        Some(flight)
    }

    fn answer(&mut self, serial: u32, status: u16, verdict: Option<Verdict>, retry_after: Option<u64>) {
        let Some(flight) = self.landed(serial) else { return };
        let fault = match (status, verdict) {
            (200..=299, Some(Verdict::Valid(facts))) => {
                self.learn(facts, Some(flight));
                if self.polling {
                    self.fault = None;
                }
                None
            }
            (200..=299, Some(Verdict::Invalid)) => {
                self.actions.push(Action::EmitInvalid);
                Some(Fault::Payload)
            }
            (304, _) => None,
            (401 | 403 | 404 | 410, _) => match self.stream.as_mut() {
                // Perhaps the stream is served and only the request is not: go on without.
                Some(stream) => {
                    stream.alone = true;
                    Some(Fault::Status(status))
                }
                None => return self.finish(EndReason::Fatal(Fault::Status(status))),
            },
            _ => Some(Fault::Status(status)),
        };
        if let Some(wait) = retry_after.filter(|_| fault.is_some()) {
            self.not_before = self.now + wait.min(MAX_RETRY_AFTER);
        }
        self.after_fetch(fault);
    }

    fn fetch_failed(&mut self, serial: u32, fault: Fault) {
        if self.landed(serial).is_some() {
            self.after_fetch(Some(fault));
        }
    }

    fn after_fetch(&mut self, fault: Option<Fault>) {
        if self.over.is_some() {
            return;
        }
        if let Some(fault) = fault {
            self.fail(fault);
        }
        if let Some(retry) = self.timers.at(Timer::Retry) {
            self.timers.set(Timer::Retry, retry.max(self.not_before));
        }
        self.recheck();
        if self.polling && self.stream.is_none() {
            self.poll_failures = if fault.is_some() { self.poll_failures.saturating_add(1) } else { 0 };
            self.poll_later();
        }
        if std::mem::take(&mut self.again) {
            self.fetch();
        }
    }

    // Polling

    /// Polling takes over, or goes on after the stream was tried in vain.
    fn poll(&mut self) {
        self.polling = true;
        self.timers.clear(Timer::Retry);
        if self.resting() {
            return;
        }
        if self.streams && !self.softly_over() {
            self.after(Timer::Probe, self.probe_every);
        }
        self.fetch();
        if self.flight.is_none() {
            self.poll_later();
        }
    }

    fn poll_later(&mut self) {
        let (min, max) = (self.options.poll_min, self.options.poll_max);
        let mut wait = min + self.random.below(max - min + 1);
        if let Some(attempt) = self.poll_failures.checked_sub(1) {
            wait = wait.max(self.options.backoff.delay(attempt, &mut self.random));
        }
        if self.softly_over() {
            wait = wait.max(SLOW_POLL);
        }
        self.timers.set(Timer::Poll, (self.now + wait).max(self.not_before));
    }

    // The order

    /// Takes in a good payload, of the stream or of a request; it counts only if it is news.
    fn learn(&mut self, facts: Facts, flight: Option<Flight>) {
        self.last_news = self.now;
        if self.is_news(facts, flight.is_some_and(|flight| flight.seen != self.seen)) {
            self.current = Some(facts);
            self.seen += 1;
            self.actions.push(Action::EmitOrder);
            // A change that the open stream should have brought: give it a moment to make up for it.
            if flight.is_some() && self.stream.is_some_and(|stream| stream.synced) {
                self.after(Timer::Mute, MUTE);
            }
        }
        if let Some(stream) = self.stream.as_mut().filter(|stream| stream.opened) {
            stream.synced = true;
        }
        if self.stream.is_some() && self.current.is_some_and(|facts| facts.end == Finality::Final) {
            if self.timers.at(Timer::Linger).is_none() {
                self.after(Timer::Linger, LINGER);
            }
        } else {
            self.timers.clear(Timer::Linger);
        }
        if self.stream.is_none() && self.settling.is_none() && !self.end_if_final() && self.softly_over() {
            self.poll_softly();
        }
    }

    /// `early` says that the request for it left before the newest state was known.
    fn is_news(&self, facts: Facts, early: bool) -> bool {
        let Some(current) = self.current else { return true };
        if facts.digest == current.digest {
            return false;
        }
        match (facts.stamp, current.stamp) {
            (Some(new), Some(known)) if new != known => new > known,
            _ => {
                let backwards = current.end == Finality::Final && facts.end != Finality::Final;
                let forwards = current.end == Finality::Open && facts.end != Finality::Open;
                !backwards && (!early || forwards)
            }
        }
    }

    /// The order expired, and it is to be watched on.
    fn softly_over(&self) -> bool {
        self.options.keep_expired && self.current.is_some_and(|facts| facts.end == Finality::Soft)
    }

    fn poll_softly(&mut self) {
        if !self.polling && self.polls {
            self.polling = true;
            self.timers.clear(Timer::Retry);
        }
        self.timers.clear(Timer::Probe);
    }

    fn end_if_final(&mut self) -> bool {
        let over = match self.current.map(|facts| facts.end) {
            Some(Finality::Final) => true,
            Some(Finality::Soft) => !self.options.keep_expired,
            _ => false,
        };
        if over {
            self.finish(EndReason::Final);
        }
        over
    }

    // The page and its user

    fn due(&mut self, timer: Timer, at: u64) {
        match timer {
            Timer::Settle => self.settle(),
            Timer::Retry | Timer::Probe => self.open(),
            Timer::Connect => self.lose(Loss::Silent),
            Timer::Mute => self.lose(Loss::Silent),
            Timer::Snapshot => {
                self.fetch();
                if self.flight.is_none() {
                    self.recheck();
                }
            }
            Timer::Poll => {
                self.fetch();
                if self.flight.is_none() {
                    self.poll_later();
                }
            }
            Timer::Silence if self.now - at > SLEPT => {
                self.wait_for_held_up();
                self.fetch();
            }
            Timer::Silence => self.lose(Loss::Silent),
            Timer::Request => {
                if let Some(flight) = self.flight {
                    self.actions.push(Action::AbortFetch);
                    self.fetch_failed(flight.serial, Fault::Network);
                }
            }
            Timer::Hidden => {
                self.lapsed = true;
                if self.stream.is_none() && self.settling.is_none() {
                    self.rest();
                }
            }
            Timer::Linger => self.finish(EndReason::Final),
        }
    }

    /// Somebody is looking again: the state at once, and a connection without further waiting.
    fn come_back(&mut self) {
        let paused = self.resting() && self.stream.is_none();
        self.gone = false;
        self.lapsed = false;
        if !paused && self.now < self.last_wake + WAKE_EVERY {
            return;
        }
        self.last_wake = self.now;
        self.resume(paused);
    }

    fn online(&mut self) {
        if self.resting() || self.now < self.last_wake + WAKE_EVERY {
            return;
        }
        self.last_wake = self.now;
        self.resume(true);
        if let Some(stream) = self.stream.as_mut().filter(|stream| !stream.opened) {
            stream.hasty = true;
            self.after(Timer::Connect, HASTY_CONNECT);
        }
    }

    fn refresh(&mut self) {
        // A request under way may have left before what the user knows of.
        self.again = self.flight.is_some();
        self.gone = false;
        self.lapsed = false;
        self.last_news = 0;
        self.resume(false);
    }

    /// `anew` says that polling should give the stream another chance.
    fn resume(&mut self, anew: bool) {
        self.settle();
        if self.over.is_some() {
            return;
        }
        if self.now >= self.last_news + STALE {
            self.fetch();
        }
        if self.stream.is_some() {
            if self.timers.at(Timer::Silence).is_some_and(|at| at <= self.now) {
                self.wait_for_held_up();
            }
            if self.flight.is_none() && self.timers.at(Timer::Snapshot).is_none() {
                self.recheck();
            }
            return;
        }
        if anew && self.streams && !self.softly_over() {
            self.polling = false;
        }
        if self.polling {
            if self.flight.is_none() && self.timers.at(Timer::Poll).is_none() {
                self.poll();
            }
            return;
        }
        self.attempt = 0;
        self.failures = 0;
        let at = self.earliest_open();
        if at <= self.now {
            self.open();
        } else {
            self.timers.set(Timer::Retry, at);
        }
    }
}
