//! A table of read and write runs.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::permission::Permission;

use super::words;
use crate::backend::JobView;
use crate::components::duration::milliseconds;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::session::{may, use_organization};

/// The table.
#[component]
pub fn RunRows(jobs: Vec<JobView>, label: &'static str) -> impl IntoView {
    view! {
        <TableFrame label=label>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Run"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"By"</th>
                        <th scope="col">"Started"</th>
                        <th scope="col" class="number">
                            "Took"
                        </th>
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
    let (tone, glyph, label) = words::run_state(&job.state);
    let href = format!("/o/{}/sync/history/{}", use_organization().code, job.id);
    let name = format!("{} of {}", words::run_kind(&job), job.started_at.format("%Y-%m-%d %H:%M:%S UTC"));
    let took = words::took(&job).map(milliseconds);
    view! {
        <tr>
            <th scope="row">
                <a href=href aria-label=name>
                    {words::run_kind(&job)}
                </a>
            </th>
            <td>
                <Tag tone glyph label />
            </td>
            <td>{words::author(&job)}</td>
            <td>
                <RelativeTime at=job.started_at />
            </td>
            <td class="number">{took}</td>
            <td>
                {words::result(&job)}
                {job.error.clone().map(|error| view! { <span class="run-error">" " {error}</span> })}
            </td>
            <td>
                <RollBack job />
            </td>
        </tr>
    }
    .into_any()
}

/// The way to take a write run back; nothing where there is nothing to take back.
#[component]
pub fn RollBack(job: JobView) -> impl IntoView {
    let can_be_rolled_back = !words::is_read(&job) && job.state != "running" && job.items_completed > 0;
    (can_be_rolled_back && may(Permission::Sync)).then(|| {
        let code = use_organization().code;
        let when = job.started_at.format("%Y-%m-%d %H:%M UTC");
        let label = format!("Roll back the run of {}, {when}", words::author(&job));
        view! {
            <A href=format!("/o/{code}/rollbacks/new?job={}", job.id) {..} class="button button-small" aria-label=label>
                "Roll back …"
            </A>
        }
    })
}
