//! What holds whatever happens: random worlds against the machine.

use proptest::collection::vec;
use proptest::prelude::*;

use super::backoff::Backoff;
use super::machine::{Action, Event, Machine, Phase, Verdict};
use super::observation::Facts;
use super::options::Options;
use crate::order::state::End as Finality;

/// What the world does next; streams and requests are named by how many serials back they were.
#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    Jump(i64),
    Opened(u32),
    Message(u32, Verdict),
    Stop(u32),
    Ping(u32),
    Config(u32, u64),
    Error(u32, bool),
    Answer(u32, u16, Verdict, Option<u64>),
    Failed(u32),
    User(Event),
}

fn verdict() -> impl Strategy<Value = Verdict> {
    let end = prop_oneof![8 => Just(Finality::Open), 1 => Just(Finality::Soft), 1 => Just(Finality::Final)];
    prop_oneof![
        1 => Just(Verdict::Invalid),
        6 => (proptest::option::of(0_u64..12), end, 0_u64..3).prop_map(|(stamp, end, variant)| {
            let digest = stamp.unwrap_or(99) * 100 + end as u64 * 10 + variant;
            Verdict::Valid(Facts { end, stamp, digest })
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let back = 0_u32..3;
    prop_oneof![
        12 => (0_u64..40_000).prop_map(Step::Wait),
        1 => (-100_000_i64..4_000_000).prop_map(Step::Jump),
        6 => back.clone().prop_map(Step::Opened),
        10 => (back.clone(), verdict()).prop_map(|(back, verdict)| Step::Message(back, verdict)),
        1 => back.clone().prop_map(Step::Stop),
        2 => back.clone().prop_map(Step::Ping),
        1 => (back.clone(), 0_u64..100_000).prop_map(|(back, ms)| Step::Config(back, ms)),
        8 => (back.clone(), any::<bool>()).prop_map(|(back, closed)| Step::Error(back, closed)),
        8 => (
            back.clone(),
            prop_oneof![8 => Just(200_u16), 1 => Just(304), 2 => Just(429), 2 => Just(503), 1 => Just(404)],
            verdict(),
            proptest::option::of(0_u64..2_000_000),
        ).prop_map(|(back, status, verdict, after)| Step::Answer(back, status, verdict, after)),
        3 => back.prop_map(Step::Failed),
        8 => prop_oneof![
            Just(Event::Timer),
            any::<bool>().prop_map(Event::Visible),
            Just(Event::Online),
            Just(Event::PageHide),
            Just(Event::PageShow),
            Just(Event::Refresh),
        ].prop_map(Step::User),
        1 => prop_oneof![Just(Event::Close), Just(Event::Blocked)].prop_map(Step::User),
    ]
}

fn settings() -> impl Strategy<Value = (Options, bool, u32)> {
    let transport = prop_oneof![3 => Just("auto"), 1 => Just("sse"), 1 => Just("poll")];
    let expired = prop_oneof![Just("end"), Just("keep")];
    let jitter = prop_oneof![Just(0), Just(1024)];
    let recheck = prop_oneof![Just(0), Just(60_000)];
    (transport, expired, jitter, recheck, any::<bool>(), any::<u32>()).prop_map(
        |(transport, expired, jitter, recheck, has_event_source, seed)| {
            let options = Options::read(transport, expired, &[]).unwrap();
            let backoff = Backoff { jitter, ..options.backoff };
            (Options { backoff, recheck, ..options }, has_event_source, seed)
        },
    )
}

/// Everything asked of the machine's actions, checked as they come.
struct Watcher {
    options: Options,
    now: i64,
    /// The machine's clock: the world's, but never going back.
    steady: u64,
    ahead: u64,
    wake: Option<i64>,
    stream: Option<u32>,
    flight: Option<u32>,
    newest: u32,
    last_open: Option<u64>,
    ended: bool,
    phase: Option<Phase>,
    attempt: u32,
    newest_stamp: Option<u64>,
    final_seen: bool,
}

impl Watcher {
    fn feed(&mut self, machine: &mut Machine, event: Event) {
        let wall = self.now as u64;
        self.ahead = self.ahead.max(self.steady.saturating_sub(wall));
        self.steady = wall + self.ahead;
        let was_ended = self.ended;
        let actions = machine.handle(event, wall);
        assert!(!was_ended || actions.is_empty(), "{actions:?} after the end");
        let good = matches!(
            event,
            Event::Message(_, Verdict::Valid(_))
                | Event::Visible(true)
                | Event::Online
                | Event::PageShow
                | Event::Refresh
        ) || matches!(event, Event::StreamError { .. } | Event::Timer);
        for (at, action) in actions.iter().enumerate() {
            assert!(!self.ended);
            match *action {
                Action::OpenStream(serial) => {
                    assert_eq!(self.stream, None, "two streams at once");
                    if let Some(last) = self.last_open {
                        assert!(self.steady - last >= 1000, "opened again after {} ms", self.steady - last);
                    }
                    self.last_open = Some(self.steady);
                    self.stream = Some(serial);
                    self.newest = serial;
                }
                Action::CloseStream => assert!(self.stream.take().is_some()),
                Action::Fetch(serial) => {
                    assert_eq!(self.flight, None, "two requests at once");
                    self.flight = Some(serial);
                    self.newest = serial;
                }
                Action::AbortFetch => self.flight = None,
                Action::SetTimer(after) => {
                    assert!(after <= 20_000_000, "a timer of {after} ms");
                    self.wake = Some(self.now + after as i64);
                }
                Action::ClearTimer => self.wake = None,
                Action::EmitOrder => {
                    let facts = match event {
                        Event::Message(_, Verdict::Valid(facts)) => facts,
                        Event::Answer { verdict: Some(Verdict::Valid(facts)), .. } => facts,
                        other => panic!("an order out of {other:?}"),
                    };
                    if let (Some(new), Some(known)) = (facts.stamp, self.newest_stamp) {
                        assert!(new >= known, "{known} overwritten by {new}");
                        assert!(
                            new > known || !self.final_seen || facts.end == Finality::Final,
                            "a final state undone"
                        );
                    }
                    self.newest_stamp = facts.stamp;
                    self.final_seen = facts.end == Finality::Final;
                }
                Action::EmitInvalid | Action::EmitError(_) => {}
                Action::EmitState => {
                    let view = machine.state();
                    assert!(
                        view.attempt >= self.attempt || good,
                        "{} attempts became {} at {event:?}",
                        self.attempt,
                        view.attempt
                    );
                    self.attempt = view.attempt;
                    self.phase = Some(view.phase);
                    if view.phase == Phase::Backoff {
                        let wait = view.next_at.expect("a time for the next attempt") as i64 - self.now;
                        let most = self.options.backoff.max.max(600_000) as i64;
                        assert!(wait <= most, "a wait of {wait} ms");
                    }
                }
                Action::End(_) => {
                    assert_eq!(at + 1, actions.len());
                    assert_eq!(
                        (self.stream, self.flight, self.wake),
                        (None, None, None),
                        "something left behind"
                    );
                    assert_eq!(self.phase, Some(Phase::Ended));
                    self.ended = true;
                }
            }
        }
        if !self.ended && self.phase.is_some() {
            let stuck = self.stream.is_none() && self.flight.is_none() && self.wake.is_none();
            assert!(!stuck || self.phase == Some(Phase::Paused), "nothing left to wait for after {event:?}");
            if self.stream.is_some() && self.phase == Some(Phase::Backoff) {
                panic!("a stream while waiting to open one");
            }
        }
    }
}

fn run(options: Options, has_event_source: bool, seed: u32, steps: Vec<Step>) {
    let mut machine = Machine::new(options, has_event_source, seed);
    let mut watcher = Watcher {
        options,
        now: 10_000_000,
        steady: 0,
        ahead: 0,
        wake: None,
        stream: None,
        flight: None,
        newest: 0,
        last_open: None,
        ended: false,
        phase: None,
        attempt: 0,
        newest_stamp: None,
        final_seen: false,
    };
    watcher.feed(&mut machine, Event::Start);
    for step in steps {
        // Mostly the stream or request that is really there, sometimes one long gone.
        let serial = |real: Option<u32>, back: u32| match back {
            0 | 1 => real.unwrap_or(watcher.newest),
            _ => watcher.newest.saturating_sub(1),
        };
        let event = match step {
            Step::Wait(ms) => {
                let until = watcher.now + ms as i64;
                while let Some(at) = watcher.wake.filter(|at| *at <= until) {
                    watcher.now = watcher.now.max(at);
                    watcher.wake = None;
                    watcher.feed(&mut machine, Event::Timer);
                }
                watcher.now = until;
                continue;
            }
            Step::Jump(ms) => {
                watcher.now += ms;
                // The browser's own timer does not follow the wall clock when it is set back.
                if let (Some(at), true) = (watcher.wake, ms < 0) {
                    watcher.wake = Some(at + ms);
                }
                continue;
            }
            Step::Opened(back) => Event::Opened(serial(watcher.stream, back)),
            Step::Message(back, verdict) => Event::Message(serial(watcher.stream, back), verdict),
            Step::Stop(back) => Event::Stop(serial(watcher.stream, back)),
            Step::Ping(back) => Event::Ping(serial(watcher.stream, back)),
            Step::Config(back, ms) => Event::Config(serial(watcher.stream, back), ms),
            Step::Error(back, closed) => Event::StreamError { serial: serial(watcher.stream, back), closed },
            Step::Answer(back, status, verdict, retry_after) => {
                let serial = serial(watcher.flight, back);
                if watcher.flight == Some(serial) {
                    watcher.flight = None;
                }
                let verdict = (status == 200).then_some(verdict);
                Event::Answer { serial, status, verdict, retry_after }
            }
            Step::Failed(back) => {
                let serial = serial(watcher.flight, back);
                if watcher.flight == Some(serial) {
                    watcher.flight = None;
                }
                Event::FetchFailed(serial)
            }
            Step::User(event) => event,
        };
        if event == Event::Timer {
            watcher.wake = None;
        }
        watcher.feed(&mut machine, event);
    }
    watcher.feed(&mut machine, Event::Close);
    assert!(watcher.ended);
    watcher.feed(&mut machine, Event::Timer);
    watcher.feed(&mut machine, Event::Close);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_transport_one_end_no_regress_no_storm((options, has_event_source, seed) in settings(), steps in vec(step(), 1..120)) {
        run(options, has_event_source, seed, steps);
    }

    /// Between one good message and the next, every wait lies between half of what the series says and
    /// the whole of it, and opening a connection changes nothing about that.
    #[test]
    fn waits_grow_until_a_good_message_comes(seed: u32, lives in vec((0_u64..900, any::<bool>()), 1..12)) {
        let options = Options { recheck: 0, ..Options::read("sse", "", &[]).unwrap() };
        let mut machine = Machine::new(options, true, seed);
        let mut now = 5_000_000;
        let mut serial = 1;
        let mut due = None;
        let mut timer = |actions: &[Action], now: u64| {
            for action in actions {
                match action {
                    Action::SetTimer(after) => due = Some(now + after),
                    Action::ClearTimer => due = None,
                    _ => {}
                }
            }
            due
        };
        timer(&machine.handle(Event::Start, now), now);
        for (attempt, (life, opens)) in lives.into_iter().enumerate() {
            if opens {
                timer(&machine.handle(Event::Opened(serial), now), now);
            }
            now += life;
            let actions = machine.handle(Event::StreamError { serial, closed: false }, now);
            let at = timer(&actions, now).expect("a timer for the next attempt");
            let wait = at - now;
            let full = (1000_u64 << attempt.min(10)).min(30_000);
            let floor = 1000_u64.saturating_sub(life);
            prop_assert!(wait >= (full / 2).max(floor) && wait <= full.max(floor), "{wait} of {full}");
            now = at;
            let opened = machine.handle(Event::Timer, now);
            timer(&opened, now);
            let next = opened.iter().find_map(|action| match action {
                Action::OpenStream(serial) => Some(*serial),
                _ => None,
            });
            serial = next.expect("a new stream");
        }
    }
}
