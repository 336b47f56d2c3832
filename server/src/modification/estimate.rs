//! When a queue will have been worked off.

use chrono::{DateTime, TimeDelta, Utc};

/// How fast writes can go out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Throughput {
    /// Requests per second that PEMS allows.
    pub requests_per_second: f64,
    /// Writes in one request, where PEMS takes batches.
    pub batch_size: u32,
}

impl Throughput {
    /// When `waiting` writes will be in PEMS, if nothing goes wrong: a second for the first answer, then by the
    /// rate.
    pub fn completion(&self, now: DateTime<Utc>, waiting: i64) -> DateTime<Utc> {
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        let requests = f64::from(waiting) / f64::from(self.batch_size.max(1));
        let seconds = 1.0 + requests.ceil() / self.requests_per_second.max(0.1);
        #[expect(clippy::cast_possible_truncation, reason = "at most 2^32 s in ms fits in an i64")]
        let wait = TimeDelta::milliseconds((seconds * 1000.0) as i64);
        now + wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_writes_in_batches_take_two_seconds_and_singly_a_hundred_and_one() {
        let now = DateTime::UNIX_EPOCH;
        let seconds = |batch_size| {
            let throughput = Throughput { requests_per_second: 10.0, batch_size };
            (throughput.completion(now, 1000) - now).num_seconds()
        };
        assert_eq!((seconds(100), seconds(1)), (2, 101));
    }
}
