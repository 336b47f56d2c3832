//! The log as a file: streamed page by page, however long it is.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use futures::{TryStreamExt, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use serde_json::Value as Json;
use utoipa::ToSchema;
use uuid::Uuid;
use vanguard_app::backend::{Access, AuditEntry, AuditPort, AuditQuery, Backend, BackendError};

use crate::http::extract::{LoggedIn, Query};
use crate::http::problem::Problem;
use crate::records::sheet::harmless;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    Csv,
    Jsonl,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportParameters {
    organization_id: Uuid,
    #[param(inline)]
    format: Format,
    event_type: Option<String>,
    user_id: Option<Uuid>,
    pfa_id: Option<String>,
    /// At or after.
    from: Option<DateTime<Utc>>,
    /// Before.
    to: Option<DateTime<Utc>>,
}

/// The log as a file, oldest first.
#[utoipa::path(get, path = "/api/audit/export", tag = "audit", params(ExportParameters),
    responses((status = 200, content((String = "text/csv"), (String = "application/jsonl")))))]
pub(super) async fn export(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<ExportParameters>,
) -> Result<Response, Problem> {
    let access = caller.enter(parameters.organization_id)?;
    let format = parameters.format;
    let (kind, ending) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Jsonl => ("application/jsonl", "jsonl"),
    };
    let file = format!("attachment; filename=\"audit-{}.{ending}\"", access.organization().code);
    let query = AuditQuery {
        event_type: parameters.event_type,
        user_id: parameters.user_id,
        pfa_id: parameters.pfa_id,
        from: parameters.from,
        to: parameters.to,
        ..AuditQuery::default()
    };
    let export = Export { port: Arc::clone(&backend.audit), access, query, format };
    // The first page is read before the answer begins: a refusal is an answer of its own.
    let first = export.page(0).await?;
    let rest =
        stream::try_unfold(ExportState { export, page: Some(first), begun: false }, |mut state| async move {
            let Some(page) = state.page.take() else { return Ok::<_, BackendError>(None) };
            let text = state.export.text(&page, !state.begun);
            state.begun = true;
            if let Some(last) = page.last() {
                state.page = Some(state.export.page(last.sequence).await?).filter(|page| !page.is_empty());
            }
            Ok(Some((Bytes::from(text), state)))
        });
    // An error in mid-stream cuts the answer off, so that half a log is not taken for the whole.
    let body = Body::from_stream(rest.map_err(|error| std::io::Error::other(error.to_string())));
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, file)], body).into_response())
}

struct ExportState {
    export: Export,
    page: Option<Vec<AuditEntry>>,
    begun: bool,
}

struct Export {
    port: Arc<dyn AuditPort>,
    access: Access,
    query: AuditQuery,
    format: Format,
}

impl Export {
    async fn page(&self, after: i64) -> Result<Vec<AuditEntry>, BackendError> {
        self.port.export(&self.access, &self.query, after).await
    }

    fn text(&self, page: &[AuditEntry], with_heading: bool) -> String {
        match self.format {
            Format::Jsonl => page.iter().map(|entry| json(entry) + "\n").collect(),
            Format::Csv => {
                let heading = if with_heading { HEADING } else { "" };
                page.iter().fold(heading.to_owned(), |text, entry| text + &row(entry))
            }
        }
    }
}

fn json(entry: &AuditEntry) -> String {
    serde_json::to_string(entry).expect("an entry always serialises")
}

const HEADING: &str =
    "sequence,at,actor,userId,eventType,pfaId,modificationId,outcome,before,after,pemsResponse,hash\r\n";

fn row(entry: &AuditEntry) -> String {
    let text = |json: &Option<Json>| json.as_ref().map(Json::to_string).unwrap_or_default();
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let cells = [
        entry.sequence.to_string(),
        entry.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        entry.actor.clone(),
        id(entry.user_id),
        entry.event_type.clone(),
        entry.pfa_id.clone().unwrap_or_default(),
        id(entry.modification_id),
        entry.outcome.clone(),
        text(&entry.before),
        text(&entry.after),
        text(&entry.pems_response),
        entry.hash.clone(),
    ];
    cells.map(|text| cell(&text)).join(",") + "\r\n"
}

/// Quoted as RFC 4180 says, and nothing that a spreadsheet computes.
fn cell(text: &str) -> String {
    format!("\"{}\"", harmless(text).replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled_and_formulas_are_text() {
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
    }
}
