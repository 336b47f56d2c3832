//! `/o/:org/sync/history/:id`: one run, with all that it was about.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::facts::Fact;
use super::run_items::{Rejected, RunItems};
use super::run_rows::RollBack;
use super::tabs::{Tab, Tabs};
use super::words;
use crate::backend::{BackendError, JobView};
use crate::components::banner::Banner;
use crate::components::duration::milliseconds;
use crate::components::field_value::grouped;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::pages::Page;
use crate::components::progress::Progress;
use crate::components::relative_time::RelativeTime;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::sync::{FoundJob, sync_job};
use crate::session::use_organization;

/// The page. `?page=` says which part of its items.
#[component]
pub fn SyncRunPage() -> impl IntoView {
    let organization_id = use_organization().id;
    let (params, query) = (use_params_map(), use_query_map());
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| Uuid::parse_str(&id).ok()));
    let page = Memo::new(move |_| query.with(Page::read));
    let events = use_events();
    let versions = move || [EventKind::Sync, EventKind::Queue].map(|kind| events.version(kind));
    let found = fetched(
        move || (id.get(), page.get(), versions()),
        move |(id, page, _)| async move {
            let id = id.ok_or_else(|| BackendError::not_found("sync run"))?;
            sync_job(organization_id, id, page).await
        },
    );
    view! {
        <Title text="Sync run" />
        <div class="page">
            <NoticeBanner />
            <Loaded resource=found what="the run" let:found>
                <Run found page=page.get_untracked() />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Run(found: FoundJob, page: Page) -> impl IntoView {
    let FoundJob { job, items, rejected } = found;
    let (tone, glyph, label) = words::run_state(&job.state);
    let title = if words::is_read(&job) { "Read from PEMS" } else { "Write to PEMS" };
    let error = job.error.clone().map(|error| {
        view! {
            <Banner tone=Tone::Bad>
                <p>{error}</p>
            </Banner>
        }
    });
    let id = job.id;
    let what = if words::is_read(&job) {
        view! { <Rejected rejected page job_id=id /> }.into_any()
    } else {
        view! { <RunItems items page job_id=id /> }.into_any()
    };
    view! {
        <Title text=title />
        <div class="page-head">
            <h1>{title}</h1>
            <Tabs tab=Tab::History />
        </div>
        <section class="panel" aria-label="The run">
            <div class="sync-health">
                <Tag tone glyph label />
                <p>{words::result(&job)}</p>
                <RollBack job=job.clone() />
            </div>
            <Ahead job=job.clone() />
            <Facts job />
        </section>
        {error}
        {what}
    }
    .into_any()
}

/// How far a write run is that is still under way.
#[component]
fn Ahead(job: JobView) -> impl IntoView {
    (job.state == "running" && !words::is_read(&job)).then(|| {
        let ended = words::ended(&job);
        let text = format!("{} of {}", grouped(&ended.to_string()), grouped(&job.items.to_string()));
        view! { <Progress label="Writing to PEMS" text share=share(ended, job.items) /> }
    })
}

/// A share to draw.
#[expect(clippy::cast_precision_loss, reason = "a share to draw needs three digits")]
pub fn share(ended: i64, all: i64) -> Option<f64> {
    (all > 0).then(|| ended as f64 / all as f64)
}

#[component]
fn Facts(job: JobView) -> impl IntoView {
    let scope = words::is_read(&job).then(|| {
        let scope = if job.full { "Every record" } else { "What changed since the last read" };
        view! {
            <Fact label="Reads">{scope}</Fact>
            <Fact label="Pages">{grouped(&job.pages.to_string())}</Fact>
        }
    });
    let (author, took) = (words::author(&job), words::took(&job));
    view! {
        <dl class="facts">
            <Fact label="Asked for by">{author}</Fact>
            <Fact label="Started">
                <RelativeTime at=job.started_at />
            </Fact>
            {job.finished_at.map(|at| view! { <Fact label="Ended"><RelativeTime at /></Fact> })}
            {took.map(|took| view! { <Fact label="Took">{milliseconds(took)}</Fact> })}
            {scope}
        </dl>
    }
    .into_any()
}
