//! Drafting, committing and discarding changes.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{
    Backend, CommitOutcome, CommitRequest, Discarded, DraftInput, DraftSide, RebaseRequest, SaveOutcome,
    SavedDraft,
};
use vanguard_domain::record::Field;

use super::priority::PriorityInput;
use super::{Answer, ApiState};
use crate::http::extract::{Body, LoggedIn};
use crate::http::limits::LARGE_BODY;
use crate::http::problem::Problem;

/// Of one value, in bytes of JSON. The longest field takes a fraction of it; what is longer is no edit.
const LONGEST_VALUE: usize = 64 * 1024;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(save).layer(DefaultBodyLimit::max(LARGE_BODY)))
        .routes(routes!(rebase))
        .routes(routes!(commit))
        .routes(routes!(discard))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SaveDrafts {
    organization_id: Uuid,
    #[schema(max_items = 5_000)]
    drafts: Vec<DraftInput>,
}

/// Saves changes as the caller's drafts: good ones are saved even when others are refused.
#[utoipa::path(post, path = "/api/pfa-data/save-draft", tag = "changes", request_body = SaveDrafts,
    responses((status = 200, body = SaveOutcome)))]
async fn save(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<SaveDrafts>,
) -> Answer<SaveOutcome> {
    let access = caller.enter(body.organization_id)?;
    bounded(&body.drafts)?;
    Ok(Json(backend.drafts.save(&access, body.drafts).await?))
}

/// Refuses the whole call: whoever sends this is not editing.
fn bounded(drafts: &[DraftInput]) -> Result<(), Problem> {
    for (at, draft) in drafts.iter().enumerate() {
        for (name, value) in &draft.changes {
            let too_long = match value {
                serde_json::Value::String(text) => text.len() > LONGEST_VALUE,
                serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
                    value.to_string().len() > LONGEST_VALUE
                }
                _ => false,
            };
            if too_long {
                let name: String = name.chars().take(60).collect();
                let field = format!("drafts[{at}].changes.{name}");
                let message = format!("{name} is far longer than any field may be.");
                return Err(Problem::new("too-large", message.clone()).with_error(&field, "tooLong", message));
            }
        }
    }
    Ok(())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RebaseDraft {
    organization_id: Uuid,
    modification_id: Uuid,
    /// The PEMS version that was looked at. If PEMS has moved on since, nothing is changed: 409.
    seen_version: i64,
    /// `mine` or `pems` for each field that the draft and PEMS changed differently, and for no other. With `mine` the
    /// draft replaces the value that PEMS has now; with `pems` the field leaves the draft.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, String>)]
    choices: BTreeMap<Field, DraftSide>,
}

/// Bases a draft of the caller on PEMS's current version. It is discarded when nothing of it remains.
#[utoipa::path(post, path = "/api/pfa-data/rebase-draft", tag = "changes", request_body = RebaseDraft,
    responses((status = 200, body = SavedDraft)))]
async fn rebase(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<RebaseDraft>,
) -> Answer<SavedDraft> {
    let access = caller.enter(body.organization_id)?;
    let RebaseDraft { modification_id, seen_version, choices, .. } = body;
    let request = RebaseRequest { modification_id, seen_version, choices };
    Ok(Json(backend.drafts.rebase(&access, request).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CommitDrafts {
    organization_id: Uuid,
    /// Default: all of the caller's drafts in the organisation.
    modification_ids: Option<Vec<Uuid>>,
    priority: Option<PriorityInput>,
    /// The same key commits once, however often it is sent.
    idempotency_key: Option<String>,
}

/// Commits drafts: from now on they are on their way to PEMS. All or nothing.
#[utoipa::path(post, path = "/api/pfa-data/commit-drafts", tag = "changes", request_body = CommitDrafts,
    responses((status = 200, body = CommitOutcome)))]
async fn commit(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<CommitDrafts>,
) -> Answer<CommitOutcome> {
    let access = caller.enter(body.organization_id)?;
    let request = CommitRequest {
        modification_ids: body.modification_ids,
        priority: body.priority.map(PriorityInput::get),
        idempotency_key: body.idempotency_key,
    };
    Ok(Json(backend.drafts.commit(&access, request).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DiscardDrafts {
    organization_id: Uuid,
    modification_ids: Vec<Uuid>,
}

/// Discards drafts of the caller.
#[utoipa::path(post, path = "/api/pfa-data/discard-drafts", tag = "changes", request_body = DiscardDrafts,
    responses((status = 200, body = Discarded)))]
async fn discard(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<DiscardDrafts>,
) -> Answer<Discarded> {
    let access = caller.enter(body.organization_id)?;
    Ok(Json(backend.drafts.discard(&access, body.modification_ids).await?))
}
