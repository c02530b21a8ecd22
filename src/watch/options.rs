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

impl Options {
    /// Reads the settings, numbers by name; a value that cannot work is answered with its name.
    pub fn read(
        transport: Option<&str>,
        expired: Option<&str>,
        mut number: impl FnMut(&'static str) -> Option<f64>,
    ) -> Result<Options, &'static str> {
        let mut bounded = |name, default: f64, min: f64, max: f64| match number(name).unwrap_or(default) {
            value if value >= min && value <= max => Ok(value),
            _ => Err(name),
        };
        let options = Options {
            transport: match transport {
                None | Some("auto") => Transport::Auto,
                Some("sse") => Transport::Sse,
                Some("poll") => Transport::Poll,
                Some(_) => return Err("transport"),
            },
            backoff: Backoff {
                initial: bounded("backoff.initial", 1000.0, 100.0, HOUR)? as u64,
                max: bounded("backoff.max", 30_000.0, 100.0, HOUR)? as u64,
                jitter: (bounded("backoff.jitter", 1.0, 0.0, 1.0)? * 1024.0) as u32,
            },
            poll_min: bounded("poll.min", 5000.0, 500.0, HOUR)? as u64,
            poll_max: bounded("poll.max", 10_000.0, 500.0, HOUR)? as u64,
            poll_after: bounded("poll.after", 3.0, 1.0, 1000.0)? as u32,
            probe: bounded("poll.probe", 60_000.0, 1000.0, HOUR)? as u64,
            connect_timeout: bounded("connectTimeout", 10_000.0, 500.0, HOUR)? as u64,
            request_timeout: bounded("requestTimeout", 10_000.0, 500.0, HOUR)? as u64,
            recheck: bounded("recheck", 60_000.0, 0.0, HOUR)? as u64,
            hidden_grace: bounded("hiddenGrace", 30_000.0, 0.0, HOUR)? as u64,
            keep_expired: match expired {
                None | Some("end") => false,
                Some("keep") => true,
                Some(_) => return Err("expired"),
            },
        };
        if options.backoff.max < options.backoff.initial {
            return Err("backoff.max");
        }
        if options.poll_max < options.poll_min {
            return Err("poll.max");
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, f64)]) -> Result<Options, &'static str> {
        Options::read(None, None, |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value))
    }

    #[test]
    fn the_defaults_are_the_reference_s() {
        let options = with(&[]).unwrap();
        assert_eq!((options.backoff.initial, options.backoff.max), (1000, 30_000));
        assert_eq!((options.poll_min, options.poll_max), (5000, 10_000));
        assert_eq!(options.transport, Transport::Auto);
    }

    #[test]
    fn a_value_that_cannot_work_is_named() {
        assert_eq!(with(&[("backoff.jitter", 1.5)]).err(), Some("backoff.jitter"));
        assert_eq!(with(&[("backoff.initial", f64::NAN)]).err(), Some("backoff.initial"));
        assert_eq!(with(&[("backoff.initial", 5000.0), ("backoff.max", 4000.0)]).err(), Some("backoff.max"));
        assert_eq!(with(&[("poll.min", 20_000.0)]).err(), Some("poll.max"));
        assert_eq!(with(&[("hiddenGrace", -1.0)]).err(), Some("hiddenGrace"));
        assert_eq!(Options::read(Some("websocket"), None, |_| None).err(), Some("transport"));
        assert_eq!(Options::read(None, Some("maybe"), |_| None).err(), Some("expired"));
    }
}
