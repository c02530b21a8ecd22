//! Brands and their logos.

mod logo;

use std::borrow::Cow;

use crate::json::Value;

pub use logo::{LogoFormat, LogoSize, logo_url};

/// Makes `all_brands` list every brand once. The same brand stands under several categories, and some
/// answers have no `all_brands` at all.
pub fn complete_brands(value: &mut Value) {
    let Value::Object(members) = value else { return };
    let listed = members.iter().position(|(name, _)| name == "all_brands").map(|at| members.remove(at).1);
    let mut all: Vec<Value> = match listed {
        Some(Value::List(brands)) if !brands.is_empty() => brands,
        _ => members
            .iter()
            .filter(|(name, _)| name == "categories")
            .flat_map(|(_, categories)| categories.items())
            .flat_map(|category| category.get("brands").map_or(&[][..], Value::items))
            .cloned()
            .collect(),
    };
    let mut seen: Vec<String> = Vec::new();
    all.retain(|brand| {
        let key = match brand.text_at("brand_id") {
            Some(id) => id.to_owned(),
            None => ["/", brand.text_at("brand").unwrap_or_default()].concat(),
        };
        match seen.binary_search(&key) {
            Ok(_) => false,
            Err(at) => {
                seen.insert(at, key);
                true
            }
        }
    });
    members.push((Cow::Borrowed("all_brands"), Value::List(all)));
}

#[cfg(test)]
mod tests {
    use crate::json::parse;

    #[test]
    fn brands_repeat_across_categories_but_not_in_all_brands() {
        let mut value = parse(
            r#"{"categories":[{"brands":[{"brand":"A","brand_id":"1"},{"brand":"B"}]},
                              {"brands":[{"brand":"A","brand_id":"1"},{"brand":"B"},{"brand":"C"}]}],"all_brands":[]}"#,
        )
        .unwrap();
        super::complete_brands(&mut value);
        let names: Vec<_> =
            value.get("all_brands").unwrap().items().iter().map(|b| b.text_at("brand").unwrap()).collect();
        assert_eq!(names, ["A", "B", "C"]);
        assert_eq!(value.get("categories").unwrap().items().len(), 2);
    }
}
