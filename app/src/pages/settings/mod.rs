//! What administrators set up: the organisation, its API servers, its users; and what they look after: audit log and
//! alerts.
//!
//! The router knows one address with whatever follows it, and [`section`] reads the rest: each address of its own would
//! be paid for by every page, in the main part.

pub mod alerts;
pub mod area;
pub mod audit;
pub mod choices;
pub mod denied;
pub mod done;
pub mod examples;
pub mod installation;
pub mod organization;
pub mod ownership;
pub mod report;
pub mod section;
pub mod servers;
pub mod typed;
pub mod users;
pub mod write_sync;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::area::SettingsArea;
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum SettingsPages {
    /// All of them.
    Area,
}

impl ChooseView for SettingsPages {
    async fn choose(self) -> AnyView {
        parts::page("settings", settings(self)).await
    }

    async fn preload(&self) {
        // If it fails, it is tried again when the page is chosen.
        let _ = load_settings().await;
    }
}

#[wasm_split(settings, preload(load_settings), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn settings(page: SettingsPages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        SettingsPages::Area => view! { <SettingsArea /> }.into_any(),
    })
}
