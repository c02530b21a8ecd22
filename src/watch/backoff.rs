//! How long to wait: a doubling delay with equal jitter, and the small random source it draws from.

/// An xorshift generator: spreads clients apart, guards nothing.
#[derive(Clone, Debug, Default)]
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

    /// The delay before the attempt that follows `attempt` earlier ones: `initial`, twice that and so on up to
    /// `max`, of which half is left to chance if `jitter` is 1024, and nothing if it is 0.
    pub fn delay(&mut self, initial: u64, max: u64, jitter: u64, attempt: u32) -> u64 {
        // From a tenth of a second to an hour is sixteen doublings.
        let full = (initial << attempt.min(16)).min(max);
        full - self.below(full * jitter / 2048 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_jitter_the_series_is_exact() {
        let mut random = Random::new(7);
        let series: Vec<u64> = (0..8).map(|attempt| random.delay(1000, 30_000, 0, attempt)).collect();
        assert_eq!(series, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    }

    proptest! {
        #[test]
        fn a_delay_stays_between_half_and_the_whole(
            initial in 100_u64..100_000, extra in 0_u64..3_500_000, jitter in 0_u64..=1024,
            attempt in 0_u32..200, seed: u32,
        ) {
            let max = initial + extra;
            let full = (u128::from(initial) << attempt.min(64)).min(u128::from(max)) as u64;
            let delay = Random::new(seed).delay(initial, max, jitter, attempt);
            prop_assert!(delay <= full && delay >= full / 2);
        }
    }

    #[test]
    fn chance_reaches_both_ends() {
        let mut random = Random::new(1);
        let delays: Vec<u64> = (0..2000).map(|_| random.delay(1000, 30_000, 1024, 0)).collect();
        assert!(delays.iter().any(|d| *d < 520) && delays.iter().any(|d| *d > 980));
    }
}
