//! The nine operations: method, path, query. Nothing else in the crate knows a path.
//!
//! Source: the API reference, sections 2 to 9b.

use crate::text::{has, hex_digit, words};

/// One operation of the API, as the page reaches it through the shop's own server.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name here.
    pub name: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path below the base (`/api` by default); `{}` is where the parameter of [`Endpoint::path_parameter`] goes.
    pub path: &'static str,
    /// The parameter that goes into the path.
    pub path_parameter: Option<&'static str>,
    /// The query: name on the wire and parameter it comes from, in the reference's order.
    pub query: &'static [(&'static str, &'static str)],
    /// Path at the API itself, where the shop's server forwards to.
    #[cfg(not(target_arch = "wasm32"))]
    pub upstream: &'static str,
}

macro_rules! endpoint {
    ($const:ident, $name:literal, $method:literal, $path:literal, $parameter:expr, [$($wire:literal <- $from:literal),*], $upstream:literal) => {
        #[doc = concat!("`", $method, " ", $upstream, "`")]
        pub static $const: Endpoint = Endpoint {
            name: $name,
            method: $method,
            path: $path,
            path_parameter: $parameter,
            query: &[$(($wire, $from)),*],
            #[cfg(not(target_arch = "wasm32"))]
            upstream: $upstream,
        };
    };
}

endpoint!(PAYMENT_VIAS, "payment_vias", "GET", "/payment_vias", None, [], "/v3/payment_vias");
endpoint!(BRANDS, "brands", "GET", "/brands", None, ["country_code" <- "country"], "/v2/brands");
endpoint!(HOMEPAGE, "homepage", "GET", "/homepage", None, ["country_code" <- "country"], "/v2/homepage");
endpoint!(PRODUCTS, "products", "GET", "/products/country/{}", Some("country"),
    ["family_name" <- "family", "brand_name" <- "brand", "coin" <- "coin", "lang" <- "lang"], "/v5/products/country/{}");
endpoint!(PRICE, "price", "GET", "/products/price", None,
    ["brand_name" <- "brand", "country_code" <- "country", "face_value" <- "faceValue", "coin" <- "coin"], "/v4/products/price");
endpoint!(
    VALIDATE_ORDER,
    "validate_order",
    "POST",
    "/orders/validations",
    None,
    [],
    "/v5/orders/validations"
);
endpoint!(CREATE_ORDER, "create_order", "POST", "/orders", None, [], "/v5/orders");
endpoint!(ORDER, "order", "GET", "/orders/{}", Some("orderId"), [], "/v5/orders/{}");
endpoint!(
    SUBSCRIBE,
    "subscribe",
    "GET",
    "/orders/{}/subscribe",
    Some("orderId"),
    [],
    "/v5/orders/{}/subscribe"
);

/// All of them.
pub static ENDPOINTS: [&Endpoint; 9] = [
    &PAYMENT_VIAS,
    &BRANDS,
    &HOMEPAGE,
    &PRODUCTS,
    &PRICE,
    &VALIDATE_ORDER,
    &CREATE_ORDER,
    &ORDER,
    &SUBSCRIBE,
];

/// The languages the catalogue has prose in; observed in recorded answers. Others get no prose at all. An order's
/// language is another matter: that is what the vendor writes to the shopper in.
const LANGUAGES: &str = "en es fr de it pt zh tr vi tl";

/// The catalogue's language for a language tag: its primary language where the catalogue has it, else English.
pub fn language(tag: &str) -> &'static str {
    let primary = tag
        .bytes()
        .position(|byte| byte == b'-' || byte == b'_')
        .and_then(|end| tag.get(..end))
        .unwrap_or(tag);
    words(LANGUAGES).find(|language| language.eq_ignore_ascii_case(primary)).unwrap_or("en")
}

/// Whether a text can be an order's id: letters, digits, `-` and `_`, at most 64. Anything else could reach
/// another path.
pub fn is_order_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Appends a text percent-encoded, so that it is one segment of a path or one value of a query.
pub fn push_encoded(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || has("-_.~", byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(hex_digit(digit, b'A'));
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn paths_are_the_reference_s() {
        let paths: Vec<_> = ENDPOINTS.iter().map(|e| (e.method, e.path, e.upstream)).collect();
        assert_eq!(
            paths,
            [
                ("GET", "/payment_vias", "/v3/payment_vias"),
                ("GET", "/brands", "/v2/brands"),
                ("GET", "/homepage", "/v2/homepage"),
                ("GET", "/products/country/{}", "/v5/products/country/{}"),
                ("GET", "/products/price", "/v4/products/price"),
                ("POST", "/orders/validations", "/v5/orders/validations"),
                ("POST", "/orders", "/v5/orders"),
                ("GET", "/orders/{}", "/v5/orders/{}"),
                ("GET", "/orders/{}/subscribe", "/v5/orders/{}/subscribe"),
            ]
        );
    }

    #[test]
    fn unsupported_lang_falls_back_to_english() {
        assert_eq!(language("de-AT"), "de");
        assert_eq!(language("PT_br"), "pt");
        assert_eq!(language("fa"), "en");
        assert_eq!(language(""), "en");
    }

    #[test]
    fn an_order_id_cannot_leave_its_segment() {
        assert!(is_order_id("7c1b9f04-6a2d-4e58-b3c7-1d2e3f405162") && is_order_id("ord_abc123xyz"));
        for odd in ["", "a/b", "..", "a?b", "a%2Fb", "a b", "é", &"x".repeat(65)] {
            assert!(!is_order_id(odd), "{odd}");
        }
    }

    #[test]
    fn encoding_is_strict_and_utf_8() {
        let mut out = String::new();
        push_encoded(&mut out, "A&B é/~日");
        assert_eq!(out, "A%26B%20%C3%A9%2F~%E6%97%A5");
    }
}
