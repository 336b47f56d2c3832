//! How long a login waits because others failed under the same name.
//!
//! Guessing from many addresses meets no hard limit, as that would let a stranger keep somebody out. It is made slow
//! instead, and a person who knows his password is never kept waiting for longer than a moment.
//!
//! | failures of the name within the window | wait |
//! |---|---|
//! | up to 10 | none |
//! | 11 – 20 | 0.25 s |
//! | 21 – 30 | 0.5 s |
//! | … | twice as long for every ten |
//! | 51 and more | 4 s |

use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(250);
/// How often the wait doubles at most.
const DOUBLINGS: u32 = 4;
/// Failures of one step; as many as one address has, so that nobody waits for his own mistakes.
const STEP: i64 = 10;

/// The wait before a try is looked at, after `failures` under its name.
pub(super) fn delay(failures: i64) -> Duration {
    let steps = u32::try_from((failures - 1).max(0) / STEP).unwrap_or(u32::MAX);
    match steps.checked_sub(1) {
        None => Duration::ZERO,
        Some(doublings) => SHORTEST * 2_u32.pow(doublings.min(DOUBLINGS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_that_of_the_table_and_has_an_end() {
        let waits =
            [0, 1, 10, 11, 20, 21, 31, 41, 50, 51, i64::MAX].map(|failures| delay(failures).as_millis());
        assert_eq!(waits, [0, 0, 0, 250, 250, 500, 1000, 2000, 2000, 4000, 4000]);
    }
}
