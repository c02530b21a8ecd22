//! The ways to pay: vias, coins and networks, as one table and as `GET /v3/payment_vias` shows it.

use axum::{Json, extract::State};
use serde::Serialize;

use crate::app::Shared;

pub const VIA: &str = "USER_WALLET";
/// The coin a catalogue is priced in when none, or none we know, is asked for.
pub const DEFAULT_COIN: &str = "BTC";

pub struct Coin {
    pub name: &'static str,
    pub suspended: bool,
    /// Digits after the point in prices.
    pub places: usize,
    /// What one whole coin costs, in millionths of a dollar.
    pub micro_dollars: i128,
    /// The label of the rail that catalogue prices name, whatever the buyer picks later.
    pub default_method: &'static str,
    pub networks: &'static [Network],
}

pub struct Network {
    pub name: &'static str,
    pub suspended: Option<bool>,
    pub method: &'static str,
    pub protocol: Protocol,
    pub base_token: Option<&'static str>,
    pub chain_id: Option<u64>,
    /// The least an order may come to, in the coin.
    pub threshold: Option<&'static str>,
    /// The token's contract and its decimals.
    pub contract: Option<(&'static str, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Bitcoin,
    Litecoin,
    Lightning,
    Ethereum,
    Solana,
    Tron,
    Ton,
}

impl Protocol {
    pub fn name(self) -> &'static str {
        match self {
            Self::Bitcoin | Self::Litecoin => "BITCOIN_LIKE",
            Self::Lightning => "LIGHTNING_LIKE",
            Self::Ethereum => "ETHEREUM_LIKE",
            Self::Solana => "SOLANA_LIKE",
            Self::Tron => "TRON_LIKE",
            Self::Ton => "TON_LIKE",
        }
    }

    fn engine(self) -> Option<&'static str> {
        match self {
            Self::Ethereum => Some("EVM"),
            Self::Solana => Some("SVM"),
            Self::Tron => Some("TVM"),
            Self::Bitcoin | Self::Litecoin | Self::Lightning | Self::Ton => None,
        }
    }
}

const fn network(name: &'static str, method: &'static str, protocol: Protocol) -> Network {
    Network {
        name,
        suspended: None,
        method,
        protocol,
        base_token: None,
        chain_id: None,
        threshold: None,
        contract: None,
    }
}

const fn evm(name: &'static str, method: &'static str, chain_id: u64, base_token: &'static str) -> Network {
    Network {
        chain_id: Some(chain_id),
        base_token: Some(base_token),
        suspended: Some(false),
        ..network(name, method, Protocol::Ethereum)
    }
}

impl Network {
    const fn least(self, threshold: &'static str) -> Self {
        Self { threshold: Some(threshold), ..self }
    }

    const fn token(self, address: &'static str, decimals: u32) -> Self {
        Self { contract: Some((address, decimals)), ..self }
    }
}

pub const COINS: &[Coin] = &[
    Coin {
        name: "USDC",
        suspended: false,
        places: 2,
        micro_dollars: 1_000_000,
        default_method: "USDC-MATIC",
        networks: &[
            Network {
                base_token: Some("SOL"),
                suspended: Some(false),
                ..network("Solana", "USDC-SOL", Protocol::Solana)
                    .least("0.571234567890123")
                    .token("SandboxUSDCMintNotARea1Coin1111111111111111", 6)
            },
            evm("Base", "USDC-BASE", 8453, "ETH")
                .least("0.5712")
                .token("0xfa4e000000000000000000000000000000000001", 6),
            evm("Polygon (Matic)", "USDC-MATIC", 137, "POL")
                .least("0.5712")
                .token("0xfa4e000000000000000000000000000000000002", 6),
            evm("Arbitrum", "USDC-ARBITRUM", 42161, "ETH")
                .least("0.5712")
                .token("0xfa4e000000000000000000000000000000000003", 6),
            evm("ETH Mainnet", "USDC-ETH", 1, "ETH")
                .least("12.5")
                .token("0xfa4e000000000000000000000000000000000004", 6),
        ],
    },
    Coin {
        name: "USDT",
        suspended: false,
        places: 2,
        micro_dollars: 999_400,
        default_method: "USDT-TRON",
        networks: &[
            Network {
                base_token: Some("TRX"),
                ..network("Tron", "USDT-TRON", Protocol::Tron)
                    .least("5.25")
                    .token("TFakeSandboxUSDTContract1111111111", 6)
            },
            Network {
                base_token: Some("SOL"),
                ..network("Solana", "USDT-SOL", Protocol::Solana)
                    .least("0.571234567890123")
                    .token("SandboxUSDTMintNotARea1Coin1111111111111111", 6)
            },
            evm("Polygon (Matic)", "USDT-MATIC", 137, "POL")
                .token("0xfa4e000000000000000000000000000000000005", 6),
            evm("ETH Mainnet", "USDT-ETH", 1, "ETH")
                .least("12.5")
                .token("0xfa4e000000000000000000000000000000000006", 6),
            Network { suspended: Some(true), ..network("Ton", "USDT-TON", Protocol::Ton) },
        ],
    },
    Coin {
        name: "BTC",
        suspended: false,
        places: 8,
        micro_dollars: 93_150_000_000,
        default_method: "BTC",
        networks: &[
            network("Mainnet", "BTC", Protocol::Bitcoin).least("0.00005"),
            network("Lightning", "BTC-LIGHTNING", Protocol::Lightning),
        ],
    },
    Coin {
        name: "ETH",
        suspended: false,
        places: 6,
        micro_dollars: 3_120_000_000,
        default_method: "ETH",
        networks: &[
            evm("ETH Mainnet", "ETH", 1, "ETH").least("0.002"),
            evm("Base", "ETH-BASE", 8453, "ETH"),
            evm("Arbitrum", "ETH-ARBITRUM", 42161, "ETH"),
        ],
    },
    Coin {
        name: "SOL",
        suspended: false,
        places: 4,
        micro_dollars: 142_000_000,
        default_method: "SOL",
        networks: &[Network { base_token: Some("SOL"), ..network("Solana", "SOL", Protocol::Solana) }],
    },
    Coin {
        name: "LTC",
        suspended: false,
        places: 6,
        micro_dollars: 96_000_000,
        default_method: "LTC",
        networks: &[network("Mainnet", "LTC", Protocol::Litecoin).least("0.005")],
    },
    Coin {
        name: "DOGE",
        suspended: true,
        places: 4,
        micro_dollars: 160_000,
        default_method: "DOGE",
        networks: &[network("Mainnet", "DOGE", Protocol::Bitcoin)],
    },
];

pub fn coin(name: &str) -> Option<&'static Coin> {
    COINS.iter().find(|coin| coin.name == name)
}

pub fn default_coin() -> Option<&'static Coin> {
    coin(DEFAULT_COIN)
}

impl Coin {
    pub fn network(&self, name: &str) -> Option<&'static Network> {
        self.networks.iter().find(|network| network.name == name)
    }
}

#[derive(Serialize)]
struct WireVia {
    name: &'static str,
    available: bool,
    logo_url: String,
    currencies: Vec<WireCoin>,
}

#[derive(Serialize)]
struct WireCoin {
    name: &'static str,
    logo_url: String,
    is_suspended: bool,
    networks: Vec<WireNetwork>,
}

#[derive(Serialize)]
struct WireNetwork {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_token: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<&'static str>,
    logo_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_suspended: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    smart_contract_engine: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    smart_contract: Option<WireContract>,
}

#[derive(Serialize)]
struct WireContract {
    engine: &'static str,
    address: &'static str,
    decimals: u32,
    symbol: &'static str,
}

/// `GET /v3/payment_vias`: a bare array.
pub async fn vias(State(sandbox): State<Shared>) -> Json<impl Serialize> {
    let currencies = COINS.iter().map(|coin| WireCoin {
        name: coin.name,
        logo_url: sandbox.picture(&coin.name.to_ascii_lowercase(), "webp"),
        is_suspended: coin.suspended,
        networks: coin.networks.iter().map(|network| wire_network(&sandbox, coin, network)).collect(),
    });
    Json(vec![
        WireVia {
            name: VIA,
            available: true,
            logo_url: sandbox.picture("user-wallet", "webp"),
            currencies: currencies.collect(),
        },
        WireVia {
            name: "GATE_PAY",
            available: false,
            logo_url: sandbox.picture("gate-pay", "webp"),
            currencies: Vec::new(),
        },
    ])
}

fn wire_network(sandbox: &Shared, coin: &Coin, network: &Network) -> WireNetwork {
    let engine = network.protocol.engine().filter(|_| network.contract.is_some());
    let slug: String =
        network.name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    WireNetwork {
        name: network.name,
        chain_id: network.chain_id,
        base_token: network.base_token,
        threshold: network.threshold,
        logo_url: sandbox.picture(&slug, "webp"),
        is_suspended: network.suspended,
        smart_contract_engine: engine,
        smart_contract: engine.zip(network.contract).map(|(engine, (address, decimals))| WireContract {
            engine,
            address,
            decimals,
            symbol: coin.name,
        }),
    }
}
