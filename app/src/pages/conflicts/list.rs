//! `/o/:org/conflicts`: what is to be decided, and what was.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_query_map};
use vanguard_domain::permission::Permission;

use super::address::Address;
use super::bulk_dialog::BulkDialog;
use super::bulk_run::{BulkRun, RunPanel};
use super::groups::{Filtered, Groups};
use super::rows::Rows;
use super::selection::SelectionBar;
use super::tabs::{Tab, Tabs};
use crate::backend::ConflictList;
use crate::components::action_outcome::ActionError;
use crate::components::empty_state::EmptyState;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::selection::Selection;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::conflicts::{Shown, conflicts};
use crate::server_fns::many_conflicts::{DecideMany, conflict_groups};
use crate::session::{may, use_organization};

/// The page. `?show=`, `?field=` and `?cause=` say which conflicts.
#[component]
pub fn ConflictsPage() -> impl IntoView {
    let id = use_organization().id;
    let events = use_events();
    let query = use_query_map();
    let address = Memo::new(move |_| query.with(Address::read));
    // Opening a dialog fetches nothing anew.
    let listed = Memo::new(move |_| address.with(Address::closed));
    // With a dialog over it, the dialog says what happened.
    let path = use_location().pathname;
    let is_alone = Memo::new(move |_| path.with(|path| path.ends_with("/conflicts")));
    let list = fetched(
        move || (listed.get(), events.version(EventKind::Conflict)),
        move |(listed, _)| conflicts(id, listed.shown, listed.field, listed.cause, listed.after),
    );
    let groups = fetched(move || events.version(EventKind::Conflict), move |_| conflict_groups(id));
    // Outside of what is shown anew with every fetch: what is ticked stays ticked, what is under way goes on.
    let (selection, run) = (Selection::new(), BulkRun::new());
    // Only for a plain form's failure: with scripts, the run says what became of each.
    let decide = ServerAction::<DecideMany>::new();
    let is_open = move || listed.with(|listed| listed.shown == Shown::Open);
    let dialog = move || {
        let address = address.get();
        // What was ticked is not in the address: a reload forgets it, and then there is nothing to ask.
        let ask = address.ask.filter(|ask| !ask.of_selection || !selection.ids().is_empty())?;
        may(Permission::Sync).then(|| view! { <BulkDialog address ask selection run /> })
    };
    view! {
        <Title text="Conflicts" />
        <div class="page">
            <div class="page-head">
                <h1>"Conflicts"</h1>
                <Tabs tab=Signal::derive(move || Tab::Conflicts(listed.with(|listed| listed.shown))) />
            </div>
            {move || is_alone.get().then(|| view! { <NoticeBanner /> })}
            <ActionError action=decide />
            <RunPanel run />
            <Show when=is_open>
                <Loaded resource=groups what="the kinds of conflicts" let:groups>
                    <Groups groups address=listed />
                </Loaded>
            </Show>
            <Loaded resource=list what="the conflicts" let:list>
                <Conflicts list listed=listed.get_untracked() selection />
            </Loaded>
            {dialog}
        </div>
    }
    .into_any()
}

#[component]
fn Conflicts(list: ConflictList, listed: Address, selection: Selection) -> impl IntoView {
    let ConflictList { conflicts, total, next_cursor } = list;
    let selectable = listed.shown == Shown::Open && may(Permission::Sync);
    selection.show(if selectable { conflicts.iter().map(|one| one.id).collect() } else { Vec::new() });
    let bar = selectable.then(|| view! { <SelectionBar selection address=listed.clone() total /> });
    let rows = if conflicts.is_empty() {
        view! { <NoConflicts listed=listed.clone() /> }.into_any()
    } else {
        let selection = selectable.then_some(selection);
        view! { <Rows conflicts total selection /> }.into_any()
    };
    view! {
        {(listed.shown == Shown::Open).then(|| view! { <Filtered address=listed.clone() total /> })}
        {bar}
        {rows}
        <Pages listed next_cursor />
    }
    .into_any()
}

#[component]
fn NoConflicts(listed: Address) -> impl IntoView {
    let waits = "When PEMS changes a field that you changed as well, you decide here what holds.";
    let (title, text) = match listed.shown {
        Shown::Open if listed.is_filtered() => {
            ("None of this kind", "Those that there were have been decided.")
        }
        Shown::Open => ("No conflicts", waits),
        Shown::Decided => ("Nothing was decided yet", "Conflicts that were decided are kept here."),
        Shown::ByRule => (
            "No rule has decided yet",
            "Where an administrator says who owns a field, its conflicts resolve themselves and are listed here.",
        ),
        Shown::All => ("No conflicts yet", waits),
    };
    view! {
        <div class="panel">
            <EmptyState title=title>
                <p>{text}</p>
            </EmptyState>
        </div>
    }
    .into_any()
}

/// The way through a list that is longer than a page.
#[component]
fn Pages(listed: Address, next_cursor: Option<String>) -> impl IntoView {
    let code = use_organization().code;
    let newest = listed.after.is_some().then(|| Address { after: None, ..listed.clone() }.link(&code));
    let older = next_cursor.map(|after| Address { after: Some(after), ..listed }.link(&code));
    (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="button-row" aria-label="Pages">
                {newest
                    .map(|href| {
                        view! {
                            <a href=href class="button">
                                "Newest"
                            </a>
                        }
                    })}
                {older
                    .map(|href| {
                        view! {
                            <a href=href class="button">
                                "More"
                            </a>
                        }
                    })}
            </nav>
        }
    })
}
