//! The body of a validation or a new order, read with a message for whatever is wrong with its form.

use axum::{body::Bytes, extract::rejection::BytesRejection, http::StatusCode};
use serde_json::{Map, Value};

use crate::{catalogue::RANGE, decimal::Decimal, reply::Refusal};

/// The most items the API takes in one order.
pub const MOST_ITEMS: usize = 10;

pub struct OrderRequest {
    pub email: String,
    pub via: String,
    pub coin: String,
    pub network: Option<String>,
    pub items: Vec<Item>,
    /// How many items were asked for; `items` holds no more than the API would look at.
    pub count: u64,
    pub coupon: Option<String>,
    pub refund_address: Option<String>,
}

#[derive(Clone)]
pub struct Item {
    pub kind: Option<String>,
    pub brand: String,
    pub country: String,
    pub denomination: String,
    /// Only read for a free amount, as the API ignores it elsewhere.
    pub amount: Option<Decimal>,
    pub localized: Option<String>,
    pub beneficiary: String,
}

/// Which call the body is for; a new order must say more than a validation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Validate,
    Create,
}

type Object = Map<String, Value>;

pub fn read(body: Result<Bytes, BytesRejection>, purpose: Purpose) -> Result<OrderRequest, Refusal> {
    let body = body.map_err(|rejection| {
        let status = rejection.status();
        let text = if status == StatusCode::PAYLOAD_TOO_LARGE {
            "the body is too large"
        } else {
            "the body broke off"
        };
        Refusal::new(status, text)
    })?;
    let value: Value = serde_json::from_slice(&body).map_err(|error| {
        Refusal::bad(format!("the body is not JSON (line {}, column {})", error.line(), error.column()))
    })?;
    order(&value, purpose).map_err(Refusal::bad)
}

fn order(value: &Value, purpose: Purpose) -> Result<OrderRequest, String> {
    let root = value.as_object().ok_or("the body must be an object")?;
    let user = optional_object(root, "", "user")?;
    let user_email = user.map(|user| optional_text(user, "user.", "email")).transpose()?.flatten();
    let email = match (purpose, user_email) {
        (_, Some(email)) => email,
        (Purpose::Validate, None) => optional_text(root, "", "email")?.ok_or("email is missing")?,
        (Purpose::Create, None) => return Err("user.email is missing".to_owned()),
    };
    if !is_email(&email) {
        return Err("email is not an e-mail address".to_owned());
    }
    let newsletter = user.and_then(|user| user.get("has_accepted_newsletter"));
    if newsletter.is_some_and(|value| !value.is_boolean()) {
        return Err("user.has_accepted_newsletter must be true or false".to_owned());
    }
    optional_text(root, "", "lang")?;
    if let Some(acquisition) = optional_object(root, "", "acquisition")? {
        for name in acquisition.keys() {
            optional_text(acquisition, "acquisition.", name)?;
        }
    }
    let payment = optional_object(root, "", "payment")?.ok_or("payment is missing")?;
    if required_text(payment, "payment.", "type")? != "via" {
        return Err("payment.type must be via".to_owned());
    }
    let network = optional_text(payment, "payment.", "network")?;
    if purpose == Purpose::Create && network.is_none() {
        return Err("payment.network is missing".to_owned());
    }
    let (items, count) = deliveries(root, purpose)?;
    Ok(OrderRequest {
        email,
        via: required_text(payment, "payment.", "payment_via")?,
        coin: required_text(payment, "payment.", "coin")?,
        network,
        items,
        count,
        coupon: optional_text(root, "", "promo_code")?.filter(|code| !code.is_empty()),
        refund_address: optional_text(root, "", "refund_wallet_address")?,
    })
}

fn deliveries(root: &Object, purpose: Purpose) -> Result<(Vec<Item>, u64), String> {
    let list = root.get("deliveries").and_then(Value::as_array).ok_or("deliveries must be a list")?;
    if list.is_empty() {
        return Err("deliveries must not be empty".to_owned());
    }
    let (mut items, mut count) = (Vec::new(), 0_u64);
    for (index, value) in list.iter().enumerate() {
        let path = format!("deliveries[{index}].");
        let object = value.as_object().ok_or_else(|| format!("deliveries[{index}] must be an object"))?;
        let (item, quantity) = match optional_object(object, &path, "deliverable")? {
            Some(_) if purpose == Purpose::Validate => {
                return Err(format!("{path}deliverable: a validation takes flat deliveries"));
            }
            Some(inner) => {
                let kind = required_text(object, &path, "kind")?;
                let item = Item { kind: Some(kind), ..item(inner, &format!("{path}deliverable."))? };
                (item, quantity(object, &path)?)
            }
            None => (item(object, &path)?, 1),
        };
        count = count.saturating_add(quantity);
        let room = MOST_ITEMS.saturating_sub(items.len());
        items.extend(std::iter::repeat_n(item, room.min(usize::try_from(quantity).unwrap_or(room))));
    }
    Ok((items, count))
}

fn quantity(object: &Object, path: &str) -> Result<u64, String> {
    match object.get("quantity") {
        None => Ok(1),
        Some(value) => value
            .as_u64()
            .filter(|quantity| *quantity > 0)
            .ok_or_else(|| format!("{path}quantity must be a whole number above 0")),
    }
}

fn item(object: &Object, path: &str) -> Result<Item, String> {
    let denomination = required_text(object, path, "denomination")?;
    let amount = match object.get("product_value") {
        None | Some(Value::Null) => None,
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => return Err(format!("{path}product_value must be a number")),
    };
    let amount = amount
        .map(|text| {
            Decimal::parse(&text).ok_or(format!("{path}product_value must be a plain decimal number"))
        })
        .transpose()?;
    if denomination == RANGE && amount.is_none() {
        return Err(format!("{path}product_value is missing"));
    }
    Ok(Item {
        kind: optional_text(object, path, "kind")?,
        brand: required_text(object, path, "brand_name")?,
        country: required_text(object, path, "country_code")?,
        denomination,
        amount,
        localized: optional_text(object, path, "localized_denomination")?,
        beneficiary: required_text(object, path, "beneficiary_account")?,
    })
}

fn optional_object<'a>(object: &'a Object, path: &str, name: &str) -> Result<Option<&'a Object>, String> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(inner)) => Ok(Some(inner)),
        Some(_) => Err(format!("{path}{name} must be an object")),
    }
}

fn optional_text(object: &Object, path: &str, name: &str) -> Result<Option<String>, String> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("{path}{name} must be text")),
    }
}

fn required_text(object: &Object, path: &str, name: &str) -> Result<String, String> {
    optional_text(object, path, name)?
        .filter(|text| !text.is_empty())
        .ok_or_else(|| format!("{path}{name} is missing"))
}

/// Whether a text has the form of an e-mail address: enough to catch a phone number or a slip.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c);
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn tells_addresses_from_other_text() {
        for text in
            ["a@b.co", "buyer+tag@example.net", "müller@exämple.de", "problem+OUT_OF_STOCK@example.com"]
        {
            assert!(is_email(text), "{text}");
        }
        for text in
            ["", "@", "a@b", "a@.co", "a@b..co", "+14155550123", "a b@c.de", "a@@c.de", ".a@c.de", "a@-b.de"]
        {
            assert!(!is_email(text), "{text}");
        }
    }
}
