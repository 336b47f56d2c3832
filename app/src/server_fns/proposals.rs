//! Changes of many records at once.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use uuid::Uuid;

use crate::backend::{BackendError, BulkEditRequest, ImportRequest, Proposed};

/// One edit of many records: what it would do, or done.
#[server(prefix = "/fn", endpoint = "records/bulk-edit", input = Json)]
pub async fn bulk_edit_records(
    organization_id: Uuid,
    request: BulkEditRequest,
) -> Result<Proposed, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.drafts.bulk_edit(&access, request).await
}

/// A file's values: what they would change, or saved as drafts.
#[server(prefix = "/fn", endpoint = "records/import", input = Json)]
pub async fn import_records(organization_id: Uuid, request: ImportRequest) -> Result<Proposed, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.drafts.import(&access, request).await
}
