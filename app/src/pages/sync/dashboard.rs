//! `/o/:org/sync`: health, figures, what is under way, throughput, runs, API servers.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::actions::Actions;
use super::budget::watch_budget;
use super::headline::Headline;
use super::live::Live;
use super::next_runs::NextRuns;
use super::read_run::ReadRun;
use super::runs::{Runs, WriteProgress};
use super::servers::Servers;
use super::throughput::Throughput;
use crate::backend::SyncStatus;
use crate::components::banner::Banner;
use crate::components::field_value::grouped;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::layout::status::use_status;
use crate::server_fns::sync::sync_jobs;
use crate::session::use_organization;

/// How many runs are listed.
const RUNS: u32 = 10;

/// The page.
#[component]
pub fn SyncDashboard() -> impl IntoView {
    let id = use_organization().id;
    let (status, events) = (use_status(), use_events());
    let versions = move || [EventKind::Sync, EventKind::Queue].map(|kind| events.version(kind));
    let budget = watch_budget();
    let jobs = fetched(versions, move |_| sync_jobs(id, RUNS));
    view! {
        <Title text="Sync" />
        <div class="page">
            <Actions />
            <NoticeBanner />
            <Live />
            <Loaded resource=status what="the sync status" let:status>
                <Headline status=status.clone() budget />
                <Failures status=status.clone() />
                <ReadRun run=status.last_read.clone() mirrored=status.mirrored />
            </Loaded>
            <Loaded resource=jobs what="the runs" let:jobs>
                <WriteProgress jobs />
            </Loaded>
            <Throughput />
            <Loaded resource=status what="the next runs" let:status>
                <Loaded resource=jobs what="the runs" let:jobs>
                    <NextRuns status=status.clone() jobs />
                </Loaded>
            </Loaded>
            <Loaded resource=jobs what="the runs" let:jobs>
                <Runs jobs />
            </Loaded>
            <Loaded resource=status what="the API servers" let:status>
                <Servers servers=status.servers />
            </Loaded>
        </div>
    }
    .into_any()
}

/// What failed and waits for a decision, with the way to it.
#[component]
fn Failures(status: SyncStatus) -> impl IntoView {
    let href = format!("/o/{}/sync/dead-letters", use_organization().code);
    (status.dead_letters > 0).then(|| {
        let what = if status.dead_letters == 1 { "failed change waits" } else { "failed changes wait" };
        let text = format!("{} {what} for a decision. ", grouped(&status.dead_letters.to_string()));
        view! {
            <Banner tone=Tone::Warn>
                <p>
                    {text} <A href=href>"Retry, edit or discard"</A>
                </p>
            </Banner>
        }
    })
}
