//! What administrators decide for the whole organisation.

pub mod choices;
pub mod examples;
pub mod organization;
pub mod ownership;
pub mod report;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::organization::SettingsPage;
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum SettingsPages {
    Organization,
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
        SettingsPages::Organization => view! { <SettingsPage /> }.into_any(),
    })
}
