//! Read and write runs on the dashboard: the one that writes now, and the newest ones.

use leptos::prelude::*;
use leptos_router::components::A;

use super::run::share;
use super::run_rows::RunRows;
use super::words;
use crate::backend::JobView;
use crate::components::empty_state::EmptyState;
use crate::components::field_value::grouped;
use crate::components::icon::Glyph;
use crate::components::progress::Progress;
use crate::session::use_organization;

/// How far the changes of the newest commit are, while some are on their way.
#[component]
pub fn WriteProgress(jobs: Vec<JobView>) -> impl IntoView {
    let running = jobs.into_iter().find(|job| !words::is_read(job) && job.state == "running");
    running.map(|job| {
        let ended = words::ended(&job);
        let text = format!("{} of {}", grouped(&ended.to_string()), grouped(&job.items.to_string()));
        let label = format!("Writing to PEMS, {}", words::author(&job));
        view! {
            <section class="panel" aria-label="Write to PEMS">
                <Progress label text share=share(ended, job.items) />
            </section>
        }
    })
}

/// The newest runs, with the way to all of them.
#[component]
pub fn Runs(jobs: Vec<JobView>) -> impl IntoView {
    let history = format!("/o/{}/sync/history", use_organization().code);
    let table = if jobs.is_empty() {
        view! {
            <div class="panel">
                <EmptyState glyph=Glyph::Clock title="No runs yet">
                    <p>"Read from PEMS to fill the mirror; commits show up here as write runs."</p>
                </EmptyState>
            </div>
        }
        .into_any()
    } else {
        view! { <RunRows jobs label="Recent runs" /> }.into_any()
    };
    view! {
        <section aria-labelledby="runs-heading">
            <div class="section-head">
                <h2 id="runs-heading">"Recent runs"</h2>
                <A href=history>"All runs"</A>
            </div>
            {table}
        </section>
    }
    .into_any()
}
