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

/// A draft that can be sent.
#[derive(Debug)]
pub struct Draft<'v> {
    email: &'v str,
    newsletter: Option<bool>,
    items: Vec<Item<'v>>,
    coin: &'v str,
    network: Option<&'v str>,
    via: &'v str,
    lang: Option<&'static str>,
    coupon: Option<&'v str>,
    refund_address: Option<&'v str>,
    acquisition: Option<&'v Value<'v>>,
}

#[derive(Debug)]
struct Item<'v> {
    kind: &'v str,
    brand: &'v str,
    country: String,
    quantity: u32,
    worth: Worth<'v>,
    beneficiary: &'v str,
}

#[derive(Clone, Copy, Debug)]
enum Worth<'v> {
    Fixed { denomination: &'v str, localized: Option<&'v str> },
    Range { amount: &'v str },
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
        match of.some(name) {
            None => self.refuse_at(name, "REQUIRED", message),
            Some(Value::Text(text)) if !text::is_blank(text) => return Some(text),
            Some(Value::Text(_)) => self.refuse_at(name, "REQUIRED", message),
            Some(_) => self.refuse_at(name, "TYPE", message),
        }
        None
    }

    /// A string that may be left out.
    fn optional<'v>(&mut self, of: &'v Value<'v>, name: &str, message: &'static str) -> Option<&'v str> {
        match of.some(name) {
            None => None,
            Some(Value::Text(text)) if text::is_blank(text) => None,
            Some(_) => self.text(of, name, message),
        }
    }
}

/// Reads a draft. `product` is the catalogue's product for its items, or a list of them, one an item: with it,
/// the value and the beneficiary are checked against what the product allows.
pub fn read<'v>(
    draft: &'v Value<'v>,
    product: Option<&'v Value<'v>>,
    purpose: Purpose,
) -> Result<Draft<'v>, Issues> {
    let mut issues = Vec::new();
    let draft = read_draft(draft, product, purpose, &mut Reader { place: Step::Root, issues: &mut issues });
    match draft {
        Some(draft) if issues.is_empty() => Ok(draft),
        _ => Err(issues),
    }
}

fn read_draft<'v>(
    draft: &'v Value<'v>,
    product: Option<&'v Value<'v>>,
    purpose: Purpose,
    reader: &mut Reader,
) -> Option<Draft<'v>> {
    if !draft.is_object() {
        reader.refuse("TYPE", "Expected an order draft: { email, items, payment }");
        return None;
    }
    let email = reader.text(draft, "email", "Enter the shopper's e-mail address");
    if email.is_some_and(|email| !beneficiary::is_email(email)) {
        reader.refuse_at("email", "EMAIL", "Enter an e-mail address such as name@example.com");
    }
    let newsletter = match draft.some("newsletter") {
        None => None,
        Some(Value::Bool(accepted)) => Some(*accepted),
        Some(_) => {
            reader.refuse_at("newsletter", "TYPE", "Expected true or false");
            None
        }
    };
    let items = read_items(draft, product, email, reader);
    let payment = draft.some("payment").unwrap_or(&NO_PAYMENT);
    let mut payment_reader = reader.at("payment");
    let coin = payment_reader.text(payment, "coin", "Choose a coin, such as USDC");
    let network = match purpose {
        Purpose::Validate => payment_reader.optional(payment, "network", "Expected a network's name"),
        Purpose::Create => payment_reader.text(payment, "network", "Choose a network, such as Solana"),
    };
    let via =
        payment_reader.optional(payment, "via", "Expected a payment via's name").unwrap_or("USER_WALLET");
    let lang =
        reader.optional(draft, "lang", "Expected a language such as en").map(crate::endpoint::language);
    let coupon = reader.optional(draft, "coupon", "Expected a coupon code");
    let refund_address = reader.optional(draft, "refundAddress", "Expected a wallet address");
    let acquisition = draft.some("acquisition").filter(|value| match value {
        Value::Object(members) => {
            members.iter().all(|(_, value)| matches!(value, Value::Text(_) | Value::Null))
        }
        _ => false,
    });
    if draft.some("acquisition").is_some() && acquisition.is_none() {
        reader.refuse_at("acquisition", "TYPE", "Expected an object of strings such as { utm_source }");
    }
    Some(Draft {
        email: email?,
        newsletter,
        items: items?,
        coin: coin?,
        network,
        via,
        lang,
        coupon,
        refund_address,
        acquisition,
    })
}

fn read_items<'v>(
    draft: &'v Value<'v>,
    product: Option<&'v Value<'v>>,
    email: Option<&'v str>,
    reader: &mut Reader,
) -> Option<Vec<Item<'v>>> {
    let mut reader = reader.at("items");
    let list = match draft.get("items") {
        Some(Value::List(items)) if !items.is_empty() => items,
        Some(Value::List(_)) | None => {
            reader.refuse("TOO_FEW", "Add at least one item");
            return None;
        }
        Some(_) => {
            reader.refuse("TYPE", "Expected a list of items");
            return None;
        }
    };
    let mut items = Some(Vec::new());
    let mut count = 0u32;
    for (index, item) in list.iter().enumerate() {
        let product = match product {
            Some(Value::List(products)) => products.get(index),
            product => product,
        };
        let item = read_item(item, product.filter(|p| p.is_object()), email, &mut reader.item(index));
        count = count.saturating_add(item.as_ref().map_or(1, |item| item.quantity));
        items = match (items, item) {
            (Some(mut items), Some(item)) => {
                items.push(item);
                Some(items)
            }
            _ => None,
        };
    }
    if count > MAX_ITEMS {
        reader.refuse("TOO_MANY", "An order takes at most 10 items, quantities counted");
    }
    items
}

fn read_item<'v>(
    item: &'v Value<'v>,
    product: Option<&'v Value<'v>>,
    email: Option<&'v str>,
    reader: &mut Reader,
) -> Option<Item<'v>> {
    let kind = reader.text(item, "kind", "Give the kind as the catalogue says it, such as giftcard");
    let brand = reader.text(item, "brand", "Give the exact brand of the catalogue");
    let country = reader.text(item, "country", "Choose a country").map(str::to_ascii_uppercase);
    if country.as_deref().is_some_and(|country| !country::is_supported(country)) {
        reader.refuse_at(
            "country",
            "UNSUPPORTED",
            "Choose one of the supported countries, two letters such as US",
        );
    }
    let quantity = match item.some("quantity").map(Value::text_or_digits) {
        None => 1,
        Some(digits) => match digits.and_then(text::number).map(u32::try_from) {
            Some(Ok(quantity)) if quantity > 0 => quantity,
            _ => {
                reader.refuse_at("quantity", "TYPE", "Expected a whole number from 1");
                1
            }
        },
    };
    let worth = read_worth(item.some("value"), product, &mut reader.at("value"));
    let target = match product.and_then(|product| product.text_at("delivery_type")) {
        Some(delivery_type) => beneficiary::target(delivery_type),
        None => beneficiary::target(kind.unwrap_or_default()),
    };
    let given = reader.optional(item, "beneficiary", "Expected an e-mail address or a phone number");
    let recipient = given.or(if target == Target::Phone || target == Target::Account { None } else { email });
    match (recipient, given) {
        (None, _) if target == Target::Phone => {
            reader.refuse_at(
                "beneficiary",
                "REQUIRED",
                "Enter the phone number to top up, like +14155550132",
            );
        }
        (None, _) if target == Target::Account => {
            reader.refuse_at("beneficiary", "REQUIRED", "Enter the account to deliver to");
        }
        // The buyer's own address has been looked at already.
        (_, None) => {}
        (_, Some(given)) => {
            if let Err((code, message)) = beneficiary::check(target, given, country.as_deref()) {
                reader.at("beneficiary").refuse_with(code, message);
            }
        }
    }
    Some(Item {
        kind: kind?,
        brand: brand?,
        country: country?,
        quantity,
        worth: worth?,
        beneficiary: recipient?,
    })
}

fn read_worth<'v>(
    value: Option<&'v Value<'v>>,
    product: Option<&'v Value<'v>>,
    reader: &mut Reader,
) -> Option<Worth<'v>> {
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
            let localized = reader.optional(value, "localized", "Expected the catalogue's localized text");
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
            Some(Worth::Fixed { denomination, localized })
        }
        (None, Some(_)) => {
            let amount =
                reader.text(value, "amount", "Give the amount as decimal text, such as \"25.50\"")?;
            read_amount(amount, product.and_then(|product| product.get("range")), &mut reader.at("amount"))?;
            Some(Worth::Range { amount })
        }
    }
}

fn read_amount(amount: &str, range: Option<&Value>, reader: &mut Reader) -> Option<()> {
    let leading_zero = amount.len() > 1 && amount.starts_with('0') && !amount.starts_with("0.");
    if !decimal::is_positive(amount) || leading_zero {
        reader.refuse("FORMAT", "Give the amount as decimal text above zero, such as 25.50");
        return None;
    }
    let limit = |name| range?.get(name)?.text_or_digits();
    for (name, beyond, message) in [
        ("min", Ordering::Less, "This amount is below the product's minimum of "),
        ("max", Ordering::Greater, "This amount is above the product's maximum of "),
    ] {
        if let Some(limit) = limit(name)
            && decimal::compare(amount, limit) == Some(beyond)
        {
            reader.refuse_with("OUT_OF_RANGE", text::join(&[message, limit]));
            return None;
        }
    }
    if let (Some(min), Some(step)) = (limit("min"), limit("step_size"))
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
    pub fn country(&self) -> Option<&str> {
        self.items.first().map(|item| item.country.as_str())
    }

    /// The body of the validation, in the API reference's order of fields.
    pub fn validation_body(&self) -> String {
        let mut out = String::new();
        let mut body = Writer::new(&mut out);
        body.text("email", self.email);
        let mut payment = Writer::new(body.name("payment"));
        payment.text("type", "via");
        payment.text("payment_via", self.via);
        payment.text("coin", self.coin);
        payment.text_if("network", self.network);
        payment.end();
        self.write_flat(body.name("deliveries"));
        self.write_common(&mut body);
        body.end();
        out
    }

    /// The body of the create call, in the API reference's order of fields.
    pub fn create_body(&self, shape: Shape) -> String {
        let mut out = String::new();
        let mut body = Writer::new(&mut out);
        match shape {
            Shape::Nested => self.write_nested(body.name("deliveries")),
            Shape::Flat => self.write_flat(body.name("deliveries")),
        }
        let mut payment = Writer::new(body.name("payment"));
        payment.text("type", "via");
        payment.text("coin", self.coin);
        payment.text_if("network", self.network);
        payment.text("payment_via", self.via);
        payment.end();
        let mut user = Writer::new(body.name("user"));
        user.text("email", self.email);
        if let Some(accepted) = self.newsletter {
            user.bool("has_accepted_newsletter", accepted);
        }
        user.end();
        self.write_common(&mut body);
        body.end();
        out
    }

    fn write_common(&self, body: &mut Writer) {
        body.text_if("lang", self.lang);
        body.text_if("promo_code", self.coupon);
        body.text_if("refund_wallet_address", self.refund_address);
        if let Some(acquisition) = self.acquisition {
            json::write(body.name("acquisition"), acquisition);
        }
    }

    /// Quantity N is N equal items: the flat form has no quantity.
    fn write_flat(&self, out: &mut String) {
        let mut separator = '[';
        for item in &self.items {
            for _ in 0..item.quantity {
                out.push(separator);
                separator = ',';
                let mut delivery = Writer::new(out);
                delivery.text("beneficiary_account", item.beneficiary);
                delivery.text("brand_name", item.brand);
                delivery.text("country_code", &item.country);
                item.write_worth(&mut delivery, true);
                delivery.end();
            }
        }
        out.push(']');
    }

    fn write_nested(&self, out: &mut String) {
        let mut separator = '[';
        for item in &self.items {
            out.push(separator);
            separator = ',';
            let mut delivery = Writer::new(out);
            delivery.text("kind", item.kind);
            delivery.raw("quantity", &text::digits(u64::from(item.quantity)));
            let mut deliverable = Writer::new(delivery.name("deliverable"));
            deliverable.text("brand_name", item.brand);
            deliverable.text("country_code", &item.country);
            item.write_worth(&mut deliverable, false);
            deliverable.text("beneficiary_account", item.beneficiary);
            deliverable.end();
            delivery.end();
        }
        out.push(']');
    }
}

impl Item<'_> {
    fn write_worth(&self, out: &mut Writer, with_localized: bool) {
        match self.worth {
            Worth::Fixed { denomination, localized } => {
                out.text("denomination", denomination);
                out.text_if("localized_denomination", localized.filter(|_| with_localized));
            }
            Worth::Range { amount } => {
                out.text("denomination", "range");
                out.raw("product_value", amount);
            }
        }
    }
}

#[cfg(test)]
mod tests;
