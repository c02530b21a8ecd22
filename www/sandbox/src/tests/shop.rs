//! The catalogue's answers: their shapes, and what a query must have.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Caller;
use crate::catalogue;

#[tokio::test]
async fn payment_vias_are_a_bare_array() {
    let answer = Caller::new().get("/v3/payment_vias").await;
    let vias = answer.body.as_array().unwrap();
    assert_eq!((&vias[0]["name"], &vias[0]["available"]), (&json!("USER_WALLET"), &json!(true)));
    assert_eq!((&vias[1]["name"], &vias[1]["available"]), (&json!("GATE_PAY"), &json!(false)));
    let coins = vias[0]["currencies"].as_array().unwrap();
    let coin = |name: &str| coins.iter().find(|coin| coin["name"] == name).unwrap();
    assert_eq!(coin("DOGE")["is_suspended"], true);
    let networks = coin("USDC")["networks"].as_array().unwrap();
    assert_eq!(networks[0]["smart_contract"]["decimals"], 6);
    assert_eq!(networks[1]["chain_id"], 8453);
    assert!(networks.iter().all(|network| network["threshold"].is_string()));
    // The network's own flag is often left out.
    assert!(coin("BTC")["networks"][0].get("is_suspended").is_none());
    assert_eq!(
        coin("USDT")["networks"][4],
        json!({
            "name": "Ton", "is_suspended": true, "logo_url": "http://sandbox.test/_sandbox/pictures/ton.webp",
        })
    );
}

fn find<'a>(brands: &'a Value, name: &str) -> &'a Value {
    brands.as_array().unwrap().iter().find(|brand| brand["brand"] == name).unwrap()
}

#[tokio::test]
async fn brands_stand_under_every_category_and_once_in_all_brands() {
    let answer = Caller::new().get("/v2/brands?country_code=US").await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = &answer.body;
    assert_eq!(body["country_code"], "US");
    let categories = body["categories"].as_array().unwrap();
    let under = categories.iter().filter(|category| {
        category["brands"].as_array().unwrap().iter().any(|brand| brand["brand"] == "Wobblewick Market")
    });
    assert_eq!(under.count(), 3);
    assert!(categories.iter().any(|category| category["category"].is_null()));
    let all = &body["all_brands"];
    assert_eq!(all.as_array().unwrap().len(), catalogue::in_country("US").count());
    let sold_out = find(all, "Gloomhollow Arcade");
    assert_eq!((&sold_out["min"], &sold_out["max"]), (&Value::Null, &Value::Null));
    assert_eq!(sold_out["is_out_of_stock"], true);
    let market = find(all, "Wobblewick Market");
    assert_eq!((&market["min"], &market["max"]), (&json!("$5"), &json!("$300")));
    assert_eq!(market["logo_base_url"], "http://sandbox.test/_sandbox/pictures/wobblewick-market");
    assert!(find(all, "Ñandú Outfitters").get("logo_base_url").is_none());
    let esim = find(all, "eSIM");
    assert_eq!((&esim["kind"], &esim["category"]), (&json!("mobile_recharge"), &json!("e-sim")));
    assert_eq!((&esim["min"], &esim["max"]), (&json!("1 GB 7 days"), &json!("Unlimited 10 days")));
}

#[tokio::test]
async fn brands_need_a_country_and_know_some_without_goods() {
    let caller = Caller::new();
    for path in ["/v2/brands", "/v2/brands?country_code=", "/v2/brands?country_code=us", "/v2/homepage"] {
        let answer = caller.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.message().contains("country_code"));
    }
    let nowhere = caller.get("/v2/brands?country_code=AQ").await;
    assert_eq!((&nowhere.body["categories"], &nowhere.body["all_brands"]), (&json!([]), &json!([])));
    assert!(caller.get("/v2/brands?country_code=AE").await.body.get("all_brands").is_none());
    assert!(caller.get("/v2/homepage?country_code=JP").await.body.is_object());
}

#[tokio::test]
async fn a_family_gives_a_group_for_each_brand() {
    let caller = Caller::new();
    let groups = caller.get("/v5/products/country/US?family_name=pixelbadger&coin=USDC&lang=en").await.body;
    let names: Vec<_> = groups.as_array().unwrap().iter().map(|group| group["brand"].clone()).collect();
    assert_eq!(names, ["Pixelbadger Credits", "Pixelbadger Pass"]);
    assert_eq!(groups[0]["rich_description"]["locale"], "en");
    assert_eq!(groups[0]["default_denomination"], "100 USD");
    let one =
        caller.get("/v5/products/country/FR?brand_name=caf%C3%A9%20Z%C3%89PHYR%20%26%20fils").await.body;
    assert_eq!(one[0]["brand"], "Café Zéphyr & Fils");
    assert_eq!(one[0]["products"][0]["coin"], "BTC");
}

#[tokio::test]
async fn products_are_fixed_or_free() {
    let caller = Caller::new();
    let groups = caller.get("/v5/products/country/US?brand_name=Wobblewick%20Market&coin=USDC").await.body;
    let products = groups[0]["products"].as_array().unwrap();
    let fixed = &products[1];
    assert_eq!(fixed["denomination"], "25 USD");
    assert_eq!(fixed["localized_denomination"], "$25");
    assert_eq!(fixed["coin_amount"], "26.13");
    assert_eq!(
        fixed["face_value"],
        json!({ "currency_code": "USD", "amount": { "type": "fixed", "price": "25" } })
    );
    assert!(fixed.get("range").is_none());
    let free = products.last().unwrap();
    assert_eq!(free["is_dynamic"], true);
    assert_eq!(free["range"].to_string(), r#"{"min":5.0,"max":300.0,"currency":"USD","step_size":1.0,"default":"300.0"}"#
        .parse::<Value>().unwrap().to_string());
    assert_eq!(free["face_value"]["amount"], json!({ "type": "range", "min": "5.00", "max": "300.00" }));
    assert!(free.get("denomination").is_none() && free.get("coin_amount").is_none());
    let stepless = caller.get("/v5/products/country/US?brand_name=Sm%C3%B8rhattan%20Grocers");
    assert!(stepless.await.body[0]["products"][0]["range"]["step_size"].is_null());
    let japanese = caller
        .get("/v5/products/country/JP?family_name=%E3%81%BB%E3%81%97%E3%81%9E%E3%82%89%E6%9B%B8%E5%BA%97");
    assert_eq!(japanese.await.body[0]["products"][0]["localized_denomination"], "1,000円");
    let esim = caller.get("/v5/products/country/IT?brand_name=eSIM").await.body;
    assert_eq!(esim[0]["products"][2]["benefits"][0]["amount"]["base"]["amount"], -1);
    let credits = caller.get("/v5/products/country/US?brand_name=Nimbofon%20Credits").await.body;
    assert_eq!(credits[0]["products"][1]["delivery_type"], "by_phone");
    assert_eq!(credits[0]["products"][2]["delivery_type"], "by_email");
}

#[tokio::test]
async fn products_have_their_corners() {
    let caller = Caller::new();
    let refused = caller.get("/v5/products/country/US?coin=USDC").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.message().contains("family_name") && refused.message().contains("brand_name"));
    assert_eq!(caller.get("/v5/products/country/us?brand_name=eSIM").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(caller.get("/v5/products/country/US?family_name=nobody").await.body, json!([]));
    assert_eq!(caller.get("/v5/products/country/GB?brand_name=Dunewhistle%20Mall").await.body, json!([]));
    let sold_out = caller.get("/v5/products/country/US?brand_name=Gloomhollow%20Arcade").await.body;
    assert!(sold_out[0]["products"].is_null());
    assert_eq!(sold_out[0]["default_denomination"], "");
    let persian = caller.get("/v5/products/country/US?brand_name=eSIM&lang=fa").await.body;
    assert!(persian[0]["rich_description"].is_null());
    assert!(!persian[0]["products"].as_array().unwrap().is_empty());
    let german = caller.get("/v5/products/country/US?brand_name=eSIM&lang=de&coin=NOPE").await.body;
    assert!(german[0]["rich_description"]["description"].as_str().unwrap().contains("[de]"));
    assert_eq!(german[0]["products"][0]["coin"], "BTC");
}

#[tokio::test]
async fn a_price_is_for_a_free_amount_or_the_nearest_card() {
    let caller = Caller::new();
    let price = |face: &'static str, more: &'static str| {
        let path = format!(
            "/v4/products/price?brand_name=Wobblewick%20Market&country_code=US&face_value={face}&coin=USDC{more}"
        );
        let caller = &caller;
        async move { caller.get(&path).await }
    };
    let free = price("75", "").await.body;
    assert_eq!((&free["is_dynamic"], &free["coin_amount"]), (&json!(true), &json!("75.98")));
    let coupon = price("75", "&promo_code=SANDBOX10").await.body;
    assert_eq!((&coupon["coin_amount"], &coupon["original_coin_amount"]), (&json!("68.38"), &json!("75.98")));
    for face in ["4", "301", "75.5", "1e2", "-5", "", "99999999999999999999"] {
        let refused = price(face, "").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{face}");
        assert!(!refused.message().is_empty());
    }
    // A brand without free amounts silently falls back to its default card.
    let fallback =
        "/v4/products/price?brand_name=Pixelbadger%20Credits&country_code=US&face_value=7&coin=USDC";
    assert_eq!(caller.get(fallback).await.body["denomination"], "100 USD");
    let unknown = "/v4/products/price?brand_name=nobody&country_code=US&face_value=7&coin=USDC";
    assert_eq!(caller.get(unknown).await.status, StatusCode::NOT_FOUND);
    let gone = "/v4/products/price?brand_name=Gloomhollow%20Arcade&country_code=US&face_value=7&coin=USDC";
    assert_eq!(caller.get(gone).await.status, StatusCode::BAD_REQUEST);
    for missing in ["brand_name", "country_code", "face_value", "coin"] {
        let path = "/v4/products/price?brand_name=eSIM&country_code=US&face_value=4.5&coin=BTC"
            .replace(&format!("{missing}="), "other=");
        assert!(caller.get(&path).await.message().contains(missing));
    }
}
