//! What administrators set up.

mod api_servers;
mod ownership;
mod settings;
mod users;

use utoipa_axum::router::OpenApiRouter;

use super::{Answer, ApiState};

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .merge(api_servers::router())
        .merge(ownership::router())
        .merge(settings::router())
        .merge(users::router())
}
