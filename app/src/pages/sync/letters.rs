//! `/o/:org/sync/dead-letters`: changes that failed for good, until somebody decides.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use vanguard_domain::permission::Permission;

use super::acting::{Outcome, provide_acting, use_acting};
use super::address::{Address, List, Of};
use super::ask_dialog::AskDialog;
use super::causes::Causes;
use super::filters::Filters;
use super::letter_rows::LetterRows;
use super::selection_bar::SelectionBar;
use super::tabs::{Tab, Tabs};
use super::words;
use crate::backend::DeadLetterPage;
use crate::components::empty_state::EmptyState;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::pages::Pages;
use crate::fetched::fetched;
use crate::server_fns::many_writes::WriteAct;
use crate::server_fns::queue::{dead_letters, letter_causes};
use crate::session::{may, use_organization};

/// What can be done with those that are open.
const ACTS: [WriteAct; 2] = [WriteAct::RetryLetters, WriteAct::DiscardLetters];

/// The page.
#[component]
pub fn DeadLettersPage() -> impl IntoView {
    let organization = use_organization();
    let id = organization.id;
    let query = use_query_map();
    let address = Memo::new(move |_| query.with(|query| Address::read(List::DeadLetters, query)));
    // Opening a dialog fetches nothing anew.
    let listed = Memo::new(move |_| address.with(Address::closed));
    let code = organization.code;
    let acting = provide_acting(Signal::derive(move || listed.with(|listed| listed.link(&code))));
    let list = fetched(
        move || (listed.get(), acting.versions()),
        move |(listed, _)| dead_letters(id, listed.filter, listed.page),
    );
    let causes = fetched(move || acting.versions(), move |_| letter_causes(id));
    let dialog = move || {
        let address = address.get();
        // What was ticked is not in the address: a reload forgets it, and then there is nothing to ask.
        let ask = address.ask.filter(|ask| ask.of != Of::Selection || !acting.selection.ids().is_empty())?;
        let closed = address.closed();
        let back = closed.place();
        may(Permission::Sync).then(|| view! { <AskDialog address=closed ask back /> })
    };
    view! {
        <Title text="Dead letters" />
        <div class="page">
            <div class="page-head">
                <h1>"Dead letters"</h1>
                <Tabs tab=Tab::DeadLetters />
            </div>
            <NoticeBanner />
            <Outcome />
            <Loaded resource=causes what="the causes" let:causes>
                <Causes causes address=listed />
            </Loaded>
            <Filters address=listed />
            <Loaded resource=list what="the failed changes" let:page>
                <Letters page listed=listed.get_untracked() />
            </Loaded>
            {dialog}
        </div>
    }
    .into_any()
}

#[component]
fn Letters(page: DeadLetterPage, listed: Address) -> impl IntoView {
    let DeadLetterPage { dead_letters, total } = page;
    let shown = dead_letters.len();
    // Decided ones are there to be read.
    let selectable = may(Permission::Sync) && listed.filter.status.is_none();
    let ids = if selectable { dead_letters.iter().map(|letter| letter.id).collect() } else { Vec::new() };
    use_acting().selection.show(ids);
    if dead_letters.is_empty() && total == 0 {
        return view! { <NoLetters listed /> }.into_any();
    }
    let code = use_organization().code;
    let page = listed.page;
    let whole = (selectable && shown > 0).then(|| view! { <Whole listed=listed.clone() total /> });
    let bar = selectable.then(|| view! { <SelectionBar address=listed.clone() total acts=ACTS /> });
    let here = listed.clone();
    view! {
        {whole}
        {bar}
        <LetterRows letters=dead_letters listed=here total selectable />
        <Pages page listed=shown total link=move |page| listed.at(page).link(&code) />
    }
    .into_any()
}

/// All that the filter leaves, at once.
#[component]
fn Whole(listed: Address, total: i64) -> impl IntoView {
    let code = use_organization().code;
    let links = ACTS
        .map(|act| {
            let text = format!("{} all {total} …", words::asks(act));
            view! {
                <a class="button" href=listed.asking(act, Of::Matching).link(&code) data-noscroll="true">
                    {text}
                </a>
            }
        })
        .collect_view();
    view! {
        <div class="filtered">
            <p>
                <strong>{words::selection(&listed, total)}</strong>
            </p>
            <div class="button-row">{links}</div>
        </div>
    }
    .into_any()
}

#[component]
fn NoLetters(listed: Address) -> impl IntoView {
    let (title, text) = match (listed.filter.status.as_deref(), listed.is_narrowed()) {
        (None, false) => (
            "No failed changes",
            "What PEMS refuses, or what fails after its last retry, waits here until somebody retries, edits or discards it.",
        ),
        _ => ("Nothing matches", "No failed change has this status, cause or search."),
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
