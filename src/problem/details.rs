//! The alternatives an answer offers in its `moreDetails`: allowed ways of paying, pairs of coin and network.
//!
//! The reference promises them and says nothing of their shape, so every shape met is read: prose,
//! comma lists, arrays of strings or objects, objects of lists, and any of these as JSON inside a text.

use crate::json::{self, Value};
use crate::text;

use super::table;

/// More alternatives than a person could choose from are no help.
const MOST: usize = 200;

/// A coin and the network it can be paid over, spelled as the answer spells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The network, or the name of its protocol.
    pub network: String,
    /// The coin.
    pub coin: String,
}

/// The ways of paying that are allowed.
#[must_use]
pub fn vias(details: &Value) -> Vec<String> {
    let mut found = Vec::new();
    read_vias(details, &mut found);
    found
}

/// The pairs of coin and network that are supported.
#[must_use]
pub fn pairs(details: &Value) -> Vec<Pair> {
    let mut found = Vec::new();
    read_pairs(details, &mut found);
    found
}

fn read_vias(details: &Value, found: &mut Vec<String>) {
    match details {
        Value::Text(text) => match embedded(text) {
            Some(inner) => read_vias(&inner, found),
            None => vias_of_text(text, found),
        },
        Value::List(items) => items.iter().for_each(|item| read_vias(item, found)),
        Value::Object(members) => {
            if let Some(list) = offer(details) {
                read_vias(list, found);
            } else if let Some(name) = VIA_NAMES.iter().find_map(|name| details.text_at(name)) {
                if details.get("available").and_then(Value::bool) != Some(false) {
                    push(found, name.trim());
                }
            } else {
                for (name, value) in members.iter().filter(|(name, _)| !is_refused(name)) {
                    match value {
                        Value::Bool(true) => push(found, name),
                        Value::List(_) | Value::Object(_) => read_vias(value, found),
                        _ => {}
                    }
                }
            }
        }
        _ => {}
    }
}

const VIA_NAMES: &[&str] = &["payment_via", "paymentVia", "via", "kind", "name", "code", "id", "type"];

fn vias_of_text(text: &str, found: &mut Vec<String>) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let text = text.trim();
    if !text.is_empty() && text.chars().all(is_name) {
        return push(found, text);
    }
    // "GATE_PAY is refused, allowed kinds: USER_WALLET": the list is what follows the colon.
    let list = text.rsplit(':').next().unwrap_or(text);
    let prose = !text::has(text, b':') && text.bytes().any(|byte| byte.is_ascii_lowercase());
    for word in list.split(|c| !is_name(c)) {
        let shouted = word.len() > 2 && !word.bytes().any(|byte| byte.is_ascii_lowercase());
        if shouted && (!prose || text::has(word, b'_')) && table::find(word).is_none() {
            push(found, word);
        }
    }
}

fn push(found: &mut Vec<String>, name: &str) {
    if !name.is_empty() && found.len() < MOST && found.iter().all(|known| known != name) {
        found.push(name.to_owned());
    }
}

fn read_pairs(details: &Value, found: &mut Vec<Pair>) {
    match details {
        Value::Text(text) => match embedded(text) {
            Some(inner) => read_pairs(&inner, found),
            None => pairs_of_text(text, found),
        },
        Value::List(items) => {
            if let [Value::Text(left), Value::Text(right)] = items.as_slice()
                && (is_coin(left) || is_coin(right))
                && split_pair(left).is_none()
                && split_pair(right).is_none()
            {
                return push_pair(found, left, right);
            }
            items.iter().for_each(|item| read_pairs(item, found));
        }
        Value::Object(members) => {
            if let Some(list) = offer(details) {
                return read_pairs(list, found);
            }
            let coins = names(details, COIN_NAMES);
            let mut networks = names(details, NETWORK_NAMES);
            // A catalogue-like `{ name: "USDC", networks: […] }` or `{ name: "Solana", coins: […] }`.
            let own = names(details, &["name"]);
            let coins = if coins.is_empty() && !networks.is_empty() {
                own
            } else {
                if networks.is_empty() {
                    networks = own;
                }
                coins
            };
            if !coins.is_empty() && !networks.is_empty() {
                for coin in &coins {
                    networks.iter().for_each(|network| push_exact(found, network, coin));
                }
                return;
            }
            for (name, value) in members.iter().filter(|(name, _)| !is_refused(name)) {
                let named = !COIN_NAMES.contains(&name.as_ref()) && !NETWORK_NAMES.contains(&name.as_ref());
                match value {
                    Value::Text(text) if split_pair(text).is_some() => pairs_of_text(text, found),
                    // `{ "USDC": ["SOLANA", "MATIC"] }`, or the other way about.
                    Value::Text(_) | Value::List(_) if named && !listed(value).is_empty() => {
                        for other in listed(value) {
                            match split_pair(&other) {
                                Some((left, right)) => push_pair(found, left, right),
                                None if is_coin(name) || is_coin(&other) => push_pair(found, name, &other),
                                None => {}
                            }
                        }
                    }
                    Value::List(_) | Value::Object(_) => read_pairs(value, found),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

const COIN_NAMES: &[&str] =
    &["coin", "currency", "symbol", "ticker", "asset", "token", "coins", "currencies", "tokens"];
const NETWORK_NAMES: &[&str] =
    &["network", "protocol", "chain", "blockchain", "networks", "protocols", "chains"];

/// The texts under the first of these names that has any.
fn names(object: &Value, keys: &[&str]) -> Vec<String> {
    keys.iter()
        .filter_map(|key| object.some(key))
        .map(listed)
        .find(|texts| !texts.is_empty())
        .unwrap_or_default()
}

/// A text, or a list of texts or of named things, as texts.
fn listed(value: &Value) -> Vec<String> {
    let one =
        |value: &Value| value.text().or_else(|| value.text_at("name")).map(|text| text.trim().to_owned());
    match value {
        Value::List(items) => {
            // An inner list would make it two things at once; that is for the walk to take apart.
            let nested =
                |item: &Value| item.members().iter().any(|(_, value)| matches!(value, Value::List(_)));
            if items.iter().any(nested) {
                Vec::new()
            } else {
                items.iter().take(MOST).filter_map(one).collect()
            }
        }
        Value::Text(text) => text.split([',', ';']).map(|text| text.trim().to_owned()).take(MOST).collect(),
        value => one(value).into_iter().collect(),
    }
}

fn pairs_of_text(text: &str, found: &mut Vec<Pair>) {
    for line in text.split([';', '\n']) {
        let (head, list) = text::split_once(line, ": ").unwrap_or(("", line));
        for item in list
            .split([',', '|'])
            .flat_map(|item| text::split(item, " or "))
            .flat_map(|item| text::split(item, " and "))
        {
            let item = item.trim().trim_matches(['.', '"', '\'', '[', ']']);
            let spaced =
                || item.split_once(' ').filter(|(left, right)| is_coin(left) && !text::has(right, b' '));
            match split_pair(item).or_else(spaced) {
                // "USDC: Solana, Polygon"
                _ if is_coin(head.trim()) && !item.is_empty() => push_pair(found, head.trim(), item),
                Some((left, right)) => push_pair(found, left, right),
                None => {}
            }
        }
    }
}

/// Takes `USDC-MATIC`, `USDC on Solana`, `Solana:USDC` or `USDC (Solana)` apart.
fn split_pair(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let (left, right) = [" on ", " over ", "-", ":", "/", "+", "@", "_"]
        .iter()
        .find_map(|separator| text::split_once(text, separator))
        .or_else(|| text::split_once(text.strip_suffix(')')?, " ("))?;
    let (left, right) = (left.trim(), right.trim());
    let fits = |half: &str| {
        !half.is_empty()
            && half.len() <= 40
            && half
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '(' | ')' | '_' | '-'))
    };
    ((is_coin(left) || is_coin(right)) && fits(left) && fits(right)).then_some((left, right))
}

/// The coins the API is known to sell for; whatever has "USD" in it is one too.
const COINS: &str = " BTC ETH LTC SOL TON TRX SUI DAI WLD DOGE EUROC GRAM ";

fn is_coin(text: &str) -> bool {
    is_token(text)
        || text.len() < 6
            && !text::has(text, b' ')
            && COINS.split(' ').any(|coin| !coin.is_empty() && coin.eq_ignore_ascii_case(text))
}

/// A coin that is never the name of a network as well.
fn is_token(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    text.len() <= 8
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        && (text::contains(&upper, "USD") || matches!(upper.as_str(), "DAI" | "WLD" | "EUROC"))
}

/// Adds two halves in whichever order makes the coin a coin: `USDC-SOL` and `SOL-USDC` are the same pair.
fn push_pair(found: &mut Vec<Pair>, left: &str, right: &str) {
    let turned = is_coin(right) && (!is_coin(left) || is_token(right) && !is_token(left));
    if turned { push_exact(found, left, right) } else { push_exact(found, right, left) }
}

fn push_exact(found: &mut Vec<Pair>, network: &str, coin: &str) {
    let known = |pair: &Pair| pair.network == network && pair.coin == coin;
    if found.len() < MOST && !network.is_empty() && !coin.is_empty() && !found.iter().any(known) {
        found.push(Pair { network: network.to_owned(), coin: coin.to_owned() });
    }
}

/// The member that holds the alternatives, when its name says so.
fn offer<'v, 'a>(object: &'v Value<'a>) -> Option<&'v Value<'a>> {
    let says_so = |name: &str| {
        let name = name.to_ascii_lowercase();
        !name.starts_with("un")
            && !text::contains(&name, "not")
            && ["allow", "support", "combin", "option", "alternativ", "vias"]
                .iter()
                .any(|part| text::contains(&name, part))
    };
    let holds = |value: &Value| matches!(value, Value::Text(_) | Value::List(_) | Value::Object(_));
    object.members().iter().find(|(name, value)| says_so(name) && holds(value)).map(|(_, value)| value)
}

/// A member that repeats what was asked for, or says why in prose.
fn is_refused(name: &str) -> bool {
    ["select", "request", "current", "given", "chosen", "provided", "reason", "message", "un", "not"]
        .iter()
        .any(|part| name.get(..part.len()).is_some_and(|start| start.eq_ignore_ascii_case(part)))
}

/// The JSON that a text holds, possibly among other words.
pub(super) fn embedded(text: &str) -> Option<Value<'_>> {
    let start = text.find(['{', '['])?;
    let end = text.rfind(['}', ']'])?;
    json::parse(text.get(start..=end)?)
        .ok()
        .filter(|value| !matches!(value, Value::List(items) if items.is_empty()))
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
            assert_eq!(shown(text), ["USDC/MATIC", "USDC/SOLANA"], "{text}");
        }
    }

    #[test]
    fn a_coin_that_is_also_a_network_stays_on_its_side() {
        assert_eq!(
            shown(r#""USDC-SOL, SOL-USDC, USDT-TON, BTC-LIGHTNING, ETH-ETH""#),
            ["USDC/SOL", "USDT/TON", "BTC/LIGHTNING", "ETH/ETH"]
        );
        assert_eq!(
            shown(r#""USDC.e-Polygon (Matic), BTC Lightning, USDC (Polygon (Matic))""#),
            ["USDC.e/Polygon (Matic)", "BTC/Lightning", "USDC/Polygon (Matic)"]
        );
        assert_eq!(shown(r#"{"ETH":["ETH Mainnet","Base"]}"#), ["ETH/ETH Mainnet", "ETH/Base"]);
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
