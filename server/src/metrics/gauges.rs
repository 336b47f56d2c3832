//! What is the case now.

use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;

use super::store;
use super::{API_SERVERS, CONFLICTS, DEAD_LETTERS, QUEUE_ITEMS, QUEUE_OLDEST_SECONDS};

/// Renders all metrics, the gauges read anew.
#[derive(Clone)]
pub struct Gauges {
    pool: PgPool,
    handle: PrometheusHandle,
}

impl Gauges {
    pub const fn new(pool: PgPool, handle: PrometheusHandle) -> Self {
        Self { pool, handle }
    }

    /// The text for Prometheus. Counters are told even while the database is away.
    pub async fn render(&self) -> String {
        match store::now(&self.pool).await {
            Ok(now) => set(&now),
            Err(error) => tracing::warn!(%error, "the gauges could not be read; telling their last values"),
        }
        self.handle.run_upkeep();
        self.handle.render()
    }
}

fn set(now: &store::Now) {
    gauge!(QUEUE_ITEMS, "status" => "pending").set(float(now.pending));
    gauge!(QUEUE_ITEMS, "status" => "processing").set(float(now.processing));
    gauge!(QUEUE_OLDEST_SECONDS).set(now.oldest_seconds);
    gauge!(DEAD_LETTERS).set(float(now.dead_letters));
    gauge!(CONFLICTS).set(float(now.conflicts));
    gauge!(API_SERVERS, "status" => "active").set(float(now.servers_active));
    gauge!(API_SERVERS, "status" => "paused").set(float(now.servers_paused));
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
fn float(count: i64) -> f64 {
    count as f64
}

impl std::fmt::Debug for Gauges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gauges")
    }
}
