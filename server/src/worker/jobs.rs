//! Ending what has nothing under way any more.

use sqlx::PgConnection;

use crate::{rollback, sync};

/// Ends the write jobs whose last item has ended, and the rollbacks that they carried out.
pub(super) async fn end(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sync::complete_write_jobs(connection).await?;
    rollback::finish_ended(connection).await
}
