//! Changes that PEMS crossed.

pub mod address;
pub mod broken_rules;
pub mod bulk_dialog;
pub mod bulk_run;
pub mod cost_impact;
pub mod decide;
pub mod decision;
pub mod detail;
pub mod dispute;
pub mod groups;
pub mod list;
pub mod merged;
pub mod merges;
pub mod outcome;
pub mod over_list;
pub mod picks;
pub mod rows;
pub mod selection;
pub mod sides;
pub mod tabs;
pub mod words;

use leptos::prelude::*;
use leptos_router::ChooseView;
use leptos_router::components::Outlet;
use uuid::Uuid;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::detail::{ConflictDialog, Over};
use self::{list::ConflictsPage, merges::MergesPage, over_list::ConflictOverList};
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum ConflictPages {
    List,
    /// Over the list.
    One,
    Merged,
    /// Over another page.
    Dialog(Signal<Option<Uuid>>, Over),
}

impl ChooseView for ConflictPages {
    async fn choose(self) -> AnyView {
        parts::page("conflicts", conflicts(self)).await
    }

    async fn preload(&self) {
        // If it fails, it is tried again when the page is chosen.
        let _ = load_conflicts().await;
    }
}

#[wasm_split(conflicts, preload(load_conflicts), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn conflicts(page: ConflictPages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        ConflictPages::List => view! {
            <ConflictsPage />
            <Outlet />
        }
        .into_any(),
        ConflictPages::One => view! { <ConflictOverList /> }.into_any(),
        ConflictPages::Merged => view! { <MergesPage /> }.into_any(),
        ConflictPages::Dialog(id, over) => view! { <ConflictDialog id over /> }.into_any(),
    })
}
