//! What holds whatever happens: random worlds against the machine.

use proptest::collection::vec;
use proptest::prelude::*;

use super::machine::{Event, Kind, Machine, Phase, end};
use super::observation::Facts;
use super::options::{COUNT, Setting};
use super::testing::{Action, event, settings, tell};
use crate::order::state::End as Finality;

/// What the world does next; streams and requests are named by how many serials back they were.
#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    Jump(i64),
    Opened(u32),
    Message(u32, Option<Facts>),
    Stop(u32),
    Ping(u32),
    Config(u32, u32),
    Error(u32, bool),
    Answer(u32, u32, Option<Facts>, u32),
    Failed(u32),
    Held(u32, u32),
    User(Kind),
}

fn facts() -> impl Strategy<Value = Option<Facts>> {
    let end = prop_oneof![8 => Just(Finality::Open), 1 => Just(Finality::Soft), 1 => Just(Finality::Final)];
    prop_oneof![
        1 => Just(None),
        6 => (0_u64..13, end, 0_u64..3, any::<bool>()).prop_map(|(stamp, end, variant, confirming)| {
            Some(Facts { end, confirming, stamp, digest: stamp * 100 + end as u64 * 10 + variant })
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let back = 0_u32..3;
    prop_oneof![
        12 => (0_u64..40_000).prop_map(Step::Wait),
        1 => (-100_000_i64..4_000_000).prop_map(Step::Jump),
        6 => back.clone().prop_map(Step::Opened),
        10 => (back.clone(), facts()).prop_map(|(back, facts)| Step::Message(back, facts)),
        1 => back.clone().prop_map(Step::Stop),
        2 => back.clone().prop_map(Step::Ping),
        1 => (back.clone(), 0_u32..100_000).prop_map(|(back, ms)| Step::Config(back, ms)),
        8 => (back.clone(), any::<bool>()).prop_map(|(back, closed)| Step::Error(back, closed)),
        8 => (
            back.clone(),
            prop_oneof![8 => Just(200_u32), 1 => Just(304), 1 => Just(401), 2 => Just(429), 2 => Just(503), 1 => Just(404)],
            facts(),
            prop_oneof![Just(0_u32), 0_u32..2_000_000],
        ).prop_map(|(back, status, facts, wait)| Step::Answer(back, status, facts, wait)),
        3 => back.clone().prop_map(Step::Failed),
        1 => (back, 0_u32..4_000_000).prop_map(|(back, ms)| Step::Held(back, ms)),
        8 => prop_oneof![
            Just(Kind::Timer),
            Just(Kind::Shown),
            Just(Kind::Hidden),
            Just(Kind::Online),
            Just(Kind::PageHide),
            Just(Kind::PageShow),
            Just(Kind::Refresh),
        ].prop_map(Step::User),
        1 => prop_oneof![Just(Kind::Close), Just(Kind::Blocked)].prop_map(Step::User),
    ]
}

fn some_settings() -> impl Strategy<Value = [u32; COUNT]> {
    let transport = prop_oneof![2 => Just((1, 1)), 1 => Just((1, 0)), 1 => Just((0, 1)), 1 => Just((0, 0))];
    let jitter = prop_oneof![Just(0), Just(1024)];
    let recheck = prop_oneof![Just(0), Just(60_000)];
    let longer = prop_oneof![Just(0), Just(270_000)];
    (transport, 0_u32..2, jitter, recheck, longer, any::<u32>()).prop_map(
        |((streams, polls), keep, jitter, recheck, longer, seed)| {
            settings(&[
                (Setting::Streams, streams),
                (Setting::Polls, polls),
                (Setting::KeepExpired, keep),
                (Setting::BackoffJitter, jitter),
                (Setting::Recheck, recheck),
                (Setting::HiddenStream, longer),
                (Setting::Seed, seed),
            ])
        },
    )
}

/// Everything asked of the machine's actions, checked as they come.
struct Watcher {
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
    /// The stream, or the one that is yet to be judged, brought a good message.
    valid: bool,
    /// The newest stamp of all that was told, and the last one's.
    newest_stamp: u64,
    told_stamp: u64,
    final_seen: bool,
}

impl Watcher {
    fn feed(&mut self, machine: &mut Machine, event: Event) {
        let wall = self.now as u64;
        self.ahead = self.ahead.max(self.steady.saturating_sub(wall));
        self.steady = wall + self.ahead;
        let was_ended = self.ended;
        let actions = tell(machine, event, wall);
        assert!(!was_ended || actions.is_empty(), "{actions:?} after the end");
        let good = match event.kind {
            Kind::Message => {
                let good = event.facts.is_some() && self.stream == Some(event.serial);
                self.valid |= good;
                good
            }
            // What becomes of a stream is judged when it is lost.
            Kind::Dropped | Kind::Refused | Kind::Timer => self.valid,
            kind => [Kind::Shown, Kind::Online, Kind::PageShow, Kind::Refresh].contains(&kind),
        };
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
                Action::Order => {
                    let facts = event.facts.expect("an order");
                    let Facts { stamp, end, .. } = facts;
                    assert!(stamp == 0 || stamp >= self.newest_stamp, "{} overwritten", self.newest_stamp);
                    assert!(
                        !self.final_seen
                            || end == Finality::Final
                            || stamp > self.told_stamp && self.told_stamp > 0,
                        "a final state undone"
                    );
                    self.newest_stamp = self.newest_stamp.max(stamp);
                    self.told_stamp = stamp;
                    self.final_seen = end == Finality::Final;
                }
                Action::Invalid | Action::Error(_) => {}
                Action::State(view) => {
                    assert!(
                        view.attempt >= self.attempt || good,
                        "{} attempts became {} at {event:?}",
                        self.attempt,
                        view.attempt
                    );
                    self.attempt = view.attempt;
                    self.phase = Some(view.phase);
                    if view.phase == Phase::Backoff {
                        let wait = view.next_at as i64 - self.now;
                        assert!(view.next_at > 0 && wait <= 600_000, "a wait of {wait} ms");
                    }
                }
                Action::End(reason) => {
                    assert!(reason >= end::STOP);
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
        if self.stream.is_none() && self.phase != Some(Phase::Live) {
            self.valid = false;
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

fn run(settings: [u32; COUNT], known: Option<Facts>, steps: Vec<Step>) {
    let mut machine = Machine::default();
    machine.set_up(&settings);
    let mut watcher = Watcher {
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
        valid: false,
        newest_stamp: 0,
        told_stamp: 0,
        final_seen: false,
    };
    watcher.feed(&mut machine, event::of(Kind::Start));
    watcher.feed(&mut machine, Event { facts: known, ..event::of(Kind::Known) });
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
                    watcher.feed(&mut machine, event::of(Kind::Timer));
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
            Step::Opened(back) => event::said(Kind::Opened, serial(watcher.stream, back)),
            Step::Message(back, facts) => event::message(serial(watcher.stream, back), facts),
            Step::Stop(back) => event::said(Kind::Stop, serial(watcher.stream, back)),
            Step::Ping(back) => event::said(Kind::Ping, serial(watcher.stream, back)),
            Step::Config(back, ms) => event::config(serial(watcher.stream, back), ms),
            Step::Error(back, closed) => {
                event::said(if closed { Kind::Refused } else { Kind::Dropped }, serial(watcher.stream, back))
            }
            Step::Answer(back, status, facts, wait) => {
                let serial = serial(watcher.flight, back);
                if watcher.flight == Some(serial) {
                    watcher.flight = None;
                }
                event::answer(serial, status, facts.filter(|_| status == 200), wait)
            }
            Step::Failed(back) => {
                let serial = serial(watcher.flight, back);
                if watcher.flight == Some(serial) {
                    watcher.flight = None;
                }
                event::said(Kind::Failed, serial)
            }
            Step::Held(back, ms) => {
                Event { value: ms, ..event::said(Kind::Held, serial(watcher.flight, back)) }
            }
            Step::User(kind) => event::of(kind),
        };
        if event.kind == Kind::Timer {
            watcher.wake = None;
        }
        watcher.feed(&mut machine, event);
    }
    watcher.feed(&mut machine, event::of(Kind::Close));
    assert!(watcher.ended);
    watcher.feed(&mut machine, event::of(Kind::Timer));
    watcher.feed(&mut machine, event::of(Kind::Close));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_transport_one_end_no_regress_no_storm(settings in some_settings(), known in facts(), steps in vec(step(), 1..120)) {
        run(settings, known, steps);
    }

    /// Between one good message and the next, every wait lies between half of what the series says and the whole of
    /// it. Nothing else a stream can say changes that, nor does a good answer to a request.
    #[test]
    fn waits_grow_until_a_good_message_comes(
        seed: u32,
        lives in vec((0_u64..900, vec(prop_oneof![
            Just(Kind::Opened), Just(Kind::Ping), Just(Kind::Config), Just(Kind::Message),
        ], 0..8)), 1..12),
    ) {
        let mut machine = Machine::default();
        machine.set_up(&settings(&[
            (Setting::Recheck, 0),
            (Setting::Polls, 0),
            (Setting::BackoffJitter, 1024),
            (Setting::Seed, seed),
        ]));
        let mut now = 5_000_000;
        let (mut serial, mut due, mut stamp) = (0, None, 0);
        let order = |stamp| Some(Facts { end: Finality::Open, confirming: false, stamp, digest: stamp });
        let mut happen = |event: Event, now: u64| {
            let mut actions = tell(&mut machine, event, now);
            while let Some(action) = actions.first().copied() {
                actions.remove(0);
                match action {
                    Action::OpenStream(opened) => serial = opened,
                    Action::SetTimer(after) => due = Some(now + after),
                    Action::ClearTimer => due = None,
                    Action::Fetch(request) => {
                        stamp += 1;
                        actions.extend(tell(&mut machine, event::answer(request, 200, order(stamp), 0), now));
                    }
                    _ => {}
                }
            }
            (serial, due)
        };
        let (mut serial, _) = happen(event::of(Kind::Start), now);
        let mut attempt = 0;
        let quiet = lives.len();
        // The last two have a good message, and live long enough to be believed.
        let good = std::iter::repeat_n((1000, Vec::new()), 2);
        for (at, (life, said)) in lives.into_iter().chain(good).enumerate() {
            for kind in said {
                happen(Event { value: 15_000, ..event::said(kind, serial) }, now);
            }
            if at >= quiet {
                attempt = 0;
                happen(event::message(serial, order(1_000_000 + at as u64)), now);
            }
            now += life;
            let (_, due) = happen(event::said(Kind::Dropped, serial), now);
            let due = due.expect("a timer for the next attempt");
            let wait = due - now;
            let full = (1000_u64 << attempt.min(10)).min(30_000);
            let floor = 1000_u64.saturating_sub(life);
            prop_assert!(wait >= (full / 2).max(floor) && wait <= full.max(floor), "{wait} of {full}");
            attempt += 1;
            now = due;
            let (opened, _) = happen(event::of(Kind::Timer), now);
            prop_assert!(opened > serial, "no new stream");
            serial = opened;
        }
    }
}
