//! Any answer's body and status in, its problems out; none means that nothing speaks against it.
//!
//! Problems come as an array in a success or a refusal, as a refusal's `detail`, as a bare text, or as JSON
//! inside another server's message; and an answer with no code at all still has a status. Words of the
//! answer never become part of ours: they may name a person, so they are found in `details` only, as sent.

use std::borrow::Cow;

use super::details::{Alternative, alternatives, embedded};
use super::table::{self, Entry, Remedy, own};
use super::wait::{Hints, whole_seconds};
use crate::json::{self, Value, Writer};
use crate::text::{self, among, has, join, push_number, words};

use super::words::{each_word, is_shouted, is_word};

/// One thing that speaks against an order.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The code: the table's spelling where it is known, else as sent.
    pub code: Cow<'static, str>,
    /// What the table knows of it.
    pub entry: Option<&'static Entry>,
    /// The same request may succeed later.
    pub retryable: bool,
    /// What the details say, typed.
    pub params: Params,
    /// The details as sent, as JSON text.
    pub details: Option<String>,
}

/// What the details of a problem say, where a shop can use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Params {
    /// Nothing.
    None,
    /// The ways of paying that are allowed, or the pairs of coin and network that are supported.
    Alternatives(Vec<Alternative>),
    /// The seconds to wait before trying again.
    RetryAfter(u64),
}

/// The problems in an answer. Status 0 stands for one that is not known.
#[must_use]
pub fn decode(body: &[u8], status: u16) -> Vec<Problem> {
    decode_with(body, status, Hints::default())
}

/// The problems in an answer whose headers say when to come back.
#[must_use]
pub fn decode_with(body: &[u8], status: u16, mut hints: Hints) -> Vec<Problem> {
    // When a limit is reset is told with every answer, and says nothing of when, say, an identity check is through.
    if !matches!(status, 429 | 500..) {
        hints.reset = None;
    }
    let text = text::trim(str::from_utf8(body).unwrap_or(""));
    let mut search = Search { status, refused: !is_unrefused(status), found: Vec::new(), listed: false };
    let document = json::parse(text).ok();
    let mut wait = hints.seconds();
    match &document {
        Some(document) => {
            search.document(document);
            let hint = document.some("retry_after").or_else(|| document.some("retryAfter"));
            wait = wait.or_else(|| whole_seconds(hint?.text_or_digits()?));
        }
        None => search.words(text),
    }
    let mut found = search.found;
    let by_status = code_of_status(search.status);
    // A refusal's status says more than a code nobody knows, unless it is a listed problem.
    let settled = search.listed || by_status == own::REJECTED || found.iter().any(|p| p.entry.is_some());
    if search.refused && (found.is_empty() || !settled) {
        let words = beginning(text, 300);
        let words = if words.is_empty() { Value::Null } else { Value::Text(words.into()) };
        let whole = document.as_ref().unwrap_or(&words);
        found.clear();
        found.push(Problem::new(by_status, Some(whole).filter(|whole| !matches!(whole, Value::Null))));
    }
    // Problems may come with a 429 as well: that the server wants to be left alone is one more.
    if search.listed && by_status == own::RATE_LIMITED {
        found.push(Problem::new(by_status, None));
    }
    for problem in &mut found {
        problem.retryable |=
            problem.entry.is_none() && [own::RATE_LIMITED, own::UPSTREAM_ERROR].contains(&by_status);
        if let Some(seconds) = wait
            && problem.params == Params::None
            && problem.entry.is_some_and(|entry| entry.remedy == Remedy::Wait)
        {
            problem.params = Params::RetryAfter(seconds);
        }
    }
    found
}

/// The problems as a JSON array.
#[must_use]
pub fn to_json(problems: &[Problem]) -> String {
    let mut out = String::new();
    let mut separator = '[';
    for problem in problems {
        out.push(separator);
        problem.write(&mut out);
        separator = ',';
    }
    out.push_str(if problems.is_empty() { "[]" } else { "]" });
    out
}

/// More problems than this are no help to anyone.
const MOST: usize = 100;
/// The bytes of a text in which codes are looked for, and of details in which alternatives are: a hundred pairs with all
/// that an answer could say of each are less.
const LONGEST: usize = 32 << 10;
/// How far errors within errors are followed.
const DEEPEST: u8 = 8;

fn is_unrefused(status: u16) -> bool {
    matches!(status, 0 | 200..=299)
}

fn code_of_status(status: u16) -> &'static str {
    match status {
        429 => own::RATE_LIMITED,
        408 | 425 | 500.. => own::UPSTREAM_ERROR,
        404 | 410 => own::NOT_FOUND,
        401 | 403 | 407 => own::NOT_AUTHORIZED,
        400.. => own::REJECTED,
        _ => own::UNREADABLE_ANSWER,
    }
}

impl Problem {
    fn new(code: &str, details: Option<&Value>) -> Self {
        let (code, entry) = match table::find(code) {
            Some((code, entry)) => (Cow::Borrowed(code), Some(entry)),
            None => (Cow::Owned(code.to_owned()), None),
        };
        Problem {
            code,
            entry,
            retryable: entry.is_some_and(|entry| entry.retryable),
            params: Params::None,
            details: details.map(Value::to_json),
        }
    }

    /// Reads what the details offer instead, unless they are longer than any offer could be.
    fn read_alternatives(&mut self, details: Option<&Value>) {
        let is_via = self.code == "NOT_ALLOWED_PAYMENT_VIA";
        if (is_via || self.code == "UNSUPPORTED_PROTOCOL_COIN_COMBINATION")
            && self.details.as_ref().is_some_and(|sent| sent.len() <= LONGEST)
        {
            let found = details.map(|details| alternatives(details, is_via)).unwrap_or_default();
            if !found.is_empty() {
                self.params = Params::Alternatives(found);
            }
        }
    }

    fn write(&self, out: &mut String) {
        let mut object = Writer::new(out);
        object.text("code", &self.code);
        object.bool("known", self.entry.is_some());
        object.text("group", self.entry.map_or(table::Group::Unknown, |entry| entry.group).as_str());
        let field = self.entry.map_or(table::Field::None, |entry| entry.field).as_str();
        object.text_if("field", Some(field).filter(|field| !field.is_empty()));
        object.text("remedy", self.entry.map_or(Remedy::ContactSupport, |entry| entry.remedy).as_str());
        object.bool("retryable", self.retryable);
        self.params.write(&mut object);
        if let Some(details) = &self.details {
            object.raw("details", details);
        }
        object.end();
    }
}

impl Params {
    fn write(&self, object: &mut Writer) {
        match self {
            Params::None => {}
            Params::RetryAfter(seconds) => {
                let out = object.name("params");
                out.push_str("{\"retryAfterSeconds\":");
                push_number(out, *seconds);
                out.push('}');
            }
            Params::Alternatives(found) => {
                let out = object.name("params");
                let is_via = found.iter().all(|found| found.network.is_empty());
                let mut separator = if is_via { "{\"vias\":[" } else { "{\"combinations\":[" };
                for Alternative { network, name } in found {
                    out.push_str(separator);
                    separator = ",";
                    if is_via {
                        json::write_text(out, name);
                    } else {
                        let mut object = Writer::new(out);
                        object.text("network", network);
                        object.text("coin", name);
                        object.end();
                    }
                }
                // There is one at least: an empty list is no param.
                out.push_str("]}");
            }
        }
    }
}

/// Where a problem's code is spelled, most telling first.
const CODE_KEYS: &str = "problem detail error_code errorCode code error errors message reason title";
/// The first of them hold codes; the others hold words that may be one.
const PLACES_FOR_CODES: usize = 5;
/// Of those, the ones in which a code we know is one whatever the answer says beside it.
const PLACES_THAT_SETTLE: usize = 4;
/// What else an answer has that is nothing but an error.
const OTHER_KEYS: &str = "\
    problems status statusCode status_code moreDetails more_details details description \
    error_description type id instance path timestamp success ok request_id requestId trace_id \
    traceId retry_after retryAfter";
const DETAIL_KEYS: &str = "moreDetails more_details details";

struct Search {
    status: u16,
    /// The answer is not a success, whatever else it holds.
    refused: bool,
    found: Vec<Problem>,
    /// Some were listed as problems, rather than guessed from an error's words.
    listed: bool,
}

impl Search {
    /// Looks through a whole answer.
    fn document(&mut self, document: &Value) {
        match document {
            Value::List(items) => {
                let problems =
                    |item: &&Value| item.text_at("problem").is_some() || item.text().is_some_and(is_shouted);
                let refused = self.refused;
                self.list(items.iter().filter(|item| refused || problems(item)));
            }
            Value::Object(_) => {
                if let Some(problems) = document.some("problems") {
                    self.problems(problems);
                }
                if self.found.is_empty() {
                    let known = |key| {
                        document.text_at(key).is_some_and(|text| table::find(text::trim(text)).is_some())
                    };
                    let error = is_error(document) || words(CODE_KEYS).take(PLACES_THAT_SETTLE).any(known);
                    let status = words("status statusCode status_code")
                        .find_map(|name| whole_seconds(document.some(name)?.text_or_digits()?));
                    if error
                        && !self.refused
                        && let Some(status @ 400..600) = status
                    {
                        self.status = status as u16;
                    }
                    // A validation may have both an answer's members and an `error`; an order's `error` is its story.
                    let failed = !is_blank(document.get("error")) && document.get("order_state").is_none();
                    if error || failed {
                        self.refused = true;
                        if is_unrefused(self.status) {
                            self.status = 400;
                        }
                    }
                    if self.refused {
                        self.envelope(document, 0);
                    }
                }
            }
            Value::Text(text) => {
                let before = self.refused;
                self.refused = true;
                self.text(text, None, 0);
                self.refused = before || self.found.is_empty();
            }
            _ => self.refused = true,
        }
    }

    /// A body that is not JSON. A success must not hide in one, so only a body that is a code counts there.
    fn words(&mut self, text: &str) {
        if !self.refused {
            self.refused = !is_shouted(text);
        }
        if is_shouted(text) || !is_unrefused(self.status) && !text.starts_with('<') && text.len() < 2000 {
            self.text(text, None, 0);
        }
    }

    fn problems(&mut self, problems: &Value) {
        match problems {
            Value::List(items) => self.list(items.iter()),
            Value::Object(members) if words(CODE_KEYS).all(|key| problems.get(key).is_none()) => {
                for (code, details) in members.iter().take(MOST) {
                    self.code(code, Some(details));
                }
            }
            Value::Null | Value::Bool(false) => {}
            problem => self.entry(problem),
        }
        self.listed = !self.found.is_empty();
    }

    fn list<'v, 'a: 'v>(&mut self, items: impl Iterator<Item = &'v Value<'a>>) {
        items.take(MOST).for_each(|item| self.entry(item));
        self.listed = !self.found.is_empty();
    }

    /// One entry of a list of problems. One that cannot be read is a problem all the same.
    fn entry(&mut self, entry: &Value) {
        let read = match entry {
            Value::Text(text) => text::is_blank(text) || self.code(text, None),
            Value::Object(_) => {
                let details = details_of(entry);
                words(CODE_KEYS).enumerate().any(|(at, key)| match entry.some(key) {
                    Some(Value::Text(text)) if at < PLACES_FOR_CODES => self.code(text, details),
                    Some(Value::Text(text)) => self.text(text, details, 0),
                    Some(inner @ Value::Object(_)) => self.envelope(inner, 1),
                    _ => false,
                })
            }
            _ => false,
        };
        if !read {
            self.push(own::REJECTED, Some(entry));
        }
    }

    /// A code in a place made for one.
    fn code(&mut self, text: &str, details: Option<&Value>) -> bool {
        let text = text::trim(text);
        if is_word(text) { self.push(text, details) } else { self.text(text, details, 0) }
    }

    /// An error's own members, and errors within it: the first that says something.
    fn envelope(&mut self, object: &Value, depth: u8) -> bool {
        let details = details_of(object);
        words(CODE_KEYS).chain(words(DETAIL_KEYS)).enumerate().any(|(at, key)| match object.some(key) {
            Some(Value::Text(text)) if at < PLACES_FOR_CODES && is_word(text) && has(text, b'_') => {
                self.push(text, details)
            }
            Some(Value::Text(text)) => self.text(text, details, depth),
            Some(inner) => self.nested(inner, depth + 1),
            None => false,
        })
    }

    /// An answer within an answer.
    fn nested(&mut self, value: &Value, depth: u8) -> bool {
        match value {
            _ if depth > DEEPEST => false,
            Value::Object(_) => {
                let listed = value.some("problems").is_some_and(|problems| {
                    let before = self.found.len();
                    self.problems(problems);
                    self.found.len() > before
                });
                listed || self.envelope(value, depth)
            }
            Value::List(items) => items.iter().take(MOST).fold(false, |read, item| {
                let this = match item {
                    Value::Text(text) => self.text(text, None, depth),
                    item => self.nested(item, depth + 1),
                };
                read || this
            }),
            _ => false,
        }
    }

    /// Words that may be a code, hold JSON, or mention codes we know.
    fn text(&mut self, text: &str, details: Option<&Value>, depth: u8) -> bool {
        let text = text::trim(text);
        // In prose a name such as country_code is no code.
        if table::find(text).is_some() || is_shouted(text) {
            return self.push(text, details);
        }
        if embedded(text).is_some_and(|inner| self.nested(&inner, depth + 1)) {
            return true;
        }
        // Once for each code: with every mention the details would be written again.
        let mut mentioned = String::new();
        each_word(beginning(text, LONGEST), &mut |word| {
            if has(word, b'_')
                && let Some((code, _)) = table::find(word)
                && !among(code, &mentioned)
            {
                mentioned = join(&[&mentioned, " ", code]);
                self.push(code, details);
            }
        });
        !mentioned.is_empty()
    }

    /// Adds a problem unless it is there already; says that there is one.
    fn push(&mut self, code: &str, details: Option<&Value>) -> bool {
        if self.found.len() < MOST {
            let mut problem = Problem::new(code, details);
            let same = |other: &Problem| other.code == problem.code && other.details == problem.details;
            if !self.found.iter().any(same) {
                problem.read_alternatives(details);
                self.found.push(problem);
            }
        }
        true
    }
}

/// An object that is an error and nothing else: no member of it could be an answer's.
fn is_error(object: &Value) -> bool {
    let told = |(name, value): &(Cow<str>, Value)| among(name, CODE_KEYS) && !is_blank(Some(value));
    let known = |name: &str| among(name, CODE_KEYS) || among(name, OTHER_KEYS);
    object.members().iter().all(|(name, _)| known(name)) && object.members().iter().any(told)
}

/// At most so many bytes of a text, whole characters.
fn beginning(text: &str, bytes: usize) -> &str {
    (0..=bytes.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or("")
}

fn is_blank(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_blank)
}

/// What an object says about its code: its own details, else the whole of it when there is more than the code.
fn details_of<'v, 'a>(object: &'v Value<'a>) -> Option<&'v Value<'a>> {
    let bare = |name: &str| among(name, "problem detail status problems");
    let more = |(name, value): &(Cow<str>, Value)| !bare(name) && !matches!(value, Value::Null);
    words(DETAIL_KEYS)
        .find_map(|key| object.some(key))
        .or_else(|| object.members().iter().any(more).then_some(object))
}
