//! One side for many conflicts: each is judged on its own, so that one that cannot be decided does not stop the others.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, BackendError, BulkOutcome, BulkResolution, BulkResult, BulkSelection, ResolveRequest,
};
use vanguard_domain::conflict::Resolution;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::FieldMap;

use super::resolve::{Decided, carry_out, decide, still_as_seen};
use super::store::LockedConflict;
use super::{ConflictsService, store};
use crate::internal::OrInternal;

/// The most conflicts of one call.
const MOST: usize = 1000;
/// So many are decided in one transaction: few enough that nobody waits for their locks.
const SLICE: usize = 100;

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
    let (chosen, total) = select(service, access, &request.selection).await?;
    let mut results = Vec::with_capacity(chosen.len());
    for slice in chosen.chunks(SLICE) {
        match decide_slice(service, access, request, slice).await {
            Ok(decided) => results.extend(decided),
            Err(error) if results.is_empty() => return Err(error),
            // What was decided before stands, and must be told.
            Err(error) => results.extend(slice.iter().map(|id| not_decided(*id, error.to_string()))),
        }
    }
    let is_cut = i64::try_from(chosen.len()).is_ok_and(|decided| decided < total);
    let next_cursor = chosen.last().filter(|_| is_cut).map(Uuid::to_string);
    if let (Some(ids), None) = (&request.selection.ids, &request.selection.cursor) {
        let chosen: HashSet<&Uuid> = chosen.iter().collect();
        let gone = "Somebody has decided it already, or there is no such conflict.";
        let missing = ids.iter().filter(|id| !chosen.contains(id));
        results.extend(missing.map(|id| not_decided(*id, gone.to_owned())));
    }
    Ok(BulkOutcome { results, total, next_cursor })
}

/// The outcome of a conflict of which nothing more is known.
fn not_decided(conflict_id: Uuid, error: String) -> BulkResult {
    BulkResult {
        conflict_id,
        pfa_id: String::new(),
        success: false,
        fields: Vec::new(),
        applied_changes: FieldMap::new(),
        error: Some(error),
        errors: Vec::new(),
        record_version: 0,
    }
}

async fn select(
    service: &ConflictsService,
    access: &Access,
    selection: &BulkSelection,
) -> Result<(Vec<Uuid>, i64), BackendError> {
    let BulkSelection { ids, field, cause, cursor } = selection;
    if ids.as_ref().is_some_and(|ids| ids.len() > MOST) {
        return Err(BackendError::field("ids", "tooMany", format!("At most {MOST} conflicts at a time.")));
    }
    let mut connection = service.pool.acquire().await.or_internal()?;
    let after = match cursor {
        Some(cursor) => Some(conflict_at(&mut connection, access, cursor).await?),
        None => None,
    };
    let selection = store::Selection { ids: ids.as_deref(), field: *field, cause: *cause, after };
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    store::unresolved_ids(&mut connection, access, &selection, most).await.or_internal()
}

/// A cursor is the conflict that the answer before ended with.
pub(super) async fn conflict_at(
    connection: &mut PgConnection,
    access: &Access,
    cursor: &str,
) -> Result<Uuid, BackendError> {
    let unknown = || BackendError::field("cursor", "malformed", "This cursor is not one that we gave out.");
    let id = cursor.parse().map_err(|_| unknown())?;
    store::view(connection, access, id).await.or_internal()?.map(|conflict| conflict.id).ok_or_else(unknown)
}

/// One transaction, which a dry run gives up. Answers in the order of `slice`.
async fn decide_slice(
    service: &ConflictsService,
    access: &Access,
    request: &BulkResolution,
    slice: &[Uuid],
) -> Result<Vec<BulkResult>, BackendError> {
    let one = ResolveRequest { resolution: request.resolution, merged_data: None, seen_version: None };
    let mut tx = service.pool.begin().await.or_internal()?;
    let locked = store::lock(&mut tx, access, slice).await.or_internal()?;
    let mut results = HashMap::with_capacity(locked.len());
    let mut decided = Vec::with_capacity(locked.len());
    for conflict in locked {
        let seen = request.seen.get(&conflict.id).copied();
        let judged = still_as_seen(&conflict, seen).and_then(|()| decide(access, &conflict, &one));
        results.insert(conflict.id, result(&conflict, &judged));
        if let Ok(change) = judged {
            decided.push(Decided { conflict, change });
        }
    }
    if !request.dry_run && !decided.is_empty() {
        carry_out(service, &mut tx, access, request.resolution, &decided).await?;
        tx.commit().await.or_internal()?;
    }
    Ok(slice.iter().filter_map(|id| results.remove(id)).collect())
}

fn result(conflict: &LockedConflict, judged: &Result<FieldMap, BackendError>) -> BulkResult {
    let errors = match judged {
        Err(BackendError::Invalid { errors, .. }) => errors.clone(),
        _ => Vec::new(),
    };
    BulkResult {
        conflict_id: conflict.id,
        pfa_id: conflict.pfa_id.clone(),
        success: judged.is_ok(),
        fields: conflict.fields.keys().copied().collect(),
        applied_changes: judged.as_ref().ok().cloned().unwrap_or_default(),
        error: judged.as_ref().err().map(ToString::to_string),
        errors,
        record_version: conflict.record_version,
    }
}
