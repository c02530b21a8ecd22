//! The checker: a tree and a table in, the normal form or a list of issues out.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::scan::scan;
use super::{Field, Kind, Presence, Schema, Shape, Type};
use crate::decimal;
use crate::json::{self, ParseError, Value, Writer};
use crate::text;

/// The size an answer may have, unless the caller says otherwise: 8 MiB.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// More issues than this say nothing new.
const MAX_ISSUES: usize = 50;

/// One thing wrong with a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where, as a JSON pointer (RFC 6901) into the payload; empty for the whole of it.
    pub path: String,
    /// What kind of fault, from a closed set: `NOT_JSON`, `TOO_LARGE`, `TOO_DEEP`, `REQUIRED`, `TYPE`, `FORMAT`, …
    pub code: &'static str,
    /// The fault in a sentence. It never repeats the value.
    pub message: Cow<'static, str>,
}

/// A list of issues.
pub type Issues = Vec<Issue>;

/// One step from the root of what is checked to the value looked at.
pub(crate) enum Step<'p> {
    Root,
    Member(&'p Step<'p>, &'p str),
    Item(&'p Step<'p>, usize),
}

impl Step<'_> {
    pub(crate) fn pointer(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Step::Root => {}
            Step::Member(parent, name) => {
                parent.write(out);
                out.push('/');
                for (at, part) in text::split(name, "/").enumerate() {
                    out.push_str(if at > 0 { "~1" } else { "" });
                    for (at, part) in text::split(part, "~").enumerate() {
                        out.push_str(if at > 0 { "~0" } else { "" });
                        out.push_str(part);
                    }
                }
            }
            Step::Item(parent, index) => {
                parent.write(out);
                out.push('/');
                text::push_number(out, *index as u64);
            }
        }
    }
}

impl Issue {
    /// An issue about the value at `path`.
    pub fn new(path: &str, code: &'static str, message: impl Into<Cow<'static, str>>) -> Issue {
        Issue { path: path.to_owned(), code, message: message.into() }
    }
}

/// Adds an issue about the value at `path`.
#[inline(never)]
pub(crate) fn refuse(issues: &mut Issues, path: &str, code: &'static str, message: &'static str) {
    issues.push(Issue::new(path, code, message));
}

/// The only issue there is, about the value at `path`.
#[inline(never)]
pub(crate) fn refusal(path: &str, code: &'static str, message: &'static str) -> Issues {
    vec![Issue::new(path, code, message)]
}

/// One of the payloads that has a table.
#[derive(Debug)]
pub struct Payload {
    /// What it is called. Not compiled into the wasm.
    #[cfg(any(test, not(target_arch = "wasm32")))]
    pub name: &'static str,
    /// What its root is.
    pub root: Type,
    /// What no table can say about the answer as sent.
    pub guard: fn(&Value, &mut Issues),
    /// What writes the normal form, and completes it.
    pub write: fn(&Value) -> String,
    /// Whether its tables say all there is to it, so that it need not be read as a tree.
    pub tables_suffice: bool,
}

/// Every payload that can be checked.
pub static PAYLOADS: [&Payload; 6] = [
    &super::order::ORDER_PAYLOAD,
    &super::validation::VALIDATION_PAYLOAD,
    &super::payment_vias::PAYMENT_VIAS_PAYLOAD,
    &super::brands::BRANDS_PAYLOAD,
    &super::products::PRODUCTS_PAYLOAD,
    &super::price::PRICE_PAYLOAD,
];

/// Reads text as JSON, within the limits of size and depth.
pub fn to_value(text: &str, max_bytes: usize) -> Result<Value<'_>, Issues> {
    let (code, message) = if text.len() > max_bytes {
        ("TOO_LARGE", "This answer is larger than the limit, so it was not read")
    } else {
        match json::parse(text) {
            Ok(value) => return Ok(value),
            Err(ParseError::TooDeep) => {
                ("TOO_DEEP", "This answer nests deeper than 64 levels, so it was not read")
            }
            Err(ParseError::Syntax(_)) if text::trim(text).starts_with('<') => {
                ("NOT_JSON", "This is HTML, not JSON: a proxy, a login page or a wrong address answered")
            }
            Err(ParseError::Syntax(_)) => ("NOT_JSON", "This is not valid JSON"),
        }
    };
    Err(refusal("", code, message))
}

/// Checks a text against a payload's table and gives its normal form, as JSON text.
pub fn check(payload: &Payload, text: &str, max_bytes: usize) -> Result<String, Issues> {
    check_noting(payload, text, max_bytes, &mut Vec::new())
}

/// As [`check`], and notes what was left out of the normal form because it could not be read.
pub fn check_noting(
    payload: &Payload,
    text: &str,
    max_bytes: usize,
    left_out: &mut Issues,
) -> Result<String, Issues> {
    if text.len() <= max_bytes
        && payload.tables_suffice
        && let Some(scanned) = scan(&payload.root, text, None, false)
    {
        return Ok(scanned.normal);
    }
    check_by_tree(payload, text, max_bytes, left_out)
}

/// The whole of the checks, for what is out of order too. What is in order has the same normal form without them.
pub fn check_by_tree(
    payload: &Payload,
    text: &str,
    max_bytes: usize,
    left_out: &mut Issues,
) -> Result<String, Issues> {
    let mut value = to_value(text, max_bytes)?;
    let mut report = Report { issues: Vec::new(), faults: 0, left_out };
    (payload.guard)(&value, &mut report.issues);
    normalize(&payload.root, &mut value, &Step::Root, &mut report);
    if !report.issues.is_empty() {
        return Err(report.issues);
    }
    Ok((payload.write)(&value))
}

/// Checks a text against the order's table, within the default limits.
pub fn check_order(text: &str) -> Result<String, Issues> {
    check(&super::order::ORDER_PAYLOAD, text, MAX_BYTES)
}

/// Issues as a JSON array of `{path, code, message}`.
pub fn write_issues(out: &mut String, issues: &[Issue]) {
    let mut separator = '[';
    for issue in issues {
        out.push(separator);
        separator = ',';
        let mut writer = Writer::new(out);
        writer.text("path", &issue.path);
        writer.text("code", issue.code);
        writer.text("message", &issue.message);
        writer.end();
    }
    out.push_str(if issues.is_empty() { "[]" } else { "]" });
}

/// The faults found so far.
struct Report<'o> {
    issues: Issues,
    /// How many there are, those beyond the limit included.
    faults: usize,
    left_out: &'o mut Issues,
}

impl Report<'_> {
    fn add(&mut self, step: &Step, code: &'static str, message: &'static str) {
        self.faults += 1;
        if self.issues.len() < MAX_ISSUES {
            refuse(&mut self.issues, &step.pointer(), code, message);
        }
    }

    fn mark(&self) -> (usize, usize) {
        (self.issues.len(), self.faults)
    }

    /// Takes what has been found since the mark for something left out. Whether that is anything.
    fn leave_out(&mut self, (issues, faults): (usize, usize)) -> bool {
        if self.faults == faults {
            return false;
        }
        self.faults = faults;
        for (at, issue) in std::mem::take(&mut self.issues).into_iter().enumerate() {
            if at < issues {
                self.issues.push(issue);
            } else if self.left_out.len() < MAX_ISSUES {
                self.left_out.push(issue);
            }
        }
        true
    }
}

fn normalize<'a>(of: &Type, value: &mut Value<'a>, step: &Step, report: &mut Report) {
    if of.shape != Shape::One {
        return normalize_items(of, value, step, report);
    }
    match of.kind {
        Kind::Any => {}
        Kind::Object => match (value, of.table) {
            (Value::Object(members), Some(schema)) => normalize_members(schema, members, step, report),
            _ => report.add(step, "TYPE", "Expected an object"),
        },
        Kind::Word => match value {
            Value::Text(text) if !text.is_empty() => {}
            _ => report.add(step, "TYPE", "Expected a string that is not empty"),
        },
        Kind::Text => match value {
            Value::Text(_) => {}
            Value::Number(digits) => *value = Value::Text(std::mem::take(digits)),
            _ => report.add(step, "TYPE", "Expected a string"),
        },
        Kind::Bool => match value {
            Value::Bool(_) => {}
            value => match value.text_or_digits() {
                Some("true" | "1") => *value = Value::Bool(true),
                Some("false" | "0") => *value = Value::Bool(false),
                _ => report.add(step, "TYPE", "Expected true or false"),
            },
        },
        Kind::Amount | Kind::Decimal | Kind::Quota => {
            if of.kind == Kind::Amount {
                if let Some(amount) = take_member(value, "amount") {
                    *value = amount;
                }
                spell_out(value);
            }
            match value.text_or_digits() {
                None => return report.add(step, "TYPE", "Expected an amount as decimal text"),
                Some(text) if !decimal::is_decimal(text) => {
                    return report.add(
                        step,
                        "FORMAT",
                        "Expected a plain decimal such as 12.50, without exponent or separators",
                    );
                }
                Some(_) => {}
            }
            if let Value::Number(digits) = value {
                *value = Value::Text(std::mem::take(digits));
            }
            if of.kind == Kind::Quota
                && value.text().is_some_and(|text| decimal::compare(text, "-1") == Some(Ordering::Equal))
            {
                *value = Value::Text(Cow::Borrowed("unlimited"));
            }
        }
        Kind::Time | Kind::Integer => number(of.kind == Kind::Time, value, step, report),
    }
}

fn normalize_items<'a>(of: &Type, value: &mut Value<'a>, step: &Step, report: &mut Report) {
    let items = match value {
        Value::Null => return *value = Value::List(Vec::new()),
        Value::List(items) => items,
        _ => return report.add(step, "TYPE", "Expected a list"),
    };
    let item = of.many(Shape::One);
    let before = report.mark();
    for (index, mut value) in std::mem::take(items).into_iter().enumerate() {
        if matches!(value, Value::Null) {
            continue;
        }
        let faults = report.faults;
        normalize(&item, &mut value, &Step::Item(step, index), report);
        if of.shape == Shape::List || report.faults == faults {
            items.push(value);
        }
    }
    // Where nothing can be read, this is no list of such rows at all.
    if of.shape == Shape::Rows && !items.is_empty() {
        report.leave_out(before);
    }
}

/// Times and whole numbers leave as JSON numbers; text of digits is taken as the number it spells.
fn number(fraction_allowed: bool, value: &mut Value, step: &Step, report: &mut Report) {
    spell_out(value);
    let digits: &str = match value.text_or_digits() {
        Some(digits) => digits,
        None => return report.add(step, "TYPE", "Expected a number"),
    };
    let plain = decimal::is_decimal(digits) && (fraction_allowed || !text::has(digits, b'.'));
    let json_number = matches!(json::parse(digits), Ok(Value::Number(_)));
    if !plain || !json_number {
        return report.add(step, "FORMAT", "Expected a plain number");
    }
    if let Value::Text(digits) = value {
        *value = Value::Number(std::mem::take(digits));
    }
}

/// Some servers write large floats with an exponent, `1.0E7`: limits and times come so, and mean the plain number.
/// Amounts to pay do not: there it is an issue.
fn spell_out(value: &mut Value) {
    if let Value::Number(digits) = value
        && let Some(plain) = without_exponent(digits)
    {
        *digits = Cow::Owned(plain);
    }
}

/// A number with an exponent as the plain number it stands for; nothing for one without, or too small or large for a
/// price or a time.
fn without_exponent(number: &str) -> Option<String> {
    const ZEROS: &str = "00000000000000000000";
    let (mantissa, exponent) = text::split_once(number, "E").or_else(|| text::split_once(number, "e"))?;
    let exponent = text::number(exponent.strip_prefix('+').unwrap_or(exponent))?;
    let zeros = ZEROS.get(..usize::try_from(exponent).ok()?)?;
    let (whole, fraction) = text::split_once(mantissa, ".").unwrap_or((mantissa, ""));
    let digits = text::join(&[whole, fraction, zeros]);
    let (whole, fraction) = digits.split_at_checked(whole.len() + zeros.len())?;
    Some(text::join(&[whole, if fraction.is_empty() { "" } else { "." }, fraction]))
}

/// Takes a member out and puts the last in its place. `swap_remove` would bring a panic's message along.
fn take_at<'a>(members: &mut Vec<(Cow<'a, str>, Value<'a>)>, at: usize) -> Option<Value<'a>> {
    let last = members.pop()?;
    let taken = match members.get_mut(at) {
        Some(member) => std::mem::replace(member, last),
        None => last,
    };
    Some(taken.1)
}

fn take_member<'a>(value: &mut Value<'a>, name: &str) -> Option<Value<'a>> {
    match value {
        Value::Object(members) => {
            let at = members.iter().rposition(|(key, _)| key == name)?;
            take_at(members, at)
        }
        _ => None,
    }
}

fn normalize_members<'a>(
    schema: &Schema,
    members: &mut Vec<(Cow<'a, str>, Value<'a>)>,
    step: &Step,
    report: &mut Report,
) {
    for (field, newest, older) in schema.named_fields() {
        let Some(at) = choose(field, newest, older, members) else {
            if field.is.shape != Shape::One {
                members.push((Cow::Borrowed(newest), Value::List(Vec::new())));
            } else if field.presence == Presence::Required {
                report.add(&Step::Member(step, newest), "REQUIRED", "This field is missing");
            }
            continue;
        };
        let Some((name, value)) = members.get_mut(at) else { continue };
        let sent_as = std::mem::replace(name, Cow::Borrowed(newest));
        let before = report.mark();
        normalize(&field.is, value, &Step::Member(step, &sent_as), report);
        if field.presence == Presence::Optional && report.leave_out(before) {
            if field.is.shape != Shape::One {
                *value = Value::List(Vec::new());
            } else {
                take_at(members, at);
            }
        }
    }
}

/// Which member holds a field: the last of its newest name, else the last of the first alias that is there.
/// Every other spelling of the newest name, and every `null`, is dropped. Where there are older names, and where a
/// number is meant, empty text says no more than `null`.
fn choose<'a>(
    field: &Field,
    newest: &str,
    older: &str,
    members: &mut Vec<(Cow<'a, str>, Value<'a>)>,
) -> Option<usize> {
    let may_be_empty = older.is_empty() && matches!(field.is.kind, Kind::Text | Kind::Word | Kind::Any);
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::Text(text) => !text.is_empty() || may_be_empty,
        _ => true,
    };
    let last = |name: &str| members.iter().rposition(|(key, value)| key == name && says(value));
    let chosen = last(newest).or_else(|| text::split(older, "|").skip(1).find_map(last));
    let stays = |at: usize, key: &str| Some(at) == chosen || key != newest;
    if members.iter().enumerate().all(|(at, (key, _))| stays(at, key)) {
        return chosen;
    }
    let mut chosen_at = None;
    for (at, member) in std::mem::take(members).into_iter().enumerate() {
        if stays(at, &member.0) {
            if Some(at) == chosen {
                chosen_at = Some(members.len());
            }
            members.push(member);
        }
    }
    chosen_at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_exponent_moves_the_point() {
        for (sent, plain) in [
            ("1.0E7", "10000000.0"),
            ("1.25e3", "1250.00"),
            ("1.790000000123E9", "1790000000.123000000000"),
            ("-5E+2", "-500"),
            ("12e0", "12"),
        ] {
            assert_eq!(without_exponent(sent).as_deref(), Some(plain), "{sent}");
        }
        for other in ["10", "1.5", "1E21", "1E-3", "1E99999999999999999999", "1e1e1", "1e"] {
            assert_eq!(without_exponent(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_moved_point_changes_no_digit(whole in 0u64..1_000_000, fraction in "[0-9]{1,8}", exponent in 0i32..20) {
            let plain = without_exponent(&format!("{whole}.{fraction}E{exponent}")).unwrap();
            // Both as whole numbers of 10^-40.
            let scaled = |text: &str, by: i32| {
                let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
                let zeros = usize::try_from(40 - i32::try_from(fraction.len()).unwrap() + by).unwrap();
                format!("{whole}{fraction}{}", "0".repeat(zeros)).trim_start_matches('0').to_owned()
            };
            prop_assert_eq!(scaled(&plain, 0), scaled(&format!("{whole}.{fraction}"), exponent));
            prop_assert!(decimal::is_decimal(&plain));
        }
    }
}
