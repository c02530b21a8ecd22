//! What tests ask of the sandbox itself: which requests it saw, how many streams are open, cut them all.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderName, StatusCode},
    middleware::Next,
    response::Response,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::app::Shared;

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
