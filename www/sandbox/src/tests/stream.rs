//! What subscribers are sent, and how their streams end.

use std::time::Duration;

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::Response,
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::{Answer, Caller, ORDERS, answer, item, request};

/// A stream read to its end.
#[derive(Debug, Default, PartialEq)]
pub struct Reading {
    pub events: Vec<(Option<String>, String)>,
    pub comments: usize,
    pub packets: Vec<String>,
    pub broken: bool,
}

impl Reading {
    /// The orders that came as messages.
    pub fn orders(&self) -> Vec<Value> {
        let message = |name: &Option<String>| name.as_deref().is_none_or(|name| name == "message");
        let messages = self.events.iter().filter(|(name, _)| message(name));
        messages.filter_map(|(_, data)| serde_json::from_str(data).ok()).collect()
    }

    pub fn states(&self) -> Vec<String> {
        let orders = self.orders();
        orders.iter().filter_map(|order| order["order_state"].as_str().map(str::to_owned)).collect()
    }

    pub fn stopped(&self) -> bool {
        self.events.last().is_some_and(|(name, _)| name.as_deref() == Some("stop"))
    }
}

pub async fn subscribe(caller: &Caller, id: &Value) -> Response {
    let path = format!("{ORDERS}/{}/subscribe", id.as_str().unwrap());
    caller.send(request("GET", &path, Body::empty())).await
}

pub async fn read(response: Response) -> Reading {
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/event-stream"));
    let mut body = response.into_body();
    let (mut reading, mut bytes) = (Reading::default(), Vec::new());
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => {
                let data = frame.into_data().unwrap();
                reading.packets.push(String::from_utf8_lossy(&data).into_owned());
                bytes.extend(data);
            }
            Err(_) => reading.broken = true,
        }
    }
    let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n").replace('\r', "\n");
    let (mut name, mut data) = (None, Vec::new());
    for line in text.lines() {
        match line.split_once(": ") {
            None if line.is_empty() => {
                if !data.is_empty() {
                    reading.events.push((name.take(), std::mem::take(&mut data).join("\n")));
                }
            }
            Some(("", _)) => reading.comments += 1,
            Some(("event", value)) => name = Some(value.to_owned()),
            Some(("data", value)) => data.push(value),
            Some(("id" | "retry" | "\u{feff}data", _)) => {}
            _ => panic!("a line of an unknown kind: {line}"),
        }
    }
    assert!(data.is_empty(), "an event without its empty line");
    reading
}

const COURSE: [&str; 5] =
    ["WaitingForPayment", "PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done"];

#[tokio::test(start_paused = true)]
async fn a_snapshot_every_change_then_stop_in_four_forms() {
    let caller = Caller::new();
    let mut names = Vec::new();
    for _ in 0..4 {
        let order = caller.order("buyer@example.net").await;
        let reading = read(subscribe(&caller, &order["order_id"]).await).await;
        assert_eq!(reading.states(), COURSE);
        assert!(reading.stopped() && !reading.broken);
        assert!(reading.comments > 0, "no sign of life in a quiet time");
        names.push(reading.events[0].0.clone());
        let last: Value = serde_json::from_str(&reading.events[4].1).unwrap();
        assert!(last["deliveries"][0]["deliverable"]["pin_code"].is_string());
    }
    assert_eq!(names, [None, Some("message".to_owned()), None, Some("message".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn the_snapshot_comes_at_once() {
    let caller = Caller::new();
    let order = caller.order("buyer@example.net").await;
    let mut body = subscribe(&caller, &order["order_id"]).await.into_body();
    let frame = timeout(Duration::from_millis(50), body.frame()).await.unwrap().unwrap().unwrap();
    assert!(frame.into_data().unwrap().starts_with(b"data: {\"order_id\""));
}

#[tokio::test(start_paused = true)]
async fn one_form_splits_letters_between_packets() {
    let caller = Caller::new();
    for _ in 0..2 {
        caller.order("buyer@example.net").await;
    }
    let mut cafe = item("Café Zéphyr & Fils", "FR", "range");
    cafe["product_value"] = json!(15);
    let order = caller.post(ORDERS, &super::body("buyer@example.net", json!([cafe]))).await.body;
    let reading = read(subscribe(&caller, &order["order_id"]).await).await;
    assert_eq!(reading.states(), COURSE);
    assert!(reading.packets[0].ends_with('\u{fffd}'), "{:?}", reading.packets[0]);
}

#[tokio::test(start_paused = true)]
async fn a_late_subscriber_starts_from_what_is_now() {
    let caller = Caller::new();
    let order = caller.order("buyer@example.net").await;
    sleep(Duration::from_millis(9_500)).await;
    let reading = read(subscribe(&caller, &order["order_id"]).await).await;
    assert_eq!(reading.states(), COURSE[2..]);
    let again = read(subscribe(&caller, &order["order_id"]).await).await;
    assert_eq!((again.states(), again.stopped(), again.comments), (vec!["Done".to_owned()], true, 0));
}

#[tokio::test(start_paused = true)]
async fn several_subscribers_hear_the_same() {
    let caller = Caller::new();
    let order = caller.order("refund@example.com").await;
    let id = &order["order_id"];
    let (one, other) = (subscribe(&caller, id).await, subscribe(&caller, id).await);
    assert_eq!(caller.sandbox.streams.open(), 2);
    let (one, other) = tokio::join!(read(one), read(other));
    assert_eq!(one, other);
    assert_eq!(one.states().last().unwrap(), "Refunded");
    assert_eq!(caller.sandbox.streams.open(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_misses_nothing() {
    let caller = Caller::new();
    let order = caller.order("buyer@example.net").await;
    let response = subscribe(&caller, &order["order_id"]).await;
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    sleep(Duration::from_secs(60)).await;
    let rest =
        read(Response::builder().header(header::CONTENT_TYPE, "text/event-stream").body(body).unwrap()).await;
    assert_eq!(rest.states(), COURSE[1..]);
}

#[tokio::test(start_paused = true)]
async fn dropped_once_without_stop() {
    let caller = Caller::new();
    let order = caller.order("drop@example.com").await;
    let first = read(subscribe(&caller, &order["order_id"]).await).await;
    assert_eq!(first.states(), COURSE[..2]);
    assert!(first.broken && !first.stopped());
    let second = read(subscribe(&caller, &order["order_id"]).await).await;
    assert_eq!(second.states(), COURSE[1..]);
    assert!(!second.broken && second.stopped());
}

#[tokio::test(start_paused = true)]
async fn a_mute_stream_says_nothing_until_it_is_cut() {
    let caller = Caller::new();
    let order = caller.order("mute@example.com").await;
    let response = subscribe(&caller, &order["order_id"]).await;
    let reading = tokio::spawn(read(response));
    sleep(Duration::from_secs(3_600)).await;
    assert!(!reading.is_finished());
    let dropped = answer(caller.send(request("POST", "/_sandbox/streams/drop", Body::empty())).await).await;
    assert_eq!(dropped.body, json!({ "dropped": 1 }));
    assert_eq!(reading.await.unwrap(), Reading { broken: true, ..Reading::default() });
    assert_eq!(
        caller.get(&format!("{ORDERS}/{}", order["order_id"].as_str().unwrap())).await.body["order_state"],
        "Done"
    );
}

#[tokio::test(start_paused = true)]
async fn the_control_cuts_every_open_stream() {
    let caller = Caller::new();
    let (one, other) = (caller.order("a@example.com").await, caller.order("b@example.com").await);
    let streams = [subscribe(&caller, &one["order_id"]).await, subscribe(&caller, &other["order_id"]).await];
    let readings: Vec<_> = streams.map(|stream| tokio::spawn(read(stream))).into_iter().collect();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(caller.sandbox.streams.drop_all(), 2);
    for reading in readings {
        let reading = reading.await.unwrap();
        assert_eq!(reading.states(), COURSE[..1]);
        assert!(reading.broken && !reading.stopped());
    }
    assert_eq!(caller.sandbox.streams.drop_all(), 0);
    assert!(read(subscribe(&caller, &one["order_id"]).await).await.stopped());
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_streams_in_order() {
    let caller = Caller::new();
    let order = caller.order("buyer@example.net").await;
    let reading = tokio::spawn(read(subscribe(&caller, &order["order_id"]).await));
    sleep(Duration::from_secs(1)).await;
    caller.sandbox.streams.close();
    let reading = reading.await.unwrap();
    assert!(!reading.broken && !reading.stopped());
    let late = read(subscribe(&caller, &order["order_id"]).await).await;
    assert!(!late.broken);
}

#[tokio::test]
async fn no_stream() {
    let caller = Caller::new();
    let refused = |id: Value| {
        let caller = &caller;
        async move { answer(subscribe(caller, &id).await).await }
    };
    let order = caller.order("nostream@example.com").await;
    let Answer { status, body, .. } = refused(order["order_id"].clone()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body["message"].is_string());
    for id in ["7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162", "ord_abc123xyz"] {
        assert_eq!(refused(json!(id)).await.status, StatusCode::NOT_FOUND);
    }
}
