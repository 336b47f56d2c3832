//! How long PEMS takes: log-normal, as response times are, and seeded.

use std::time::Duration;

use rand::Rng;
use rand_distr::{Distribution, LogNormal};
use serde::{Deserialize, Serialize};

use crate::operation::Operation;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "camelCase", deny_unknown_fields)]
pub enum Latency {
    /// As fast as it can.
    #[default]
    Off,
    /// As the contract describes PEMS: 200–800 ms for a write, up to 5 s for a list.
    Realistic,
    /// Every request takes this long.
    Fixed { ms: u64 },
}

/// Median, spread of the logarithm, and the range that the contract promises, in milliseconds.
struct Profile {
    median: f64,
    sigma: f64,
    least: f64,
    most: f64,
}

const READ: Profile = Profile { median: 220.0, sigma: 0.4, least: 80.0, most: 800.0 };
const WRITE: Profile = Profile { median: 380.0, sigma: 0.4, least: 200.0, most: 800.0 };
const LIST: Profile = Profile { median: 900.0, sigma: 0.6, least: 250.0, most: 5000.0 };

impl Latency {
    pub fn sample(self, operation: Operation, rng: &mut impl Rng) -> Duration {
        let profile = match (self, operation) {
            (Self::Off, _) | (Self::Realistic, Operation::Health | Operation::Unknown) => {
                return Duration::ZERO;
            }
            (Self::Fixed { ms }, _) => return Duration::from_millis(ms),
            (Self::Realistic, Operation::List) => LIST,
            (Self::Realistic, Operation::Get) => READ,
            (Self::Realistic, Operation::Update | Operation::Delete | Operation::Batch) => WRITE,
        };
        let shape = LogNormal::new(profile.median.ln(), profile.sigma).expect("sigma is finite and positive");
        Duration::from_secs_f64(shape.sample(rng).clamp(profile.least, profile.most) / 1000.0)
    }
}
