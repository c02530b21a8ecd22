//! Orders from creation to their end, one scenario at a time.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{Caller, ORDERS, VALIDATIONS, body, item, order_body};
use crate::store::Store;

async fn read(caller: &Caller, order: &Value) -> Value {
    caller.get(&format!("{ORDERS}/{}", order["order_id"].as_str().unwrap())).await.body
}

async fn seconds(count: u64) {
    sleep(Duration::from_secs(count)).await;
}

#[tokio::test]
async fn a_new_order_says_how_to_pay() {
    let caller = Caller::new();
    let order = caller.order("buyer@example.net").await;
    let quoted = caller.post(VALIDATIONS, &order_body("buyer@example.net")).await.body;
    assert_eq!(
        (&order["order_state"], &order["payment_state"]),
        (&json!("WaitingForPayment"), &json!("WalletCreated"))
    );
    assert_eq!(order["coin_amount"], quoted["coin_amount"]);
    assert_eq!(order["sent_coin_amount"], "0");
    assert_eq!(order["payment_value"].to_string(), "22.1631");
    assert!(order["created_at"].as_str().unwrap().parse::<u64>().unwrap() > 1_700_000_000);
    assert_eq!(order["created_at"], order["payment_requested_at"]);
    assert!(order.get("updated_at").is_none() && order.get("refund").is_none());
    let address = order["wallet_address"].as_str().unwrap();
    assert!(
        order["qr_text"].as_str().unwrap().starts_with(&format!("solana:{address}?amount=26.15&spl-token="))
    );
    assert_eq!(order["user"], json!({ "email": "buyer@example.net" }));
    assert!(order["deliveries"][0]["deliverable"].get("pin_code").is_none());
    assert_eq!(read(&caller, &order).await, order);
}

#[tokio::test]
async fn both_forms_of_deliveries_make_the_same_order() {
    let caller = Caller::new();
    let flat = item("Wobblewick Market", "US", "25 USD");
    let repeated = body("buyer@example.net", json!([flat.clone(), flat.clone(), flat.clone()]));
    let nested = body(
        "buyer@example.net",
        json!([{ "kind": "giftcard", "quantity": 3, "deliverable": flat.clone() }]),
    );
    let strip = |mut order: Value| {
        for delivery in order["deliveries"].as_array_mut().unwrap() {
            delivery["id"] = Value::Null;
        }
        (order["coin_amount"].clone(), order["deliveries"].clone())
    };
    let (one, other) = (caller.post(ORDERS, &repeated).await, caller.post(ORDERS, &nested).await);
    assert_eq!(strip(one.body), strip(other.body));
    for (quantity, word) in
        [(json!(0), "quantity"), (json!(-1), "quantity"), (json!("2"), "quantity"), (json!(1.5), "quantity")]
    {
        let wrong = json!([{ "kind": "giftcard", "quantity": quantity, "deliverable": flat.clone() }]);
        let answer = caller.post(ORDERS, &body("buyer@example.net", wrong)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.message().contains(word));
    }
    let many =
        json!([{ "kind": "giftcard", "quantity": u64::MAX, "deliverable": flat.clone() }, flat.clone()]);
    assert_eq!(
        caller.post(ORDERS, &body("buyer@example.net", many)).await.codes(),
        ["PRODUCT_COUNT_EXCEEDED"]
    );
    let kind = json!([{ "kind": "mobile_recharge", "deliverable": flat }]);
    assert_eq!(
        caller.post(ORDERS, &body("buyer@example.net", kind)).await.codes(),
        ["NOT_AVAILABLE_PRODUCT"]
    );
}

#[tokio::test]
async fn a_new_order_needs_a_user_and_a_network() {
    let caller = Caller::new();
    let mut order = order_body("buyer@example.net");
    order["payment"].as_object_mut().unwrap().remove("network");
    assert!(caller.post(ORDERS, &order).await.message().contains("payment.network"));
    let mut order = order_body("buyer@example.net");
    order.as_object_mut().unwrap().remove("user");
    assert!(caller.post(ORDERS, &order).await.message().contains("user.email"));
}

#[tokio::test]
async fn unknown_and_malformed_ids_are_not_found() {
    let caller = Caller::new();
    for id in ["7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162", "ord_abc123xyz", "..", "%00", "a%2Fb"] {
        let answer = caller.get(&format!("{ORDERS}/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        assert!(answer.message().contains("not found"));
    }
}

/// Watches the states an order goes through, with the second each was entered in.
async fn course(email: &str) -> (Vec<(u64, String)>, Value) {
    let caller = Caller::new();
    let order = caller.order(email).await;
    let mut states = vec![(0, order["order_state"].as_str().unwrap().to_owned())];
    let mut last = order;
    for second in 1..=1_900 {
        // Read in the middle of a second, so that no two timers fall together.
        sleep(Duration::from_millis(if second == 1 { 1_500 } else { 1_000 })).await;
        last = read(&caller, &last).await;
        let state = last["order_state"].as_str().unwrap();
        if states.last().unwrap().1 != state {
            states.push((second, state.to_owned()));
        }
    }
    (states, last)
}

macro_rules! states {
    ($($second:literal $state:ident),* $(,)?) => { vec![$(($second, stringify!($state).to_owned())),*] };
}

#[tokio::test(start_paused = true)]
async fn delivered() {
    let (states, order) = course("buyer@example.net").await;
    assert_eq!(
        states,
        states![0 WaitingForPayment, 6 PaymentStarted, 9 PaymentReceived, 11 WaitingForDelivery, 15 Done]
    );
    assert_eq!(order["payment_state"], "PaymentCompleted");
    assert_eq!(order["sent_coin_amount"], order["coin_amount"]);
    let delivery = &order["deliveries"][0];
    assert_eq!(delivery["delivery_state"], "Done");
    assert!(delivery["deliverable"]["pin_code"].as_str().unwrap().starts_with("SNDB-"));
    assert!(delivery["deliverable"]["redeem_instructions"].as_str().unwrap().starts_with("<ol>"));
}

#[tokio::test(start_paused = true)]
async fn expired() {
    let (states, order) = course("expire@example.com").await;
    assert_eq!(states, states![0 WaitingForPayment, 1800 Expired]);
    assert_eq!((&order["payment_state"], &order["sent_coin_amount"]), (&json!("Expired"), &json!("0")));
    assert!(order["deliveries"][0]["deliverable"].get("pin_code").is_none());
}

#[tokio::test(start_paused = true)]
async fn payment_failed() {
    let (states, _) = course("fail@example.com").await;
    assert_eq!(states, states![0 WaitingForPayment, 6 PaymentStarted, 9 PaymentFailed]);
}

#[tokio::test(start_paused = true)]
async fn payment_setup_failed() {
    let (states, order) = course("setupfail@example.com").await;
    assert_eq!(states, states![0 Created, 1 PaymentSetupFailed]);
    for field in ["wallet_address", "qr_text", "qr_url", "payment_requested_at"] {
        assert!(order.get(field).is_none(), "{field}");
    }
}

#[tokio::test(start_paused = true)]
async fn underpaid() {
    let (states, order) = course("underpay@example.com").await;
    assert_eq!(
        states,
        states![
            0 WaitingForPayment, 6 PartialPaymentStarted, 12 PaymentReceived, 14 WaitingForDelivery, 18 Done
        ]
    );
    assert_eq!(order["sent_coin_amount"], order["coin_amount"]);
}

#[tokio::test(start_paused = true)]
async fn an_underpaid_order_says_what_it_has() {
    let caller = Caller::new();
    let order = caller.order("underpay@example.com").await;
    seconds(7).await;
    assert_eq!(read(&caller, &order).await["sent_coin_amount"], "15.69");
}

#[tokio::test(start_paused = true)]
async fn manual_then_done() {
    let (states, _) = course("manual@example.com").await;
    assert_eq!(
        states,
        states![
            0 WaitingForPayment, 6 PaymentStarted, 9 PaymentReceived, 11 WaitingForManualAction, 17 Done
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn manual_then_refunded() {
    let (states, order) = course("refund@example.com").await;
    assert_eq!(
        states,
        states![
            0 WaitingForPayment, 6 PaymentStarted, 9 PaymentReceived, 11 WaitingForManualAction, 17 Refunded
        ]
    );
    assert_eq!((&order["refund"]["amount"], &order["refund"]["currency"]), (&json!("26.15"), &json!("USDC")));
    assert!(order["deliveries"][0]["deliverable"].get("pin_code").is_none());
}

#[tokio::test(start_paused = true)]
async fn what_is_handed_over_depends_on_the_goods() {
    let caller = Caller::new();
    let mut deliveries = vec![
        item("Pixelbadger Pass", "US", "1 month"),
        item("eSIM", "US", "1 GB 7 days"),
        item("Smørhattan Grocers", "US", "range"),
        item("Café Zéphyr & Fils", "FR", "range"),
        item("Nimbofon Credits", "US", "10 USD"),
        item("Nimbofon Credits", "US", "10 USD - PIN"),
    ];
    deliveries[2]["product_value"] = json!(12.34);
    deliveries[3]["product_value"] = json!("15");
    deliveries[4]["beneficiary_account"] = json!("+14155550123");
    let order = caller.post(ORDERS, &body("buyer@example.net", json!(deliveries))).await.body;
    assert_eq!(order["deliveries"][2]["deliverable"]["product_value"].to_string(), "12.34");
    seconds(16).await;
    let done = read(&caller, &order).await;
    let got = |index: usize| done["deliveries"][index]["deliverable"].clone();
    assert!(got(0)["pin_code"].as_str().unwrap().starts_with("https://"));
    assert!(got(1)["pin_code"].as_str().unwrap().starts_with("LPA:1$"));
    assert!(got(2)["security_code"].is_string() && got(2)["pin_serial"].is_string());
    assert!(got(3)["barcode_image_url"].as_str().unwrap().ends_with("/barcode.png"));
    assert!(got(4).get("pin_code").is_none() && got(4)["operator_reference"].is_string());
    assert!(got(5)["pin_code"].is_string());
    // Handed over once: the same to every later reader.
    seconds(100).await;
    assert_eq!(read(&caller, &order).await, done);
}

#[tokio::test(start_paused = true)]
async fn finished_orders_make_room_for_new_ones() {
    let caller = Caller::new();
    let first = caller.order("buyer@example.net").await;
    for _ in 1..1_000 {
        caller.order("buyer@example.net").await;
    }
    let refused = caller.post(ORDERS, &order_body("buyer@example.net")).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers["retry-after"], "10");
    seconds(16).await;
    let last = caller.order("buyer@example.net").await;
    assert_eq!(read(&caller, &last).await, last);
    assert_eq!(read(&caller, &first).await["message"], "order not found");
}

#[tokio::test(start_paused = true)]
async fn an_order_that_cannot_be_written_never_was() {
    let (store, over) = Store::taking(0);
    over.join().unwrap();
    let caller = Caller::over(store, 10);
    let answer = caller.post(ORDERS, &order_body("buyer@example.net")).await;
    assert_eq!(
        (answer.status, answer.message()),
        (StatusCode::INTERNAL_SERVER_ERROR, "orders cannot be kept")
    );
    assert_eq!(caller.get("/_sandbox/orders").await.body, json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_step_that_cannot_be_written_is_not_taken() {
    let (store, over) = Store::taking(1);
    let caller = Caller::over(store, 10);
    let order = caller.order("buyer@example.net").await;
    over.join().unwrap();
    seconds(100).await;
    assert_eq!(read(&caller, &order).await, order);
    let id = order["order_id"].as_str().unwrap();
    for (way, wanted) in [("pay", json!({})), ("move", json!({ "state": "Done" }))] {
        let answer = caller.post(&format!("/_sandbox/orders/{id}/{way}"), &wanted).await;
        assert_eq!(
            (answer.status, answer.message()),
            (StatusCode::INTERNAL_SERVER_ERROR, "orders cannot be kept")
        );
    }
    seconds(100).await;
    assert_eq!(read(&caller, &order).await, order);
}

#[tokio::test(start_paused = true)]
async fn a_finished_order_stays_where_the_new_one_cannot_be_written() {
    let (store, over) = Store::taking(5);
    let caller = Caller::over(store, 1);
    let first = caller.order("buyer@example.net").await;
    while read(&caller, &first).await["order_state"] != "Done" {
        seconds(1).await;
    }
    over.join().unwrap();
    let answer = caller.post(ORDERS, &order_body("buyer@example.net")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(read(&caller, &first).await["order_state"], "Done");
    assert_eq!(caller.get("/_sandbox/orders").await.body.as_array().unwrap().len(), 1);
}
