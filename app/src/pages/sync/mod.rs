//! How the synchronisation with PEMS fares, and what can be done about it.

pub mod actions;
pub mod attempts;
pub mod dead_letters;
pub mod dialogs;
pub mod headline;
pub mod queue_table;
pub mod read_run;
pub mod runs;
pub mod servers;
pub mod status;
pub mod throughput;
pub mod work;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::status::SyncStatusPage;
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum SyncPages {
    Status,
}

impl ChooseView for SyncPages {
    async fn choose(self) -> AnyView {
        parts::page("sync", sync(self)).await
    }

    async fn preload(&self) {
        // If it fails, it is tried again when the page is chosen.
        let _ = load_sync().await;
    }
}

#[wasm_split(sync, preload(load_sync), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn sync(page: SyncPages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        SyncPages::Status => view! { <SyncStatusPage /> }.into_any(),
    })
}
