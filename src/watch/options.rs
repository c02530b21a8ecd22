//! What can be set about a watch: numbers, in one order here and in `npm/src/watch.js`, which has their names,
//! defaults and bounds.

/// How many settings there are.
pub const COUNT: usize = 17;

/// One setting; times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The first delay between attempts to connect.
    BackoffInitial,
    /// The longest.
    BackoffMax,
    /// How much of the half of a delay is left to chance, in 1024ths. 1024 is "equal jitter".
    BackoffJitter,
    /// The shortest time between two polls.
    PollMin,
    /// The longest time between two polls, unless they fail.
    PollMax,
    /// How many failed attempts to connect bring polling in.
    PollAfter,
    /// How long polling goes on before the stream is tried again; doubles up to five times this.
    PollProbe,
    /// How many times as far apart polls are while nothing but confirmations is awaited, in 1024ths.
    PollConfirming,
    /// How long a stream may take to open.
    ConnectTimeout,
    /// How long a request may take.
    RequestTimeout,
    /// How often the state is looked up beside a stream that has nothing to say; 0 for never.
    Recheck,
    /// How long a hidden page goes on reconnecting and polling.
    HiddenGrace,
    /// How much longer it keeps a stream that works; 0 for as long as it is hidden.
    HiddenStream,
    /// Whether the stream may be used: it is allowed, and there is an `EventSource`.
    Streams,
    /// Whether polling may be used.
    Polls,
    /// Whether an expired order is watched on, slowly, for a late payment.
    KeepExpired,
    /// Where chance begins.
    Seed,
}

/// The settings of one watch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options([u32; COUNT]);

impl Options {
    /// Takes the settings in their order.
    pub fn read(&mut self, numbers: &[u32]) {
        for (setting, number) in self.0.iter_mut().zip(numbers) {
            *setting = *number;
        }
    }

    /// What is set.
    pub fn get(&self, setting: Setting) -> u64 {
        self.0.get(setting as usize).copied().unwrap_or_default().into()
    }

    /// Whether it is.
    pub fn is(&self, setting: Setting) -> bool {
        self.get(setting) != 0
    }
}

/// As `watchOrder` sets them when nothing is asked for and there is an `EventSource`, but for chance.
#[cfg(test)]
pub const USUAL: [u32; COUNT] =
    [1000, 30_000, 0, 5000, 10_000, 3, 60_000, 3072, 10_000, 10_000, 60_000, 30_000, 270_000, 1, 1, 0, 42];
