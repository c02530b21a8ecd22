//! What can be set about a watch, its defaults and its bounds.

use super::backoff::Backoff;

/// How an order may be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Server-Sent Events, with polling while they do not work.
    Auto,
    /// Server-Sent Events only.
    Sse,
    /// Polling only.
    Poll,
}

/// The settings of one watch; times in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How the order may be watched.
    pub transport: Transport,
    /// The delays between attempts to connect.
    pub backoff: Backoff,
    /// The shortest time between two polls.
    pub poll_min: u64,
    /// The longest time between two polls, unless they fail.
    pub poll_max: u64,
    /// How many failed attempts to connect bring polling in.
    pub poll_after: u32,
    /// How long polling goes on before the stream is tried again; doubles up to five times this.
    pub probe: u64,
    /// How long a stream may take to open.
    pub connect_timeout: u64,
    /// How long a request may take.
    pub request_timeout: u64,
    /// How often the state is looked up beside a stream that has nothing to say; 0 for never.
    pub recheck: u64,
    /// How long a hidden page goes on reconnecting and polling.
    pub hidden_grace: u64,
    /// Whether an expired order is watched on, slowly, for a late payment.
    pub keep_expired: bool,
}

const HOUR: f64 = 3_600_000.0;

/// The settings that are numbers, in the order they come in: name, default, least, most.
pub static NUMBERS: [(&str, f64, f64, f64); 11] = [
    ("backoff.initial", 1000.0, 100.0, HOUR),
    ("backoff.max", 30_000.0, 100.0, HOUR),
    ("backoff.jitter", 1.0, 0.0, 1.0),
    ("poll.min", 5000.0, 500.0, HOUR),
    ("poll.max", 10_000.0, 500.0, HOUR),
    ("poll.after", 3.0, 1.0, 1000.0),
    ("poll.probe", 60_000.0, 1000.0, HOUR),
    ("connectTimeout", 10_000.0, 500.0, HOUR),
    ("requestTimeout", 10_000.0, 500.0, HOUR),
    ("recheck", 60_000.0, 0.0, HOUR),
    ("hiddenGrace", 30_000.0, 0.0, HOUR),
];

impl Options {
    /// Reads the settings; empty words and numbers that are NaN or missing stand for the defaults. A value
    /// that cannot work is answered with its name.
    pub fn read(transport: &str, expired: &str, numbers: &[f64]) -> Result<Options, &'static str> {
        let transport = match transport {
            "" | "auto" => Transport::Auto,
            "sse" => Transport::Sse,
            "poll" => Transport::Poll,
            _ => return Err("transport"),
        };
        let keep_expired = match expired {
            "" | "end" => false,
            "keep" => true,
            _ => return Err("expired"),
        };
        let mut values = NUMBERS.map(|(_, default, ..)| default);
        for ((value, (name, _, min, max)), given) in values.iter_mut().zip(&NUMBERS).zip(numbers) {
            if given >= min && given <= max {
                *value = *given;
            } else if !given.is_nan() {
                return Err(name);
            }
        }
        let [initial, max, jitter, poll_min, poll_max, poll_after, probe, connect, request, recheck, hidden] =
            values;
        if max < initial {
            return Err("backoff.max");
        }
        if poll_max < poll_min {
            return Err("poll.max");
        }
        Ok(Options {
            transport,
            backoff: Backoff { initial: initial as u64, max: max as u64, jitter: (jitter * 1024.0) as u32 },
            poll_min: poll_min as u64,
            poll_max: poll_max as u64,
            poll_after: poll_after as u32,
            probe: probe as u64,
            connect_timeout: connect as u64,
            request_timeout: request as u64,
            recheck: recheck as u64,
            hidden_grace: hidden as u64,
            keep_expired,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNSET: f64 = f64::NAN;

    #[test]
    fn the_defaults_are_the_reference_s() {
        let options = Options::read("", "", &[]).unwrap();
        assert_eq!((options.backoff.initial, options.backoff.max), (1000, 30_000));
        assert_eq!((options.poll_min, options.poll_max), (5000, 10_000));
        assert_eq!(options.transport, Transport::Auto);
    }

    #[test]
    fn a_value_that_cannot_work_is_named() {
        let refused = |numbers: &[f64]| Options::read("", "", numbers).err();
        assert_eq!(refused(&[99.0]), Some("backoff.initial"));
        assert_eq!(refused(&[f64::INFINITY]), Some("backoff.initial"));
        assert_eq!(refused(&[5000.0, 4000.0]), Some("backoff.max"));
        assert_eq!(refused(&[UNSET, UNSET, 1.5]), Some("backoff.jitter"));
        assert_eq!(refused(&[UNSET, UNSET, UNSET, 20_000.0]), Some("poll.max"));
        assert_eq!(Options::read("websocket", "", &[]).err(), Some("transport"));
        assert_eq!(Options::read("", "maybe", &[]).err(), Some("expired"));
    }
}
