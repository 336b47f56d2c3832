//! The queue port: what people see and do.

mod act;
mod dead_letter;
mod store;

use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use vanguard_app::backend::{
    Access, AttemptView, BackendError, CauseCount, Corrected, Correction, DeadLetterDecision,
    DeadLetterDetail, DeadLetterPage, DeadLetterQuery, DeadLetterResult, DeadLetterSelection, QueueAction,
    QueueActionResult, QueueItemDetail, QueueItemView, QueuePage, QueuePort, QueueQuery, QueueSelection,
    Window,
};
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::{DeadLetterStatus, QueueStatus};

use crate::internal::OrInternal;
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
        check_status(query.status.as_deref())?;
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
        let offset = i64::from(query.offset.unwrap_or(0));
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut page = store::page(&mut connection, access, query, before, offset, i64::from(limit))
            .await
            .or_internal()?;
        page.items.iter_mut().for_each(|item| show(access, item));
        Ok(page)
    }

    async fn item(&self, access: &Access, item_id: Uuid) -> Result<QueueItemDetail, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut item = store::item(&mut connection, access, item_id)
            .await
            .or_internal()?
            .ok_or_else(|| BackendError::not_found("queue item"))?;
        show(access, &mut item);
        let attempts = attempts(&mut connection, access, item_id).await?;
        let sequel = store::sequel(&mut connection, access, item_id).await.or_internal()?;
        let siblings = store::siblings(&mut connection, access, &item).await.or_internal()?;
        let (dead_letter_id, conflict_id) = (sequel.dead_letter_id, sequel.conflict_id);
        Ok(QueueItemDetail { item, attempts, dead_letter_id, conflict_id, siblings })
    }

    async fn causes(&self, access: &Access) -> Result<Vec<CauseCount>, BackendError> {
        access.require(Permission::Read)?;
        store::causes(&mut *self.pool.acquire().await.or_internal()?, access).await.or_internal()
    }

    async fn attempts(&self, access: &Access, item_id: Uuid) -> Result<Vec<AttemptView>, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::item(&mut connection, access, item_id)
            .await
            .or_internal()?
            .ok_or_else(|| BackendError::not_found("queue item"))?;
        attempts(&mut connection, access, item_id).await
    }

    async fn cancel(&self, access: &Access, item_id: Uuid) -> Result<(), BackendError> {
        act::on_one(self, access, QueueAction::Cancel, item_id).await
    }

    async fn retry(&self, access: &Access, item_id: Uuid) -> Result<(), BackendError> {
        act::on_one(self, access, QueueAction::Retry, item_id).await
    }

    async fn act(
        &self,
        access: &Access,
        action: QueueAction,
        selection: &QueueSelection,
        dry_run: bool,
    ) -> Result<QueueActionResult, BackendError> {
        access.require(Permission::Sync)?;
        check_status(selection.filter.status.as_deref())?;
        act::on_many(self, access, action, selection, dry_run).await
    }

    async fn dead_letters(
        &self,
        access: &Access,
        query: &DeadLetterQuery,
        window: Window,
    ) -> Result<DeadLetterPage, BackendError> {
        access.require(Permission::Read)?;
        window.check()?;
        if let Some(status) = &query.status {
            status.parse::<DeadLetterStatus>().map_err(|_| {
                BackendError::field("status", "notAChoice", "status must be open, reprocessed or discarded.")
            })?;
        }
        dead_letter::list(self, access, query, window).await
    }

    async fn dead_letter(&self, access: &Access, letter_id: Uuid) -> Result<DeadLetterDetail, BackendError> {
        access.require(Permission::Read)?;
        dead_letter::get(self, access, letter_id).await
    }

    async fn dead_letter_causes(&self, access: &Access) -> Result<Vec<CauseCount>, BackendError> {
        access.require(Permission::Read)?;
        dead_letter::causes(self, access).await
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

    async fn correct_dead_letter(
        &self,
        access: &Access,
        letter_id: Uuid,
        correction: &Correction,
    ) -> Result<Corrected, BackendError> {
        access.require(Permission::Sync)?;
        dead_letter::correct(self, access, letter_id, correction).await
    }
}

fn check_status(status: Option<&str>) -> Result<(), BackendError> {
    match status.map(str::parse::<QueueStatus>) {
        Some(Err(error)) => Err(BackendError::field("status", "notAChoice", error.to_string())),
        _ => Ok(()),
    }
}

/// Leaves out what the caller may not see.
fn show(access: &Access, item: &mut QueueItemView) {
    if !access.may(Permission::ViewFinancials) {
        store::hide_money(&mut item.payload);
        store::hide_money(&mut item.before);
        item.last_error = item.last_error.as_deref().map(in_our_words);
    }
}

async fn attempts(
    connection: &mut PgConnection,
    access: &Access,
    item_id: Uuid,
) -> Result<Vec<AttemptView>, BackendError> {
    let mut attempts = store::attempts(connection, access, item_id).await.or_internal()?;
    if !access.may(Permission::ViewFinancials) {
        for attempt in &mut attempts {
            attempt.response = None;
        }
    }
    Ok(attempts)
}
