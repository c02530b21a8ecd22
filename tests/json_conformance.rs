//! The JSON reader against the cases of the public conformance suite (Seriot's JSONTestSuite, `y_`, `n_` and `i_`), written as
//! our own table; each by the tree, by the short way, and, where serde_json has an opinion of its own, against that.
#![allow(clippy::unwrap_used, clippy::panic)]

use cryptorefills_checkout::json::{MAX_DEPTH, ParseError, parse};
use cryptorefills_checkout::schema::scan::scan;
use cryptorefills_checkout::schema::{Kind, Type};

/// What every reader must take.
const ACCEPTED: &[&str] = &[
    // Arrays
    "[[]   ]",
    "[\"\"]",
    "[]",
    "[\"a\"]",
    "[false]",
    "[null, 1, \"1\", {}]",
    "[null]",
    "[1\n]",
    " [1]",
    "[1,null,null,null,2]",
    "[2] ",
    // Numbers
    "[123e65]",
    "[0e+1]",
    "[0e1]",
    "[ 4]",
    "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
    "[20e1]",
    "[-0]",
    "[-123]",
    "[-1]",
    "[1E22]",
    "[1E-2]",
    "[1E+2]",
    "[123e45]",
    "[123.456e78]",
    "[1e-2]",
    "[1e+2]",
    "[123]",
    "[123.456789]",
    // Objects
    r#"{"asd":"sdf", "dfg":"fgh"}"#,
    r#"{"asd":"sdf"}"#,
    r#"{"a":"b","a":"c"}"#,
    r#"{"a":"b","a":"b"}"#,
    "{}",
    r#"{"":0}"#,
    r#"{"foo\u0000bar": 42}"#,
    r#"{ "min": -1.0e+28, "max": 1.0e+28 }"#,
    r#"{"x":[{"id": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}], "id": "x"}"#,
    r#"{"a":[]}"#,
    r#"{"title":"\u041f\u043e\u043b\u0442\u043e\u0440\u0430"}"#,
    "{\n\"a\": \"b\"\n}",
    // Strings
    r#"["\u0060\u012a\u12AB"]"#,
    r#"["\uD801\udc37"]"#,
    r#"["\ud83d\ude39\ud83d\udc8d"]"#,
    r#"["\"\\\/\b\f\n\r\t"]"#,
    r#"["\\u0000"]"#,
    r#"["\""]"#,
    "[\"a/*b*/c/*d//e\"]",
    r#"["\\a"]"#,
    r#"["\\n"]"#,
    r#"["\u0012"]"#,
    r#"["\uFFFF"]"#,
    "[\"asd\"]",
    "[ \"asd\"]",
    r#"["\uDBFF\uDFFF"]"#,
    r#"["new\u00A0line"]"#,
    "[\"\u{10ffff}\"]",
    "[\"\u{ffff}\"]",
    r#"["\u0000"]"#,
    r#"["\u002c"]"#,
    "[\"π\"]",
    "[\"\u{1bfff}\"]",
    "[\"asd \"]",
    "\" \"",
    r#"["\uD834\uDd1e"]"#,
    r#"["\u0821"]"#,
    r#"["\u0123"]"#,
    "[\"\u{2028}\"]",
    "[\"\u{2029}\"]",
    r#"["\u0061\u30af\u30EA\u30b9"]"#,
    "[\"new\u{7f}line\"]",
    r#"["\uA66D"]"#,
    r#"["\u005C"]"#,
    "[\"⍂㈴⍂\"]",
    r#"["\u0022"]"#,
    r#"["\u200B"]"#,
    r#"["\u2064"]"#,
    r#"["\uFDD0"]"#,
    r#"["\uFFFE"]"#,
    r#"["\u0020"]"#,
    "[\"€𝄞\"]",
    "[\"a\u{7f}a\"]",
    // Values alone, white space
    "false",
    "42",
    "-0.1",
    "null",
    "\"asd\"",
    "true",
    "\"\"",
    "[\"a\"]\n",
    "[true]",
    " [] ",
];

/// What no reader may take.
const REFUSED: &[&str] = &[
    // Arrays
    "[1 true]",
    "[\"\": 1]",
    "[\"\"],",
    "[,1]",
    "[1,,2]",
    "[\"x\",,]",
    "[\"x\"]]",
    "[\"\",]",
    "[\"x\"",
    "[x",
    "[3[4]]",
    "[1:2]",
    "[,]",
    "[-]",
    "[   , \"\"]",
    "[\"a\",\n4\n,1,",
    "[1,]",
    "[1,,]",
    "[\"\u{b}a\"\\f]",
    "[*]",
    "[\"\"",
    "[1,",
    "[1,\n1\n,1",
    "[{}",
    // Words
    "[fals]",
    "[nul]",
    "[tru]",
    "[True]",
    "[TRUE]",
    "nulll",
    "truex",
    // Numbers
    "[++1234]",
    "[+1]",
    "[+Inf]",
    "[-01]",
    "[-1.0.]",
    "[-2.]",
    "[-NaN]",
    "[.-1]",
    "[.2e-3]",
    "[0.1.2]",
    "[0.3e+]",
    "[0.3e]",
    "[0.e1]",
    "[0E+]",
    "[0E]",
    "[0e+]",
    "[0e]",
    "[1.0e+]",
    "[1.0e-]",
    "[1.0e]",
    "[1 000.0]",
    "[1eE2]",
    "[2.e+3]",
    "[2.e-3]",
    "[2.e3]",
    "[9.e+]",
    "[Inf]",
    "[NaN]",
    "[\u{ff11}]",
    "[1+2]",
    "[0x1]",
    "[0x42]",
    "[Infinity]",
    "[0e+-1]",
    "[-123.123foo]",
    "[123\u{0}]",
    "[-Infinity]",
    "[-foo]",
    "[- 1]",
    "[-012]",
    "[-.123]",
    "[-1x]",
    "[1ea]",
    "[1.]",
    "[.123]",
    "[1.2a-3]",
    "[1.8011670033376514H-308]",
    "[012]",
    "012",
    "- 1",
    "1.e",
    // Objects
    "[\"x\", truth]",
    "{[: \"x\"}\n",
    "{\"x\", null}",
    "{\"x\"::\"b\"}",
    "{🇨🇭}",
    "{\"a\":\"a\" 123}",
    "{key: 'value'}",
    "{\"a\" b}",
    "{:\"b\"}",
    "{\"a\" \"b\"}",
    "{\"a\":",
    "{\"a\"",
    "{1:1}",
    "{9999E9999:1}",
    "{null:null,null:null}",
    "{\"id\":0,,,,,}",
    "{'a':0}",
    "{\"id\":0,}",
    "{\"a\":\"b\"}/**/",
    "{\"a\":\"b\"}/**//",
    "{\"a\":\"b\"}//",
    "{\"a\":\"b\"}/",
    "{\"a\":\"b\",,\"c\":\"d\"}",
    "{a: \"b\"}",
    "{\"a\":\"a",
    "{ \"foo\" : \"bar\", \"a\" }",
    "{\"a\":\"b\"}#",
    "{\"a\":true} \"x\"",
    // Strings
    " ",
    r#"["\uD800\"]"#,
    r#"["\uD800\u"]"#,
    r#"["\uD800\u1"]"#,
    r#"["\uD800\u1x"]"#,
    "[é]",
    "[\"\\\u{0}\"]",
    r#"["\x00"]"#,
    r#"["\\\"]"#,
    "[\"\\\t\"]",
    "[\"\\🌀\"]",
    r#"["\"]"#,
    r#"["\u00A"]"#,
    r#"["\uD834\uDd"]"#,
    r#"["\uD800\uD800\x"]"#,
    r#"["\a"]"#,
    r#"["\uqqqq"]"#,
    "[\\u0020\"asd\"]",
    "[\\n]",
    "\"",
    "['single quote']",
    "abc",
    "[\"\\",
    "[\"a\u{0}a\"]",
    "[\"new\nline\"]",
    "[\"\t\"]",
    r#""\UA66D""#,
    "\"\"x",
    "'a'",
    // Structure
    "<.>",
    "[<null>]",
    "[1]x",
    "[1]]",
    "[\"asd]",
    "aå",
    "[True]",
    "1]",
    "{\"x\": true,",
    "[][]",
    "]",
    "{}}",
    "{\"\":",
    "{\"a\":/*comment*/\"b\"}",
    "{\"a\": true} \"x\"",
    "['",
    "[,",
    "[\"a",
    "[\"a\"",
    "{",
    "{]",
    "{,",
    "{[",
    "{\"a",
    "{'a'",
    "[\"\\{[\"\\{[\"\\{[\"\\{",
    "é",
    "*",
    "{\"a\":\"b\"}#{}",
    "[\\u000A\"\"]",
    "[1",
    "[ false, nul",
    "[ true, fals",
    "[ false, tru",
    "{\"asd\":\"asd\"",
    "å",
    "[\u{2060}]",
    "",
    "[\u{c}]",
    "\u{feff}",
    "[1,\u{a0}2]",
    "\u{feff}\u{feff}1",
];

/// What a reader may take or not, and what this one does.
const OURS: &[(&str, bool)] = &[
    // Numbers are kept as they are spelt, so none is too large.
    ("[123.456e-789]", true),
    ("[0.4e00669999999999999999999999999999999999999999999999999999999999999999999969999999006]", true),
    ("[-1e+9999]", true),
    ("[1.5e+9999]", true),
    ("[-123123e100000]", true),
    ("[123123e100000]", true),
    ("[123e-10000000]", true),
    ("[-123123123123123123123123123123]", true),
    ("[100000000000000000000]", true),
    ("[-237462374673276894279832749832423479823246327846]", true),
    // Half a surrogate pair becomes U+FFFD.
    (r#"["\uDADA"]"#, true),
    (r#"["\uD888\u1234"]"#, true),
    (r#"["\uD800\n"]"#, true),
    (r#"["\uDd1ea"]"#, true),
    (r#"["\uD800\uD800\n"]"#, true),
    (r#"["\ud800"]"#, true),
    (r#"["\ud800abc"]"#, true),
    (r#"["\uDd1e\uD834"]"#, true),
    (r#"["\uDFAA"]"#, true),
    (r#"{"\uDFAA":0}"#, true),
    // A byte order mark is passed over.
    ("\u{feff}{}", true),
];

/// Whether the tree takes a text, after making sure that the short way says nothing else.
fn takes(text: &str) -> bool {
    let tree = parse(text);
    let short = scan(&Type::one(Kind::Any), text, None, false);
    match (&tree, short) {
        (Ok(value), Some(short)) => assert_eq!(short.normal, value.to_json(), "{text}"),
        (Err(error), Some(_)) => panic!("{text}: the short way takes it, the tree says {error:?}"),
        (_, None) => {}
    }
    tree.is_ok()
}

#[test]
fn what_every_reader_must_take() {
    for text in ACCEPTED {
        assert!(takes(text), "{text}");
        let theirs: serde_json::Value = serde_json::from_str(text).unwrap();
        let ours: serde_json::Value = serde_json::from_str(&parse(text).unwrap().to_json()).unwrap();
        assert_eq!(ours, theirs, "{text}");
    }
}

#[test]
fn what_no_reader_may_take() {
    for text in REFUSED {
        assert!(!takes(text), "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "{text}: serde_json takes it");
    }
}

#[test]
fn what_is_left_to_the_reader() {
    for (text, taken) in OURS {
        assert_eq!(takes(text), *taken, "{text}");
    }
}

#[test]
fn nesting_without_end_costs_no_stack() {
    for text in ["[".repeat(100_000), "[{\"\":".repeat(50_000), "[".repeat(500) + &"]".repeat(500)] {
        assert_eq!(parse(&text), Err(ParseError::TooDeep));
        assert!(!takes(&text));
    }
    assert!(takes(&("[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH))));
}
