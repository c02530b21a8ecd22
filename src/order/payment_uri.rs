//! Builds the link a wallet opens to pay an order: BIP-21, `lightning:`, Solana Pay, EIP-681.
//!
//! Only from facts: what the order and the coin's row of the payment methods say. Where a fact is missing
//! or two of them disagree there is no link, because a wallet pays whatever the link says.
//! Address shapes are checked (with their checksum where that costs little); whether an address belongs to
//! the seller, or on Solana is a wallet's and not a token account's, cannot be seen from here.

use super::bech32;
use super::bolt11;
use super::units;
use crate::text::{self, join};

/// What is known about a payment.
#[derive(Clone, Copy, Debug, Default)]
pub struct PaymentFacts<'a> {
    /// The order's `coin`.
    pub coin: &'a str,
    /// The order's `network`.
    pub network: &'a str,
    /// The order's `wallet_address`: an address, or the invoice on Lightning.
    pub address: &'a str,
    /// The order's `coin_amount`, decimal text.
    pub amount: &'a str,
    /// The network's `chain_id`, digits.
    pub chain_id: Option<&'a str>,
    /// The network's `base_token`: the coin its fees are paid in.
    pub base_token: Option<&'a str>,
    /// `smart_contract.address`: the token's contract or mint. `None` when the coin is the chain's own.
    pub contract: Option<&'a str>,
    /// `smart_contract.decimals`.
    pub decimals: Option<u32>,
    /// `smart_contract_engine`, or `smart_contract.engine`.
    pub engine: Option<&'a str>,
}

/// A chain whose name on the wire leaves no doubt about it.
struct Chain {
    network: &'static str,
    id: &'static str,
    /// The coin its fees are paid in, where the name has been one and the same.
    coin: Option<&'static str>,
}

/// The names the public registry of chain ids (ethereum-lists/chains) makes certain: Ethereum's main
/// network is 1, the one chain called Base is 8453, and the one that was called Matic is 137.
/// `Arbitrum` is not here: the registry has an Arbitrum One and an Arbitrum Nova.
const CHAINS: [Chain; 3] = [
    Chain { network: "ETH Mainnet", id: "1", coin: Some("ETH") },
    Chain { network: "Base", id: "8453", coin: Some("ETH") },
    Chain { network: "Polygon (Matic)", id: "137", coin: None },
];

const BTC_DECIMALS: u32 = 8;
const SOL_DECIMALS: u32 = 9;
/// Wallets read `value` as wei, whatever the chain calls its coin.
const WEI_DECIMALS: u32 = 18;

/// The link that pays exactly this amount to this address, or `None` where the facts do not carry one.
pub fn payment_uri(facts: &PaymentFacts<'_>) -> Option<String> {
    let coin = |name: &str| facts.coin.eq_ignore_ascii_case(name);
    let network = |name: &str| facts.network.eq_ignore_ascii_case(name);
    let is_plain = facts.contract.is_none() && facts.chain_id.is_none();

    if coin("BTC") && network("Lightning") {
        return if is_plain { lightning(facts) } else { None };
    }
    if coin("BTC") && (network("Mainnet") || network("Bitcoin")) {
        let fits = is_plain && is_bitcoin_like(facts.address, "13", "bc");
        return if fits { bip21("bitcoin:", facts) } else { None };
    }
    if coin("LTC") && (network("Mainnet") || network("Litecoin")) {
        let fits = is_plain && is_bitcoin_like(facts.address, "LM3", "ltc");
        return if fits { bip21("litecoin:", facts) } else { None };
    }
    if network("Solana") {
        return solana_pay(facts);
    }
    eip681(facts)
}

/// The invoice itself is the whole request, so it has to be payable, and for the order's amount.
fn lightning(facts: &PaymentFacts<'_>) -> Option<String> {
    bolt11::parse(facts.address)?.asks_for(facts.amount).then(|| join(&["lightning:", facts.address]))
}

fn bip21(scheme: &str, facts: &PaymentFacts<'_>) -> Option<String> {
    if facts.decimals.is_some_and(|decimals| decimals != BTC_DECIMALS) {
        return None;
    }
    let amount = units::to_decimal(facts.amount, BTC_DECIMALS)?;
    Some(join(&[scheme, facts.address, "?amount=", &amount]))
}

fn solana_pay(facts: &PaymentFacts<'_>) -> Option<String> {
    let of_solana = |engine: &str| engine.eq_ignore_ascii_case("SVM");
    if facts.chain_id.is_some() || !facts.engine.is_none_or(of_solana) || !is_solana_key(facts.address) {
        return None;
    }
    let native = facts.coin.eq_ignore_ascii_case("SOL");
    match (facts.contract, facts.decimals) {
        (None, None | Some(SOL_DECIMALS)) if native => {
            let amount = units::to_decimal(facts.amount, SOL_DECIMALS)?;
            Some(join(&["solana:", facts.address, "?amount=", &amount]))
        }
        (Some(mint), Some(decimals)) if !native && is_solana_key(mint) && mint != facts.address => {
            let amount = units::to_decimal(facts.amount, decimals)?;
            Some(join(&["solana:", facts.address, "?amount=", &amount, "&spl-token=", mint]))
        }
        _ => None,
    }
}

fn eip681(facts: &PaymentFacts<'_>) -> Option<String> {
    let of_ethereum = |engine: &str| engine.eq_ignore_ascii_case("EVM");
    if !facts.engine.is_none_or(of_ethereum) || !is_ethereum_address(facts.address) {
        return None;
    }
    let named = CHAINS.iter().find(|chain| facts.network.eq_ignore_ascii_case(chain.network));
    let chain_id = match (facts.chain_id, named) {
        (Some(id), Some(chain)) if id != chain.id => return None,
        (Some(id), _) if is_chain_id(id) => id,
        (None, Some(chain)) => chain.id,
        _ => return None,
    };
    match facts.contract {
        None => {
            let own_coin = facts.base_token.or(named.and_then(|chain| chain.coin))?;
            let is_own = facts.coin.eq_ignore_ascii_case(own_coin);
            if !is_own || facts.decimals.is_some_and(|decimals| decimals != WEI_DECIMALS) {
                return None;
            }
            let value = units::to_smallest(facts.amount, WEI_DECIMALS)?;
            Some(join(&["ethereum:", facts.address, "@", chain_id, "?value=", &value]))
        }
        Some(contract) => {
            let fits = is_ethereum_address(contract) && !contract.eq_ignore_ascii_case(facts.address);
            let value = units::to_smallest(facts.amount, facts.decimals?)?;
            fits.then(|| {
                join(&[
                    "ethereum:",
                    contract,
                    "@",
                    chain_id,
                    "/transfer?address=",
                    facts.address,
                    "&uint256=",
                    &value,
                ])
            })
        }
    }
}

fn is_chain_id(text: &str) -> bool {
    text::all_digits(text) && (1..=18).contains(&text.len()) && !text.starts_with('0')
}

/// `0x` and 40 hex digits, and not the zero address, where money is lost.
fn is_ethereum_address(text: &str) -> bool {
    text.strip_prefix("0x").is_some_and(|hex| {
        hex.len() == 40
            && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
            && hex.bytes().any(|byte| byte != b'0')
    })
}

/// A segwit address with its checksum, or the shape of an older one.
fn is_bitcoin_like(text: &str, first: &str, prefix: &str) -> bool {
    let older = text.as_bytes().first().is_some_and(|byte| text::has(first, *byte))
        && (26..=35).contains(&text.len())
        && text.bytes().all(|byte| base58(byte).is_some());
    older || bech32::is_segwit_address(text, prefix)
}

/// Base58 of exactly 32 bytes, other than the all-zero key of the system program.
fn is_solana_key(text: &str) -> bool {
    if !(32..=44).contains(&text.len()) {
        return false;
    }
    let mut key = [0u8; 32];
    for byte in text.bytes() {
        let Some(mut carry) = base58(byte) else { return false };
        for place in key.iter_mut().rev() {
            carry += u32::from(*place) * 58;
            *place = carry as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return false;
        }
    }
    // Every leading `1` stands for one leading zero byte.
    let ones = text.bytes().take_while(|byte| *byte == b'1').count();
    let zeros = key.iter().take_while(|byte| **byte == 0).count();
    ones == zeros && zeros < key.len()
}

fn base58(byte: u8) -> Option<u32> {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    ALPHABET.iter().position(|c| *c == byte).map(|at| at as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // The addresses of the examples in BIP-21, EIP-681 and the Solana Pay specification.
    const BITCOIN: &str = "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W";
    const ETHEREUM: &str = "0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359";
    const UNICORN: &str = "0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7";
    const BENEFICIARY: &str = "0x8e23ee67d1332ad560396262c48ffbb01f93d052";
    const SOLANA: &str = "mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN";
    const USDC_MINT: &str = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v";
    // The second example of BOLT 11, for 0.0025 BTC.
    const INVOICE: &str = "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp";

    fn plain<'a>(coin: &'a str, network: &'a str, address: &'a str, amount: &'a str) -> PaymentFacts<'a> {
        PaymentFacts { coin, network, address, amount, ..PaymentFacts::default() }
    }

    fn token<'a>(network: &'a str, chain_id: Option<&'a str>) -> PaymentFacts<'a> {
        PaymentFacts {
            coin: "USDC",
            network,
            address: BENEFICIARY,
            amount: "20.63",
            chain_id,
            base_token: Some("ETH"),
            contract: Some(UNICORN),
            decimals: Some(6),
            engine: Some("EVM"),
        }
    }

    fn spl() -> PaymentFacts<'static> {
        PaymentFacts {
            coin: "USDC",
            network: "Solana",
            address: SOLANA,
            amount: "0.01",
            chain_id: None,
            base_token: Some("SOL"),
            contract: Some(USDC_MINT),
            decimals: Some(6),
            engine: Some("SVM"),
        }
    }

    #[track_caller]
    fn gives(facts: PaymentFacts<'_>, uri: &str) {
        assert_eq!(payment_uri(&facts).as_deref(), Some(uri));
    }

    #[track_caller]
    fn refuses(facts: PaymentFacts<'_>) {
        assert_eq!(payment_uri(&facts), None, "{facts:?}");
    }

    #[test]
    fn bip_21() {
        gives(
            plain("BTC", "Mainnet", BITCOIN, "20.3"),
            "bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W?amount=20.3",
        );
        gives(plain("BTC", "Mainnet", BITCOIN, "50"), "bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W?amount=50");
        gives(
            plain("BTC", "Mainnet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "0.00041025"),
            "bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4?amount=0.00041025",
        );
        gives(
            plain("LTC", "Mainnet", "LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", "0.25"),
            "litecoin:LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9?amount=0.25",
        );
    }

    #[test]
    fn bip_21_refuses_other_chains_and_finer_amounts() {
        refuses(plain("BTC", "Mainnet", "LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", "1"));
        refuses(plain("LTC", "Mainnet", BITCOIN, "1"));
        refuses(PaymentFacts { contract: Some(UNICORN), ..plain("BTC", "Mainnet", BITCOIN, "1") });
        refuses(PaymentFacts { chain_id: Some("1"), ..plain("BTC", "Mainnet", BITCOIN, "1") });
        refuses(plain("BTC", "Mainnet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "1"));
        refuses(plain("BTC", "Mainnet", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "1"));
        refuses(plain("BTC", "Mainnet", "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W&amount=9", "1"));
        refuses(plain("BTC", "Mainnet", ETHEREUM, "1"));
        refuses(plain("BTC", "", BITCOIN, "1"));
        refuses(plain("DOGE", "Mainnet", "D8B6gtmzAhUBUSjkTNd5cG5FyD5oc7D5Vc", "1"));
        for amount in ["50,000.00", "0", "", "-1", "1e3", "0.000000001"] {
            refuses(plain("BTC", "Mainnet", BITCOIN, amount));
        }
    }

    #[test]
    fn lightning_carries_the_invoice_when_it_asks_for_the_orders_amount() {
        gives(plain("BTC", "Lightning", INVOICE, "0.0025"), &format!("lightning:{INVOICE}"));
        let upper = INVOICE.to_ascii_uppercase();
        gives(plain("BTC", "Lightning", &upper, "0.00250000"), &format!("lightning:{upper}"));
        refuses(plain("BTC", "Lightning", INVOICE, "0.0026"));
        refuses(plain("BTC", "Lightning", &INVOICE.replace("2500u", "2600u"), "0.0026"));
        refuses(plain("BTC", "Lightning", BITCOIN, "0.0025"));
        refuses(plain("BTC", "Mainnet", INVOICE, "0.0025"));
        // The testnet example, for 0.02 BTC.
        let testnet = "lntb20m1pvjluezhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqfpp3x9et2e20v6pu37c5d9vax37wxq72un98kmzzhznpurw9sgl2v0nklu2g4d0keph5t7tj9tcqd8rexnd07ux4uv2cjvcqwaxgj7v4uwn5wmypjd5n69z2xm3xgksg28nwht7f6zspwp3f9t";
        refuses(plain("BTC", "Lightning", testnet, "0.02"));
    }

    #[test]
    fn solana_pay_native_and_token() {
        gives(
            plain("SOL", "Solana", SOLANA, "1"),
            "solana:mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN?amount=1",
        );
        gives(
            spl(),
            "solana:mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN?amount=0.01&spl-token=EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v",
        );
        gives(
            PaymentFacts {
                base_token: Some("SOL"),
                engine: Some("SVM"),
                ..plain("SOL", "Solana", SOLANA, "0.5")
            },
            "solana:mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN?amount=0.5",
        );
    }

    #[test]
    fn a_token_without_its_mint_is_never_a_transfer_of_sol() {
        refuses(plain("USDC", "Solana", SOLANA, "20.63"));
        refuses(PaymentFacts { contract: None, ..spl() });
        refuses(PaymentFacts { decimals: None, ..spl() });
        refuses(PaymentFacts { coin: "SOL", ..spl() });
        refuses(PaymentFacts { engine: Some("EVM"), ..spl() });
        refuses(PaymentFacts { contract: Some(UNICORN), ..spl() });
        refuses(PaymentFacts { contract: Some(SOLANA), ..spl() });
        refuses(PaymentFacts { amount: "0.0000001", ..spl() });
        refuses(plain("SOL", "Solana", SOLANA, "0.0000000001"));
        refuses(plain("SOL", "Solana", "11111111111111111111111111111111", "1"));
        refuses(plain("SOL", "Solana", "mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2k0", "1"));
        refuses(plain("SOL", "Solana", &"z".repeat(44), "1"));
    }

    #[test]
    fn eip_681_native() {
        gives(
            plain("ETH", "ETH Mainnet", ETHEREUM, "2.014"),
            "ethereum:0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359@1?value=2014000000000000000",
        );
        gives(
            PaymentFacts {
                chain_id: Some("42161"),
                base_token: Some("ETH"),
                ..plain("ETH", "Arbitrum", ETHEREUM, "0.5")
            },
            "ethereum:0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359@42161?value=500000000000000000",
        );
        refuses(plain("ETH", "Arbitrum", ETHEREUM, "0.5"));
        refuses(PaymentFacts { chain_id: Some("42161"), ..plain("ETH", "Arbitrum", ETHEREUM, "0.5") });
        refuses(PaymentFacts { chain_id: Some("8453"), ..plain("ETH", "ETH Mainnet", ETHEREUM, "0.5") });
        refuses(PaymentFacts { decimals: Some(6), ..plain("ETH", "ETH Mainnet", ETHEREUM, "0.5") });
        refuses(plain("ETH", "ETH Mainnet", ETHEREUM, "0.0000000000000000001"));
    }

    #[test]
    fn eip_681_token() {
        gives(
            PaymentFacts { amount: "1", decimals: Some(0), ..token("ETH Mainnet", None) },
            "ethereum:0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7@1/transfer?address=0x8e23ee67d1332ad560396262c48ffbb01f93d052&uint256=1",
        );
        gives(
            token("Base", Some("8453")),
            "ethereum:0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7@8453/transfer?address=0x8e23ee67d1332ad560396262c48ffbb01f93d052&uint256=20630000",
        );
        gives(
            PaymentFacts { engine: None, ..token("Polygon (Matic)", None) },
            "ethereum:0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7@137/transfer?address=0x8e23ee67d1332ad560396262c48ffbb01f93d052&uint256=20630000",
        );
    }

    #[test]
    fn a_token_without_contract_decimals_or_chain_has_no_link() {
        refuses(PaymentFacts { contract: None, ..token("Base", Some("8453")) });
        refuses(PaymentFacts { contract: None, decimals: None, ..token("Base", Some("8453")) });
        refuses(PaymentFacts { decimals: None, ..token("Base", Some("8453")) });
        refuses(token("Arbitrum", None));
        refuses(token("Base", Some("1")));
        refuses(token("Somewhere", Some("0x1")));
        refuses(token("Somewhere", Some("")));
        refuses(PaymentFacts { engine: Some("TVM"), ..token("Base", Some("8453")) });
        refuses(PaymentFacts { address: UNICORN, ..token("Base", Some("8453")) });
        refuses(PaymentFacts { address: SOLANA, ..token("Base", Some("8453")) });
        refuses(PaymentFacts { amount: "20.6300001", ..token("Base", Some("8453")) });
        let zero = "0x0000000000000000000000000000000000000000";
        refuses(PaymentFacts { contract: Some(zero), ..token("Base", Some("8453")) });
        refuses(PaymentFacts { address: zero, ..token("Base", Some("8453")) });
    }

    #[test]
    fn coins_without_a_standard_link_have_none() {
        refuses(plain("USDT", "Tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "20"));
        refuses(plain("TON", "Ton", "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs", "20"));
        refuses(plain("ETH", "ETH Mainnet", "", "1"));
        refuses(PaymentFacts::default());
    }

    proptest! {
        #[test]
        fn never_panics_and_never_lets_an_address_add_a_parameter(
            coin in "(BTC|LTC|SOL|ETH|USDC|\\PC{0,8})",
            network in "(Mainnet|Lightning|Solana|Base|ETH Mainnet|\\PC{0,8})",
            address in "\\PC{0,60}",
            amount in "\\PC{0,20}",
            contract in proptest::option::of("\\PC{0,60}"),
            decimals in proptest::option::of(any::<u32>()),
        ) {
            let facts = PaymentFacts {
                coin: &coin, network: &network, address: &address, amount: &amount,
                chain_id: None, base_token: None, contract: contract.as_deref(), decimals, engine: None,
            };
            if let Some(uri) = payment_uri(&facts) {
                prop_assert!(uri.matches('?').count() <= 1 && !address.contains(['?', '&', '#', '%']));
            }
        }
    }
}
