//! The alternatives an answer offers in its `moreDetails`: allowed ways of paying, pairs of coin and network.
//!
//! The reference promises them and says nothing of their shape, so none is asked for. Whatever came is read as a row of
//! words, of which those count that are coins or networks: by their own name, or by that of the member they are in. The
//! first ones are paired with those of the other kind that follow, until one does not fit and begins anew.

use crate::json::{self, Value};
use crate::text::{self, among, among_in_any_case, begins, join, split, words};

use super::table;
use super::words::{bare, each_word, is_shouted, mentions};
use std::mem;

/// More alternatives than a person could choose from are no help.
const MOST: usize = 200;

/// A coin and the network it can be paid over, or a way of paying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The network as payment_vias names it, or as the answer spells it where that is not known; nothing for a way of
    /// paying.
    pub network: String,
    /// The coin, or the way of paying.
    pub name: String,
}

/// The ways of paying that are allowed, or the pairs of coin and network that are supported.
#[must_use]
pub fn alternatives(details: &Value, vias: bool) -> Vec<Alternative> {
    let mut finder = Finder { vias, found: Vec::new(), words: Vec::new(), gap: Gap::None };
    finder.walk(details, UNTOLD);
    finder.pair();
    finder.found
}

const VIA_NAMES: &str = "payment_via paymentVia via kind name code id type";

/// What a word can be, in bits: a coin, a network, or either as `SOL` can.
const COIN: u8 = 1;
const NETWORK: u8 = 2;
const EITHER: u8 = COIN | NETWORK;
const UNTOLD: u8 = 0;

/// A word that counts.
#[derive(Clone, Copy)]
struct Word<'v> {
    text: &'v str,
    kind: u8,
    gap: Gap,
}

/// What is between a word and the one that counts before it.
#[derive(Clone, Copy, PartialEq)]
enum Gap {
    /// Nothing that divides: `USDC-SOL`, `USDC on Solana`, `{"USDC":["Solana"]}`.
    None,
    /// They are neighbours in a list.
    Comma,
    /// The list goes on with a list.
    Bracket,
}

struct Finder<'v> {
    vias: bool,
    found: Vec<Alternative>,
    words: Vec<Word<'v>>,
    /// What is before the next word.
    gap: Gap,
}

impl<'v> Finder<'v> {
    fn walk(&mut self, details: &'v Value, kind: u8) {
        match details {
            Value::Text(text) => match embedded(text) {
                Some(inner) => {
                    for Alternative { network, name } in alternatives(&inner, self.vias) {
                        self.push(&network, &name);
                    }
                }
                None if self.vias => self.vias_of_text(text),
                None if kind == UNTOLD => self.words_of_text(text),
                None => {
                    for name in split(text, ",") {
                        self.word(text::trim(name), kind);
                        self.gap = Gap::Comma;
                    }
                }
            },
            Value::List(items) => {
                for item in items.iter().take(MOST) {
                    if let Value::List(_) = item {
                        self.gap = Gap::Bracket;
                    }
                    self.walk(item, kind);
                    self.divide();
                }
            }
            Value::Object(_) => {
                let offer = details.members().iter().find(|(name, value)| is_offer(name, value));
                match offer {
                    Some((_, offer)) if self.vias => self.walk(offer, kind),
                    None if self.vias => self.vias_of_object(details),
                    _ => self.words_of_object(details, offer.map(|(name, _)| &**name), kind),
                }
            }
            _ => {}
        }
    }

    fn vias_of_object(&mut self, object: &'v Value) {
        // `{ type: "via", kind: "USER_WALLET" }`
        let named = |name| object.text_at(name).filter(|text| !text.eq_ignore_ascii_case("via"));
        if let Some(name) = words(VIA_NAMES).find_map(named) {
            if object.get("available").and_then(Value::bool) != Some(false) {
                self.push("", name);
            }
            return;
        }
        for (name, value) in object.members().iter().filter(|(name, _)| !is_refused(name)) {
            match value {
                Value::Bool(true) => self.push("", name),
                Value::List(_) | Value::Object(_) => self.walk(value, UNTOLD),
                _ => {}
            }
        }
    }

    fn vias_of_text(&mut self, text: &str) {
        let (begun, whole) = (self.found.len(), bare(text));
        each_word(text, &mut |word| match word {
            // What was named so far is what is refused.
            "not" | "refused" => self.found.truncate(begun),
            _ if word != whole && word != "BUYDL" && !is_shouted(word) => {}
            _ if table::find(word).is_none() => self.push("", word),
            _ => {}
        });
    }

    fn words_of_object(&mut self, object: &'v Value, offer: Option<&str>, kind: u8) {
        let offered = offer.map_or(0, kind_of_member);
        let told = object.members().iter().fold(0, |told, (name, _)| told | kind_of_member(name));
        if told == EITHER {
            self.gap = Gap::Bracket;
        }
        for (name, value) in object.members() {
            let own = kind_of_member(name);
            // Beside an offer is what was asked for; what it leaves open is meant, though: `{ coin, supported_networks }`.
            let is_asked = offer.is_some_and(|offer| offer != name && own | offered != EITHER);
            if is_asked || is_refused(name) {
                continue;
            }
            let kind = match own {
                0 if name == "name" && told == NETWORK => COIN,
                0 => match kind_of_word(name) {
                    0 => kind,
                    // `{ "USDC": ["Solana"] }`, or the other way about
                    word => {
                        self.word(name, word);
                        EITHER ^ word
                    }
                },
                own => own,
            };
            self.walk(value, kind);
            self.divide();
        }
    }

    fn words_of_text(&mut self, text: &'v str) {
        let begun = self.words.len();
        let (mut rest, mut last, mut before) = (text, "", 0);
        while let Some((gap, word, after)) = next_word(rest) {
            for byte in gap.bytes() {
                match byte {
                    b',' | b';' | b'|' | b'\n' => self.divide(),
                    b'(' | b'[' | b'{' if self.gap != Gap::None => self.gap = Gap::Bracket,
                    _ => {}
                }
            }
            // Two words can be one name: "ETH Mainnet".
            let next = next_word(after);
            let both = next.and_then(|(_, second, end)| Some((known_network(&join(&[word, second]))?, end)));
            if let Some((network, end)) = both {
                self.word(network, NETWORK);
                (rest, before) = (end, NETWORK);
                continue;
            }
            let mut kind = kind_of_word(word);
            // A network nobody knows yet is one by its place: "USDC-NEWCHAIN", "NEWCHAIN-USDC".
            if among(gap, "- / : @") {
                match (before, kind) {
                    (COIN | EITHER, 0) if is_name(word) => kind = NETWORK,
                    (0, COIN | EITHER) if is_name(last) => self.word(last, NETWORK),
                    _ => {}
                }
            }
            if kind != 0 {
                self.word(word, kind);
            } else if among_in_any_case(word, "and or") {
                self.divide();
            } else if among_in_any_case(word, "not no unsupported") {
                // What was named so far is what is refused.
                self.words.truncate(begun);
            }
            (rest, last, before) = (after, word, kind);
        }
    }

    fn word(&mut self, text: &'v str, kind: u8) {
        if self.words.len() < 5 * MOST {
            self.words.push(Word { text, kind, gap: self.gap });
        }
        self.gap = Gap::None;
    }

    fn divide(&mut self) {
        if self.gap == Gap::None {
            self.gap = Gap::Comma;
        }
    }

    /// Pairs the first words with what follows and fits: a coin with networks, networks with a coin, many with many.
    fn pair(&mut self) {
        let found = mem::take(&mut self.words);
        let (mut first, mut end, mut is_paired) = (0, 0, false);
        for (at, word) in found.iter().enumerate() {
            let heads = found.get(first..end).unwrap_or_default();
            let leads = is_paired && found.get(at + 1).is_some_and(|next| next.gap == Gap::None);
            let fits = heads.first().is_some_and(|head| head.kind | word.kind == EITHER);
            if fits && !leads && word.gap != Gap::Bracket {
                for head in heads {
                    let is_coin = head.kind & COIN != 0 && word.kind & NETWORK != 0;
                    let (coin, network) = if is_coin { (head, word) } else { (word, head) };
                    self.push(network.text, coin.text);
                }
                is_paired = true;
            } else {
                if is_paired || word.gap == Gap::Bracket {
                    (first, is_paired) = (at, false);
                }
                end = at + 1;
            }
        }
    }

    fn push(&mut self, network: &str, coin: &str) {
        let (network, coin) = (text::trim(network), text::trim(coin));
        let network = known_network(network).unwrap_or(network);
        let known = |other: &Alternative| other.network == network && other.name == coin;
        if self.found.len() < MOST && !coin.is_empty() && !self.found.iter().any(known) {
            self.found.push(Alternative { network: network.to_owned(), name: coin.to_owned() });
        }
    }
}

/// The next run of letters and digits, with what is before and after it; a point may be within: `USDC.e`.
fn next_word(text: &str) -> Option<(&str, &str, &str)> {
    let begin = text.bytes().position(|byte| byte.is_ascii_alphanumeric())?;
    let (gap, rest) = text.split_at_checked(begin)?;
    let end =
        rest.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'.').unwrap_or(rest.len());
    let word = text::trim_end(rest.get(..end)?, '.');
    Some((gap, word, rest.get(word.len()..)?))
}

/// The networks as payment_vias names them (observed in recorded answers), each followed by what else it is called:
/// letters and digits only. What is like Ethereum may be any of several.
const NETWORKS: &str = "Polygon (Matic)|POLYGON MATIC POLYGONMATIC|ETH Mainnet|ETH ETHEREUM ETHMAINNET ETHEREUMMAINNET ERC20\
    |Solana|SOL|Base||Arbitrum|ARB|Tron|TRX TRC20|Ton||Lightning|LN|Mainnet|BITCOIN BTC LITECOIN LTC|ETHEREUM_LIKE|ETHEREUMLIKE";

/// The network that these letters and digits name.
fn network_of(letters: &str) -> Option<&'static str> {
    let mut names = split(NETWORKS, "|");
    while let (Some(network), Some(others)) = (names.next(), names.next()) {
        if letters.eq_ignore_ascii_case(network) || !letters.is_empty() && among_in_any_case(letters, others)
        {
            return Some(network);
        }
    }
    None
}

/// A network's name in payment_vias, which is what an order takes; some answers name its protocol: `SOLANA_LIKE`.
#[inline(never)]
fn known_network(name: &str) -> Option<&'static str> {
    let mut letters = String::new();
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        letters.push(char::from(byte));
    }
    network_of(&letters).or_else(|| network_of(letters.strip_suffix("LIKE")?))
}

/// Whether a word is no common one.
fn is_name(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// What a word can be, nothing where it is none that counts.
fn kind_of_word(word: &str) -> u8 {
    let is_token = word.len() > 3 && mentions(word, "USD") || among_in_any_case(word, "DAI WLD EUROC");
    // These coins may be taken for something else; most are a network's name as well.
    match word {
        _ if is_token && word.len() <= 8 => COIN,
        _ if among_in_any_case(word, "BTC ETH LTC SOL TON TRX SUI DOGE GRAM") => EITHER,
        _ if known_network(word).is_some() => NETWORK,
        _ => 0,
    }
}

/// What a member of that name holds, nothing where the name does not tell.
fn kind_of_member(name: &str) -> u8 {
    let one = name.strip_suffix('s').unwrap_or(name);
    // Without their first letters, which may be capitals: supportedNetworks.
    let ends = |ends: &'static str| words(ends).any(|end| one.ends_with(end));
    if ends("etwork rotocol hain") {
        NETWORK
    } else if ends("oin urrency urrencie") || among(one, "symbol ticker asset token") {
        COIN
    } else {
        0
    }
}

/// Whether a member holds the alternatives, as its name says.
fn is_offer(name: &str, value: &Value) -> bool {
    !is_refused(name)
        && !mentions(name, "not")
        && words("allow support combin option alternativ vias").any(|part| mentions(name, part))
        && matches!(value, Value::Text(_) | Value::List(_) | Value::Object(_))
}

/// A member that repeats what was asked for, or says why in prose.
fn is_refused(name: &str) -> bool {
    words("select request current given chosen provided reason message desc err un not")
        .any(|part| begins(name.as_bytes(), part))
}

/// The JSON that a text holds, possibly among other words.
pub(super) fn embedded(text: &str) -> Option<Value<'_>> {
    let start = text.bytes().position(|byte| matches!(byte, b'{' | b'['))?;
    let end = text.bytes().rposition(|byte| matches!(byte, b'}' | b']'))?;
    json::parse(text.get(start..=end)?)
        .ok()
        .filter(|value| !value.items().is_empty() || !value.members().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vias(details: &Value) -> Vec<String> {
        alternatives(details, true).into_iter().map(|via| via.name).collect()
    }

    #[test]
    fn allowed_vias_in_every_form_met() {
        let both = ["USER_WALLET", "GATE_PAY"];
        for text in [
            r#""USER_WALLET, GATE_PAY""#,
            r#""USER_WALLET|GATE_PAY""#,
            r#""Allowed kinds: USER_WALLET, GATE_PAY""#,
            r#""BUYDL is refused, allowed: [USER_WALLET, GATE_PAY]""#,
            r#""Only USER_WALLET and GATE_PAY can pay for this""#,
            r#"["USER_WALLET", "GATE_PAY", "USER_WALLET"]"#,
            r#"[{"payment_via":"USER_WALLET"},{"payment_via":"GATE_PAY"}]"#,
            r#"[{"type":"via","kind":"USER_WALLET"},{"type":"via","kind":"GATE_PAY"}]"#,
            r#"[{"name":"USER_WALLET","available":true},{"name":"GATE_PAY"},{"name":"BUYDL","available":false}]"#,
            r#"{"allowed":["USER_WALLET","GATE_PAY"]}"#,
            r#"{"payment_via":"BUYDL","allowedKinds":["USER_WALLET","GATE_PAY"]}"#,
            r#"{"reason":"BUYDL_OFF","vias":"USER_WALLET,GATE_PAY"}"#,
            r#"{"kinds":[{"code":"USER_WALLET"},{"code":"GATE_PAY"}],"selected":["BUYDL"]}"#,
            r#"{"USER_WALLET":true,"GATE_PAY":true,"BUYDL":false}"#,
            r#"[{"kind":"via","name":"USER_WALLET"},{"kind":"via","name":"GATE_PAY"}]"#,
            r#"{"allowed":{"via":["USER_WALLET","GATE_PAY"]}}"#,
            r#""{\"allowed\":[\"USER_WALLET\",\"GATE_PAY\"]}""#,
        ] {
            assert_eq!(vias(&json::parse(text).unwrap()), both, "{text}");
        }
        assert_eq!(vias(&json::parse(r#""BUYDL""#).unwrap()), ["BUYDL"]);
    }

    #[test]
    fn prose_without_vias_gives_none() {
        for text in [
            "null",
            "7",
            "[]",
            "{}",
            r#""""#,
            r#""This payment via is not allowed for USD""#,
            r#""NOT_ALLOWED_PAYMENT_VIA: sorry""#,
            r#"{"reason":"not today"}"#,
        ] {
            assert!(vias(&json::parse(text).unwrap()).is_empty(), "{text}");
        }
    }

    fn shown(text: &str) -> Vec<String> {
        let pairs = alternatives(&json::parse(text).unwrap(), false);
        pairs.into_iter().map(|pair| pair.name + "/" + &pair.network).collect()
    }

    #[test]
    fn supported_pairs_in_every_form_met() {
        for text in [
            r#""USDC-MATIC, USDC-SOLANA""#,
            r#""USDC-MATIC,USDC-SOLANA""#,
            r#""MATIC-USDC; SOLANA-USDC""#,
            r#""Supported combinations: USDC-MATIC, USDC-SOLANA.""#,
            r#""USDC:MATIC | USDC:SOLANA""#,
            r#""USDC on MATIC or USDC on SOLANA""#,
            r#""USDC (MATIC), USDC (SOLANA)""#,
            r#""USDC_MATIC and USDC_SOLANA""#,
            r#""USDC: MATIC, SOLANA""#,
            r#""MATIC/USDC\nSOLANA/USDC""#,
            r#"["USDC-MATIC", "USDC-SOLANA"]"#,
            r#"[["USDC","MATIC"],["SOLANA","USDC"]]"#,
            r#"[{"coin":"USDC","network":"MATIC"},{"coin":"USDC","network":"SOLANA"}]"#,
            r#"[{"protocol":"MATIC","coin":"USDC"},{"protocol":"SOLANA","coin":"USDC"}]"#,
            r#"[{"chain":"MATIC","currency":"USDC"},{"blockchain":"SOLANA","symbol":"USDC"}]"#,
            r#"[{"coin":"USDC","networks":["MATIC","SOLANA"]}]"#,
            r#"[{"name":"USDC","networks":[{"name":"MATIC"},{"name":"SOLANA"}]}]"#,
            r#"[{"name":"MATIC","coins":["USDC"]},{"name":"SOLANA","coins":["USDC"]}]"#,
            r#"{"coin":"USDC","protocols":"MATIC, SOLANA"}"#,
            r#"{"USDC":["MATIC","SOLANA"]}"#,
            r#"{"MATIC":["USDC"],"SOLANA":["USDC"]}"#,
            r#"{"USDC":"MATIC, SOLANA"}"#,
            r#"{"supported":[{"protocol":"MATIC","coin":"USDC"},{"protocol":"SOLANA","coin":"USDC"}]}"#,
            r#"{"coin":"USDC","network":"Tron","supportedCombinations":"USDC-MATIC, USDC-SOLANA"}"#,
            r#"{"reason":"no USDC-TRON","combinations":{"USDC":["MATIC","SOLANA"]}}"#,
            r#"{"currencies":[{"name":"USDC","networks":[{"name":"MATIC"},{"name":"SOLANA"}]}]}"#,
            r#"{"selected":{"coin":"USDC","network":"TRON"},"list":["USDC-MATIC","USDC-SOLANA"]}"#,
            r#""[{\"coin\":\"USDC\",\"network\":\"MATIC\"},{\"coin\":\"USDC\",\"network\":\"SOLANA\"}]""#,
            r#""allowed {\"USDC\":[\"MATIC\",\"SOLANA\"]} only""#,
            r#"{"supported_networks":["Polygon (Matic)","Solana"],"coin":"USDC"}"#,
            r#"{"coin":"USDC","network":"Tron","allowedProtocols":"POLYGON_LIKE, SOLANA_LIKE"}"#,
            r#"{"protocols":["MATIC","SOLANA"],"coins":["USDC"]}"#,
            r#"[{"protocol":{"name":"MATIC"},"coin":{"name":"USDC"}},{"protocol":{"name":"SOLANA"},"coin":{"name":"USDC"}}]"#,
            r#""USDC on Polygon, Solana""#,
            r#""USDC on Polygon (Matic) and Solana.""#,
            r#""USDC is supported on: Polygon (Matic), Solana""#,
            r#""(USDC, MATIC), (USDC, SOLANA)""#,
            r#""[(MATIC,USDC),(SOLANA,USDC)]""#,
            r#""{USDC=[MATIC, SOLANA]}""#,
            r#""[Combination(protocol=MATIC, coin=USDC), Combination(protocol=SOLANA, coin=USDC)]""#,
            r#""USDC-TRON is not supported, only USDC-MATIC and USDC-SOLANA are""#,
        ] {
            assert_eq!(shown(text), ["USDC/Polygon (Matic)", "USDC/Solana"], "{text}");
        }
    }

    #[test]
    fn a_coin_that_is_also_a_network_stays_on_its_side() {
        assert_eq!(
            shown(r#""USDC-SOL, SOL-USDC, USDT-TON, BTC-LIGHTNING, ETH-ETH""#),
            ["USDC/Solana", "USDT/Ton", "BTC/Lightning", "ETH/ETH Mainnet"]
        );
        assert_eq!(
            shown(r#""USDC.e-Polygon (Matic), BTC Lightning, USDC (Polygon (Matic))""#),
            ["USDC.e/Polygon (Matic)", "BTC/Lightning", "USDC/Polygon (Matic)"]
        );
        assert_eq!(shown(r#"{"ETH":["ETH Mainnet","Base"]}"#), ["ETH/ETH Mainnet", "ETH/Base"]);
        assert_eq!(
            shown(r#"{"USDC":["SOLANA","ETH"],"ETH":["BASE","ETH"],"SOL":["SOL"]}"#),
            ["USDC/Solana", "USDC/ETH Mainnet", "ETH/Base", "ETH/ETH Mainnet", "SOL/Solana"]
        );
        for pairs in [
            r#""(ETH, BASE), (SOL, SOLANA)""#,
            r#""ETH-BASE, SOL-SOLANA""#,
            r#"[["ETH","BASE"],["SOL","SOLANA"]]"#,
            r#"[{"coin":"ETH","network":"BASE"},{"network":"SOLANA","coin":"SOL"}]"#,
        ] {
            assert_eq!(shown(pairs), ["ETH/Base", "SOL/Solana"], "{pairs}");
        }
    }

    #[test]
    fn many_coins_with_many_networks() {
        assert_eq!(
            shown(r#""USDC: [SOLANA, MATIC]; USDT: [TRON]""#),
            ["USDC/Solana", "USDC/Polygon (Matic)", "USDT/Tron"]
        );
        assert_eq!(
            shown(r#"{"Solana":["USDC"],"Base":["USDC","ETH"]}"#),
            ["USDC/Solana", "USDC/Base", "ETH/Base"]
        );
        assert_eq!(
            shown(r#"{"coins":["USDC","USDT"],"networks":["Solana","Base"]}"#),
            ["USDC/Solana", "USDT/Solana", "USDC/Base", "USDT/Base"]
        );
    }

    #[test]
    fn a_network_nobody_knows_is_one_by_its_place() {
        for one in [
            r#""USDC-NEWCHAIN""#,
            r#"["NEWCHAIN/USDC"]"#,
            r#"{"USDC":["NEWCHAIN"]}"#,
            r#"{"coin":"USDC","network":"NEWCHAIN"}"#,
            r#"[{"name":"USDC","networks":[{"name":"NEWCHAIN","chain_id":7}]}]"#,
        ] {
            assert_eq!(shown(one), ["USDC/NEWCHAIN"], "{one}");
        }
        assert_eq!(shown(r#"[{"coin":"XMR","protocol":"MONERO_LIKE"}]"#), ["XMR/MONERO_LIKE"]);
    }

    #[test]
    fn networks_have_the_names_of_payment_vias() {
        let names: Vec<_> = text::split(NETWORKS, "|").collect();
        for row in names.chunks(2) {
            for other in [row[0]].into_iter().chain(words(row[1])).filter(|other| !other.is_empty()) {
                assert_eq!(known_network(other), Some(row[0]));
                assert_eq!(known_network(&other.to_lowercase()), Some(row[0]));
            }
        }
        assert_eq!(shown(r#""USDT-ERC20, USDC-ETH_MAINNET""#), ["USDT/ETH Mainnet", "USDC/ETH Mainnet"]);
        assert_eq!(
            shown(r#"[{"protocol":"LIGHTNING_LIKE","coin":"BTC"},{"protocol":"BITCOIN","coin":"BTC"}]"#),
            ["BTC/Lightning", "BTC/Mainnet"]
        );
        for (like, network) in [
            ("BITCOIN_LIKE", "Mainnet"),
            ("SOLANA_LIKE", "Solana"),
            ("TRON_LIKE", "Tron"),
            ("TON_LIKE", "Ton"),
            ("ETHEREUM_LIKE", "ETHEREUM_LIKE"),
        ] {
            assert_eq!(known_network(like), Some(network));
            for pair in [
                format!(r#""USDC-{like}""#),
                format!(r#""{like}-USDC""#),
                format!(r#"["{like}-USDC"]"#),
                format!(r#"{{"{like}":["USDC"]}}"#),
            ] {
                assert_eq!(shown(&pair), [format!("USDC/{network}")], "{pair}");
            }
        }
        assert_eq!(
            shown(r#"{"BITCOIN_LIKE":["BTC","LTC"],"SOLANA_LIKE":["SOL","USDC"]}"#),
            ["BTC/Mainnet", "LTC/Mainnet", "SOL/Solana", "USDC/Solana"]
        );
        for other in ["Sui", "Base Sepolia", "Arbitrum Nova", "-", ""] {
            assert_eq!(known_network(other), None);
        }
    }

    #[test]
    fn prose_without_pairs_gives_none() {
        for text in [
            "null",
            "true",
            "{}",
            "[]",
            r#""""#,
            r#""This protocol is not supported - try again""#,
            r#""Brand is e-money""#,
            r#"["Solana","Polygon"]"#,
            r#"{"reason":"USDC-TRON is not supported"}"#,
            r#""USDC-TRON is NOT supported""#,
            r#""USDC-TRON is unsupported.""#,
            r#""5 USD on Base""#,
            r#"[{"name":"USER_WALLET","currencies":["USDC"]}]"#,
            r#"{"coin":"USDC"}"#,
        ] {
            assert!(shown(text).is_empty(), "{text}: {:?}", shown(text));
        }
    }

    #[test]
    fn an_endless_list_ends() {
        let many: Vec<String> = (0..5000).map(|n| n.to_string()).collect();
        let list = serde_json::json!({ "coins": many, "networks": many }).to_string();
        assert_eq!(shown(&list).len(), MOST);
        assert_eq!(vias(&json::parse(&serde_json::json!(many).to_string()).unwrap()).len(), MOST);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), words in "[A-Z:,;\\- (){}\\[\\]\"_/é]{0,60}") {
            for text in [text, words] {
                let value = Value::Text(text.as_str().into());
                let _ = (vias(&value), alternatives(&value, false));
            }
        }
    }
}
