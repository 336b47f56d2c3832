//! One side for many conflicts: each on its own, so that one that fails does not stop the others.

use vanguard_app::backend::{
    Access, BackendError, BulkResolution, BulkResult, BulkSelection, ResolveRequest,
};
use vanguard_domain::conflict::Resolution;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::FieldMap;

use super::{ConflictsService, resolve, store};
use crate::internal::OrInternal;

/// The most conflicts of one call.
const MOST: usize = 1000;

pub(super) async fn resolve_bulk(
    service: &ConflictsService,
    access: &Access,
    request: &BulkResolution,
) -> Result<Vec<BulkResult>, BackendError> {
    access.require(Permission::Sync)?;
    if request.resolution == Resolution::Merge {
        let message = "Many conflicts can only be given to one side: use_local or use_pems.";
        return Err(BackendError::field("resolution", "notAChoice", message));
    }
    let BulkSelection { ids, field } = &request.selection;
    if ids.as_ref().is_some_and(|ids| ids.len() > MOST) {
        return Err(BackendError::field("ids", "tooMany", format!("At most {MOST} conflicts at a time.")));
    }
    let mut connection = service.pool.acquire().await.or_internal()?;
    let chosen =
        store::unresolved_ids(&mut connection, access, ids.as_deref(), *field).await.or_internal()?;
    drop(connection);
    let one = ResolveRequest { resolution: request.resolution, merged_data: None };
    let mut results = Vec::with_capacity(chosen.len());
    for (conflict_id, pfa_id) in chosen {
        let outcome = if request.dry_run {
            preview(service, access, conflict_id, &one).await
        } else {
            resolve::resolve(service, access, conflict_id, &one).await.map(|applied| applied.applied_changes)
        };
        results.push(match outcome {
            Ok(applied_changes) => {
                BulkResult { conflict_id, pfa_id, success: true, applied_changes, error: None }
            }
            Err(error) => BulkResult {
                conflict_id,
                pfa_id,
                success: false,
                applied_changes: FieldMap::new(),
                error: Some(error.to_string()),
            },
        });
    }
    Ok(results)
}

async fn preview(
    service: &ConflictsService,
    access: &Access,
    conflict_id: uuid::Uuid,
    request: &ResolveRequest,
) -> Result<FieldMap, BackendError> {
    let mut tx = service.pool.begin().await.or_internal()?;
    let conflict = store::lock_unresolved(&mut tx, access, conflict_id)
        .await
        .or_internal()?
        .ok_or_else(|| BackendError::not_found("conflict"))?;
    resolve::decide(access, &conflict, request)
}
