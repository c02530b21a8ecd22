//! Which headers a call must have, and what it hears without them.

use axum::{body::Body, http::StatusCode};

use super::{Answer, Caller, answer, request};

async fn without(path: &str, method: &str, names: &[&str], with: &[(&'static str, &'static str)]) -> Answer {
    let mut request = request(method, path, Body::empty());
    for name in names {
        request.headers_mut().remove(*name);
    }
    for (name, value) in with {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    answer(Caller::new().send(request).await).await
}

#[tokio::test]
async fn the_partners_headers_are_required_on_every_endpoint() {
    let paths = [
        ("GET", "/v3/payment_vias"),
        ("GET", "/v2/brands?country_code=US"),
        ("GET", "/v2/homepage?country_code=US"),
        ("GET", "/v5/products/country/US?brand_name=eSIM"),
        ("GET", "/v4/products/price?brand_name=eSIM&country_code=US&face_value=4.5&coin=BTC"),
        ("POST", "/v5/orders/validations"),
        ("POST", "/v5/orders"),
        ("GET", "/v5/orders/0"),
        ("GET", "/v5/orders/0/subscribe"),
    ];
    for (method, path) in paths {
        for name in ["X-Cr-Application", "X-Cr-Version", "X-Country-ISO-Code"] {
            let answer = without(path, method, &[name], &[]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            assert!(answer.message().contains(name), "{}", answer.message());
        }
    }
}

#[tokio::test]
async fn address_and_agent_do_in_place_of_the_country() {
    let path = "/v3/payment_vias";
    let country = ["X-Country-ISO-Code"];
    let newer = [("X-Forwarded-For", "203.0.113.7"), ("User-Agent", "a browser")];
    assert_eq!(without(path, "GET", &country, &newer).await.status, StatusCode::OK);
    for half in newer {
        assert_eq!(without(path, "GET", &country, &[half]).await.status, StatusCode::BAD_REQUEST);
    }
    let small = [("X-Country-ISO-Code", "us")];
    assert_eq!(without(path, "GET", &[], &small).await.status, StatusCode::BAD_REQUEST);
    let empty = [("X-Cr-Application", " ")];
    assert_eq!(without(path, "GET", &[], &empty).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn media_types_are_looked_at_where_they_matter() {
    let plain = [("Content-Type", "text/plain")];
    assert!(without("/v5/orders", "POST", &[], &plain).await.message().contains("Content-Type"));
    let more = [("Content-Type", "Application/JSON; charset=utf-8")];
    assert!(without("/v5/orders", "POST", &[], &more).await.message().contains("not JSON"));
    assert_eq!(without("/v3/payment_vias", "GET", &["Content-Type"], &[]).await.status, StatusCode::OK);
    let any = [("Accept", "*/*")];
    assert!(without("/v5/orders/0/subscribe", "GET", &[], &any).await.message().contains("Accept"));
    let several = [("Accept", "application/json, text/event-stream;q=0.9")];
    assert_eq!(without("/v5/orders/0/subscribe", "GET", &[], &several).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_404_as_json() {
    for (method, path) in [
        ("GET", "/nowhere"),
        ("GET", "/v5/orders"),
        ("PATCH", "/v5/orders/0"),
        ("PUT", "/v5/orders/0"),
        ("DELETE", "/v5/orders/0"),
        ("GET", "/v5/orders/%ff"),
        ("POST", "/v3/payment_vias"),
    ] {
        let answer = without(path, method, &[], &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
        assert!(!answer.message().is_empty());
    }
}
