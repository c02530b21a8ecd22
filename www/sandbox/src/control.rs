//! What tests ask of the sandbox itself: which requests it saw, how many streams are open, cut them all, pay an order
//! or move it by hand.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderName, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    app::Shared,
    decimal::Decimal,
    lifecycle::{self, BY_HAND},
    orders::{LiveOrder, NotWritten},
    reply::{Refusal, Segment},
};

const MOST_REQUESTS: usize = 1_000;

/// The headers whose values are kept; of any other only the name.
const KEPT: &[&str] = &[
    "x-cr-application",
    "x-cr-version",
    "x-country-iso-code",
    "x-forwarded-for",
    "user-agent",
    "content-type",
    "accept",
    "accept-encoding",
    "last-event-id",
];

#[derive(Clone, Serialize)]
pub struct Seen {
    method: String,
    path: String,
    query: Option<String>,
    headers: BTreeMap<&'static str, String>,
    header_names: BTreeSet<String>,
    status: u16,
}

#[derive(Default)]
pub struct RequestLog(Mutex<VecDeque<Seen>>);

impl RequestLog {
    fn list(&self) -> MutexGuard<'_, VecDeque<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes a request and the status it got; never a body.
pub async fn record(State(sandbox): State<Shared>, request: Request, next: Next) -> Response {
    let value = |name: &'static str| {
        let value = request.headers().get(name)?;
        Some((name, String::from_utf8_lossy(value.as_bytes()).into_owned()))
    };
    let mut seen = Seen {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        headers: KEPT.iter().copied().filter_map(value).collect(),
        header_names: request.headers().keys().map(HeaderName::to_string).collect(),
        status: 0,
    };
    let response = next.run(request).await;
    seen.status = response.status().as_u16();
    let mut list = sandbox.requests.list();
    if list.len() >= MOST_REQUESTS {
        list.pop_front();
    }
    list.push_back(seen);
    drop(list);
    response
}

pub async fn requests(State(sandbox): State<Shared>) -> Json<Vec<Seen>> {
    Json(sandbox.requests.list().iter().cloned().collect())
}

pub async fn forget(State(sandbox): State<Shared>) -> StatusCode {
    sandbox.requests.list().clear();
    StatusCode::NO_CONTENT
}

pub async fn streams(State(sandbox): State<Shared>) -> Json<Value> {
    Json(json!({ "open": sandbox.streams.open() }))
}

pub async fn drop_streams(State(sandbox): State<Shared>) -> Json<Value> {
    Json(json!({ "dropped": sandbox.streams.drop_all() }))
}

/// An order without what only its buyer should see.
fn listed(order: &LiveOrder) -> Value {
    let latest = order.latest();
    let order = latest.as_deref();
    json!({
        "order_id": order.map(|order| order.order_id),
        "order_state": order.map(|order| &order.order_state),
        "coin_amount": order.map(|order| &order.coin_amount),
        "sent_coin_amount": order.map(|order| &order.sent_coin_amount),
    })
}

pub async fn orders(State(sandbox): State<Shared>) -> Json<Value> {
    Json(sandbox.orders.all().iter().map(|order| listed(order)).collect())
}

#[derive(Deserialize)]
struct Payment {
    amount: Option<String>,
}

/// `POST /_sandbox/orders/{id}/pay`: all that is due, or an amount.
pub async fn pay(State(sandbox): State<Shared>, Segment(id): Segment, body: Bytes) -> Response {
    let Some(order) = sandbox.orders.find(&id) else { return Refusal::not_found("order").into_response() };
    let body = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
    let amount = match serde_json::from_slice(&body) {
        Ok(Payment { amount: None }) => None,
        Ok(Payment { amount: Some(text) }) => match Decimal::parse(&text) {
            Some(amount) => Some(amount),
            None => return Refusal::bad("amount must be plain decimal text").into_response(),
        },
        Err(_) => return Refusal::bad("wanted: nothing, or {\"amount\": \"12.34\"}").into_response(),
    };
    told(&order, lifecycle::pay(&sandbox, &order, amount).await)
}

#[derive(Deserialize)]
struct Move {
    state: String,
}

/// `POST /_sandbox/orders/{id}/move`: into a state, where it stays.
pub async fn put(State(sandbox): State<Shared>, Segment(id): Segment, body: Bytes) -> Response {
    let Some(order) = sandbox.orders.find(&id) else { return Refusal::not_found("order").into_response() };
    let wanted = serde_json::from_slice::<Move>(&body).ok();
    let state = wanted.and_then(|wanted| BY_HAND.iter().find(|state| state.name() == wanted.state));
    let Some(state) = state else {
        let names: Vec<_> = BY_HAND.iter().map(|state| state.name()).collect();
        return Refusal::bad(format!("wanted: {{\"state\": …}}, one of {}", names.join(", ")))
            .into_response();
    };
    told(&order, lifecycle::put(&sandbox, &order, *state).await)
}

fn told(order: &LiveOrder, result: Result<(), NotWritten>) -> Response {
    match result {
        Ok(()) => Json(listed(order)).into_response(),
        Err(NotWritten) => Refusal::not_kept().into_response(),
    }
}
