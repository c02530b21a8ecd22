//! The machine's numbers by name, for its tests.

use super::machine::{Event, KINDS, Kind, Machine, Phase, Verb};
use super::observation::Facts;
use super::options::{COUNT, Setting, USUAL};

/// The usual settings, but for some.
pub fn settings(changes: &[(Setting, u32)]) -> [u32; COUNT] {
    let mut settings = USUAL;
    for (setting, number) in changes {
        settings[*setting as usize] = *number;
    }
    settings
}

/// What a machine can be told.
pub mod event {
    use super::*;

    pub fn of(kind: Kind) -> Event {
        Event { kind, serial: 0, value: 0, wait: 0, facts: None }
    }

    pub fn said(kind: Kind, serial: u32) -> Event {
        Event { serial, ..of(kind) }
    }

    pub fn message(serial: u32, facts: Option<Facts>) -> Event {
        Event { facts, ..said(Kind::Message, serial) }
    }

    pub fn config(serial: u32, value: u32) -> Event {
        Event { value, ..said(Kind::Config, serial) }
    }

    pub fn answer(serial: u32, status: u32, facts: Option<Facts>, wait: u32) -> Event {
        Event { value: status, wait, facts, ..said(Kind::Answer, serial) }
    }

    pub fn shown(is_shown: bool) -> Event {
        of(if is_shown { Kind::Shown } else { Kind::Hidden })
    }
}

/// How a watch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    pub phase: Phase,
    pub attempt: u32,
    pub next_at: u64,
    pub fault: u32,
}

/// What it says, read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    OpenStream(u32),
    CloseStream,
    Fetch(u32),
    AbortFetch,
    SetTimer(u64),
    ClearTimer,
    Order,
    Invalid,
    State(View),
    Error(u32),
    End(u32),
}

const VERBS: [Verb; 10] = [
    Verb::OpenStream,
    Verb::CloseStream,
    Verb::Fetch,
    Verb::AbortFetch,
    Verb::Timer,
    Verb::Order,
    Verb::Invalid,
    Verb::State,
    Verb::Error,
    Verb::End,
];

const PHASES: [Phase; 6] =
    [Phase::Connecting, Phase::Live, Phase::Backoff, Phase::Polling, Phase::Paused, Phase::Ended];

/// Tells a machine what happened.
pub fn tell(machine: &mut Machine, event: Event, now: u64) -> Vec<Action> {
    let said = machine.handle(event, now);
    let mut numbers = said.split_terminator(',').map(|number| number.parse::<u64>().unwrap());
    let mut actions = Vec::new();
    while let Some(verb) = numbers.next() {
        let value = numbers.next().unwrap();
        let small = u32::try_from(value).unwrap_or(u32::MAX);
        actions.push(match VERBS[verb as usize] {
            Verb::OpenStream => Action::OpenStream(small),
            Verb::CloseStream => Action::CloseStream,
            Verb::Fetch => Action::Fetch(small),
            Verb::AbortFetch => Action::AbortFetch,
            Verb::Timer if value == 0 => Action::ClearTimer,
            Verb::Timer => Action::SetTimer(value),
            Verb::Order => Action::Order,
            Verb::Invalid => Action::Invalid,
            Verb::State => Action::State(View {
                phase: PHASES[value as usize],
                attempt: numbers.next().unwrap() as u32,
                next_at: numbers.next().unwrap(),
                fault: numbers.next().unwrap() as u32,
            }),
            Verb::Error => Action::Error(small),
            Verb::End => Action::End(small),
        });
    }
    actions
}

#[test]
fn numbers_are_places() {
    assert!(KINDS.iter().enumerate().all(|(at, kind)| *kind as usize == at));
    assert!(VERBS.iter().enumerate().all(|(at, verb)| *verb as usize == at));
    assert!(PHASES.iter().enumerate().all(|(at, phase)| *phase as usize == at));
    assert_eq!(Setting::Seed as usize, COUNT - 1);
}
