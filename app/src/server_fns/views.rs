//! Views with a name, and the columns that a user keeps.

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};
use uuid::Uuid;

use crate::backend::{BackendError, NewView, SavedView};

/// The user's own views, and those that others share.
#[server(prefix = "/fn", endpoint = "views", input = GetUrl)]
pub async fn saved_views(organization_id: Uuid) -> Result<Vec<SavedView>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.views.list(&access).await
}

/// Saves a view over the user's own one of the same name.
#[server(prefix = "/fn", endpoint = "views/save", input = Json)]
pub async fn save_view(organization_id: Uuid, view: NewView) -> Result<SavedView, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.views.save(&access, view).await
}

/// Deletes one of the user's own.
#[server(prefix = "/fn", endpoint = "views/delete", input = Json)]
pub async fn delete_view(organization_id: Uuid, id: Uuid) -> Result<(), BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.views.delete(&access, id).await
}

/// Keeps these columns; none are those that everybody begins with.
#[server(prefix = "/fn", endpoint = "columns/keep", input = Json)]
pub async fn keep_columns(organization_id: Uuid, columns: Vec<String>) -> Result<(), BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.views.keep_columns(&access, columns).await
}
