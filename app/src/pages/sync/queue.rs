//! `/o/:org/sync/queue`: every write, on its way or ended.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use vanguard_domain::permission::Permission;

use super::acting::{Outcome, provide_acting, use_acting};
use super::address::{Address, List, Of};
use super::ask_dialog::AskDialog;
use super::causes::Causes;
use super::filters::Filters;
use super::queue_rows::QueueRows;
use super::selection_bar::SelectionBar;
use super::tabs::{Tab, Tabs};
use crate::backend::QueuePage;
use crate::components::empty_state::EmptyState;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::pages::Pages;
use crate::fetched::fetched;
use crate::server_fns::many_writes::WriteAct;
use crate::server_fns::queue::{queue_causes, queue_items};
use crate::session::{may, use_organization};

/// The page.
#[component]
pub fn QueueListPage() -> impl IntoView {
    let organization = use_organization();
    let id = organization.id;
    let query = use_query_map();
    let address = Memo::new(move |_| query.with(|query| Address::read(List::Queue, query)));
    // Opening a dialog fetches nothing anew.
    let listed = Memo::new(move |_| address.with(Address::closed));
    let code = organization.code;
    let acting = provide_acting(Signal::derive(move || listed.with(|listed| listed.link(&code))));
    let list = fetched(
        move || (listed.get(), acting.versions()),
        move |(listed, _)| queue_items(id, listed.filter, listed.page),
    );
    let causes = fetched(move || acting.versions(), move |_| queue_causes(id));
    let dialog = move || {
        let address = address.get();
        // What was ticked is not in the address: a reload forgets it, and then there is nothing to ask.
        let ask = address.ask.filter(|ask| ask.of != Of::Selection || !acting.selection.ids().is_empty())?;
        let closed = address.closed();
        let back = closed.place();
        may(Permission::Sync).then(|| view! { <AskDialog address=closed ask back /> })
    };
    view! {
        <Title text="Queue" />
        <div class="page">
            <div class="page-head">
                <h1>"Queue"</h1>
                <Tabs tab=Tab::Queue />
            </div>
            <NoticeBanner />
            <Outcome />
            <Loaded resource=causes what="the causes" let:causes>
                <Causes causes address=listed />
            </Loaded>
            <Filters address=listed />
            <Loaded resource=list what="the queue" let:page>
                <Writes page listed=listed.get_untracked() />
            </Loaded>
            {dialog}
        </div>
    }
    .into_any()
}

#[component]
fn Writes(page: QueuePage, listed: Address) -> impl IntoView {
    let QueuePage { items, total, next_cursor: _ } = page;
    let selectable = may(Permission::Sync);
    let shown = items.len();
    use_acting().selection.show(if selectable {
        items.iter().map(|item| item.id).collect()
    } else {
        Vec::new()
    });
    if items.is_empty() && total == 0 {
        return view! { <NoWrites listed /> }.into_any();
    }
    let code = use_organization().code;
    let page = listed.page;
    let acts = [WriteAct::RetryItems, WriteAct::CancelItems];
    let bar = selectable.then(|| view! { <SelectionBar address=listed.clone() total acts /> });
    let here = listed.clone();
    view! {
        {bar}
        <QueueRows items listed=here total selectable />
        <Pages page listed=shown total link=move |page| listed.at(page).link(&code) />
    }
    .into_any()
}

#[component]
fn NoWrites(listed: Address) -> impl IntoView {
    let is_all = listed.filter == crate::server_fns::queue::Filter::default();
    let (title, text) = if is_all {
        ("Nothing was written yet", "Commit drafts on the Records page: each change is a write here.")
    } else {
        (
            "Nothing matches",
            "No write has this status, cause or search. Choose “All”, or search for something else.",
        )
    };
    view! {
        <div class="panel">
            <EmptyState title>
                <p>{text}</p>
            </EmptyState>
        </div>
    }
    .into_any()
}
