//! Carries out what the watch's state machine decides: owns the `EventSource`, the one timer, the request and
//! every listener, and gives them all back at the end.
//!
//! Everything foreign is looked up by name when it is needed: first in the sink, so that tests and other hosts
//! can bring their own, then in the global scope, where some of it may be missing (Node, workers). Nothing of
//! the user's is called while anything here is borrowed; what it calls back only joins the queue.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Date, Function, Math, Object, Reflect, global};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::endpoint::{self, Endpoint};
use crate::json;
use crate::schema::write_issues;
use crate::text;
use crate::watch::machine::{Action, EndReason, Event, Fault, Machine, Phase, Verdict, View};
use crate::watch::observation::{Observation, observe};
use crate::watch::options::Options;

const STREAM_EVENTS: [&str; 6] = ["open", "message", "stop", "ping", "config", "error"];
const PAGE_EVENTS: [&str; 3] = ["online", "pagehide", "pageshow"];
const DOCUMENT_EVENTS: [&str; 2] = ["visibilitychange", "resume"];

/// `EventSource.CLOSED`.
const CLOSED: f64 = 2.0;
/// A longer resume id would not fit into a URL's query in good manners.
const MAX_EVENT_ID: usize = 256;

type Listener = Closure<dyn Fn(JsValue)>;

thread_local! {
    static WATCHES: RefCell<Vec<Rc<Watch>>> = const { RefCell::new(Vec::new()) };
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
}

/// Begins to watch an order and gives the number to name the watch by. A setting that cannot work is thrown,
/// as its name.
///
/// The sink has the methods `order(json)`, `invalid(issuesJson)`, `state(phase, attempt, nextAt, fault, status)`,
/// `error(fault, status)` and `end(reason, fault, status)`; nothing is called after `end`.
#[wasm_bindgen(js_name = watchStart)]
pub fn start(order_id: &str, base: &str, settings: &JsValue, sink: JsValue) -> Result<u32, JsValue> {
    if !endpoint::is_order_id(order_id) {
        return Err("orderId".into());
    }
    let word = |name: &str| get(settings, name).as_string();
    let options = Options::read(word("transport").as_deref(), word("expired").as_deref(), |name| {
        let value = name.split('.').fold(settings.clone(), |value, part| get(&value, part));
        (!value.is_undefined()).then(|| value.as_f64().unwrap_or(f64::NAN))
    })?;
    let id = LAST_ID.get().wrapping_add(1);
    LAST_ID.set(id);
    let has_event_source = host(&sink, "EventSource").1.is_function();
    let watch = Rc::new(Watch {
        id,
        order_id: order_id.to_owned(),
        order_url: url(base, &endpoint::ORDER, order_id),
        stream_url: url(base, &endpoint::SUBSCRIBE, order_id),
        sink,
        machine: RefCell::new(Machine::new(
            options,
            has_event_source,
            (Math::random() * f64::from(u32::MAX)) as u32,
        )),
        queue: RefCell::default(),
        running: Cell::new(false),
        closing: Cell::new(false),
        stream: RefCell::default(),
        last_event_id: RefCell::default(),
        timer: RefCell::new(JsValue::UNDEFINED),
        listener: RefCell::default(),
        flights: RefCell::default(),
    });
    let hearing = Rc::clone(&watch);
    *watch.listener.borrow_mut() = Some(Closure::new(move |event| hearing.hear(&event)));
    WATCHES.with_borrow_mut(|watches| watches.push(Rc::clone(&watch)));
    watch.listen_to_page("addEventListener");
    watch.feed(Event::Start, None);
    if watch.is_hidden() {
        watch.feed(Event::Visible(false), None);
    }
    Ok(id)
}

/// Asks for the order now.
#[wasm_bindgen(js_name = watchRefresh)]
pub fn refresh(id: u32) {
    tell(id, Event::Refresh);
}

/// Ends a watch; `aborted` says that a signal did it. Ending what is over is nothing.
#[wasm_bindgen(js_name = watchClose)]
pub fn close(id: u32, aborted: bool) {
    tell(id, if aborted { Event::Abort } else { Event::Close });
}

fn tell(id: u32, event: Event) {
    let watch = WATCHES.with_borrow(|watches| watches.iter().find(|watch| watch.id == id).map(Rc::clone));
    if let Some(watch) = watch {
        watch.closing.set(watch.closing.get() || event != Event::Refresh);
        watch.feed(event, None);
    }
}

struct Watch {
    id: u32,
    order_id: String,
    order_url: String,
    stream_url: String,
    sink: JsValue,
    machine: RefCell<Machine>,
    /// What happened and has not been dealt with, with the payload it brought.
    queue: RefCell<VecDeque<(Event, Option<Observation>)>>,
    running: Cell<bool>,
    /// The user has closed the watch and wants to hear of nothing but its end.
    closing: Cell<bool>,
    stream: RefCell<Option<(u32, JsValue)>>,
    last_event_id: RefCell<String>,
    timer: RefCell<JsValue>,
    /// The one function behind every listener and the timer.
    listener: RefCell<Option<Listener>>,
    /// Requests not yet settled. An abandoned one stays until the browser has let go of it.
    flights: RefCell<Vec<Flight>>,
}

struct Flight {
    serial: u32,
    controller: JsValue,
    listener: Listener,
    /// The status and the wait the server asks for, once there is an answer.
    head: Option<(u16, Option<u64>)>,
}

impl Watch {
    fn feed(self: &Rc<Self>, event: Event, payload: Option<Observation>) {
        self.queue.borrow_mut().push_back((event, payload));
        if self.running.replace(true) {
            return;
        }
        loop {
            let Some((event, payload)) = self.queue.borrow_mut().pop_front() else { break };
            let now = self.now();
            let actions = self.machine.borrow_mut().handle(event, now);
            for action in actions {
                self.act(action, payload.as_ref());
            }
        }
        self.running.set(false);
    }

    fn act(self: &Rc<Self>, action: Action, payload: Option<&Observation>) {
        match action {
            Action::OpenStream(serial) => self.open_stream(serial),
            Action::CloseStream => self.close_stream(),
            Action::Fetch(serial) => self.fetch(serial),
            Action::AbortFetch => {
                let controller = self.flights.borrow().last().map(|flight| flight.controller.clone());
                call(&controller.unwrap_or_default(), "abort", &[]).ok();
            }
            Action::SetTimer(after) => {
                self.clear_timer();
                let function = self.function();
                let timer = self.call_host("setTimeout", &[function, JsValue::from_f64(after as f64)]);
                *self.timer.borrow_mut() = timer.unwrap_or_default();
            }
            Action::ClearTimer => self.clear_timer(),
            Action::EmitOrder => {
                if let Some(Observation::Valid(order, _)) = payload {
                    self.emit("order", &[order.as_str().into()]);
                }
            }
            Action::EmitInvalid => {
                if let Some(Observation::Invalid(issues)) = payload {
                    let mut text = String::new();
                    write_issues(&mut text, issues);
                    self.emit("invalid", &[text.into()]);
                }
            }
            Action::EmitState(view) => self.emit_state(view),
            Action::EmitError(fault) => {
                let (fault, status) = fault_name(Some(fault));
                self.emit("error", &[fault, status]);
            }
            Action::End(reason) => self.end(reason),
        }
    }

    fn emit(&self, name: &str, arguments: &[JsValue]) {
        if !self.closing.get() {
            // The facade reports what a callback throws; nothing is left to do about it here.
            call(&self.sink, name, arguments).ok();
        }
    }

    fn emit_state(&self, view: View) {
        let phase = match view.phase {
            Phase::Connecting => "connecting",
            Phase::Live => "live",
            Phase::Backoff => "backoff",
            Phase::Polling => "polling",
            Phase::Paused => "paused",
            Phase::Ended => "ended",
        };
        let (fault, status) = fault_name(view.fault);
        let next = view.next_at.map_or(JsValue::UNDEFINED, |at| JsValue::from_f64(at as f64));
        self.emit("state", &[phase.into(), view.attempt.into(), next, fault, status]);
    }

    fn end(self: &Rc<Self>, reason: EndReason) {
        self.listen_to_page("removeEventListener");
        WATCHES.with_borrow_mut(|watches| watches.retain(|watch| watch.id != self.id));
        self.listener.borrow_mut().take();
        let (reason, fault) = match reason {
            EndReason::Stop => ("stop", None),
            EndReason::Final => ("final", None),
            EndReason::Closed => ("closed", None),
            EndReason::Aborted => ("aborted", None),
            EndReason::Fatal(fault) => ("fatal", Some(fault)),
        };
        let (fault, status) = fault_name(fault);
        call(&self.sink, "end", &[reason.into(), fault, status]).ok();
    }

    // What is heard

    fn hear(self: &Rc<Self>, event: &JsValue) {
        if event.is_undefined() {
            *self.timer.borrow_mut() = JsValue::UNDEFINED;
            return self.feed(Event::Timer, None);
        }
        let kind = get(event, "type").as_string().unwrap_or_default();
        let serial = match &*self.stream.borrow() {
            Some((serial, source)) if *source == get(event, "target") => Some(*serial),
            _ => None,
        };
        match serial {
            Some(serial) => self.hear_stream(serial, &kind, event),
            None => self.hear_page(&kind),
        }
    }

    fn hear_stream(self: &Rc<Self>, serial: u32, kind: &str, event: &JsValue) {
        let data = get(event, "data");
        let event = match kind {
            "message" => {
                if let Some(id) = get(event, "lastEventId").as_string().filter(|id| id.len() <= MAX_EVENT_ID)
                {
                    *self.last_event_id.borrow_mut() = id;
                }
                let observation = observe(&data.as_string().unwrap_or_default(), &self.order_id);
                return self.feed(Event::Message(serial, verdict(&observation)), Some(observation));
            }
            "stop" => Event::Stop(serial),
            "ping" => Event::Ping(serial),
            "config" => Event::Config(serial, heartbeat(&data).unwrap_or(0)),
            // A server may name its events "open" and "error" too; those carry data.
            "open" if data.is_undefined() => Event::Opened(serial),
            "error" if data.is_undefined() => {
                let closed = self
                    .stream
                    .borrow()
                    .as_ref()
                    .is_some_and(|(_, source)| get(source, "readyState").as_f64() == Some(CLOSED));
                Event::StreamError { serial, closed }
            }
            _ => return,
        };
        self.feed(event, None);
    }

    fn hear_page(self: &Rc<Self>, kind: &str) {
        let event = match kind {
            "visibilitychange" | "resume" => Event::Visible(!self.is_hidden()),
            "online" => Event::Online,
            "pagehide" => Event::PageHide,
            "pageshow" => Event::PageShow,
            _ => return,
        };
        self.feed(event, None);
    }

    fn is_hidden(&self) -> bool {
        get(&self.document(), "visibilityState").as_string().as_deref() == Some("hidden")
    }

    fn document(&self) -> JsValue {
        host(&self.sink, "document").1
    }

    fn listen_to_page(&self, method: &str) {
        let window = host(&self.sink, "window").1;
        self.listen(&window, &PAGE_EVENTS, method);
        self.listen(&self.document(), &DOCUMENT_EVENTS, method);
    }

    fn listen(&self, target: &JsValue, kinds: &[&str], method: &str) {
        for kind in kinds {
            // Where there is no page there is nothing to listen to.
            call(target, method, &[(*kind).into(), self.function()]).ok();
        }
    }

    // What is done

    fn function(&self) -> JsValue {
        self.listener.borrow().as_ref().map_or(JsValue::UNDEFINED, |listener| listener.as_ref().clone())
    }

    fn now(&self) -> u64 {
        let now = self.call_host("now", &[]).ok().and_then(|now| now.as_f64());
        now.unwrap_or_else(Date::now) as u64
    }

    fn clear_timer(&self) {
        let timer = self.timer.replace(JsValue::UNDEFINED);
        if !timer.is_undefined() {
            self.call_host("clearTimeout", &[timer]).ok();
        }
    }

    fn open_stream(self: &Rc<Self>, serial: u32) {
        let mut url = self.stream_url.clone();
        let id = self.last_event_id.borrow();
        if !id.is_empty() {
            url.push_str("?lastEventId=");
            endpoint::push_encoded(&mut url, &id);
        }
        drop(id);
        match construct(&host(&self.sink, "EventSource").1, &[url.into()]) {
            Ok(source) => {
                self.listen(&source, &STREAM_EVENTS, "addEventListener");
                *self.stream.borrow_mut() = Some((serial, source));
            }
            Err(_) => self.feed(Event::StreamError { serial, closed: true }, None),
        }
    }

    fn close_stream(&self) {
        if let Some((_, source)) = self.stream.take() {
            self.listen(&source, &STREAM_EVENTS, "removeEventListener");
            call(&source, "close", &[]).ok();
        }
    }

    fn fetch(self: &Rc<Self>, serial: u32) {
        let controller = construct(&host(&self.sink, "AbortController").1, &[]).unwrap_or_default();
        let headers = object(&[("Accept", "application/json".into())]);
        // A finished order holds codes: no cache is to keep them.
        let init = object(&[
            ("headers", headers),
            ("cache", "no-store".into()),
            ("signal", get(&controller, "signal")),
        ]);
        let answered = self.call_host("fetch", &[self.order_url.as_str().into(), init]);
        let waiting = Rc::clone(self);
        let listener: Listener = Closure::new(move |value: JsValue| waiting.settle(serial, &value));
        let function = listener.as_ref().clone();
        self.flights.borrow_mut().push(Flight { serial, controller, listener, head: None });
        let heard = answered.and_then(|answer| call(&answer, "then", &[function.clone(), function]));
        if heard.is_err() {
            self.settle(serial, &JsValue::NULL);
        }
    }

    /// A step of a request: first its answer, then the answer's text; anything else is a failure.
    fn settle(self: &Rc<Self>, serial: u32, value: &JsValue) {
        let Some(waiting) = self.flight(serial, |flight| flight.head.is_none()) else { return };
        if waiting && let (Some(status), Ok(text)) = (get(value, "status").as_f64(), call(value, "text", &[]))
        {
            let head = (status as u16, self.wait_asked(&get(value, "headers")));
            let function = self.flight(serial, |flight| {
                flight.head = Some(head);
                flight.listener.as_ref().clone()
            });
            let function = function.unwrap_or_default();
            call(&text, "then", &[function.clone(), function]).ok();
            return;
        }
        let head = self.flight(serial, |flight| flight.head).flatten();
        let flight = {
            let mut flights = self.flights.borrow_mut();
            let at = flights.iter().position(|flight| flight.serial == serial);
            at.map(|at| flights.remove(at))
        };
        match (head, value.as_string()) {
            (Some((status, retry_after)), Some(text)) => {
                let observation = (200..300).contains(&status).then(|| observe(&text, &self.order_id));
                let verdict = observation.as_ref().map(verdict);
                self.feed(Event::Answer { serial, status, verdict, retry_after }, observation);
            }
            _ => self.feed(Event::FetchFailed(serial), None),
        }
        // Only now: this runs inside the flight's own listener.
        drop(flight);
    }

    fn flight<T>(&self, serial: u32, use_it: impl FnOnce(&mut Flight) -> T) -> Option<T> {
        self.flights.borrow_mut().iter_mut().find(|flight| flight.serial == serial).map(use_it)
    }

    /// How long the server wants to be left alone: seconds, a date, or the second when a rate limit ends.
    fn wait_asked(&self, headers: &JsValue) -> Option<u64> {
        let header =
            |name: &str| call(headers, "get", &[name.into()]).ok().and_then(|value| value.as_string());
        let now = self.now();
        if let Some(value) = header("retry-after") {
            return match value.trim().parse::<u64>() {
                Ok(seconds) => seconds.checked_mul(1000),
                Err(_) => Some((Date::parse(&value) as u64).saturating_sub(now)),
            };
        }
        let reset = header("x-ratelimit-reset")?.trim().parse::<u64>().ok()?;
        Some(reset.checked_mul(1000)?.saturating_sub(now))
    }

    fn call_host(&self, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
        let (this, function) = host(&self.sink, name);
        apply(&function, &this, arguments)
    }
}

fn verdict(observation: &Observation) -> Verdict {
    match observation {
        Observation::Valid(_, facts) => Verdict::Valid(*facts),
        Observation::Invalid(_) => Verdict::Invalid,
    }
}

/// The heartbeat a `config` event announces, in milliseconds.
fn heartbeat(data: &JsValue) -> Option<u64> {
    let data = data.as_string()?;
    json::parse(&data).ok()?.get("heartbeatMs")?.text_or_digits()?.parse().ok()
}

fn fault_name(fault: Option<Fault>) -> (JsValue, JsValue) {
    let mut status = JsValue::UNDEFINED;
    let name = match fault {
        None => return (JsValue::UNDEFINED, status),
        Some(Fault::Stream) => "stream",
        Some(Fault::Silent) => "silent",
        Some(Fault::Network) => "network",
        Some(Fault::Status(code)) => {
            status = code.into();
            "status"
        }
        Some(Fault::Payload) => "payload",
        Some(Fault::Unsupported) => "unsupported",
    };
    (name.into(), status)
}

fn url(base: &str, endpoint: &Endpoint, order_id: &str) -> String {
    let mut url = base.to_owned();
    let (before, after) = text::split_once(endpoint.path, "{}").unwrap_or((endpoint.path, ""));
    url.push_str(before);
    url.push_str(order_id);
    url.push_str(after);
    url
}

// Dynamic access: what is absent is undefined, and calling it is an error to be ignored.

fn get(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &name.into()).unwrap_or_default()
}

/// Something of the sink's, or else of the global scope, and what to call it on.
fn host(sink: &JsValue, name: &str) -> (JsValue, JsValue) {
    let own = get(sink, name);
    if own.is_undefined() {
        let global = JsValue::from(global());
        let value = get(&global, name);
        (global, value)
    } else {
        (sink.clone(), own)
    }
}

fn list(values: &[JsValue]) -> Array {
    values.iter().collect()
}

fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &(*name).into(), value).ok();
    }
    object.into()
}

fn apply(function: &JsValue, this: &JsValue, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    match function.dyn_ref::<Function>() {
        Some(function) => Reflect::apply(function, this, &list(arguments)),
        None => Err(JsValue::UNDEFINED),
    }
}

fn call(target: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    apply(&get(target, method), target, arguments)
}

fn construct(class: &JsValue, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    match class.dyn_ref::<Function>() {
        Some(class) => Reflect::construct(class, &list(arguments)),
        None => Err(JsValue::UNDEFINED),
    }
}
