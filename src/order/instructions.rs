//! How to pay an order: address, exact amount, and a wallet link, all from facts in the answers.
//!
//! Source: the API reference, section 8 (`wallet_address`, `coin_amount`); contracts, decimals and chain ids
//! observed in recorded answers of payment_vias. `qr_text` is not used: for some coins it is a bare address.

use super::bolt11;
use super::payment_uri::{PaymentFacts, payment_uri};
use super::state;
use crate::decimal;
use crate::json::{Value, Writer};
use crate::schema::{Issues, refuse, write_issues};
use crate::text;

/// How to pay an order.
#[derive(Debug, PartialEq, Eq)]
pub struct PaymentInstructions<'v> {
    /// A chain address, or a BOLT11 invoice.
    pub address: &'v str,
    /// Decimal text in whole coins, the digits as sent: the whole order's.
    pub amount: &'v str,
    /// What of it is still to be paid, once a part has arrived.
    pub remaining: Option<String>,
    /// Ticker.
    pub coin: &'v str,
    /// Network, as payment_vias names it.
    pub network: Option<&'v str>,
    /// A link a wallet opens, for what is still to be paid; `None` rather than a guess.
    pub uri: Option<String>,
    /// Reasons not to pay: an order that waits for no payment, an invoice that cannot be read or asks for another
    /// amount.
    pub issues: Issues,
}

/// How to pay an order in normal form. `vias` is the answer of payment_vias in normal form, for contracts and
/// chain ids. `None` where the order has no address, amount or coin.
pub fn payment_instructions<'v>(
    order: &'v Value,
    vias: Option<&'v Value>,
) -> Option<PaymentInstructions<'v>> {
    let address = order.text_at("wallet_address").map(bolt11::bare).filter(|address| !address.is_empty())?;
    let amount = order.text_at("coin_amount")?;
    let coin = order.text_at("coin")?;
    let mut network = order.text_at("network");
    let mut issues = Vec::new();
    let stage = order.text_at("order_state").map_or(state::UNKNOWN_STAGE, state::stage);
    if !text::among(stage, "awaiting_payment underpaid unknown") {
        refuse(
            &mut issues,
            "/order_state",
            "NOT_PAYABLE",
            "This order does not wait for a payment: do not pay it, or not again",
        );
    }
    if is_invoice(address, network) {
        match bolt11::parse(address) {
            None => refuse(
                &mut issues,
                "/wallet_address",
                "INVOICE_UNREADABLE",
                "This Lightning invoice cannot be read: do not pay it, ask the order again",
            ),
            Some(invoice) if !invoice.asks_for(amount) => refuse(
                &mut issues,
                "/wallet_address",
                "INVOICE_AMOUNT",
                "This Lightning invoice asks for another amount than the order: do not pay it",
            ),
            // A good invoice is proof enough of its network.
            Some(_) => network = network.or(Some("Lightning")),
        }
    }
    let sent = order.get("sent_coin_amount").and_then(Value::text_or_digits);
    let remaining =
        sent.filter(|sent| decimal::is_positive(sent)).and_then(|sent| decimal::rest(amount, sent));
    // Elsewhere than in the shopper's own wallet it is not an address that is paid.
    let is_wallet = order.get("is_payment_processor_external").and_then(Value::bool) != Some(true)
        && order.text_at("payment_via").is_none_or(|via| via == "USER_WALLET");
    // Where a part has arrived and nobody says how much, the whole is too much and the rest a guess: none is no amount.
    let whole = if stage == "underpaid" { "" } else { amount };
    let due = remaining.as_deref().unwrap_or(whole);
    let uri = network
        .filter(|_| issues.is_empty() && is_wallet)
        .and_then(|network| wallet_uri(order, vias, network, address, due, coin));
    Some(PaymentInstructions { address, amount, remaining, coin, network, uri, issues })
}

fn is_invoice(address: &str, network: Option<&str>) -> bool {
    network.is_some_and(|network| network.eq_ignore_ascii_case("lightning"))
        || text::begins(address.as_bytes(), "lnbc")
}

fn wallet_uri(
    order: &Value,
    vias: Option<&Value>,
    network: &str,
    address: &str,
    amount: &str,
    coin: &str,
) -> Option<String> {
    let nothing = Value::Null;
    let listed = vias
        .and_then(|vias| find_network(vias, order.text_at("payment_via"), coin, network))
        .unwrap_or(&nothing);
    let contract = listed.get("smart_contract").unwrap_or(&nothing);
    payment_uri(&PaymentFacts {
        coin,
        network,
        address,
        amount,
        chain_id: listed.get("chain_id").and_then(Value::text_or_digits),
        base_token: listed.text_at("base_token"),
        contract: contract.text_at("address"),
        decimals: contract
            .get("decimals")
            .and_then(Value::text_or_digits)
            .and_then(text::number)
            .and_then(|decimals| decimals.try_into().ok()),
        engine: contract.text_at("engine").or(listed.text_at("smart_contract_engine")),
    })
}

fn find_network<'v>(
    vias: &'v Value<'v>,
    via: Option<&str>,
    coin: &str,
    network: &str,
) -> Option<&'v Value<'v>> {
    let named = |value: &Value, name: &str| value.text_at("name") == Some(name);
    for row in vias.items() {
        if via.is_none_or(|via| named(row, via)) {
            for row in row.items_at("currencies") {
                if named(row, coin) {
                    let found = row.items_at("networks").iter().find(|row| named(row, network));
                    if found.is_some() {
                        return found;
                    }
                }
            }
        }
    }
    None
}

impl PaymentInstructions<'_> {
    /// `{address, amount, remaining?, coin, network?, uri, issues}`.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let mut instructions = Writer::new(&mut out);
        instructions.text("address", self.address);
        instructions.text("amount", self.amount);
        instructions.text_if("remaining", self.remaining.as_deref());
        instructions.text("coin", self.coin);
        instructions.text_if("network", self.network);
        match &self.uri {
            Some(uri) => instructions.text("uri", uri),
            None => instructions.raw("uri", "null"),
        }
        write_issues(instructions.name("issues"), &self.issues);
        instructions.end();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    const VIAS: &str = r#"[{"name":"USER_WALLET","currencies":[{"name":"USDC","networks":[
        {"name":"Solana","base_token":"SOL","smart_contract_engine":"SVM",
         "smart_contract":{"engine":"SVM","address":"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v","decimals":6,"symbol":"USDC"}}]}]}]"#;

    #[test]
    fn a_token_s_link_needs_its_mint() {
        let order = parse(r#"{"wallet_address":"7fUAJdStEuGbc3sM84cKRL6yYaaSstyLSU4ve5oovLS7","coin":"USDC","network":"Solana","coin_amount":"20.63","payment_via":"USER_WALLET"}"#).unwrap();
        let vias = parse(VIAS).unwrap();
        let known = payment_instructions(&order, Some(&vias)).unwrap();
        let uri = known.uri.unwrap();
        assert!(
            uri.starts_with(
                "solana:7fUAJdStEuGbc3sM84cKRL6yYaaSstyLSU4ve5oovLS7?amount=20.63&spl-token=EPjF"
            ),
            "{uri}"
        );
        assert_eq!(payment_instructions(&order, None).unwrap().uri, None, "no mint, no guess");
    }

    #[test]
    fn nobody_is_asked_to_pay_twice_or_too_late() {
        let pay = |state: &str, sent: &str| {
            let order = format!(
                r#"{{"order_state":"{state}","sent_coin_amount":"{sent}","wallet_address":"mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN","coin":"SOL","network":"Solana","coin_amount":"0.4"}}"#
            );
            let order = parse(&order).unwrap();
            let pay = payment_instructions(&order, None).unwrap();
            (pay.uri.is_some(), pay.issues.len())
        };
        for state in ["Created", "WaitingForPayment", "SomethingNew"] {
            assert_eq!(pay(state, "0"), (true, 0), "{state}");
        }
        assert_eq!(pay("PartialPaymentStarted", "0.4"), (false, 0), "all of it is there already");
        for state in
            ["PaymentStarted", "PaymentReceived", "WaitingForManualAction", "Done", "Expired", "Refunded"]
        {
            assert_eq!(pay(state, "0"), (false, 1), "{state}");
        }
    }

    #[test]
    fn who_has_paid_a_part_is_asked_for_the_rest() {
        let pay_in = |state: &str, sent: &str| {
            let order = format!(
                r#"{{"order_state":"{state}","sent_coin_amount":{sent},"wallet_address":"mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN","coin":"SOL","network":"Solana","coin_amount":"0.40"}}"#
            );
            let order = parse(&order).unwrap();
            let pay = payment_instructions(&order, None).unwrap();
            assert_eq!((pay.amount, pay.issues.len()), ("0.40", 0));
            (pay.remaining, pay.uri.map(|uri| uri.rsplit_once('=').unwrap().1.to_owned()))
        };
        let pay = |sent: &str| pay_in("PartialPaymentStarted", sent);
        let told = |text: &str| Some(text.to_owned());
        assert_eq!(pay(r#""0.1""#), (told("0.3"), told("0.3")));
        assert_eq!(pay("0.399999999"), (told("0.000000001"), told("0.000000001")));
        for nothing in [r#""0""#, "null"] {
            assert_eq!(pay_in("WaitingForPayment", nothing), (None, told("0.4")), "{nothing}");
            assert_eq!(pay(nothing), (None, None), "a part has arrived, nobody says how much: {nothing}");
        }
        for all in [r#""0.4""#, r#""5""#] {
            assert_eq!(pay(all), (told("0"), None), "{all}");
        }
    }

    // The second example of BOLT 11, for 0.0025 BTC.
    const INVOICE: &str = "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp";

    #[test]
    fn an_invoice_is_one_without_its_scheme_and_without_a_network() {
        for (address, network) in [
            (INVOICE.to_owned(), ""),
            (format!("lightning:{INVOICE}"), ""),
            (format!("LIGHTNING:{INVOICE}"), r#""network":"Lightning","#),
        ] {
            let order = format!(
                r#"{{{network}"wallet_address":"{address}","coin":"BTC","coin_amount":"0.0025","created_at":1496314658}}"#
            );
            let order = parse(&order).unwrap();
            let pay = payment_instructions(&order, None).unwrap();
            assert_eq!((pay.address, pay.network), (INVOICE, Some("Lightning")), "{address}");
            assert_eq!(pay.uri.unwrap(), format!("lightning:{INVOICE}"));
            assert_eq!(crate::order::window::payment_window(&order, 0).unwrap().source, "invoice");
        }
        let part = format!(
            r#"{{"wallet_address":"{INVOICE}","coin":"BTC","coin_amount":"0.0025","sent_coin_amount":"0.001"}}"#
        );
        let order = parse(&part).unwrap();
        let pay = payment_instructions(&order, None).unwrap();
        assert_eq!(
            (pay.remaining.as_deref(), pay.uri),
            (Some("0.0015"), None),
            "an invoice asks for the whole"
        );
    }

    #[test]
    fn what_is_paid_elsewhere_has_no_link_for_a_wallet() {
        for (elsewhere, has_link) in [
            (r#""payment_via":"USER_WALLET","is_payment_processor_external":false"#, true),
            (r#""payment_via":"USER_WALLET","is_payment_processor_external":true"#, false),
            (r#""payment_via":"GATE_PAY","is_payment_processor_external":true"#, false),
            (r#""payment_via":"GATE_PAY""#, false),
        ] {
            let order = format!(
                r#"{{{elsewhere},"wallet_address":"mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN","coin":"SOL","network":"Solana","coin_amount":"0.4"}}"#
            );
            let order = parse(&order).unwrap();
            assert_eq!(payment_instructions(&order, None).unwrap().uri.is_some(), has_link, "{elsewhere}");
        }
    }

    #[test]
    fn an_order_without_an_address_cannot_be_paid() {
        let order = parse(r#"{"coin":"USDC","coin_amount":"1"}"#).unwrap();
        assert_eq!(payment_instructions(&order, None), None);
    }

    #[test]
    fn an_unreadable_invoice_is_an_issue_and_no_link() {
        let order = parse(r#"{"wallet_address":"lnbc410250n1pexample","coin":"BTC","network":"Lightning","coin_amount":"0.00041025"}"#).unwrap();
        let instructions = payment_instructions(&order, None).unwrap();
        assert_eq!(instructions.uri, None);
        assert_eq!(instructions.issues.len(), 1);
    }
}
