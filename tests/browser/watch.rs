//! The watch's machine and its driver together in a real engine, over an `EventSource`, a `fetch`, a page and a
//! clock of the test's own.

use std::rc::Rc;

use cryptorefills_checkout::browser::watch;
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(module = "/tests/browser/world.js")]
extern "C" {
    type World;
    #[wasm_bindgen(constructor)]
    fn new() -> World;
    #[wasm_bindgen(method)]
    fn machine(this: &World, exports: &JsValue) -> JsValue;
    #[wasm_bindgen(method, js_name = getEnv)]
    fn env(this: &World) -> JsValue;
    #[wasm_bindgen(method, js_name = getReport)]
    fn report(this: &World) -> JsValue;
    #[wasm_bindgen(method)]
    fn without(this: &World, name: &str);
    #[wasm_bindgen(method)]
    fn on(this: &World, name: &str, run: &JsValue);
    #[wasm_bindgen(method)]
    fn count(this: &World) -> u32;
    #[wasm_bindgen(method)]
    fn opened(this: &World) -> String;
    #[wasm_bindgen(method)]
    fn url(this: &World) -> String;
    #[wasm_bindgen(method)]
    fn open(this: &World);
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
    fn requested(this: &World) -> String;
    #[wasm_bindgen(method)]
    fn answer(this: &World, status: u16, body: &str, retry_after: Option<&str>) -> Promise;
    #[wasm_bindgen(method, js_name = breakRequest)]
    fn break_request(this: &World) -> Promise;
    #[wasm_bindgen(method)]
    fn turns(this: &World) -> Promise;
    #[wasm_bindgen(method)]
    fn advance(this: &World, ms: u32);
    #[wasm_bindgen(method)]
    fn wake(this: &World) -> i32;
    #[wasm_bindgen(method)]
    fn heard(this: &World) -> String;
    #[wasm_bindgen(method)]
    fn left(this: &World) -> String;
}

#[wasm_bindgen(module = "/npm/src/watch-driver.js")]
extern "C" {
    type WatchDriver;
    #[wasm_bindgen(constructor)]
    fn new(
        machine: &JsValue,
        settings: &JsValue,
        request: &JsValue,
        report: &JsValue,
        env: &JsValue,
    ) -> WatchDriver;
    #[wasm_bindgen(method)]
    fn start(this: &WatchDriver);
    #[wasm_bindgen(method)]
    fn refresh(this: &WatchDriver);
    #[wasm_bindgen(method)]
    fn close(this: &WatchDriver);
}

const ID: &str = "7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162";

fn order(state: &str, updated_at: u32) -> String {
    format!(r#"{{"order_id":"{ID}","order_state":"{state}","updated_at":{updated_at},"deliveries":[]}}"#)
}

type Make = Closure<dyn Fn(u32, Vec<u32>)>;
type Tell = Closure<dyn Fn(u32, u32, u32, u32, u32, f64, String) -> String>;

/// The module's exports.
fn exports() -> JsValue {
    let make: Make = Closure::new(|id, settings: Vec<u32>| watch::create(id, &settings));
    let tell: Tell = Closure::new(|id, kind, serial, value, wait, now, text: String| {
        watch::event(id, kind, serial, value, wait, now, &text)
    });
    let machine = Object::new();
    Reflect::set(&machine, &"watchNew".into(), &make.into_js_value()).unwrap();
    Reflect::set(&machine, &"watchEvent".into(), &tell.into_js_value()).unwrap();
    machine.into()
}

fn start(world: &World, transport: &str, numbers: [u32; 13]) -> WatchDriver {
    let settings = format!(
        r#"{{"orderId":"{ID}","transport":"{transport}","keepExpired":false,"everyState":false,"numbers":{numbers:?}}}"#
    );
    let request =
        format!(r#"{{"url":"/api/orders/{ID}","headers":{{}},"streamUrl":"/api/orders/{ID}/subscribe"}}"#);
    let parse = |text: &str| js_sys::JSON::parse(text).unwrap();
    let driver = WatchDriver::new(
        &world.machine(&exports()),
        &parse(&settings),
        &parse(&request),
        &world.report(),
        &world.env(),
    );
    driver.start();
    driver
}

/// The usual settings.
const USUAL: [u32; 13] =
    [1000, 30_000, 1024, 5000, 10_000, 3, 60_000, 3072, 10_000, 10_000, 60_000, 30_000, 270_000];
/// The stream alone, with nothing left to chance and no request beside it.
const EXACT: [u32; 13] = [1000, 30_000, 0, 5000, 10_000, 3, 60_000, 3072, 10_000, 10_000, 0, 30_000, 270_000];
/// As usual, with nothing left to chance in the waits.
const STEADY: [u32; 13] =
    [1000, 30_000, 0, 5000, 10_000, 3, 60_000, 3072, 10_000, 10_000, 60_000, 30_000, 270_000];

async fn settled(promise: Promise) {
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
}

#[wasm_bindgen_test]
fn an_order_is_followed_to_its_stop() {
    let world = World::new();
    let driver = start(&world, "sse", EXACT);
    assert_eq!(world.heard(), "state connecting 0");
    assert_eq!(world.url(), format!("/api/orders/{ID}/subscribe"));
    world.open();
    assert_eq!(world.heard(), "state live 0");
    world.message("message", &order("WaitingForPayment", 1), None);
    assert_eq!(world.heard(), format!("order {}", order("WaitingForPayment", 1)));
    world.message("message", &order("Done", 2), None);
    world.message("stop", "", None);
    assert_eq!(world.heard(), format!("order {}\nstate ended 0\nend stop", order("Done", 2)));
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
    world.page_event("online");
    world.advance(3_600_000);
    driver.refresh();
    driver.close();
    assert_eq!((world.heard().as_str(), world.count()), ("", 1));
}

#[wasm_bindgen_test]
fn attempts_follow_the_exact_series() {
    let world = World::new();
    let driver = start(&world, "sse", EXACT);
    for wait in [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
        world.fail(false);
        assert_eq!(world.wake(), wait);
        world.advance(wait as u32 - 1);
        let before = world.count();
        world.advance(1);
        assert_eq!(world.count(), before + 1);
    }
    assert_eq!(world.opened(), "0 1000 3000 7000 15000 31000 61000 91000");
    driver.close();
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}

#[wasm_bindgen_test]
fn a_good_message_resets_the_series_and_a_bad_one_does_not() {
    let world = World::new();
    let driver = start(&world, "sse", EXACT);
    world.fail(false);
    world.advance(1000);
    world.open();
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
    driver.close();
}

#[wasm_bindgen_test]
fn what_an_old_stream_says_is_not_heard() {
    let world = World::new();
    let driver = start(&world, "sse", EXACT);
    world.fail(false);
    world.advance(1000);
    world.heard();
    world.late("message", &order("Done", 9));
    world.late("stop", "");
    assert_eq!(world.heard(), "");
    driver.close();
}

#[wasm_bindgen_test]
fn a_message_named_error_or_open_is_no_fault() {
    let world = World::new();
    let driver = start(&world, "sse", EXACT);
    world.message("error", "{\"oops\":1}", None);
    world.message("open", "x", None);
    assert_eq!((world.count(), world.heard().as_str()), (1, "state connecting 0"));
    driver.close();
}

#[wasm_bindgen_test]
fn the_resume_id_travels_in_the_address() {
    let world = World::new();
    let driver = start(&world, "sse", EXACT);
    world.message("message", &order("PaymentStarted", 1), Some("a b&7"));
    world.advance(2000);
    world.fail(false);
    world.advance(1000);
    assert_eq!(world.url(), format!("/api/orders/{ID}/subscribe?lastEventId=a%20b%267"));
    driver.close();
}

#[wasm_bindgen_test]
async fn a_refused_stream_is_asked_about() {
    let world = World::new();
    start(&world, "auto", USUAL);
    world.fail(true);
    assert_eq!(world.asks(), 0);
    world.advance(50);
    assert_eq!(world.requested(), format!("/api/orders/{ID} application/json no-store"));
    world.heard();
    settled(world.answer(404, "{}", None)).await;
    assert_eq!(world.heard(), "state ended 1 stream\nend fatal status 404");
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}

#[wasm_bindgen_test]
async fn a_server_s_wish_to_be_left_alone_is_honoured() {
    let world = World::new();
    let driver = start(&world, "auto", USUAL);
    world.fail(true);
    world.advance(50);
    settled(world.answer(429, "slow down", Some("20"))).await;
    world.advance(19_999);
    assert_eq!((world.count(), world.asks()), (1, 1));
    world.advance(1);
    assert_eq!(world.count(), 2);
    driver.close();
}

#[wasm_bindgen_test]
async fn polling_steps_in_and_the_stream_comes_back() {
    let world = World::new();
    let driver = start(&world, "auto", STEADY);
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
    driver.close();
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}

#[wasm_bindgen_test]
async fn without_event_source_page_or_abort_controller_there_is_polling() {
    let world = World::new();
    for name in ["EventSource", "window", "document", "AbortController"] {
        world.without(name);
    }
    start(&world, "auto", USUAL);
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
    let driver = start(&world, "auto", USUAL);
    world.open();
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
    driver.close();
}

#[wasm_bindgen_test]
fn a_page_in_the_back_forward_cache_holds_nothing() {
    let world = World::new();
    let driver = start(&world, "auto", USUAL);
    world.open();
    world.advance(1000);
    world.fail(true);
    world.page_event("pagehide");
    assert_eq!(world.left(), "6 listeners, 0 timers, 0 sources");
    assert!(!world.heard().contains("error"));
    world.page_event("pageshow");
    assert_eq!(world.count(), 2);
    driver.close();
}

#[wasm_bindgen_test]
async fn an_abandoned_request_is_inert_and_let_go() {
    let world = World::new();
    let driver = start(&world, "poll", USUAL);
    driver.close();
    assert!(world.heard().ends_with("end closed"));
    settled(world.turns()).await;
    settled(world.answer(200, &order("Done", 2), None)).await;
    assert_eq!(world.heard(), "");
}

#[wasm_bindgen_test]
fn closing_inside_a_report_ends_it_once() {
    for report in ["order", "state", "invalid"] {
        let world = World::new();
        let driver = Rc::new(start(&world, "sse", EXACT));
        let named = Rc::clone(&driver);
        let close: Closure<dyn Fn()> = Closure::new(move || {
            named.refresh();
            named.close();
        });
        world.on(report, close.as_ref());
        world.message("message", "no order", None);
        world.message("message", &order("Done", 1), None);
        let heard = world.heard();
        assert!(heard.ends_with("end closed"), "{heard}");
        assert_eq!(heard.matches("end closed").count(), 1, "{heard}");
        assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
    }
}

#[wasm_bindgen_test]
fn two_thousand_reconnects_leave_nothing_behind() {
    let world = World::new();
    let driver = start(&world, "sse", EXACT);
    let live = world.left();
    let mut memory = 0;
    for stamp in 0..2000 {
        world.message("message", &order("WaitingForPayment", stamp), None);
        world.fail(false);
        world.advance(world.wake() as u32);
        world.heard();
        if stamp == 200 {
            memory = std::arch::wasm32::memory_size(0);
        }
    }
    assert_eq!(world.count(), 2001);
    assert_eq!(world.left(), live);
    assert_eq!(std::arch::wasm32::memory_size(0), memory);
    driver.close();
    assert_eq!(world.left(), "0 listeners, 0 timers, 0 sources");
}
