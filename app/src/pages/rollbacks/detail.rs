//! `/o/:org/rollbacks/:id`: the preview that two people see, the decision, the progress and the result.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;
use vanguard_domain::rollback::RollbackStatus;

use super::decide::{Decide, Decisions};
use super::outcome::{Decided, Records, Running};
use super::preview::Preview;
use super::summary::Summary;
use super::words;
use crate::backend::{BackendError, RollbackDetail, RollbackView};
use crate::components::banner::Banner;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::relative_time::RelativeTime;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::rollbacks::rollback;
use crate::session::use_organization;

/// The page.
#[component]
pub fn RollbackPage() -> impl IntoView {
    let organization = use_organization();
    let events = use_events();
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| Uuid::parse_str(&id).ok()));
    // Outside of what is shown anew with every fetch: what was typed stays typed, what was sent is answered.
    let decisions = Decisions::new();
    // While it waits, records may move as they like: the preview is what was asked for.
    let is_approved = RwSignal::new(false);
    let loaded = fetched(
        move || {
            let moves = is_approved.get().then(|| events.version(EventKind::Modification));
            (id.get(), events.version(EventKind::Rollback), moves, decisions.made())
        },
        move |(id, ..)| async move {
            let id = id.ok_or_else(|| BackendError::not_found("rollback"))?;
            rollback(organization.id, id).await
        },
    );
    view! {
        <div class="page">
            <p>
                <A href=format!("/o/{}/rollbacks", organization.code)>"All rollbacks"</A>
            </p>
            <NoticeBanner />
            <Loaded resource=loaded what="the rollback" let:detail>
                <Rollback detail decisions is_approved />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Rollback(detail: RollbackDetail, decisions: Decisions, is_approved: RwSignal<bool>) -> impl IntoView {
    let RollbackDetail { rollback, preview } = detail;
    let waits = rollback.status == RollbackStatus::Requested;
    let runs = rollback.job_id.is_some();
    Effect::new(move || is_approved.set(runs));
    let moved = waits && preview.records.iter().any(|record| record.previous_version.is_some());
    let (tone, glyph, label) = words::status(&rollback);
    let heading = format!("Rollback of {}", words::target(&rollback.target));
    view! {
        <Title text=heading.clone() />
        <div class="page-head">
            <h1>{heading}</h1>
            <Tag tone glyph label />
        </div>
        <Request rollback=rollback.clone() />
        <Decided rollback=rollback.clone() />
        <Running rollback=rollback.clone() />
        {moved.then(|| view! { <Moved /> })}
        {runs.then(|| view! { <Records rollback=rollback.clone() records=preview.records.clone() /> })}
        <section aria-labelledby="preview-heading">
            <div class="section-head">
                <h2 id="preview-heading">{if waits { "Preview" } else { "What was decided about" }}</h2>
                <span class="muted">"as of " <RelativeTime at=rollback.preview_at /></span>
            </div>
            <Preview preview=preview.preview.clone() records=preview.records.clone() choices=None />
        </section>
        {waits.then(|| view! { <Summary preview=preview.clone() /> })}
        {waits.then(|| view! { <Decide rollback preview_hash=preview.preview_hash decisions /> })}
    }
    .into_any()
}

/// Who asks, when and why.
#[component]
fn Request(rollback: RollbackView) -> impl IntoView {
    view! {
        <dl class="sides">
            <div class="side">
                <dt>"Asked for by"</dt>
                <dd>
                    <strong>{rollback.requested_by}</strong>
                    <span class="muted">" · " <RelativeTime at=rollback.requested_at /></span>
                </dd>
            </div>
            <div class="side">
                <dt>"Reason"</dt>
                <dd>{rollback.reason}</dd>
            </div>
        </dl>
    }
    .into_any()
}

#[component]
fn Moved() -> impl IntoView {
    view! {
        <Banner tone=Tone::Warn role="status">
            <p>
                "Records moved after this rollback was asked for. The preview shows them as they are now, beside what it showed
                before. Nothing was sent: look at it, and decide again."
            </p>
        </Banner>
    }
    .into_any()
}
