//! The watch's state machine as exports. What it decides is carried out by `npm/src/watch-driver.js`, which
//! owns the event stream, the timer and the request: a page's own language does that in a tenth of the bytes,
//! and no closure crosses the border that could leak or be entered twice.

use std::cell::Cell;
use std::mem::ManuallyDrop;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::endpoint;
use crate::schema::write_issues;
use crate::text::push_number;
use crate::watch::machine::{Action, EndReason, Event, Fault, Machine, Phase, Verdict};
use crate::watch::observation::{Observation, observe};
use crate::watch::options::Options;

struct Watch {
    id: u32,
    order_id: String,
    machine: Machine,
}

thread_local! {
    // What is dropped at the end of a thread brings the end of threads along, of which there are none.
    static WATCHES: Cell<ManuallyDrop<Vec<Watch>>> = const { Cell::new(ManuallyDrop::new(Vec::new())) };
}

/// Makes a watch under an id of the caller's. `numbers` are the settings in the order of [`Options::read`],
/// NaN where unset. Gives the name of what cannot be used, or nothing.
#[wasm_bindgen(js_name = watchNew)]
pub fn create(
    id: u32,
    order_id: &str,
    transport: &str,
    expired: &str,
    numbers: &[f64],
    has_event_source: bool,
    seed: u32,
) -> String {
    if !endpoint::is_order_id(order_id) {
        return "orderId".into();
    }
    match Options::read(transport, expired, numbers) {
        Ok(options) => {
            let machine = Machine::new(options, has_event_source, seed);
            let mut watches = WATCHES.take();
            watches.push(Watch { id, order_id: order_id.into(), machine });
            WATCHES.set(watches);
            String::new()
        }
        Err(name) => name.into(),
    }
}

/// Tells a watch what happened at `now` and gives what to do about it, as a JSON array of `[verb, ...arguments]`;
/// nothing at all if it is not known here.
/// `kind` is a place in the driver's list of events; `serial`, `value`, `wait` (NaN for none) and `text` mean
/// what that event needs.
#[wasm_bindgen(js_name = watchEvent)]
pub fn event(id: u32, kind: u32, serial: u32, value: f64, wait: f64, now: f64, text: &str) -> String {
    let mut watches = WATCHES.take();
    let mut out = String::new();
    if let Some(watch) = watches.iter_mut().find(|watch| watch.id == id) {
        let brings_payload = kind == 3 || kind == 8 && (200.0..300.0).contains(&value);
        let payload = brings_payload.then(|| observe(text, &watch.order_id));
        let verdict = payload.as_ref().map(|payload| match payload {
            Observation::Valid(_, facts) => Verdict::Valid(*facts),
            Observation::Invalid(_) => Verdict::Invalid,
        });
        out.push('[');
        for action in watch.machine.handle(read(kind, serial, value, wait, verdict), now as u64) {
            if out.len() > 1 {
                out.push(',');
            }
            write(&mut out, action, &watch.machine, payload.as_ref());
        }
        out.push(']');
        if watch.machine.is_over() {
            watches.retain(|watch| watch.id != id);
        }
    }
    WATCHES.set(watches);
    out
}

fn read(kind: u32, serial: u32, value: f64, wait: f64, verdict: Option<Verdict>) -> Event {
    match kind {
        0 => Event::Start,
        1 => Event::Timer,
        2 => Event::Opened(serial),
        3 => Event::Message(serial, verdict.unwrap_or(Verdict::Invalid)),
        4 => Event::Stop(serial),
        5 => Event::Ping(serial),
        6 => Event::Config(serial, value as u64),
        7 => Event::StreamError { serial, closed: value > 0.0 },
        8 => Event::Answer {
            serial,
            status: value as u16,
            verdict,
            retry_after: (!wait.is_nan()).then_some(wait as u64),
        },
        9 => Event::FetchFailed(serial),
        10 => Event::Visible(value > 0.0),
        11 => Event::Online,
        12 => Event::PageHide,
        13 => Event::PageShow,
        14 => Event::Refresh,
        15 => Event::Close,
        _ => Event::Blocked,
    }
}

fn write(out: &mut String, action: Action, machine: &Machine, payload: Option<&Observation>) {
    match action {
        Action::OpenStream(serial) => number(out, "openStream", u64::from(serial)),
        Action::CloseStream => verb(out, "closeStream"),
        Action::Fetch(serial) => number(out, "fetch", u64::from(serial)),
        Action::AbortFetch => verb(out, "abort"),
        Action::SetTimer(after) => number(out, "timer", after),
        Action::ClearTimer => verb(out, "timer"),
        Action::EmitOrder => {
            verb(out, "order");
            if let Some(Observation::Valid(order, _)) = payload {
                out.push(',');
                out.push_str(order);
            }
        }
        Action::EmitInvalid => {
            verb(out, "invalid");
            if let Some(Observation::Invalid(issues)) = payload {
                out.push(',');
                write_issues(out, issues);
            }
        }
        Action::EmitState => {
            let view = machine.state();
            verb(out, "state");
            word(
                out,
                match view.phase {
                    Phase::Connecting => "connecting",
                    Phase::Live => "live",
                    Phase::Backoff => "backoff",
                    Phase::Polling => "polling",
                    Phase::Paused => "paused",
                    Phase::Ended => "ended",
                },
            );
            out.push(',');
            push_number(out, u64::from(view.attempt));
            out.push(',');
            match view.next_at {
                Some(at) => push_number(out, at),
                None => out.push_str("null"),
            }
            fault(out, view.fault);
        }
        Action::EmitError(what) => {
            verb(out, "error");
            fault(out, Some(what));
        }
        Action::End(reason) => {
            verb(out, "end");
            let (name, what) = match reason {
                EndReason::Stop => ("stop", None),
                EndReason::Final => ("final", None),
                EndReason::Closed => ("closed", None),
                EndReason::Fatal(what) => ("fatal", Some(what)),
            };
            word(out, name);
            fault(out, what);
        }
    }
    out.push(']');
}

fn verb(out: &mut String, verb: &str) {
    out.push_str("[\"");
    out.push_str(verb);
    out.push('"');
}

fn number(out: &mut String, name: &str, number: u64) {
    verb(out, name);
    out.push(',');
    push_number(out, number);
}

fn word(out: &mut String, word: &str) {
    out.push_str(",\"");
    out.push_str(word);
    out.push('"');
}

fn fault(out: &mut String, fault: Option<Fault>) {
    word(
        out,
        match fault {
            None => return,
            Some(Fault::Stream) => "stream",
            Some(Fault::Silent) => "silent",
            Some(Fault::Network) => "network",
            Some(Fault::Payload) => "payload",
            Some(Fault::Unsupported) => "unsupported",
            Some(Fault::Blocked) => "blocked",
            Some(Fault::Status(status)) => {
                word(out, "status");
                out.push(',');
                return push_number(out, u64::from(status));
            }
        },
    );
}
