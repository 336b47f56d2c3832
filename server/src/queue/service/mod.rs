//! The queue port: what people see and do.

mod dead_letter;
mod store;

use async_trait::async_trait;
use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, AttemptView, BackendError, DeadLetterDecision, DeadLetterPage, DeadLetterResult,
    DeadLetterSelection, QueuePage, QueuePort, QueueQuery, Window,
};
use vanguard_domain::modification::Step;
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::QueueStatus;

use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::pems::in_our_words;

/// Implements the queue port.
#[derive(Debug, Clone)]
pub struct QueueService {
    pool: PgPool,
    max_retries: u16,
}

impl QueueService {
    pub fn new(pool: PgPool, max_retries: u16) -> Self {
        Self { pool, max_retries }
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(super) fn max_retries(&self) -> u16 {
        self.max_retries
    }
}

#[async_trait]
impl QueuePort for QueueService {
    async fn list(&self, access: &Access, query: &QueueQuery) -> Result<QueuePage, BackendError> {
        access.require(Permission::Read)?;
        if let Some(status) = &query.status {
            status
                .parse::<QueueStatus>()
                .map_err(|error| BackendError::field("status", "notAChoice", error.to_string()))?;
        }
        let limit = query.limit.unwrap_or(100);
        if !(1..=1000).contains(&limit) {
            return Err(BackendError::field("limit", "outOfRange", "limit must be 1 to 1000."));
        }
        let before = match &query.cursor {
            None => None,
            Some(cursor) => Some(cursor.parse::<i64>().map_err(|_| {
                BackendError::field("cursor", "invalid", "This cursor is not one that we gave out.")
            })?),
        };
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut page =
            store::page(&mut connection, access, query, before, i64::from(limit)).await.or_internal()?;
        if !access.may(Permission::ViewFinancials) {
            for item in &mut page.items {
                store::hide_money(&mut item.payload);
                store::hide_money(&mut item.before);
                item.last_error = item.last_error.as_deref().map(in_our_words);
            }
        }
        Ok(page)
    }

    async fn attempts(&self, access: &Access, item_id: Uuid) -> Result<Vec<AttemptView>, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::item_state(&mut connection, access, item_id)
            .await
            .or_internal()?
            .ok_or_else(|| BackendError::not_found("queue item"))?;
        let mut attempts = store::attempts(&mut connection, access, item_id).await.or_internal()?;
        if !access.may(Permission::ViewFinancials) {
            for attempt in &mut attempts {
                attempt.response = None;
            }
        }
        Ok(attempts)
    }

    async fn cancel(&self, access: &Access, item_id: Uuid) -> Result<(), BackendError> {
        access.require(Permission::Sync)?;
        let mut tx = self.pool.begin().await.or_internal()?;
        let item = store::item_state(&mut tx, access, item_id)
            .await
            .or_internal()?
            .ok_or_else(|| BackendError::not_found("queue item"))?;
        if !item.status.may_be_cancelled() {
            return Err(BackendError::wrong_state(format!(
                "Only a waiting item can be cancelled; this one is {}.",
                item.status.as_str()
            )));
        }
        if item.is_unsettled {
            return Err(BackendError::wrong_state(
                "The last answer of PEMS was lost, so the change may be in PEMS already. \
                 It can be cancelled once it has been read back.",
            ));
        }
        store::cancel(&mut tx, access, item_id).await.or_internal()?;
        store::move_modifications(&mut tx, access, &[item.modification_id], Step::Discard)
            .await
            .or_internal()?;
        for kind in [EventKind::Modification, EventKind::Queue] {
            let event = Event::new(access.organization_id(), kind, vec![item.pfa_id.clone()]);
            notify::publish(&mut tx, &event).await.or_internal()?;
        }
        // A rollback that this change was the last one of has ended with it.
        notify::wake_worker(&mut tx, access.organization_id()).await.or_internal()?;
        let event = AuditEvent::by(EventType::WriteCancelled, access)
            .record(&item.pfa_id)
            .modification(item.modification_id)
            .before(item.payload);
        audit::append(&mut tx, access.organization_id(), &[event]).await.or_internal()?;
        tx.commit().await.or_internal()
    }

    async fn retry(&self, access: &Access, item_id: Uuid) -> Result<(), BackendError> {
        access.require(Permission::Sync)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let item = store::item_state(&mut connection, access, item_id)
            .await
            .or_internal()?
            .ok_or_else(|| BackendError::not_found("queue item"))?;
        match (item.status, item.open_letter) {
            (QueueStatus::Pending, _) => {
                store::hurry(&mut connection, access, item_id).await.or_internal()?;
                notify::wake_worker(&mut connection, access.organization_id()).await.or_internal()
            }
            (QueueStatus::Failed, Some(letter)) => {
                drop(connection);
                let selection = DeadLetterSelection { ids: Some(vec![letter]), error_code: None };
                let result =
                    dead_letter::decide(self, access, DeadLetterDecision::Reprocess, &selection, false)
                        .await?;
                match result.refused.first() {
                    None => Ok(()),
                    Some(refusal) => Err(BackendError::wrong_state(refusal.clone())),
                }
            }
            (status, _) => Err(BackendError::wrong_state(format!(
                "Only a waiting item, or a failed one that nobody has decided yet, can be retried; this one is {}.",
                status.as_str()
            ))),
        }
    }

    async fn dead_letters(
        &self,
        access: &Access,
        status: Option<&str>,
        window: Window,
    ) -> Result<DeadLetterPage, BackendError> {
        access.require(Permission::Read)?;
        window.check()?;
        if let Some(status) = status
            && !["open", "reprocessed", "discarded"].contains(&status)
        {
            return Err(BackendError::field(
                "status",
                "notAChoice",
                "status must be open, reprocessed or discarded.",
            ));
        }
        dead_letter::list(self, access, status, window).await
    }

    async fn decide_dead_letters(
        &self,
        access: &Access,
        decision: DeadLetterDecision,
        selection: &DeadLetterSelection,
        dry_run: bool,
    ) -> Result<DeadLetterResult, BackendError> {
        access.require(Permission::Sync)?;
        dead_letter::decide(self, access, decision, selection, dry_run).await
    }
}
