//! `/o/:org/sync`: health, queue, failures, runs.

use leptos::prelude::*;
use leptos_meta::Title;

use super::actions::Actions;
use super::dead_letters::DeadLetters;
use super::dialogs::Dialogs;
use super::headline::Headline;
use super::queue_table::Queue;
use super::read_run::ReadRun;
use super::runs::{Runs, WriteProgress};
use super::servers::Servers;
use super::throughput::Throughput;
use super::work::provide_work;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::layout::status::use_status;

/// The page.
#[component]
pub fn SyncStatusPage() -> impl IntoView {
    let status = use_status();
    provide_work();
    view! {
        <Title text="Sync" />
        <div class="page">
            <Actions />
            <NoticeBanner />
            <Loaded resource=status what="the sync status" let:status>
                <Headline status=status.clone() />
                <ReadRun run=status.last_read.clone() mirrored=status.mirrored />
            </Loaded>
            <WriteProgress />
            <DeadLetters />
            <Queue />
            <Throughput />
            <Runs />
            <Loaded resource=status what="the API servers" let:status>
                <Servers servers=status.servers />
            </Loaded>
            <Dialogs />
        </div>
    }
    .into_any()
}
