//! What a face value costs in a coin, in whole numbers only; every price is rounded up.

use crate::{
    catalogue::{Brand, Product},
    decimal::Decimal,
    payment::Coin,
};

/// What the till adds to a price seen in the catalogue: the market has moved since.
pub const DRIFT: i128 = 10;
/// The share of the price a good coupon leaves to pay, in basis points.
pub const WITH_COUPON: i128 = 9_000;
/// All of a price, in basis points.
pub const WHOLE: i128 = 10_000;
/// One euro in millionths of a dollar.
const EURO: i128 = 1_128_000;

/// One unit of a currency, in millionths of a dollar.
fn micro_dollars(currency: &str) -> Option<i128> {
    Some(match currency {
        "USD" => 1_000_000,
        "EUR" => EURO,
        "GBP" => 1_310_000,
        "JPY" => 6_510,
        "BRL" => 181_000,
        "INR" => 11_400,
        "AED" => 272_294,
        "IDR" => 61,
        _ => return None,
    })
}

/// Our margin in basis points: a free amount is the cheapest, unless it is small.
fn spread(brand: &Brand, product: &Product, dollars: Decimal) -> i128 {
    match (product.is_range(), brand.category) {
        (true, _) if dollars < Decimal::cents(1_000) => 360,
        (true, _) => 130,
        (false, Some("games")) => 770,
        (false, _) => 450,
    }
}

/// A price list for one product at one face value.
#[derive(Clone, Copy)]
pub struct Price {
    dollars: Decimal,
    euros: Decimal,
    spread: i128,
}

impl Price {
    /// `None` for a currency we do not know, more than four digits after the point, or an absurd amount.
    pub fn of(brand: &Brand, product: &Product, face: Decimal, currency: &str) -> Option<Self> {
        let micro = face.units(4)?.checked_mul(micro_dollars(currency)?)?;
        let dollars = Decimal::from_units(micro, 10)?;
        let euros = Decimal::from_units(micro.checked_mul(1_000_000)?.checked_div(EURO)?, 10)?;
        Some(Self { dollars, euros, spread: spread(brand, product, dollars) })
    }

    pub fn dollars(&self) -> Decimal {
        self.dollars
    }

    pub fn euros(&self) -> Decimal {
        self.euros
    }

    pub fn points(&self) -> String {
        self.euros.whole().to_string()
    }

    /// The price in a coin; `extra` is added to the spread and `share` taken of the whole, in basis points.
    pub fn coins(&self, coin: &Coin, extra: i128, share: i128) -> Option<Decimal> {
        let scale = 10_i128.checked_pow(u32::try_from(coin.places).ok()?)?;
        // Ten digits of the dollar amount, two pairs of basis points, and the rate's own six digits.
        let above = self
            .dollars
            .units(10)?
            .checked_mul(WHOLE + self.spread + extra)?
            .checked_mul(share)?
            .checked_mul(scale)?;
        let below = coin.micro_dollars.checked_mul(10_i128.pow(4))?.checked_mul(WHOLE * WHOLE)?;
        Decimal::from_units(above.checked_add(below - 1)?.checked_div(below)?, coin.places)
    }

    #[cfg(test)]
    pub fn full(&self, coin: &Coin) -> Option<Decimal> {
        self.coins(coin, 0, WHOLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue, payment};

    fn price(brand: &str, country: &str, coin: &str, pick: usize, face: u64) -> String {
        let brand = catalogue::by_name(brand).unwrap();
        let offer = brand.offer(country).unwrap();
        let coin = payment::coin(coin).unwrap();
        let price = Price::of(brand, &offer.products[pick], Decimal::cents(face), offer.currency).unwrap();
        price.full(coin).unwrap().fixed(coin.places)
    }

    #[test]
    fn prices_are_exact() {
        assert_eq!(price("Wobblewick Market", "US", "USDC", 0, 1_000), "10.45");
        assert_eq!(price("Wobblewick Market", "US", "USDC", 4, 10_000), "101.30");
        // 5 * 1.036, the small-amount spread.
        assert_eq!(price("Wobblewick Market", "US", "USDC", 4, 500), "5.18");
        // 20 * 1.077 / 93150, rounded up to the satoshi.
        assert_eq!(price("Pixelbadger Credits", "US", "BTC", 1, 2_000), "0.00023124");
        assert_eq!(price("Pixelbadger Credits", "ID", "USDC", 2, 100_000_000), "65.70");
    }

    #[test]
    fn every_product_has_a_price_in_every_coin() {
        for brand in catalogue::BRANDS {
            for offer in brand.offers {
                for product in offer.products {
                    for coin in payment::COINS {
                        let face = match product.value {
                            catalogue::Value::Fixed { price, .. } => price,
                            catalogue::Value::Range { max, .. } => max,
                        };
                        let price = Price::of(brand, product, face, offer.currency).unwrap();
                        assert!(price.full(coin).unwrap() > Decimal::ZERO);
                    }
                }
            }
        }
    }

    #[test]
    fn absurd_amounts_have_no_price() {
        let brand = catalogue::by_name("Wobblewick Market").unwrap();
        let product = &brand.offer("US").unwrap().products[4];
        let face = Decimal::parse("999999999999999").unwrap();
        let coin = payment::coin("BTC").unwrap();
        assert!(Price::of(brand, product, face, "USD").and_then(|price| price.full(coin)).is_none());
        assert!(Price::of(brand, product, Decimal::parse("1.00001").unwrap(), "USD").is_none());
    }
}
