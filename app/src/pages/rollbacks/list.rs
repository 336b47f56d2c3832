//! `/o/:org/rollbacks`: what waits for approval, what is under way, what was done.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use vanguard_domain::permission::Permission;

use super::tabs::Tabs;
use super::words;
use crate::backend::{RollbackPage, RollbackView};
use crate::components::empty_state::EmptyState;
use crate::components::field_value::grouped;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::rollbacks::{Shown, rollbacks};
use crate::session::{may, use_organization};

/// The page. `?show=` says which.
#[component]
pub fn RollbacksPage() -> impl IntoView {
    let organization = use_organization();
    let id = organization.id;
    let events = use_events();
    let query = use_query_map();
    let shown = Memo::new(move |_| match query.with(|query| query.get("show")).as_deref() {
        Some("done") => Shown::Done,
        Some("declined") => Shown::Declined,
        Some("all") => Shown::All,
        _ => Shown::Open,
    });
    // What waits for a decision is told to its author: the list hears of it by the same word.
    let list = fetched(
        move || (shown.get(), events.version(EventKind::Rollback), events.version(EventKind::Notification)),
        move |(shown, ..)| rollbacks(id, shown),
    );
    view! {
        <Title text="Rollbacks" />
        <div class="page">
            <div class="page-head">
                <h1>"Rollbacks"</h1>
                <div class="button-row">
                    <Tabs shown />
                    {may(Permission::Sync)
                        .then(|| {
                            view! {
                                <A href=format!("/o/{}/rollbacks/new", organization.code) {..} class="button">
                                    "New rollback …"
                                </A>
                            }
                        })}
                </div>
            </div>
            <NoticeBanner />
            <Loaded resource=list what="the rollbacks" let:list>
                <Rollbacks list shown=shown.get_untracked() />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Rollbacks(list: RollbackPage, shown: Shown) -> impl IntoView {
    let RollbackPage { rollbacks, total } = list;
    if rollbacks.is_empty() {
        let title = match shown {
            Shown::Open => "Nothing waits for approval",
            Shown::Done => "Nothing was rolled back yet",
            Shown::Declined => "Nothing was refused or cancelled",
            Shown::All => "No rollbacks yet",
        };
        return view! {
            <div class="panel">
                <EmptyState title>
                    <p>
                        "A rollback gives PEMS back what it held before a write run, or at an earlier version of a record.
                        Begin at “Roll back …” beside a run on the Sync page, or with “New rollback …”. Another
                        administrator approves it before anything is sent."
                    </p>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    let caption = i64::try_from(rollbacks.len()).is_ok_and(|listed| listed < total).then(|| {
        let text = format!(
            "The newest {} of {}",
            grouped(&rollbacks.len().to_string()),
            grouped(&total.to_string())
        );
        view! { <caption>{text}</caption> }
    });
    view! {
        <TableFrame label="Rollbacks">
            <table class="table">
                {caption}
                <thead>
                    <tr>
                        <th scope="col">"Rollback of"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Result"</th>
                        <th scope="col">"Reason"</th>
                        <th scope="col">"Asked for by"</th>
                        <th scope="col">"Asked"</th>
                        <th scope="col">"Decided by"</th>
                    </tr>
                </thead>
                <tbody>{rollbacks.into_iter().map(|rollback| view! { <Row rollback /> }).collect_view()}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(rollback: RollbackView) -> impl IntoView {
    let href = format!("/o/{}/rollbacks/{}", use_organization().code, rollback.id);
    let (tone, glyph, label) = words::status(&rollback);
    let result = words::result(&rollback);
    view! {
        <tr>
            <th scope="row">
                <A href=href>{words::target(&rollback.target)}</A>
            </th>
            <td>
                <Tag tone glyph label />
            </td>
            <td class="nowrap">{result}</td>
            <td>{rollback.reason}</td>
            <td>{rollback.requested_by}</td>
            <td>
                <RelativeTime at=rollback.requested_at />
            </td>
            <td>{rollback.decided_by}</td>
        </tr>
    }
    .into_any()
}
