//! `docs/errors.md` says what the tables say: this test writes the page and compares.
//! `UPDATE_DOCS=1 cargo test --test errors_md` rewrites it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cryptorefills_checkout::problem::table::{Field, Group, Remedy, Source};
use cryptorefills_checkout::problem::{Entry, TABLE};
use cryptorefills_checkout::schema::issue_codes::{INVOICE, ISSUES};

/// Code, retryable, what it means, what helps: the errors the package throws or ends a watch with.
const ERRORS: &[(&str, &str, &str, &str)] = &[
    (
        "BAD_INPUT",
        "no",
        "What was passed cannot work, so nothing was sent. `error.issues` lists why, each with a path, a code and a sentence; it is empty where it is about no field.",
        "Correct the fields the issues name. `checkDraft(draft)` asks the same question without throwing.",
    ),
    (
        "NOT_INITIALIZED",
        "after `init()`",
        "The module is not compiled yet, and this entry or engine cannot do it on the spot.",
        "For the developer: `await init()` once before the first call.",
    ),
    (
        "LOAD_FAILED",
        "yes, unless a policy or an engine refuses it: `error.retryable` tells",
        "The WebAssembly module could not be loaded or compiled; the message tells network, a policy or runtime that forbids it, a wrong file, a place nobody knows and an engine that is too old apart.",
        "Reload the page. For the developer: a policy needs `'wasm-unsafe-eval'` in `script-src`; an engine that compiles nothing on the spot needs `await init()` first.",
    ),
    (
        "INTERNAL",
        "no",
        "The module stopped unexpectedly, by a trap or whatever else is thrown in it: a mistake in this package. The next call starts a fresh instance.",
        "Try again, and please tell the package's maintainers the version and the call, both of which the message names.",
    ),
    (
        "NETWORK",
        "yes",
        "No answer came: offline, name not found, connection refused, or a CORS rule. Reads have been tried again already.",
        "Check the connection and try again.",
    ),
    ("TIMEOUT", "yes", "A read's answer did not come in time.", "Try again."),
    ("ABORTED", "no", "The caller's `AbortSignal` ended it.", "Nothing: it was asked for."),
    (
        "OUTCOME_UNKNOWN",
        "no",
        "An order was sent and no readable answer came (timeout, lost connection, 429, 5xx, broken body). It may or may not exist, and the API has no way to ask.",
        "Look for the order's e-mail before ordering again, and never pay twice. The same client sends the same draft under the same idempotency key, for which the BFF answers the order it placed; `again: true` makes a new order.",
    ),
    (
        "PROBLEMS",
        "no, unless each of the problems may pass by itself: `error.retryable` tells",
        "The API refused what was asked, an order or anything else, for reasons: `error.problems`, each with a remedy.",
        "Follow the remedy of the first problem; see [Problem codes](#problem-codes).",
    ),
    (
        "BAD_ANSWER",
        "no",
        "The answer is not what the reference promises. `error.issues` lists where it differs.",
        "For the developer: does the path lead to the API? Otherwise please report it.",
    ),
    (
        "HTTP",
        "depends on the status",
        "The server answered with a status that is neither success nor a known problem: `error.status`.",
        "Try again later if `error.retryable`; otherwise ask the shop.",
    ),
    ("NOT_FOUND", "no", "There is no such order, or no such path.", "Check the link or the order number."),
];

fn anchor(entry: &Entry) -> String {
    let code = entry.code.to_lowercase();
    if is_an_error_too(entry) { code + "-problem" } else { code }
}

/// A heading of that name is taken by the error; the package links errors by their bare code.
fn is_an_error_too(entry: &Entry) -> bool {
    ERRORS.iter().any(|(code, ..)| *code == entry.code)
}

fn heading(group: Group) -> (&'static str, &'static str) {
    match group {
        Group::AmountLimits => ("Order amount and limits", ""),
        Group::ProductAvailability => ("Product availability", ""),
        Group::PaymentMethod => ("Payment method and network", ""),
        Group::Authentication => ("Authentication", ""),
        Group::Coupon => ("Coupon codes", ""),
        Group::Suspension => {
            ("Suspension", "These come as the `detail` of a refusal rather than in a list of problems.")
        }
        Group::Verification => (
            "Verification",
            "Newer than the reference. Identity checks happen with the vendor, not in your shop.",
        ),
        Group::Contact => ("Contact", "Newer than the reference."),
        Group::Http => (
            "Answers without a code",
            "Codes of this package, for answers that carry none. The answer's own words are in `details`: they may \
             name a person or an order, so show and log them with care.",
        ),
        Group::Unknown => ("Unknown codes", ""),
    }
}

fn page() -> String {
    let mut page = String::from(
        "# Errors, problems and issues\n\
         \n\
         <!-- Written by `UPDATE_DOCS=1 cargo test --test errors_md` from the tables; edit those. -->\n\
         \n\
         Three kinds of codes, all stable; new ones may be added in a minor version, so keep a default branch:\n\
         \n\
         - a **`CheckoutError`** is thrown, or ends a watch: something could not be done;\n\
         - a **problem** is data: a reason the API gives against an order, with a remedy;\n\
         - an **issue** is data: one field that is not as it should be, with a JSON pointer.\n\
         \n\
         Texts for shoppers by code, in English and Japanese, are in `cryptorefills-checkout/messages`.\n\
         \n\
         ## CheckoutError codes\n",
    );
    for (code, retryable, meaning, advice) in ERRORS {
        page += &format!(
            "\n### {code}\n\n{meaning}\n\n**What helps:** {advice}\n\nWorth trying again unchanged: {retryable}.\n"
        );
    }
    page += "\n## Problem codes\n\n\
        `decodeProblems(body, status)` finds them in any answer; `CheckoutError` `PROBLEMS` carries them.\n\
        A problem is `{ code, known, group, field?, remedy, retryable, params?, details? }`:\n\
        \n\
        - `field` is what of the order draft it concerns: ";
    let fields: Vec<String> =
        Field::ALL.iter().map(|f| f.as_str()).filter(|f| !f.is_empty()).map(|f| format!("`{f}`")).collect();
    page += &fields.join(", ");
    page += ".\n- `remedy` is the one thing most likely to help: ";
    let remedies: Vec<String> = Remedy::ALL.iter().map(|remedy| format!("`{}`", remedy.as_str())).collect();
    page += &remedies.join(", ");
    page += ".\n\
        - `retryable` says that the same request may succeed later. It is no licence to create an order twice: after a\n  \
          create whose outcome is not known the client throws [OUTCOME_UNKNOWN](#outcome_unknown) instead.\n\
        - `params` is what the details say, typed: `{ vias: string[] }` for\n  \
          [NOT_ALLOWED_PAYMENT_VIA](#not_allowed_payment_via), `{ combinations: { network, coin }[] }` for\n  \
          [UNSUPPORTED_PROTOCOL_COIN_COMBINATION](#unsupported_protocol_coin_combination), networks named\n  \
          as payment_vias names them where they are known, and `{ retryAfterSeconds: number }` where waiting helps and the answer says how long. Absent where the\n  \
          details do not say.\n\
        - `details` is what the answer sent along, unchanged. It is data from another server, not a text to show or log.\n";
    page += "\n| code | field | remedy | retryable |\n|---|---|---|---|\n";
    for entry in TABLE {
        let field = entry.field.as_str();
        page += &format!(
            "| [{}](#{}) | {} | `{}` | {} |\n",
            entry.code,
            anchor(entry),
            if field.is_empty() { "–".to_owned() } else { format!("`{field}`") },
            entry.remedy.as_str(),
            if entry.retryable { "yes" } else { "no" },
        );
    }
    for &group in Group::ALL {
        let (title, note) = heading(group);
        page += &format!("\n### {title}\n\nGroup `{}`.", group.as_str());
        if !note.is_empty() {
            page += &format!(" {note}");
        }
        page += "\n";
        if group == Group::Unknown {
            page += "\nA code this version does not know is kept as sent, with `known: false`, remedy `contact_support`. Show it\n\
                with its code: support can make something of it.\n";
        }
        for entry in TABLE.iter().filter(|entry| entry.group == group) {
            let suffix = if is_an_error_too(entry) { " (problem)" } else { "" };
            page += &format!(
                "\n#### {}{suffix}\n\n{}\n\n**What helps:** {}\n",
                entry.code, entry.meaning, entry.advice
            );
        }
    }
    page += "\n## Issue codes\n\n\
        `{ path, code, message }`, from `checkDraft`, `checkBeneficiary`, the answer checkers and `BAD_INPUT`.\n\
        The message is an English sentence that never repeats what was entered.\n\n\
        | code | meaning |\n|---|---|\n";
    for (code, meaning) in ISSUES {
        page += &format!("| `{code}` | {meaning} |\n");
    }
    page += &format!(
        "| `{INVOICE}…` | A Lightning invoice that is malformed or is not for the order's amount. Do not offer it for payment. |\n"
    );
    page
}

#[test]
fn the_page_says_what_the_tables_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap();
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "docs/errors.md is stale: UPDATE_DOCS=1 cargo test --test errors_md");
}

#[test]
fn every_link_on_the_page_has_its_heading() {
    let page = page();
    let slug = |heading: &str| {
        let kept = heading
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || " _-".contains(*c))
            .collect::<String>();
        kept.trim().replace(' ', "-")
    };
    let mut slugs: Vec<String> = page
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| slug(line.trim_start_matches('#').trim()))
        .collect();
    for link in page.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(slugs.iter().any(|slug| slug == link), "{link}");
    }
    let all = slugs.len();
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), all, "two headings share an anchor");
}

#[test]
fn every_code_is_explained_in_its_group() {
    assert!(TABLE.iter().filter(|entry| entry.source == Source::Own).all(|entry| entry.group == Group::Http));
    let page = page();
    for entry in TABLE {
        assert!(page.contains(&format!("\n#### {}", entry.code)), "{}", entry.code);
    }
}

/// Words in capitals that are no issue codes: methods, coins, chains and what they are paid by.
const OTHERS: &[&str] = &[
    "ASCII",
    "BITCOIN",
    "DOGE",
    "LIGHTNING_LIKE",
    "MATIC",
    "POST",
    "SOLANA",
    "TRON",
    "USDC",
    "USDT",
    "USER_WALLET",
];

/// The words in capitals that a source quotes, its tests left out.
fn quoted(source: &str) -> Vec<&str> {
    let source = source.split("\n#[cfg(all(test").next().and_then(|rest| rest.split("\n#[cfg(test)]").next());
    let is_code = |text: &&str| {
        text.len() > 3
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    source.unwrap_or_default().split(['"', '\'']).filter(is_code).collect()
}

#[test]
fn every_issue_code_of_the_sources_is_explained() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // Problems have codes of their own, and tests the values of all sorts.
            if path.is_dir() && name != "problem" {
                folders.push(path);
            } else if name.ends_with(".rs")
                && !["tests.rs", "issue_codes.rs", "scenarios.rs"].contains(&name.as_str())
            {
                let source = std::fs::read_to_string(&path).unwrap();
                seen.extend(quoted(&source).into_iter().map(str::to_owned));
            }
        }
    }
    for file in ["answers", "client", "watch"] {
        let path = format!("{}/npm/src/{file}.js", env!("CARGO_MANIFEST_DIR"));
        let source = std::fs::read_to_string(path).unwrap();
        let codes = source.split("code: '").skip(1).filter_map(|rest| rest.split('\'').next());
        seen.extend(codes.map(str::to_owned));
    }
    assert!(seen.len() > 20);
    for code in &seen {
        let is_known = ISSUES.iter().any(|(known, _)| known == code) || code.starts_with(INVOICE);
        assert!(
            is_known || OTHERS.contains(&code.as_str()),
            "{code} is neither an issue code nor another word"
        );
    }
    for (code, _) in ISSUES {
        assert!(seen.contains(*code), "{code} is explained and never said");
    }
}

#[test]
fn nothing_is_explained_twice() {
    let errors = ERRORS.iter().map(|(code, ..)| *code).collect::<std::collections::BTreeSet<_>>();
    let issues = ISSUES.iter().map(|(code, _)| *code).collect::<std::collections::BTreeSet<_>>();
    assert_eq!((errors.len(), issues.len()), (ERRORS.len(), ISSUES.len()));
}
