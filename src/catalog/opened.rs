//! A catalogue kept as text: the answer in its normal form and where its rows are, so that a page gets the rows it
//! shows and no others.

use super::search::{self, Pattern};
use crate::schema::brands::{BRAND, BRANDS_PAYLOAD};
use crate::schema::products::{PRODUCT_GROUP, PRODUCTS_PAYLOAD};
use crate::schema::scan::{Row, Scanned, scan};
use crate::schema::{Issues, check_noting, refusal};

/// The places of a row's name, id and family in both tables.
const FAMILY: usize = 0;
const NAME: usize = 1;
const ID: usize = 2;

/// Whether `popular_brands` has it, and where it is.
#[derive(Debug)]
struct Entry {
    popular: bool,
    row: Row,
}

/// The brands of a country, or the products of its brands, a row a brand.
#[derive(Debug, Default)]
pub struct Catalog {
    normal: String,
    entries: Vec<Entry>,
    /// The folded names, one after the other, and where each ends.
    keys: Vec<u16>,
    ends: Vec<usize>,
}

impl Catalog {
    /// Checks an answer of brands, or of products, and notes its rows; a brand that stands in several lists is one
    /// row. `left_out` gets what could not be read.
    pub fn open(
        products: bool,
        text: &str,
        max_bytes: usize,
        left_out: &mut Issues,
    ) -> Result<Catalog, Issues> {
        let (payload, table) =
            if products { (&PRODUCTS_PAYLOAD, &PRODUCT_GROUP) } else { (&BRANDS_PAYLOAD, &BRAND) };
        let read = |text: &str, known| scan(&payload.root, text, Some(table), known).map(Catalog::of);
        // Without rows it may be some other answer, which the checker tells.
        let in_order = if text.len() > max_bytes { None } else { read(text, false) };
        match in_order.filter(|catalog| !catalog.entries.is_empty()) {
            Some(catalog) => Ok(catalog),
            None => {
                let normal = check_noting(payload, text, max_bytes, left_out)?;
                read(&normal, true).ok_or_else(|| refusal("", "NOT_JSON", "This is not valid JSON"))
            }
        }
    }

    fn of(scanned: Scanned) -> Catalog {
        let Scanned { normal, rows } = scanned;
        // Where every brand is listed once more, that list has them all.
        let listed = rows.iter().map(|row| row.list).find(|list| *list == b'a');
        let mut seen = Seen::new(rows.len());
        let mut entries = Vec::new();
        for row in &rows {
            if row.list != b'p' && row.list == listed.unwrap_or(row.list) && seen.add(&entries, &normal, row)
            {
                entries.push(Entry { popular: false, row: *row });
            }
        }
        for row in rows.iter().filter(|row| row.list == b'p') {
            if let Some(entry) = seen.find(&entries, &normal, row).and_then(|at| entries.get_mut(at)) {
                entry.popular = true;
            }
        }
        Catalog { normal, entries, ..Catalog::default() }
    }

    /// How many rows there are.
    pub fn size(&self) -> usize {
        self.entries.len()
    }

    /// The names to fold, a line a row: name, tab, family. Their escapes are those of JSON.
    pub fn names(&self) -> String {
        let mut out = String::new();
        for Entry { row, .. } in &self.entries {
            let name = row.text(&self.normal, NAME).unwrap_or_default();
            let family = row.text(&self.normal, FAMILY).filter(|family| *family != name);
            out.push_str(name);
            out.push('\t');
            out.push_str(family.unwrap_or_default());
            out.push('\n');
        }
        out
    }

    /// Takes the names back, folded, line for line.
    pub fn index(&mut self, folded: &str) {
        self.keys.clear();
        self.ends.clear();
        let mut rest = folded;
        while let Some((line, after)) = crate::text::split_once(rest, "\n") {
            search::push_key(&mut self.keys, line);
            self.ends.push(self.keys.len());
            rest = after;
        }
    }

    /// The rows whose names fit a folded text, the best first, as a JSON array. Without a text all rows, the
    /// popular first.
    pub fn search(&self, folded: &str, offset: usize, limit: usize) -> String {
        let pattern = Pattern::new(folded);
        let mut start = 0;
        let mut ranks: Vec<u8> = Vec::with_capacity(self.ends.len());
        for end in &self.ends {
            ranks.push(pattern.rank(self.keys.get(start..*end).unwrap_or_default()));
            start = *end;
        }
        let mut page = Page { out: String::new(), skip: offset, left: limit };
        for place in 0..search::NOTHING * 2 {
            for (entry, rank) in self.entries.iter().zip(&ranks) {
                if rank * 2 + u8::from(!entry.popular) == place {
                    page.add(self.whole(entry));
                }
            }
        }
        page.end()
    }

    /// Rows as they were listed, as a JSON array.
    pub fn page(&self, offset: usize, limit: usize) -> String {
        let mut page = Page { out: String::new(), skip: offset, left: limit };
        for entry in &self.entries {
            page.add(self.whole(entry));
        }
        page.end()
    }

    /// The brand of that id, or of exactly that name, as JSON; both without the escapes of JSON undone.
    pub fn brand(&self, key: &str) -> Option<&str> {
        let by = |field: usize| {
            self.entries.iter().find(move |entry| entry.row.text(&self.normal, field) == Some(key))
        };
        by(ID).or_else(|| by(NAME)).map(|entry| self.whole(entry))
    }

    fn whole(&self, entry: &Entry) -> &str {
        let (from, to) = entry.row.whole;
        self.normal.get(from..to).unwrap_or_default()
    }
}

/// Some of the rows that come by, as a JSON array.
struct Page {
    out: String,
    skip: usize,
    left: usize,
}

impl Page {
    fn add(&mut self, row: &str) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.left > 0 {
            self.left -= 1;
            self.out.push(if self.out.is_empty() { '[' } else { ',' });
            self.out.push_str(row);
        }
    }

    fn end(mut self) -> String {
        self.out.push_str(if self.out.is_empty() { "[]" } else { "]" });
        self.out
    }
}

/// The brands that are listed already, by id, or by name where there is none.
struct Seen {
    /// A place in the list and one more; a power of two of them, at most half of them taken.
    slots: Vec<u32>,
}

impl Seen {
    fn new(rows: usize) -> Seen {
        Seen { slots: vec![0; (rows * 2 + 2).next_power_of_two()] }
    }

    fn key<'n>(row: &Row, normal: &'n str) -> (bool, &'n str) {
        let id = row.text(normal, ID);
        (id.is_some(), id.or(row.text(normal, NAME)).unwrap_or_default())
    }

    /// The slot of a row, and what is in it.
    fn slot(&mut self, entries: &[Entry], normal: &str, row: &Row) -> Option<&mut u32> {
        let key = Seen::key(row, normal);
        let hash = |hash: usize, byte: u8| (hash ^ usize::from(byte)).wrapping_mul(0x0100_0193);
        let mut at = key.1.bytes().fold(0x1f35, hash);
        loop {
            at &= self.slots.len() - 1;
            let entry = entries.get((*self.slots.get(at)? as usize).wrapping_sub(1));
            if entry.is_none_or(|entry| Seen::key(&entry.row, normal) == key) {
                return self.slots.get_mut(at);
            }
            at += 1;
        }
    }

    fn find(&mut self, entries: &[Entry], normal: &str, row: &Row) -> Option<usize> {
        self.slot(entries, normal, row).and_then(|slot| (*slot as usize).checked_sub(1))
    }

    /// Notes a row that is to come next in the list. Whether it is new.
    fn add(&mut self, entries: &[Entry], normal: &str, row: &Row) -> bool {
        match self.slot(entries, normal, row) {
            Some(slot) if *slot == 0 => {
                *slot = entries.len() as u32 + 1;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Value, parse};
    use crate::schema::MAX_BYTES;
    use proptest::prelude::*;

    fn open(text: &str) -> Catalog {
        let mut catalog = Catalog::open(false, text, MAX_BYTES, &mut Vec::new()).unwrap();
        let names = catalog.names().to_lowercase();
        catalog.index(&names);
        catalog
    }

    fn names(json: &str) -> Vec<String> {
        parse(json).unwrap().items().iter().map(|row| row.text_at("brand").unwrap().to_owned()).collect()
    }

    const BRANDS: &str = r#"{"categories":[
        {"category":"games","brands":[{"brand":"Steam","brand_id":"1"},{"brand":"Steamy Nights","brand_id":"2","extra":{"kept":1}}]},
        {"category":"more","brands":[{"brand":"Stream TV","brand_id":"4"},{"brand":"Steam","brand_id":"1"},{"brand":"My Steam","brand_id":"3"}]}],
        "popular_brands":[{"brand":"My Steam","brand_id":"3"},{"brand":"Stream TV","brand_id":"4"},{"brand":"Elsewhere","brand_id":"9"}]}"#;

    #[test]
    fn a_brand_is_one_row_however_often_it_is_listed() {
        let catalog = open(BRANDS);
        assert_eq!(catalog.size(), 4);
        assert_eq!(names(&catalog.page(0, 9)), ["Steam", "Steamy Nights", "Stream TV", "My Steam"]);
        assert_eq!(names(&catalog.page(1, 1)), ["Steamy Nights"]);
        assert_eq!(catalog.page(4, 9), "[]");
    }

    #[test]
    fn the_best_come_first_and_the_popular_first_among_them() {
        let catalog = open(BRANDS);
        let found = |typed| names(&catalog.search(typed, 0, 9));
        assert_eq!(found("steam"), ["Steam", "Steamy Nights", "My Steam", "Stream TV"]);
        assert_eq!(found("st"), ["Stream TV", "Steam", "Steamy Nights", "My Steam"]);
        assert_eq!(found(""), ["Stream TV", "My Steam", "Steam", "Steamy Nights"]);
        assert_eq!(names(&catalog.search("st", 1, 2)), ["Steam", "Steamy Nights"]);
        assert!(found("amazon").is_empty());
    }

    #[test]
    fn popular_brands_alone_are_no_answer() {
        let text = r#"{"popular_brands":[{"brand":"Steam"}]}"#;
        let refused = Catalog::open(false, text, MAX_BYTES, &mut Vec::new()).unwrap_err();
        assert_eq!(refused[0].path, "/all_brands");
    }

    #[test]
    fn brands_are_found_by_id_and_by_exact_name() {
        let catalog = open(BRANDS);
        assert_eq!(parse(catalog.brand("2").unwrap()).unwrap().text_at("brand"), Some("Steamy Nights"));
        assert_eq!(parse(catalog.brand("My Steam").unwrap()).unwrap().text_at("brand_id"), Some("3"));
        assert_eq!(catalog.brand("my steam"), None);
    }

    #[test]
    fn all_brands_is_all_there_is_where_it_is_sent() {
        let catalog = open(
            r#"{"categories":[{"brands":[{"brand":"A"},{"brand":"B"}]}],"all_brands":[{"brand":"B"},{"brand":"C"}]}"#,
        );
        assert_eq!(names(&catalog.page(0, 9)), ["B", "C"]);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_rest_is_there() {
        let mut left_out = Vec::new();
        let text = r#"{"categories":[{"brands":[{"brand_name":"A\u0001\"b","brand_id":"1"},{"brand":7.5,"x\u0001":1},{"brand":[]}]}]}"#;
        let catalog = Catalog::open(false, text, MAX_BYTES, &mut left_out).unwrap();
        assert_eq!(names(&catalog.page(0, 9)), ["A\u{1}\"b", "7.5"]);
        assert_eq!(left_out.len(), 1);
        for (text, code) in [("{}", "REQUIRED"), ("[]", "TYPE"), ("<html>", "NOT_JSON")] {
            assert_eq!(Catalog::open(false, text, MAX_BYTES, &mut left_out).unwrap_err()[0].code, code);
        }
        assert_eq!(Catalog::open(false, BRANDS, 9, &mut left_out).unwrap_err()[0].code, "TOO_LARGE");
        assert_eq!(Catalog::open(false, r#"{"all_brands":[]}"#, MAX_BYTES, &mut left_out).unwrap().size(), 0);
    }

    #[test]
    fn products_are_a_row_a_brand() {
        let text = include_str!("../../tests/fixtures/answers/products.json");
        let mut catalog = Catalog::open(true, text, MAX_BYTES, &mut Vec::new()).unwrap();
        assert_eq!(catalog.size(), 2);
        let folded = catalog.names().to_lowercase();
        catalog.index(&folded);
        let found = catalog.search("lumen", 0, 9);
        assert_eq!(parse(&found).unwrap().items()[0].items_at("products").len(), 2);
    }

    proptest! {
        #[test]
        fn the_rows_are_those_of_the_checker(brands in proptest::collection::vec((0..9u8, "[a-cé\"\\\\]{0,3}", 0..12u8), 0..12)) {
            // Some rows are out of order, some unreadable, some repeated.
            let row = |(id, name, odd): &(u8, String, u8)| match odd {
                0 => "{\"brand\":[]}".to_owned(),
                1 => "null".to_owned(),
                2 => format!("{{\"name\":{}}}", Value::Text(name.into()).to_json()),
                _ => format!("{{\"brand_id\":\"{id}\",\"brand\":{}}}", Value::Text(format!("b{name}").into()).to_json()),
            };
            let rows: Vec<String> = brands.iter().map(row).collect();
            let text = format!("{{\"categories\":[{{\"brands\":[{}]}}]}}", rows.join(","));
            let checked = crate::schema::check(&BRANDS_PAYLOAD, &text, MAX_BYTES);
            let opened = Catalog::open(false, &text, MAX_BYTES, &mut Vec::new());
            prop_assert_eq!(checked.is_ok(), opened.is_ok());
            if let (Ok(checked), Ok(opened)) = (checked, opened) {
                let all = parse(&checked).unwrap().get("all_brands").unwrap().to_json();
                let page = opened.page(0, 99);
                prop_assert_eq!(&parse(&page).unwrap(), &parse(&all).unwrap());
            }
        }
    }
}
