//! Any body, status and headers: a refusal is never without a problem, and what comes out is JSON.
#![no_main]

use cryptorefills_checkout::{json, problem};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((head, rest)) = data.split_first_chunk::<3>() else { return };
    let statuses = [0, 200, 201, 204, 301, 400, 401, 403, 404, 408, 409, 410, 422, 429, 500, 502, 503];
    let status = statuses.get(usize::from(head[0])).copied().unwrap_or(u16::from(head[0]) * 4);
    let (header, body) = rest.split_at(rest.len().min(usize::from(head[1] % 40)));
    let header = std::str::from_utf8(header).ok();
    let hints = match head[2] % 3 {
        0 => problem::Hints { retry_after: header, reset: None, now: Some(1_790_000_000) },
        1 => problem::Hints { retry_after: None, reset: header, now: Some(1_790_000_000) },
        _ => problem::Hints::default(),
    };
    let problems = problem::decode_with(body, status, hints);
    let written = problem::to_json(&problems);
    let read = json::parse(&written).expect("problems are JSON");
    assert_eq!(read.items().len(), problems.len());
    assert!(!problems.is_empty() || matches!(status, 0 | 200..=299), "{status} without a problem");
    for problem in read.items() {
        let code = problem.text_at("code").expect("a code");
        let known = problem.get("known").and_then(json::Value::bool);
        assert_eq!(known, Some(problem::table::find(code).is_some()));
        assert!(!code.is_empty() && code.len() <= 80, "a code is a word");
    }
    // Once more, the same.
    assert_eq!(problem::to_json(&problem::decode_with(body, status, hints)), written);
});
