//! The notifications port: a user's inbox.

mod store;

use async_trait::async_trait;
use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{
    BackendError, Caller, Inbox, NotificationChoice, NotificationChoices, NotificationKind, NotificationsPort,
};
use vanguard_domain::permission::Permission;

use crate::internal::OrInternal;
use crate::pems::in_our_words;

/// The kind whose body is what PEMS said.
const FAILURE: &str = "failure";

/// Implements the notifications port.
#[derive(Debug, Clone)]
pub struct InboxService {
    pool: PgPool,
    /// Whether this server can send mail.
    sends_mail: bool,
}

impl InboxService {
    pub const fn new(pool: PgPool, sends_mail: bool) -> Self {
        Self { pool, sends_mail }
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

    async fn choices(&self, caller: &Caller) -> Result<NotificationChoices, BackendError> {
        let chosen = store::choices(&self.pool, caller).await.or_internal()?;
        let of = |kind| chosen.iter().find(|choice| choice.kind == kind).copied();
        let choices = NotificationKind::ALL
            .map(|kind| of(kind).unwrap_or(NotificationChoice { kind, in_app: true, by_mail: false }));
        Ok(NotificationChoices {
            choices: choices.to_vec(),
            sends_mail: self.sends_mail,
            address: caller.user.email.clone(),
        })
    }

    async fn choose(&self, caller: &Caller, choices: Vec<NotificationChoice>) -> Result<(), BackendError> {
        let silenced = choices.iter().find(|choice| !choice.in_app && !choice.by_mail);
        if let Some(choice) = silenced.filter(|choice| choice.kind == NotificationKind::Conflict) {
            let message =
                "Conflicts about your own changes wait for you: be told of them in at least one way.";
            return Err(BackendError::field(choice.kind.as_str(), "required", message));
        }
        store::choose(&self.pool, caller, &choices).await.or_internal()
    }

    async fn mark_all_read(&self, caller: &Caller) -> Result<(), BackendError> {
        store::mark_all_read(&self.pool, caller).await.or_internal()
    }
}
