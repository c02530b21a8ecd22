//! The alternatives an answer offers in its `moreDetails`: allowed ways of paying, pairs of coin and network.
//!
//! The reference promises them and says nothing of their shape, so every shape met is read: prose,
//! comma lists, arrays of strings or objects, objects of lists, and any of these as JSON inside a text.

use crate::json::{self, Value};
use crate::text::{self, among, among_in_any_case, split_once, words};

use super::table;
use super::words::{bare, begins, each_word, is_word_byte, mentions};

/// More alternatives than a person could choose from are no help.
const MOST: usize = 200;

/// A coin and the network it can be paid over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The network as payment_vias names it, or as the answer spells it where that is not known.
    pub network: String,
    /// The coin.
    pub coin: String,
}

/// The ways of paying that are allowed.
#[must_use]
pub fn vias(details: &Value) -> Vec<String> {
    let mut finder = Finder { vias: true, found: Vec::new() };
    finder.walk(details);
    finder.found.into_iter().map(|found| found.coin).collect()
}

/// The pairs of coin and network that are supported.
#[must_use]
pub fn pairs(details: &Value) -> Vec<Pair> {
    let mut finder = Finder { vias: false, found: Vec::new() };
    finder.walk(details);
    finder.found
}

const VIA_NAMES: &str = "payment_via paymentVia via kind name code id type";
const COIN_NAMES: &str = "coin currency symbol ticker asset token coins currencies tokens";
const NETWORK_NAMES: &str = "network protocol chain blockchain networks protocols chains";
/// What divides a list written as text, and the colon after a list's name or a coin.
const DIVIDERS: &[&str] = &[";", "\n", ": ", ",", "|", " or ", " and "];

/// Looks for both kinds in one walk: a way of paying is found as a pair without a network.
struct Finder {
    vias: bool,
    found: Vec<Pair>,
}

impl Finder {
    fn walk(&mut self, details: &Value) {
        match details {
            Value::Text(text) => match embedded(text) {
                Some(inner) => self.walk(&inner),
                None if self.vias => self.vias_of_text(text),
                None => self.pairs_of_text(text, "", DIVIDERS),
            },
            Value::List(items) => {
                if let [Value::Text(left), Value::Text(right)] = items.as_slice()
                    && !self.vias
                    && (is_coin(left) || is_coin(right))
                    && split_pair(left).is_none()
                    && split_pair(right).is_none()
                {
                    return self.push_pair(left, right);
                }
                for item in items {
                    self.walk(item);
                }
            }
            Value::Object(_) => {
                if let Some(list) = offer(details) {
                    self.walk(list);
                } else if self.vias {
                    self.vias_of_object(details);
                } else {
                    self.pairs_of_object(details);
                }
            }
            _ => {}
        }
    }

    fn vias_of_object(&mut self, object: &Value) {
        if let Some(name) = first(object, VIA_NAMES).and_then(Value::text) {
            if object.get("available").and_then(Value::bool) != Some(false) {
                self.push("", name);
            }
            return;
        }
        for (name, value) in object.members().iter().filter(|(name, _)| !is_refused(name)) {
            match value {
                Value::Bool(true) => self.push("", name),
                Value::List(_) | Value::Object(_) => self.walk(value),
                _ => {}
            }
        }
    }

    fn vias_of_text(&mut self, text: &str) {
        let name = bare(text);
        if name.bytes().all(is_word_byte) {
            return self.push("", name);
        }
        // "GATE_PAY is refused, allowed kinds: USER_WALLET": the list is what follows the colon.
        let colon = text.bytes().rposition(|byte| byte == b':');
        let list = colon.and_then(|at| text.get(at..)).unwrap_or(text);
        let prose = colon.is_none() && has_lowercase(text);
        each_word(list, &mut |word| {
            let shouted = word.len() > 2 && !has_lowercase(word) && (!prose || mentions(word, "_"));
            if shouted && table::find(word).is_none() {
                self.push("", word);
            }
        });
    }

    fn pairs_of_object(&mut self, object: &Value) {
        let (coins, networks, name) =
            (first(object, COIN_NAMES), first(object, NETWORK_NAMES), object.some("name"));
        match (coins, networks, name) {
            (Some(coins), Some(networks), _) => return self.product(coins, networks),
            // A catalogue-like `{ name: "USDC", networks: […] }` or `{ name: "Solana", coins: ["USDC"] }`.
            (None, Some(networks), Some(name)) => return self.product(name, networks),
            (Some(coins), None, Some(name)) if coins.items().iter().any(|coin| coin.text().is_some()) => {
                return self.product(coins, name);
            }
            _ => {}
        }
        for (name, value) in object.members().iter().filter(|(name, _)| !is_refused(name)) {
            let before = self.found.len();
            if !among(name, COIN_NAMES) && !among(name, NETWORK_NAMES) {
                // `{ "USDC": ["SOLANA", "MATIC"] }`, or the other way about.
                each_listed(value, &mut |other| match split_pair(other) {
                    Some((left, right)) => self.push_pair(left, right),
                    None if is_coin(name) || is_coin(other) => self.push_pair(name, other),
                    None => {}
                });
            }
            if self.found.len() == before && value.text().is_none() {
                self.walk(value);
            }
        }
    }

    fn product(&mut self, coins: &Value, networks: &Value) {
        each_listed(coins, &mut |coin| each_listed(networks, &mut |network| self.push(network, coin)));
    }

    fn pairs_of_text(&mut self, text: &str, coin: &str, dividers: &[&str]) {
        let Some((divider, finer)) = dividers.split_first() else {
            let item = bare(text);
            if !coin.is_empty() {
                self.push_pair(coin, item);
            } else if let Some((left, right)) = split_pair(item).or_else(|| split_once(item, " "))
                && (is_coin(left) || is_coin(right))
                && !mentions(right, " or ")
            {
                self.push_pair(left, right);
            }
            return;
        };
        let mut rest = text;
        let mut coin = coin;
        while let Some((part, after)) = split_once(rest, divider) {
            if *divider != ": " {
                self.pairs_of_text(part, coin, finer);
            } else if is_coin(bare(part)) {
                // "USDC: Solana, Polygon"
                coin = bare(part);
            }
            rest = after;
        }
        self.pairs_of_text(rest, coin, finer);
    }

    /// Adds two halves in whichever order makes the coin a coin: `USDC-SOL` and `SOL-USDC` are the same pair.
    fn push_pair(&mut self, left: &str, right: &str) {
        let turned = is_coin(right) && (!is_coin(left) || is_token(right) && !is_token(left));
        let (coin, network) = if turned { (right, left) } else { (left, right) };
        if !network.is_empty() {
            self.push(network, coin);
        }
    }

    fn push(&mut self, network: &str, coin: &str) {
        let (network, coin) = (network_name(text::trim(network)), text::trim(coin));
        let known = |pair: &Pair| pair.network == network && pair.coin == coin;
        if self.found.len() < MOST && !coin.is_empty() && !self.found.iter().any(known) {
            self.found.push(Pair { network: network.to_owned(), coin: coin.to_owned() });
        }
    }
}

/// The networks as payment_vias names them (observed in recorded answers), each followed by what else it is called:
/// letters and digits only.
const NETWORKS: &str = "Polygon (Matic)|POLYGON MATIC POLYGONMATIC|ETH Mainnet|ETH ETHEREUM ETHMAINNET ERC20\
    |Solana|SOL|Base||Arbitrum|ARB|Tron|TRX TRC20|Ton||Lightning|LN LIGHTNINGLIKE|Mainnet|BITCOIN BTC LITECOIN LTC";

/// A network's name in payment_vias, which is what an order takes; the name as it is where it is not known.
fn network_name(name: &str) -> &str {
    let mut letters = String::new();
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        letters.push(char::from(byte));
    }
    let mut names = text::split(NETWORKS, "|");
    while let (Some(network), Some(others)) = (names.next(), names.next()) {
        if letters.eq_ignore_ascii_case(network) || !letters.is_empty() && among_in_any_case(&letters, others)
        {
            return network;
        }
    }
    name
}

/// Calls for a text's parts, or the texts and names in a list.
fn each_listed(value: &Value, each: &mut dyn FnMut(&str)) {
    match value {
        Value::Text(text) => {
            let mut rest: &str = text;
            while let Some((part, after)) = split_once(rest, ",") {
                each(text::trim(part));
                rest = after;
            }
            each(text::trim(rest));
        }
        Value::List(items) => {
            for item in items.iter().take(MOST) {
                if let Some(name) = item.text().or_else(|| item.text_at("name")) {
                    each(text::trim(name));
                }
            }
        }
        value => {
            if let Some(name) = value.text_at("name") {
                each(name);
            }
        }
    }
}

/// Takes `USDC-MATIC`, `USDC on Solana`, `Solana:USDC` or `USDC (Solana)` apart.
fn split_pair(text: &str) -> Option<(&str, &str)> {
    for (at, byte) in text.bytes().enumerate().take(80) {
        let Some(rest) = text.get(at..) else { continue };
        let width = match byte {
            b'-' | b':' | b'/' | b'+' | b'@' | b'_' => 1,
            b' ' if rest.starts_with(" on ") => 4,
            b' ' if rest.starts_with(" (") => 2,
            _ => continue,
        };
        let (left, mut right) = (text::trim(text.get(..at)?), text::trim(rest.get(width..)?));
        if width == 2 {
            right = right.strip_suffix(')').unwrap_or(right);
        }
        if (is_coin(left) || is_coin(right)) && is_name(left) && is_name(right) {
            return Some((left, right));
        }
    }
    None
}

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| is_word_byte(byte) || matches!(byte, b' ' | b'.' | b'(' | b')' | b'-'))
}

/// The coins the API is known to sell for that may be taken for something else; what has "USD" in it is one too.
fn is_coin(text: &str) -> bool {
    is_token(text) || among_in_any_case(text, "BTC ETH LTC SOL TON TRX SUI DOGE GRAM")
}

/// A coin that is never the name of a network as well.
fn is_token(text: &str) -> bool {
    text.len() <= 8
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        && (mentions(text, "USD") || among_in_any_case(text, "DAI WLD EUROC"))
}

fn has_lowercase(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn first<'v, 'a>(object: &'v Value<'a>, names: &str) -> Option<&'v Value<'a>> {
    words(names).find_map(|name| object.some(name))
}

/// The member that holds the alternatives, when its name says so.
fn offer<'v, 'a>(object: &'v Value<'a>) -> Option<&'v Value<'a>> {
    object.members().iter().map(|(name, value)| (name, value)).find_map(|(name, value)| {
        let says_so = !is_refused(name)
            && !mentions(name, "not")
            && words("allow support combin option alternativ vias").any(|part| mentions(name, part));
        let holds = matches!(value, Value::Text(_) | Value::List(_) | Value::Object(_));
        (says_so && holds).then_some(value)
    })
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
        pairs(&json::parse(text).unwrap()).into_iter().map(|pair| pair.coin + "/" + &pair.network).collect()
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
    }

    #[test]
    fn networks_have_the_names_of_payment_vias() {
        let names: Vec<_> = text::split(NETWORKS, "|").collect();
        for row in names.chunks(2) {
            for other in [row[0]].into_iter().chain(words(row[1])).filter(|other| !other.is_empty()) {
                assert_eq!(network_name(other), row[0]);
                assert_eq!(network_name(&other.to_lowercase()), row[0]);
            }
        }
        assert_eq!(shown(r#""USDT-ERC20, USDC-ETH_MAINNET""#), ["USDT/ETH Mainnet", "USDC/ETH Mainnet"]);
        assert_eq!(
            shown(r#"[{"protocol":"LIGHTNING_LIKE","coin":"BTC"},{"protocol":"BITCOIN","coin":"BTC"}]"#),
            ["BTC/Lightning", "BTC/Mainnet"]
        );
        for other in ["Sui", "Base Sepolia", "Arbitrum Nova", "-", ""] {
            assert_eq!(network_name(other), other);
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
            r#"{"coin":"USDC"}"#,
        ] {
            assert!(shown(text).is_empty(), "{text}: {:?}", shown(text));
        }
    }

    #[test]
    fn an_endless_list_ends() {
        let many: Vec<String> = (0..5000).map(|n| n.to_string()).collect();
        let list = serde_json::json!({ "coins": many, "networks": many }).to_string();
        assert_eq!(pairs(&json::parse(&list).unwrap()).len(), MOST);
        assert_eq!(vias(&json::parse(&serde_json::json!(many).to_string()).unwrap()).len(), MOST);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), words in "[A-Z:,;\\- (){}\\[\\]\"_/é]{0,60}") {
            for text in [text, words] {
                let value = Value::Text(text.as_str().into());
                let _ = (vias(&value), pairs(&value));
            }
        }
    }
}
