//! `/o/:org/sync/history`: read and write runs, newest first, or from a day on.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::history_address::HistoryAddress;
use super::history_form::HistoryForm;
use super::run_rows::RunRows;
use super::tabs::{Tab, Tabs};
use crate::backend::JobPage;
use crate::components::empty_state::EmptyState;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::pages::Pages;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::sync::sync_history;
use crate::session::use_organization;

/// The page.
#[component]
pub fn SyncHistoryPage() -> impl IntoView {
    let id = use_organization().id;
    let events = use_events();
    let query = use_query_map();
    let address = Memo::new(move |_| query.with(HistoryAddress::read));
    let versions = move || [EventKind::Sync, EventKind::Queue].map(|kind| events.version(kind));
    let list = fetched(
        move || (address.get(), versions()),
        move |(address, _)| sync_history(id, address.query(), address.page),
    );
    view! {
        <Title text="Sync history" />
        <div class="page">
            <div class="page-head">
                <h1>"Sync history"</h1>
                <Tabs tab=Tab::History />
            </div>
            <NoticeBanner />
            <HistoryForm address />
            <Loaded resource=list what="the runs" let:page>
                <Runs page address=address.get_untracked() />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Runs(page: JobPage, address: HistoryAddress) -> impl IntoView {
    let JobPage { jobs, total } = page;
    if total == 0 {
        let (title, text) = if address.is_filtered() {
            (
                "Nothing matches",
                "No run is of this kind, state, trigger and day. Choose others, or clear the filter.",
            )
        } else {
            ("No runs yet", "Read from PEMS to fill the mirror; commits show up here as write runs.")
        };
        return view! {
            <div class="panel">
                <EmptyState glyph=Glyph::Clock title>
                    <p>{text}</p>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    let (code, listed) = (use_organization().code, jobs.len());
    view! {
        <RunRows jobs label="Sync runs" />
        <Pages page=address.page listed total link=move |page| address.at(page).link(&code) />
    }
    .into_any()
}
