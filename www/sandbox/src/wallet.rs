//! Where to pay and what is handed over: addresses, payment links and codes. All have the right form and
//! say that they are invented, so that nobody sends money or tries to redeem one.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use crate::{
    app::Shared,
    bech32,
    catalogue::Codes,
    decimal::Decimal,
    orders::{HandedOver, OrderDelivery},
    payment::{Coin, Network, Protocol},
};

const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const HEX: &str = "0123456789abcdef";
/// Without letters and digits that are easily taken for another.
const READABLE: &str = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const DIGITS: &str = "0123456789";

/// Random text over an alphabet.
fn random(alphabet: &str, length: usize) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let bytes = std::iter::repeat_with(|| Uuid::new_v4().into_bytes().into_iter().take(6)).flatten();
    bytes.take(length).filter_map(|byte| letters.get(usize::from(byte) % letters.len())).collect()
}

/// A deposit address, or on Lightning an invoice for the amount.
pub fn address(coin: &Coin, network: &Network, amount: Decimal) -> String {
    match network.protocol {
        Protocol::Bitcoin if coin.name == "DOGE" => format!("DFakeSandbox{}", random(BASE58, 22)),
        Protocol::Bitcoin => segwit("bc"),
        Protocol::Litecoin => segwit("ltc"),
        Protocol::Lightning => invoice(amount),
        Protocol::Ethereum => format!("0xfa4efa4efa4efa4e{}", random(HEX, 24)),
        Protocol::Solana => format!("SandboxNotARea1Address{}", random(BASE58, 21)),
        Protocol::Tron => format!("TFakeSandbox{}", random(BASE58, 22)),
        Protocol::Ton => format!("EQFakeSandbox{}", random(BASE58, 35)),
    }
}

/// Version 0 and a made-up key hash of 20 bytes.
fn segwit(prefix: &str) -> String {
    bech32::encode(prefix, &bech32::words(&format!("qfakefake{}", random(bech32::ALPHABET, 24))))
}

/// A BOLT 11 invoice whose hash belongs to no payment and whose signature to nobody.
fn invoice(amount: Decimal) -> String {
    /// 15 minutes, as five-bit words.
    const EXPIRY: [u8; 2] = [28, 4];
    let made = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let words = |letters: String| bech32::words(&letters);
    // 52 words hold 260 bits: the last four fill up and are zero.
    let hash = || words(format!("fakefake{}q", random(bech32::ALPHABET, 43)));
    let fields = [
        ('p', hash()),
        ('s', hash()),
        ('d', bech32::regroup(b"Sandbox, do not pay")),
        ('x', EXPIRY.to_vec()),
    ];
    let mut data: Vec<u8> = (0..7).rev().map(|place| (made >> (5 * place) & 31) as u8).collect();
    for (tag, value) in fields {
        data.extend(words(tag.to_string()));
        data.extend([(value.len() / 32) as u8, (value.len() % 32) as u8]);
        data.extend(value);
    }
    data.extend(words(random(bech32::ALPHABET, 104)));
    bech32::encode(&format!("lnbc{}n", amount.units(9).unwrap_or_default()), &data)
}

/// What the QR code says: a payment link, or only the address where no link is usual.
pub fn uri(coin: &Coin, network: &Network, address: &str, amount: Decimal) -> String {
    let whole = amount.fixed(coin.places);
    match (network.protocol, network.contract, network.chain_id) {
        (Protocol::Lightning, ..) => format!("lightning:{address}"),
        (Protocol::Bitcoin, ..) => format!("bitcoin:{address}?amount={whole}"),
        (Protocol::Litecoin, ..) => format!("litecoin:{address}?amount={whole}"),
        (Protocol::Solana, Some((mint, _)), _) => format!("solana:{address}?amount={whole}&spl-token={mint}"),
        (Protocol::Ethereum, Some((contract, decimals)), Some(chain)) => {
            let units =
                usize::try_from(decimals).ok().and_then(|places| amount.units(places)).unwrap_or_default();
            format!("ethereum:{contract}@{chain}/transfer?address={address}&uint256={units}")
        }
        (Protocol::Ethereum, None, Some(chain)) => {
            format!("ethereum:{address}@{chain}?value={}", amount.units(18).unwrap_or_default())
        }
        _ => address.to_owned(),
    }
}

/// What an underpaid order has seen at first: a little more than half.
pub fn part(amount: &str) -> String {
    fifths(amount, 3)
}

/// What an overpaid order has seen.
pub fn more(amount: &str) -> String {
    fifths(amount, 6)
}

/// So many fifths of an amount, rounded up to its own decimal places.
fn fifths(amount: &str, count: i128) -> String {
    let places = amount.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let share = Decimal::parse(amount)
        .and_then(|amount| amount.units(places))
        .and_then(|units| Decimal::from_units((units * count + 4) / 5, places));
    share.unwrap_or_default().fixed(places)
}

/// Puts into a delivery what the buyer gets: a top-up has no code, only the operator's reference.
pub fn hand_over(sandbox: &Shared, delivery: &mut OrderDelivery) {
    let pin = || Some(format!("SNDB-{}-{}", random(READABLE, 4), random(READABLE, 4)));
    let instructions = "<ol><li>Open the brand&rsquo;s page.</li><li>Enter the code.</li></ol>";
    let basic = || HandedOver {
        pin_code: pin(),
        pin_serial: Some(random(DIGITS, 10)),
        redeem_instructions: Some(instructions.to_owned()),
        ..HandedOver::default()
    };
    delivery.deliverable.handed_over = match delivery.codes {
        None => HandedOver { operator_reference: Some(random(DIGITS, 12)), ..HandedOver::default() },
        Some(Codes::Pin) => basic(),
        Some(Codes::PinAndSecurityCode) => HandedOver { security_code: Some(random(DIGITS, 4)), ..basic() },
        Some(Codes::PinAndBarcode) => {
            HandedOver { barcode_image_url: Some(sandbox.picture("barcode", "png")), ..basic() }
        }
        Some(Codes::Link) => HandedOver {
            pin_code: Some(format!("https://redeem.example.com/{}", random(READABLE, 16))),
            pin_serial: None,
            ..basic()
        },
        Some(Codes::Activation) => HandedOver {
            pin_code: Some(format!("LPA:1$rsp.example.com${}", random(READABLE, 16))),
            pin_serial: None,
            redeem_instructions: Some("<p>Scan the code you were sent, or enter it by hand.</p>".to_owned()),
            ..basic()
        },
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::COINS;

    #[test]
    fn addresses_have_their_networks_form() {
        let amount = Decimal::parse("0.00041025").unwrap();
        for coin in COINS {
            for network in coin.networks {
                let address = address(coin, network, amount);
                let (start, length, alphabet) = match network.protocol {
                    Protocol::Bitcoin if coin.name == "DOGE" => ("D", 34, BASE58),
                    Protocol::Bitcoin => ("bc1qfakefake", 42, bech32::ALPHABET),
                    Protocol::Litecoin => ("ltc1qfakefake", 43, bech32::ALPHABET),
                    Protocol::Lightning => ("lnbc410250n1", 278, bech32::ALPHABET),
                    Protocol::Ethereum => ("0xfa4efa4e", 42, HEX),
                    Protocol::Solana => ("S", 43, BASE58),
                    Protocol::Tron => ("T", 34, BASE58),
                    Protocol::Ton => ("EQ", 48, BASE58),
                };
                let rest = address.strip_prefix(start).unwrap();
                assert_eq!(address.len(), length, "{address}");
                assert!(rest.chars().all(|c| alphabet.contains(c)), "{address}");
                assert_ne!(address, super::address(coin, network, amount));
            }
        }
    }

    #[test]
    fn links_name_the_exact_amount() {
        let link = |coin: &str, network: &str, amount: &str| {
            let coin = crate::payment::coin(coin).unwrap();
            let network = coin.network(network).unwrap();
            uri(coin, network, "ADDRESS", Decimal::parse(amount).unwrap())
        };
        assert_eq!(link("BTC", "Mainnet", "0.0004"), "bitcoin:ADDRESS?amount=0.00040000");
        assert_eq!(link("ETH", "Base", "0.01"), "ethereum:ADDRESS@8453?value=10000000000000000");
        assert!(link("USDC", "Base", "20.63").ends_with("@8453/transfer?address=ADDRESS&uint256=20630000"));
        assert_eq!(link("SOL", "Solana", "0.1"), "ADDRESS");
        assert_eq!(link("USDT", "Tron", "10"), "ADDRESS");
    }

    #[test]
    fn a_part_is_less_than_the_whole_and_too_much_is_more() {
        assert_eq!(part("20.63"), "12.38");
        assert_eq!(part("0.00041025"), "0.00024615");
        assert_eq!(more("20.63"), "24.76");
    }
}
