//! Checking an organisation's chain from its first row to its recorded end.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::audit::{GENESIS, chain_hash};

use super::store;

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    #[error("row {expected} is missing (found {found} instead)")]
    Gap { expected: i64, found: i64 },
    #[error("row {sequence} does not follow the row before it")]
    NotLinked { sequence: i64 },
    #[error("row {sequence} was changed after it was written")]
    Changed { sequence: i64 },
    #[error("the chain ends at row {found}, but {recorded} rows were written")]
    CutOff { recorded: i64, found: i64 },
}

/// Reads the whole chain; answers with its length, or with the first break.
pub async fn verify(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<Result<i64, ChainBreak>, sqlx::Error> {
    let (recorded, recorded_hash) = store::head(connection, organisation_id).await?.unwrap_or((0, GENESIS));
    let (mut sequence, mut hash) = (0, GENESIS);
    loop {
        let rows = store::rows_after(connection, organisation_id, sequence).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let found = row.content.sequence;
            if found != sequence + 1 {
                return Ok(Err(ChainBreak::Gap { expected: sequence + 1, found }));
            }
            if row.previous_hash != hash {
                return Ok(Err(ChainBreak::NotLinked { sequence: found }));
            }
            if chain_hash(&hash, &row.content) != row.hash {
                return Ok(Err(ChainBreak::Changed { sequence: found }));
            }
            (sequence, hash) = (found, row.hash);
        }
    }
    // More rows than the head we read first: they were appended meanwhile, and were checked too.
    if sequence < recorded || (sequence == recorded && hash != recorded_hash) {
        return Ok(Err(ChainBreak::CutOff { recorded, found: sequence }));
    }
    Ok(Ok(sequence))
}
