//! Stories of one watch, told to the machine event by event.

use super::machine::{Event, Kind, Machine, Phase, end, fault};
use super::observation::Facts;
use super::options::{COUNT, Setting};
use super::testing::{Action, View, event, settings, tell};
use crate::order::state::End as Finality;

/// A machine with a clock, keeping what it has asked for.
struct World {
    machine: Machine,
    now: u64,
    wake: Option<u64>,
    stream: Option<u32>,
    flight: Option<u32>,
    opened_at: Vec<u64>,
    fetched_at: Vec<u64>,
    orders: usize,
    invalid: usize,
    errors: Vec<u32>,
    view: Option<View>,
    end: Option<u32>,
}

/// Nothing left to chance in the waits between attempts.
fn options() -> [u32; COUNT] {
    settings(&[])
}

fn sse_only() -> [u32; COUNT] {
    settings(&[(Setting::Polls, 0)])
}

fn order(stamp: u64, end: Finality) -> Facts {
    Facts { end, confirming: false, stamp, digest: stamp * 4 + end as u64 }
}

fn open_order(stamp: u64) -> Option<Facts> {
    Some(order(stamp, Finality::Open))
}

fn done(stamp: u64) -> Option<Facts> {
    Some(order(stamp, Finality::Final))
}

fn expired(stamp: u64) -> Option<Facts> {
    Some(order(stamp, Finality::Soft))
}

impl World {
    fn new(settings: [u32; COUNT]) -> World {
        let mut machine = Machine::default();
        machine.set_up(&settings);
        let mut world = World {
            machine,
            now: 1_000_000,
            wake: None,
            stream: None,
            flight: None,
            opened_at: Vec::new(),
            fetched_at: Vec::new(),
            orders: 0,
            invalid: 0,
            errors: Vec::new(),
            view: None,
            end: None,
        };
        world.send(event::of(Kind::Start));
        world
    }

    fn send(&mut self, event: Event) {
        for action in tell(&mut self.machine, event, self.now) {
            assert_eq!(self.end, None, "{action:?} after the end");
            match action {
                Action::OpenStream(serial) => {
                    assert_eq!(self.stream.replace(serial), None, "two streams");
                    self.opened_at.push(self.now.saturating_sub(1_000_000));
                }
                Action::CloseStream => assert!(self.stream.take().is_some(), "nothing to close"),
                Action::Fetch(serial) => {
                    assert_eq!(self.flight.replace(serial), None, "two requests");
                    self.fetched_at.push(self.now.saturating_sub(1_000_000));
                }
                Action::AbortFetch => self.flight = None,
                Action::SetTimer(after) => self.wake = Some(self.now + after),
                Action::ClearTimer => self.wake = None,
                Action::Order => self.orders += 1,
                Action::Invalid => self.invalid += 1,
                Action::State(view) => self.view = Some(view),
                Action::Error(fault) => self.errors.push(fault),
                Action::End(end) => self.end = Some(end),
            }
        }
    }

    fn phase(&self) -> Phase {
        self.view.unwrap().phase
    }

    fn wait(&mut self, ms: u64) {
        let until = self.now + ms;
        while let Some(at) = self.wake.filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.wake = None;
            self.send(event::of(Kind::Timer));
        }
        self.now = until;
    }

    fn opened(&mut self) {
        self.send(event::said(Kind::Opened, self.stream.unwrap()));
    }

    fn message(&mut self, facts: Option<Facts>) {
        self.send(event::message(self.stream.unwrap(), facts));
    }

    fn drop_stream(&mut self) {
        self.send(event::said(Kind::Dropped, self.stream.unwrap()));
    }

    fn refuse_stream(&mut self) {
        self.send(event::said(Kind::Refused, self.stream.unwrap()));
    }

    fn answer(&mut self, status: u32, facts: Option<Facts>) {
        let serial = self.flight.take().unwrap();
        self.send(event::answer(serial, status, facts, 0));
    }

    fn answer_later(&mut self, status: u32, wait: u32) {
        let serial = self.flight.take().unwrap();
        self.send(event::answer(serial, status, None, wait));
    }

    fn fail_fetch(&mut self) {
        let serial = self.flight.take().unwrap();
        self.send(event::said(Kind::Failed, serial));
    }
}

#[test]
fn without_jitter_attempts_follow_the_reference_s_series() {
    let mut world = World::new(sse_only());
    for _ in 0..8 {
        world.drop_stream();
        let before = world.opened_at.len();
        while world.opened_at.len() == before {
            world.wait(500);
        }
    }
    let gaps: Vec<u64> = world.opened_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(gaps, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
}

#[test]
fn opening_does_not_shorten_the_wait_and_a_good_message_does() {
    let mut world = World::new(sse_only());
    world.drop_stream();
    world.wait(1000);
    world.opened();
    world.message(None);
    world.drop_stream();
    assert_eq!((world.phase(), world.view.unwrap().next_at), (Phase::Backoff, world.now + 2000));
    world.wait(2000);
    world.message(open_order(1));
    world.wait(5000);
    world.drop_stream();
    assert_eq!(world.view.unwrap().next_at, world.now + 1000);
    assert_eq!(world.invalid, 1);
}

#[test]
fn stop_ends_for_ever() {
    let mut world = World::new(options());
    world.opened();
    world.message(open_order(1));
    let serial = world.stream.unwrap();
    world.send(event::said(Kind::Stop, serial));
    assert_eq!((world.end, world.stream, world.wake), (Some(end::STOP), None, None));
    world.send(event::said(Kind::Refused, serial));
    world.send(event::shown(true));
    world.send(event::of(Kind::Refresh));
    world.wait(600_000);
    assert_eq!(world.opened_at.len(), 1);
}

#[test]
fn a_lost_stop_after_a_final_state_is_an_end_all_the_same() {
    let mut world = World::new(options());
    world.opened();
    world.message(done(2));
    assert_eq!(world.end, None);
    world.drop_stream();
    assert_eq!(world.end, Some(end::FINAL));
}

#[test]
fn a_final_state_without_stop_or_close_ends_after_a_while() {
    let mut world = World::new(options());
    world.opened();
    world.message(done(2));
    world.wait(9_999);
    assert_eq!(world.end, None);
    world.wait(1);
    assert_eq!((world.end, world.stream), (Some(end::FINAL), None));
}

#[test]
fn a_refused_stream_is_asked_about_and_404_ends_it() {
    let mut world = World::new(options());
    world.refuse_stream();
    assert_eq!(world.phase(), Phase::Connecting);
    world.wait(50);
    assert_eq!((world.phase(), world.fetched_at.len()), (Phase::Backoff, 1));
    world.answer(404, None);
    assert_eq!(world.end, Some(end::FATAL + 404));
    assert_eq!((world.opened_at.len(), world.phase()), (1, Phase::Ended));
}

#[test]
fn a_refusal_with_a_good_answer_delivers_and_tries_again() {
    let mut world = World::new(options());
    world.refuse_stream();
    world.wait(50);
    world.answer(200, open_order(1));
    assert_eq!(world.orders, 1);
    world.wait(950);
    assert_eq!(world.opened_at, [0, 1000]);
}

#[test]
fn a_server_that_asks_for_patience_gets_it() {
    let mut world = World::new(options());
    world.refuse_stream();
    world.wait(50);
    world.answer_later(429, 20_000);
    assert_eq!(world.view.unwrap().fault, 429);
    world.send(event::shown(true));
    world.send(event::of(Kind::Refresh));
    world.wait(19_000);
    assert_eq!((world.opened_at.len(), world.fetched_at.len()), (1, 1));
    world.wait(1_000);
    assert_eq!(world.opened_at.len(), 2);
}

#[test]
fn leaving_the_page_is_not_a_failure() {
    let mut world = World::new(options());
    world.opened();
    world.message(open_order(1));
    world.refuse_stream();
    world.send(event::of(Kind::PageHide));
    world.wait(60_000);
    assert!(world.errors.is_empty());
    assert_eq!((world.phase(), world.opened_at.len(), world.fetched_at.len()), (Phase::Paused, 1, 0));
    world.send(event::of(Kind::PageShow));
    assert_eq!((world.opened_at.len(), world.fetched_at.len()), (2, 1));
}

#[test]
fn a_first_pageshow_is_nothing_new() {
    let mut world = World::new(options());
    world.send(event::of(Kind::PageShow));
    assert_eq!((world.opened_at.len(), world.fetched_at.len()), (1, 0));
}

#[test]
fn polling_takes_over_after_three_failures_and_gives_back_to_the_stream() {
    let mut world = World::new(options());
    for wait in [1000, 2000] {
        world.drop_stream();
        world.wait(wait);
    }
    world.drop_stream();
    assert_eq!((world.phase(), world.fetched_at.len()), (Phase::Polling, 1));
    world.answer(200, open_order(1));
    let mut last = world.now;
    for stamp in 2..6 {
        world.wait(4_999);
        assert_eq!(world.flight, None);
        world.wait(5_001);
        assert!(world.now - last <= 10_000);
        world.answer(200, open_order(stamp));
        last = world.now;
    }
    assert_eq!(world.orders, 5);
    while world.stream.is_none() {
        world.wait(1000);
        if world.flight.is_some() {
            world.answer(200, open_order(5));
        }
    }
    assert_eq!(world.phase(), Phase::Polling);
    world.message(open_order(6));
    assert_eq!((world.phase(), world.orders), (Phase::Live, 6));
    let polls = world.fetched_at.len();
    world.wait(20_000);
    assert_eq!(world.fetched_at.len(), polls);
}

#[test]
fn a_failed_try_for_the_stream_goes_back_to_polling() {
    let mut world = World::new(settings(&[(Setting::PollAfter, 1)]));
    world.drop_stream();
    world.answer(200, open_order(1));
    while world.stream.is_none() {
        world.wait(1000);
        if world.flight.is_some() {
            world.answer(304, None);
        }
    }
    let polls = world.fetched_at.len();
    world.refuse_stream();
    world.wait(50);
    assert_eq!((world.phase(), world.fetched_at.len()), (Phase::Polling, polls + 1));
}

#[test]
fn without_event_source_there_is_polling_and_a_final_state_ends_it() {
    let mut world = World::new(settings(&[(Setting::Streams, 0)]));
    assert_eq!((world.phase(), world.opened_at.len(), world.fetched_at.len()), (Phase::Polling, 0, 1));
    world.answer(200, open_order(1));
    world.wait(10_000);
    world.answer(200, done(2));
    assert_eq!((world.end, world.orders), (Some(end::FINAL), 2));
}

#[test]
fn without_event_source_a_stream_alone_is_impossible() {
    let world = World::new(settings(&[(Setting::Streams, 0), (Setting::Polls, 0)]));
    assert_eq!(world.end, Some(end::FATAL + fault::UNSUPPORTED));
}

#[test]
fn failing_polls_slow_down() {
    let mut world = World::new(settings(&[(Setting::Streams, 0)]));
    let mut gaps = Vec::new();
    for _ in 0..8 {
        world.fail_fetch();
        let before = world.now;
        while world.flight.is_none() {
            world.wait(100);
        }
        gaps.push(world.now - before);
    }
    assert!(gaps.iter().all(|gap| (5_000..=30_100).contains(gap)), "{gaps:?}");
    assert!(gaps.iter().skip(5).all(|gap| *gap >= 30_000), "{gaps:?}");
}

#[test]
fn an_expired_order_ends_or_is_watched_on_slowly() {
    let mut world = World::new(settings(&[(Setting::Streams, 0)]));
    world.answer(200, expired(1));
    assert_eq!(world.end, Some(end::FINAL));

    let mut world = World::new(settings(&[(Setting::KeepExpired, 1)]));
    world.opened();
    world.message(expired(1));
    world.drop_stream();
    assert_eq!((world.end, world.phase()), (None, Phase::Polling));
    world.answer(200, expired(1));
    let polls = world.fetched_at.len();
    world.wait(59_000);
    assert_eq!(world.fetched_at.len(), polls);
    world.wait(2_000);
    world.answer(200, open_order(2));
    assert_eq!(world.orders, 2);
}

#[test]
fn an_expired_order_that_moves_on_gets_its_stream_back() {
    let mut world = World::new(settings(&[(Setting::KeepExpired, 1)]));
    world.message(expired(1));
    world.drop_stream();
    for _ in 0..5 {
        world.answer(200, expired(1));
        world.wait(60_000);
    }
    assert_eq!(world.opened_at.len(), 1);
    world.answer(200, open_order(2));
    assert_eq!((world.orders, world.opened_at.len()), (2, 2));
    world.message(open_order(3));
    assert_eq!(world.phase(), Phase::Live);

    let mut world = World::new(settings(&[(Setting::KeepExpired, 1), (Setting::Streams, 0)]));
    world.answer(200, expired(1));
    world.wait(60_000);
    world.answer(200, open_order(2));
    assert_eq!(world.opened_at.len(), 0);
}

#[test]
fn a_stream_that_says_nothing_gets_its_first_state_by_request() {
    let mut world = World::new(options());
    world.opened();
    world.wait(1_499);
    assert_eq!(world.fetched_at.len(), 0);
    world.wait(1);
    world.answer(200, open_order(1));
    assert_eq!((world.orders, world.phase()), (1, Phase::Live));
}

#[test]
fn a_stream_that_misses_a_change_is_mute_and_ends_in_polling() {
    let mut world = World::new(options());
    let mut stamp = 1;
    for _ in 0..3 {
        world.opened();
        let stream = world.stream;
        while world.stream == stream {
            world.wait(100);
            if world.flight.is_some() {
                stamp += 1;
                world.answer(200, open_order(stamp));
            }
        }
        world.wait(3_000);
        if world.phase() == Phase::Polling {
            break;
        }
        while world.stream.is_none() && world.phase() != Phase::Polling {
            world.wait(100);
        }
    }
    assert_eq!(world.phase(), Phase::Polling);
    assert!(world.errors.iter().all(|fault| *fault == fault::SILENT), "{:?}", world.errors);
}

#[test]
fn a_change_seen_first_by_request_and_then_by_the_stream_is_no_fault() {
    let mut world = World::new(options());
    world.opened();
    world.message(open_order(1));
    world.wait(60_000);
    world.answer(200, open_order(2));
    world.message(open_order(2));
    world.wait(10_000);
    assert_eq!((world.phase(), world.orders, world.opened_at.len()), (Phase::Live, 2, 1));
}

#[test]
fn missed_heartbeats_are_noticed_only_where_heartbeats_are_known() {
    let mut world = World::new(settings(&[(Setting::Recheck, 0)]));
    world.opened();
    world.message(open_order(1));
    world.wait(3_600_000);
    assert_eq!((world.phase(), world.opened_at.len()), (Phase::Live, 1));
    world.send(event::config(world.stream.unwrap(), 15_000));
    world.wait(44_000);
    world.send(event::said(Kind::Ping, world.stream.unwrap()));
    world.wait(44_999);
    assert_eq!(world.phase(), Phase::Live);
    world.wait(1);
    assert_eq!((world.phase(), world.view.unwrap().fault), (Phase::Backoff, fault::SILENT));
}

#[test]
fn sleep_is_not_taken_for_silence() {
    let mut world = World::new(settings(&[(Setting::Recheck, 0)]));
    world.opened();
    world.message(open_order(1));
    world.send(event::config(world.stream.unwrap(), 15_000));
    world.now += 3_600_000;
    world.send(event::of(Kind::Timer));
    assert_eq!((world.phase(), world.fetched_at.len()), (Phase::Live, 1));
    world.send(event::said(Kind::Ping, world.stream.unwrap()));
    world.answer(200, open_order(1));
    world.wait(40_000);
    assert_eq!(world.phase(), Phase::Live);
}

#[test]
fn a_change_that_sleep_held_up_is_waited_for() {
    let mut world = World::new(options());
    world.opened();
    world.message(open_order(1));
    world.wait(60_000);
    world.answer(200, open_order(2));
    world.now += 3_600_000;
    world.send(event::of(Kind::Timer));
    assert_eq!((world.phase(), world.flight.is_some()), (Phase::Live, true));
    world.message(open_order(2));
    world.answer(200, open_order(2));
    world.wait(10_000);
    assert_eq!((world.phase(), world.opened_at.len(), world.errors.len()), (Phase::Live, 1, 0));
    // A stream that was waited for in vain is mute all the same.
    world.wait(50_000);
    world.answer(200, open_order(3));
    world.now += 3_600_000;
    world.send(event::of(Kind::Timer));
    world.answer(200, open_order(3));
    world.wait(3_000);
    assert_eq!((world.phase(), world.errors.as_slice()), (Phase::Backoff, [fault::SILENT].as_slice()));
}

#[test]
fn a_stream_that_never_opens_is_given_up() {
    let mut world = World::new(sse_only());
    world.wait(9_999);
    if world.flight.is_some() {
        world.fail_fetch();
    }
    assert_eq!(world.phase(), Phase::Connecting);
    world.wait(1);
    assert_eq!(world.phase(), Phase::Backoff);
}

#[test]
fn a_hidden_page_stops_trying_after_a_while_and_returns_with_one_request() {
    let mut world = World::new(options());
    world.opened();
    world.message(open_order(1));
    world.send(event::shown(false));
    world.wait(31_000);
    assert_eq!(world.phase(), Phase::Live);
    world.drop_stream();
    assert_eq!(world.phase(), Phase::Paused);
    world.wait(600_000);
    assert_eq!((world.opened_at.len(), world.fetched_at.len()), (1, 0));
    world.send(event::shown(true));
    assert_eq!((world.opened_at.len(), world.fetched_at.len()), (2, 1));
    world.answer(200, done(2));
    assert_eq!(world.orders, 2);
}

#[test]
fn flicking_between_tabs_makes_no_storm() {
    let mut world = World::new(options());
    world.opened();
    world.message(open_order(1));
    world.wait(10_000);
    for _ in 0..100 {
        world.send(event::shown(false));
        world.wait(5);
        world.send(event::shown(true));
        if world.flight.is_some() {
            world.answer(304, None);
        }
    }
    assert_eq!((world.opened_at.len(), world.fetched_at.len()), (1, 1));
}

#[test]
fn the_network_coming_back_means_now_and_polling_if_the_stream_does_not_follow() {
    let mut world = World::new(options());
    world.opened();
    world.message(open_order(1));
    world.wait(10_000);
    world.drop_stream();
    world.wait(1_000);
    world.drop_stream();
    world.wait(1_000);
    world.send(event::of(Kind::Online));
    assert_eq!(world.phase(), Phase::Connecting);
    world.answer(200, open_order(2));
    world.wait(3_000);
    assert_eq!(world.phase(), Phase::Polling);
}

#[test]
fn an_older_answer_does_not_overwrite_a_newer_message() {
    let mut world = World::new(options());
    world.opened();
    world.wait(1_500);
    world.message(open_order(5));
    world.answer(200, open_order(4));
    assert_eq!(world.orders, 1);
    world.send(event::of(Kind::Refresh));
    world.message(open_order(6));
    // Same time stamp, but asked for before the message: nobody knows which is newer.
    world.answer(200, Some(Facts { digest: 999, ..order(6, Finality::Open) }));
    assert_eq!(world.orders, 2);
}

fn without_a_time(variant: u64, end: Finality) -> Option<Facts> {
    Some(Facts { digest: 1_000_000 + variant, ..order(0, end) })
}

#[test]
fn an_answer_without_a_time_does_not_let_an_older_one_in() {
    let mut world = World::new(options());
    world.message(open_order(5));
    world.message(without_a_time(1, Finality::Open));
    assert_eq!(world.orders, 2);
    world.message(open_order(3));
    assert_eq!(world.orders, 2);
    world.message(open_order(6));
    assert_eq!(world.orders, 3);
}

#[test]
fn a_final_state_without_a_time_is_told_and_not_taken_back_by_what_left_earlier() {
    let mut world = World::new(options());
    world.message(open_order(5));
    world.send(event::of(Kind::Refresh));
    world.message(without_a_time(1, Finality::Final));
    assert_eq!(world.orders, 2);
    world.answer(200, open_order(6));
    assert_eq!((world.orders, world.machine.current().end), (2, Finality::Final));
    world.message(done(7));
    world.drop_stream();
    assert_eq!((world.orders, world.end), (3, Some(end::FINAL)));
}

#[test]
fn an_end_is_believed_of_a_request_that_left_before_the_newest_state() {
    for first in [Finality::Open, Finality::Soft] {
        let mut world = World::new(options());
        world.send(event::of(Kind::Refresh));
        world.message(without_a_time(1, first));
        world.answer(200, without_a_time(2, Finality::Final));
        assert_eq!(world.orders, 2, "{first:?}");
    }
}

#[test]
fn the_same_state_is_not_told_twice() {
    let mut world = World::new(options());
    world.opened();
    for _ in 0..3 {
        world.message(open_order(1));
    }
    assert_eq!(world.orders, 1);
}

#[test]
fn flapping_keeps_growing_and_then_polls() {
    let mut world = World::new(options());
    let mut stamp = 0;
    while world.phase() != Phase::Polling && world.now < 1_000_000 + 120_000 {
        if world.stream.is_some() {
            stamp += 1;
            world.message(open_order(stamp));
            world.drop_stream();
        }
        world.wait(100);
    }
    assert_eq!(world.phase(), Phase::Polling);
    assert!(world.opened_at.windows(2).all(|pair| pair[1] - pair[0] >= 1000), "{:?}", world.opened_at);
    assert!(world.opened_at.len() <= 8, "{:?}", world.opened_at);
}

#[test]
fn a_stream_that_is_slow_to_speak_and_closes_at_once_is_flapping_too() {
    let mut world = World::new(sse_only());
    for stamp in 1..8 {
        world.wait(1_100);
        world.message(open_order(stamp));
        world.drop_stream();
        while world.stream.is_none() {
            world.wait(100);
        }
        world.opened();
        if world.flight.is_some() {
            world.answer(304, None);
        }
    }
    let gaps: Vec<u64> = world.opened_at.windows(2).map(|pair| pair[1] - pair[0] - 1_100).collect();
    assert_eq!(gaps, [1000, 1000, 1000, 2000, 4000, 8000, 16_000]);
}

#[test]
fn three_bad_payloads_ask_for_the_state() {
    let mut world = World::new(options());
    world.opened();
    world.message(open_order(1));
    for _ in 0..3 {
        world.message(None);
    }
    assert_eq!((world.invalid, world.fetched_at.len(), world.phase()), (3, 1, Phase::Live));
}

#[test]
fn a_missing_request_route_does_not_end_a_working_stream() {
    let mut world = World::new(options());
    world.opened();
    world.wait(1_500);
    world.answer(404, None);
    world.wait(600_000);
    assert_eq!((world.end, world.phase(), world.fetched_at.len()), (None, Phase::Live, 1));
}

#[test]
fn a_refused_request_is_judged_by_what_becomes_of_the_stream() {
    let mut world = World::new(options());
    world.wait(1_500);
    world.answer(404, None);
    assert_eq!((world.end, world.phase()), (None, Phase::Connecting));
    world.refuse_stream();
    world.wait(50);
    world.answer(404, None);
    assert_eq!(world.end, Some(end::FATAL + 404));
}

#[test]
fn a_request_that_hangs_is_given_up() {
    let mut world = World::new(settings(&[(Setting::Streams, 0)]));
    world.wait(10_000);
    assert_eq!((world.flight, world.errors.as_slice()), (None, [fault::NETWORK].as_slice()));
    world.wait(10_000);
    assert!(world.flight.is_some());
}

#[test]
fn a_mute_stream_makes_room_for_requests_that_hang() {
    let mut world = World::new(options());
    world.opened();
    while world.phase() != Phase::Polling {
        world.wait(500);
        if world.phase() == Phase::Connecting {
            world.opened();
        }
        assert!(world.now < 1_060_000, "{:?}", world.errors);
    }
    assert_eq!((world.stream, world.flight.is_some(), world.opened_at.len()), (None, true, 3));
    world.answer(200, open_order(1));
    assert_eq!(world.orders, 1);

    // One that works is not to blame, nor is one that came after the request.
    let mut world = World::new(options());
    world.message(open_order(1));
    world.send(event::of(Kind::Refresh));
    world.wait(20_000);
    assert_eq!((world.phase(), world.opened_at.len()), (Phase::Live, 1));

    let mut world = World::new(options());
    world.wait(1_500);
    world.drop_stream();
    world.wait(1_000);
    world.opened();
    world.wait(9_000);
    assert_eq!(
        (world.phase(), world.errors.as_slice()),
        (Phase::Live, [fault::STREAM, fault::NETWORK].as_slice())
    );
}

#[test]
fn a_request_that_waits_for_the_shopper_is_not_given_up() {
    let mut world = World::new(settings(&[(Setting::Streams, 0)]));
    world.wait(5_000);
    let held = |world: &World, value| Event { value, ..event::said(Kind::Held, world.flight.unwrap()) };
    world.send(held(&world, 3_600_000));
    world.wait(3_599_999);
    assert_eq!((world.flight.is_some(), world.errors.len(), world.fetched_at.len()), (true, 0, 1));
    world.send(held(&world, 10_000));
    world.wait(9_999);
    assert_eq!(world.errors.len(), 0);
    world.wait(1);
    assert_eq!((world.flight, world.errors.as_slice()), (None, [fault::NETWORK].as_slice()));
}

#[test]
fn a_refresh_during_a_request_asks_again() {
    let mut world = World::new(settings(&[(Setting::Streams, 0)]));
    world.send(event::of(Kind::Refresh));
    world.answer(200, open_order(1));
    assert_eq!(world.fetched_at.len(), 2);
}

#[test]
fn a_clock_set_back_holds_nothing_up() {
    let mut world = World::new(sse_only());
    world.drop_stream();
    world.now -= 500_000;
    world.wake = Some(world.now + 1000);
    world.send(event::said(Kind::Ping, 0));
    world.wait(1_000);
    assert_eq!(world.opened_at.len(), 2);
}

#[test]
fn closing_and_a_policy_that_forbids_it_end_it_at_once() {
    for (event, reason) in
        [(event::of(Kind::Close), end::CLOSED), (event::of(Kind::Blocked), end::FATAL + fault::BLOCKED)]
    {
        let mut world = World::new(options());
        world.wait(1_500);
        world.send(event);
        assert_eq!((world.end, world.stream, world.flight, world.wake), (Some(reason), None, None, None));
    }
}

#[test]
fn jitter_and_the_floor_hold_together() {
    let mut world = World::new(settings(&[(Setting::BackoffJitter, 1024), (Setting::Polls, 0)]));
    for stamp in 1..20 {
        world.message(open_order(stamp));
        world.wait(1_500);
        world.drop_stream();
        while world.stream.is_none() {
            world.wait(10);
        }
    }
    let gaps: Vec<u64> = world.opened_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().all(|gap| (2_000..=2_510).contains(gap)), "{gaps:?}");
}

#[test]
fn confirmations_are_asked_about_less_often() {
    let mut world = World::new(settings(&[(Setting::Streams, 0)]));
    world.answer(200, Some(Facts { confirming: true, ..order(1, Finality::Open) }));
    world.wait(14_999);
    assert_eq!(world.fetched_at.len(), 1);
    while world.flight.is_none() {
        world.wait(100);
    }
    assert!(world.now <= 1_030_100);
    world.answer(200, open_order(2));
    world.wait(10_000);
    assert_eq!(world.fetched_at.len(), 3);
}

#[test]
fn a_good_answer_can_ask_for_patience_too() {
    let mut world = World::new(settings(&[(Setting::Streams, 0)]));
    let serial = world.flight.take().unwrap();
    world.send(event::answer(serial, 200, open_order(1), 45_000));
    world.wait(44_999);
    assert_eq!(world.fetched_at.len(), 1);
    world.wait(1);
    assert_eq!(world.fetched_at.len(), 2);
}

#[test]
fn a_page_hidden_for_long_gives_its_stream_back() {
    let mut world = World::new(options());
    world.opened();
    world.message(open_order(1));
    world.send(event::shown(false));
    world.wait(299_999);
    if world.flight.is_some() {
        world.answer(304, None);
    }
    assert_eq!(world.phase(), Phase::Live);
    world.wait(1);
    assert_eq!((world.phase(), world.stream, world.wake), (Phase::Paused, None, None));
    world.send(event::shown(true));
    assert_eq!((world.opened_at.len(), world.flight.is_some()), (2, true));
    assert!(world.errors.is_empty());

    let mut world = World::new(settings(&[(Setting::HiddenStream, 0), (Setting::Recheck, 0)]));
    world.opened();
    world.message(open_order(1));
    world.send(event::shown(false));
    world.wait(36_000_000);
    assert_eq!(world.phase(), Phase::Live);
}

#[test]
fn a_page_hidden_twice_over_keeps_what_it_was_to_keep() {
    let mut world = World::new(settings(&[(Setting::HiddenStream, 0), (Setting::Recheck, 0)]));
    world.opened();
    world.message(open_order(1));
    for _ in 0..3 {
        world.send(event::shown(false));
        world.wait(31_000);
    }
    assert_eq!((world.phase(), world.wake), (Phase::Live, None));
}

#[test]
fn a_refresh_of_a_hidden_page_lasts_no_longer_than_hiding_does() {
    let mut world = World::new(settings(&[(Setting::Streams, 0)]));
    world.answer(200, open_order(1));
    world.send(event::shown(false));
    world.wait(30_000);
    assert_eq!(world.phase(), Phase::Paused);
    world.send(event::of(Kind::Refresh));
    assert_eq!(world.phase(), Phase::Polling);
    world.answer(200, open_order(2));
    world.wait(30_000);
    let polls = world.fetched_at.len();
    assert_eq!((world.orders, world.phase(), world.wake), (2, Phase::Paused, None));
    world.wait(3_600_000);
    assert_eq!(world.fetched_at.len(), polls);
}

#[test]
fn what_somebody_else_knows_is_news_once_and_not_undone() {
    let mut world = World::new(options());
    world.send(Event { facts: open_order(5), ..event::of(Kind::Known) });
    assert_eq!(world.orders, 1);
    world.message(open_order(5));
    world.message(open_order(4));
    assert_eq!(world.orders, 1);
    world.message(open_order(6));
    assert_eq!(world.orders, 2);
}
