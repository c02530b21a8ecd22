//! The control and the pictures.

use std::time::Duration;

use axum::{body::Body, http::StatusCode};
use serde_json::json;
use tokio::time::sleep;

use super::{
    Caller, ORDERS, answer, order_body, request,
    stream::{read, subscribe},
};

#[tokio::test]
async fn requests_are_listed_without_bodies() {
    let caller = Caller::new();
    caller.get("/v2/brands?country_code=US").await;
    caller.post(ORDERS, &order_body("buyer@example.net")).await;
    let mut refused = request("GET", "/v3/payment_vias", Body::empty());
    refused.headers_mut().remove("X-Cr-Application");
    refused.headers_mut().insert("cookie", "session=secret".parse().unwrap());
    caller.send(refused).await;
    let seen = caller.get("/_sandbox/requests").await.body;
    let list = seen.as_array().unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!((&list[0]["path"], &list[0]["query"]), (&json!("/v2/brands"), &json!("country_code=US")));
    assert_eq!((&list[1]["method"], &list[1]["status"]), (&json!("POST"), &json!(200)));
    assert_eq!(list[1]["headers"]["x-cr-application"], "partner");
    assert_eq!((&list[2]["status"], &list[2]["headers"]["cookie"]), (&json!(400), &json!(null)));
    assert!(list[2]["header_names"].as_array().unwrap().contains(&json!("cookie")));
    let text = seen.to_string();
    assert!(!text.contains("buyer@example.net") && !text.contains("secret"));
    let cleared = answer(caller.send(request("DELETE", "/_sandbox/requests", Body::empty())).await).await;
    assert_eq!(cleared.status, StatusCode::NO_CONTENT);
    assert_eq!(caller.get("/_sandbox/requests").await.body, json!([]));
}

#[tokio::test]
async fn the_list_of_requests_does_not_grow_for_ever() {
    let caller = Caller::new();
    for _ in 0..1_010 {
        caller.get("/v2/homepage?country_code=US").await;
    }
    assert_eq!(caller.get("/_sandbox/requests").await.body.as_array().unwrap().len(), 1_000);
}

#[tokio::test]
async fn pictures_are_drawn_for_any_variant() {
    let caller = Caller::new();
    for name in
        ["esim.webp", "esim_500x318.webp", "esim_300x190.jpg", "usdc.webp", "barcode.png", "%3Cb%3E.jpg"]
    {
        let answer = caller.get(&format!("/_sandbox/pictures/{name}")).await;
        assert_eq!(
            (answer.status, &answer.headers["content-type"]),
            (StatusCode::OK, &"image/svg+xml".parse().unwrap())
        );
        let drawing = answer.body.as_str().unwrap();
        assert!(drawing.starts_with("<svg") && !drawing.contains("<b>"));
    }
    let order = caller.order("buyer@example.net").await;
    let path = order["qr_url"].as_str().unwrap().strip_prefix("http://sandbox.test").unwrap();
    assert_eq!(caller.get(path).await.headers["content-type"], "image/svg+xml");
    assert_eq!(caller.get("/v3/qrs/0").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn an_order_is_paid_by_hand() {
    let caller = Caller::new();
    let order = caller.order("hold@example.com").await;
    let path = format!("/_sandbox/orders/{}/pay", order["order_id"].as_str().unwrap());
    let part = caller.post(&path, &json!({ "amount": "10" })).await.body;
    assert_eq!(
        (&part["order_state"], &part["sent_coin_amount"]),
        (&json!("PartialPaymentStarted"), &json!("10.00"))
    );
    sleep(Duration::from_secs(3_600)).await;
    let rest = caller.post(&path, &json!({ "amount": "16.15" })).await.body;
    assert_eq!(
        (&rest["order_state"], &rest["sent_coin_amount"]),
        (&json!("PaymentStarted"), &json!("26.15"))
    );
    let reading = read(subscribe(&caller, &order["order_id"]).await).await;
    assert_eq!(reading.states(), ["PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done"]);
    let other = caller.order("hold@example.com").await;
    let path = format!("/_sandbox/orders/{}/pay", other["order_id"].as_str().unwrap());
    let paid = answer(caller.send(request("POST", &path, Body::empty())).await).await.body;
    assert_eq!(
        (&paid["order_state"], &paid["sent_coin_amount"]),
        (&json!("PaymentStarted"), &json!("26.15"))
    );
    for wrong in [json!({ "amount": "-1" }), json!({ "amount": 1.5 }), json!("all")] {
        assert_eq!(caller.post(&path, &wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(caller.post("/_sandbox/orders/nobody/pay", &json!({})).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn an_order_is_moved_by_hand_and_stays_there() {
    let caller = Caller::new();
    let order = caller.order("buyer@example.net").await;
    let path = format!("/_sandbox/orders/{}/move", order["order_id"].as_str().unwrap());
    for state in ["WaitingForManualAction", "Refunded", "PaymentReceived"] {
        assert_eq!(caller.post(&path, &json!({ "state": state })).await.body["order_state"], state);
        sleep(Duration::from_secs(3_600)).await;
        let listed = caller.get("/_sandbox/orders").await.body;
        assert_eq!(listed[0]["order_state"], state);
        assert!(!listed.to_string().contains("buyer@example.net"));
    }
    for wrong in [json!({ "state": "Lost" }), json!({}), json!([])] {
        assert_eq!(caller.post(&path, &wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}
