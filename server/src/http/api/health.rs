//! Whether the server and its sync worker are well. For anybody; counts and times only.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vanguard_app::backend::HealthWord;

use super::ApiState;
use crate::health::{HealthReport, HealthService};

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(server)).routes(routes!(sync_worker))
}

fn answer(report: HealthReport) -> (StatusCode, Json<HealthReport>) {
    let status =
        if report.status == HealthWord::Down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (status, Json(report))
}

/// Whether this server can answer requests.
#[utoipa::path(get, path = "/api/health", tag = "health", security(()),
    responses((status = 200, body = HealthReport), (status = 503, body = HealthReport)))]
async fn server(State(health): State<HealthService>) -> (StatusCode, Json<HealthReport>) {
    answer(health.server().await)
}

/// Whether changes reach PEMS.
#[utoipa::path(get, path = "/api/health/sync-worker", tag = "health", security(()),
    responses((status = 200, body = HealthReport), (status = 503, body = HealthReport)))]
async fn sync_worker(State(health): State<HealthService>) -> (StatusCode, Json<HealthReport>) {
    answer(health.sync_worker().await)
}
