//! One side for many conflicts: each on its own, so that one that fails does not stop the others.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, BackendError, BulkOutcome, BulkResolution, BulkResult, BulkSelection, ResolveRequest,
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
) -> Result<BulkOutcome, BackendError> {
    access.require(Permission::Sync)?;
    if request.resolution == Resolution::Merge {
        let message = "Many conflicts can only be given to one side: use_local or use_pems.";
        return Err(BackendError::field("resolution", "notAChoice", message));
    }
    let BulkSelection { ids, field, cursor } = &request.selection;
    if ids.as_ref().is_some_and(|ids| ids.len() > MOST) {
        return Err(BackendError::field("ids", "tooMany", format!("At most {MOST} conflicts at a time.")));
    }
    let mut connection = service.pool.acquire().await.or_internal()?;
    let after = match cursor {
        Some(cursor) => Some(conflict_at(&mut connection, access, cursor).await?),
        None => None,
    };
    let selection = store::Selection { ids: ids.as_deref(), field: *field, after };
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let (chosen, total) =
        store::unresolved_ids(&mut connection, access, &selection, most).await.or_internal()?;
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
    let is_cut = i64::try_from(results.len()).is_ok_and(|decided| decided < total);
    let next_cursor = results.last().filter(|_| is_cut).map(|last| last.conflict_id.to_string());
    Ok(BulkOutcome { results, total, next_cursor })
}

/// A cursor is the conflict that the answer before ended with.
async fn conflict_at(
    connection: &mut PgConnection,
    access: &Access,
    cursor: &str,
) -> Result<Uuid, BackendError> {
    let unknown = || BackendError::field("cursor", "malformed", "This cursor is not one that we gave out.");
    let id = cursor.parse().map_err(|_| unknown())?;
    store::view(connection, access, id).await.or_internal()?.map(|conflict| conflict.id).ok_or_else(unknown)
}

async fn preview(
    service: &ConflictsService,
    access: &Access,
    conflict_id: Uuid,
    request: &ResolveRequest,
) -> Result<FieldMap, BackendError> {
    let mut tx = service.pool.begin().await.or_internal()?;
    let conflict = store::lock_unresolved(&mut tx, access, conflict_id)
        .await
        .or_internal()?
        .ok_or_else(|| BackendError::not_found("conflict"))?;
    resolve::decide(access, &conflict, request)
}
