//! `POST /v5/orders` and `GET /v5/orders/{id}`.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::Shared,
    catalogue::Delivery,
    faults::{self, Endpoint},
    lifecycle,
    magic::Magic,
    order_request::{self, OrderRequest, Purpose},
    orders::{Deliverable, HandedOver, NotKept, Order, OrderDelivery, User, now},
    payment::{self, Network},
    reply::{Problem, Refusal, Segment},
    validation::{self, Line, Quote, Verdict},
    wallet,
};

pub async fn answer(State(sandbox): State<Shared>, body: Result<Bytes, BytesRejection>) -> Response {
    let request = match order_request::read(body, Purpose::Create) {
        Ok(request) => request,
        Err(refusal) => return refusal.into_response(),
    };
    let email = request.email.clone();
    faults::with_email(&sandbox, &email, Endpoint::Create, place(&sandbox, request)).await
}

async fn place(sandbox: &Shared, request: OrderRequest) -> Response {
    let quote = match validation::look(&request) {
        Verdict::Fine(quote) => quote,
        Verdict::Problems(problems) => return refused(&problems),
        Verdict::Suspended { code, details } => return validation::suspended(code, details),
    };
    let Some(network) = request.network.as_deref().and_then(|name| quote.coin.network(name)) else {
        return Refusal::bad("unknown network").into_response();
    };
    let magic = Magic::of(&request.email);
    let order = order(sandbox, request, quote, network, &magic);
    let plan = lifecycle::script(magic.scenario);
    match sandbox.orders.add(&sandbox.store, order, plan.clone()).await {
        Ok(live) => {
            let latest = live.latest();
            live.drive(lifecycle::live(sandbox.clone(), live.clone(), plan, Duration::ZERO));
            Json(latest.as_deref()).into_response()
        }
        Err(NotKept::NotWritten) => Refusal::not_kept().into_response(),
        Err(NotKept::NoRoom) => {
            let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too many unfinished orders");
            ([(header::RETRY_AFTER, "10")], refusal).into_response()
        }
    }
}

/// The problems as a validation lists them, with an error status; e-money has an answer of its own.
fn refused(problems: &[Problem]) -> Response {
    match problems {
        [only] if only.problem == "LOGIN_REQUIRED" => validation::suspended("LOGIN_REQUIRED", None),
        _ => (StatusCode::BAD_REQUEST, Json(json!({ "problems": problems }))).into_response(),
    }
}

fn order(
    sandbox: &Shared,
    request: OrderRequest,
    quote: Quote,
    network: &'static Network,
    magic: &Magic,
) -> Order {
    let state = lifecycle::first(magic.scenario);
    let (order_id, coin) = (Uuid::new_v4(), quote.coin);
    let coin_amount = quote.total.fixed(coin.places);
    let wallet =
        (state == lifecycle::State::WaitingForPayment).then(|| wallet::address(coin, network, quote.total));
    let created_at = now();
    let places = coin.places;
    let created = Order {
        state,
        order_id,
        created_at: created_at.clone(),
        updated_at: None,
        payment_requested_at: wallet.is_some().then_some(created_at),
        order_state: "".into(),
        payment_state: "".into(),
        payment_id: Uuid::new_v4(),
        payment_via: payment::VIA.into(),
        payment_method: network.method.into(),
        payment_method_protocol: network.protocol.name().into(),
        coin: coin.name.into(),
        network: network.name.into(),
        coin_amount: coin_amount.clone(),
        original_price: coin_amount,
        sent_coin_amount: "0".to_owned(),
        payment_value: serde_json::from_str(&quote.euros.fixed(4)).ok(),
        qr_text: wallet.as_ref().map(|address| wallet::uri(coin, network, address, quote.total)),
        qr_url: wallet.as_ref().map(|_| sandbox.url(&format!("/v3/qrs/{order_id}"))),
        wallet_address: wallet,
        is_payment_processor_external: false,
        user: User { email: request.email },
        refund_wallet_address: request.refund_address,
        refund: None,
        deliveries: quote.lines.into_iter().map(|line| delivery(line, places)).collect(),
    };
    Order { updated_at: None, ..lifecycle::enter(sandbox, &created, state) }
}

fn delivery(line: Line, places: usize) -> OrderDelivery {
    OrderDelivery {
        codes: (line.product.delivery == Delivery::Email).then_some(line.brand.codes),
        id: Uuid::new_v4(),
        is_handed_over: false,
        delivery_state: "".into(),
        kind: line.brand.kind.into(),
        deliverable: Deliverable {
            denomination: line.denomination,
            localized_denomination: line.localized,
            family: line.brand.family.into(),
            brand_name: line.brand.name.into(),
            beneficiary_account: line.beneficiary,
            country_code: line.country,
            delivery_type: line.product.delivery.name().into(),
            points: line.points,
            coin_amount: line.amount.fixed(places),
            currency_code: line.currency.into(),
            product_value: line.face.and_then(|face| serde_json::from_str(&face.to_string()).ok()),
            handed_over: HandedOver::default(),
        },
    }
}

/// Whoever knows an order's id may read it, codes included.
pub async fn read(State(sandbox): State<Shared>, Segment(id): Segment) -> Response {
    let Some(live) = sandbox.orders.find(&id) else {
        return Refusal::not_found("order").into_response();
    };
    faults::with_email(&sandbox, &live.email, Endpoint::Order, async {
        ([(header::CACHE_CONTROL, "no-store")], Json(live.latest().as_deref())).into_response()
    })
    .await
}
