//! What the timeline needs to begin; from there on it asks as the grid does.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backend::{BackendError, DateSpan, RecordQuery};
use crate::server_fns::records::GridStart;

/// What the timeline needs to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineStart {
    pub records: GridStart,
    /// Over all records, whatever the filter: another filter does not move the ground.
    pub span: DateSpan,
}

/// The first page of a list, and the days that the dates of all records lie between.
#[server(prefix = "/fn", endpoint = "timeline/start", input = Json)]
pub async fn start_timeline(
    organization_id: Uuid,
    query: RecordQuery,
    focus: Option<String>,
) -> Result<TimelineStart, BackendError> {
    let access = super::access(organization_id)?;
    let span = super::backend()?.records.date_span(&access).await?;
    let records = super::records::start_grid(organization_id, query, focus).await?;
    Ok(TimelineStart { records, span })
}
