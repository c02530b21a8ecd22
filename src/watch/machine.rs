//! The life of a watch as a state machine: events with a time go in, actions come out.
//!
//! It owns every reconnect, so that all engines behave alike: a native source is closed at its first error
//! and never left to retry by itself. Streams and requests carry a serial number; what arrives under an old
//! one is inert. Only one timer is ever asked for, the next of all that are due. Events, actions and what they
//! carry are plain numbers, because they cross into JavaScript.

use super::backoff::Random;
use super::observation::Facts;
use super::options::{Options, Setting};
use crate::order::state::End as Finality;
use crate::text::push_number;

/// A stream that ends sooner than this after its first good message is flapping.
const FLAP_WINDOW: u64 = 1000;
/// So many flaps in a row, and a good message no longer shortens the wait.
const FLAP_LIMIT: u32 = 3;
/// Connections are never opened faster than this, unless the first delay of the back-off allows it.
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

/// What happened. Up to [`Kind::Refused`] it is said of a stream, up to [`Kind::Held`] of a request; what is said of
/// another than the one there is, is inert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub enum Kind {
    /// The stream opened, or brought what this version has no use for.
    Opened,
    /// It brought a payload.
    Message,
    /// It said that there will be no more.
    Stop,
    /// It gave a sign of life.
    Ping,
    /// It announced a heartbeat of `value` milliseconds.
    Config,
    /// It broke, or could not be had; the browser would try again.
    Dropped,
    /// The browser gave up on it, as it does on any answer but a good one.
    Refused,
    /// The request was answered with HTTP status `value`; the server wants to be left alone for `wait` milliseconds.
    Answer,
    /// It got no answer.
    Failed,
    /// It may take `value` milliseconds from now: the shopper has to sign in first.
    Held,
    /// The watch begins.
    Start,
    /// The timer ran out.
    Timer,
    /// The page is to be seen.
    Shown,
    /// It is not.
    Hidden,
    /// The network came back.
    Online,
    /// The page is being left, perhaps for the back/forward cache.
    PageHide,
    /// It came back.
    PageShow,
    /// The user wants to know now.
    Refresh,
    /// The user has seen enough.
    Close,
    /// The page's own policy forbids the connection.
    Blocked,
    /// Said right after the start: somebody else knows this of the order.
    Known,
}

/// Every kind, in the order of their numbers.
pub static KINDS: [Kind; 21] = [
    Kind::Opened,
    Kind::Message,
    Kind::Stop,
    Kind::Ping,
    Kind::Config,
    Kind::Dropped,
    Kind::Refused,
    Kind::Answer,
    Kind::Failed,
    Kind::Held,
    Kind::Start,
    Kind::Timer,
    Kind::Shown,
    Kind::Hidden,
    Kind::Online,
    Kind::PageHide,
    Kind::PageShow,
    Kind::Refresh,
    Kind::Close,
    Kind::Blocked,
    Kind::Known,
];

/// Something that happened; what a kind has no use for is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is.
    pub kind: Kind,
    /// The stream or request it is said of.
    pub serial: u32,
    /// See [`Kind`].
    pub value: u32,
    /// See [`Kind`].
    pub wait: u32,
    /// The payload as the schema judged it, if it was this order.
    pub facts: Option<Facts>,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Open the event stream of that serial; no other is open.
    OpenStream,
    /// Close it.
    CloseStream,
    /// Ask for the order; no other request is under way.
    Fetch,
    /// Abandon the request.
    AbortFetch,
    /// Send [`Kind::Timer`] after so many milliseconds, in place of an earlier timer; 0: no timer is needed.
    Timer,
    /// Hand the payload of this event to the user.
    Order,
    /// Report why the payload of this event was refused.
    Invalid,
    /// Report how the watch stands, in four numbers: the [`Phase`], the failed attempts since things last went well, when
    /// the next attempt or poll is due on the caller's clock (0: none is), and what last went wrong while it has not been
    /// made good.
    State,
    /// Report a failure that the watch will get over by itself: a fault's number.
    Error,
    /// The watch is over, nothing follows: an end's number.
    End,
}

/// What went wrong, as a number; from 100 it is the HTTP status a request was answered with.
pub mod fault {
    /// Nothing.
    pub const NONE: u32 = 0;
    /// The stream could not be had, or broke before it brought anything.
    pub const STREAM: u32 = 1;
    /// The stream was silent when it should have spoken.
    pub const SILENT: u32 = 2;
    /// A request found no server.
    pub const NETWORK: u32 = 3;
    /// A request was answered with something that is not the order.
    pub const PAYLOAD: u32 = 4;
    /// There is no `EventSource` here, and nothing else was allowed.
    pub const UNSUPPORTED: u32 = 5;
    /// The page's content security policy forbids the connection.
    pub const BLOCKED: u32 = 6;
}

/// Why a watch is over, as a number.
pub mod end {
    /// The server said so.
    pub const STOP: u32 = 1;
    /// The order came to its end.
    pub const FINAL: u32 = 2;
    /// The user closed it.
    pub const CLOSED: u32 = 3;
    /// It cannot work; the fault's number is added.
    pub const FATAL: u32 = 4;
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timer {
    /// A refused stream is judged.
    Settle,
    /// The next stream.
    Open,
    /// The stream's next sign of life.
    Silence,
    /// A change the stream should bring.
    Mute,
    /// The next request.
    Ask,
    /// The answer to it.
    Request,
    /// How long a hidden page carries on.
    Hidden,
    /// The end after a final state.
    Linger,
}

const TIMERS: [Timer; 8] = [
    Timer::Settle,
    Timer::Open,
    Timer::Silence,
    Timer::Mute,
    Timer::Ask,
    Timer::Request,
    Timer::Hidden,
    Timer::Linger,
];

/// What is known of a stream; kept after it was closed until it was judged.
#[derive(Clone, Copy, Debug, Default)]
struct Stream {
    /// 0 when none is open.
    serial: u32,
    opened: bool,
    /// When its first good message came; 0 for not yet.
    good: u64,
    /// The state was known once while this stream was open, so that later changes should come over it.
    synced: bool,
    /// Requests beside this stream are pointless: they were refused.
    alone: bool,
    /// It must open quickly or give way to polling.
    hasty: bool,
    /// The browser gave up on it, and it is still to be judged.
    settling: bool,
    /// When it was closed.
    lost: u64,
    /// 0 for not yet.
    last_ping: u64,
    /// How often it gives a sign of life; 0 for unknown.
    heartbeat: u64,
}

/// The watch of one order. [`Machine::set_up`] comes first.
#[derive(Debug, Default)]
pub struct Machine {
    options: Options,
    random: Random,
    now: u64,
    /// What the machine's own clock, which never goes back, is ahead of the caller's.
    ahead: u64,
    /// When each timer is due; 0 for those that are not set.
    timers: [u64; TIMERS.len()],
    armed: u64,
    /// What to do, as [`Machine::handle`] gives it.
    actions: String,
    serial: u32,
    stream: Stream,
    /// The request under way, 0 for none.
    flight: u32,
    /// How many changes were known when it left.
    seen_before: u32,
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
    current: Facts,
    /// The newest stamp of all that was told.
    newest: u64,
    /// How many changes were told; without one `current` means nothing.
    seen: u32,
    hidden: bool,
    lapsed: bool,
    gone: bool,
    fault: u32,
    /// What was last reported with [`Verb::State`].
    shown: [u64; 4],
    /// An end's number, 0 for none.
    over: u32,
}

impl Machine {
    /// Settings, in the order of [`Setting`], before anything happens. In its place, for it is large.
    pub fn set_up(&mut self, settings: &[u32]) {
        self.options.read(settings);
        self.probe_every = self.options.get(Setting::PollProbe);
        self.random = Random::new(self.options.get(Setting::Seed) as u32);
        // Like no view there is, so that the first is shown.
        self.shown = [u64::MAX; 4];
    }

    /// Takes what happened at `wall` (milliseconds, any epoch) and says what to do about it: pairs of a [`Verb`] and its
    /// number, after [`Verb::State`] three more, each with a comma behind it.
    pub fn handle(&mut self, event: Event, wall: u64) -> String {
        if self.over == 0 {
            // A clock that is set back must not hold deadlines up.
            self.ahead = self.ahead.max(self.now.saturating_sub(wall));
            self.now = wall + self.ahead;
            self.take(event);
            self.conclude();
        }
        std::mem::take(&mut self.actions)
    }

    /// The order as it was told last.
    pub fn current(&self) -> Facts {
        self.current
    }

    /// Whether nothing will follow any more.
    pub fn is_over(&self) -> bool {
        self.over > 0
    }

    fn take(&mut self, event: Event) {
        let Event { kind, serial, value, wait, facts } = event;
        if kind <= Kind::Held {
            let current = if kind <= Kind::Refused { self.stream.serial } else { self.flight };
            if serial != current || serial == 0 {
                return;
            }
            if kind < Kind::Dropped {
                self.stream.opened = true;
                self.listen();
            }
        }
        match kind {
            Kind::Opened => {}
            Kind::Message => self.message(facts),
            Kind::Stop => self.finish(end::STOP),
            Kind::Ping => {
                let last = std::mem::replace(&mut self.stream.last_ping, self.now);
                if last > 0 {
                    self.expect(self.stream.heartbeat.max(SHORTEST_SEEN).max(self.now - last));
                }
            }
            Kind::Config => {
                if value > 0 {
                    self.expect(u64::from(value).max(SHORTEST_ANNOUNCED));
                }
            }
            Kind::Dropped => self.lose(false),
            Kind::Refused => {
                self.close_stream();
                self.stream.settling = true;
                self.after(Timer::Settle, SETTLE);
            }
            Kind::Answer => self.answer(value, wait, facts),
            Kind::Failed => self.answer(fault::NETWORK, 0, None),
            Kind::Held => self.after(Timer::Request, value.into()),
            Kind::Start => {
                if self.options.is(Setting::Streams) {
                    self.open();
                } else if self.options.is(Setting::Polls) {
                    self.poll();
                } else {
                    self.finish(end::FATAL + fault::UNSUPPORTED);
                }
            }
            Kind::Timer => {
                self.armed = 0;
                for timer in TIMERS {
                    let at = self.at(timer);
                    if at > 0 && at <= self.now {
                        self.set(timer, 0);
                        self.due(timer, at);
                    }
                }
            }
            Kind::Shown => {
                self.hidden = false;
                self.set(Timer::Hidden, 0);
                self.come_back();
            }
            Kind::Hidden => {
                // A page that wakes up hidden says so again.
                if !self.hidden {
                    self.hidden = true;
                    self.after(Timer::Hidden, self.options.get(Setting::HiddenGrace));
                }
            }
            Kind::Online => {
                if !self.resting() && self.wake(true) && self.stream.serial > 0 && !self.stream.opened {
                    self.stream.hasty = true;
                    self.after(Timer::Silence, HASTY_CONNECT);
                }
            }
            Kind::PageHide => {
                self.gone = true;
                self.rest();
            }
            Kind::PageShow => {
                // A page also "shows" when it first loads.
                if self.gone {
                    self.come_back();
                }
            }
            Kind::Refresh => {
                // A request under way may have left before what the user knows of.
                self.again = self.flight > 0;
                self.attend();
                self.last_news = 0;
                self.resume(false);
            }
            Kind::Close => self.finish(end::CLOSED),
            Kind::Blocked => self.finish(end::FATAL + fault::BLOCKED),
            Kind::Known => {
                if let Some(facts) = facts {
                    self.learn(facts, false);
                }
            }
        }
    }

    /// The end of every step: what changed is shown once, and the one timer is set.
    fn conclude(&mut self) {
        if !self.stream.settling {
            let view = self.stand();
            if self.shown != view {
                self.shown = view;
                self.write(Verb::State as u64);
                for number in view {
                    self.write(number);
                }
            }
        }
        let mut next = 0;
        for at in self.timers {
            if at > 0 && (next == 0 || at < next) {
                next = at;
            }
        }
        if next != self.armed {
            self.armed = next;
            self.act(Verb::Timer, if next == 0 { 0 } else { next.saturating_sub(self.now).max(1) });
        }
        if self.over > 0 {
            self.act(Verb::End, self.over.into());
        }
    }

    fn stand(&self) -> [u64; 4] {
        let mut timer = None;
        let phase = if self.over > 0 {
            Phase::Ended
        } else if self.stream.serial > 0 && self.stream.opened {
            Phase::Live
        } else if self.stream.serial > 0 && !self.polling {
            Phase::Connecting
        } else if self.resting() {
            Phase::Paused
        } else if self.polling {
            // While the stream is tried beside it, that timer is the stream's.
            timer = Some(Timer::Ask).filter(|_| self.stream.serial == 0);
            Phase::Polling
        } else {
            timer = Some(Timer::Open);
            Phase::Backoff
        };
        let next_at = timer.map_or(0, |timer| self.at(timer).saturating_sub(self.ahead));
        [phase as u64, self.attempt.into(), next_at, self.fault.into()]
    }

    #[inline(never)]
    fn act(&mut self, verb: Verb, value: u64) {
        self.write(verb as u64);
        self.write(value);
    }

    #[inline(never)]
    fn write(&mut self, number: u64) {
        push_number(&mut self.actions, number);
        self.actions.push(',');
    }

    // The timers

    #[inline(never)]
    fn set(&mut self, timer: Timer, at: u64) {
        if let Some(due) = self.timers.get_mut(timer as usize) {
            *due = at;
        }
    }

    #[inline(never)]
    fn after(&mut self, timer: Timer, delay: u64) {
        self.set(timer, self.now + delay);
    }

    fn at(&self, timer: Timer) -> u64 {
        self.timers.get(timer as usize).copied().unwrap_or_default()
    }

    fn due(&mut self, timer: Timer, at: u64) {
        match timer {
            Timer::Settle => self.lost(false),
            Timer::Open => self.open(),
            Timer::Silence | Timer::Mute if self.now - at > SLEPT => {
                self.wait_for_held_up(timer);
                self.fetch();
            }
            Timer::Silence | Timer::Mute => self.lose(true),
            Timer::Ask => self.ask(),
            Timer::Request => {
                let Stream { serial, opened, good, .. } = self.stream;
                // An open stream that has brought nothing may hold the connection this request never got.
                let in_the_way = opened && good == 0 && serial < self.flight;
                self.act(Verb::AbortFetch, 0);
                self.answer(fault::NETWORK, 0, None);
                if in_the_way {
                    self.lose(true);
                }
            }
            Timer::Hidden => {
                let longer = self.options.get(Setting::HiddenStream);
                let has_stream = self.stream.serial > 0 || self.stream.settling;
                if self.lapsed || !has_stream {
                    self.rest();
                } else if longer > 0 {
                    self.after(Timer::Hidden, longer);
                }
                self.lapsed = true;
            }
            Timer::Linger => self.finish(end::FINAL),
        }
    }

    #[inline(never)]
    fn finish(&mut self, end: u32) {
        if self.over == 0 {
            self.over = end;
            self.rest();
        }
    }

    /// Whether nothing may be sent because nobody is looking.
    #[inline(never)]
    fn resting(&self) -> bool {
        self.gone || self.lapsed
    }

    /// Lets everything go.
    fn rest(&mut self) {
        self.close_stream();
        self.stream.settling = false;
        if self.flight > 0 {
            self.flight = 0;
            self.act(Verb::AbortFetch, 0);
        }
        self.again = false;
        self.timers = [0; TIMERS.len()];
    }

    // The stream

    #[inline(never)]
    fn open(&mut self) {
        if self.stream.serial > 0 || self.resting() || self.over > 0 {
            return;
        }
        let at = self.earliest_open();
        if self.now < at {
            return self.set(Timer::Open, at);
        }
        self.serial += 1;
        self.last_open = self.now;
        self.stream = Stream { serial: self.serial, ..Stream::default() };
        self.set(Timer::Open, 0);
        self.after(Timer::Silence, self.options.get(Setting::ConnectTimeout));
        self.after(Timer::Ask, SNAPSHOT);
        self.act(Verb::OpenStream, self.serial.into());
    }

    #[inline(never)]
    fn earliest_open(&self) -> u64 {
        let floor = FLOOR.min(self.options.get(Setting::BackoffInitial));
        (self.last_open + floor).max(self.not_before)
    }

    /// The stream is known to give a sign of life that often.
    fn expect(&mut self, heartbeat: u64) {
        self.stream.heartbeat = heartbeat.min(LONGEST);
        self.listen();
    }

    /// Expects the next sign of life, once it is known how often one is due.
    #[inline(never)]
    fn listen(&mut self) {
        let heartbeat = self.stream.heartbeat;
        self.set(Timer::Silence, if heartbeat > 0 { self.now + heartbeat * MISSED } else { 0 });
    }

    /// After sleep: what was held up may still come, and then the next heartbeat.
    fn wait_for_held_up(&mut self, timer: Timer) {
        self.after(timer, self.stream.heartbeat + AFTER_SLEEP);
    }

    fn message(&mut self, facts: Option<Facts>) {
        if let Some(facts) = facts {
            if self.stream.good == 0 {
                self.stream.good = self.now;
            }
            self.stream.synced = true;
            self.bad = 0;
            self.polling = false;
            self.probe_every = self.options.get(Setting::PollProbe);
            self.fault = fault::NONE;
            self.set(Timer::Mute, 0);
            self.ask_later();
            if self.flaps < FLAP_LIMIT {
                self.attempt = 0;
                self.failures = 0;
            }
            self.learn(facts, false);
        } else {
            self.act(Verb::Invalid, 0);
            self.bad += 1;
            if self.bad >= BAD_PAYLOADS {
                self.bad = 0;
                self.fetch();
            }
        }
    }

    #[inline(never)]
    fn close_stream(&mut self) {
        if self.stream.serial > 0 {
            self.stream.serial = 0;
            self.stream.lost = self.now;
            self.act(Verb::CloseStream, 0);
            for timer in [Timer::Silence, Timer::Mute, Timer::Ask] {
                self.set(timer, 0);
            }
        }
    }

    #[inline(never)]
    fn lose(&mut self, silent: bool) {
        if self.stream.serial > 0 {
            self.close_stream();
            self.lost(silent);
        }
    }

    /// Judges a stream that is no more.
    #[inline(never)]
    fn lost(&mut self, silent: bool) {
        let Stream { good, hasty, lost, .. } = self.stream;
        let refused = std::mem::take(&mut self.stream.settling);
        self.set(Timer::Settle, 0);
        if self.end_if_final() {
            return;
        }
        if good == 0 || silent {
            self.failures += 1;
            self.fail(if silent { fault::SILENT } else { fault::STREAM });
        } else if lost - good >= FLAP_WINDOW {
            self.flaps = 0;
            self.attempt = 0;
            self.failures = 0;
        } else {
            self.flaps += 1;
            self.failures += u32::from(self.flaps >= FLAP_LIMIT);
        }
        let enough = self.options.get(Setting::PollAfter) as u32;
        if hasty && good == 0 {
            self.failures = self.failures.max(enough);
        }
        let delay = self.delay(self.attempt);
        self.attempt += 1;
        if self.polling {
            self.probe_every = (self.probe_every * 2).min(self.options.get(Setting::PollProbe) * 5);
            self.poll();
        } else if self.options.is(Setting::Polls) && (self.failures >= enough || self.softly_over()) {
            self.poll();
        } else if !self.resting() {
            self.set(Timer::Open, (lost + delay).max(self.earliest_open()));
            // The browser does not say why a stream was refused; a plain request does.
            if refused {
                self.fetch();
            }
        }
    }

    fn delay(&mut self, attempt: u32) -> u64 {
        let of = |setting| self.options.get(setting);
        self.random.delay(
            of(Setting::BackoffInitial),
            of(Setting::BackoffMax),
            of(Setting::BackoffJitter),
            attempt,
        )
    }

    fn fail(&mut self, fault: u32) {
        self.fault = fault;
        self.act(Verb::Error, fault.into());
    }

    // Requests

    #[inline(never)]
    fn fetch(&mut self) {
        if self.flight > 0 || self.resting() || self.over > 0 || self.now < self.not_before {
            return;
        }
        self.serial += 1;
        self.flight = self.serial;
        self.seen_before = self.seen;
        self.set(Timer::Ask, 0);
        self.after(Timer::Request, self.options.get(Setting::RequestTimeout));
        self.act(Verb::Fetch, self.serial.into());
    }

    /// The request under way came to its end: an HTTP status, or a fault below 100.
    #[inline(never)]
    fn answer(&mut self, outcome: u32, wait: u32, facts: Option<Facts>) {
        self.flight = 0;
        self.set(Timer::Request, 0);
        let fault = match outcome {
            200..=299 => match facts {
                Some(facts) => {
                    self.learn(facts, true);
                    if self.polling {
                        self.fault = fault::NONE;
                    }
                    fault::NONE
                }
                None => {
                    self.act(Verb::Invalid, 0);
                    fault::PAYLOAD
                }
            },
            304 => fault::NONE,
            401 | 403 | 404 | 410 => {
                if self.stream.serial == 0 {
                    return self.finish(end::FATAL + outcome);
                }
                // Perhaps the stream is served and only the request is not: go on without.
                self.stream.alone = true;
                outcome
            }
            _ => outcome,
        };
        if self.over > 0 {
            return;
        }
        if wait > 0 {
            self.not_before = self.now + u64::from(wait).min(MAX_RETRY_AFTER);
        }
        if fault != fault::NONE {
            self.fail(fault);
        }
        let open = self.at(Timer::Open);
        if open > 0 {
            self.set(Timer::Open, open.max(self.not_before));
        }
        if self.polling && self.stream.serial == 0 {
            self.poll_failures = if fault == fault::NONE { 0 } else { self.poll_failures + 1 };
        }
        self.ask_later();
        if std::mem::take(&mut self.again) {
            self.fetch();
        }
    }

    /// Asks now if it may be, and later if not.
    #[inline(never)]
    fn ask(&mut self) {
        self.fetch();
        if self.flight == 0 {
            self.ask_later();
        }
    }

    /// The next request: beside a stream that is silent, or of those that stand in for one.
    #[inline(never)]
    fn ask_later(&mut self) {
        let recheck = self.options.get(Setting::Recheck);
        let max = self.options.get(Setting::PollMax);
        let wait = if self.stream.serial > 0 {
            if recheck == 0 || self.stream.alone {
                return self.set(Timer::Ask, 0);
            }
            if self.stream.good > 0 { recheck } else { max }
        } else if self.polling {
            let min = self.options.get(Setting::PollMin);
            let mut wait = min + self.random.below(max - min + 1);
            if self.current.confirming {
                wait = wait * self.options.get(Setting::PollConfirming) / 1024;
            }
            if self.poll_failures > 0 {
                wait = wait.max(self.delay(self.poll_failures - 1));
            }
            if self.softly_over() { wait.max(SLOW_POLL) } else { wait }
        } else {
            return;
        };
        self.set(Timer::Ask, (self.now + wait).max(self.not_before));
    }

    /// Polling takes over, or goes on after the stream was tried in vain.
    #[inline(never)]
    fn poll(&mut self) {
        self.polling = true;
        self.set(Timer::Open, 0);
        if !self.resting() {
            if self.options.is(Setting::Streams) && !self.softly_over() {
                self.after(Timer::Open, self.probe_every);
            }
            self.ask();
        }
    }

    // The order

    /// Takes in a good payload, of the stream or as the answer to a request; it counts only if it is news.
    #[inline(never)]
    fn learn(&mut self, facts: Facts, asked: bool) {
        self.last_news = self.now;
        let open = self.stream.serial > 0;
        if self.is_news(facts, asked && self.seen_before != self.seen) {
            self.current = facts;
            self.newest = self.newest.max(facts.stamp);
            self.seen += 1;
            self.act(Verb::Order, 0);
            // A change that the open stream should have brought: give it a moment to make up for it.
            if asked && open && self.stream.synced {
                self.after(Timer::Mute, MUTE);
            }
        }
        self.stream.synced |= self.stream.opened;
        if !open || self.current.end != Finality::Final {
            self.set(Timer::Linger, 0);
        } else if self.at(Timer::Linger) == 0 {
            self.after(Timer::Linger, LINGER);
        }
        if open || self.stream.settling || self.end_if_final() || !self.options.is(Setting::Polls) {
            return;
        }
        if self.softly_over() {
            self.polling = true;
            self.set(Timer::Open, 0);
        } else if self.polling && self.at(Timer::Open) == 0 && self.options.is(Setting::Streams) {
            // Late money: the order moves again, and the stream is worth having.
            self.open();
        }
    }

    /// `early` says that the request for it left before the newest state was known.
    fn is_news(&self, facts: Facts, early: bool) -> bool {
        let Facts { digest, stamp, end, .. } = self.current;
        if self.seen == 0 {
            return true;
        }
        if facts.digest == digest || facts.stamp > 0 && facts.stamp < self.newest {
            return false;
        }
        if stamp > 0 && facts.stamp > stamp {
            return true;
        }
        // No time tells them apart: an end is never taken back, and always believed.
        let (before, after) = (end as u8, facts.end as u8);
        after > before || !early && (after == before || end != Finality::Final)
    }

    /// The order expired, and it is to be watched on.
    #[inline(never)]
    fn softly_over(&self) -> bool {
        self.current.end == Finality::Soft && self.options.is(Setting::KeepExpired)
    }

    #[inline(never)]
    fn end_if_final(&mut self) -> bool {
        let over = self.current.end != Finality::Open && !self.softly_over();
        if over {
            self.finish(end::FINAL);
        }
        over
    }

    // The page and its user

    /// Things are sent again: for good, or for as long as a hidden page may.
    #[inline(never)]
    fn attend(&mut self) {
        self.gone = false;
        self.lapsed = false;
        if self.hidden {
            self.after(Timer::Hidden, self.options.get(Setting::HiddenGrace));
        }
    }

    /// Somebody is looking again: the state at once, and a connection without further waiting.
    #[inline(never)]
    fn come_back(&mut self) {
        let paused = self.resting() && self.stream.serial == 0;
        self.attend();
        if paused {
            self.last_wake = 0;
        }
        self.wake(paused);
    }

    /// Not more often than is good; whether it was time.
    #[inline(never)]
    fn wake(&mut self, anew: bool) -> bool {
        let due = self.now >= self.last_wake + WAKE_EVERY;
        if due {
            self.last_wake = self.now;
            self.resume(anew);
        }
        due
    }

    /// `anew` says that polling should give the stream another chance.
    #[inline(never)]
    fn resume(&mut self, anew: bool) {
        if self.stream.settling {
            self.lost(false);
        }
        if self.over > 0 {
            return;
        }
        if self.now >= self.last_news + STALE {
            self.fetch();
        }
        let asks = self.flight > 0 || self.at(Timer::Ask) > 0;
        if self.stream.serial > 0 {
            let silence = self.at(Timer::Silence);
            if silence > 0 && silence <= self.now {
                self.wait_for_held_up(Timer::Silence);
            }
            if !asks {
                self.ask_later();
            }
            return;
        }
        if anew && self.options.is(Setting::Streams) && !self.softly_over() {
            self.polling = false;
        }
        if !self.polling {
            self.attempt = 0;
            self.failures = 0;
            self.open();
        } else if !asks {
            self.poll();
        }
    }
}
