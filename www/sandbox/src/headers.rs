//! The headers every call must carry. The API itself lets most of them pass; the sandbox does not, so that
//! a proxy that forgets one shows at once.

use axum::{
    extract::Request,
    http::{HeaderMap, Method},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::reply::Refusal;

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

pub async fn check(request: Request, next: Next) -> Response {
    match problem(&request) {
        Some(message) => Refusal::bad(message).into_response(),
        None => next.run(request).await,
    }
}

fn problem(request: &Request) -> Option<String> {
    let headers = request.headers();
    if let Some(name) =
        ["X-Cr-Application", "X-Cr-Version"].into_iter().find(|name| text(headers, name).is_none())
    {
        return Some(format!("the header {name} is missing"));
    }
    match text(headers, "X-Country-ISO-Code") {
        Some(country) if !is_country(country) => {
            return Some("the header X-Country-ISO-Code must be two upper-case letters".to_owned());
        }
        Some(_) => {}
        None if text(headers, "X-Forwarded-For").is_some() && text(headers, "User-Agent").is_some() => {}
        None => {
            let message = "the header X-Country-ISO-Code is missing (or both X-Forwarded-For and User-Agent)";
            return Some(message.to_owned());
        }
    }
    if request.method() == Method::POST && !names(headers, "Content-Type", JSON) {
        return Some(format!("the header Content-Type must be {JSON}"));
    }
    if request.uri().path().ends_with("/subscribe") && !names(headers, "Accept", EVENTS) {
        return Some(format!("the header Accept must be {EVENTS}"));
    }
    None
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.trim().is_empty())
}

/// Whether a comma-separated header names a media type, whatever its parameters.
fn names(headers: &HeaderMap, header: &str, media: &str) -> bool {
    let essence = |part: &str| part.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case(media));
    text(headers, header).is_some_and(|value| value.split(',').any(essence))
}

pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}
