//! The watch's driver in a real engine, over an `EventSource`, a `fetch`, a page and a clock of the test's own.

use cryptorefills_checkout::browser::watch;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(inline_js = r#"
class Target {
  constructor(world) { this.world = world; this.listeners = []; }
  addEventListener(type, run) { this.listeners.push([type, run]); this.world.live++; }
  removeEventListener(type, run) {
    const at = this.listeners.findIndex(([t, r]) => t === type && r === run);
    if (at >= 0) { this.listeners.splice(at, 1); this.world.live--; }
  }
  emit(type, extra = {}) {
    for (const [t, run] of [...this.listeners]) if (t === type) run({ type, target: this, ...extra });
  }
}

export class World {
  constructor() {
    this.time = 1000000; this.timers = []; this.live = 0; this.sources = []; this.requests = []; this.log = [];
    this.openedAt = []; this.asked = {};
    const world = this;
    const page = new Target(this);
    const document = new Target(this);
    document.visibilityState = 'visible';
    this.page = page; this.document = document;
    this.env = {
      now: () => world.time,
      setTimeout: (run, ms) => { const timer = { run, at: world.time + ms }; world.timers.push(timer); return timer; },
      clearTimeout: (timer) => { world.timers = world.timers.filter((other) => other !== timer); },
      window: page, document,
      EventSource: class extends Target {
        constructor(url) {
          super(world);
          this.url = url; this.readyState = 0; world.sources.push(this); world.openedAt.push(world.time - 1000000);
          if (world.openSources() > 1) throw new Error('two sources');
        }
        close() { this.readyState = 2; this.closed = true; }
      },
      fetch: (url, init) => new Promise((resolve, reject) => {
        world.requests.push({ url, init, resolve, reject });
        init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      }),
    };
    const say = (name) => (...args) => {
      world.log.push([name, ...args.filter((arg) => arg !== undefined)].join(' '));
      world.asked[name]?.();
    };
    this.sink = { ...this.env };
    for (const name of ['order', 'invalid', 'state', 'error', 'end']) this.sink[name] = say(name);
  }
  getSink() { return this.sink; }
  without(name) { this.sink[name] = null; }
  on(name, run) { this.asked[name] = run; }
  openSources() { return this.sources.filter((source) => !source.closed).length; }
  count() { return this.sources.length; }
  opened() { return this.openedAt.join(' '); }
  url() { return this.sources.at(-1).url; }
  source(type) { this.sources.at(-1).readyState = type === 'open' ? 1 : this.sources.at(-1).readyState; this.sources.at(-1).emit(type); }
  message(type, data, id) { this.sources.at(-1).emit(type, { data, lastEventId: id ?? '' }); }
  fail(closed) { const source = this.sources.at(-1); source.readyState = closed ? 2 : 0; source.emit('error'); }
  late(type, data) { this.sources.at(-2).emit(type, { data }); }
  pageEvent(type) { this.page.emit(type); }
  setVisible(yes) { this.document.visibilityState = yes ? 'visible' : 'hidden'; this.document.emit('visibilitychange'); }
  asks() { return this.requests.length; }
  request() { const { url, init } = this.requests.at(-1); return `${url} ${init.headers.Accept} ${init.cache}`; }
  async answer(status, body, retryAfter) {
    this.requests.at(-1).resolve({
      status, headers: { get: (name) => (name === 'retry-after' ? retryAfter ?? null : null) }, text: async () => body,
    });
    for (let turn = 0; turn < 5; turn++) await null;
  }
  async breakRequest() {
    this.requests.at(-1).reject(new TypeError('no route'));
    for (let turn = 0; turn < 5; turn++) await null;
  }
  async turns() { for (let turn = 0; turn < 5; turn++) await null; }
  advance(ms) {
    const until = this.time + ms;
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.time = Math.max(this.time, next.at);
      this.timers = this.timers.filter((timer) => timer !== next);
      next.run();
    }
    this.time = until;
  }
  wake() { return this.timers.length === 1 ? this.timers[0].at - this.time : -this.timers.length; }
  heard() { const log = this.log.join('\n'); this.log = []; return log; }
  left() { return `${this.live} listeners, ${this.timers.length} timers, ${this.openSources()} sources`; }
}
"#)]
extern "C" {
    type World;
    #[wasm_bindgen(constructor)]
    fn new() -> World;
    #[wasm_bindgen(method, js_name = getSink)]
    fn sink(this: &World) -> JsValue;
    #[wasm_bindgen(method)]
    fn without(this: &World, name: &str);
    #[wasm_bindgen(method)]
    fn on(this: &World, name: &str, run: &js_sys::Function);
    #[wasm_bindgen(method)]
    fn count(this: &World) -> u32;
    #[wasm_bindgen(method)]
    fn opened(this: &World) -> String;
    #[wasm_bindgen(method)]
    fn url(this: &World) -> String;
    #[wasm_bindgen(method)]
    fn source(this: &World, kind: &str);
    #[wasm_bindgen(method)]
    fn message(this: &World, kind: &str, data: &str, id: Option<&str>);
    #[wasm_bindgen(method)]
    fn fail(this: &World, closed: bool);
    #[wasm_bindgen(method)]
    fn late(this: &World, kind: &str, data: &str);
    #[wasm_bindgen(method, js_name = pageEvent)]
    fn page_event(this: &World, kind: &str);
    #[wasm_bindgen(method, js_name = setVisible)]
    fn set_visible(this: &World, yes: bool);
    #[wasm_bindgen(method)]
    fn asks(this: &World) -> u32;
    #[wasm_bindgen(method)]
    fn request(this: &World) -> String;
    #[wasm_bindgen(method)]
    fn answer(this: &World, status: u16, body: &str, retry_after: Option<&str>) -> js_sys::Promise;
    #[wasm_bindgen(method, js_name = breakRequest)]
    fn break_request(this: &World) -> js_sys::Promise;
    #[wasm_bindgen(method)]
    fn turns(this: &World) -> js_sys::Promise;
    #[wasm_bindgen(method)]
    fn advance(this: &World, ms: u32);
    #[wasm_bindgen(method)]
    fn wake(this: &World) -> i32;
    #[wasm_bindgen(method)]
    fn heard(this: &World) -> String;
    #[wasm_bindgen(method)]
    fn left(this: &World) -> String;
}

const ID: &str = "7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162";

fn order(state: &str, updated_at: u32) -> String {
    format!(r#"{{"order_id":"{ID}","order_state":"{state}","updated_at":{updated_at},"deliveries":[]}}"#)
}

/// Settings as the facade passes them: an object, nested where names have a dot.
fn settings(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap()
}

/// A watch without chance in its delays, and with nothing asked for by request unless the test is about that.
fn start(world: &World, json: &str) -> u32 {
    watch::start(ID, "/api", &settings(json), world.sink()).unwrap()
}

const EXACT: &str = r#"{"backoff":{"jitter":0},"transport":"sse","recheck":0}"#;

async fn settled(promise: js_sys::Promise) {
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
}

#[wasm_bindgen_test]
fn an_order_is_followed_to_its_stop() {
    let world = World::new();
    let id = start(&world, EXACT);
    assert_eq!(world.heard(), "state connecting 0");
    assert_eq!(world.url(), format!("/api/orders/{ID}/subscribe"));
    world.source("open");
    assert_eq!(world.heard(), "state live 0");
    world.message("message", &order("WaitingForPayment", 1), None);
    assert_eq!(world.heard(), format!("order {}", order("WaitingForPayment", 1)));
    world.message("message", &order("Done", 2), None);
    world.message("stop", "", None);
    assert_eq!(world.heard(), format!("order {}\nstate ended 0\nend stop", order("Done", 2)));
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
    world.page_event("online");
    world.advance(3_600_000);
    watch::refresh(id);
    watch::close(id, false);
    assert_eq!((world.heard().as_str(), world.count()), ("", 1));
}

#[wasm_bindgen_test]
fn attempts_follow_the_exact_series() {
    let world = World::new();
    let id = start(&world, EXACT);
    for wait in [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
        world.fail(false);
        assert_eq!(world.wake(), wait);
        world.advance(wait as u32 - 1);
        let before = world.count();
        world.advance(1);
        assert_eq!(world.count(), before + 1);
    }
    assert_eq!(world.opened(), "0 1000 3000 7000 15000 31000 61000 91000");
    watch::close(id, false);
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}

#[wasm_bindgen_test]
fn a_good_message_resets_the_series_and_a_bad_one_does_not() {
    let world = World::new();
    let id = start(&world, EXACT);
    world.fail(false);
    world.advance(1000);
    world.source("open");
    world.heard();
    world.message("message", "<html>", None);
    assert!(world.heard().starts_with("invalid [{\"path\":\"\",\"code\":\"NOT_JSON\""));
    world.message("message", &order("Done", 1).replace("7c1b", "0000"), None);
    assert!(world.heard().contains("OTHER_ORDER"));
    world.fail(false);
    assert_eq!(world.wake(), 2000);
    world.advance(2000);
    world.message("message", &order("PaymentStarted", 1), None);
    world.advance(2000);
    world.fail(false);
    assert_eq!(world.wake(), 1000);
    watch::close(id, false);
}

#[wasm_bindgen_test]
fn what_an_old_stream_says_is_not_heard() {
    let world = World::new();
    let id = start(&world, EXACT);
    world.fail(false);
    world.advance(1000);
    world.heard();
    world.late("message", &order("Done", 9));
    world.late("stop", "");
    assert_eq!(world.heard(), "");
    watch::close(id, false);
}

#[wasm_bindgen_test]
fn a_message_named_error_or_open_is_no_fault() {
    let world = World::new();
    let id = start(&world, EXACT);
    world.message("error", "{\"oops\":1}", None);
    world.message("open", "x", None);
    assert_eq!((world.count(), world.heard().as_str()), (1, "state connecting 0"));
    watch::close(id, false);
}

#[wasm_bindgen_test]
fn the_resume_id_travels_in_the_address() {
    let world = World::new();
    let id = start(&world, EXACT);
    world.message("message", &order("PaymentStarted", 1), Some("a b&7"));
    world.advance(2000);
    world.fail(false);
    world.advance(1000);
    assert_eq!(world.url(), format!("/api/orders/{ID}/subscribe?lastEventId=a%20b%267"));
    watch::close(id, false);
}

#[wasm_bindgen_test]
async fn a_refused_stream_is_asked_about() {
    let world = World::new();
    start(&world, "{}");
    world.fail(true);
    assert_eq!(world.asks(), 0);
    world.advance(50);
    assert_eq!(world.request(), format!("/api/orders/{ID} application/json no-store"));
    world.heard();
    settled(world.answer(404, "{}", None)).await;
    assert_eq!(world.heard(), "state ended 1 stream\nend fatal status 404");
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}

#[wasm_bindgen_test]
async fn a_server_s_wish_to_be_left_alone_is_honoured() {
    let world = World::new();
    let id = start(&world, "{}");
    world.fail(true);
    world.advance(50);
    settled(world.answer(429, "slow down", Some("20"))).await;
    world.advance(19_999);
    assert_eq!((world.count(), world.asks()), (1, 1));
    world.advance(1);
    assert_eq!(world.count(), 2);
    watch::close(id, false);
}

#[wasm_bindgen_test]
async fn polling_steps_in_and_the_stream_comes_back() {
    let world = World::new();
    let id = start(&world, r#"{"backoff":{"jitter":0}}"#);
    for wait in [1000, 2000, 0] {
        world.fail(false);
        world.advance(wait);
    }
    assert_eq!(world.asks(), 1);
    settled(world.answer(200, &order("WaitingForPayment", 1), None)).await;
    assert!(world.heard().contains("order {"));
    let mut asks = 1;
    for stamp in 2..=5 {
        assert!((5000..=10_000).contains(&world.wake()), "{}", world.wake());
        world.advance(world.wake() as u32);
        asks += 1;
        assert_eq!(world.asks(), asks);
        settled(world.answer(200, &order("WaitingForPayment", stamp), None)).await;
        assert_eq!(world.heard().matches("order {").count(), 1);
    }
    while world.count() < 4 {
        world.advance(world.wake() as u32);
        settled(world.answer(200, &order("WaitingForPayment", 5), None)).await;
    }
    world.message("message", &order("PaymentStarted", 6), None);
    assert!(world.heard().contains("state live 0"));
    watch::close(id, false);
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}

#[wasm_bindgen_test]
async fn without_event_source_page_or_abort_controller_there_is_polling() {
    let world = World::new();
    for name in ["EventSource", "window", "document", "AbortController"] {
        world.without(name);
    }
    start(&world, "{}");
    assert_eq!((world.count(), world.asks()), (0, 1));
    settled(world.break_request()).await;
    assert!(world.heard().contains("error network"));
    world.advance(10_000);
    settled(world.answer(200, &order("Done", 2), None)).await;
    assert!(world.heard().ends_with("end final"));
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}

#[wasm_bindgen_test]
async fn coming_back_from_the_wallet_takes_one_request() {
    let world = World::new();
    let id = start(&world, "{}");
    world.source("open");
    world.message("message", &order("WaitingForPayment", 1), None);
    world.set_visible(false);
    world.advance(40_000);
    world.fail(false);
    assert!(world.heard().contains("state paused"));
    world.advance(600_000);
    assert_eq!((world.count(), world.asks()), (1, 0));
    world.set_visible(true);
    assert_eq!((world.count(), world.asks()), (2, 1));
    settled(world.answer(200, &order("PaymentReceived", 2), None)).await;
    assert!(world.heard().contains("PaymentReceived"));
    watch::close(id, false);
}

#[wasm_bindgen_test]
fn a_page_in_the_back_forward_cache_holds_nothing() {
    let world = World::new();
    let id = start(&world, "{}");
    world.source("open");
    world.advance(1000);
    world.fail(true);
    world.page_event("pagehide");
    assert_eq!(world.left(), "5 listeners, 0 timers, 0 sources");
    assert!(!world.heard().contains("error"));
    world.page_event("pageshow");
    assert_eq!(world.count(), 2);
    watch::close(id, false);
}

#[wasm_bindgen_test]
async fn an_abandoned_request_is_inert_and_let_go() {
    let world = World::new();
    let id = start(&world, r#"{"transport":"poll"}"#);
    watch::close(id, true);
    assert!(world.heard().ends_with("end aborted"));
    settled(world.turns()).await;
    settled(world.answer(200, &order("Done", 2), None)).await;
    assert_eq!(world.heard(), "");
}

#[wasm_bindgen_test]
fn closing_inside_a_callback_is_heard_of_once_and_last() {
    for callback in ["order", "state", "invalid"] {
        let world = World::new();
        let number = std::rc::Rc::new(std::cell::Cell::new(0));
        let named = std::rc::Rc::clone(&number);
        let close = wasm_bindgen::closure::Closure::<dyn Fn()>::new(move || {
            watch::refresh(named.get());
            watch::close(named.get(), false);
        });
        number.set(start(&world, EXACT));
        world.on(callback, wasm_bindgen::JsCast::unchecked_ref(close.as_ref()));
        world.message("message", if callback == "invalid" { "no" } else { "" }, None);
        world.message("message", &order("Done", 1), None);
        let heard = world.heard();
        assert!(heard.ends_with("end closed"), "{heard}");
        assert_eq!(heard.matches("end closed").count(), 1, "{heard}");
        assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
    }
}

#[wasm_bindgen_test]
fn a_callback_that_throws_changes_nothing() {
    let world = World::new();
    let id = start(&world, EXACT);
    let throw = wasm_bindgen::closure::Closure::<dyn Fn() -> Result<(), JsValue>>::new(|| Err("no".into()));
    world.on("order", wasm_bindgen::JsCast::unchecked_ref(throw.as_ref()));
    world.message("message", &order("WaitingForPayment", 1), None);
    world.message("message", &order("Done", 2), None);
    assert_eq!(world.heard().matches("order {").count(), 2);
    watch::close(id, false);
}

#[wasm_bindgen_test]
fn what_cannot_be_used_is_named() {
    let world = World::new();
    let refuse = |id: &str, json: &str| {
        watch::start(id, "/api", &settings(json), world.sink()).unwrap_err().as_string().unwrap()
    };
    assert_eq!(refuse("../x", "{}"), "orderId");
    assert_eq!(refuse(ID, r#"{"backoff":{"initial":"soon"}}"#), "backoff.initial");
    assert_eq!(refuse(ID, r#"{"poll":{"min":9000,"max":8000}}"#), "poll.max");
    assert_eq!(refuse(ID, r#"{"transport":"carrier pigeon"}"#), "transport");
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}

#[wasm_bindgen_test]
fn two_thousand_reconnects_leave_nothing_behind() {
    let world = World::new();
    let id =
        start(&world, r#"{"backoff":{"initial":1000,"max":1000,"jitter":0},"transport":"sse","recheck":0}"#);
    let before = world.left();
    for stamp in 0..2000 {
        world.message("message", &order("WaitingForPayment", stamp), None);
        world.fail(false);
        world.advance(30_000);
    }
    assert!(world.count() >= 2000, "{}", world.count());
    assert_eq!(world.left(), before);
    watch::close(id, false);
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}
