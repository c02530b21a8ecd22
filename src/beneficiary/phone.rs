//! Whether a text is a phone number in E.164 form, and fits a country.
//!
//! Without a country a number passes when libphonenumber would call it possible: a known calling code and a
//! length its plan has. With the product's country the code, the length and the leading digits must be that
//! country's. Where countries share a code, digits nobody has been given yet pass for the main country, since
//! new ranges appear faster than this package.

use super::phone_table::{PLANS, SHARES};
use std::borrow::Cow;

/// Why a phone number was refused. No message repeats the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneIssue {
    /// Not `+` and digits, or more than fifteen of them.
    NotE164,
    /// No country has the calling code.
    UnknownCallingCode,
    /// The calling code is not the country's: this one is.
    WrongCallingCode(u16),
    /// The calling code is the country's, but the leading digits are not among those it has of a shared code.
    WrongCountry(u16),
    /// After the country's calling code comes a 0 that is dialled only inside the country.
    TrunkZero(u16),
    /// No number of the country begins like this after its calling code.
    WrongStart(u16),
    /// A number behind this calling code has another length; bit n is set where n digits are right.
    WrongLength(u16, u16),
}

impl PhoneIssue {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            PhoneIssue::NotE164 => "PHONE_NOT_E164",
            PhoneIssue::UnknownCallingCode => "PHONE_UNKNOWN_CALLING_CODE",
            PhoneIssue::WrongCallingCode(_) | PhoneIssue::WrongCountry(_) => "PHONE_WRONG_COUNTRY",
            PhoneIssue::TrunkZero(_) => "PHONE_TRUNK_ZERO",
            PhoneIssue::WrongStart(_) => "PHONE_WRONG_START",
            PhoneIssue::WrongLength(..) => "PHONE_WRONG_LENGTH",
        }
    }

    /// What to type.
    pub fn message(self) -> Cow<'static, str> {
        let about = |before: &str, code: u16, after: &str| {
            let mut text = String::from(before);
            push_number(&mut text, code);
            text.push_str(after);
            Cow::Owned(text)
        };
        match self {
            PhoneIssue::NotE164 => {
                Cow::Borrowed("Write the number with + and the country code, digits only, like +14155550132")
            }
            PhoneIssue::UnknownCallingCode => Cow::Borrowed(
                "No country has the code after the +: write the country code first, like +14155550132",
            ),
            PhoneIssue::WrongCallingCode(code) => {
                about("Enter a number of the product's country: it begins with +", code, "")
            }
            PhoneIssue::WrongCountry(code) => about(
                "Enter a number of the product's country: none of them begins like this after +",
                code,
                "",
            ),
            PhoneIssue::TrunkZero(code) => about("Leave out the 0 after +", code, ""),
            PhoneIssue::WrongStart(code) => {
                about("No number of this country begins like this: check the digits after +", code, "")
            }
            PhoneIssue::WrongLength(code, lengths) => {
                let mut after = String::from(" come ");
                push_lengths(&mut after, lengths);
                after.push_str(" digits: check that none is missing or doubled");
                about("After +", code, &after)
            }
        }
    }
}

/// Stands for the country of a calling code that belongs to none.
const NOWHERE: &[u8; 2] = b"--";

/// The numbers of a country, or of a calling code that belongs to none.
pub(super) struct Plan {
    country: &'static [u8; 2],
    code: u16,
    /// How many digits may follow the calling code; bit n for n digits.
    lengths: u16,
    /// Which digits may come first after it; bit n for digit n.
    starts: u16,
}

/// A row of the table.
pub(super) const fn plan(country: &'static [u8; 2], code: u16, lengths: u16, starts: u16) -> Plan {
    Plan { country, code, lengths, starts }
}

/// A calling code that several countries share. In the sets of countries, bit n is the n-th plan of the code.
pub(super) struct Share {
    pub(super) code: u16,
    /// The countries for which digits nobody owns pass.
    pub(super) free: u32,
    /// The sets of countries the letters of the tree stand for, from `A` on.
    pub(super) owners: &'static [u32],
    /// Who owns which leading digits: a letter, `.` for nobody, or the ten trees of the next digit in brackets.
    pub(super) tree: &'static [u8],
}

/// Checks a phone number; with `country` (ISO 3166-1 alpha-2), also that it is one of that country. A country
/// without a numbering plan of its own is treated as none.
///
/// # Errors
/// What is wrong first, reading from the left.
pub fn check_phone(text: &str, country: Option<&str>) -> Result<(), PhoneIssue> {
    let digits = text
        .strip_prefix('+')
        .filter(|digits| (2..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or(PhoneIssue::NotE164)?;
    let wanted = country
        .and_then(|country| PLANS.iter().find(|plan| plan.country.eq_ignore_ascii_case(country.as_bytes())))
        .filter(|plan| plan.country != NOWHERE);

    // No calling code begins another, so at most one fits.
    let found = (1..=3).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        let code: u16 = code.parse().ok().filter(|_| !code.starts_with('0'))?;
        let main = PLANS.iter().find(|plan| plan.code == code)?;
        Some((main, national))
    });
    let Some((main, national)) = found else { return Err(PhoneIssue::UnknownCallingCode) };
    let code = main.code;
    let share = SHARES.iter().find(|share| share.code == code);
    let owners = share.and_then(|share| owners(share, national));
    let members = || PLANS.iter().filter(|plan| plan.code == code).enumerate();

    let Some(wanted) = wanted else {
        // The main country's lengths; where it owns the digits with others theirs too, where only others own
        // them no more than theirs.
        let owners = owners.unwrap_or(0);
        let of_owners = members()
            .filter(|(index, _)| (owners >> index) & 1 == 1)
            .fold(0, |lengths, (_, plan)| lengths | plan.lengths);
        let lengths = match (owners & 1 == 1, of_owners & main.lengths) {
            (true, _) => of_owners,
            (false, 0) => main.lengths,
            (false, common) => common,
        };
        return check_length(code, lengths, national);
    };
    if wanted.code != code {
        return Err(PhoneIssue::WrongCallingCode(wanted.code));
    }
    let Some(first) = national.bytes().next().map(|digit| digit & 15) else {
        return check_length(code, wanted.lengths, national);
    };
    let may_start = (wanted.starts >> first) & 1 == 1;
    if first == 0 && !may_start {
        return Err(PhoneIssue::TrunkZero(code));
    }
    if let (Some(owners), Some(share)) = (owners, share) {
        let allowed = if owners == 0 { share.free } else { owners };
        if members().any(|(index, plan)| plan.country == wanted.country && (allowed >> index) & 1 == 0) {
            return Err(PhoneIssue::WrongCountry(code));
        }
    }
    if !may_start {
        return Err(PhoneIssue::WrongStart(code));
    }
    check_length(code, wanted.lengths, national)
}

fn check_length(code: u16, lengths: u16, national: &str) -> Result<(), PhoneIssue> {
    // At most fourteen digits are left behind a calling code.
    if (lengths >> national.len()) & 1 == 1 { Ok(()) } else { Err(PhoneIssue::WrongLength(code, lengths)) }
}

/// The countries whose numbers can begin with these digits, none for digits nobody owns; `None` where there
/// are too few digits to tell.
fn owners(share: &Share, national: &str) -> Option<u32> {
    let mut tree = share.tree;
    let mut digits = national.bytes();
    loop {
        let (first, rest) = tree.split_first()?;
        match first {
            b'(' => {
                tree = rest;
                for _ in b'0'..digits.next()? {
                    tree = skip(tree)?;
                }
            }
            b'.' => return Some(0),
            letter => return share.owners.get(usize::from(letter.checked_sub(b'A')?)).copied(),
        }
    }
}

/// What follows the first tree of these.
fn skip(trees: &[u8]) -> Option<&[u8]> {
    let mut open = 0u32;
    let mut rest = trees;
    loop {
        let (first, after) = rest.split_first()?;
        rest = after;
        match first {
            b'(' => open += 1,
            b')' => open = open.checked_sub(1)?,
            _ => {}
        }
        if open == 0 {
            return Some(rest);
        }
    }
}

fn push_number(text: &mut String, number: u16) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// `9`, `9 or 10`, `7, 9 or 10`.
fn push_lengths(text: &mut String, lengths: u16) {
    let mut left = lengths.count_ones();
    for length in 0..16 {
        if (lengths >> length) & 1 == 1 {
            push_number(text, length);
            left -= 1;
            text.push_str(match left {
                0 => "",
                1 => " or ",
                _ => ", ",
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLES: &str = include_str!("../../tests/fixtures/phone_examples.txt");
    const RANDOM: &str = include_str!("../../tests/fixtures/phone_random.txt");

    fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
        text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
    }

    #[track_caller]
    fn refuses(number: &str, country: &str, code: &str, message: &str) {
        let issue = check_phone(number, Some(country).filter(|country| !country.is_empty())).unwrap_err();
        assert_eq!((issue.code(), issue.message().as_ref()), (code, message));
    }

    #[test]
    fn every_example_number_passes_with_and_without_its_country() {
        let mut count = 0;
        for row in rows(EXAMPLES) {
            assert_eq!(check_phone(row[1], None), Ok(()), "{row:?}");
            if row[0] != "--" {
                assert_eq!(check_phone(row[1], Some(row[0])), Ok(()), "{row:?}");
                assert_eq!(check_phone(row[1], Some(&row[0].to_lowercase())), Ok(()), "{row:?}");
            }
            count += 1;
        }
        assert!(count > 1000, "{count}");
    }

    #[test]
    fn an_example_passes_for_every_country_where_it_is_valid() {
        for row in rows(EXAMPLES) {
            for country in row[2].split_whitespace() {
                assert_eq!(check_phone(row[1], Some(country)), Ok(()), "{row:?}");
            }
        }
    }

    #[test]
    fn an_example_of_another_calling_code_is_refused() {
        for row in rows(EXAMPLES) {
            let other = if row[1].starts_with("+39") { "DE" } else { "IT" };
            let issue = check_phone(row[1], Some(other)).unwrap_err();
            assert_eq!(issue.code(), "PHONE_WRONG_COUNTRY", "{row:?}");
        }
    }

    #[test]
    fn a_product_of_one_country_refuses_its_neighbours_numbers_behind_the_same_code() {
        let shared = "Enter a number of the product's country: none of them begins like this after +";
        for (country, number, neighbour) in [
            ("US", "+15062345678", "CA"),
            ("CA", "+12015550123", "US"),
            ("US", "+18762101234", "JM"),
            ("JM", "+12015550123", "US"),
            ("US", "+17872345678", "PR"),
            ("RU", "+77710009998", "KZ"),
            ("KZ", "+79123456789", "RU"),
            ("GB", "+447797712345", "JE"),
            ("JE", "+447400123456", "GB"),
        ] {
            let code = if number.starts_with("+44") { "44" } else { &number[1..2] };
            refuses(number, country, "PHONE_WRONG_COUNTRY", &format!("{shared}{code}"));
            assert_eq!(check_phone(number, Some(neighbour)), Ok(()), "{number}");
            assert_eq!(check_phone(number, None), Ok(()), "{number}");
        }
    }

    #[test]
    fn an_area_code_nobody_has_yet_passes_for_the_main_country_only() {
        for country in ["US", "CA"] {
            assert_eq!(check_phone("+12225550123", Some(country)), Ok(()));
        }
        assert_eq!(check_phone("+12225550123", Some("BM")), Err(PhoneIssue::WrongCountry(1)));
    }

    #[test]
    fn says_what_to_type() {
        let form = "Write the number with + and the country code, digits only, like +14155550132";
        for number in [
            "",
            "+",
            "+1",
            "4155550132",
            "0014155550132",
            "+1 415 555 0132",
            "+1-415-555-0132",
            "+1415555013x",
        ] {
            refuses(number, "US", "PHONE_NOT_E164", form);
        }
        refuses("+1415555013212345", "", "PHONE_NOT_E164", form);
        refuses("＋14155550132", "", "PHONE_NOT_E164", form);
        refuses("+١٤١٥٥٥٥٠١٣٢", "", "PHONE_NOT_E164", form);
        let unknown = "No country has the code after the +: write the country code first, like +14155550132";
        refuses("+0014155550132", "", "PHONE_UNKNOWN_CALLING_CODE", unknown);
        refuses("+04155550132", "US", "PHONE_UNKNOWN_CALLING_CODE", unknown);
        refuses("+21012345678", "", "PHONE_UNKNOWN_CALLING_CODE", unknown);
        refuses(
            "+14155550132",
            "MX",
            "PHONE_WRONG_COUNTRY",
            "Enter a number of the product's country: it begins with +52",
        );
        refuses(
            "+44",
            "JE",
            "PHONE_WRONG_LENGTH",
            "After +44 come 10 digits: check that none is missing or doubled",
        );
        refuses("+4407400123456", "GB", "PHONE_TRUNK_ZERO", "Leave out the 0 after +44");
        refuses("+4901712345678", "DE", "PHONE_TRUNK_ZERO", "Leave out the 0 after +49");
        refuses(
            "+11155550132",
            "US",
            "PHONE_WRONG_START",
            "No number of this country begins like this: check the digits after +1",
        );
        refuses(
            "+4474001234567",
            "GB",
            "PHONE_WRONG_LENGTH",
            "After +44 come 7, 9 or 10 digits: check that none is missing or doubled",
        );
        refuses(
            "+1415555013",
            "",
            "PHONE_WRONG_LENGTH",
            "After +1 come 10 digits: check that none is missing or doubled",
        );
    }

    #[test]
    fn an_italian_number_keeps_its_zero() {
        assert_eq!(check_phone("+390612345678", Some("IT")), Ok(()));
    }

    #[test]
    fn a_country_without_a_plan_of_its_own_is_no_obstacle() {
        for country in ["AQ", "", "  ", "--", "U", "USA"] {
            assert_eq!(check_phone("+14155550132", Some(country)), Ok(()), "{country}");
        }
    }

    #[test]
    fn agrees_with_libphonenumber_on_random_numbers() {
        let (mut all, mut same) = (0, 0);
        for row in rows(RANDOM) {
            all += 1;
            same += usize::from(check_phone(row[0], None).is_ok() == (row[1] == "1"));
        }
        assert!(all == 5000 && same * 1000 >= all * 990, "{same} of {all}");
    }

    #[test]
    fn the_table_is_well_formed() {
        for share in &SHARES {
            assert_eq!(skip(share.tree), Some(&[][..]), "+{}", share.code);
            let members = PLANS.iter().filter(|plan| plan.code == share.code).count();
            assert!(members > 1 && members <= 32 && share.owners.iter().all(|set| set >> members == 0));
        }
        assert!(PLANS.is_sorted_by_key(|plan| plan.code));
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC*", country in "\\PC{0,3}") {
            let _ = check_phone(&text, Some(&country));
        }

        #[test]
        fn digits_never_panic_and_no_message_repeats_them(digits in "[0-9]{8,16}", country in "(US|GB|KZ|NO|CX|MF|VA|AQ)") {
            let number = format!("+{digits}");
            for country in [None, Some(country.as_str())] {
                if let Err(issue) = check_phone(&number, country) {
                    prop_assert!(!issue.message().contains(&digits) && !issue.message().is_empty());
                }
            }
        }
    }
}
