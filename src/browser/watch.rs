//! The watch's state machine as exports. What it decides is carried out by `npm/src/watch-driver.js`, which
//! owns the event stream, the timer and the request: a page's own language does that in a tenth of the bytes,
//! and no closure crosses the border that could leak or be entered twice.

use std::sync::Mutex;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::text::split_once;
use crate::watch::machine::{Event, KINDS, Machine};
use crate::watch::observation::{Facts, observe};

#[derive(Default)]
struct Watch {
    id: u32,
    machine: Machine,
    /// The last payload that was read, and what is known of it.
    heard: (String, Facts),
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

/// Tells a watch what happened at `now` and gives what to do about it, as a JSON array: what
/// [`Machine::handle`] says, and last the payload in its normal form, or the issues of one that was refused; 0 for one
/// that is known already. Nothing at all if the watch is not known here.
///
/// `kind` is a place in [`KINDS`]; `text`, where the event brings a payload, is the order's id, a line feed and the
/// payload.
#[wasm_bindgen(js_name = watchEvent)]
pub fn event(id: u32, kind: u32, serial: u32, value: u32, wait: u32, now: f64, text: &str) -> String {
    let Ok(mut watches) = WATCHES.try_lock() else { return String::new() };
    let mut out = String::new();
    let known = watches.iter_mut().find(|watch| watch.id == id);
    if let (Some(Watch { machine, heard, .. }), Some(kind)) = (known, KINDS.get(kind as usize)) {
        let mut payload = String::new();
        // A server that says the same again says that it is there.
        let facts = if heard.0 == text && machine.knows(heard.1) {
            Some(heard.1)
        } else {
            split_once(text, "\n").and_then(|(id, body)| observe(body, id, &mut payload))
        };
        if let Some(facts) = facts {
            if machine.knows(facts) {
                payload.clear();
            }
            *heard = (text.to_owned(), facts);
        }
        out.push('[');
        out.push_str(&machine.handle(Event { kind: *kind, serial, value, wait, facts }, now as u64));
        out.push_str(if payload.is_empty() { "0" } else { &payload });
        out.push(']');
        if machine.is_over() {
            // The last one takes its place.
            if let Some(last) = watches.pop()
                && let Some(over) = watches.iter_mut().find(|watch| watch.id == id)
            {
                *over = last;
            }
        }
    }
    out
}
