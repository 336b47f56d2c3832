//! The records of an organisation.
//!
//! The grid itself is [`crate::components::grid`]; here is what surrounds it: the address that says what it shows,
//! search and filters, the bar of drafts, and the dialogs.

pub mod address;
pub mod bulk_edit;
pub mod chips;
pub mod choices;
pub mod column_choice;
pub mod commit;
pub mod commit_result;
pub mod dialogs;
pub mod discard;
pub mod discontinue;
pub mod draft_bar;
pub mod empty;
pub mod filters;
pub mod grid;
pub mod groups;
pub mod import;
pub mod pager;
pub mod proposing;
pub mod rebase;
pub mod review;
pub mod selection_bar;
pub mod status;
pub mod steering;
pub mod toolbar;
pub mod tools;
pub mod views;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::address::Dialog;
use self::dialogs::OwnDialog;
use self::grid::GridPage;
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum RecordsPages {
    Grid,
}

impl ChooseView for RecordsPages {
    async fn choose(self) -> AnyView {
        // What the server rendered can be taken over only if its code is there. If it does not come, the page does
        // not come either, and says so.
        let is_asked_for = dialogs::is_asked_for();
        if is_asked_for {
            parts::announce("record_dialogs");
        }
        let page = async {
            if is_asked_for {
                load_record_dialogs().await?;
            }
            records(self).await
        };
        parts::page("records", page).await
    }

    async fn preload(&self) {
        // If one fails, it is tried again when the page is chosen.
        let _ = load_records().await;
        // The page that the server rendered is taken over without waiting once more.
        if dialogs::is_asked_for() {
            let _ = load_record_dialogs().await;
        }
    }
}

#[wasm_split(records, preload(load_records), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn records(page: RecordsPages) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        RecordsPages::Grid => view! { <GridPage /> }.into_any(),
    })
}

/// The dialogs, as a part of their own: most visits open none, or only after a while.
#[wasm_split(record_dialogs, preload(load_record_dialogs), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn record_dialogs(dialog: Dialog) -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <OwnDialog dialog /> }.into_any())
}
