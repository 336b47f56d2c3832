//! Taking drafts back.

use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError, Discarded};
use vanguard_domain::permission::Permission;

use super::store;
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};

/// Discards those of `ids` that are drafts of the caller. What is committed is not touched.
pub(super) async fn discard(
    pool: &PgPool,
    access: &Access,
    ids: Vec<Uuid>,
) -> Result<Discarded, BackendError> {
    access.require(Permission::SaveDraft)?;
    let mut tx = pool.begin().await.or_internal()?;
    let gone = store::discard_drafts(&mut tx, access, &ids).await.or_internal()?;
    if gone.is_empty() && !ids.is_empty() {
        return Err(BackendError::wrong_state("None of these changes is a draft of yours any more."));
    }
    let touched = gone.iter().map(|draft| draft.pfa_id.clone()).collect();
    let event = Event::new(access.organization_id(), EventKind::Modification, touched);
    notify::publish(&mut tx, &event).await.or_internal()?;
    let events: Vec<AuditEvent> = gone
        .iter()
        .map(|draft| {
            AuditEvent::by(EventType::DraftDiscarded, access)
                .record(&draft.pfa_id)
                .modification(draft.id)
                .before(draft.changes.to_json())
        })
        .collect();
    audit::append(&mut tx, access.organization_id(), &events).await.or_internal()?;
    tx.commit().await.or_internal()?;
    Ok(Discarded {
        success: true,
        discarded: i64::try_from(gone.len()).unwrap_or(i64::MAX),
        modification_ids: gone.into_iter().map(|draft| draft.id).collect(),
    })
}
