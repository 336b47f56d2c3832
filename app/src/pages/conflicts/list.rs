//! `/o/:org/conflicts`: what is to be decided, and what was.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_location, use_query_map};

use super::tabs::{Tab, Tabs};
use super::words;
use crate::backend::{ConflictList, ConflictView};
use crate::components::empty_state::EmptyState;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::conflicts::{Shown, conflicts};
use crate::session::use_organization;

/// The page. `?show=` says which.
#[component]
pub fn ConflictsPage() -> impl IntoView {
    let id = use_organization().id;
    let events = use_events();
    let query = use_query_map();
    let shown = Memo::new(move |_| match query.with(|query| query.get("show")).as_deref() {
        Some("decided") => Shown::Decided,
        Some("all") => Shown::All,
        _ => Shown::Open,
    });
    // With a dialog over it, the dialog says what happened.
    let path = use_location().pathname;
    let is_alone = Memo::new(move |_| path.with(|path| path.ends_with("/conflicts")));
    let list = fetched(
        move || (shown.get(), events.version(EventKind::Conflict)),
        move |(shown, _)| conflicts(id, shown),
    );
    view! {
        <Title text="Conflicts" />
        <div class="page">
            <div class="page-head">
                <h1>"Conflicts"</h1>
                <Tabs tab=Signal::derive(move || Tab::Conflicts(shown.get())) />
            </div>
            {move || is_alone.get().then(|| view! { <NoticeBanner /> })}
            <Loaded resource=list what="the conflicts" let:list>
                <Conflicts list shown=shown.get_untracked() />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Conflicts(list: ConflictList, shown: Shown) -> impl IntoView {
    if list.conflicts.is_empty() {
        let (title, text) = match shown {
            Shown::Open => (
                "No conflicts",
                "When PEMS changes a field that you changed as well, you decide here what holds.",
            ),
            Shown::Decided => ("Nothing was decided yet", "Conflicts that were decided are kept here."),
            Shown::All => (
                "No conflicts yet",
                "When PEMS changes a field that you changed as well, you decide here what holds.",
            ),
        };
        return view! {
            <div class="panel">
                <EmptyState title=title>
                    <p>{text}</p>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    view! {
        <TableFrame label="Conflicts">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Record"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Fields"</th>
                        <th scope="col">"Changed by"</th>
                        <th scope="col">"In PEMS by"</th>
                        <th scope="col">"Since"</th>
                        <th scope="col">"Cause"</th>
                    </tr>
                </thead>
                <tbody>{list.conflicts.into_iter().map(|conflict| view! { <Row conflict /> }).collect_view()}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(conflict: ConflictView) -> impl IntoView {
    let href = format!("/o/{}/conflicts/{}", use_organization().code, conflict.id);
    let fields: Vec<_> = conflict.conflict_fields.iter().map(|field| field.label()).collect();
    let (tone, glyph, label) = words::status(conflict.status);
    view! {
        <tr>
            <th scope="row">
                <A href=href>{conflict.pfa_id}</A>
                <span class="row-note">{conflict.pfa_details.description}</span>
            </th>
            <td>
                <Tag tone glyph label />
            </td>
            <td>{fields.join(", ")}</td>
            <td>{conflict.modified_by.username}</td>
            <td>{conflict.pems_updated_by}</td>
            <td>
                <RelativeTime at=conflict.created_at />
            </td>
            <td>{words::cause(conflict.cause)}</td>
        </tr>
    }
    .into_any()
}
