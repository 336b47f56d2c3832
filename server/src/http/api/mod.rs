//! The JSON API: one file an area. Handlers are thin: read the request, enter the organisation, call the port.
//!
//! | file | addresses |
//! |---|---|
//! | [`auth`] | `/api/auth/…` |
//! | [`records`] | `/api/pfa-data`, `…/{pfaId}`, `…/{pfaId}/history` |
//! | [`drafts`] | `/api/pfa-data/{save,commit,discard}-drafts` |
//! | [`sync`] | `/api/pems/{write-sync,read-sync,sync-status,sync-jobs}` |
//! | [`queue`] | `/api/pems/queue/…` |
//! | [`dead_letters`] | `/api/pems/dead-letters/…` |
//! | [`conflicts`] | `/api/pems/conflicts/…` |
//! | [`merges`] | `/api/pems/merges/…` |
//! | [`rollbacks`] | `/api/pems/rollbacks/…` |
//! | [`audit`] | `/api/audit/…` |
//! | [`notifications`] | `/api/notifications/…` |
//! | [`admin`] | `/api/admin/…` |
//! | [`health`] | `/api/health`, `/api/health/sync-worker` |

mod admin;
mod audit;
mod auth;
mod conflicts;
mod cursor;
mod dead_letters;
mod drafts;
mod health;
mod merges;
mod notifications;
mod priority;
mod queue;
mod records;
mod rollbacks;
mod scope;
mod sync;

use axum::Json;
use axum::extract::FromRef;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vanguard_app::backend::Backend;

use super::events::{self, Live};
use super::problem::Problem;
use crate::health::HealthService;

/// What handlers ask for.
#[derive(Debug, Clone, FromRef)]
pub struct ApiState {
    pub backend: Backend,
    pub live: Live,
    pub health: HealthService,
}

type Answer<T> = Result<Json<T>, Problem>;

/// Every endpoint, with its description.
pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .merge(auth::router())
        .merge(records::router())
        .merge(drafts::router())
        .merge(sync::router())
        .merge(queue::router())
        .merge(dead_letters::router())
        .merge(conflicts::router())
        .merge(merges::router())
        .merge(rollbacks::router())
        .merge(audit::router())
        .merge(notifications::router())
        .merge(admin::router())
        .merge(health::router())
        .routes(routes!(events::events))
}
