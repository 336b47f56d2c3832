//! What a target's plan is made from, and the plan: from the mirror as it is now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError, Overwrites, RollbackTarget};
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, PfaRecord};
use vanguard_domain::rollback::{Change, Intent, RecordPlan, Version, Write};

use super::store::{self, TargetJob};
use crate::internal::OrInternal;
use crate::records::{mirror_records, versions};

/// Plans what would take the target back, record by record, in the order of their keys. `permissions` are those of
/// whoever asks.
pub(super) async fn plan(
    connection: &mut PgConnection,
    access: &Access,
    target: &RollbackTarget,
    overwrite: &Overwrites,
    permissions: &[Permission],
) -> Result<Vec<RecordPlan>, BackendError> {
    match target {
        RollbackTarget::Version { pfa_id, to_version } => {
            let chosen = chosen(overwrite, pfa_id);
            let plan = plan_version(connection, access, pfa_id, *to_version, &chosen, permissions).await?;
            Ok(vec![plan])
        }
        RollbackTarget::Job { job_id } => plan_job(connection, access, *job_id, overwrite, permissions).await,
    }
}

fn chosen(overwrite: &Overwrites, pfa_id: &str) -> BTreeSet<Field> {
    overwrite.get(pfa_id).cloned().unwrap_or_default()
}

async fn plan_version(
    connection: &mut PgConnection,
    access: &Access,
    pfa_id: &str,
    to_version: i64,
    chosen: &BTreeSet<Field>,
    permissions: &[Permission],
) -> Result<RecordPlan, BackendError> {
    let known: Vec<Version> = versions(connection, access, pfa_id)
        .await
        .or_internal()?
        .into_iter()
        .map(|version| Version {
            number: version.version,
            is_ours: version.is_ours(),
            made: Change { by: version.updated_by, at: version.updated_at },
            fields: version.fields,
        })
        .collect();
    let Some(now) = known.last() else { return Err(BackendError::not_found("record")) };
    let Some(start) = known.iter().position(|version| version.number == to_version) else {
        let message = format!(
            "We do not have version {to_version} of {pfa_id}. Its history lists the versions that we have."
        );
        return Err(BackendError::field("target.toVersion", "unknownVersion", message));
    };
    let intent = Intent::to_version(&now.fields, &known[start..]);
    Ok(RecordPlan::new(pfa_id.to_owned(), now.number, &now.fields, &intent, chosen, permissions))
}

async fn plan_job(
    connection: &mut PgConnection,
    access: &Access,
    job_id: Uuid,
    overwrite: &Overwrites,
    permissions: &[Permission],
) -> Result<Vec<RecordPlan>, BackendError> {
    let job = store::target_job(connection, access, job_id).await.or_internal()?;
    match job.ok_or_else(|| BackendError::not_found("sync job"))? {
        TargetJob::Read => {
            let message = "A read run changed nothing in PEMS. Only write runs can be rolled back.";
            return Err(BackendError::field("target.jobId", "notAWriteRun", message));
        }
        TargetJob::Running => {
            return Err(BackendError::wrong_state(
                "This write run has not ended yet. Wait for it, or cancel what still waits on the Sync page.",
            ));
        }
        TargetJob::Ended => {}
    }
    let mut by_record: BTreeMap<String, Vec<Write>> = BTreeMap::new();
    for (pfa_id, write) in store::confirmed_writes(connection, access, job_id).await.or_internal()? {
        by_record.entry(pfa_id).or_default().push(write);
    }
    let ids: Vec<String> = by_record.keys().cloned().collect();
    let records = mirror_records(connection, access.organization_id(), &ids).await.or_internal()?;
    let mut later = later_versions(connection, access, &by_record, &records).await?;
    Ok(by_record
        .into_iter()
        .filter_map(|(pfa_id, writes)| {
            // The foreign key of modifications makes sure that it is there.
            let record = records.get(&pfa_id)?;
            let versions = later.remove(&pfa_id).unwrap_or_default();
            let intent = Intent::before_writes(&record.fields, &writes, &versions);
            let chosen = chosen(overwrite, &pfa_id);
            Some(RecordPlan::new(pfa_id, record.version, &record.fields, &intent, &chosen, permissions))
        })
        .collect())
}

/// The versions from its first write on of each record that somebody else changed since, or in between.
async fn later_versions(
    connection: &mut PgConnection,
    access: &Access,
    by_record: &BTreeMap<String, Vec<Write>>,
    records: &HashMap<String, PfaRecord>,
) -> Result<HashMap<String, Vec<Version>>, BackendError> {
    let moved: Vec<(String, i64)> = by_record
        .iter()
        .filter_map(|(pfa_id, writes)| {
            let first = writes.first()?.from_version;
            let made = i64::try_from(writes.len()).unwrap_or(i64::MAX);
            (records.get(pfa_id)?.version > first + made).then(|| (pfa_id.clone(), first))
        })
        .collect();
    store::versions_from(connection, access, &moved).await.or_internal()
}
