//! How the synchronisation with PEMS fares, and what can be done about it.
//!
//! | page | modules |
//! |---|---|
//! | dashboard | [`dashboard`], with [`headline`], [`budget`], [`live`], [`throughput`], [`read_run`], [`next_runs`], [`runs`], [`servers`], [`actions`] |
//! | queue, and one write | [`queue`], [`queue_rows`]; [`item`], [`siblings`] |
//! | dead letters, and one | [`letters`], [`letter_rows`]; [`letter`], [`letter_state`], [`correction_form`], [`correction`] |
//! | history, and one run | [`history`], [`history_form`], [`history_address`], [`run_rows`]; [`run`], [`run_items`] |
//! | shared | [`tabs`], [`words`], [`facts`]; lists: [`address`], [`filters`], [`causes`], [`selection_bar`], [`row_act`], [`ask_dialog`], [`acting`] |

pub mod acting;
pub mod actions;
pub mod address;
pub mod ask_dialog;
pub mod budget;
pub mod causes;
pub mod correction;
pub mod correction_form;
pub mod dashboard;
pub mod facts;
pub mod filters;
pub mod headline;
pub mod history;
pub mod history_address;
pub mod history_form;
pub mod item;
pub mod letter;
pub mod letter_rows;
pub mod letter_state;
pub mod letters;
pub mod live;
pub mod next_runs;
pub mod queue;
pub mod queue_rows;
pub mod read_run;
pub mod row_act;
pub mod run;
pub mod run_items;
pub mod run_rows;
pub mod runs;
pub mod selection_bar;
pub mod servers;
pub mod siblings;
pub mod tabs;
pub mod throughput;
pub mod words;

use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::dashboard::SyncDashboard;
use self::history::SyncHistoryPage;
use self::item::QueueItemPage;
use self::letter::DeadLetterPage;
use self::letters::DeadLettersPage;
use self::queue::QueueListPage;
use self::run::SyncRunPage;
use crate::parts;

/// The pages, as one part of the app.
#[derive(Debug, Clone, Copy)]
pub enum SyncPages {
    Dashboard,
    Queue,
    Item,
    DeadLetters,
    DeadLetter,
    History,
    Run,
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
        SyncPages::Dashboard => view! { <SyncDashboard /> }.into_any(),
        SyncPages::Queue => view! { <QueueListPage /> }.into_any(),
        SyncPages::Item => view! { <QueueItemPage /> }.into_any(),
        SyncPages::DeadLetters => view! { <DeadLettersPage /> }.into_any(),
        SyncPages::DeadLetter => view! { <DeadLetterPage /> }.into_any(),
        SyncPages::History => view! { <SyncHistoryPage /> }.into_any(),
        SyncPages::Run => view! { <SyncRunPage /> }.into_any(),
    })
}
