//! The timeline of an organisation's records.
//!
//! The timeline itself is [`crate::components::timeline`]; what surrounds it is that of the records page: search and
//! filters, the bar of drafts, and the dialogs.

pub mod page;
pub mod panel;
pub mod place;
pub mod tools;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::page::TimelinePage;
use super::records::{dialogs, load_record_dialogs};
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum TimelinePages {
    Timeline,
}

impl ChooseView for TimelinePages {
    async fn choose(self) -> AnyView {
        // As on the records page: what the server rendered can be taken over only if its code is there.
        let is_asked_for = dialogs::is_asked_for();
        if is_asked_for {
            parts::announce("record_dialogs");
        }
        let page = async {
            if is_asked_for {
                load_record_dialogs().await?;
            }
            timeline(self).await
        };
        parts::page("timeline", page).await
    }

    async fn preload(&self) {
        // If one fails, it is tried again when the page is chosen.
        let _ = load_timeline().await;
        // The page that the server rendered is taken over without waiting once more.
        if dialogs::is_asked_for() {
            let _ = load_record_dialogs().await;
        }
    }
}

#[wasm_split(timeline, preload(load_timeline), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn timeline(page: TimelinePages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        TimelinePages::Timeline => view! { <TimelinePage /> }.into_any(),
    })
}
