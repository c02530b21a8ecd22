//! Whether a text is a phone number in E.164 form.

/// Why a phone number was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneIssue {
    /// Not `+` and digits, or more than fifteen of them.
    NotE164,
}

impl PhoneIssue {
    /// A stable code.
    pub fn code(self) -> &'static str {
        "PHONE_NOT_E164"
    }

    /// What to type.
    pub fn message(self) -> &'static str {
        "Write the number with + and the country code, like +14155550132"
    }
}

/// Checks a phone number.
pub fn check_phone(text: &str, _country: Option<&str>) -> Result<(), PhoneIssue> {
    match text.strip_prefix('+') {
        Some(digits)
            if (7..=15).contains(&digits.len())
                && !digits.starts_with('0')
                && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Ok(())
        }
        _ => Err(PhoneIssue::NotE164),
    }
}
