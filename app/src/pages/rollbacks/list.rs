//! `/o/:org/rollbacks`: what waits for approval, what is under way, what was done.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use vanguard_domain::permission::Permission;

use super::tabs::{Tabs, link};
use super::words;
use crate::backend::{RollbackPage, RollbackView};
use crate::components::empty_state::EmptyState;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::pages::{Page, Pages};
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::rollbacks::{Shown, rollbacks};
use crate::session::{may, use_organization};

/// The page. `?show=` says which, `?page=` which part of them.
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
    let page = Memo::new(move |_| query.with(Page::read));
    // What waits for a decision is told to its author: the list hears of it by the same word.
    let versions = move || [EventKind::Rollback, EventKind::Notification].map(|kind| events.version(kind));
    let list = fetched(
        move || (shown.get(), page.get(), versions()),
        move |(shown, page, _)| rollbacks(id, shown, page),
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
                <Rollbacks list shown=shown.get_untracked() page=page.get_untracked() />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Rollbacks(list: RollbackPage, shown: Shown, page: Page) -> impl IntoView {
    let RollbackPage { rollbacks, total } = list;
    if total == 0 {
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
    let (code, listed) = (use_organization().code, rollbacks.len());
    let link = move |page| link(&code, shown, page);
    view! {
        <TableFrame label="Rollbacks">
            <table class="table">
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
        <Pages page listed total link />
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
