//! Any object as a draft and as the input of each operation: a request is refused with issues, or can be sent.
#![no_main]

use cryptorefills_checkout::draft::{self, Purpose, Shape};
use cryptorefills_checkout::endpoint::ENDPOINTS;
use cryptorefills_checkout::{json, request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(body) else { return };
    let Ok(input) = json::parse(text) else { return };
    let endpoint = &ENDPOINTS[usize::from(*first) % ENDPOINTS.len()];
    match request::build(endpoint.name, &input) {
        Ok(request) => {
            json::parse(&request.to_json()).expect("a request is JSON");
            assert!(request.url.bytes().all(|byte| byte.is_ascii_graphic()), "a URL is ASCII");
        }
        Err(issues) => assert!(!issues.is_empty(), "refused without an issue"),
    }
    let Some(given) = input.get("draft") else { return };
    for purpose in [Purpose::Validate, Purpose::Create] {
        let Ok(draft) = draft::read(given, input.some("product"), purpose) else { continue };
        let bodies =
            [draft.validation_body(), draft.create_body(Shape::Flat), draft.create_body(Shape::Nested)];
        for (body, is_flat) in bodies.iter().zip([true, true, false]) {
            let body = json::parse(body).expect("a body is JSON");
            let deliveries = body.items_at("deliveries");
            assert!((1..=10).contains(&deliveries.len()), "from 1 to 10 items");
            for delivery in deliveries {
                let product =
                    if is_flat { delivery } else { delivery.get("deliverable").expect("a deliverable") };
                for name in ["brand_name", "country_code", "denomination"] {
                    assert!(product.text_at(name).is_some_and(|text| !text.trim().is_empty()), "{name}");
                }
                let is_range = product.text_at("denomination") == Some("range");
                assert_eq!(
                    is_range,
                    product.get("product_value").is_some(),
                    "a range has a value, no other has"
                );
            }
        }
        assert_eq!(draft.create_body(Shape::Flat), bodies[1], "the same draft, the same bytes");
    }
});
