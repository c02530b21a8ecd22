//! Coupon codes: one that is good, and one for every way a coupon can be refused.

use crate::{catalogue::Brand, decimal::Decimal};

/// Coupons that take 10 % off, and what off.
pub const GOOD_ONES: &[(&str, &str)] = &[
    ("SANDBOX10", "10 % off anything"),
    ("BIG10", "10 % off $100 and more"),
    ("GAMES10", "10 % off games"),
    ("TOPUP10", "10 % off top-ups"),
    ("WOBBLE10", "10 % off Wobblewick Market"),
    ("JAPAN10", "10 % off in Japan"),
];

/// 10 % off, whatever is bought.
pub const GOOD: &str = "SANDBOX10";

/// Coupons that never work, with the problem each meets.
pub const REFUSED: &[(&str, &str)] = &[
    ("LOGIN10", "COUPON_REQUIRES_LOGIN"),
    ("TOOSOON10", "COUPON_NOT_ACTIVE"),
    ("SPENT10", "COUPON_ALREADY_SPENT"),
    ("ALLGONE10", "COUPON_MAX_USAGE_REACHED"),
    ("TOOLATE10", "COUPON_EXPIRED"),
    ("NOTYOU10", "COUPON_NOT_VALID_FOR_USER"),
    ("OTHERSTORE10", "COUPON_NOT_VALID_FOR_STORE"),
];

/// The least order, in dollars, that `BIG10` takes.
const LEAST: Decimal = Decimal::cents(10_000);

/// Whether a coupon takes 10 % off these goods, or the problem it meets. Besides the ones above:
/// `BIG10` wants $100, `GAMES10` games, `TOPUP10` a top-up, `WOBBLE10` Wobblewick Market, `JAPAN10` Japan.
pub fn check<'a>(
    code: &str,
    mut goods: impl Iterator<Item = (&'a Brand, &'a str)>,
    dollars: Decimal,
) -> Result<(), &'static str> {
    if let Some((_, problem)) = REFUSED.iter().find(|(name, _)| *name == code) {
        return Err(problem);
    }
    let (fits, problem) = match code {
        GOOD => return Ok(()),
        "BIG10" => (dollars >= LEAST, "COUPON_BELOW_MIN_AMOUNT"),
        "GAMES10" => {
            (goods.all(|(brand, _)| brand.category == Some("games")), "COUPON_NOT_VALID_FOR_CATEGORY")
        }
        "TOPUP10" => (goods.all(|(brand, _)| brand.kind == "mobile_recharge"), "COUPON_NOT_VALID_FOR_KIND"),
        "WOBBLE10" => {
            (goods.all(|(brand, _)| brand.name == "Wobblewick Market"), "COUPON_NOT_VALID_FOR_BRAND")
        }
        "JAPAN10" => (goods.all(|(_, country)| country == "JP"), "COUPON_NOT_VALID_FOR_COUNTRY"),
        _ => (false, "COUPON_NOT_FOUND"),
    };
    if fits { Ok(()) } else { Err(problem) }
}
