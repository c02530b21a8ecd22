//! An order as the shop sees it, and the bodies it becomes on the wire.
//!
//! Source: the API reference, sections 7 (validation) and 8 (create); the flat create body, `product_value`,
//! `promo_code` and `refund_wallet_address` are declared by newer documentation.

use crate::beneficiary::{self, Target};
use crate::country;
use crate::decimal;
use crate::json::{self, Value, Writer};
use crate::schema::{Issue, Issues, Step, refuse};
use crate::text;
use std::borrow::Cow;
use std::cmp::Ordering;

/// More items than this are refused by the API with PRODUCT_COUNT_EXCEEDED.
const MAX_ITEMS: u32 = 10;

/// What an amount has to be.
pub(crate) const AMOUNT: &str = "Give the amount as decimal text above zero, such as \"25.50\"";

static NO_PAYMENT: Value = Value::Null;

/// What a draft is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To ask what stands against it; the network may still be open.
    Validate,
    /// To place the order.
    Create,
}

/// The form of the create body's deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{kind, quantity, deliverable}`, as the API reference has it.
    Nested,
    /// One flat entry an item, repeated for its quantity, as newer documentation has it.
    Flat,
}

/// A draft that can be sent: its bodies are written from what the shop gave.
#[derive(Debug)]
pub struct Draft<'v> {
    given: &'v Value<'v>,
    /// The language of a draft that names none.
    pub lang: Option<&'v str>,
}

/// Collects issues below one place of the draft.
struct Reader<'i> {
    place: Step<'i>,
    issues: &'i mut Issues,
}

impl Reader<'_> {
    fn at<'s>(&'s mut self, name: &'s str) -> Reader<'s> {
        Reader { place: Step::Member(&self.place, name), issues: self.issues }
    }

    fn item(&mut self, index: usize) -> Reader<'_> {
        Reader { place: Step::Item(&self.place, index), issues: self.issues }
    }

    fn refuse(&mut self, code: &'static str, message: &'static str) {
        refuse(self.issues, &self.place.pointer(), code, message);
    }

    #[inline(never)]
    fn refuse_with(&mut self, code: &'static str, message: impl Into<Cow<'static, str>>) {
        self.issues.push(Issue::new(&self.place.pointer(), code, message.into()));
    }

    /// Refuses what stands at a name.
    #[inline(never)]
    fn refuse_at(&mut self, name: &str, code: &'static str, message: &'static str) {
        self.at(name).refuse(code, message);
    }

    /// A string that is not blank.
    fn text<'v>(&mut self, of: &'v Value<'v>, name: &str, message: &'static str) -> Option<&'v str> {
        let found = text_of(of, name);
        if found.is_none() {
            let is_missing = matches!(of.some(name), None | Some(Value::Text(_)));
            self.refuse_at(name, if is_missing { "REQUIRED" } else { "TYPE" }, message);
        }
        found
    }

    /// A string that may be left out.
    fn optional<'v>(&mut self, of: &'v Value<'v>, name: &str) -> Option<&'v str> {
        if !matches!(of.some(name), None | Some(Value::Text(_))) {
            self.refuse_at(name, "TYPE", "Expected a string");
        }
        text_of(of, name)
    }
}

/// The text of a member that is a string and not blank.
fn text_of<'v>(of: &'v Value<'v>, name: &str) -> Option<&'v str> {
    of.text_at(name).filter(|text| !text::is_blank(text))
}

/// How many of an item; `None` where that is no number.
fn quantity(item: &Value) -> Option<u32> {
    match item.some("quantity") {
        None => Some(1),
        Some(given) => {
            u32::try_from(text::number(given.text_or_digits()?)?).ok().filter(|quantity| *quantity > 0)
        }
    }
}

fn country(item: &Value) -> Option<String> {
    text_of(item, "country").map(str::to_ascii_uppercase)
}

/// Reads a draft. `product` is the catalogue's product for its items, or a list of them, one an item: with it,
/// the value and the beneficiary are checked against what the product allows.
pub fn read<'v>(
    draft: &'v Value<'v>,
    product: Option<&'v Value<'v>>,
    purpose: Purpose,
) -> Result<Draft<'v>, Issues> {
    let mut issues = Vec::new();
    check(draft, product, purpose, &mut Reader { place: Step::Root, issues: &mut issues });
    if issues.is_empty() { Ok(Draft { given: draft, lang: None }) } else { Err(issues) }
}

fn check(draft: &Value, product: Option<&Value>, purpose: Purpose, reader: &mut Reader) {
    if !draft.is_object() {
        return reader.refuse("TYPE", "Expected an order draft: { email, items, payment }");
    }
    let email = reader.text(draft, "email", "Enter the shopper's e-mail address");
    if email.is_some_and(|email| !beneficiary::is_email(email)) {
        reader.refuse_at("email", "EMAIL", "Enter an e-mail address such as name@example.com");
    }
    if !matches!(draft.some("newsletter"), None | Some(Value::Bool(_))) {
        reader.refuse_at("newsletter", "TYPE", "Expected true or false");
    }
    // Of anything else, such as a whole group, no limit would be found, and none be kept to.
    let is_product =
        |product: &Value| *product == Value::Null || product.is_object() && product.get("products").is_none();
    let are_products = match product {
        Some(Value::List(products)) => products.iter().all(is_product),
        product => product.is_none_or(is_product),
    };
    if !are_products {
        reader.refuse_at("product", "TYPE", "Pass the product itself, one of the products of a group");
    }
    check_items(draft, product, email.is_some(), &mut reader.at("items"));
    let payment = draft.some("payment").unwrap_or(&NO_PAYMENT);
    let mut of_payment = reader.at("payment");
    of_payment.text(payment, "coin", "Choose a coin, such as USDC");
    match purpose {
        Purpose::Validate => of_payment.optional(payment, "network"),
        Purpose::Create => of_payment.text(payment, "network", "Choose a network, such as Solana"),
    };
    of_payment.optional(payment, "via");
    reader.optional(draft, "lang");
    reader.optional(draft, "coupon");
    reader.optional(draft, "refundAddress");
    if let Some(acquisition) = draft.some("acquisition") {
        let texts = |(_, value): &(_, Value)| matches!(value, Value::Text(_) | Value::Null);
        if !acquisition.is_object() || !acquisition.members().iter().all(texts) {
            reader.refuse_at("acquisition", "TYPE", "Expected an object of strings such as { utm_source }");
        }
    }
}

fn check_items(draft: &Value, product: Option<&Value>, has_email: bool, reader: &mut Reader) {
    let list = match draft.get("items") {
        Some(Value::List(items)) if !items.is_empty() => items,
        Some(Value::List(_)) | None => return reader.refuse("TOO_FEW", "Add at least one item"),
        Some(_) => return reader.refuse("TYPE", "Expected a list of items"),
    };
    let mut count = 0u32;
    for (index, item) in list.iter().enumerate() {
        let product = match product {
            Some(Value::List(products)) => products.get(index),
            product => product,
        };
        count = count.saturating_add(check_item(item, product, has_email, &mut reader.item(index)));
    }
    if count > MAX_ITEMS {
        reader.refuse("TOO_MANY", "An order takes at most 10 items, quantities counted");
    }
}

/// Checks an item, and says how many it stands for; one where it is not whole.
fn check_item(item: &Value, product: Option<&Value>, has_email: bool, reader: &mut Reader) -> u32 {
    let kind = reader.text(item, "kind", "Give the kind as the catalogue says it, such as giftcard");
    let brand = reader.text(item, "brand", "Give the exact brand of the catalogue");
    reader.text(item, "country", "Choose a country");
    let country = country(item);
    if country.as_deref().is_some_and(|country| !country::is_supported(country)) {
        reader.refuse_at(
            "country",
            "UNSUPPORTED",
            "Choose one of the supported countries, two letters such as US",
        );
    }
    let quantity = quantity(item);
    if quantity.is_none() {
        reader.refuse_at("quantity", "TYPE", "Expected a whole number from 1");
    }
    let has_worth = check_worth(item.some("value"), product, &mut reader.at("value")).is_some();
    let delivery_type = product
        .and_then(|product| product.text_at("delivery_type"))
        .filter(|delivery_type| text::among(delivery_type, "by_email by_phone by_account"));
    // eSIMs are a `mobile_recharge` as well, of one brand, and go by e-mail.
    let is_esim = brand.is_some_and(|brand| brand.eq_ignore_ascii_case("eSIM"));
    let target = beneficiary::target(delivery_type.or(kind.filter(|_| !is_esim)).unwrap_or_default());
    let given = reader.optional(item, "beneficiary");
    let has_recipient = given.is_some() || has_email && target == Target::Email;
    match (given, target) {
        (Some(given), _) => {
            if let Err((code, message)) = beneficiary::check(target, given, country.as_deref()) {
                reader.at("beneficiary").refuse_with(code, message);
            }
        }
        // To a top-up's buyer's address nothing can be delivered, and nothing says that this one is none.
        (None, Target::Phone | Target::Either) => {
            reader.refuse_at("beneficiary", "REQUIRED", "Enter the phone number to top up, like +14155550132")
        }
        (None, Target::Account) => {
            reader.refuse_at("beneficiary", "REQUIRED", "Enter the account to deliver to");
        }
        // The buyer's own address has been looked at already.
        (None, Target::Email) => {}
    }
    let is_whole = kind.is_some() && brand.is_some() && country.is_some() && has_worth && has_recipient;
    quantity.filter(|_| is_whole).unwrap_or(1)
}

fn check_worth(value: Option<&Value>, product: Option<&Value>, reader: &mut Reader) -> Option<()> {
    let Some(value) = value.filter(|value| value.is_object()) else {
        reader.refuse("REQUIRED", "Give { denomination } for a fixed value, { amount } for one in a range");
        return None;
    };
    let is_range = product.and_then(|product| product.get("is_dynamic")).and_then(Value::bool);
    match (value.some("denomination"), value.some("amount")) {
        (Some(_), Some(_)) | (None, None) => {
            reader.refuse("FORMAT", "Give either { denomination } or { amount }, not both");
            None
        }
        (Some(_), None) if is_range == Some(true) => {
            reader.refuse("FORMAT", "This product takes an amount in its range: give { amount }");
            None
        }
        (None, Some(_)) if is_range == Some(false) => {
            reader.refuse(
                "FORMAT",
                "This product has fixed values: give { denomination } with the catalogue's exact text",
            );
            None
        }
        (Some(_), None) => {
            let denomination =
                reader.text(value, "denomination", "Give the catalogue's exact denomination text")?;
            reader.optional(value, "localized");
            if denomination == "range" {
                reader.refuse_at("denomination", "FORMAT", "Give { amount } for a value in a range");
                return None;
            }
            if product.and_then(|p| p.text_at("denomination")).is_some_and(|exact| exact != denomination) {
                reader.refuse_at(
                    "denomination",
                    "FORMAT",
                    "Give the catalogue's exact denomination text, not one rebuilt from its parts",
                );
                return None;
            }
            Some(())
        }
        (None, Some(_)) => {
            let amount = reader.text(value, "amount", AMOUNT)?;
            read_amount(amount, product, &mut reader.at("amount"))
        }
    }
}

/// A limit of a product, as it is in the normal form or in the answer: text, a number, or an amount with its currency.
fn limit<'v>(product: Option<&'v Value<'v>>, name: &str) -> Option<&'v str> {
    let product = product?;
    let face_value = || product.some("face_value")?.some("amount")?.some(name);
    let limit = product.some("range").and_then(|range| range.some(name)).or_else(face_value)?;
    limit.get("amount").unwrap_or(limit).text_or_digits()
}

fn read_amount(amount: &str, product: Option<&Value>, reader: &mut Reader) -> Option<()> {
    if !decimal::is_amount(amount) {
        reader.refuse("FORMAT", AMOUNT);
        return None;
    }
    for (name, beyond, message) in [
        ("min", Ordering::Less, "This amount is below the product's minimum of "),
        ("max", Ordering::Greater, "This amount is above the product's maximum of "),
    ] {
        if let Some(limit) = limit(product, name)
            && decimal::compare(amount, limit) == Some(beyond)
        {
            reader.refuse_with("OUT_OF_RANGE", text::join(&[message, limit]));
            return None;
        }
    }
    if let (Some(min), Some(step)) = (limit(product, "min"), limit(product, "step_size"))
        && decimal::is_on_step(amount, min, step) == Some(false)
    {
        reader.refuse_with(
            "STEP",
            text::join(&["The product's amounts begin at ", min, " and go up in steps of ", step]),
        );
        return None;
    }
    Some(())
}

impl Draft<'_> {
    /// The country of the first item.
    pub fn country(&self) -> Option<String> {
        country(self.given.items_at("items").first()?)
    }

    fn payment(&self) -> &Value<'_> {
        self.given.some("payment").unwrap_or(&NO_PAYMENT)
    }

    fn via(&self) -> &str {
        text_of(self.payment(), "via").unwrap_or("USER_WALLET")
    }

    /// The body of the validation, in the API reference's order of fields.
    pub fn validation_body(&self) -> String {
        let mut out = String::new();
        let mut body = Writer::new(&mut out);
        copy(&mut body, "email", self.given, "email");
        let mut payment = Writer::new(body.name("payment"));
        payment.text("type", "via");
        payment.text("payment_via", self.via());
        copy(&mut payment, "coin", self.payment(), "coin");
        copy(&mut payment, "network", self.payment(), "network");
        payment.end();
        self.write_deliveries(&mut body, Shape::Flat);
        self.write_common(&mut body);
        body.end();
        out
    }

    /// The body of the create call, in the API reference's order of fields.
    pub fn create_body(&self, shape: Shape) -> String {
        let mut out = String::new();
        let mut body = Writer::new(&mut out);
        self.write_deliveries(&mut body, shape);
        let mut payment = Writer::new(body.name("payment"));
        payment.text("type", "via");
        copy(&mut payment, "coin", self.payment(), "coin");
        copy(&mut payment, "network", self.payment(), "network");
        payment.text("payment_via", self.via());
        payment.end();
        let mut user = Writer::new(body.name("user"));
        copy(&mut user, "email", self.given, "email");
        if let Some(accepted) = self.given.get("newsletter").and_then(Value::bool) {
            user.bool("has_accepted_newsletter", accepted);
        }
        user.end();
        self.write_common(&mut body);
        body.end();
        out
    }

    fn write_common(&self, body: &mut Writer) {
        body.text_if("lang", text_of(self.given, "lang").or(self.lang));
        copy(body, "promo_code", self.given, "coupon");
        copy(body, "refund_wallet_address", self.given, "refundAddress");
        if let Some(acquisition) = self.given.some("acquisition") {
            json::write(body.name("acquisition"), acquisition);
        }
    }

    fn write_deliveries(&self, body: &mut Writer, shape: Shape) {
        let out = body.name("deliveries");
        let mut separator = '[';
        for item in self.given.items_at("items") {
            let quantity = quantity(item).unwrap_or(1);
            // Quantity N is N equal items: the flat form has no quantity.
            for _ in 0..if shape == Shape::Flat { quantity } else { 1 } {
                out.push(separator);
                separator = ',';
                let mut delivery = Writer::new(out);
                if shape == Shape::Flat {
                    self.write_beneficiary(item, &mut delivery);
                    write_product(item, &mut delivery, true);
                } else {
                    copy(&mut delivery, "kind", item, "kind");
                    delivery.raw("quantity", &text::digits(u64::from(quantity)));
                    let mut deliverable = Writer::new(delivery.name("deliverable"));
                    write_product(item, &mut deliverable, false);
                    self.write_beneficiary(item, &mut deliverable);
                    deliverable.end();
                }
                delivery.end();
            }
        }
        out.push(']');
    }

    fn write_beneficiary(&self, item: &Value, out: &mut Writer) {
        let own = text_of(item, "beneficiary");
        out.text_if("beneficiary_account", own.or_else(|| text_of(self.given, "email")));
    }
}

fn write_product(item: &Value, out: &mut Writer, with_localized: bool) {
    copy(out, "brand_name", item, "brand");
    out.text_if("country_code", country(item).as_deref());
    let value = item.some("value").unwrap_or(&Value::Null);
    if let Some(amount) = text_of(value, "amount") {
        out.text("denomination", "range");
        out.raw("product_value", amount);
    } else {
        copy(out, "denomination", value, "denomination");
        if with_localized {
            copy(out, "localized_denomination", value, "localized");
        }
    }
}

/// Writes a text of the draft under its name on the wire, where there is one.
#[inline(never)]
fn copy(out: &mut Writer, name: &str, of: &Value, from: &str) {
    out.text_if(name, text_of(of, from));
}

#[cfg(test)]
mod tests;
