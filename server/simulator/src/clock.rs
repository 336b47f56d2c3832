//! The one source of time. Everything else asks a [`Clock`], so that a test can decide what time it is.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// What time it is, twice over: on the wall for records and journal, and since the start for rates and windows.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Wall time, as it is stamped on records.
    fn now(&self) -> DateTime<Utc>;

    /// Time since the clock was made; never goes back, whatever happens to the wall clock.
    fn elapsed(&self) -> Duration;
}

/// The machine's own time.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is told to ask")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Time that stands still until a test moves it. Delays and latency are still slept in real time.
#[derive(Debug)]
pub struct ManualClock {
    start: DateTime<Utc>,
    passed: Mutex<Duration>,
}

impl ManualClock {
    pub fn at(start: DateTime<Utc>) -> Self {
        Self { start, passed: Mutex::new(Duration::ZERO) }
    }

    pub fn advance(&self, by: Duration) {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        self.start + TimeDelta::from_std(self.elapsed()).unwrap_or(TimeDelta::MAX)
    }

    fn elapsed(&self) -> Duration {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
