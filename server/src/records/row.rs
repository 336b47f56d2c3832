//! Assembling rows from their layers.

use sqlx::PgConnection;
use vanguard_app::backend::{Access, OpenChange, RecordRow};
use vanguard_domain::modification::ModificationState;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, FieldMap, PfaRecord};

use super::since_draft::is_shown;
use super::store::{self, Layers, OpenLayer};
use crate::pems::in_our_words;

/// The rows of `pfa_ids`, in that order; an id without a record is left out.
pub(super) async fn rows(
    connection: &mut PgConnection,
    access: &Access,
    pfa_ids: &[String],
) -> Result<Vec<RecordRow>, sqlx::Error> {
    let layers = store::layers(connection, access, pfa_ids).await?;
    Ok(assemble(access, &layers, pfa_ids))
}

pub(super) fn assemble(access: &Access, layers: &Layers, pfa_ids: &[String]) -> Vec<RecordRow> {
    pfa_ids.iter().filter_map(|pfa_id| row(access, layers, pfa_id)).collect()
}

fn row(access: &Access, layers: &Layers, pfa_id: &str) -> Option<RecordRow> {
    let mirror = layers.mirror.get(pfa_id)?;
    let open = layers.open.get(pfa_id).map_or(&[][..], Vec::as_slice);
    let mut fields = mirror.fields.clone();
    let mut changed = FieldMap::new();
    for change in open {
        changed.overlay(&change.values);
    }
    fields.overlay(&changed);
    if !access.may(Permission::ViewFinancials) {
        fields.hide_money();
    }
    let pressing = open.iter().max_by_key(|change| pressure(change.view.state));
    Some(RecordRow {
        pfa_id: mirror.pfa_id.clone(),
        organization: mirror.organization.clone(),
        version: mirror.version,
        updated_at: mirror.updated_at,
        updated_by: mirror.updated_by.clone(),
        sync_state: pressing.map_or(ModificationState::Synced, |change| change.view.state),
        modification_id: pressing.map(|change| change.view.modification_id),
        changed_fields: changed.fields().collect(),
        changes: open.iter().map(|change| shown(access, change)).collect(),
        changed_in_pems: changed_since_draft(access, layers, mirror),
        fields,
    })
}

fn shown(access: &Access, change: &OpenLayer) -> OpenChange {
    let mut view = change.view.clone();
    if !access.may(Permission::ViewFinancials) {
        view.error = view.error.as_deref().map(in_our_words);
    }
    view
}

/// Which open change a row shows first. The numbers stand in `store::window` too.
pub(super) const fn pressure(state: ModificationState) -> u8 {
    match state {
        ModificationState::Draft => 6,
        ModificationState::Conflict => 5,
        ModificationState::SyncError => 4,
        ModificationState::Syncing => 3,
        ModificationState::Queued => 2,
        ModificationState::PendingSync => 1,
        ModificationState::Synced | ModificationState::Discarded => 0,
    }
}

/// The record with everybody's committed changes.
pub(super) fn committed(layers: &Layers, mirror: &PfaRecord) -> FieldMap {
    let mut fields = mirror.fields.clone();
    let open = layers.open.get(&mirror.pfa_id).into_iter().flatten();
    for change in open.filter(|change| change.view.state != ModificationState::Draft) {
        fields.overlay(&change.values);
    }
    fields
}

/// What the viewer is shown that PEMS changed since he began his draft.
pub(super) fn changed_since_draft(access: &Access, layers: &Layers, mirror: &PfaRecord) -> Vec<Field> {
    let Some(since) = layers.since_draft.get(&mirror.pfa_id) else { return Vec::new() };
    let mut changed = since.changed(&committed(layers, mirror));
    changed.retain(|field| is_shown(access, *field));
    changed
}
