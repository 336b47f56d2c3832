//! Field ownership: whose value holds when both sides changed a field, as an administrator has said beforehand.
//!
//! That is the choice that lets a value in PEMS be replaced without asking (sync-semantics.md, I7): it is made after
//! seeing what it would have done, and it is in the audit log.

mod store;
mod what_if;

use async_trait::async_trait;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use vanguard_app::backend::{
    Access, BackendError, OwnershipChange, OwnershipPort, OwnershipRule, WhatIfReport,
};
use vanguard_domain::ownership::{FieldGroup, OwnershipRules};
use vanguard_domain::permission::Permission;
use vanguard_domain::validation::FieldError;

use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};

/// The rules that hold now.
pub(crate) async fn in_force(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<OwnershipRules, sqlx::Error> {
    store::in_force(connection, organisation_id).await
}

/// Implements the ownership port.
#[derive(Debug, Clone)]
pub struct OwnershipService {
    pool: PgPool,
}

impl OwnershipService {
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl OwnershipPort for OwnershipService {
    async fn rules(&self, access: &Access) -> Result<Vec<OwnershipRule>, BackendError> {
        access.require(Permission::ManageSettings)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::list(&mut connection, access).await.or_internal()
    }

    async fn what_if(&self, access: &Access, rules: OwnershipRules) -> Result<WhatIfReport, BackendError> {
        access.require(Permission::ManageSettings)?;
        check(&rules)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let current = store::in_force(&mut connection, access.organization_id()).await.or_internal()?;
        let past =
            store::past_conflicts(&mut connection, access, what_if::MOST_CONFLICTS).await.or_internal()?;
        Ok(what_if::report(access, &current, &rules, &past))
    }

    async fn update(
        &self,
        access: &Access,
        change: OwnershipChange,
    ) -> Result<Vec<OwnershipRule>, BackendError> {
        access.require(Permission::ManageSettings)?;
        let OwnershipChange { rules, seen } = change;
        check(&rules)?;
        let mut tx = self.pool.begin().await.or_internal()?;
        store::lock(&mut tx, access).await.or_internal()?;
        let before = store::in_force(&mut tx, access.organization_id()).await.or_internal()?;
        if before != rules {
            let switched_on = rules.beyond(&before);
            let wanted = what_if::fingerprint(access, &before, &rules);
            if !switched_on.is_empty() && seen.as_deref() != Some(wanted.as_str()) {
                return Err(unseen(seen.is_some()));
            }
            store::replace(&mut tx, access, &rules).await.or_internal()?;
            let event = Event::new(access.organization_id(), EventKind::Conflict, Vec::new());
            notify::publish(&mut tx, &event).await.or_internal()?;
            let event = AuditEvent::by(EventType::SettingChanged, access)
                .before(json!({ "ownershipRules": before }))
                .after(json!({ "ownershipRules": rules }));
            audit::append(&mut tx, access.organization_id(), &[event]).await.or_internal()?;
        }
        let list = store::list(&mut tx, access).await.or_internal()?;
        tx.commit().await.or_internal()?;
        Ok(list)
    }
}

/// A rule about what we never write would be a promise that means nothing.
fn check(rules: &OwnershipRules) -> Result<(), BackendError> {
    let errors: Vec<FieldError> = rules
        .iter()
        .filter(|(field, _)| FieldGroup::of(*field).is_none())
        .map(|(field, _)| FieldError {
            field: field.name().to_owned(),
            code: "readOnly".to_owned(),
            message: format!("{} is never changed here, so nobody has to own it.", field.label()),
        })
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(BackendError::Invalid { message: "Some of these fields cannot be owned.".to_owned(), errors })
}

/// New rules overwrite what people would have been asked about: whoever switches them on has looked first.
fn unseen(looked_at_others: bool) -> BackendError {
    let message = if looked_at_others {
        "What you looked at is not what would be switched on: the rules were changed meanwhile, here or by somebody \
         else. Look at what they would have done, and switch them on then."
    } else {
        "Look at what these rules would have done first, and send its \"seen\" along."
    };
    BackendError::field("seen", "notSeen", message)
}
