//! Reading records for the grid: its first page, its further windows, and what its actions need to know.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::record::Field;

use crate::backend::{BackendError, RecordGroup, RecordPage, RecordQuery, RecordRow};
use crate::components::grid::selection::Selectable;
use crate::server_fns::drafts::DraftSummary;

/// What the grid needs to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GridStart {
    pub page: RecordPage,
    /// The list's number of the page's first row.
    pub offset: u32,
    /// How many records there are, whatever the filter.
    pub everything: i64,
    pub drafts: DraftSummary,
    /// The names of the columns that the user keeps; none are those that everybody begins with.
    pub columns: Vec<String>,
    /// Where in the list the record stands that was asked for; `None` also when it is not in the list.
    pub focused: Option<u32>,
}

/// The first page of a list: the one at `query.offset`, or the one that `focus` is on.
#[server(prefix = "/fn", endpoint = "records/start", input = Json)]
pub async fn start_grid(
    organization_id: Uuid,
    query: RecordQuery,
    focus: Option<String>,
) -> Result<GridStart, BackendError> {
    let access = super::access(organization_id)?;
    let backend = super::backend()?;
    let focused = match &focus {
        Some(pfa_id) => paging::place(&*backend.records, &access, &query, pfa_id).await?,
        None => None,
    };
    let offset = match focused {
        Some(place) => place - place % query.limit.max(1),
        None => query.offset,
    };
    let page = backend.records.list(&access, &RecordQuery { offset, ..query.clone() }).await?;
    let is_narrowed = query.search.is_some() || !query.filter.is_empty() || query.sync_state.is_some();
    let everything = if is_narrowed {
        let all = RecordQuery { limit: 1, ..RecordQuery::default() };
        backend.records.list(&access, &all).await?.total
    } else {
        page.total
    };
    let drafts = if page.own_drafts > 0 {
        super::drafts::reading::summary(&*backend.records, &access).await?
    } else {
        DraftSummary::default()
    };
    let columns = backend.views.columns(&access).await?;
    Ok(GridStart { page, offset, everything, drafts, columns, focused })
}

/// A window of the list.
#[server(prefix = "/fn", endpoint = "records/window", input = Json)]
pub async fn record_window(organization_id: Uuid, query: RecordQuery) -> Result<RecordPage, BackendError> {
    super::backend()?.records.list(&super::access(organization_id)?, &query).await
}

/// The row number of a record in a list; `None` if it is not in it.
#[server(prefix = "/fn", endpoint = "records/place", input = Json)]
pub async fn record_place(
    organization_id: Uuid,
    query: RecordQuery,
    pfa_id: String,
) -> Result<Option<u32>, BackendError> {
    paging::place(&*super::backend()?.records, &super::access(organization_id)?, &query, &pfa_id).await
}

/// Every record of a list, by the value of a field.
#[server(prefix = "/fn", endpoint = "records/groups", input = Json)]
pub async fn record_groups(
    organization_id: Uuid,
    query: RecordQuery,
    by: Field,
) -> Result<Vec<RecordGroup>, BackendError> {
    super::backend()?.records.groups(&super::access(organization_id)?, &query, by).await
}

/// One record as the grid shows it.
#[server(prefix = "/fn", endpoint = "records/row", input = Json)]
pub async fn read_row(organization_id: Uuid, pfa_id: String) -> Result<RecordRow, BackendError> {
    Ok(super::backend()?.records.get(&super::access(organization_id)?, &pfa_id).await?.merged)
}

/// The records of rows `query.offset` to `query.offset + query.limit` of the list, however many: for "select all
/// that match" and for ranges that reach beyond what the browser holds.
#[server(prefix = "/fn", endpoint = "records/select", input = Json)]
pub async fn select_records(
    organization_id: Uuid,
    query: RecordQuery,
) -> Result<Vec<Selectable>, BackendError> {
    paging::selectables(&*super::backend()?.records, &super::access(organization_id)?, &query).await
}

/// Going through a list that is longer than a port answers at once.
#[cfg(feature = "ssr")]
mod paging {
    use crate::backend::{Access, BackendError, RecordQuery, RecordsPort};
    use crate::components::grid::cache::selectable;
    use crate::components::grid::selection::Selectable;

    /// The most that a port answers at once.
    const MOST: u32 = 1000;

    /// The row number of a record in a list.
    pub(super) async fn place(
        records: &dyn RecordsPort,
        access: &Access,
        query: &RecordQuery,
        pfa_id: &str,
    ) -> Result<Option<u32>, BackendError> {
        let mut offset = 0;
        loop {
            let page = records.list(access, &RecordQuery { offset, limit: MOST, ..query.clone() }).await?;
            if let Some((number, _)) = (offset..).zip(&page.records).find(|(_, row)| row.pfa_id == pfa_id) {
                return Ok(Some(number));
            }
            offset += MOST;
            if page.records.is_empty() || i64::from(offset) >= page.total {
                return Ok(None);
            }
        }
    }

    pub(super) async fn selectables(
        records: &dyn RecordsPort,
        access: &Access,
        query: &RecordQuery,
    ) -> Result<Vec<Selectable>, BackendError> {
        let end = query.offset.saturating_add(query.limit);
        let mut offset = query.offset;
        let mut found = Vec::new();
        while offset < end {
            let limit = MOST.min(end - offset);
            let page = records.list(access, &RecordQuery { offset, limit, ..query.clone() }).await?;
            found.extend(page.records.iter().map(selectable));
            if page.records.is_empty() {
                break;
            }
            offset += limit;
        }
        Ok(found)
    }
}
