//! Help.

pub mod keys;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::keys::KeysPage;
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum HelpPages {
    Keys,
}

impl ChooseView for HelpPages {
    async fn choose(self) -> AnyView {
        parts::page("help", help(self)).await
    }

    async fn preload(&self) {
        // If it fails, it is tried again when the page is chosen.
        let _ = load_help().await;
    }
}

#[wasm_split(help, preload(load_help), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn help(page: HelpPages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        HelpPages::Keys => view! { <KeysPage /> }.into_any(),
    })
}
