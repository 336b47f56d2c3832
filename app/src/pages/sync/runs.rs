//! Read and write runs: the one that writes now, and the newest ones.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::permission::Permission;

use super::work::use_work;
use crate::backend::JobView;
use crate::components::empty_state::EmptyState;
use crate::components::field_value::grouped;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::progress::Progress;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::session::{may, use_organization};

/// How far the changes of the newest commit are, while some are on their way.
#[component]
pub fn WriteProgress() -> impl IntoView {
    let jobs = use_work().jobs;
    view! {
        <Loaded resource=jobs what="the runs" let:jobs>
            {jobs
                .into_iter()
                .find(|job| job.kind == "write" && job.state == "running")
                .map(|job| {
                    let ended = ended(&job);
                    let text = format!("{} of {}", grouped(&ended.to_string()), grouped(&job.items.to_string()));
                    let label = format!("Writing to PEMS, {}", author(&job));
                    view! {
                        <section class="panel" aria-label="Write to PEMS">
                            <Progress label text share=share(ended, job.items) />
                        </section>
                    }
                })}
        </Loaded>
    }
    .into_any()
}

/// The newest runs.
#[component]
pub fn Runs() -> impl IntoView {
    let jobs = use_work().jobs;
    view! {
        <section aria-labelledby="runs-heading">
            <div class="section-head">
                <h2 id="runs-heading">"Recent runs"</h2>
            </div>
            <Loaded resource=jobs what="the runs" let:jobs>
                <Table jobs />
            </Loaded>
        </section>
    }
    .into_any()
}

#[component]
fn Table(jobs: Vec<JobView>) -> impl IntoView {
    if jobs.is_empty() {
        return view! {
            <div class="panel">
                <EmptyState glyph=Glyph::Clock title="No runs yet">
                    <p>"Read from PEMS to fill the mirror; commits show up here as write runs."</p>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    view! {
        <TableFrame label="Recent runs">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Run"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"By"</th>
                        <th scope="col">"Started"</th>
                        <th scope="col">"Ended"</th>
                        <th scope="col">"Result"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{jobs.into_iter().map(|job| view! { <Row job /> }).collect_view()}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(job: JobView) -> impl IntoView {
    let (tone, glyph, label) = match job.state.as_str() {
        "running" => (Tone::Info, Glyph::Clock, "Running".to_owned()),
        "completed" => (Tone::Ok, Glyph::Check, "Completed".to_owned()),
        "failed" => (Tone::Bad, Glyph::Cross, "Failed".to_owned()),
        other => (Tone::Neutral, Glyph::Info, other.to_owned()),
    };
    let (kind, result) =
        if job.kind == "read" { ("Read", read_result(&job)) } else { ("Write", write_result(&job)) };
    let can_be_rolled_back = job.kind == "write" && job.state != "running" && job.items_completed > 0;
    let rollback = (can_be_rolled_back && may(Permission::Sync)).then(|| {
        let code = use_organization().code;
        let label =
            format!("Roll back the run of {}, {}", author(&job), job.started_at.format("%Y-%m-%d %H:%M UTC"));
        view! {
            <A href=format!("/o/{code}/rollbacks/new?job={}", job.id) {..} class="button button-small" aria-label=label>
                "Roll back …"
            </A>
        }
    });
    view! {
        <tr>
            <th scope="row">{kind}</th>
            <td>
                <Tag tone glyph label />
            </td>
            <td>{author(&job)}</td>
            <td>
                <RelativeTime at=job.started_at />
            </td>
            <td>{job.finished_at.map(|at| view! { <RelativeTime at /> })}</td>
            <td>{result} {job.error.map(|error| view! { <span class="run-error">" " {error}</span> })}</td>
            <td>{rollback}</td>
        </tr>
    }
    .into_any()
}

fn author(job: &JobView) -> String {
    let trigger = match job.trigger.as_str() {
        "schedule" => "on schedule",
        "manual" => "asked for",
        "commit" => "commit",
        "resolution" => "conflict decided",
        "reprocess" => "failures retried",
        "rollback" => "rollback",
        other => other,
    };
    match &job.requested_by {
        Some(user) => format!("{user} ({trigger})"),
        None => trigger.to_owned(),
    }
}

fn read_result(job: &JobView) -> String {
    let mut parts = vec![
        format!("{} read", grouped(&job.records_read.to_string())),
        format!("{} changed", grouped(&job.records_changed.to_string())),
    ];
    if job.records_rejected > 0 {
        parts.push(format!("{} set aside", grouped(&job.records_rejected.to_string())));
    }
    parts.join(", ")
}

fn write_result(job: &JobView) -> String {
    let mut parts = vec![format!(
        "{} of {} in PEMS",
        grouped(&job.items_completed.to_string()),
        grouped(&job.items.to_string())
    )];
    if job.items_in_conflict > 0 {
        parts.push(format!("{} in conflict", grouped(&job.items_in_conflict.to_string())));
    }
    if job.items_failed > 0 {
        parts.push(format!("{} failed", grouped(&job.items_failed.to_string())));
    }
    parts.join(", ")
}

fn ended(job: &JobView) -> i64 {
    job.items_completed + job.items_failed + job.items_in_conflict
}

#[expect(clippy::cast_precision_loss, reason = "a share to draw needs three digits")]
fn share(ended: i64, all: i64) -> Option<f64> {
    (all > 0).then(|| ended as f64 / all as f64)
}
