//! The newest read run: how far it is, or how it ended.

use leptos::prelude::*;

use crate::backend::JobView;
use crate::components::banner::Banner;
use crate::components::field_value::grouped;
use crate::components::progress::Progress;
use crate::components::relative_time::RelativeTime;
use crate::components::tone::Tone;

/// What is known about it.
#[component]
pub fn ReadRun(
    #[prop(optional_no_strip)] run: Option<JobView>,
    /// Records that we hold already.
    mirrored: i64,
) -> impl IntoView {
    match run {
        None => view! {
            <Banner tone=Tone::Info>
                <p>
                    "Nothing was read from PEMS yet. The first read begins on its schedule, or at once with
                    “Read from PEMS”."
                </p>
            </Banner>
        }
        .into_any(),
        Some(run) if run.state == "running" => view! { <Running run mirrored /> }.into_any(),
        Some(run) if run.state == "failed" => view! { <Failed run /> }.into_any(),
        Some(run) => view! { <Ended run /> }.into_any(),
    }
}

#[component]
fn Running(run: JobView, mirrored: i64) -> impl IntoView {
    let label =
        if mirrored == 0 { "Reading all records from PEMS for the first time" } else { "Reading from PEMS" };
    let text =
        format!("{} · {}", number(run.records_read, "record", "records"), number(run.pages, "page", "pages"));
    view! {
        <section class="panel" aria-label="Read from PEMS">
            <Progress label text share=None />
        </section>
    }
    .into_any()
}

#[component]
fn Failed(run: JobView) -> impl IntoView {
    let error = run.error.unwrap_or_else(|| "No reason was recorded.".to_owned());
    view! {
        <Banner tone=Tone::Bad>
            <p>
                <strong>"The last read from PEMS failed. "</strong>
                {error}
            </p>
            <p class="muted">
                "Started " <RelativeTime at=run.started_at />
                ". It is tried again on its schedule, and goes on where it stopped."
            </p>
        </Banner>
    }
    .into_any()
}

#[component]
fn Ended(run: JobView) -> impl IntoView {
    let rejected = run.records_rejected;
    view! {
        <p class="muted sync-last-read">
            "Last read from PEMS " <RelativeTime at=run.finished_at.unwrap_or(run.started_at) /> ": "
            {number(run.records_read, "record", "records")} ", " {number(run.records_changed, "change", "changes")}
            {(rejected > 0)
                .then(|| {
                    format!(", {} set aside because they break the contract", number(rejected, "record", "records"))
                })} "."
        </p>
    }
    .into_any()
}

fn number(count: i32, one: &str, many: &str) -> String {
    format!("{} {}", grouped(&count.to_string()), if count == 1 { one } else { many })
}
