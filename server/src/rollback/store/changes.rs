//! The committed changes that an approval makes.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::Access;
use vanguard_domain::delta::Operation;
use vanguard_domain::record::FieldMap;
use vanguard_domain::rollback::RecordPlan;

use super::LockedRollback;

/// A record's change.
#[derive(Debug, Clone)]
pub(in crate::rollback) struct NewChange {
    pub(in crate::rollback) pfa_id: String,
    pub(in crate::rollback) operation: Operation,
    pub(in crate::rollback) base_version: i64,
    /// What the preview showed.
    pub(in crate::rollback) base_values: FieldMap,
    pub(in crate::rollback) changes: FieldMap,
}

impl NewChange {
    pub(in crate::rollback) fn of(plan: &RecordPlan) -> Self {
        Self {
            pfa_id: plan.pfa_id.clone(),
            operation: plan.operation(),
            base_version: plan.version,
            base_values: plan.base(),
            changes: plan.change(),
        }
    }
}

/// Commits the changes for whoever asked, by whoever approves; answers with their ids, in the same order.
pub(in crate::rollback) async fn insert_changes(
    connection: &mut PgConnection,
    access: &Access,
    rollback: &LockedRollback,
    job_id: Uuid,
    reason: &str,
    changes: &[NewChange],
) -> Result<Vec<Uuid>, sqlx::Error> {
    let pfa_ids: Vec<String> = changes.iter().map(|change| change.pfa_id.clone()).collect();
    let operations: Vec<String> = changes.iter().map(|change| change.operation.as_str().to_owned()).collect();
    let versions: Vec<i64> = changes.iter().map(|change| change.base_version).collect();
    let bases: Vec<Value> = changes.iter().map(|change| change.base_values.to_json()).collect();
    let values: Vec<Value> = changes.iter().map(|change| change.changes.to_json()).collect();
    let rows = sqlx::query!(
        "WITH committed AS (
           INSERT INTO pfa_modification (organisation_id, pfa_id, user_id, operation, state, base_version,
                                         base_values, changes, reason, job_id, committed_by, committed_at)
           SELECT $1, c.pfa_id, $2, c.operation, 'pending_sync', c.base_version, c.base_values, c.changes, $3, $4, $5,
                  clock_timestamp()
           FROM unnest($6::text[], $7::text[], $8::bigint[], $9::jsonb[], $10::jsonb[])
                AS c (pfa_id, operation, base_version, base_values, changes)
           RETURNING id, pfa_id
         )
         UPDATE rollback_records r SET modification_id = committed.id
         FROM committed WHERE r.rollback_id = $11 AND r.pfa_id = committed.pfa_id
         RETURNING committed.id, committed.pfa_id",
        access.organization_id(),
        rollback.requested_by,
        reason,
        job_id,
        access.user_id(),
        &pfa_ids,
        &operations,
        &versions,
        &bases,
        &values,
        rollback.id
    )
    .fetch_all(connection)
    .await?;
    let ids: HashMap<String, Uuid> = rows.into_iter().map(|row| (row.pfa_id, row.id)).collect();
    pfa_ids.iter().map(|pfa_id| ids.get(pfa_id).copied().ok_or(sqlx::Error::RowNotFound)).collect()
}
