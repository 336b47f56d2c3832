//! The contract that PEMS offers: see `pems-contract`. One entry point, because every request, known or not, goes the
//! same way: it is journalled, admitted, met by faults, carried out and answered.

mod access;
mod answer;
mod apply;
mod orders;
mod pipeline;
mod route;
mod work;

use std::sync::Arc;

use axum::Router;

use crate::shared::Shared;

/// The largest body that is read at all; a client that sends more is told so.
pub(crate) const BODY_LIMIT: usize = 16 * 1024 * 1024;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(pipeline::handle).with_state(shared)
}
