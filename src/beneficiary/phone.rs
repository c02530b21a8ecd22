//! Whether a text is a phone number in E.164 form, and fits a country.
//!
//! Without a country a number passes when libphonenumber would call it possible: a known calling code and a
//! length its plan has. With the product's country the code, the length and the leading digits must be that
//! country's. Where countries share a code, digits nobody has been given yet pass for the main country, since
//! new ranges appear faster than this package.

use super::phone_table::{COUNTRIES, LENGTHS_HIGH, LENGTHS_LOW, SHARES, STARTS_HIGH, STARTS_LOW, STEPS};
use crate::text;
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
        let (before, code, lengths) = match self {
            PhoneIssue::NotE164 => {
                return Cow::Borrowed(
                    "Write the number with + and the country code, digits only, like +14155550132",
                );
            }
            PhoneIssue::UnknownCallingCode => {
                return Cow::Borrowed(
                    "No country has the code after the +: write the country code first, like +14155550132",
                );
            }
            PhoneIssue::WrongCallingCode(code) => {
                ("Enter a number of the product's country: it begins with +", code, 0)
            }
            PhoneIssue::WrongCountry(code) => {
                ("Enter a number of the product's country: none of them begins like this after +", code, 0)
            }
            PhoneIssue::TrunkZero(code) => ("Leave out the 0 after +", code, 0),
            PhoneIssue::WrongStart(code) => {
                ("No number of this country begins like this: check the digits after +", code, 0)
            }
            PhoneIssue::WrongLength(code, lengths) => {
                ("Check that no digit is missing or doubled. Right numbers of digits after +", code, lengths)
            }
        };
        let mut text = String::from(before);
        text::push_number(&mut text, u64::from(code));
        let mut between = ": ";
        for length in 0..16u16 {
            if (lengths >> length) & 1 == 1 {
                text.push_str(between);
                text::push_number(&mut text, u64::from(length));
                between = ", ";
            }
        }
        Cow::Owned(text)
    }
}

/// The numbers of a country, or of a calling code that belongs to none.
struct Plan {
    country: [u8; 2],
    code: u16,
    /// Bit n: n digits may follow the calling code.
    lengths: u16,
    /// Bit n: digit n may be the first of them; bit 10: only another 0 follows a first one.
    starts: u16,
}

fn plans() -> impl Iterator<Item = Plan> {
    let mut code = 0;
    let (countries, _) = COUNTRIES.as_chunks::<2>();
    countries.iter().enumerate().map_while(move |(row, country)| {
        let byte = |column: &[u8; STEPS.len()]| column.get(row).map(|byte| u16::from(*byte));
        code += byte(&STEPS)?;
        Some(Plan {
            country: *country,
            code,
            lengths: byte(&LENGTHS_LOW)? | byte(&LENGTHS_HIGH)? << 8,
            starts: byte(&STARTS_LOW)? | byte(&STARTS_HIGH)? << 8,
        })
    })
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
        .filter(|digits| (2..=15).contains(&digits.len()) && text::all_digits(digits))
        .ok_or(PhoneIssue::NotE164)?;
    let country = country.filter(|country| country.bytes().all(|byte| byte.is_ascii_alphabetic()));

    // What the table says of the number's calling code, and of the country.
    let mut found: Option<Found> = None;
    let mut wanted = None;
    for plan in plans() {
        if found.is_none() {
            found = begin(&plan, digits);
        }
        let is_wanted = country.is_some_and(|country| plan.country.eq_ignore_ascii_case(country.as_bytes()));
        let mut allowed = true;
        if let Some(found) = &mut found
            && found.code == plan.code
        {
            let bit = 1u32.checked_shl(found.members).unwrap_or(0);
            allowed = found.allowed & bit != 0;
            if found.owners & bit != 0 {
                found.lengths_of_owners |= plan.lengths;
            }
            found.members += 1;
        }
        if is_wanted {
            wanted = Some((plan, allowed));
        }
    }

    let found = found.ok_or(PhoneIssue::UnknownCallingCode)?;
    let code = found.code;
    let Some((wanted, allowed)) = wanted else {
        // The main country's lengths; where it owns the digits with others theirs too, where only others own
        // them no more than theirs.
        let common = found.lengths_of_owners & found.lengths;
        let lengths = match (found.owners & 1, common) {
            (1, _) => found.lengths_of_owners,
            (_, 0) => found.lengths,
            _ => common,
        };
        return check_length(code, lengths, found.national);
    };
    if wanted.code != code {
        return Err(PhoneIssue::WrongCallingCode(wanted.code));
    }
    if let Some(first) = found.national.bytes().next() {
        let may_start = (wanted.starts >> (first & 15)) & 1 == 1;
        // Where the few numbers with a 0 in front have two, the shopper's one is that which is dialled inside.
        let is_lone = (wanted.starts >> 10) & 1 == 1 && found.national.as_bytes().get(1) != Some(&b'0');
        if first == b'0' && (!may_start || is_lone) {
            return Err(PhoneIssue::TrunkZero(code));
        }
        if !allowed {
            return Err(PhoneIssue::WrongCountry(code));
        }
        if !may_start {
            return Err(PhoneIssue::WrongStart(code));
        }
    }
    check_length(code, wanted.lengths, found.national)
}

/// What the table says of a number's calling code. In the sets of countries, bit n is the n-th one of the code.
struct Found<'a> {
    code: u16,
    /// What follows the calling code.
    national: &'a str,
    /// The main country's lengths.
    lengths: u16,
    /// The countries known to own the leading digits.
    owners: u32,
    /// The countries the leading digits do not speak against.
    allowed: u32,
    lengths_of_owners: u16,
    /// How many countries of the code have been seen.
    members: u32,
}

/// The number, if its calling code is the plan's. No calling code begins another, so at most one fits.
fn begin<'a>(plan: &Plan, digits: &'a str) -> Option<Found<'a>> {
    let mut code = String::with_capacity(3);
    text::push_number(&mut code, u64::from(plan.code));
    let national = digits.strip_prefix(code.as_str())?;
    let share = SHARES.iter().find(|share| share.code == plan.code);
    let told = share.and_then(|share| owners(share, national).map(|owners| (owners, share.free)));
    let (owners, allowed) = match told {
        Some((0, free)) => (0, free),
        Some((owners, _)) => (owners, owners),
        None => (0, u32::MAX),
    };
    Some(Found {
        code: plan.code,
        national,
        lengths: plan.lengths,
        owners,
        allowed,
        lengths_of_owners: 0,
        members: 0,
    })
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
            "Check that no digit is missing or doubled. Right numbers of digits after +44: 10",
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
            "Check that no digit is missing or doubled. Right numbers of digits after +44: 7, 9, 10",
        );
        refuses(
            "+1415555013",
            "",
            "PHONE_WRONG_LENGTH",
            "Check that no digit is missing or doubled. Right numbers of digits after +1: 10",
        );
    }

    #[test]
    fn a_zero_that_is_dialled_inside_the_country_is_told_though_other_numbers_begin_with_two() {
        for (number, country) in [
            ("+8109012345678", "JP"),
            ("+620812345678", "ID"),
            ("+9109812345678", "IN"),
            ("+8201012345678", "KR"),
            ("+660812345678", "TH"),
            ("+3590871234567", "BG"),
        ] {
            assert_eq!(
                check_phone(number, Some(country)).unwrap_err().code(),
                "PHONE_TRUNK_ZERO",
                "{number}"
            );
        }
        assert_eq!(check_phone("+810037123456", Some("JP")), Ok(()), "a toll-free number of two zeros");
    }

    #[test]
    fn numbers_keep_the_zero_that_is_theirs() {
        for (number, country) in [
            ("+390612345678", "IT"),
            ("+390669812345", "VA"),
            ("+2250123456789", "CI"),
            ("+242061234567", "CG"),
            ("+24106031234", "GA"),
            ("+2290195123456", "BJ"),
        ] {
            assert_eq!(check_phone(number, Some(country)), Ok(()), "{number}");
        }
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
            let members = plans().filter(|plan| plan.code == share.code).count();
            assert!(members > 1 && members <= 32 && share.owners.iter().all(|set| set >> members == 0));
        }
        assert_eq!(plans().count(), STEPS.len());
        assert!(plans().all(|plan| plan.lengths > 0 && plan.starts > 0));
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
