//! Taking batches and records back: asked for by one person, approved by another.

pub mod ask;
pub mod choices;
pub mod decide;
pub mod detail;
pub mod list;
pub mod new;
pub mod outcome;
pub mod pick;
pub mod preview;
pub mod summary;
pub mod tabs;
pub mod words;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::{detail::RollbackPage, list::RollbacksPage, new::NewRollbackPage};
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum RollbackPages {
    List,
    New,
    One,
}

impl ChooseView for RollbackPages {
    async fn choose(self) -> AnyView {
        parts::page("rollbacks", rollbacks(self)).await
    }

    async fn preload(&self) {
        // If it fails, it is tried again when the page is chosen.
        let _ = load_rollbacks().await;
    }
}

#[wasm_split(rollbacks, preload(load_rollbacks), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn rollbacks(page: RollbackPages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        RollbackPages::List => view! { <RollbacksPage /> }.into_any(),
        RollbackPages::New => view! { <NewRollbackPage /> }.into_any(),
        RollbackPages::One => view! { <RollbackPage /> }.into_any(),
    })
}
