//! What became of a record over time, and the proof of it.

pub mod comparison;
pub mod record;
pub mod version;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::record::RecordHistoryPage;
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum HistoryPages {
    Record,
}

impl ChooseView for HistoryPages {
    async fn choose(self) -> AnyView {
        parts::page("history", history(self)).await
    }

    async fn preload(&self) {
        // If it fails, it is tried again when the page is chosen.
        let _ = load_history().await;
    }
}

#[wasm_split(history, preload(load_history), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn history(page: HistoryPages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        HistoryPages::Record => view! { <RecordHistoryPage /> }.into_any(),
    })
}
