//! The short way through a payload: what is as the tables have it is checked and put into the normal form while it
//! is read, without a tree. What is out of order in any way (a repeated or old name, a value of another kind, a row
//! that cannot be read) is left to the checker, which knows what to make of it and how to tell; the normal form is
//! the same, byte for byte.

use super::{Kind, Presence, Schema, Shape, Type};
use crate::json::{MAX_DEPTH, Reader, push_escaped};
use std::ops::{Deref, DerefMut};

/// How many of a row's first fields are remembered.
const REMEMBERED: usize = 5;

/// One object of the table that was asked for, as ranges of the normal form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Where it is.
    pub whole: (usize, usize),
    /// The values of its table's first fields, the quotes of strings included; empty where they are absent.
    pub fields: [(usize, usize); REMEMBERED],
    /// The first letter of the list it stands in: `a` of `all_brands`, `p` of `popular_brands`, `b` of `brands`.
    pub list: u8,
}

impl Row {
    /// One of the first fields as it is written, if it is there.
    pub fn value<'n>(&self, normal: &'n str, field: usize) -> Option<&'n str> {
        let (from, to) = *self.fields.get(field)?;
        normal.get(from..to).filter(|value| !value.is_empty())
    }

    /// The text of one of the first fields, escapes and all, if it is there and a string.
    pub fn text<'n>(&self, normal: &'n str, field: usize) -> Option<&'n str> {
        self.value(normal, field)?.strip_prefix('"')?.strip_suffix('"')
    }
}

/// A payload in its normal form.
#[derive(Debug)]
pub struct Scanned {
    /// The normal form, as JSON text.
    pub normal: String,
    /// The objects of the table asked for, in the order they ended.
    pub rows: Vec<Row>,
}

/// Reads a text by a table, and notes where the objects of `rows` are. Nothing if anything is out of order.
/// `known` is a text that has been through the checker before.
pub fn scan(of: &Type, text: &str, rows: Option<&'static Schema>, known: bool) -> Option<Scanned> {
    // Room for the lists that were not sent: growing would take twice the memory.
    let normal = String::with_capacity(text.len() + text.len() / 8 + 64);
    let mut scan = Scan {
        reader: Reader::new(text),
        copied: 0,
        normal,
        rows: Vec::new(),
        row_table: rows,
        known,
        list: 0,
    };
    scan.gap();
    scan.value(of)?;
    scan.gap();
    if scan.at < text.len() {
        return None;
    }
    scan.copy(scan.at)?;
    Some(Scanned { normal: scan.normal, rows: scan.rows })
}

struct Scan<'t> {
    reader: Reader<'t>,
    /// The text is in the normal form up to here, unless it was cut out.
    copied: usize,
    normal: String,
    rows: Vec<Row>,
    row_table: Option<&'static Schema>,
    known: bool,
    list: u8,
}

impl<'t> Deref for Scan<'t> {
    type Target = Reader<'t>;

    fn deref(&self) -> &Reader<'t> {
        &self.reader
    }
}

impl DerefMut for Scan<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}

impl<'t> Scan<'t> {
    /// Copies what has not been copied yet, up to a place.
    fn copy(&mut self, to: usize) -> Option<()> {
        self.normal.push_str(self.reader.text.get(self.copied..to)?);
        self.copied = to;
        Some(())
    }

    /// Leaves out what is between two places.
    #[inline(always)]
    fn cut(&mut self, from: usize, to: usize) -> Option<()> {
        if from < to {
            self.copy(from)?;
            self.copied = to;
        }
        Some(())
    }

    /// Puts something in.
    fn put(&mut self, at: usize, text: &str) -> Option<()> {
        self.copy(at)?;
        self.normal.push_str(text);
        Some(())
    }

    /// Leaves out white space.
    #[inline(always)]
    fn gap(&mut self) -> Option<()> {
        let start = self.at;
        self.skip_space();
        self.cut(start, self.at)
    }

    /// A string, quotes included; escapes become those the normal form has.
    fn string(&mut self) -> Option<&'t [u8]> {
        self.eat(b'"')?;
        let start = self.at;
        loop {
            match self.plain() {
                b'"' => {
                    let text = self.since(start);
                    self.at += 1;
                    return text;
                }
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let start = self.at;
        if let Some(b'"' | b'\\' | b'n') = self.text.as_bytes().get(start + 1) {
            self.at += 2;
            return Some(());
        }
        self.at += 1;
        let character = self.reader.escape()?;
        self.cut(start, self.at)?;
        push_escaped(&mut self.normal, character);
        Some(())
    }

    /// Anything at all.
    fn any(&mut self) -> Option<()> {
        match self.peek() {
            b'{' => self.members(None),
            b'[' => self.items(&Type::one(Kind::Any)),
            b'"' => self.string().map(|_| ()),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word().map(|_| ()),
        }
    }

    fn value(&mut self, of: &Type) -> Option<()> {
        if of.shape != Shape::One {
            return self.items(&of.many(Shape::One));
        }
        let start = self.at;
        let is_string = self.peek() == b'"';
        match of.kind {
            Kind::Any => self.any(),
            Kind::Object => self.members(Some(of.table?)),
            Kind::Word => (is_string && !self.string()?.is_empty()).then_some(()),
            Kind::Text if is_string => self.string().map(|_| ()),
            Kind::Bool => self.word().filter(|word| *word != "null").map(|_| ()),
            Kind::Text => {
                self.put(start, "\"")?;
                self.number()?;
                self.put(self.at, "\"")
            }
            Kind::Amount if self.peek() == b'{' => self.wrapped_amount(),
            // What has been through the checker may be `unlimited`.
            Kind::Quota if self.known => self.any(),
            kind => {
                self.at += usize::from(is_string);
                // What every amount begins with tells the one that means something else.
                if kind == Kind::Quota && self.peek() == b'-' {
                    return None;
                }
                let becomes_number = matches!(kind, Kind::Time | Kind::Integer);
                let from = self.at;
                let point = self.plain_number(is_string && !becomes_number)?;
                let to = self.at;
                if is_string {
                    self.eat(b'"')?;
                }
                if is_string && becomes_number {
                    self.cut(start, from)?;
                    self.cut(to, self.at)?;
                } else if !is_string && !becomes_number {
                    self.put(from, "\"")?;
                    self.put(to, "\"")?;
                }
                // Where a number may go on, this one does not.
                let ends = is_string || !matches!(self.peek(), b'0'..=b'9' | b'e' | b'E');
                (ends && !(point && kind == Kind::Integer)).then_some(())
            }
        }
    }

    /// An amount that is given as `{amount, currency}`: of the object only that stays.
    #[expect(
        clippy::manual_contains,
        reason = "it would bring the standard library's search for a byte along"
    )]
    fn wrapped_amount(&mut self) -> Option<()> {
        let start = self.at;
        let mut found = false;
        let mut more = self.enter(b'{', b'}')?;
        while more {
            self.skip_space();
            let (copied, normal) = (self.copied, std::mem::take(&mut self.normal));
            let name = self.string()?;
            self.skip_space();
            self.eat(b':')?;
            self.skip_space();
            let is_amount = name == b"amount";
            if found && is_amount || name.iter().any(|byte| *byte == b'\\') {
                return None;
            }
            if is_amount {
                found = true;
                self.normal = normal;
                self.cut(start, self.at)?;
                self.value(&Type::one(Kind::Decimal))?;
                self.copy(self.at)?;
            } else {
                self.any()?;
                (self.copied, self.normal) = (copied, normal);
            }
            self.skip_space();
            more = self.eat(b',').is_some();
        }
        self.eat(b'}')?;
        self.depth -= 1;
        self.copied = self.at;
        found.then_some(())
    }

    /// Steps into an array or an object; whether there is anything in it.
    fn enter(&mut self, begin: u8, end: u8) -> Option<bool> {
        self.eat(begin)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let start = self.at;
        self.skip_space();
        if self.eat(end).is_some() {
            self.cut(start, self.at - 1)?;
            return Some(false);
        }
        self.at = start;
        Some(true)
    }

    fn items(&mut self, item: &Type) -> Option<()> {
        let mut more = self.enter(b'[', b']')?;
        while more {
            self.gap();
            self.value(item)?;
            self.gap();
            more = self.eat(b',').is_some();
            if !more {
                self.eat(b']')?;
            }
        }
        self.depth -= 1;
        Some(())
    }

    /// An object's members, by its table if it has one.
    fn members(&mut self, schema: Option<&'static Schema>) -> Option<()> {
        let is_row = match (schema, self.row_table) {
            (Some(schema), Some(rows)) => std::ptr::eq(schema, rows),
            _ => false,
        };
        let mut row = Row { list: self.list, ..Row::default() };
        if is_row {
            self.copy(self.at)?;
            row.whole.0 = self.normal.len();
        }
        let mut place = Place::default();
        let (mut seen, mut kept) = (0u64, false);
        let mut before = self.at + 1;
        let mut more = self.enter(b'{', b'}')?;
        while more {
            let gap = self.at;
            self.skip_space();
            let start = self.at;
            let name = self.string()?;
            // An escape in a name may hide one that the table knows.
            if self.copied > start && !self.known {
                return None;
            }
            let named = self.at;
            self.skip_space();
            let colon = self.at;
            self.eat(b':')?;
            self.skip_space();
            let field = schema.and_then(|schema| schema.find(name, &mut place));
            if let Some((at, _)) = field {
                if seen >> at & 1 == 1 {
                    return None;
                }
            } else if let Some(schema) = schema
                && !self.known
                && (schema.knows_older(name) || self.depth == 1 && name == b"problems")
            {
                return None;
            }
            if field.is_some() && self.peek() == b'n' {
                self.word()?;
                self.skip_space();
                more = self.eat(b',').is_some();
                if kept {
                    self.cut(before, self.at - usize::from(more))?;
                    before = self.at - usize::from(more);
                } else {
                    self.cut(gap, self.at)?;
                }
            } else {
                self.cut(gap, start)?;
                self.cut(named, colon)?;
                self.cut(colon + 1, self.at)?;
                kept = true;
                match field {
                    None => self.any()?,
                    Some((at, field)) => {
                        seen |= 1 << at;
                        let remembered = is_row && at < REMEMBERED;
                        if remembered {
                            self.copy(self.at)?;
                        }
                        let (from, list) = (self.normal.len(), self.list);
                        if field.is.shape == Shape::Rows {
                            self.list = name.first().copied().unwrap_or(0);
                        }
                        let start = self.at;
                        self.value(&field.is)?;
                        self.list = list;
                        // Where there are older names, empty text says that one of them may be meant.
                        if field.has_older_names() && self.since(start) == Some(b"\"\"") {
                            return None;
                        }
                        if remembered && let Some(range) = row.fields.get_mut(at) {
                            self.copy(self.at)?;
                            *range = (from, self.normal.len());
                        }
                    }
                }
                self.gap()?;
                before = self.at;
                more = self.eat(b',').is_some();
            }
            if !more {
                self.eat(b'}')?;
            }
        }
        self.depth -= 1;
        if let Some(schema) = schema {
            self.complete(schema, seen, kept)?;
        }
        if is_row {
            self.copy(self.at)?;
            row.whole.1 = self.normal.len();
            self.rows.push(row);
        }
        Some(())
    }

    /// Adds the lists that were not there before the brace just read; nothing if what is required is not there.
    fn complete(&mut self, schema: &Schema, seen: u64, mut kept: bool) -> Option<()> {
        for (at, field) in schema.fields.iter().enumerate() {
            if seen >> at & 1 == 1 {
                continue;
            }
            if field.is.shape != Shape::One {
                let (_, newest, _) = schema.named_fields().nth(at)?;
                self.put(self.at - 1, if kept { ",\"" } else { "\"" })?;
                self.put(self.at - 1, newest)?;
                self.put(self.at - 1, "\":[]")?;
                kept = true;
            } else if field.presence == Presence::Required {
                return None;
            }
        }
        Some(())
    }
}

/// Where to look first: fields tend to come in the same order.
#[derive(Default)]
pub(super) struct Place {
    pub(super) field: usize,
    pub(super) name: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{MAX_BYTES, PAYLOADS, Payload};
    use proptest::prelude::*;

    fn payload(name: &str) -> &'static Payload {
        PAYLOADS.iter().find(|payload| payload.name == name).unwrap()
    }

    /// What the checker says: the tree's normal form, if nothing was left out.
    fn slow(payload: &Payload, text: &str) -> Option<String> {
        let mut left_out = Vec::new();
        let normal = crate::schema::check_by_tree(payload, text, MAX_BYTES, &mut left_out).ok()?;
        left_out.is_empty().then_some(normal)
    }

    fn fast(payload: &Payload, text: &str) -> Option<String> {
        scan(&payload.root, text, None, false).map(|scanned| scanned.normal)
    }

    const ANSWERS: [(&str, &str); 5] = [
        ("order", include_str!("../../tests/fixtures/answers/order-created.json")),
        ("order", include_str!("../../tests/fixtures/answers/order-done.json")),
        ("payment_vias", include_str!("../../tests/fixtures/answers/payment_vias.json")),
        ("price", include_str!("../../tests/fixtures/answers/price.json")),
        ("products", include_str!("../../tests/fixtures/answers/products.json")),
    ];

    #[test]
    fn recorded_answers_take_the_short_way_and_come_out_the_same() {
        for (name, text) in ANSWERS {
            let payload = payload(name);
            let normal = slow(payload, text).unwrap();
            assert_eq!(fast(payload, text).as_ref(), Some(&normal), "{name}");
            // And the normal form is its own.
            assert_eq!(fast(payload, &normal).as_ref(), Some(&normal), "{name}");
        }
    }

    #[test]
    fn what_is_out_of_order_is_left_to_the_checker() {
        let order = |more: &str| format!(r#"{{"order_id":"1","order_state":"Done"{more}}}"#);
        assert!(fast(payload("order"), &order("")).is_some());
        for more in [
            r#","order_id":"2""#,
            r#","state":"x""#,
            r#","coin":true"#,
            r#","coin_amount":"1e5""#,
            r#","problems":[{"code":"x"}]"#,
            r#","deliveries":[null]"#,
            r#","c\u006fin":"x""#,
            r#","created_at":"007""#,
            r#","created_at":"1"#,
            ",\"coin\":\"\n\"",
            ",",
        ] {
            assert_eq!(fast(payload("order"), &order(more)), None, "{more}");
        }
        assert_eq!(fast(payload("order"), r#"{"order_state":"Done"}"#), None);
        assert_eq!(fast(payload("order"), r#"{"order_id":"1","order_state":""}"#), None);
    }

    /// A value that may stand anywhere, in odd spellings too.
    fn odd_value() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("null".to_owned()),
            Just("\"\"".to_owned()),
            Just("[]".to_owned()),
            Just("[ null ]".to_owned()),
            Just("{ }".to_owned()),
            Just(r#""a\u00e9\/\t\n\"\\\u0001\ud83d\ude00\ud83d""#.to_owned()),
            Just(r#"{"amount":"5.00","currency":"EUR"}"#.to_owned()),
            Just(r#"{"amount":5, "x":{"a":[1 ,2]}}"#.to_owned()),
            Just(r#"{"amount":5,"amount":6}"#.to_owned()),
            "-?[0-9]{1,3}(\\.[0-9]{1,2})?(e[0-9])?",
            "\"-?[0-9]{1,3}(\\.[0-9]{1,2})?\"",
            "\"[a-z日é]{0,20}\"",
            "true|false|\"true\"|tru|nul",
        ]
    }

    proptest! {
        #[test]
        fn the_short_way_leads_where_the_checker_leads(
            answer in 0..ANSWERS.len(),
            values in proptest::collection::vec((any::<proptest::sample::Index>(), odd_value()), 1..4),
            compact in any::<bool>(),
        ) {
            let (name, text) = ANSWERS[answer];
            let mut text = text.to_owned();
            if compact {
                text = crate::json::parse(&text).unwrap().to_json();
            }
            for (place, value) in values {
                let colons: Vec<usize> = text.match_indices("\":").map(|(at, _)| at + 2).collect();
                let at = colons[place.index(colons.len())];
                let rest = text[at..].trim_start();
                let mut end = rest.find([',', '}', ']']).unwrap_or(rest.len());
                if let Some(inside) = rest.strip_prefix('"') {
                    end = inside.find('"').unwrap() + 2;
                }
                let from = text.len() - rest.len();
                text.replace_range(from..from + end, &value);
            }
            let payload = payload(name);
            if let Some(normal) = fast(payload, &text) {
                prop_assert_eq!(Some(normal), slow(payload, &text), "{}", text);
            }
        }

        #[test]
        fn no_text_is_read_that_the_reader_refuses(text in r#"[\[\]{}:,"\\ a-c0-9eE.+\-untrlfs]{0,24}"#) {
            let of = Type::one(Kind::Any);
            match (scan(&of, &text, None, false), crate::json::parse(&text)) {
                (Some(scanned), Ok(value)) => prop_assert_eq!(scanned.normal, value.to_json()),
                // Escapes in names are left to the reader.
                (None, Ok(_)) => prop_assert!(text.contains('\\')),
                (scanned, Err(_)) => prop_assert!(scanned.is_none()),
            }
        }
    }
}
