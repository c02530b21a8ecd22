//! The catalogue's endpoints: brands, homepage, products, price.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Query, State},
};
use serde::Serialize;
use serde_json::Number;
use uuid::Uuid;

use crate::{
    app::{Sandbox, Shared},
    catalogue::{self, Brand, Offer, Product, Stock, Value},
    coupons,
    decimal::Decimal,
    headers::is_country,
    payment::{self, Coin},
    pricing::{self, Price},
    reply::{Refusal, Segment},
};

type Parameters = Query<HashMap<String, String>>;

/// Languages with texts; for any other the descriptions are null.
const LANGUAGES: &[&str] = &["en", "es", "fr", "de", "it", "pt", "zh", "tr", "vi", "tl"];

fn given<'a>(query: &'a Parameters, name: &str) -> Option<&'a str> {
    query.get(name).map(String::as_str).filter(|text| !text.is_empty())
}

fn required<'a>(query: &'a Parameters, name: &str) -> Result<&'a str, Refusal> {
    given(query, name).ok_or_else(|| Refusal::bad(format!("the query parameter {name} is missing")))
}

fn country(query: &Parameters) -> Result<&str, Refusal> {
    let code = required(query, "country_code")?;
    if is_country(code) { Ok(code) } else { Err(Refusal::bad("country_code must be two upper-case letters")) }
}

#[derive(Clone, Serialize)]
struct WireBrand {
    family: &'static str,
    brand: &'static str,
    brand_id: Uuid,
    logo_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bg_color: Option<&'static str>,
    min: Option<String>,
    max: Option<String>,
    category: Option<&'static str>,
    additional_categories: &'static [&'static str],
    kind: &'static str,
    is_out_of_stock: bool,
    country_code: String,
    product_type: &'static str,
    brand_tags: [String; 0],
}

fn wire_brand(sandbox: &Sandbox, country: &str, brand: &'static Brand, offer: &'static Offer) -> WireBrand {
    let (min, max) = catalogue::limits(brand, offer);
    WireBrand {
        family: brand.family,
        brand: brand.name,
        brand_id: brand.id(),
        logo_url: sandbox.picture(brand.slug, "webp"),
        logo_base_url: brand.with_logo_base.then(|| sandbox.picture(brand.slug, "")),
        bg_color: brand.colour,
        min,
        max,
        category: brand.category,
        additional_categories: brand.more_categories,
        kind: brand.kind,
        is_out_of_stock: brand.stock == Stock::SoldOut,
        country_code: country.to_owned(),
        product_type: "physical",
        brand_tags: [],
    }
}

#[derive(Serialize)]
struct WireBrands {
    country_code: String,
    categories: Vec<WireCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    all_brands: Option<Vec<WireBrand>>,
    popular_brands: Vec<WireBrand>,
    last_user_purchases: [String; 0],
    suggestions: [String; 0],
}

#[derive(Serialize)]
struct WireCategory {
    kind: &'static str,
    category: Option<&'static str>,
    popular_brands: [String; 0],
    brands: Vec<WireBrand>,
}

/// `GET /v2/brands`: each brand under every category it has, and once in `all_brands`.
pub async fn brands(
    State(sandbox): State<Shared>,
    query: Parameters,
) -> Result<Json<impl Serialize>, Refusal> {
    let country = country(&query)?;
    let goods: Vec<_> = catalogue::in_country(country)
        .map(|(brand, offer)| (brand, wire_brand(&sandbox, country, brand, offer)))
        .collect();
    let mut categories: Vec<WireCategory> = Vec::new();
    for (brand, wire) in &goods {
        for category in std::iter::once(brand.category).chain(brand.more_categories.iter().copied().map(Some))
        {
            let same = |group: &&mut WireCategory| group.kind == brand.kind && group.category == category;
            match categories.iter_mut().find(same) {
                Some(group) => group.brands.push(wire.clone()),
                None => categories.push(WireCategory {
                    kind: brand.kind,
                    category,
                    popular_brands: [],
                    brands: vec![wire.clone()],
                }),
            }
        }
    }
    let all: Vec<WireBrand> = goods.into_iter().map(|(_, wire)| wire).collect();
    Ok(Json(WireBrands {
        country_code: country.to_owned(),
        categories,
        popular_brands: all.iter().take(3).cloned().collect(),
        all_brands: (country != catalogue::COUNTRY_WITHOUT_ALL_BRANDS).then_some(all),
        last_user_purchases: [],
        suggestions: [],
    }))
}

#[derive(Serialize)]
struct WireHomepage {
    country_code: String,
    sections: Vec<WireSection>,
}

#[derive(Serialize)]
struct WireSection {
    title: &'static str,
    brands: Vec<WireBrand>,
}

/// `GET /v2/homepage`: an object whose inside is nobody's business but the vendor's.
pub async fn homepage(
    State(sandbox): State<Shared>,
    query: Parameters,
) -> Result<Json<impl Serialize>, Refusal> {
    let country = country(&query)?;
    let section = |title, kind| WireSection {
        title,
        brands: catalogue::in_country(country)
            .filter(|(brand, _)| brand.kind == kind && brand.stock == Stock::Available)
            .take(4)
            .map(|(brand, offer)| wire_brand(&sandbox, country, brand, offer))
            .collect(),
    };
    Ok(Json(WireHomepage {
        country_code: country.to_owned(),
        sections: vec![section("Trending", "giftcard"), section("Stay connected", "mobile_recharge")],
    }))
}

#[derive(Serialize)]
struct WireGroup {
    country_code: String,
    category: Option<&'static str>,
    additional_categories: &'static [&'static str],
    kind: &'static str,
    default_denomination: String,
    family: &'static str,
    brand: &'static str,
    brand_id: Uuid,
    is_out_of_stock: bool,
    logo_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bg_color: Option<&'static str>,
    product_tc: &'static str,
    redeem_method: [&'static str; 1],
    product_type: &'static str,
    brand_tags: [String; 0],
    rich_description: Option<WireDescription>,
    products: Option<Vec<WireProduct>>,
}

#[derive(Serialize)]
struct WireDescription {
    markup: &'static str,
    locale: String,
    country_code: String,
    description: String,
    how_to_redeem: String,
    term_and_conditions: String,
    note: String,
    redeem_geo: String,
    brand_tagline: &'static str,
    brand_use_case: &'static str,
    brand_url: String,
    brand_alt_names: &'static str,
    #[serde(rename = "sizeInBytes")]
    size_in_bytes: usize,
}

#[derive(Serialize)]
struct WireProduct {
    product_id: Uuid,
    is_dynamic: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    denomination: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    localized_denomination: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<WireRange>,
    coin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    coin_amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_coin_amount: Option<String>,
    payment_method: &'static str,
    delivery_type: &'static str,
    points: String,
    product_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    face_value: Option<WireFaceValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    benefits: Option<[WireBenefit; 1]>,
}

#[derive(Serialize)]
struct WireRange {
    min: Option<Number>,
    max: Option<Number>,
    currency: &'static str,
    step_size: Option<Number>,
    default: String,
}

#[derive(Serialize)]
struct WireFaceValue {
    currency_code: &'static str,
    amount: WireAmount,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum WireAmount {
    Fixed { price: String },
    Range { min: String, max: String },
}

#[derive(Serialize)]
struct WireBenefit {
    #[serde(rename = "type")]
    kind: &'static str,
    unit_type: &'static str,
    unit: &'static str,
    amount: WireBenefitAmount,
}

#[derive(Serialize)]
struct WireBenefitAmount {
    base: WireQuantity,
    total_including_tax: WireQuantity,
}

#[derive(Serialize)]
struct WireQuantity {
    amount: i32,
}

/// `GET /v5/products/country/{cc}`: the groups of a family, or of one brand; an unknown name gives `[]`.
pub async fn products(
    State(sandbox): State<Shared>,
    Segment(country): Segment,
    query: Parameters,
) -> Result<Json<impl Serialize>, Refusal> {
    if !is_country(&country) {
        return Err(Refusal::bad("the country must be two upper-case letters"));
    }
    let (family, brand) = (given(&query, "family_name"), given(&query, "brand_name"));
    if family.is_none() && brand.is_none() {
        return Err(Refusal::bad("one of the query parameters family_name and brand_name is required"));
    }
    let same = |wanted: Option<&str>, name: &str| {
        wanted.is_none_or(|wanted| wanted.to_lowercase() == name.to_lowercase())
    };
    let coin = given(&query, "coin").and_then(payment::coin).or_else(payment::default_coin);
    let lang = given(&query, "lang").unwrap_or("en");
    let groups: Vec<WireGroup> = catalogue::in_country(&country)
        .filter(|(item, _)| same(family, item.family) && same(brand, item.name))
        .filter_map(|(item, offer)| Some(wire_group(&sandbox, &country, item, offer, coin?, lang)))
        .collect();
    Ok(Json(groups))
}

fn wire_group(
    sandbox: &Sandbox,
    country: &str,
    brand: &'static Brand,
    offer: &'static Offer,
    coin: &'static Coin,
    lang: &str,
) -> WireGroup {
    let shown = wire_brand(sandbox, country, brand, offer);
    let products = brand.products(offer);
    WireGroup {
        country_code: country.to_owned(),
        category: brand.category,
        additional_categories: brand.more_categories,
        kind: brand.kind,
        default_denomination: default_product(products)
            .map(|product| product.denomination(offer.currency))
            .unwrap_or_default(),
        family: brand.family,
        brand: brand.name,
        brand_id: shown.brand_id,
        is_out_of_stock: shown.is_out_of_stock,
        logo_url: shown.logo_url,
        logo_base_url: shown.logo_base_url,
        bg_color: brand.colour,
        product_tc: "Not a real product. Worth nothing anywhere.",
        redeem_method: [if brand.category == Some("food") { "in_store" } else { "online" }],
        product_type: "physical",
        brand_tags: [],
        rich_description: description(sandbox, country, brand, lang),
        products: (brand.stock != Stock::SoldOut).then(|| {
            products
                .iter()
                .filter_map(|product| {
                    let face = match product.value {
                        Value::Fixed { price, .. } => Some(price),
                        Value::Range { .. } => None,
                    };
                    wire_product(country, brand, offer.currency, product, coin, face, false)
                })
                .collect()
        }),
    }
}

/// What an amount that is not on the list silently turns into: the dearest fixed value.
fn default_product(products: &'static [Product]) -> Option<&'static Product> {
    products.iter().rev().find(|product| !product.is_range())
}

/// One product; with a face value it has a price too.
fn wire_product(
    country: &str,
    brand: &Brand,
    currency: &'static str,
    product: &Product,
    coin: &'static Coin,
    face: Option<Decimal>,
    coupon: bool,
) -> Option<WireProduct> {
    let (low, range, amount) = match product.value {
        Value::Fixed { price, .. } => (price, None, WireAmount::Fixed { price: price.to_string() }),
        Value::Range { min, max, step } => {
            let range = WireRange {
                min: min.number(),
                max: max.number(),
                currency,
                step_size: step.and_then(Decimal::number),
                default: max.number()?.to_string(),
            };
            (min, Some(range), WireAmount::Range { min: min.fixed(2), max: max.fixed(2) })
        }
    };
    let price = Price::of(brand, product, face.unwrap_or(low), currency)?;
    let share = if coupon { pricing::WITH_COUPON } else { pricing::WHOLE };
    let text = |amount: Decimal| amount.fixed(coin.places);
    let denomination = product.denomination(currency);
    Some(WireProduct {
        product_id: brand.product_id(country, &denomination),
        is_dynamic: product.is_range(),
        denomination: (!product.is_range()).then_some(denomination),
        localized_denomination: product.localized(currency),
        range,
        coin: coin.name,
        coin_amount: face.and_then(|_| price.coins(coin, 0, share)).map(text),
        original_coin_amount: face.and_then(|_| price.coins(coin, 0, pricing::WHOLE)).map(text),
        payment_method: coin.default_method,
        delivery_type: product.delivery.name(),
        points: price.points(),
        product_type: "physical",
        face_value: Some(WireFaceValue { currency_code: currency, amount }),
        benefits: product.data.map(|amount| {
            let quantity = || WireQuantity { amount };
            let amount = WireBenefitAmount { base: quantity(), total_including_tax: quantity() };
            [WireBenefit { kind: "DATA", unit_type: "DATA", unit: "GB", amount }]
        }),
    })
}

/// The texts; in other languages than English marked instead of translated.
fn description(sandbox: &Sandbox, country: &str, brand: &Brand, lang: &str) -> Option<WireDescription> {
    if !LANGUAGES.contains(&lang) {
        return None;
    }
    let mark = if lang == "en" { String::new() } else { format!("[{lang}] ") };
    let note = if brand.hostile_texts {
        "<p>Mind the gap</p><script>document.title = 'unsafe text was run'</script>\
         <img src=\"x\" onerror=\"document.title = 'unsafe text was run'\">\
         <a href=\"javascript:document.title = 'unsafe text was run'\">a link</a>"
    } else {
        "<p>Comes out of a sandbox and stays in it.</p>"
    };
    let description =
        format!("<p>{mark}An invented brand of the sandbox. <strong>Nothing here is real.</strong></p>");
    Some(WireDescription {
        markup: "html",
        locale: lang.to_owned(),
        country_code: country.to_owned(),
        how_to_redeem: format!("<ol><li>{mark}Copy the code.</li><li>{mark}Enjoy looking at it.</li></ol>"),
        term_and_conditions: format!("<p>{mark}Cannot be redeemed.</p>"),
        note: note.to_owned(),
        redeem_geo: country.to_owned(),
        brand_tagline: brand.tagline,
        brand_use_case: "Testing a checkout",
        brand_url: sandbox.url("/"),
        brand_alt_names: brand.slug,
        size_in_bytes: description.len() + note.len(),
        description,
    })
}

/// `GET /v4/products/price`: what a face value costs now; binding for nobody.
pub async fn price(State(_): State<Shared>, query: Parameters) -> Result<Json<impl Serialize>, Refusal> {
    let name = required(&query, "brand_name")?;
    let country = country(&query)?;
    let face = Decimal::parse(required(&query, "face_value")?)
        .ok_or_else(|| Refusal::bad("face_value must be a plain decimal number"))?;
    let wanted = required(&query, "coin")?;
    let coin = payment::coin(wanted).ok_or_else(|| Refusal::bad("unknown coin"))?;
    let (brand, offer) = catalogue::in_country(country)
        .find(|(brand, _)| brand.name.to_lowercase() == name.to_lowercase())
        .ok_or_else(|| Refusal::not_found("brand"))?;
    let products = brand.products(offer);
    let product = products
        .iter()
        .find(|product| product.is_range() && product.takes(face))
        .or_else(|| products.iter().find(|product| product.takes(face)));
    let (product, face) = match product {
        Some(product) => (product, face),
        None if products.iter().any(Product::is_range) => {
            return Err(Refusal::bad("face_value is outside the brand's range"));
        }
        None => match default_product(products).map(|product| (product, product.value)) {
            Some((product, Value::Fixed { price, .. })) => (product, price),
            _ => return Err(Refusal::bad("the brand is out of stock")),
        },
    };
    let coupon = given(&query, "promo_code") == Some(coupons::GOOD);
    wire_product(country, brand, offer.currency, product, coin, Some(face), coupon)
        .map(|product| Json(WireProduct { face_value: None, benefits: None, ..product }))
        .ok_or_else(|| Refusal::bad("face_value cannot be priced"))
}
