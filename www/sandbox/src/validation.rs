//! What is wrong with an order: `POST /v5/orders/validations`, and the same look before one is created.

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::Shared,
    catalogue::{self, Brand, Delivery, Offer, Product, RANGE, Stock},
    coupons,
    decimal::Decimal,
    faults::{self, Endpoint},
    magic::Magic,
    order_request::{self, Item, MOST_ITEMS, OrderRequest, Purpose, is_email},
    payment::{self, Coin},
    pricing::{self, Price},
    reply::Problem,
};

/// The most one order may come to, in dollars.
const MOST_DOLLARS: Decimal = Decimal::cents(200_000);

/// What a look at an order finds.
pub enum Verdict {
    Fine(Quote),
    Problems(Vec<Problem>),
    /// A coin or network that is paused for everyone, which the API reports as an HTTP error.
    Suspended {
        code: &'static str,
        details: Option<Value>,
    },
}

/// An order that can be placed, with its prices.
pub struct Quote {
    pub coin: &'static Coin,
    pub lines: Vec<Line>,
    pub total: Decimal,
    pub original: Decimal,
    pub euros: Decimal,
    pub coupon: Option<String>,
}

pub struct Line {
    pub brand: &'static Brand,
    pub product: &'static Product,
    pub country: String,
    pub currency: &'static str,
    pub denomination: String,
    pub localized: Option<String>,
    pub face: Option<Decimal>,
    pub beneficiary: String,
    pub amount: Decimal,
    pub euros: Decimal,
    pub points: String,
}

struct Found {
    country: String,
    brand: &'static Brand,
    offer: &'static Offer,
    product: &'static Product,
    face: Decimal,
    price: Price,
}

pub fn look(order: &OrderRequest) -> Verdict {
    let magic = Magic::of(&order.email);
    let coin = payment::coin(&order.coin);
    if let Some(suspended) = suspension(order, coin, &magic) {
        return suspended;
    }
    let mut problems: Vec<Problem> = magic.problems.into_iter().map(|code| told(code, order)).collect();
    payment_problems(order, coin, &mut problems);
    if order.count > MOST_ITEMS as u64 {
        problems.push(Problem::new("PRODUCT_COUNT_EXCEEDED", Some(json!({ "maximum": MOST_ITEMS }))));
    }
    if has_blocked_domain(&order.email) {
        problems.push(Problem::new("INVALID_EMAIL_DOMAIN", None));
    }
    let mut found = Vec::new();
    for item in &order.items {
        match find(item) {
            Ok(goods) => {
                item_problems(order, item, &goods, &mut problems);
                found.push(goods);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if found.iter().filter(|goods| goods.brand.limited).count() > 1 {
        problems.push(Problem::new("MULTIPLE_LIMITED_PRODUCT_SAME_ORDER", None));
    }
    let dollars = found.iter().fold(Decimal::ZERO, |sum, goods| sum.plus(goods.price.dollars()));
    if dollars > MOST_DOLLARS {
        let details = json!({ "maximum": MOST_DOLLARS.to_string(), "currency": "USD" });
        problems.push(Problem::new("MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED", Some(details)));
    }
    if let Some(code) = &order.coupon {
        let goods = found.iter().map(|goods| (goods.brand, goods.country.as_str()));
        if let Err(problem) = coupons::check(code, goods, dollars) {
            problems.push(Problem::new(problem, None));
        }
    }
    let quote = coin.filter(|_| problems.is_empty()).and_then(|coin| quote(order, coin, found));
    if let Some(quote) = &quote {
        too_little(order, quote, &mut problems);
    }
    let mut seen: Vec<Problem> = Vec::new();
    for problem in problems {
        if !seen.contains(&problem) {
            seen.push(problem);
        }
    }
    match quote {
        Some(quote) if seen.is_empty() => Verdict::Fine(quote),
        _ if seen.is_empty() => Verdict::Problems(vec![Problem::new("NOT_AVAILABLE_PRODUCT", None)]),
        _ => Verdict::Problems(seen),
    }
}

/// A problem asked for by e-mail address, with the details that such a problem comes with.
fn told(code: String, order: &OrderRequest) -> Problem {
    let pair = (order.coin.as_str(), order.network.as_deref().unwrap_or_default());
    let details = match code.as_str() {
        "NOT_ALLOWED_PAYMENT_VIA" => Some(json!([payment::VIA])),
        "UNSUPPORTED_PROTOCOL_COIN_COMBINATION" => Some(combinations(&[pair])),
        "INVALID_BENEFICIARY_ACCOUNT" => Some(json!("an e-mail address is expected")),
        "NOT_AVAILABLE_PRODUCT" => Some(json!({ "reason": "not in the catalogue" })),
        _ => None,
    };
    Problem::new(code, details)
}

fn suspension(order: &OrderRequest, coin: Option<&'static Coin>, magic: &Magic) -> Option<Verdict> {
    let told = |code: &str| magic.problems.iter().any(|problem| problem == code);
    let network = coin.zip(order.network.as_deref()).and_then(|(coin, name)| coin.network(name));
    if told("SUSPENDED_COIN") || coin.is_some_and(|coin| coin.suspended) {
        return Some(Verdict::Suspended { code: "SUSPENDED_COIN", details: None });
    }
    if told("SUSPENDED_NETWORK") || network.is_some_and(|network| network.suspended == Some(true)) {
        let open = coin.into_iter().flat_map(|coin| coin.networks);
        let names: Vec<_> = open
            .filter(|n| n.suspended != Some(true) && order.network.as_deref() != Some(n.name))
            .map(|n| n.name)
            .collect();
        return Some(Verdict::Suspended {
            code: "SUSPENDED_NETWORK",
            details: Some(json!({ "networks": names })),
        });
    }
    None
}

fn payment_problems(order: &OrderRequest, coin: Option<&'static Coin>, problems: &mut Vec<Problem>) {
    if order.via != payment::VIA {
        problems.push(Problem::new("NOT_ALLOWED_PAYMENT_VIA", Some(json!([payment::VIA]))));
    }
    let known =
        coin.is_some_and(|coin| order.network.as_deref().is_none_or(|name| coin.network(name).is_some()));
    if !known {
        problems.push(Problem::new("UNSUPPORTED_PROTOCOL_COIN_COMBINATION", Some(combinations(&[]))));
    }
}

/// Every pair of coin and network that is open, without the refused ones.
fn combinations(refused: &[(&str, &str)]) -> Value {
    let pairs = payment::COINS.iter().filter(|coin| !coin.suspended).flat_map(|coin| {
        let open = coin.networks.iter().filter(|network| network.suspended != Some(true));
        open.map(|network| (coin.name, network.name))
    });
    pairs
        .filter(|pair| !refused.contains(pair))
        .map(|(coin, network)| json!({ "coin": coin, "network": network }))
        .collect()
}

fn find(item: &Item) -> Result<Found, Problem> {
    let gone = |reason: &str| {
        let details = json!({ "brand_name": item.brand, "reason": reason });
        Problem::new("NOT_AVAILABLE_PRODUCT", Some(details))
    };
    let brand = catalogue::by_name(&item.brand).ok_or_else(|| gone("unknown brand"))?;
    let offer = brand.offer(&item.country).ok_or_else(|| gone("not sold in this country"))?;
    if item.kind.as_deref().is_some_and(|kind| kind != brand.kind) {
        return Err(gone("not of this kind"));
    }
    match brand.stock {
        Stock::SoldOut | Stock::SoldOutAtCheckout => return Err(Problem::new("OUT_OF_STOCK", None)),
        Stock::Paused => return Err(Problem::new("NOT_ACTIVE", None)),
        Stock::Available => {}
    }
    let (product, face) = if item.denomination == RANGE {
        let ranges = || offer.products.iter().filter(|product| product.is_range());
        let amount = item.amount.unwrap_or_default();
        let product = ranges().find(|product| product.takes(amount));
        let any = ranges().next().ok_or_else(|| gone("no free amounts"))?;
        (product.ok_or_else(|| misfit(brand, any, amount))?, amount)
    } else {
        let same = |product: &&Product| product.denomination(offer.currency) == item.denomination;
        let product = offer.products.iter().find(same).ok_or_else(|| gone("unknown denomination"))?;
        let catalogue::Value::Fixed { price, .. } = product.value else {
            return Err(gone("unknown denomination"));
        };
        (product, price)
    };
    let price = Price::of(brand, product, face, offer.currency).ok_or_else(|| gone("no price"))?;
    Ok(Found { country: item.country.clone(), brand, offer, product, face, price })
}

/// A free amount that is too small, too large or between two steps. Top-ups know only one word for it.
fn misfit(brand: &Brand, product: &Product, amount: Decimal) -> Problem {
    let catalogue::Value::Range { min, max, step } = product.value else {
        return Problem::new("OUT_OF_STOCK", None);
    };
    let details = json!({
        "minimum": min.to_string(), "maximum": max.to_string(), "step": step.map(|step| step.to_string()),
    });
    let code = match (product.delivery, brand.kind) {
        (Delivery::Phone, _) | (_, "mobile_recharge") => "OUT_OF_STOCK",
        _ if amount < min => "AMOUNT_LESS_THEN_MINIMUM_ALLOWED",
        _ if amount > max => "MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED",
        _ => "NOT_AVAILABLE_PRODUCT",
    };
    Problem::new(code, Some(details))
}

fn item_problems(order: &OrderRequest, item: &Item, goods: &Found, problems: &mut Vec<Problem>) {
    if goods.brand.login_required {
        problems.push(Problem::new("LOGIN_REQUIRED", None));
    }
    let expected = match goods.product.delivery {
        Delivery::Email if is_email(&item.beneficiary) => None,
        Delivery::Email => Some("an e-mail address is expected"),
        Delivery::Phone if !is_phone(&item.beneficiary) => Some("a phone number in E.164 form is expected"),
        Delivery::Phone if !fits(&item.beneficiary, &item.country) => {
            Some("the phone number belongs to another country")
        }
        Delivery::Phone => None,
    };
    match expected {
        Some(text) => problems.push(Problem::new("INVALID_BENEFICIARY_ACCOUNT", Some(json!(text)))),
        None if has_blocked_domain(&item.beneficiary) => {
            problems.push(Problem::new("INVALID_EMAIL_DOMAIN", None));
        }
        None => {}
    }
    let pair = (order.coin.as_str(), order.network.as_deref().unwrap_or_default());
    if goods.brand.refused.contains(&pair) {
        let details = combinations(goods.brand.refused);
        problems.push(Problem::new("UNSUPPORTED_PROTOCOL_COIN_COMBINATION", Some(details)));
    }
}

/// A plus and 8 to 15 digits that do not start with 0.
fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

fn fits(phone: &str, country: &str) -> bool {
    catalogue::calling_code(country)
        .is_some_and(|code| phone.strip_prefix('+').is_some_and(|digits| digits.starts_with(code)))
}

fn has_blocked_domain(email: &str) -> bool {
    email.rsplit_once('@').is_some_and(|(_, domain)| domain.to_ascii_lowercase().ends_with(".invalid"))
}

fn quote(order: &OrderRequest, coin: &'static Coin, found: Vec<Found>) -> Option<Quote> {
    let share = if order.coupon.is_some() { pricing::WITH_COUPON } else { pricing::WHOLE };
    let (mut total, mut original, mut euros) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    let mut lines = Vec::new();
    for (goods, item) in found.into_iter().zip(&order.items) {
        let amount = goods.price.coins(coin, pricing::DRIFT, share)?;
        total = total.plus(amount);
        original = original.plus(goods.price.coins(coin, pricing::DRIFT, pricing::WHOLE)?);
        euros = euros.plus(goods.price.euros());
        let free = goods.product.is_range();
        let localized = || Some(catalogue::localized(goods.face, goods.offer.currency));
        lines.push(Line {
            brand: goods.brand,
            product: goods.product,
            country: goods.country,
            currency: goods.offer.currency,
            denomination: if free {
                format!("{} {}", goods.face, goods.offer.currency)
            } else {
                item.denomination.clone()
            },
            localized: item
                .localized
                .clone()
                .or_else(|| goods.product.localized(goods.offer.currency))
                .or_else(localized),
            face: free.then_some(goods.face),
            beneficiary: item.beneficiary.clone(),
            amount,
            euros: goods.price.euros(),
            points: goods.price.points(),
        });
    }
    Some(Quote { coin, lines, total, original, euros, coupon: order.coupon.clone() })
}

fn too_little(order: &OrderRequest, quote: &Quote, problems: &mut Vec<Problem>) {
    let network = order.network.as_deref().and_then(|name| quote.coin.network(name));
    if let Some(threshold) = network.and_then(|network| network.threshold)
        && Decimal::parse(threshold).is_some_and(|least| quote.total < least)
    {
        let details = json!({ "minimum": threshold, "coin": quote.coin.name });
        problems.push(Problem::new("AMOUNT_LESS_THEN_MINIMUM_ALLOWED", Some(details)));
    }
}

#[derive(Serialize)]
struct WireValidation {
    coin: String,
    coin_amount: Option<String>,
    original_coin_amount: Option<String>,
    coupon_code: Option<String>,
    loyalty_summary: Option<()>,
    deliveries: Vec<WireDelivery>,
    problems: Option<Vec<Problem>>,
}

#[derive(Serialize)]
struct WireDelivery {
    id: Uuid,
    delivery_state: &'static str,
    kind: &'static str,
    deliverable: WireDeliverable,
}

#[derive(Serialize)]
struct WireDeliverable {
    denomination: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    localized_denomination: Option<String>,
    family: &'static str,
    brand_name: &'static str,
    beneficiary_account: String,
    country_code: String,
    delivery_type: &'static str,
    points: String,
    coin_amount: String,
    original_price: String,
    currency_code: &'static str,
}

/// `POST /v5/orders/validations`: creates nothing, reserves nothing.
pub async fn answer(State(sandbox): State<Shared>, body: Result<Bytes, BytesRejection>) -> Response {
    let order = match order_request::read(body, Purpose::Validate) {
        Ok(order) => order,
        Err(refusal) => return refusal.into_response(),
    };
    let email = order.email.clone();
    faults::with_email(&sandbox, &email, Endpoint::Validate, async { validate(order) }).await
}

fn validate(order: OrderRequest) -> Response {
    match look(&order) {
        Verdict::Fine(quote) => Json(fine(quote)).into_response(),
        Verdict::Problems(problems) => Json(WireValidation {
            coin: order.coin,
            coin_amount: None,
            original_coin_amount: None,
            coupon_code: None,
            loyalty_summary: None,
            deliveries: Vec::new(),
            problems: Some(problems),
        })
        .into_response(),
        Verdict::Suspended { code, details } => suspended(code, details),
    }
}

fn fine(quote: Quote) -> WireValidation {
    let places = quote.coin.places;
    let deliveries = quote.lines.into_iter().map(|line| WireDelivery {
        id: Uuid::new_v4(),
        delivery_state: "Created",
        kind: line.brand.kind,
        deliverable: WireDeliverable {
            denomination: line.denomination,
            localized_denomination: line.localized,
            family: line.brand.family,
            brand_name: line.brand.name,
            beneficiary_account: line.beneficiary,
            country_code: line.country,
            delivery_type: line.product.delivery.name(),
            points: line.points,
            coin_amount: line.amount.fixed(places),
            original_price: line.euros.fixed(4),
            currency_code: line.currency,
        },
    });
    WireValidation {
        coin: quote.coin.name.to_owned(),
        coin_amount: Some(quote.total.fixed(places)),
        original_coin_amount: Some(quote.original.fixed(places)),
        coupon_code: quote.coupon,
        loyalty_summary: None,
        deliveries: deliveries.collect(),
        problems: None,
    }
}

/// `{status, detail, moreDetails?}`; the status has been seen both as a number and as text.
pub fn suspended(code: &str, details: Option<Value>) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let body = match details {
        Some(details) => json!({ "status": "422", "detail": code, "moreDetails": details }),
        None => json!({ "status": 422, "detail": code }),
    };
    (status, Json(body)).into_response()
}
