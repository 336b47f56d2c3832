//! `/o/:org/sync/dead-letters/:id`: one failed change, what PEMS said, and what to do about it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use uuid::Uuid;
use vanguard_domain::permission::Permission;

use super::acting::{Outcome, provide_acting};
use super::address::{Address, List, Of};
use super::ask_dialog::AskDialog;
use super::correction_form::{CorrectionForm, Typed};
use super::facts::Fact;
use super::letter_rows::Failed;
use super::letter_state::LetterState;
use super::row_act::{AfterAsking, AtOnce};
use super::tabs::{Tab, Tabs};
use super::words;
use crate::backend::{BackendError, DeadLetterDetail, DeadLetterView};
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::attempts_table::AttemptsTable;
use crate::components::loaded::Loaded;
use crate::components::notice::{Notice, NoticeBanner};
use crate::components::record_link::RecordLink;
use crate::components::relative_time::RelativeTime;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::{fetched, outdated};
use crate::server_fns::many_writes::WriteAct;
use crate::server_fns::queue::{CorrectLetter, Filter, FoundLetter, dead_letter};
use crate::session::{may, use_organization};

/// The page.
#[component]
pub fn DeadLetterPage() -> impl IntoView {
    let organization = use_organization();
    let organization_id = organization.id;
    let (params, query) = (use_params_map(), use_query_map());
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| Uuid::parse_str(&id).ok()));
    let code = organization.code.clone();
    let place = move || id.get().map_or_else(|| List::DeadLetters.path().to_owned(), place_of);
    let acting = provide_acting(Signal::derive(move || format!("/o/{code}/{}", place())));
    let find = move |id: Option<Uuid>| async move {
        let id = id.ok_or_else(|| BackendError::not_found("failed change"))?;
        dead_letter(organization_id, id).await
    };
    // Whoever is typing is not disturbed by what is about other changes.
    let shown = StoredValue::new(None);
    let events = use_events();
    let changes = move || [EventKind::Queue, EventKind::Modification].map(|kind| events.version(kind));
    let version = outdated(changes, shown, move || find(id.get_untracked()));
    let acted = acting.decide.version();
    let added = Memo::new(move |_| query.with(|query| (query.get("fields"), query.get("add"))));
    let found =
        fetched(move || (id.get(), version.get(), acted.get(), added.get()), move |(id, ..)| find(id));
    let typed = Typed::new();
    let correct = ServerAction::<CorrectLetter>::new();
    follow(correct, organization.code);
    let dialog = move || {
        let id = id.get()?;
        let asked = query.with(|query| query.get("ask")).as_deref() == Some("discard");
        let address = Address::of(List::DeadLetters, Filter::default());
        let ask = address.asking(WriteAct::DiscardLetters, Of::One(id)).ask?;
        (asked && may(Permission::Sync)).then(|| view! { <AskDialog address ask back=place_of(id) /> })
    };
    view! {
        <Title text="Failed change" />
        <div class="page">
            <NoticeBanner />
            <Outcome />
            <ActionError action=correct />
            <Loaded resource=found what="the failed change" let:found>
                {shown.set_value(Some(found.clone()))}
                <Letter found typed correct />
            </Loaded>
            {dialog}
        </div>
    }
    .into_any()
}

/// The page's path within the organisation.
fn place_of(id: Uuid) -> String {
    format!("{}/{id}", List::DeadLetters.path())
}

/// After a correction: to the write that it made.
fn follow(correct: ServerAction<CorrectLetter>, code: String) {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    on_success(correct, move |corrected| {
        toasts.say(Tone::Ok, Notice::LetterCorrected.text());
        navigate(&format!("/o/{code}/sync/queue/{}", corrected.queue_item_id), NavigateOptions::default());
    });
}

#[component]
fn Letter(found: FoundLetter, typed: Typed, correct: ServerAction<CorrectLetter>) -> impl IntoView {
    let FoundLetter { detail, attempts } = found;
    let letter = detail.letter.clone();
    let is_open = letter.status == "open";
    let can_be_edited = is_open && letter.operation != "DELETE" && !letter.answer_is_lost;
    let form = (can_be_edited && may(Permission::Sync))
        .then(|| view! { <CorrectionForm detail=detail.clone() typed correct /> });
    view! {
        <Title text=format!("Failed change of {}", letter.pfa_id) />
        <div class="page-head">
            <h1>{format!("Failed change of {}", letter.pfa_id)}</h1>
            <Tabs tab=Tab::DeadLetters />
        </div>
        <section class="panel" aria-label="The failed change">
            <div class="sync-health">
                <LetterState letter=letter.clone() />
            </div>
            <Facts detail />
            <Failed letter=letter.clone() />
            {is_open.then(|| view! { <Acts letter /> })}
        </section>
        {form}
        <section aria-labelledby="attempts-heading">
            <div class="section-head">
                <h2 id="attempts-heading">"Attempts"</h2>
            </div>
            <AttemptsTable attempts />
        </section>
    }
    .into_any()
}

#[component]
fn Facts(detail: DeadLetterDetail) -> impl IntoView {
    let DeadLetterDetail { letter, record_version, next_item_id, .. } = detail;
    let queue = format!("/o/{}/sync/queue", use_organization().code);
    let failed = format!("{queue}/{}", letter.queue_item_id);
    let next = next_item_id.map(|next| {
        let href = format!("{queue}/{next}");
        view! {
            <Fact label="Taken up again">
                <A href=href>"The write that followed"</A>
            </Fact>
        }
    });
    view! {
        <dl class="facts">
            <Fact label="Why">
                {words::cause(&letter.error_code)} <span class="row-note-whole">{letter.error}</span>
            </Fact>
            <Fact label="Record">
                <RecordLink pfa_id=letter.pfa_id />
                {format!(" version {record_version} in PEMS")}
            </Fact>
            <Fact label="By">{letter.modified_by}</Fact>
            <Fact label="Failed">
                <RelativeTime at=letter.created_at />
            </Fact>
            <Fact label="Write">
                <A href=failed>"The write that failed"</A>
            </Fact>
            {next}
        </dl>
    }
    .into_any()
}

#[component]
fn Acts(letter: DeadLetterView) -> impl IntoView {
    if !may(Permission::Sync) {
        return view! { <p class="muted">"Deciding about failed changes needs the permission Sync."</p> }
            .into_any();
    }
    let place = place_of(letter.id);
    let lost = "PEMS's answer was lost, so the change may be in PEMS. Retry it: it is read back first.";
    let why_not = letter.answer_is_lost.then(|| lost.to_owned());
    let href = format!("/o/{}/{place}?ask=discard", use_organization().code);
    view! {
        <div class="button-row">
            <AtOnce act=WriteAct::RetryLetters id=letter.id label="Retry as it is" of=letter.pfa_id.clone() back=place />
            <AfterAsking label="Discard …" of=letter.pfa_id why_not=why_not.clone() href=href />
        </div>
        {why_not.map(|why_not| view! { <p class="field-hint">{why_not}</p> })}
    }
    .into_any()
}
