//! What a user was told.

pub mod choices;
pub mod inbox;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::choices::ChoicesPage;
use self::inbox::InboxPage;
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum NotificationPages {
    Inbox,
    Choices,
}

impl ChooseView for NotificationPages {
    async fn choose(self) -> AnyView {
        parts::page("notifications", notifications(self)).await
    }

    async fn preload(&self) {
        // If it fails, it is tried again when the page is chosen.
        let _ = load_notifications().await;
    }
}

#[wasm_split(notifications, preload(load_notifications), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn notifications(page: NotificationPages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        NotificationPages::Inbox => view! { <InboxPage /> }.into_any(),
        NotificationPages::Choices => view! { <ChoicesPage /> }.into_any(),
    })
}
