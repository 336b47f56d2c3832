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
pub mod work;

use leptos::prelude::*;
use leptos_router::ChooseView;

use self::status::SyncStatusPage;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum SyncPages {
    Status,
}

impl ChooseView for SyncPages {
    async fn choose(self) -> AnyView {
        sync_pages(self).await
    }

    async fn preload(&self) {
        #[cfg(feature = "hydrate")]
        __preload_sync_pages().await;
    }
}

#[lazy]
fn sync_pages(page: SyncPages) -> AnyView {
    match page {
        SyncPages::Status => view! { <SyncStatusPage /> }.into_any(),
    }
}
