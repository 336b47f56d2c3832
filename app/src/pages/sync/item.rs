//! `/o/:org/sync/queue/:id`: one write, what it changes, what PEMS answered, and what came before and after it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;
use vanguard_domain::permission::Permission;

use super::acting::{Outcome, provide_acting};
use super::address::{Address, List, Of};
use super::ask_dialog::AskDialog;
use super::facts::Fact;
use super::queue_rows::Change;
use super::row_act::{AfterAsking, AtOnce};
use super::siblings::Siblings;
use super::tabs::{Tab, Tabs};
use super::words;
use crate::backend::{BackendError, QueueItemDetail, QueueItemView};
use crate::components::attempts_table::AttemptsTable;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::queue_state::QueueState;
use crate::components::record_link::RecordLink;
use crate::components::relative_time::RelativeTime;
use crate::fetched::fetched;
use crate::server_fns::many_writes::WriteAct;
use crate::server_fns::queue::{Filter, queue_item};
use crate::session::{may, use_organization};

/// The page.
#[component]
pub fn QueueItemPage() -> impl IntoView {
    let organization = use_organization();
    let organization_id = organization.id;
    let (params, query) = (use_params_map(), use_query_map());
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| Uuid::parse_str(&id).ok()));
    let code = organization.code;
    let place = move || id.get().map_or_else(|| List::Queue.path().to_owned(), place_of);
    let acting = provide_acting(Signal::derive(move || format!("/o/{code}/{}", place())));
    let found = fetched(
        move || (id.get(), acting.versions()),
        move |(id, _)| async move {
            let id = id.ok_or_else(|| BackendError::not_found("queue item"))?;
            queue_item(organization_id, id).await
        },
    );
    let dialog = move || {
        let id = id.get()?;
        let asked = query.with(|query| query.get("ask")).as_deref() == Some("cancel");
        let address = Address::of(List::Queue, Filter::default());
        let ask = address.asking(WriteAct::CancelItems, Of::One(id)).ask?;
        (asked && may(Permission::Sync)).then(|| view! { <AskDialog address ask back=place_of(id) /> })
    };
    view! {
        <Title text="Write" />
        <div class="page">
            <NoticeBanner />
            <Outcome />
            <Loaded resource=found what="the write" let:found>
                <Write found />
            </Loaded>
            {dialog}
        </div>
    }
    .into_any()
}

/// The page's path within the organisation.
fn place_of(id: Uuid) -> String {
    format!("{}/{id}", List::Queue.path())
}

#[component]
fn Write(found: QueueItemDetail) -> impl IntoView {
    let QueueItemDetail { item, attempts, dead_letter_id, conflict_id, siblings } = found;
    let code = use_organization().code;
    let letter = dead_letter_id.map(|letter| {
        let (open, href) = (item.open_letter_id.is_some(), format!("/o/{code}/sync/dead-letters/{letter}"));
        view! { <A href=href>{if open { "Its dead letter waits for a decision" } else { "Its dead letter was decided" }}</A> }
    });
    let conflict = conflict_id.map(|conflict| {
        view! { <A href=format!("/o/{code}/conflicts/{conflict}")>"The conflict that took its place"</A> }
    });
    view! {
        <Title text=format!("Write of {}", item.pfa_id) />
        <div class="page-head">
            <h1>{format!("Write of {}", item.pfa_id)}</h1>
            <Tabs tab=Tab::Queue />
        </div>
        <section class="panel" aria-label="The write">
            <div class="sync-health">
                <QueueState status=item.status.clone() />
                {letter}
                {conflict}
            </div>
            <Facts item=item.clone() />
            <Change item=item.clone() />
            <Acts item />
        </section>
        <section aria-labelledby="attempts-heading">
            <div class="section-head">
                <h2 id="attempts-heading">"Attempts"</h2>
            </div>
            <AttemptsTable attempts />
        </section>
        <Siblings siblings />
    }
    .into_any()
}

#[component]
fn Facts(item: QueueItemView) -> impl IntoView {
    let run = format!("/o/{}/sync/history/{}", use_organization().code, item.job_id);
    let ended = item.completed_at;
    let error = item.last_error.map(|error| {
        let cause = item.last_error_code.as_deref().map(words::cause);
        view! {
            <Fact label="Last error">
                {cause} <span class="row-note-whole">{error}</span>
            </Fact>
        }
    });
    view! {
        <dl class="facts">
            <Fact label="Record">
                <RecordLink pfa_id=item.pfa_id />
            </Fact>
            <Fact label="By">{item.modified_by}</Fact>
            <Fact label="Queued">
                <RelativeTime at=item.created_at />
            </Fact>
            {ended.is_none()
                .then(|| view! { <Fact label="Not before"><RelativeTime at=item.scheduled_at ahead=true /></Fact> })}
            {ended.map(|at| view! { <Fact label="Ended"><RelativeTime at /></Fact> })}
            <Fact label="Priority">{item.priority}</Fact>
            <Fact label="Retries">{format!("{} of {}", item.retry_count, item.max_retries)}</Fact>
            <Fact label="Run">
                <A href=run>"The run that it is part of"</A>
            </Fact>
            {error}
        </dl>
    }
    .into_any()
}

/// What can be done; where it cannot, why.
#[component]
fn Acts(item: QueueItemView) -> impl IntoView {
    if !may(Permission::Sync) {
        return view! { <p class="muted">"Retrying and cancelling need the permission Sync."</p> }.into_any();
    }
    let place = place_of(item.id);
    let (retry, cancel) = (item.why_not_retried(), item.why_not_cancelled());
    // One reason for both says enough where nothing can be done any more.
    let reason = match (&retry, &cancel) {
        (Some(_), Some(_)) => Some("It has ended, or is being sent right now: nothing can be done with it."),
        _ => None,
    };
    let why = cancel.clone().filter(|_| retry.is_none());
    let href = format!("/o/{}/{place}?ask=cancel", use_organization().code);
    view! {
        <div class="button-row">
            <AtOnce
                act=WriteAct::RetryItems
                id=item.id
                label="Retry now"
                of=item.pfa_id.clone()
                why_not=retry
                back=place.clone()
            />
            <AfterAsking label="Cancel …" of=item.pfa_id why_not=cancel href=href />
        </div>
        {reason.map(|reason| view! { <p class="field-hint">{reason}</p> })}
        {why.map(|why| view! { <p class="field-hint">{why}</p> })}
    }
    .into_any()
}
