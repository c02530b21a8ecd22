//! The wasm module's exports. They are the package's private interface: text in, JSON text out, no classes.
//!
//! A result that may be refused is `{"ok":true,"value":…}` or `{"ok":false,"issues":[{path,code,message}]}`; an
//! answer of which something could not be read also has `"leftOut":[{path,code,message}]`.

mod memory;
pub mod opened;
#[cfg(feature = "watch")]
pub mod watch;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::catalog::{LogoFormat, LogoSize};
use crate::draft::Purpose;
use crate::json::{self, Value};
use crate::order::instructions::payment_instructions;
use crate::order::window::payment_window;
use crate::schema::{Issue, Issues, MAX_BYTES, PAYLOADS, refusal, write_issues};
use crate::{beneficiary, catalog, country, draft, order, problem, request, schema};

#[global_allocator]
static MEMORY: memory::Blocks = memory::Blocks::new();

fn envelope(result: Result<String, Issues>) -> String {
    envelope_noting(result, &[])
}

fn envelope_noting(result: Result<String, Issues>, left_out: &[Issue]) -> String {
    const BEGINNING: &str = "{\"ok\":true,\"value\":";
    let mut out = String::new();
    match result {
        Ok(value) => {
            // Just the room it takes: what is left over would have to be given back, by copying.
            out.reserve_exact(BEGINNING.len() + value.len() + 1);
            out.push_str(BEGINNING);
            out.push_str(&value);
            if !left_out.is_empty() {
                out.push_str(",\"leftOut\":");
                write_issues(&mut out, left_out);
            }
        }
        Err(issues) => {
            out.push_str("{\"ok\":false,\"issues\":");
            write_issues(&mut out, &issues);
        }
    }
    out.push('}');
    out
}

fn text(bytes: &[u8]) -> Result<&str, Issues> {
    std::str::from_utf8(bytes)
        .map_err(|_| refusal("", "NOT_JSON", "This is not UTF-8 text, so it cannot be JSON"))
}

fn value(text: &str) -> Result<Value<'_>, Issues> {
    schema::to_value(text, MAX_BYTES)
}

/// Builds the request of an operation from its parameters, a JSON object.
#[wasm_bindgen]
pub fn request(operation: &str, input: &str) -> String {
    envelope(
        value(input).and_then(|input| request::build(operation, &input)).map(|request| request.to_json()),
    )
}

/// Checks an answer against a payload's table, by its place in [`PAYLOADS`], and gives its normal form. `max_bytes` of 0
/// stands for the default.
#[wasm_bindgen]
pub fn check(payload: usize, body: &[u8], max_bytes: usize) -> String {
    let limit = if max_bytes == 0 { MAX_BYTES } else { max_bytes };
    let mut left_out = Vec::new();
    let result = text(body).and_then(|body| match PAYLOADS.get(payload) {
        Some(payload) => schema::check_noting(payload, body, limit, &mut left_out),
        // An answer of unknown shape is only read, and kept as it is.
        None => schema::to_value(body, limit).map(|value| value.to_json()),
    });
    envelope_noting(result, &left_out)
}

/// The issues of `{draft, product?}`, as a JSON array.
#[wasm_bindgen(js_name = checkDraft)]
pub fn check_draft(input: &str) -> String {
    let issues = value(input).and_then(|input| {
        draft::read(input.get("draft").unwrap_or(&Value::Null), input.some("product"), Purpose::Validate)
            .map(drop)
    });
    let mut out = String::new();
    write_issues(&mut out, &issues.err().unwrap_or_default());
    out
}

/// The stage of an order's state.
#[wasm_bindgen(js_name = orderStage)]
pub fn order_stage(state: &str) -> String {
    order::state::stage(state).to_owned()
}

/// Whether a state is an end.
#[wasm_bindgen(js_name = isFinal)]
pub fn is_final(state: &str) -> bool {
    order::state::is_final(state)
}

fn or_null(json: Option<String>) -> String {
    json.unwrap_or_else(|| "null".to_owned())
}

/// The payment window of an order, or `null`. `now` in Unix milliseconds.
#[wasm_bindgen(js_name = paymentWindow)]
pub fn window(order: &str, now: f64) -> String {
    let order = json::parse(order).ok();
    or_null(
        order.and_then(|order| payment_window(&order, (now / 1000.0) as u64)).map(|window| window.to_json()),
    )
}

/// How to pay an order, or `null`; `vias` may be empty text.
#[wasm_bindgen(js_name = paymentInstructions)]
pub fn instructions(order: &str, vias: &str) -> String {
    let (order, vias) = (json::parse(order).ok(), json::parse(vias).ok());
    or_null(
        order
            .as_ref()
            .and_then(|order| payment_instructions(order, vias.as_ref()))
            .map(|instructions| instructions.to_json()),
    )
}

/// The supported countries' codes, as a JSON array.
#[wasm_bindgen]
pub fn countries() -> String {
    let mut out = String::new();
    for code in country::codes() {
        out.push(if out.is_empty() { '[' } else { ',' });
        let [first, second] = code;
        for character in ['"', first, second, '"'] {
            out.push(character);
        }
    }
    out.push(']');
    out
}

/// Whether a country is supported.
#[wasm_bindgen(js_name = isCountry)]
pub fn is_country(code: &str) -> bool {
    country::is_supported(code)
}

/// The URL of a brand's logo; nothing where there is none, or no such size or format.
#[wasm_bindgen(js_name = logoUrl)]
pub fn logo_url(brand: &str, size: &str, format: &str) -> Option<String> {
    catalog::logo_url(&json::parse(brand).ok()?, LogoSize::from_name(size)?, LogoFormat::from_name(format)?)
}

/// The issues of a beneficiary, as a JSON array. `country` may be empty.
#[wasm_bindgen(js_name = checkBeneficiary)]
pub fn check_beneficiary(kind: &str, beneficiary: &str, country: &str) -> String {
    let country = Some(country).filter(|country| !country.is_empty());
    let issues = beneficiary::check(beneficiary::target(kind), beneficiary, country)
        .map_err(|(code, message)| vec![Issue::new("", code, message)])
        .err();
    let mut out = String::new();
    write_issues(&mut out, &issues.unwrap_or_default());
    out
}

/// The problems in an answer, as a JSON array. The headers may be empty text; `now` in Unix milliseconds.
#[wasm_bindgen(js_name = decodeProblems)]
pub fn decode_problems(body: &[u8], status: u16, retry_after: &str, reset: &str, now: f64) -> String {
    let given = |header| Some(header).filter(|header: &&str| !header.is_empty());
    let now = Some((now / 1000.0) as u64);
    let hints = problem::Hints { retry_after: given(retry_after), reset: given(reset), now };
    problem::to_json(&problem::decode_with(body, status, hints))
}
