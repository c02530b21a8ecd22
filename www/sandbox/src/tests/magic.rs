//! Every magic input does what its listing says.

use std::{fs, path::Path, time::Duration};

use axum::{body::Body, http::StatusCode, response::Response};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::{Answer, Caller, ORDERS, VALIDATIONS, answer, body, item, order_body, request};
use crate::{
    connection::CutConnection,
    faults::{Endpoint, FAULTS},
    inputs, problems,
    tests::stream::{Reading, read, subscribe},
};

async fn course(email: &str) -> Reading {
    let caller = Caller::new();
    let order = caller.order(email).await;
    read(subscribe(&caller, &order["order_id"]).await).await
}

const PAID: [&str; 3] = ["WaitingForPayment", "PaymentStarted", "PaymentReceived"];

#[tokio::test(start_paused = true)]
async fn every_path_an_order_can_take() {
    let paths: &[(&str, &[&str])] = &[
        ("paid", &["WaitingForPayment", "PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done"]),
        ("skip", &["WaitingForPayment", "WaitingForDelivery", "Done"]),
        ("short", &["WaitingForPayment", "PartialPaymentStarted", "Expired"]),
        (
            "overpay",
            &["WaitingForPayment", "PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done"],
        ),
        ("late", &["WaitingForPayment", "Expired"]),
        ("laterefund", &["WaitingForPayment", "Expired"]),
        ("cancel", &["WaitingForPayment", "Canceled"]),
        (
            "newstate",
            &[
                "WaitingForPayment",
                "PaymentStarted",
                "PaymentReceived",
                "AwaitingCarrierPigeon",
                "WaitingForDelivery",
                "Done",
            ],
        ),
    ];
    for (word, states) in paths {
        let reading = course(&format!("{word}@example.com")).await;
        assert_eq!(reading.states(), *states, "{word}");
        assert!(reading.stopped() && !reading.broken, "{word}");
    }
    assert_eq!(course("overpay@example.com").await.orders()[2]["sent_coin_amount"], "31.38");
}

#[tokio::test(start_paused = true)]
async fn late_money_moves_an_order_that_had_expired() {
    for (word, last) in [("late", "Done"), ("laterefund", "Refunded")] {
        let caller = Caller::new();
        let order = caller.order(&format!("{word}@example.com")).await;
        assert_eq!(
            *read(subscribe(&caller, &order["order_id"]).await).await.states().last().unwrap(),
            "Expired"
        );
        sleep(Duration::from_secs(61)).await;
        let reading = read(subscribe(&caller, &order["order_id"]).await).await;
        assert_eq!(reading.states().first().unwrap(), "PaymentReceived");
        assert_eq!(reading.states().last().unwrap(), last);
    }
}

#[tokio::test(start_paused = true)]
async fn a_held_order_stays() {
    let caller = Caller::new();
    let order = caller.order("hold@example.com").await;
    sleep(Duration::from_secs(1_000_000)).await;
    assert_eq!(caller.get(&format!("{ORDERS}/{}", order["order_id"].as_str().unwrap())).await.body, order);
}

#[tokio::test(start_paused = true)]
async fn partial_deliveries() {
    for (word, state, last) in [("partial", "Done", "Done"), ("partialrefund", "Refunded", "Refunded")] {
        let caller = Caller::new();
        let card = item("Wobblewick Market", "US", "25 USD");
        let two = body(&format!("{word}@example.com"), json!([card, card]));
        let order = caller.post(ORDERS, &two).await.body;
        let orders = read(subscribe(&caller, &order["order_id"]).await).await.orders();
        let states: Vec<_> = orders.iter().map(|order| order["order_state"].as_str().unwrap()).collect();
        assert_eq!(states[..3], PAID);
        assert_eq!(
            states[3..],
            ["WaitingForDelivery", "WaitingForDelivery", "WaitingForManualAction", state]
        );
        let delivery = |order: &Value, index: usize| {
            let one = &order["deliveries"][index];
            (one["delivery_state"].clone(), one["deliverable"]["pin_code"].is_string())
        };
        assert_eq!(delivery(&orders[3], 0), (json!("WaitingForDelivery"), false));
        assert_eq!(delivery(&orders[4], 0), (json!("Done"), true));
        assert_eq!(delivery(&orders[4], 1), (json!("WaitingForDelivery"), false));
        assert_eq!(delivery(&orders[6], 1), (json!(last), last == "Done"));
        // What was handed over stays as it is.
        assert_eq!(
            orders[4]["deliveries"][0]["deliverable"]["pin_code"],
            orders[6]["deliveries"][0]["deliverable"]["pin_code"]
        );
        if word == "partialrefund" {
            assert_eq!(
                orders[6]["refund"]["amount"],
                orders[6]["deliveries"][1]["deliverable"]["coin_amount"]
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn words_for_streams() {
    let text = |reading: &Reading| reading.packets.concat();
    let twice = course("duplicates@example.com").await.states();
    assert_eq!(twice[..4], ["WaitingForPayment", "WaitingForPayment", "PaymentStarted", "PaymentStarted"]);
    let old = course("old@example.com").await.states();
    assert_eq!(old[..4], ["WaitingForPayment", "PaymentStarted", "WaitingForPayment", "PaymentReceived"]);

    let closes = course("closes@example.com").await;
    assert!(!closes.stopped() && !closes.broken && closes.states().last().unwrap() == "Done");
    let empty = text(&course("emptystop@example.com").await);
    assert!(empty.ends_with("\n\nevent: stop\n\n"), "{empty}");

    let crlf = text(&course("crlf@example.com").await);
    assert_eq!(crlf.matches('\n').count(), crlf.matches("\r\n").count());
    let cr = text(&course("cr@example.com").await);
    assert!(!cr.contains('\n') && cr.contains("\r\rdata: "));
    assert!(text(&course("bom@example.com").await).starts_with("\u{feff}data: "));
    let many = course("multiline@example.com").await;
    assert!(many.packets[0].starts_with("data: {\ndata: ") && many.packets[0].ends_with("}\n\n"));
    let split = course("split@example.com").await;
    assert!(split.packets[0].starts_with("data: {\ndata: ") && !split.packets[0].ends_with('\n'));

    assert_eq!(course("quiet@example.com").await.comments, 0);
    let garbage = text(&course("garbage@example.com").await);
    assert!(garbage.contains("data: not JSON\n\n") && garbage.contains("event: weather\n"));
    assert!(text(&course("errorevent@example.com").await).contains("event: error\ndata: {"));
    let other = text(&course("otherorder@example.com").await);
    assert_eq!(other.matches("data: {").count(), 11);
}

#[tokio::test(start_paused = true)]
async fn cut_after_so_many_events_every_time() {
    let caller = Caller::new();
    let order = caller.order("cut-2@example.com").await;
    for expected in [["WaitingForPayment", "PaymentStarted"], ["PaymentStarted", "PaymentReceived"]] {
        let reading = read(subscribe(&caller, &order["order_id"]).await).await;
        assert_eq!(reading.states(), expected);
        assert!(reading.broken && !reading.stopped());
    }
}

#[tokio::test(start_paused = true)]
async fn without_stop_a_stream_stays_open() {
    let caller = Caller::new();
    let order = caller.order("nostop@example.com").await;
    let reading = tokio::spawn(read(subscribe(&caller, &order["order_id"]).await));
    sleep(Duration::from_secs(600)).await;
    assert!(!reading.is_finished());
    caller.sandbox.streams.close();
    let reading = reading.await.unwrap();
    assert_eq!(reading.states().last().unwrap(), "Done");
    assert!(!reading.stopped() && reading.comments > 50);
}

#[tokio::test(start_paused = true)]
async fn ids_resume_where_a_reader_was() {
    let caller = Caller::new();
    let order = caller.order("ids@example.com").await;
    let whole = read(subscribe(&caller, &order["order_id"]).await).await;
    assert!(whole.packets[0].starts_with("retry: 100\nid: 0\ndata: "));
    let path = format!("{ORDERS}/{}/subscribe", order["order_id"].as_str().unwrap());
    let mut again = request("GET", &path, Body::empty());
    again.headers_mut().insert("last-event-id", "2".parse().unwrap());
    let reading = read(caller.send(again).await).await;
    assert_eq!(reading.states(), ["WaitingForDelivery", "Done"]);
    assert!(reading.packets[0].contains("id: 3\n"));
}

#[tokio::test]
async fn a_ticking_stream_says_when_it_ticked() {
    let caller = Caller::new();
    let order = caller.order("hold+tick@example.com").await;
    let mut ticks = subscribe(&caller, &order["order_id"]).await.into_body();
    let packet = async |body: &mut Body| {
        let frame = http_body_util::BodyExt::frame(body).await.unwrap().unwrap();
        String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
    };
    packet(&mut ticks).await;
    let tick = timeout(Duration::from_secs(10), packet(&mut ticks)).await.unwrap();
    let (stamp, message) = tick.strip_prefix(": sent ").unwrap().split_once('\n').unwrap();
    assert!(stamp.parse::<u64>().unwrap() > 1_700_000_000_000_000);
    assert!(message.starts_with("data: {\"order_id\""));
}

/// The answer of one of the endpoints that know an e-mail address.
async fn ask(caller: &Caller, endpoint: Endpoint, email: &str, id: &Value) -> Response {
    let (method, path, text) = match endpoint {
        Endpoint::Validate => ("POST", VALIDATIONS.to_owned(), order_body(email).to_string()),
        Endpoint::Create => ("POST", ORDERS.to_owned(), order_body(email).to_string()),
        Endpoint::Order => ("GET", format!("{ORDERS}/{}", id.as_str().unwrap()), String::new()),
        _ => ("GET", format!("{ORDERS}/{}/subscribe", id.as_str().unwrap()), String::new()),
    };
    caller.send(request(method, &path, text.into())).await
}

#[tokio::test(start_paused = true)]
async fn every_fault_at_every_endpoint_of_an_order() {
    for endpoint in Endpoint::OF_AN_ORDER {
        for (fault, _) in FAULTS {
            let caller = Caller::new();
            let fault = fault.replace("NNN", "503");
            let email = format!("hold+{}-{fault}@example.com", endpoint.name());
            // An order whose creation the fault leaves alone.
            let id = if endpoint == Endpoint::Create {
                json!("")
            } else {
                caller.order(&email).await["order_id"].clone()
            };
            let before = caller.sandbox.orders.all().len();
            let asked = timeout(Duration::from_secs(60), ask(&caller, endpoint, &email, &id)).await;
            let placed = caller.sandbox.orders.all().len() - before;
            let what = format!("{email}: {asked:?}");
            if fault == "hang" {
                assert!(asked.is_err(), "{what}");
                continue;
            }
            let response = asked.unwrap();
            let acts = matches!(fault.as_str(), "slow" | "wrongtype" | "truncated" | "lost");
            assert_eq!(placed, usize::from(endpoint == Endpoint::Create && acts), "{what}");
            let cut = response.extensions().get::<CutConnection>().is_some();
            assert_eq!(cut, matches!(fault.as_str(), "reset" | "lost"), "{what}");
            let kind = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
            match fault.as_str() {
                "503" => {
                    let Answer { status, body, .. } = answer(response).await;
                    assert_eq!(
                        (status, body["message"].is_string()),
                        (StatusCode::SERVICE_UNAVAILABLE, true)
                    );
                }
                "html" => assert_eq!(kind.unwrap(), "text/html; charset=utf-8"),
                "empty" => assert_eq!(answer(response).await.body, ""),
                "wrongtype" => assert_eq!(kind.unwrap(), "text/plain"),
                "truncated" => {
                    let length = response.headers().get("content-length").is_some();
                    assert_eq!(length, endpoint != Endpoint::Stream, "{what}");
                    let whole = http_body_util::BodyExt::collect(response.into_body()).await;
                    assert!(whole.is_err(), "{what}");
                }
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn once_is_once_for_each_address() {
    let caller = Caller::new();
    let place = async |email: &str| caller.post(ORDERS, &order_body(email)).await.status.as_u16();
    assert_eq!(place("create-503-once@a.example").await, 503);
    assert_eq!(place("CREATE-503-once@a.example").await, 200);
    assert_eq!(place("create-503-once@b.example").await, 503);
    let limited = caller.post(ORDERS, &order_body("create-429@a.example")).await;
    assert_eq!((limited.status.as_u16(), &limited.headers["retry-after"]), (429, &"2".parse().unwrap()));
}

#[tokio::test]
async fn the_control_spoils_any_endpoint() {
    let caller = Caller::new();
    let order = caller.order("hold@example.com").await;
    let id = order["order_id"].as_str().unwrap();
    let country = "US";
    for (name, path) in [
        ("payment_vias", "/v3/payment_vias".to_owned()),
        ("brands", format!("/v2/brands?country_code={country}")),
        ("homepage", format!("/v2/homepage?country_code={country}")),
        ("products", format!("/v5/products/country/{country}?brand_name=eSIM")),
        (
            "price",
            "/v4/products/price?brand_name=Wobblewick%20Market&country_code=US&face_value=20&coin=USDC"
                .to_owned(),
        ),
        ("order", format!("{ORDERS}/{id}")),
    ] {
        let wanted = json!({ "endpoint": name, "fault": "502", "times": 2 });
        assert_eq!(caller.post("/_sandbox/faults", &wanted).await.status, StatusCode::OK);
        let statuses = [
            caller.get(&path).await.status.as_u16(),
            caller.get(&path).await.status.as_u16(),
            caller.get(&path).await.status.as_u16(),
        ];
        assert_eq!(statuses, [502, 502, 200], "{name}");
    }
    caller.post("/_sandbox/faults", &json!({ "endpoint": "validate", "fault": "html" })).await;
    for _ in 0..3 {
        let page = caller.post(VALIDATIONS, &order_body("a@example.com")).await;
        assert!(page.body.as_str().unwrap().starts_with("<!doctype html>"));
    }
    assert_eq!(
        caller.get("/_sandbox/faults").await.body,
        json!([{ "endpoint": "validate", "fault": "html", "times": null }])
    );
    caller.send(request("DELETE", "/_sandbox/faults", Body::empty())).await;
    assert!(caller.post(VALIDATIONS, &order_body("a@example.com")).await.body["coin"].is_string());
    for wrong in [
        json!({}),
        json!({ "endpoint": "x", "fault": "html" }),
        json!({ "endpoint": "order", "fault": "200" }),
        json!({ "endpoint": "order", "fault": "500", "times": 0 }),
    ] {
        assert_eq!(caller.post("/_sandbox/faults", &wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn every_problem_code_is_told() {
    let caller = Caller::new();
    for (code, _) in problems::ALL {
        let answer = caller.post(VALIDATIONS, &order_body(&format!("problem+{code}@example.com"))).await;
        if code.starts_with("SUSPENDED_") {
            assert_eq!((answer.status.as_u16(), &answer.body["detail"]), (422, &json!(code)));
        } else {
            assert_eq!(answer.codes(), [*code]);
        }
    }
}

#[tokio::test]
async fn the_listing_has_everything() {
    let caller = Caller::new();
    let page = answer(caller.send(request("GET", "/", Body::empty())).await).await.body;
    let list = caller.get("/_sandbox/inputs").await.body;
    assert_eq!(
        page.as_str().unwrap().lines().skip(1).collect::<Vec<_>>(),
        inputs::text().lines().collect::<Vec<_>>()
    );
    let inputs: Vec<_> =
        list["inputs"].as_array().unwrap().iter().map(|one| one["input"].as_str().unwrap()).collect();
    for input in [
        "expire@example.com",
        "cut-N@example.com",
        "create-lost@example.com",
        "problem+KYC_MISSING@example.com",
        "SANDBOX10",
        "SPENT10",
    ] {
        assert!(inputs.contains(&input), "{input}");
    }
}

/// `UPDATE_DOCS=1 cargo test -p sandbox` writes it.
#[test]
fn the_documentation_has_the_same_tables() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sandbox.md");
    let text = fs::read_to_string(&path).unwrap();
    let (start, end) = ("<!-- tables -->\n", "<!-- /tables -->");
    let (before, rest) = text.split_once(start).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let mut tables = String::new();
    for (title, rows) in inputs::sections() {
        tables += &format!("\n### {title}\n\n| input | what it does |\n| --- | --- |\n");
        for (name, does) in rows {
            tables += &format!("| `{name}` | {does} |\n");
        }
    }
    let wanted = format!("{before}{start}{tables}\n{end}{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    assert!(
        text == wanted || std::env::var_os("UPDATE_DOCS").is_some(),
        "docs/sandbox.md is not up to date: UPDATE_DOCS=1 cargo test -p sandbox"
    );
}
