//! The notifications port: a user's inbox.

mod store;

use async_trait::async_trait;
use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{BackendError, Caller, Inbox, NotificationsPort};
use vanguard_domain::permission::Permission;

use crate::internal::OrInternal;
use crate::pems::in_our_words;

/// The kind whose body is what PEMS said.
const FAILURE: &str = "failure";

/// Implements the notifications port.
#[derive(Debug, Clone)]
pub struct InboxService {
    pool: PgPool,
}

impl InboxService {
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl NotificationsPort for InboxService {
    async fn inbox(&self, caller: &Caller) -> Result<Inbox, BackendError> {
        let mut notifications = store::newest(&self.pool, caller).await.or_internal()?;
        if !caller.user.permissions.contains(&Permission::ViewFinancials) {
            for failure in notifications.iter_mut().filter(|one| one.kind == FAILURE) {
                failure.body = in_our_words(&failure.body);
            }
        }
        let unread = store::count_unread(&self.pool, caller).await.or_internal()?;
        Ok(Inbox { notifications, unread })
    }

    async fn unread(&self, caller: &Caller) -> Result<i64, BackendError> {
        store::count_unread(&self.pool, caller).await.or_internal()
    }

    async fn mark_read(&self, caller: &Caller, id: Uuid) -> Result<(), BackendError> {
        if store::mark_read(&self.pool, caller, id).await.or_internal()? {
            Ok(())
        } else {
            Err(BackendError::not_found("notification"))
        }
    }

    async fn mark_all_read(&self, caller: &Caller) -> Result<(), BackendError> {
        store::mark_all_read(&self.pool, caller).await.or_internal()
    }
}
