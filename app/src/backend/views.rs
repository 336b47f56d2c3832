//! How a user looks at the records: the columns that he keeps, and views with a name.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Access, BackendError};

/// A view with a name: filters, order, columns and grouping, as they stand in an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    pub id: Uuid,
    pub name: String,
    /// The query string of the records page, without its `?`.
    pub query: String,
    /// Whether everybody in the organisation finds it.
    pub is_shared: bool,
    /// User name of whoever saved it.
    pub owner: String,
    /// Whether the viewer saved it.
    pub is_own: bool,
}

/// A view to be saved. It replaces the caller's own one of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewView {
    pub name: String,
    pub query: String,
    pub is_shared: bool,
}

/// Views and columns. Every method needs `Read`.
#[async_trait]
pub trait ViewsPort: Send + Sync {
    /// The caller's own views, and those that others share with the organisation; by name.
    async fn list(&self, access: &Access) -> Result<Vec<SavedView>, BackendError>;
    async fn save(&self, access: &Access, view: NewView) -> Result<SavedView, BackendError>;
    /// Only the caller's own.
    async fn delete(&self, access: &Access, id: Uuid) -> Result<(), BackendError>;
    /// The names of the columns that the caller keeps, in order; empty if he has chosen none.
    async fn columns(&self, access: &Access) -> Result<Vec<String>, BackendError>;
    /// Keeps them, instead of those before; none are the columns that everybody begins with.
    async fn keep_columns(&self, access: &Access, columns: Vec<String>) -> Result<(), BackendError>;
}
