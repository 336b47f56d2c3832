//! How users look at the records: views with a name, and the columns that each keeps.

mod store;

use async_trait::async_trait;
use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError, NewView, SavedView, ViewsPort};
use vanguard_domain::permission::Permission;

use crate::internal::OrInternal;

/// The longest name of a view, in characters.
const LONGEST_NAME: usize = 80;
/// The longest query string of a view, in characters.
const LONGEST_QUERY: usize = 4_000;
/// The most views of one user in an organisation.
const MOST_VIEWS: i64 = 100;
/// More columns than there are to choose from.
const MOST_COLUMNS: usize = 100;

/// Implements the views port.
#[derive(Debug, Clone)]
pub struct ViewsService {
    pool: PgPool,
}

impl ViewsService {
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl ViewsPort for ViewsService {
    async fn list(&self, access: &Access) -> Result<Vec<SavedView>, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::list(&mut connection, access).await.or_internal()
    }

    async fn save(&self, access: &Access, view: NewView) -> Result<SavedView, BackendError> {
        access.require(Permission::Read)?;
        let view = checked(view)?;
        let mut tx = self.pool.begin().await.or_internal()?;
        let saved = store::upsert(&mut tx, access, &view).await.or_internal()?;
        if store::count_own(&mut tx, access).await.or_internal()? > MOST_VIEWS {
            let message = format!("You have {MOST_VIEWS} views. Delete one that you do not need any more.");
            return Err(BackendError::field("name", "tooMany", message));
        }
        tx.commit().await.or_internal()?;
        Ok(saved)
    }

    async fn delete(&self, access: &Access, id: Uuid) -> Result<(), BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        if store::delete(&mut connection, access, id).await.or_internal()? {
            Ok(())
        } else {
            Err(BackendError::not_found("view of yours"))
        }
    }

    async fn columns(&self, access: &Access) -> Result<Vec<String>, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        Ok(store::columns(&mut connection, access).await.or_internal()?.unwrap_or_default())
    }

    async fn keep_columns(&self, access: &Access, columns: Vec<String>) -> Result<(), BackendError> {
        access.require(Permission::Read)?;
        if columns.len() > MOST_COLUMNS || columns.iter().any(|name| name.len() > 40 || name.contains('\0')) {
            return Err(BackendError::field("columns", "outOfRange", "These are no columns of the grid."));
        }
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::keep_columns(&mut connection, access, &columns).await.or_internal()
    }
}

fn checked(view: NewView) -> Result<NewView, BackendError> {
    let name = view.name.trim().to_owned();
    let refuse = |code: &str, message: String| Err(BackendError::field("name", code, message));
    if name.is_empty() {
        return refuse("required", "Give the view a name.".to_owned());
    }
    if name.chars().count() > LONGEST_NAME {
        return refuse("tooLong", format!("A name has at most {LONGEST_NAME} characters."));
    }
    if name.chars().any(char::is_control) || view.query.contains('\0') {
        return refuse("controlCharacter", "A name must not contain control characters.".to_owned());
    }
    if view.query.chars().count() > LONGEST_QUERY {
        return refuse("tooLong", "This view has too many filters to be saved.".to_owned());
    }
    let query = view.query.trim_start_matches('?').to_owned();
    Ok(NewView { name, query, is_shared: view.is_shared })
}
