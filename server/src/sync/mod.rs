//! Sync as a whole: its status, its jobs, and asking for a run.

mod health;
mod service;
mod store;

pub use service::{ReadStarter, SyncService};

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::Access;

/// Opens a write job for a commit, a resolution or a reprocessing. `None` if the client key was used before.
pub(crate) async fn open_write_job(
    connection: &mut PgConnection,
    access: &Access,
    trigger: &str,
    idempotency_key: Option<&str>,
) -> Result<Option<Uuid>, sqlx::Error> {
    store::open_write_job(connection, access, trigger, idempotency_key).await
}

/// Ends those write jobs whose last item has ended. Run it after the transaction that ended items: two workers
/// that end a job's last two items at once do not see each other's.
pub(crate) async fn complete_write_jobs(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    store::complete_write_jobs(connection).await
}
