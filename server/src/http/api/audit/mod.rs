//! The audit log.

mod export;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{AuditPage, AuditQuery, Backend, ChainReport};

use super::scope::InOrganization;
use super::{Answer, ApiState};
use crate::http::extract::{LoggedIn, Query};

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(export::export)).routes(routes!(verify))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParameters {
    organization_id: Uuid,
    /// As in `write.confirmed`.
    event_type: Option<String>,
    user_id: Option<Uuid>,
    pfa_id: Option<String>,
    /// At or after.
    from: Option<DateTime<Utc>>,
    /// Before.
    to: Option<DateTime<Utc>>,
    cursor: Option<String>,
    /// 1 to 1000; default 100.
    limit: Option<u32>,
}

/// Who did what, newest first.
#[utoipa::path(get, path = "/api/audit", tag = "audit", params(ListParameters),
    responses((status = 200, body = AuditPage)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<ListParameters>,
) -> Answer<AuditPage> {
    let access = caller.enter(parameters.organization_id)?;
    let query = AuditQuery {
        event_type: parameters.event_type,
        user_id: parameters.user_id,
        pfa_id: parameters.pfa_id,
        from: parameters.from,
        to: parameters.to,
        cursor: parameters.cursor,
        limit: parameters.limit,
    };
    Ok(Json(backend.audit.list(&access, &query).await?))
}

/// Recomputes the hash chain: whether any row was changed, removed or put in between.
#[utoipa::path(get, path = "/api/audit/verify", tag = "audit", params(InOrganization),
    responses((status = 200, body = ChainReport)))]
async fn verify(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(scope): Query<InOrganization>,
) -> Answer<ChainReport> {
    let access = caller.enter(scope.organization_id)?;
    Ok(Json(backend.audit.verify(&access).await?))
}
