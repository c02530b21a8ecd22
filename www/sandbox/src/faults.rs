//! What an API can do wrong with an answer, asked for by e-mail address or by the control.

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json,
    body::{Body, Bytes, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{app::Shared, connection::CutConnection, reply::Refusal};

/// How long `slow` takes at speed 1, in seconds.
const SLOW: u32 = 5;
/// A caller's name is remembered for the faults that happen once; no more of them than this.
const MOST_REMEMBERED: usize = 10_000;
/// Larger than any answer of the sandbox's.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// The nine endpoints, by the names that faults are asked for with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    PaymentVias,
    Brands,
    Homepage,
    Products,
    Price,
    Validate,
    Create,
    Order,
    Stream,
}

impl Endpoint {
    pub const ALL: [Self; 9] = [
        Self::PaymentVias,
        Self::Brands,
        Self::Homepage,
        Self::Products,
        Self::Price,
        Self::Validate,
        Self::Create,
        Self::Order,
        Self::Stream,
    ];
    /// Those that know an e-mail address.
    pub const OF_AN_ORDER: [Self; 4] = [Self::Validate, Self::Create, Self::Order, Self::Stream];

    pub fn name(self) -> &'static str {
        match self {
            Self::PaymentVias => "payment_vias",
            Self::Brands => "brands",
            Self::Homepage => "homepage",
            Self::Products => "products",
            Self::Price => "price",
            Self::Validate => "validate",
            Self::Create => "create",
            Self::Order => "order",
            Self::Stream => "stream",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.name() == name)
    }

    pub fn of_order(name: &str) -> Option<Self> {
        Self::OF_AN_ORDER.into_iter().find(|endpoint| endpoint.name() == name)
    }

    fn of(method: &Method, path: &str) -> Option<Self> {
        match (method, path) {
            (&Method::GET, "/v3/payment_vias") => Some(Self::PaymentVias),
            (&Method::GET, "/v2/brands") => Some(Self::Brands),
            (&Method::GET, "/v2/homepage") => Some(Self::Homepage),
            (&Method::GET, "/v5/products/country/{country}") => Some(Self::Products),
            (&Method::GET, "/v4/products/price") => Some(Self::Price),
            (&Method::POST, "/v5/orders/validations") => Some(Self::Validate),
            (&Method::POST, "/v5/orders") => Some(Self::Create),
            (&Method::GET, "/v5/orders/{id}") => Some(Self::Order),
            (&Method::GET, "/v5/orders/{id}/subscribe") => Some(Self::Stream),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    Status(u16),
    Slow,
    Hang,
    Html,
    Empty,
    WrongType,
    Truncated,
    Reset,
    Lost,
}

/// Every fault by name, and what it does.
pub const FAULTS: &[(&str, &str)] = &[
    (
        "NNN",
        "that status, 400 to 599, and a message; 429 says when to come back, 502 and 504 are a gateway's HTML page",
    ),
    ("slow", "the answer takes 5 seconds"),
    ("hang", "no answer, for as long as the caller waits"),
    ("html", "200 with a page of HTML"),
    ("empty", "200 with nothing"),
    ("wrongtype", "the right answer as text/plain"),
    ("truncated", "the answer breaks off half way"),
    ("reset", "the connection is cut before anything is done"),
    ("lost", "what was asked for is done, and the connection is cut before the answer"),
];

impl Fault {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "slow" => Some(Self::Slow),
            "hang" => Some(Self::Hang),
            "html" => Some(Self::Html),
            "empty" => Some(Self::Empty),
            "wrongtype" => Some(Self::WrongType),
            "truncated" => Some(Self::Truncated),
            "reset" => Some(Self::Reset),
            "lost" => Some(Self::Lost),
            _ => name.parse().ok().filter(|status| (400..600).contains(status)).map(Self::Status),
        }
    }

    /// The answer as this fault leaves it. Whatever `proper` does is done only where the fault lets it come to that.
    pub async fn spoil(self, sandbox: &Shared, proper: impl Future<Output = Response>) -> Response {
        match self {
            Self::Status(code) => status(code),
            Self::Slow => {
                tokio::time::sleep(sandbox.lasting(SLOW)).await;
                proper.await
            }
            Self::Hang => {
                sandbox.streams.closed().await;
                CutConnection::response()
            }
            Self::Html => page(StatusCode::OK, "Welcome"),
            Self::Empty => StatusCode::OK.into_response(),
            Self::WrongType => {
                let mut response = proper.await;
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
                response
            }
            Self::Truncated => truncated(proper.await).await,
            Self::Reset => CutConnection::response(),
            Self::Lost => {
                proper.await;
                CutConnection::response()
            }
        }
    }
}

fn status(code: u16) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match code {
        429 => {
            let headers = [
                ("retry-after", "2"),
                ("x-ratelimit-limit", "60"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "2"),
            ];
            (headers, Refusal::new(status, "too many requests")).into_response()
        }
        502 | 504 => page(status, status.canonical_reason().unwrap_or_default()),
        _ => Refusal::new(status, "asked for by the caller").into_response(),
    }
}

fn page(status: StatusCode, title: &str) -> Response {
    (status, Html(format!("<!doctype html><title>{title}</title><h1>{title}</h1>\n"))).into_response()
}

/// Half of the body under the length of the whole. A stream has no whole: a few of its bytes.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let events = parts
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"));
    let mut half = Bytes::from_static(b"data: {\"order_id\":\"");
    if !events {
        let whole = to_bytes(body, LARGEST_ANSWER).await.unwrap_or_default();
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
        half = whole.slice(..whole.len() / 2);
    }
    let broken = async {
        // Hyper drops what it has not yet sent when a body fails.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(io::Error::new(io::ErrorKind::ConnectionAborted, "cut"))
    };
    let body = stream::once(async { Ok(half) });
    Response::from_parts(parts, Body::from_stream(futures_util::StreamExt::chain(body, stream::once(broken))))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    Always,
    Once,
}

/// A fault set by the control, and for how many answers more.
struct SetFault {
    name: String,
    fault: Fault,
    left: Option<u32>,
}

/// The faults that are on: those set by the control, and who has had one that happens once.
#[derive(Default)]
pub struct Faults {
    set: Mutex<HashMap<Endpoint, SetFault>>,
    had: Mutex<HashSet<(String, Endpoint, Fault)>>,
}

impl Faults {
    fn set(&self) -> MutexGuard<'_, HashMap<Endpoint, SetFault>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a fault asked for by an e-mail address is due now.
    pub fn is_due(&self, email: &str, at: Endpoint, fault: Fault, times: Times) -> bool {
        if times == Times::Always {
            return true;
        }
        let mut had = self.had.lock().unwrap_or_else(PoisonError::into_inner);
        if had.len() >= MOST_REMEMBERED {
            had.clear();
        }
        had.insert((email.to_ascii_lowercase(), at, fault))
    }

    fn take(&self, at: Endpoint) -> Option<Fault> {
        let mut set = self.set();
        let one = set.get_mut(&at)?;
        let fault = one.fault;
        one.left = one.left.map(|left| left.saturating_sub(1));
        if one.left == Some(0) {
            set.remove(&at);
        }
        Some(fault)
    }
}

/// Spoils an answer as the e-mail address wants it.
pub async fn with_email(
    sandbox: &Shared,
    email: &str,
    at: Endpoint,
    proper: impl Future<Output = Response>,
) -> Response {
    let due = crate::magic::Magic::of(email)
        .fault(at)
        .filter(|(fault, times)| sandbox.faults.is_due(email, at, *fault, *times));
    match due {
        Some((fault, _)) => fault.spoil(sandbox, proper).await,
        None => proper.await,
    }
}

/// Spoils an answer as the control wants it.
pub async fn with_control(
    State(sandbox): State<Shared>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let fault = Endpoint::of(request.method(), path.as_str()).and_then(|at| sandbox.faults.take(at));
    match fault {
        Some(fault) => fault.spoil(&sandbox, next.run(request)).await,
        None => next.run(request).await,
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    endpoint: String,
    fault: String,
    times: Option<u32>,
}

/// `POST /_sandbox/faults`: the next `times` answers of an endpoint, or all of them.
pub async fn set(State(sandbox): State<Shared>, body: Bytes) -> Response {
    let Ok(wanted) = serde_json::from_slice::<Wanted>(&body) else {
        return Refusal::bad("wanted: {\"endpoint\": …, \"fault\": …, \"times\": …}").into_response();
    };
    let Some(endpoint) = Endpoint::named(&wanted.endpoint) else {
        let names = Endpoint::ALL.map(Endpoint::name).join(", ");
        return Refusal::bad(format!("endpoint must be one of {names}")).into_response();
    };
    let Some(fault) = Fault::named(&wanted.fault) else {
        let names: Vec<_> = FAULTS.iter().map(|(name, _)| *name).collect();
        return Refusal::bad(format!("fault must be one of {}", names.join(", "))).into_response();
    };
    if wanted.times == Some(0) {
        return Refusal::bad("times must be above 0").into_response();
    }
    let one = SetFault { name: wanted.fault, fault, left: wanted.times };
    sandbox.faults.set().insert(endpoint, one);
    list(State(sandbox)).await.into_response()
}

pub async fn list(State(sandbox): State<Shared>) -> Json<Value> {
    let set = sandbox.faults.set();
    let faults = set
        .iter()
        .map(|(endpoint, one)| json!({ "endpoint": endpoint.name(), "fault": one.name, "times": one.left }));
    Json(faults.collect())
}

pub async fn clear(State(sandbox): State<Shared>) -> StatusCode {
    sandbox.faults.set().clear();
    StatusCode::NO_CONTENT
}
