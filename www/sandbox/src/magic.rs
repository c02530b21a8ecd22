//! The magic inputs: what the local part of an e-mail address makes an order and the API do. One table; the help,
//! the listings and the documentation are written from it.

use crate::{
    faults::{Endpoint, Fault, Times},
    stream::{Cut, Form, Manner, Repeat, Stop},
};

/// How an order goes on after it was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scenario {
    #[default]
    Delivered,
    Held,
    Skipping,
    Expired,
    Late,
    LateThenRefunded,
    PaymentFailed,
    SetupFailed,
    Underpaid,
    UnderpaidThenExpired,
    Overpaid,
    ManualThenDone,
    ManualThenRefunded,
    PartlyDelivered,
    PartlyRefunded,
    Canceled,
    Unheard,
}

/// What the words of one address add up to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Magic {
    pub problems: Vec<String>,
    pub scenario: Scenario,
    pub stream: Manner,
    faults: Vec<(Endpoint, Fault, Times)>,
}

/// One word, and what it does.
pub struct Input {
    pub word: &'static str,
    pub does: &'static str,
    apply: fn(&mut Magic),
}

const fn input(word: &'static str, does: &'static str, apply: fn(&mut Magic)) -> Input {
    Input { word, does, apply }
}

/// The paths an order can take.
pub const PATHS: &[Input] = &[
    input("paid", "paid in full, then delivered; so is an order of any other address", |m| {
        m.scenario = Scenario::Delivered;
    }),
    input("hold", "waits for its payment until it is paid or moved by hand", |m| m.scenario = Scenario::Held),
    input("skip", "goes from waiting for payment straight to delivery, as Lightning orders do", |m| {
        m.scenario = Scenario::Skipping;
    }),
    input("underpay", "a part is paid, then the rest; delivered", |m| m.scenario = Scenario::Underpaid),
    input("short", "a part is paid, and never the rest; expires", |m| {
        m.scenario = Scenario::UnderpaidThenExpired;
    }),
    input("overpay", "more is paid than is due; delivered", |m| m.scenario = Scenario::Overpaid),
    input("expire", "nobody pays within the payment window", |m| m.scenario = Scenario::Expired),
    input("late", "expires; the money comes after that, and the order is delivered all the same", |m| {
        m.scenario = Scenario::Late;
    }),
    input("laterefund", "expires; the money comes after that, and staff refund it", |m| {
        m.scenario = Scenario::LateThenRefunded;
    }),
    input("fail", "the payment fails", |m| m.scenario = Scenario::PaymentFailed),
    input("setupfail", "no payment address can be made", |m| m.scenario = Scenario::SetupFailed),
    input("manual", "waits for staff after the payment, then delivered", |m| {
        m.scenario = Scenario::ManualThenDone;
    }),
    input("refund", "waits for staff after the payment, then refunded", |m| {
        m.scenario = Scenario::ManualThenRefunded;
    }),
    input("partial", "all items but the last are delivered; the last comes after staff looked at it", |m| {
        m.scenario = Scenario::PartlyDelivered;
    }),
    input("partialrefund", "all items but the last are delivered; the last is refunded", |m| {
        m.scenario = Scenario::PartlyRefunded;
    }),
    input("cancel", "ends as Canceled, which only some descriptions of the API know", |m| {
        m.scenario = Scenario::Canceled;
    }),
    input("newstate", "passes through a state that nobody has heard of", |m| m.scenario = Scenario::Unheard),
];

/// The ways an order's stream can misbehave, besides the faults.
pub const STREAMS: &[Input] = &[
    input("drop", "is cut once, when the payment starts", |m| m.stream.cut = Cut::OnceAtPayment),
    input("cut-N", "is cut after N events, every time", |_| {}),
    input("mute", "opens and says nothing, not even a comment", |m| m.stream.mute = true),
    input("quiet", "says what it has to, and no comments in between", |m| m.stream.quiet = true),
    input("nostream", "is refused with 503", |m| {
        m.faults.push((Endpoint::Stream, Fault::Status(503), Times::Always))
    }),
    input("duplicates", "every message comes twice", |m| m.stream.repeat = Repeat::Same),
    input("old", "after every message the one before comes again", |m| m.stream.repeat = Repeat::Older),
    input("nostop", "stays open after the end, without `stop`", |m| m.stream.stop = Stop::Never),
    input("closes", "ends after the last message, without `stop`", |m| m.stream.stop = Stop::Ends),
    input("emptystop", "`stop` comes without data, which browsers do not report", |m| {
        m.stream.stop = Stop::Empty
    }),
    input("ids", "messages have ids, and `retry: 100`; Last-Event-ID resumes", |m| m.stream.ids = true),
    input("crlf", "lines end with CR LF", |m| m.stream.form = Some(Form::RETURNS)),
    input("cr", "lines end with CR", |m| m.stream.form = Some(Form::CR)),
    input("bom", "starts with a byte order mark", |m| m.stream.form = Some(Form::MARKED)),
    input("multiline", "a message has many data lines", |m| m.stream.form = Some(Form::MANY_LINES)),
    input("split", "a message comes in two packets, split within a letter of several bytes", |m| {
        m.stream.form = Some(Form::SPLIT);
    }),
    input(
        "garbage",
        "before every message comes text that is no JSON, JSON that is no order, an unknown event",
        |m| {
            m.stream.garbage = true;
        },
    ),
    input("otherorder", "before every message comes one about another order", |m| m.stream.other = true),
    input("errorevent", "before every message comes `event: error`", |m| m.stream.error = true),
    input(
        "tick",
        "the newest message again every second, on all such streams at once, each after a comment that says when: `: sent MICROSECONDS`",
        |m| {
            m.stream.ticking = true;
        },
    ),
];

impl Magic {
    pub fn of(email: &str) -> Self {
        let local = email.rsplit_once('@').map_or(email, |(local, _)| local).to_ascii_lowercase();
        let mut words = local.split('+');
        let mut magic = Self::default();
        let first = words.next().unwrap_or_default();
        if first == "problem" {
            magic.problems = words.filter_map(code).collect();
        } else if magic.take(first) {
            // A tag after an ordinary name is the buyer's own.
            for word in words {
                magic.take(word);
            }
        }
        magic
    }

    /// The fault that the address asks for at this endpoint.
    pub fn fault(&self, at: Endpoint) -> Option<(Fault, Times)> {
        self.faults.iter().find(|(endpoint, ..)| *endpoint == at).map(|(_, fault, times)| (*fault, *times))
    }

    fn take(&mut self, word: &str) -> bool {
        if let Some(input) = PATHS.iter().chain(STREAMS).find(|input| input.word == word) {
            (input.apply)(self);
            return true;
        }
        if let Some(count) = word.strip_prefix("cut-").and_then(|text| text.parse().ok()) {
            self.stream.cut = Cut::After(count);
            return true;
        }
        let Some((endpoint, fault)) = word.split_once('-') else { return false };
        let (fault, times) =
            fault.strip_suffix("-once").map_or((fault, Times::Always), |fault| (fault, Times::Once));
        let (Some(endpoint), Some(fault)) = (Endpoint::of_order(endpoint), Fault::named(fault)) else {
            return false;
        };
        self.faults.push((endpoint, fault, times));
        true
    }
}

fn code(word: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!word.is_empty() && word.chars().all(plain)).then(|| word.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_local_part_in_any_case() {
        assert_eq!(Magic::of("Expire@Example.com").scenario, Scenario::Expired);
        assert_eq!(Magic::of("drop+2@example.com").stream.cut, Cut::OnceAtPayment);
        assert_eq!(Magic::of("cut-3@example.com").stream.cut, Cut::After(3));
        assert_eq!(
            Magic::of("problem+out_of_stock+KYC_MISSING@x.y").problems,
            ["OUT_OF_STOCK", "KYC_MISSING"]
        );
        for plain in [
            "problems@example.com",
            "not an address",
            "buyer+drop@example.com",
            "create-nonsense@x.y",
            "cut-x@x.y",
        ] {
            assert_eq!(Magic::of(plain), Magic::default(), "{plain}");
        }
    }

    #[test]
    fn words_add_up() {
        let magic = Magic::of("refund+ids+create-503-once+stream-html@example.com");
        assert_eq!(magic.scenario, Scenario::ManualThenRefunded);
        assert!(magic.stream.ids);
        assert_eq!(magic.fault(Endpoint::Create), Some((Fault::Status(503), Times::Once)));
        assert_eq!(magic.fault(Endpoint::Stream), Some((Fault::Html, Times::Always)));
        assert_eq!(magic.fault(Endpoint::Order), None);
    }

    #[test]
    fn every_word_is_read_and_no_two_are_the_same() {
        let mut words: Vec<_> = PATHS.iter().chain(STREAMS).map(|input| input.word).collect();
        for word in &words {
            assert!(Magic::default().take(&word.replace('N', "1")), "{word}");
        }
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
