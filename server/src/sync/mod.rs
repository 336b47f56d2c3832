//! Sync as a whole: its status, its jobs, and asking for a run.

mod health;
mod service;
mod store;

pub use service::{ReadStarter, Schedules, SyncService};

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::Access;

/// Opens a write job for a resolution, a reprocessing or a rollback.
pub(crate) async fn open_write_job(
    connection: &mut PgConnection,
    access: &Access,
    trigger: &str,
) -> Result<Uuid, sqlx::Error> {
    // Only a key can have been used before.
    store::open_write_job(connection, access, trigger, None).await?.ok_or(sqlx::Error::RowNotFound)
}

/// Opens the write job of a commit. `None` if the client key was used before.
pub(crate) async fn open_commit(
    connection: &mut PgConnection,
    access: &Access,
    idempotency_key: Option<&str>,
) -> Result<Option<Uuid>, sqlx::Error> {
    store::open_write_job(connection, access, "commit", idempotency_key).await
}

/// Ends those write jobs whose last item has ended. Run it after the transaction that ended items: two workers
/// that end a job's last two items at once do not see each other's.
pub(crate) async fn complete_write_jobs(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    store::complete_write_jobs(connection).await
}
