//! What the whole sandbox shares, and the table of its routes.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use crate::{
    connection,
    control::{self, RequestLog},
    create,
    faults::{self, Faults},
    headers, inputs,
    orders::Orders,
    payment, pictures,
    reply::Refusal,
    shop,
    store::Store,
    stream::{self, Streams},
    validation,
};

const LARGEST_BODY: usize = 64 * 1024;

pub struct Sandbox {
    origin: String,
    speed: f64,
    pub orders: Orders,
    pub store: Store,
    pub faults: Faults,
    pub streams: Streams,
    pub requests: RequestLog,
}

pub type Shared = Arc<Sandbox>;

impl Sandbox {
    /// `origin` is where this sandbox is reached; `speed` must be finite and above 0.
    pub fn new(origin: String, speed: f64, store: Store, orders: Orders) -> Shared {
        let sandbox = Self {
            origin,
            speed,
            orders,
            store,
            faults: Faults::default(),
            streams: Streams::default(),
            requests: RequestLog::default(),
        };
        Arc::new(sandbox)
    }

    /// How long something takes that takes `seconds` at speed 1.
    pub fn lasting(&self, seconds: u32) -> Duration {
        Duration::try_from_secs_f64(f64::from(seconds) / self.speed).unwrap_or(Duration::from_secs(1))
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The address of a picture; without a suffix it is a stem to append one to.
    pub fn picture(&self, stem: &str, suffix: &str) -> String {
        let dot = if suffix.is_empty() { "" } else { "." };
        self.url(&format!("/_sandbox/pictures/{stem}{dot}{suffix}"))
    }
}

pub fn router(sandbox: Shared) -> Router {
    let api = Router::new()
        .route("/v3/payment_vias", get(payment::vias))
        .route("/v2/brands", get(shop::brands))
        .route("/v2/homepage", get(shop::homepage))
        .route("/v5/products/country/{country}", get(shop::products))
        .route("/v4/products/price", get(shop::price))
        .route("/v5/orders/validations", post(validation::answer))
        .route("/v5/orders", post(create::answer))
        .route("/v5/orders/{id}", get(create::read))
        .route("/v5/orders/{id}/subscribe", get(stream::subscribe))
        .layer(middleware::from_fn(headers::check))
        .layer(middleware::from_fn_with_state(sandbox.clone(), faults::with_control))
        .layer(middleware::from_fn_with_state(sandbox.clone(), control::record));
    let own = Router::new()
        .route("/", get(inputs::page))
        .route("/_sandbox/inputs", get(inputs::list))
        .route("/_sandbox/orders", get(control::orders))
        .route("/_sandbox/orders/{id}/pay", post(control::pay))
        .route("/_sandbox/orders/{id}/move", post(control::put))
        .route("/_sandbox/faults", get(faults::list).post(faults::set).delete(faults::clear))
        .route("/v3/qrs/{id}", get(pictures::qr))
        .route("/_sandbox/pictures/{name}", get(pictures::picture))
        .route("/_sandbox/requests", get(control::requests).delete(control::forget))
        .route("/_sandbox/streams", get(control::streams))
        .route("/_sandbox/streams/drop", post(control::drop_streams));
    api.merge(own)
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(connection::cut))
        .with_state(sandbox)
}

/// Also the answer to a wrong method: the API knows no PATCH or PUT of an order, and says 404.
async fn nothing_here() -> Response {
    Refusal::new(StatusCode::NOT_FOUND, "no such endpoint").into_response()
}
