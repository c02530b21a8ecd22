//! An operation and its parameters, as one JSON object, to a request a page can hand to `fetch`.

use crate::country;
use crate::decimal;
use crate::draft::{self, Purpose, Shape};
use crate::endpoint::{self, ENDPOINTS, Endpoint};
use crate::json::{Value, Writer};
use crate::schema::{Issues, refusal, refuse};
use crate::text;

/// A request as plain data.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// HTTP method.
    pub method: &'static str,
    /// URL, relative to the page unless the base is absolute.
    pub url: String,
    /// The shopper's country, which goes into a header.
    pub country: Option<String>,
    /// JSON body of a write.
    pub body: Option<String>,
}

impl Request {
    /// `{method, url, headers, body?}`.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let mut request = Writer::new(&mut out);
        request.text("method", self.method);
        request.text("url", &self.url);
        let mut headers = Writer::new(request.name("headers"));
        headers.text("Content-Type", "application/json");
        headers.text_if("X-Country-ISO-Code", self.country.as_deref());
        headers.end();
        request.text_if("body", self.body.as_deref());
        request.end();
        out
    }
}

/// Builds a request. `input` holds the operation's parameters and the options `base`, `country`, `lang`,
/// `shape`; for the two writes also `draft` and maybe `product`.
pub fn build(operation: &str, input: &Value) -> Result<Request, Issues> {
    let Some(endpoint) = ENDPOINTS.iter().find(|endpoint| endpoint.name == operation) else {
        return Err(refusal("", "UNSUPPORTED", "There is no such operation"));
    };
    let mut issues = Vec::new();
    let country = read_country(input, endpoint, &mut issues);
    let url = build_url(endpoint, input, country.as_deref(), &mut issues);
    let purpose = match operation {
        "validate_order" => Some(Purpose::Validate),
        "create_order" => Some(Purpose::Create),
        _ => None,
    };
    let Some(purpose) = purpose else {
        return match url {
            Some(url) if issues.is_empty() => {
                Ok(Request { method: endpoint.method, url, country, body: None })
            }
            _ => Err(issues),
        };
    };
    let shape = read_shape(input, &mut issues);
    let draft = draft::read(input.get("draft").unwrap_or(&Value::Null), input.some("product"), purpose);
    match (url, draft) {
        (Some(url), Ok(mut draft)) if issues.is_empty() => {
            draft.lang = input.text_at("lang");
            Ok(Request {
                method: endpoint.method,
                url,
                country: country.or_else(|| draft.country()),
                body: Some(match purpose {
                    Purpose::Validate => draft.validation_body(),
                    Purpose::Create => draft.create_body(shape),
                }),
            })
        }
        (_, draft) => {
            issues.extend(draft.err().unwrap_or_default());
            Err(issues)
        }
    }
}

fn read_shape(input: &Value, issues: &mut Issues) -> Shape {
    match input.some("shape").map(Value::text) {
        None | Some(Some("nested")) => Shape::Nested,
        Some(Some("flat")) => Shape::Flat,
        Some(_) => {
            refuse(issues, "/shape", "UNSUPPORTED", "Expected nested or flat");
            Shape::Nested
        }
    }
}

/// The country, which some operations cannot do without.
fn read_country(input: &Value, endpoint: &Endpoint, issues: &mut Issues) -> Option<String> {
    let parameters = endpoint.query.iter().map(|(_, from)| *from).chain(endpoint.path_parameter);
    let needed = parameters.into_iter().any(|from| from == "country");
    match input.some("country").map(Value::text) {
        None if !needed => return None,
        None => refuse(issues, "/country", "REQUIRED", "Choose a country"),
        Some(Some(code)) if country::is_supported(&code.to_ascii_uppercase()) => {
            return Some(code.to_ascii_uppercase());
        }
        Some(_) => refuse(
            issues,
            "/country",
            "UNSUPPORTED",
            "Choose one of the supported countries, two letters such as US",
        ),
    }
    None
}

fn build_url(
    endpoint: &Endpoint,
    input: &Value,
    country: Option<&str>,
    issues: &mut Issues,
) -> Option<String> {
    let base = match input.some("base").map(Value::text) {
        None => "/api",
        Some(Some(base)) if is_base(base) => text::trim_end(base, '/'),
        Some(_) => {
            refuse(
                issues,
                "/base",
                "FORMAT",
                "Expected a path such as /api, or an http(s) address of your own server",
            );
            return None;
        }
    };
    let mut url = base.to_owned();
    match (text::split_once(endpoint.path, "{}"), endpoint.path_parameter) {
        (Some((before, after)), Some(name)) => {
            let value = if name == "country" { country } else { read_order_id(input, issues) }?;
            url.push_str(before);
            endpoint::push_encoded(&mut url, value);
            url.push_str(after);
        }
        _ => url.push_str(endpoint.path),
    }
    let mut separator = '?';
    for (wire, from) in endpoint.query {
        let value = match *from {
            "country" => country,
            "lang" => input.text_at(from).map(endpoint::language),
            name => read_query(input, endpoint, name, issues),
        };
        if let Some(value) = value {
            url.push(separator);
            separator = '&';
            url.push_str(wire);
            url.push('=');
            endpoint::push_encoded(&mut url, value);
        }
    }
    Some(url)
}

fn is_base(base: &str) -> bool {
    let absolute = base.starts_with("https://") || base.starts_with("http://");
    let path = base.is_empty() || (base.starts_with('/') && !base.starts_with("//"));
    (absolute || path) && base.bytes().all(|byte| byte.is_ascii_graphic() && !text::has("?#\\", byte))
}

fn read_order_id<'v>(input: &'v Value, issues: &mut Issues) -> Option<&'v str> {
    let id = input.text_at("orderId").filter(|id| endpoint::is_order_id(id));
    if id.is_none() {
        refuse(
            issues,
            "/orderId",
            "FORMAT",
            "Expected an order id as the create call answered it: letters, digits, - and _, at most 64",
        );
    }
    id
}

fn read_query<'v>(input: &'v Value, endpoint: &Endpoint, name: &str, issues: &mut Issues) -> Option<&'v str> {
    let pointer = || text::join(&["/", name]);
    match input.some(name) {
        Some(Value::Text(text)) if !text::is_blank(text) => {
            if name == "faceValue" && !decimal::is_amount(text) {
                refuse(issues, &pointer(), "FORMAT", draft::AMOUNT);
            }
            return Some(text);
        }
        Some(Value::Text(_)) | None => {
            // Products can be asked by family or by brand; everything else is needed where it is listed.
            let (needed, message) = match (endpoint.name, name) {
                ("products", "family") => (input.some("brand").is_none(), "Give a family or a brand"),
                ("products", _) => (false, ""),
                (_, _) => (true, "This is needed to ask for a price"),
            };
            if needed {
                refuse(issues, &pointer(), "REQUIRED", message);
            }
        }
        Some(_) => refuse(issues, &pointer(), "TYPE", "Expected a string"),
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn url(operation: &str, input: &str) -> String {
        build(operation, &parse(input).unwrap()).unwrap().url
    }

    fn codes(operation: &str, input: &str) -> Vec<String> {
        let issues = build(operation, &parse(input).unwrap()).unwrap_err();
        issues.iter().map(|issue| [&issue.path, " ", issue.code].concat()).collect()
    }

    #[test]
    fn queries_are_the_reference_s() {
        assert_eq!(url("payment_vias", "{}"), "/api/payment_vias");
        assert_eq!(url("brands", r#"{"country":"US"}"#), "/api/brands?country_code=US");
        assert_eq!(url("homepage", r#"{"country":"us"}"#), "/api/homepage?country_code=US");
        assert_eq!(
            url("products", r#"{"lang":"en","coin":"USDC","family":"airbnb","country":"US"}"#),
            "/api/products/country/US?family_name=airbnb&coin=USDC&lang=en"
        );
        assert_eq!(
            url("price", r#"{"brand":"Airbnb","country":"US","faceValue":"100","coin":"USDC"}"#),
            "/api/products/price?brand_name=Airbnb&country_code=US&face_value=100&coin=USDC"
        );
        assert_eq!(url("order", r#"{"orderId":"ord_abc123xyz"}"#), "/api/orders/ord_abc123xyz");
        assert_eq!(url("subscribe", r#"{"orderId":"a","base":"/x/"}"#), "/x/orders/a/subscribe");
    }

    #[test]
    fn headers_carry_the_country() {
        let request = build("brands", &parse(r#"{"country":"US"}"#).unwrap()).unwrap();
        assert_eq!(
            request.to_json(),
            r#"{"method":"GET","url":"/api/brands?country_code=US","headers":{"Content-Type":"application/json","X-Country-ISO-Code":"US"}}"#
        );
    }

    #[test]
    fn what_cannot_work_is_refused() {
        assert_eq!(codes("brands", "{}"), ["/country REQUIRED"]);
        assert_eq!(codes("brands", r#"{"country":"XX"}"#), ["/country UNSUPPORTED"]);
        assert_eq!(codes("products", r#"{"country":"US"}"#), ["/family REQUIRED"]);
        assert_eq!(codes("order", r#"{"orderId":"../brands"}"#), ["/orderId FORMAT"]);
        assert_eq!(
            codes("price", r#"{"country":"US","brand":"A","coin":"USDC","faceValue":"1e3"}"#),
            ["/faceValue FORMAT"]
        );
        assert_eq!(
            codes("price", r#"{"country":"US","brand":"A","coin":"USDC","faceValue":"007"}"#),
            ["/faceValue FORMAT"]
        );
        assert_eq!(
            codes("price", r#"{"country":"US","brand":"A","coin":"USDC","faceValue":100}"#),
            ["/faceValue TYPE"]
        );
        for base in ["//evil.example", "javascript:x", "/a?b", "/a b", "api"] {
            assert_eq!(codes("payment_vias", &format!(r#"{{"base":"{base}"}}"#)), ["/base FORMAT"], "{base}");
        }
        assert_eq!(codes("refund", "{}"), [" UNSUPPORTED"]);
    }
}
