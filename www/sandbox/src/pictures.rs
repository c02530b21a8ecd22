//! The pictures that answers point to, drawn on the spot: logos, barcodes and an order's QR code.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use qrcode::{QrCode, render::svg};

use crate::{
    app::Shared,
    catalogue::BRANDS,
    reply::{Refusal, Segment},
};

/// Any stem with any suffix is an SVG: image types are told by header, not by name.
pub async fn picture(Segment(name): Segment) -> Response {
    let stem = name.split('.').next().unwrap_or_default();
    let slug = stem.strip_suffix("_500x318").or_else(|| stem.strip_suffix("_300x190")).unwrap_or(stem);
    let brand = BRANDS.iter().find(|brand| brand.slug == slug);
    let colour = brand.and_then(|brand| brand.colour).unwrap_or("#5a6472");
    let name = brand.map_or(slug, |brand| brand.name);
    let initials: String = name
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect::<String>()
        .to_uppercase();
    let drawing = if slug == "barcode" { bars() } else { logo(colour, &initials) };
    svg_response(drawing)
}

fn logo(colour: &str, initials: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"500\" height=\"318\" viewBox=\"0 0 500 318\">\
         <rect width=\"500\" height=\"318\" fill=\"{colour}\"/>\
         <circle cx=\"430\" cy=\"40\" r=\"150\" fill=\"#fff\" fill-opacity=\".12\"/>\
         <text x=\"250\" y=\"205\" font-family=\"sans-serif\" font-size=\"130\" font-weight=\"700\" \
         text-anchor=\"middle\" fill=\"#fff\">{initials}</text></svg>"
    )
}

fn bars() -> String {
    let bar = |x: u32| format!("M{} 10h{}v80h-{}z", 10 + x * 7, 1 + x * 5 % 4, 1 + x * 5 % 4);
    let path: String = (0..40).map(bar).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"300\" height=\"100\">\
         <rect width=\"300\" height=\"100\" fill=\"#fff\"/><path d=\"{path}\"/></svg>"
    )
}

/// `GET /v3/qrs/{id}`.
pub async fn qr(State(sandbox): State<Shared>, Segment(id): Segment) -> Response {
    let order = sandbox.orders.find(&id).and_then(|order| order.latest());
    match order.and_then(|order| QrCode::new(order.qr_text.as_deref()?).ok()) {
        Some(code) => svg_response(code.render::<svg::Color>().min_dimensions(240, 240).build()),
        None => Refusal::not_found("order").into_response(),
    }
}

fn svg_response(drawing: String) -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "max-age=3600")], drawing)
        .into_response()
}
