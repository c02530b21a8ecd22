//! The sandbox as its callers meet it: over its router, on a paused clock.

mod control;
mod headers;
mod magic;
mod orders;
mod shop;
pub mod stream;
mod validation;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
    response::Response,
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    app::{Sandbox, Shared, router},
    orders::Orders,
    store::Store,
};

pub const VALIDATIONS: &str = "/v5/orders/validations";
pub const ORDERS: &str = "/v5/orders";
/// Fewer than usual, so that a test can fill it.
pub const ROOM: usize = 1_000;

/// A caller that sends every header it should.
pub struct Caller {
    pub sandbox: Shared,
    pub router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The message of a refusal.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap()
    }

    pub fn codes(&self) -> Vec<&str> {
        let problems = self.body["problems"].as_array().map_or(&[][..], Vec::as_slice);
        problems.iter().map(|problem| problem["problem"].as_str().unwrap()).collect()
    }
}

impl Caller {
    pub fn new() -> Self {
        Self::over(Store::default(), ROOM)
    }

    pub fn over(store: Store, room: usize) -> Self {
        let orders = Orders::with_room_for(room);
        let sandbox = Sandbox::new("http://sandbox.test".to_owned(), 1.0, store, orders);
        Self { router: router(sandbox.clone()), sandbox }
    }

    pub async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.send(request("GET", path, Body::empty())).await).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    pub async fn post_text(&self, path: &str, body: String) -> Answer {
        answer(self.send(request("POST", path, body.into())).await).await
    }

    /// A new order for this e-mail address, as it was answered.
    pub async fn order(&self, email: &str) -> Value {
        let answer = self.post(ORDERS, &order_body(email)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }
}

pub fn request(method: &str, path: &str, body: Body) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("X-Cr-Application", "partner")
        .header("X-Cr-Version", "1.0")
        .header("X-Country-ISO-Code", "US")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "text/event-stream")
        .body(body)
        .unwrap()
}

pub async fn answer(response: Response) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
    Answer { status, headers, body }
}

pub fn item(brand: &str, country: &str, denomination: &str) -> Value {
    json!({
        "beneficiary_account": "buyer@example.net",
        "brand_name": brand, "country_code": country, "denomination": denomination,
    })
}

pub fn body(email: &str, deliveries: Value) -> Value {
    json!({
        "email": email,
        "user": { "email": email, "has_accepted_newsletter": false },
        "payment": { "type": "via", "payment_via": "USER_WALLET", "coin": "USDC", "network": "Solana" },
        "deliveries": deliveries,
        "lang": "en",
        "acquisition": { "utm_source": "a-test" },
    })
}

pub fn order_body(email: &str) -> Value {
    body(email, json!([item("Wobblewick Market", "US", "25 USD")]))
}
