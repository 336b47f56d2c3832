//! The command deck: `/o/:org`, where a user begins.

pub mod costs;
pub mod needs;
pub mod page;
pub mod periods;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::page::DeckPage;
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum DeckPages {
    Deck,
}

impl ChooseView for DeckPages {
    async fn choose(self) -> AnyView {
        parts::page("deck", deck(self)).await
    }

    async fn preload(&self) {
        // If it fails, it is tried again when the page is chosen.
        let _ = load_deck().await;
    }
}

#[wasm_split(deck, preload(load_deck), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn deck(page: DeckPages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        DeckPages::Deck => view! { <DeckPage /> }.into_any(),
    })
}
