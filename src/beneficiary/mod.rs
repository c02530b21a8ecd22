//! Who receives what was bought: an e-mail address or a phone number, and whether a text is one.
//!
//! Source: the API reference, section 8, "beneficiary account".

mod email;
mod phone;
mod phone_table;

pub use email::is_email;
pub use phone::{PhoneIssue, check_phone};

use crate::text;
use std::borrow::Cow;

/// What a beneficiary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An e-mail address: gift cards and eSIMs.
    Email,
    /// A phone number in E.164 form: mobile top-ups.
    Phone,
    /// An account at the brand. No form of it is documented, so only its presence is checked.
    Account,
    /// Not told by what is known; either an e-mail address or a phone number.
    Either,
}

/// What the beneficiary is for a product's `delivery_type` or, less exactly, a brand's `kind`. A
/// `mobile_recharge` is usually a phone's, but an eSIM is one too and goes by e-mail, so it can be either.
pub fn target(kind_or_delivery_type: &str) -> Target {
    match kind_or_delivery_type {
        "by_phone" => Target::Phone,
        "by_account" => Target::Account,
        "mobile_recharge" => Target::Either,
        _ => Target::Email,
    }
}

/// Why a beneficiary was refused: a code and what to type instead.
pub type Refusal = (&'static str, Cow<'static, str>);

/// Checks a beneficiary. `country` is the product's, for phone numbers.
pub fn check(target: Target, text: &str, country: Option<&str>) -> Result<(), Refusal> {
    let is_phone = match target {
        Target::Phone => true,
        Target::Either => !text::has(text, b'@'),
        Target::Email => false,
        Target::Account if text::is_blank(text) => {
            return Err(("REQUIRED", Cow::Borrowed("Enter the account to deliver to")));
        }
        Target::Account => return Ok(()),
    };
    if is_phone {
        check_phone(text, country).map_err(|issue| (issue.code(), issue.message()))
    } else if is_email(text) {
        Ok(())
    } else {
        Err(("EMAIL", Cow::Borrowed("Enter an e-mail address such as name@example.com")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delivery_type_decides() {
        assert_eq!(check(target("by_email"), "a@example.com", None), Ok(()));
        assert_eq!(check(target("by_email"), "+14155550132", None).unwrap_err().0, "EMAIL");
        assert_eq!(check(target("by_phone"), "a@example.com", None).unwrap_err().0, "PHONE_NOT_E164");
        assert_eq!(check(target("by_phone"), "+14155550132", Some("US")), Ok(()));
        assert_eq!(check(target("by_account"), " ", None).unwrap_err().0, "REQUIRED");
    }

    #[test]
    fn a_mobile_recharge_may_be_an_esim() {
        assert_eq!(check(target("mobile_recharge"), "a@example.com", Some("US")), Ok(()));
        assert_eq!(check(target("mobile_recharge"), "+14155550132", Some("US")), Ok(()));
        assert_eq!(
            check(target("mobile_recharge"), "4155550132", Some("US")).unwrap_err().0,
            "PHONE_NOT_E164"
        );
    }
}
