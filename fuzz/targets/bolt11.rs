//! Any text as a Lightning invoice, and any fields behind a checksum that holds.
#![no_main]

use cryptorefills_checkout::json;
use cryptorefills_checkout::order::bolt11;
use cryptorefills_checkout::order::instructions::payment_instructions;
use cryptorefills_checkout::order::window::payment_window;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let invoice = if *first % 2 == 0 {
        let Ok(text) = std::str::from_utf8(rest) else { return };
        text.to_owned()
    } else {
        let Some(invoice) = with_checksum(rest) else { return };
        invoice
    };
    let read = bolt11::parse(&invoice);
    if let Some(invoice) = &read {
        assert!(invoice.expires_at() >= invoice.timestamp);
        if let Some(msat) = invoice.amount_msat {
            let btc = bolt11::msat_to_btc_text(msat);
            assert_eq!(bolt11::btc_text_to_msat(&btc), Some(msat).filter(|msat| *msat > 0));
            assert_eq!(invoice.asks_for(&btc), msat > 0);
        }
    }
    let mut quoted = String::new();
    json::write_text(&mut quoted, &invoice);
    let order = format!(
        r#"{{"order_id":"a","order_state":"WaitingForPayment","coin":"BTC","network":"Lightning","coin_amount":"0.0001",
            "created_at":1790000000,"payment_requested_at":1790000000,"wallet_address":{quoted}}}"#
    );
    let order = json::parse(&order).expect("an order");
    if let Some(window) = payment_window(&order, 1_790_000_100) {
        json::parse(&window.to_json()).expect("a window is JSON");
    }
    if let Some(instructions) = payment_instructions(&order, None) {
        let pays = instructions.uri.is_some();
        assert!(
            !pays || read.is_some_and(|invoice| invoice.asks_for("0.0001")),
            "a link to pay another amount"
        );
    }
});

const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The prefix before a line's end, and each byte after it as a word of data, with the checksum they need.
fn with_checksum(data: &[u8]) -> Option<String> {
    let end = data.iter().position(|byte| *byte == b'\n')?;
    let prefix = std::str::from_utf8(&data[..end]).ok()?;
    if !prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return None;
    }
    let words: Vec<u8> = data[end + 1..].iter().map(|byte| byte % 32).collect();
    let mut check = 1u32;
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 31);
    for word in high.chain([0]).chain(low).chain(words.iter().copied()).chain([0; 6]) {
        let top = check >> 25;
        check = (check & 0x1ff_ffff) << 5 ^ u32::from(word);
        for (bit, generator) in
            [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3].into_iter().enumerate()
        {
            if top >> bit & 1 == 1 {
                check ^= generator;
            }
        }
    }
    check ^= 1;
    let checksum = (0..6).map(|at| (check >> (5 * (5 - at)) & 31) as u8);
    let letters = words.iter().copied().chain(checksum).map(|word| char::from(LETTERS[usize::from(word)]));
    Some(format!("{prefix}1{}", letters.collect::<String>()))
}
