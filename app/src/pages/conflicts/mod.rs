//! Changes that PEMS crossed.

pub mod broken_rules;
pub mod decide;
pub mod decision;
pub mod detail;
pub mod dispute;
pub mod list;
pub mod merges;
pub mod outcome;
pub mod picks;
pub mod sides;
pub mod tabs;
pub mod words;

use leptos::prelude::*;
use leptos_router::ChooseView;

use self::{detail::ConflictPage, list::ConflictsPage, merges::MergesPage};

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum ConflictPages {
    List,
    Merged,
    One,
}

impl ChooseView for ConflictPages {
    async fn choose(self) -> AnyView {
        conflict_pages(self).await
    }

    async fn preload(&self) {
        #[cfg(feature = "hydrate")]
        __preload_conflict_pages().await;
    }
}

#[lazy]
fn conflict_pages(page: ConflictPages) -> AnyView {
    match page {
        ConflictPages::List => view! { <ConflictsPage /> }.into_any(),
        ConflictPages::Merged => view! { <MergesPage /> }.into_any(),
        ConflictPages::One => view! { <ConflictPage /> }.into_any(),
    }
}
