//! What the local part of an e-mail address makes an order do.

/// How an order goes on after it was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scenario {
    #[default]
    Delivered,
    Expired,
    PaymentFailed,
    SetupFailed,
    Underpaid,
    ManualThenDone,
    ManualThenRefunded,
}

/// How an order's stream behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    #[default]
    Faithful,
    DropOnce,
    Mute,
    Refused,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Magic {
    pub problems: Vec<String>,
    pub scenario: Scenario,
    pub manner: Manner,
}

impl Magic {
    pub fn of(email: &str) -> Self {
        let local = email.rsplit_once('@').map_or(email, |(local, _)| local).to_ascii_lowercase();
        let mut words = local.split('+');
        let scenario = |scenario| Self { scenario, ..Self::default() };
        let manner = |manner| Self { manner, ..Self::default() };
        match words.next().unwrap_or_default() {
            "problem" => Self { problems: words.filter_map(code).collect(), ..Self::default() },
            "expire" => scenario(Scenario::Expired),
            "fail" => scenario(Scenario::PaymentFailed),
            "setupfail" => scenario(Scenario::SetupFailed),
            "underpay" => scenario(Scenario::Underpaid),
            "manual" => scenario(Scenario::ManualThenDone),
            "refund" => scenario(Scenario::ManualThenRefunded),
            "drop" => manner(Manner::DropOnce),
            "mute" => manner(Manner::Mute),
            "nostream" => manner(Manner::Refused),
            _ => Self::default(),
        }
    }
}

fn code(word: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!word.is_empty() && word.chars().all(plain)).then(|| word.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_local_part_in_any_case() {
        assert_eq!(Magic::of("Expire@Example.com").scenario, Scenario::Expired);
        assert_eq!(Magic::of("drop+2@example.com").manner, Manner::DropOnce);
        assert_eq!(
            Magic::of("problem+out_of_stock+KYC_MISSING@x.y").problems,
            ["OUT_OF_STOCK", "KYC_MISSING"]
        );
        assert_eq!(Magic::of("problems@example.com"), Magic::default());
        assert_eq!(Magic::of("not an address"), Magic::default());
    }
}
