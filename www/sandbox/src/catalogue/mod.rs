//! What a brand and a product are, how they are found, and how amounts are written in a currency.

mod data;

pub use data::{BRANDS, COUNTRIES, COUNTRY_WITHOUT_ALL_BRANDS};
use uuid::Uuid;

use crate::decimal::Decimal;

pub const RANGE: &str = "range";

/// Whether a brand can be bought, and who says so.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    Available,
    SoldOut,
    SoldOutAtCheckout,
    Paused,
}

/// What the buyer of a brand is handed when the order is done.
#[derive(Clone, Copy, serde::Deserialize, PartialEq, Eq, serde::Serialize)]
pub enum Codes {
    Pin,
    PinAndBarcode,
    PinAndSecurityCode,
    Link,
    Activation,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    Email,
    Phone,
}

impl Delivery {
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "by_email",
            Self::Phone => "by_phone",
        }
    }
}

pub struct Brand {
    pub family: &'static str,
    pub name: &'static str,
    pub slug: &'static str,
    pub category: Option<&'static str>,
    pub more_categories: &'static [&'static str],
    pub kind: &'static str,
    pub colour: Option<&'static str>,
    pub with_logo_base: bool,
    pub tagline: &'static str,
    pub stock: Stock,
    pub limited: bool,
    pub login_required: bool,
    pub hostile_texts: bool,
    pub codes: Codes,
    /// Coin and network pairs this brand does not take.
    pub refused: &'static [(&'static str, &'static str)],
    pub offers: &'static [Offer],
}

impl Brand {
    const GIFT_CARD: Self = Self {
        family: "",
        name: "",
        slug: "",
        category: None,
        more_categories: &[],
        kind: "giftcard",
        colour: None,
        with_logo_base: true,
        tagline: "",
        stock: Stock::Available,
        limited: false,
        login_required: false,
        hostile_texts: false,
        codes: Codes::Pin,
        refused: &[],
        offers: &[],
    };
    const TOP_UP: Self = Self { kind: "mobile_recharge", ..Self::GIFT_CARD };

    pub fn offer(&self, country: &str) -> Option<&'static Offer> {
        self.offers.iter().find(|offer| offer.countries.contains(&country))
    }

    /// The products on show: a sold-out brand has none.
    pub fn products(&self, offer: &'static Offer) -> &'static [Product] {
        if self.stock == Stock::SoldOut { &[] } else { offer.products }
    }

    pub fn id(&self) -> Uuid {
        stable_id(&["brand", self.slug])
    }

    pub fn product_id(&self, country: &str, denomination: &str) -> Uuid {
        stable_id(&["product", self.slug, country, denomination])
    }
}

/// The same products in one or several countries.
pub struct Offer {
    pub countries: &'static [&'static str],
    pub currency: &'static str,
    pub products: &'static [Product],
}

#[derive(Clone, Copy)]
pub enum Value {
    Fixed { price: Decimal, label: Option<(&'static str, &'static str)> },
    Range { min: Decimal, max: Decimal, step: Option<Decimal> },
}

#[derive(Clone, Copy)]
pub struct Product {
    pub value: Value,
    pub delivery: Delivery,
    /// Gigabytes; -1 means unlimited.
    pub data: Option<i32>,
}

const fn fixed(cents: u64) -> Product {
    let value = Value::Fixed { price: Decimal::cents(cents), label: None };
    Product { value, delivery: Delivery::Email, data: None }
}

const fn labelled(cents: u64, denomination: &'static str, localized: &'static str) -> Product {
    let value = Value::Fixed { price: Decimal::cents(cents), label: Some((denomination, localized)) };
    Product { value, delivery: Delivery::Email, data: None }
}

const fn data(cents: u64, denomination: &'static str, gigabytes: i32) -> Product {
    Product { data: Some(gigabytes), ..labelled(cents, denomination, denomination) }
}

const fn range(min: u64, max: u64, step: Option<u64>) -> Product {
    let step = match step {
        Some(cents) => Some(Decimal::cents(cents)),
        None => None,
    };
    let value = Value::Range { min: Decimal::cents(min), max: Decimal::cents(max), step };
    Product { value, delivery: Delivery::Email, data: None }
}

impl Product {
    const fn to(self, delivery: Delivery) -> Self {
        Self { delivery, ..self }
    }

    pub fn is_range(&self) -> bool {
        matches!(self.value, Value::Range { .. })
    }

    /// The exact text to order a product with; `range` for a free amount.
    pub fn denomination(&self, currency: &str) -> String {
        match self.value {
            Value::Fixed { label: Some((text, _)), .. } => text.to_owned(),
            Value::Fixed { price, .. } => format!("{price} {currency}"),
            Value::Range { .. } => RANGE.to_owned(),
        }
    }

    pub fn localized(&self, currency: &str) -> Option<String> {
        match self.value {
            Value::Fixed { label: Some((_, text)), .. } => Some(text.to_owned()),
            Value::Fixed { price, .. } => Some(localized(price, currency)),
            Value::Range { .. } => None,
        }
    }

    /// Whether this product can be had for exactly that amount.
    pub fn takes(&self, amount: Decimal) -> bool {
        match self.value {
            Value::Fixed { price, .. } => amount == price,
            Value::Range { min, max, step } => {
                amount >= min && amount <= max && amount.is_on_step(min, step.unwrap_or(Decimal::cents(1)))
            }
        }
    }

    fn lowest(&self) -> Decimal {
        match self.value {
            Value::Fixed { price, .. } => price,
            Value::Range { min, .. } => min,
        }
    }

    fn highest(&self) -> Decimal {
        match self.value {
            Value::Fixed { price, .. } => price,
            Value::Range { max, .. } => max,
        }
    }

    fn label(&self, amount: Decimal, currency: &str) -> String {
        match self.value {
            Value::Fixed { label: Some((_, text)), .. } => text.to_owned(),
            _ => localized(amount, currency),
        }
    }
}

/// The brand's own least and greatest value, as display text.
pub fn limits(brand: &Brand, offer: &'static Offer) -> (Option<String>, Option<String>) {
    let products = brand.products(offer);
    let low = products.iter().min_by_key(|product| product.lowest());
    let high = products.iter().max_by_key(|product| product.highest());
    (
        low.map(|product| product.label(product.lowest(), offer.currency)),
        high.map(|product| product.label(product.highest(), offer.currency)),
    )
}

pub fn in_country(country: &str) -> impl Iterator<Item = (&'static Brand, &'static Offer)> {
    BRANDS.iter().filter_map(move |brand| Some((brand, brand.offer(country)?)))
}

/// A brand by the exact name an order gives.
pub fn by_name(name: &str) -> Option<&'static Brand> {
    BRANDS.iter().find(|brand| brand.name == name)
}

pub fn calling_code(country: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(code, ..)| *code == country).map(|(.., calling)| *calling)
}

/// An amount as people of that currency write it, with their own separators.
pub fn localized(amount: Decimal, currency: &str) -> String {
    let (before, after, thousands, point) = match currency {
        "USD" => ("$", "", ',', '.'),
        "GBP" => ("£", "", ',', '.'),
        "EUR" => ("", " €", '.', ','),
        "JPY" => ("¥", "", ',', '.'),
        "BRL" => ("R$ ", "", '.', ','),
        "INR" => ("₹", "", ',', '.'),
        "AED" => ("AED ", "", ',', '.'),
        "IDR" => ("Rp", "", '.', ','),
        _ => ("", "", ',', '.'),
    };
    let whole = amount.whole().to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(thousands);
        }
        grouped.push(digit);
    }
    let fraction = amount.fixed(2).split_once('.').map_or(String::new(), |(_, cents)| cents.to_owned());
    let cents = if fraction == "00" { String::new() } else { format!("{point}{fraction}") };
    format!("{before}{grouped}{cents}{after}")
}

/// An id that stays the same from run to run (FNV-1a, 128 bits).
fn stable_id(parts: &[&str]) -> Uuid {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    Uuid::new_v8(hash.to_be_bytes())
}

#[cfg(test)]
#[allow(clippy::inconsistent_digit_grouping)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_slugs_and_products_are_unique() {
        let names: HashSet<_> = BRANDS.iter().map(|brand| brand.name).collect();
        let slugs: HashSet<_> = BRANDS.iter().map(|brand| brand.slug).collect();
        assert_eq!((names.len(), slugs.len()), (BRANDS.len(), BRANDS.len()));
        for brand in BRANDS {
            let mut countries = HashSet::new();
            for offer in brand.offers {
                assert!(offer.countries.iter().all(|country| countries.insert(country)), "{}", brand.name);
                let texts: HashSet<_> =
                    offer.products.iter().map(|product| product.denomination(offer.currency)).collect();
                assert_eq!(texts.len(), offer.products.len(), "{}", brand.name);
            }
        }
    }

    #[test]
    fn every_country_has_a_gift_card_a_top_up_and_an_esim() {
        for (country, ..) in COUNTRIES {
            let goods: Vec<_> = in_country(country).collect();
            assert!(
                goods.iter().any(|(b, _)| b.kind == "giftcard" && b.stock == Stock::Available),
                "{country}"
            );
            assert!(goods.iter().any(|(b, _)| b.name == "Nimbofon Credits"), "{country}");
            assert!(goods.iter().any(|(b, _)| b.name == "eSIM"), "{country}");
        }
    }

    #[test]
    fn amounts_are_written_the_local_way() {
        let written = |cents, currency| localized(Decimal::cents(cents), currency);
        assert_eq!(written(1_000_00, "USD"), "$1,000");
        assert_eq!(written(9_99, "EUR"), "9,99 €");
        assert_eq!(written(1_000_000_00, "IDR"), "Rp1.000.000");
        assert_eq!(written(100_00, "AED"), "AED 100");
        assert_eq!(written(50_00, "BRL"), "R$ 50");
    }

    #[test]
    fn a_sold_out_brand_has_no_limits() {
        let brand = by_name("Gloomhollow Arcade").unwrap();
        assert_eq!(limits(brand, brand.offer("US").unwrap()), (None, None));
    }
}
