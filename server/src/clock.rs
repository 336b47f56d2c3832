//! What time it is. Everything that needs the time and has no database row at hand asks a [`Clock`]; leases,
//! schedules of queue items and rate budgets go by database time alone.

use std::fmt::Debug;
use std::sync::Arc;

use chrono::{DateTime, Utc};

/// The source of time.
pub trait Clock: Debug + Send + Sync {
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The machine's clock, to be handed around.
pub fn system() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
