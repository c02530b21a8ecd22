//! Every magic input and every control in one listing: as text for people, as JSON for programs, as the tables of
//! docs/sandbox.md, all from the same tables that the sandbox works by.

use std::fmt::Write;

use axum::{Json, http::header, response::IntoResponse};
use serde::Serialize;

use crate::{
    coupons,
    faults::{Endpoint, FAULTS},
    magic::{PATHS, STREAMS},
    problems,
};

#[derive(Serialize)]
pub struct Input {
    /// Where it is written: in the e-mail address, the coupon, the payment or the items.
    r#where: &'static str,
    group: &'static str,
    input: String,
    does: String,
}

/// Everything that can be written into an order.
pub fn inputs() -> Vec<Input> {
    let email = |group, input: String, does: String| Input { r#where: "email", group, input, does };
    let at_example = |word: &str| format!("{word}@example.com");
    let paths = PATHS.iter().map(|one| email("order", at_example(one.word), one.does.to_owned()));
    let streams = STREAMS.iter().map(|one| email("stream", at_example(one.word), one.does.to_owned()));
    let faults = Endpoint::OF_AN_ORDER.into_iter().flat_map(|endpoint| {
        FAULTS.iter().map(move |(fault, does)| {
            let word = format!("{}-{fault}", endpoint.name());
            email("fault", at_example(&word), format!("{}: {does}", what(endpoint)))
        })
    });
    let problems = problems::ALL.iter().map(|(code, also)| {
        let does = if also.is_empty() { code.to_string() } else { format!("{code}; also: {also}") };
        email("problem", at_example(&format!("problem+{code}")), does)
    });
    let coupon = |input: &str, does: &str| Input {
        r#where: "promo_code",
        group: "coupon",
        input: input.to_owned(),
        does: does.to_owned(),
    };
    let good = coupons::GOOD_ONES.iter().map(|(code, does)| coupon(code, does));
    let bad = coupons::REFUSED.iter().map(|(code, problem)| coupon(code, problem));
    paths.chain(streams).chain(faults).chain(problems).chain(good).chain(bad).collect()
}

fn what(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Validate => "validating the order",
        Endpoint::Create => "placing the order",
        Endpoint::Order => "reading the order",
        _ => "the order's stream",
    }
}

/// What the control takes.
pub const CONTROLS: &[(&str, &str)] = &[
    ("GET /_sandbox/inputs", "these lists as JSON"),
    ("GET /_sandbox/orders", "every order's id, state and amounts"),
    ("POST /_sandbox/orders/{id}/pay", "pays what is due, or {\"amount\": \"12.34\"}"),
    ("POST /_sandbox/orders/{id}/move", "{\"state\": \"Refunded\"}: into any state, where it stays"),
    (
        "POST /_sandbox/faults",
        "{\"endpoint\": \"brands\", \"fault\": \"503\", \"times\": 2}: spoils the next answers of any of the nine endpoints; without times, all until cleared",
    ),
    ("GET, DELETE /_sandbox/faults", "the faults that are on; clears them"),
    ("GET, DELETE /_sandbox/requests", "the last 1,000 requests without their bodies; forgets them"),
    ("GET /_sandbox/streams", "how many streams are open"),
    ("POST /_sandbox/streams/drop", "cuts every open stream"),
];

#[derive(Serialize)]
pub struct Listing {
    inputs: Vec<Input>,
    endpoints: Vec<&'static str>,
    controls: Vec<Control>,
}

#[derive(Serialize)]
struct Control {
    request: &'static str,
    does: &'static str,
}

pub async fn list() -> Json<Listing> {
    let controls = CONTROLS.iter().map(|(request, does)| Control { request, does });
    Json(Listing {
        inputs: inputs(),
        endpoints: Endpoint::ALL.map(Endpoint::name).to_vec(),
        controls: controls.collect(),
    })
}

/// How the words are put together.
const RULES: &str = "\
The part of an e-mail address before the @ decides what becomes of an order. Words add up with a plus sign:
refund+ids+create-503-once@example.com is refused once, then placed, has ids on its stream and ends refunded.
The first word must be one of these for the rest to count, so a buyer's own tag means nothing.
-once after a fault: only the first time for this address.
";

/// The listing for people.
pub fn text() -> String {
    let mut text = format!("\n{RULES}");
    let mut section = |title: &str, rows: Vec<(String, &str)>| {
        let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        // Writing to text cannot fail.
        let _ = writeln!(text, "\n{title}");
        for (name, does) in rows {
            let _ = writeln!(text, "  {name:width$}  {does}");
        }
    };
    for (title, rows) in sections() {
        section(title, rows);
    }
    text
}

/// Title and rows of every table.
pub fn sections() -> Vec<(&'static str, Vec<(String, &'static str)>)> {
    let words = |list: &'static [crate::magic::Input]| -> Vec<_> {
        list.iter().map(|one| (format!("{}@", one.word), one.does)).collect()
    };
    let pairs = |list: &'static [(&'static str, &'static str)]| -> Vec<_> {
        list.iter().map(|(name, does)| ((*name).to_owned(), *does)).collect()
    };
    let faults = FAULTS.iter().map(|(fault, does)| (format!("ENDPOINT-{fault}@"), *does));
    let problems = problems::ALL.iter().map(|(code, also)| (format!("problem+{code}@"), *also));
    vec![
        ("What becomes of the order", words(PATHS)),
        ("What its stream does", words(STREAMS)),
        ("What goes wrong upstream; ENDPOINT is validate, create, order or stream", faults.collect()),
        (
            "Problems, several at once with more plus signs, any other code too; and what else brings them about",
            problems.collect(),
        ),
        ("Coupons (promo_code)", pairs(coupons::GOOD_ONES)),
        ("Coupons that are always refused; any other is not found", pairs(coupons::REFUSED)),
        ("Control", pairs(CONTROLS)),
    ]
}

pub async fn page() -> impl IntoResponse {
    let text = format!(
        "This stands in for the Cryptorefills partner API. Everything in it is invented.\n{}",
        text()
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}
