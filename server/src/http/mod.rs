//! HTTP: pages, server functions, JSON API, metrics.
//!
//! Every request passes, from the outside in: [`observe`] (id, log, metrics, time limit), panics caught, headers
//! that protect, compression, the [`limits`] on bodies, the [`guard`] (who, from where, made by whom), the router.

mod api;
mod assets;
mod events;
mod extract;
mod fallback;
mod guard;
mod headers;
mod limits;
mod observe;
mod openapi;
mod pages;
mod problem;
mod refusals;

use std::path::Path;

use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get};
use axum::{Router, middleware};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::openapi::OpenApi;
use vanguard_app::backend::Backend;

pub use api::ApiState;
pub use events::Live;
pub use guard::Guard;

use crate::metrics::Gauges;
use limits::{BODY, LARGE_BODY};

/// What the router is made of.
#[derive(Debug)]
pub struct Site<'a> {
    pub api: ApiState,
    pub guard: Guard,
    pub gauges: Gauges,
    /// The folder of the browser's files.
    pub site_root: &'a Path,
}

/// Everything that the server answers.
pub fn router(site: Site<'_>) -> serde_json::Result<Router> {
    let backend: Backend = site.api.backend.clone();
    let (api, document) = api::router().split_for_parts();
    let document = openapi::complete(document);
    let gauges = site.gauges;
    let json = api
        .with_state(site.api)
        .merge(openapi::router(&document)?)
        .method_not_allowed_fallback(fallback::wrong_method)
        .route("/api", any(fallback::unknown_address))
        .route("/api/", any(fallback::unknown_address))
        .route("/api/{*rest}", any(fallback::unknown_address))
        .layer(DefaultBodyLimit::max(BODY));
    let router = Router::new()
        .merge(json)
        .route("/metrics", get(async move || gauges.render().await))
        .merge(
            pages::router(backend, site.site_root).layer(middleware::map_response(refusals::with_its_status)),
        )
        .layer(middleware::from_fn_with_state(site.guard, guard::check))
        .layer(RequestBodyLimitLayer::new(LARGE_BODY))
        .layer(middleware::from_fn(limits::announced))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    Ok(headers::protect(router)
        .layer(CatchPanicLayer::custom(fallback::panicked))
        .layer(middleware::map_response(fallback::as_problem))
        .layer(middleware::from_fn(observe::observe)))
}

/// The description of the API.
pub fn openapi() -> OpenApi {
    openapi::complete(api::router().split_for_parts().1)
}
