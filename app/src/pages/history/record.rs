//! `/o/:org/records/:id/history`: every version of a record, and any two of them compared (`?from=3&to=5`).

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use vanguard_domain::record::Field;

use super::comparison::{Choose, Compared};
use super::version::Version;
use crate::backend::{BackendError, HistoryEntry};
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::record_link::RecordLink;
use crate::components::sync_state::SyncState;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::history::{RecordHistory, read_history};
use crate::session::use_organization;

/// The page.
#[component]
pub fn RecordHistoryPage() -> impl IntoView {
    let organization = use_organization();
    let events = use_events();
    let params = use_params_map();
    let query = use_query_map();
    let pfa_id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let asked = Memo::new(move |_| {
        let number = |name| query.with(|query| query.get(name)).and_then(|number| number.parse::<i64>().ok());
        Some((number("from")?, number("to")?))
    });
    let loaded = fetched(
        move || (pfa_id.get(), asked.get(), events.version(EventKind::Modification)),
        move |(pfa_id, asked, _)| async move {
            if pfa_id.is_empty() {
                return Err(BackendError::not_found("record"));
            }
            read_history(organization.id, pfa_id, asked.map(|(from, _)| from), asked.map(|(_, to)| to)).await
        },
    );
    view! {
        <div class="page">
            <NoticeBanner />
            <Loaded resource=loaded what="the history" let:history>
                <History history asked />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn History(history: RecordHistory, asked: Memo<Option<(i64, i64)>>) -> impl IntoView {
    let RecordHistory { record, versions, comparison } = history;
    let details = [Field::Category, Field::Class, Field::Description]
        .into_iter()
        .map(|field| record.fields.text(field))
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let pfa_id = record.pfa_id.clone();
    let numbers: Vec<i64> = versions.iter().map(|entry| entry.version).collect();
    let newest = numbers.first().copied();
    let choose =
        (numbers.len() > 1).then(|| view! { <Choose pfa_id=pfa_id.clone() numbers=numbers.clone() asked /> });
    let compared = asked
        .get_untracked()
        .zip(comparison)
        .map(|((from, to), comparison)| view! { <Compared from to comparison /> });
    view! {
        <Title text=format!("History of {pfa_id}") />
        <div class="page-head">
            <div>
                <h1>"History of " <RecordLink pfa_id=pfa_id.clone() /></h1>
                <p class="muted">{details}</p>
            </div>
            <SyncState state=record.sync_state />
        </div>
        {choose}
        {compared}
        <h2>"Versions"</h2>
        <ol class="history" reversed>
            {versions
                .into_iter()
                .map(|entry: HistoryEntry| {
                    let is_newest = newest == Some(entry.version);
                    view! { <Version pfa_id=pfa_id.clone() entry is_newest /> }
                })
                .collect_view()}
        </ol>
    }
    .into_any()
}
