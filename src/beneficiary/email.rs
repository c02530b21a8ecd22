//! Whether a text can be an e-mail address someone receives codes at.

use crate::text;

/// Checks the shape of an address: one `@`, a local part of at most 64 bytes, a domain of labels with a dot in
/// it. Deliberately a shape only: whether the mailbox exists, only sending tells. ASCII local parts and
/// domains, as mail servers that deliver codes take them; international domains in their `xn--` form.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text::rsplit_once(text, b'@') else { return false };
    text.len() <= 254 && is_local_part(local) && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    (1..=64).contains(&local.len())
        && text::split(local, ".").all(|atom| {
            !atom.is_empty()
                && atom
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || text::has("!#$%&'*+-/=?^_`{|}~", byte))
        })
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let Some((_, top)) = text::rsplit_once(domain, b'.') else { return false };
    text::split(domain, ".").all(is_label)
        && top.len() >= 2
        && top.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn takes_what_people_have() {
        for text in
            ["a@b.co", "first.last+tag@sub.example.com", "o'hara_1@example.co.uk", "x@xn--bcher-kva.example"]
        {
            assert!(is_email(text), "{text}");
        }
    }

    #[test]
    fn refuses_what_cannot_be_delivered() {
        for text in [
            "",
            "@",
            "a@",
            "@b.co",
            "a@b",
            "a b@c.co",
            "a@b..co",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.co",
            "a@-b.co",
            "a@b.c",
            "a@b.12",
            "a@b@c.co",
            "a@b.co ",
            "a@b.co\n",
            "<a@b.co>",
            "END_USER_EMAIL",
            "a@b,co",
        ] {
            assert!(!is_email(text), "{text}");
        }
        assert!(!is_email(&["a".repeat(65), "@b.co".into()].concat()));
    }
}
