//! Brands and their logos; catalogues that are kept as text and searched.

mod logo;
mod opened;
mod search;

use crate::json::{Value, Writer, write};

pub use logo::{LogoFormat, LogoSize, logo_url};
pub use opened::Catalog;

/// The answer as JSON text, with every brand once in `all_brands`. The same brand stands under several
/// categories, and some answers have no `all_brands` at all.
pub fn with_all_brands(answer: &Value) -> String {
    let mut out = String::new();
    let mut object = Writer::new(&mut out);
    for (name, value) in answer.members() {
        if name != "all_brands" {
            write(object.name(name), value);
        }
    }
    let mut all = AllBrands { out: object.name("all_brands"), separator: '[', seen: Vec::new() };
    let listed = answer.items_at("all_brands");
    all.add(listed);
    if listed.is_empty() {
        for category in answer.items_at("categories") {
            all.add(category.items_at("brands"));
        }
    }
    all.out.push_str(if all.seen.is_empty() { "[]" } else { "]" });
    object.end();
    out
}

struct AllBrands<'o, 'v> {
    out: &'o mut String,
    separator: char,
    /// Sorted: whether the brand has an id, and its id or name.
    seen: Vec<(bool, &'v str)>,
}

impl<'v> AllBrands<'_, 'v> {
    fn add(&mut self, brands: &'v [Value]) {
        for brand in brands {
            let id = brand.text_at("brand_id");
            let key = (id.is_some(), id.or(brand.text_at("brand")).unwrap_or_default());
            if let Err(at) = self.seen.binary_search(&key) {
                self.seen.insert(at, key);
                self.out.push(self.separator);
                self.separator = ',';
                write(self.out, brand);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::json::parse;

    #[test]
    fn brands_repeat_across_categories_but_not_in_all_brands() {
        let text = super::with_all_brands(
            &parse(
                r#"{"categories":[{"brands":[{"brand":"A","brand_id":"1"},{"brand":"B"}]},
                              {"brands":[{"brand":"A","brand_id":"1"},{"brand":"B"},{"brand":"C"}]}],"all_brands":[]}"#,
            )
            .unwrap(),
        );
        let value = parse(&text).unwrap();
        let names: Vec<_> =
            value.get("all_brands").unwrap().items().iter().map(|b| b.text_at("brand").unwrap()).collect();
        assert_eq!(names, ["A", "B", "C"]);
        assert_eq!(value.get("categories").unwrap().items().len(), 2);
    }
}
