//! The watch's state machine as exports. What it decides is carried out by `npm/src/watch-driver.js`, which
//! owns the event stream, the timer and the request: a page's own language does that in a tenth of the bytes,
//! and no closure crosses the border that could leak or be entered twice.

use std::sync::Mutex;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::text::split_once;
use crate::watch::machine::{Event, KINDS, Machine};
use crate::watch::observation::{digest, observe};

#[derive(Default)]
struct Watch {
    id: u32,
    machine: Machine,
    /// The fingerprint of the payload that is the newest known; 0 for none yet.
    heard: u64,
}

static WATCHES: Mutex<Vec<Watch>> = Mutex::new(Vec::new());

/// Makes a watch under an id of the caller's, with settings in the order of [`crate::watch::options::Setting`].
#[wasm_bindgen(js_name = watchNew)]
pub fn create(id: u32, settings: &[u32]) {
    let Ok(mut watches) = WATCHES.try_lock() else { return };
    watches.push(Watch::default());
    if let Some(watch) = watches.last_mut() {
        watch.id = id;
        watch.machine.set_up(settings);
    }
}

/// Tells a watch what happened at `now` and gives what to do about it, as a JSON array: first the payload in its normal
/// form, or the issues of one that was refused, 0 for one that is known already; then what [`Machine::handle`] says; last a 0.
/// Nothing at all if the watch is not known here.
///
/// `kind` is a place in [`KINDS`]; `text`, where the event brings a payload, is the order's id, a line feed and the
/// payload.
#[wasm_bindgen(js_name = watchEvent)]
pub fn event(id: u32, kind: u32, serial: u32, value: u32, wait: u32, now: f64, text: &str) -> String {
    let Ok(mut watches) = WATCHES.try_lock() else { return String::new() };
    let mut out = String::new();
    let known = watches.iter_mut().find(|watch| watch.id == id);
    if let (Some(watch), Some(kind)) = (known, KINDS.get(kind as usize)) {
        let Watch { machine, heard, .. } = watch;
        out.push('[');
        let print = digest(text.as_bytes());
        // A server that says the same again says that it is there.
        let facts = if *heard == print {
            Some(machine.current())
        } else {
            split_once(text, "\n").and_then(|(id, body)| observe(body, id, &mut out))
        };
        out.push_str(if out.len() > 1 { "," } else { "0," });
        out.push_str(&machine.handle(Event { kind: *kind, serial, value, wait, facts }, now as u64));
        if facts.is_some_and(|facts| facts.digest == machine.current().digest) {
            *heard = print;
        }
        // For the comma before it.
        out.push_str("0]");
        if machine.is_over() {
            watches.retain(|watch| watch.id != id);
        }
    }
    out
}
