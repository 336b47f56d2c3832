//! Rollbacks: asked for by one person, decided by another.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{
    Backend, Overwrites, RollbackDetail, RollbackField, RollbackRecord, RollbackRequest, RollbackTarget,
    RollbackView, TargetFields,
};
use vanguard_domain::record::Field;
use vanguard_domain::rollback::RollbackStatus;

use super::scope::{Somewhere, wherever};
use super::{Answer, ApiState, cursor};
use crate::http::extract::{Body, InPath, LoggedIn, Query};
use crate::http::problem::Problem;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(request))
        .routes(routes!(get))
        .routes(routes!(approve))
        .routes(routes!(reject))
        .routes(routes!(cancel))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParameters {
    organization_id: Uuid,
    /// `requested`, `running`, `completed`, `partly`, `failed`, `rejected` or `cancelled`.
    #[param(value_type = Option<String>)]
    status: Option<RollbackStatus>,
    cursor: Option<String>,
    /// 1 to 1000; default 100.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RollbackList {
    /// Newest first.
    rollbacks: Vec<RollbackView>,
    /// How many there are in all.
    total: i64,
    /// For the next page; none at the end.
    next_cursor: Option<String>,
}

/// Rollbacks, newest first.
#[utoipa::path(get, path = "/api/pems/rollbacks", tag = "rollbacks", params(ListParameters),
    responses((status = 200, body = RollbackList)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<ListParameters>,
) -> Answer<RollbackList> {
    let access = caller.enter(parameters.organization_id)?;
    let window = cursor::window(parameters.cursor.as_deref(), parameters.limit)?;
    let statuses: Vec<RollbackStatus> = parameters.status.into_iter().collect();
    let page = backend.rollbacks.list(&access, &statuses, window).await?;
    let next_cursor = cursor::next(window.offset, page.rollbacks.len(), page.total);
    Ok(Json(RollbackList { rollbacks: page.rollbacks, total: page.total, next_cursor }))
}

/// One of them, with its preview and what became of each record.
#[utoipa::path(get, path = "/api/pems/rollbacks/{id}", tag = "rollbacks",
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = RollbackDetail)))]
async fn get(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<RollbackDetail> {
    let found = wherever(&caller, scope.organization_id, |access| {
        let rollbacks = backend.rollbacks.clone();
        async move { rollbacks.get(&access, id).await }
    });
    Ok(Json(found.await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AskForRollback {
    organization_id: Uuid,
    /// A write run, or a record with the version whose values it shall have again.
    #[schema(value_type = TargetFields)]
    target: RollbackTarget,
    /// 1 to 500 characters. A dry run needs none.
    #[serde(default)]
    reason: String,
    /// Fields to restore though somebody else changed them since; all others are left alone.
    #[serde(default)]
    overwrite: Vec<Overwrite>,
    /// The preview that was seen: if it is no longer true, nothing is asked for (409).
    preview_hash: Option<String>,
    /// Only say what would be asked for.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Overwrite {
    pfa_id: String,
    #[schema(value_type = Vec<String>)]
    fields: Vec<Field>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AskedFor {
    /// None after a dry run.
    rollback_id: Option<Uuid>,
    #[schema(value_type = Option<String>)]
    status: Option<RollbackStatus>,
    /// Field by field, records in order.
    preview: Vec<RollbackField>,
    records: Vec<RollbackRecord>,
    /// Names the preview; an approval has to name it too.
    preview_hash: Option<String>,
    dry_run: bool,
}

/// Asks for a rollback. Nothing is sent before another administrator has approved it.
#[utoipa::path(post, path = "/api/pems/rollbacks", tag = "rollbacks", request_body = AskForRollback,
    responses((status = 200, body = AskedFor)))]
async fn request(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<AskForRollback>,
) -> Answer<AskedFor> {
    let access = caller.enter(body.organization_id)?;
    let overwrite = by_record(body.overwrite)?;
    let (rollback, preview) = if body.dry_run {
        (None, backend.rollbacks.preview(&access, &body.target, &overwrite).await?)
    } else {
        let AskForRollback { target, reason, preview_hash, .. } = body;
        let asked = RollbackRequest { target, overwrite, reason, preview_hash };
        let detail = backend.rollbacks.request(&access, asked).await?;
        (Some(detail.rollback), detail.preview)
    };
    Ok(Json(AskedFor {
        rollback_id: rollback.as_ref().map(|rollback| rollback.id),
        status: rollback.map(|rollback| rollback.status),
        preview: preview.preview,
        records: preview.records,
        preview_hash: preview.preview_hash,
        dry_run: body.dry_run,
    }))
}

fn by_record(overwrite: Vec<Overwrite>) -> Result<Overwrites, Problem> {
    let mut by_record = Overwrites::new();
    for (at, Overwrite { pfa_id, fields }) in overwrite.into_iter().enumerate() {
        if by_record.insert(pfa_id, fields.into_iter().collect()).is_some() {
            let message = "This record occurs twice. Put its fields together.";
            let field = format!("overwrite[{at}].pfaId");
            return Err(Problem::new("invalid", message).with_error(&field, "twice", message));
        }
    }
    Ok(by_record)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Approve {
    /// Default: whichever of the caller's organisations has the rollback.
    organization_id: Option<Uuid>,
    /// The preview that was seen. If the records moved since, nothing is sent (409), and a new preview is stored.
    preview_hash: String,
}

/// Approves a rollback and sends it on its way. For another user than the one who asked.
#[utoipa::path(post, path = "/api/pems/rollbacks/{id}/approve", tag = "rollbacks", request_body = Approve,
    params(("id" = Uuid, Path)), responses((status = 200, body = RollbackDetail)))]
async fn approve(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Body(body): Body<Approve>,
) -> Answer<RollbackDetail> {
    let approved = wherever(&caller, body.organization_id, |access| {
        let (rollbacks, hash) = (backend.rollbacks.clone(), body.preview_hash.clone());
        async move { rollbacks.approve(&access, id, &hash).await }
    });
    Ok(Json(approved.await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reject {
    /// Default: whichever of the caller's organisations has the rollback.
    organization_id: Option<Uuid>,
    /// 1 to 500 characters.
    reason: String,
}

/// Refuses a rollback. For another user than the one who asked.
#[utoipa::path(post, path = "/api/pems/rollbacks/{id}/reject", tag = "rollbacks", request_body = Reject,
    params(("id" = Uuid, Path)), responses((status = 200, body = RollbackDetail)))]
async fn reject(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Body(body): Body<Reject>,
) -> Answer<RollbackDetail> {
    let rejected = wherever(&caller, body.organization_id, |access| {
        let (rollbacks, reason) = (backend.rollbacks.clone(), body.reason.clone());
        async move { rollbacks.reject(&access, id, &reason).await }
    });
    Ok(Json(rejected.await?))
}

/// Takes a request back before it is decided. For whoever asked, and for administrators.
#[utoipa::path(post, path = "/api/pems/rollbacks/{id}/cancel", tag = "rollbacks",
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = RollbackDetail)))]
async fn cancel(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<RollbackDetail> {
    let cancelled = wherever(&caller, scope.organization_id, |access| {
        let rollbacks = backend.rollbacks.clone();
        async move { rollbacks.cancel(&access, id).await }
    });
    Ok(Json(cancelled.await?))
}
