//! How long to wait: a doubling delay with equal jitter, and the small random source it draws from.

/// A doubling delay. Without jitter it gives exactly `initial`, twice that, and so on up to `max`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The first delay, in milliseconds.
    pub initial: u64,
    /// The longest delay, in milliseconds.
    pub max: u64,
    /// How much of the half of a delay is left to chance, in 1024ths. 1024 is "equal jitter": half the
    /// delay is certain, the other half random.
    pub jitter: u32,
}

impl Backoff {
    /// The delay before the attempt that follows `attempt` earlier ones.
    pub fn delay(&self, attempt: u32, random: &mut Random) -> u64 {
        // From a tenth of a second to an hour is sixteen doublings.
        let full = (self.initial << attempt.min(16)).min(self.max);
        full - random.below(full * u64::from(self.jitter) / 2048 + 1)
    }
}

/// An xorshift generator: spreads clients apart, guards nothing.
#[derive(Clone, Debug)]
pub struct Random(u32);

impl Random {
    /// Starts from a seed; any will do.
    pub fn new(seed: u32) -> Random {
        Random(seed | 1)
    }

    /// A number from 0 up to but not including `bound`, which fits 32 bits; 0 if there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (u64::from(self.0) * bound) >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_jitter_the_series_is_exact() {
        let backoff = Backoff { initial: 1000, max: 30_000, jitter: 0 };
        let mut random = Random::new(7);
        let series: Vec<u64> = (0..8).map(|attempt| backoff.delay(attempt, &mut random)).collect();
        assert_eq!(series, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    }

    proptest! {
        #[test]
        fn a_delay_stays_between_half_and_the_whole(
            initial in 100_u64..100_000, extra in 0_u64..3_500_000, jitter in 0_u32..=1024,
            attempt in 0_u32..200, seed: u32,
        ) {
            let backoff = Backoff { initial, max: initial + extra, jitter };
            let full = (u128::from(initial) << attempt.min(64)).min(u128::from(backoff.max)) as u64;
            let delay = backoff.delay(attempt, &mut Random::new(seed));
            prop_assert!(delay <= full && delay >= full / 2);
        }
    }

    #[test]
    fn chance_reaches_both_ends() {
        let backoff = Backoff { initial: 1000, max: 30_000, jitter: 1024 };
        let mut random = Random::new(1);
        let delays: Vec<u64> = (0..2000).map(|_| backoff.delay(0, &mut random)).collect();
        assert!(delays.iter().any(|d| *d < 520) && delays.iter().any(|d| *d > 980));
    }
}
