//! Any text as a phone number and as an e-mail address, in any country.
#![no_main]

use cryptorefills_checkout::beneficiary::{self, Target, check_phone};
use cryptorefills_checkout::country;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let code = country::codes().nth(usize::from(*first)).map(String::from_iter);
    let checked = check_phone(text, code.as_deref());
    match &checked {
        Ok(()) => {
            let digits = text.strip_prefix('+').expect("E.164 begins with a plus");
            assert!(
                (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()),
                "{text}"
            );
            // Some countries have short numbers of their own: without the country only the length can be disputed.
            let anywhere = check_phone(text, None).map_err(|issue| issue.code());
            assert!(matches!(anywhere, Ok(()) | Err("PHONE_WRONG_LENGTH")), "{text}: {anywhere:?}");
        }
        Err(issue) => assert!(!issue.message().is_empty() && !issue.code().is_empty()),
    }
    for target in [Target::Email, Target::Phone, Target::Account, Target::Either] {
        if let Err((code, message)) = beneficiary::check(target, text, code.as_deref()) {
            assert!(!code.is_empty() && !message.is_empty());
        }
    }
    if beneficiary::is_email(text) {
        assert!(text.contains('@') && !text.contains(char::is_whitespace));
    }
});
