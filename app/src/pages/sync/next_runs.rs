//! When reads and writes last ran, and when they run next.

use leptos::prelude::*;
use leptos_router::components::A;

use super::words;
use crate::backend::{JobView, SyncStatus};
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::session::use_organization;

/// A table of the two.
#[component]
pub fn NextRuns(status: SyncStatus, jobs: Vec<JobView>) -> impl IntoView {
    let last_write = jobs.into_iter().find(|job| !words::is_read(job));
    view! {
        <section aria-labelledby="next-heading">
            <div class="section-head">
                <h2 id="next-heading">"Last and next run"</h2>
            </div>
            <TableFrame label="Last and next run">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Kind"</th>
                            <th scope="col">"Last run"</th>
                            <th scope="col">"Result"</th>
                            <th scope="col">"Next on schedule"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <Row kind="Read from PEMS" last=status.last_read next=status.next_read_at />
                        <Row kind="Write to PEMS" last=last_write next=status.next_sync_at />
                    </tbody>
                </table>
            </TableFrame>
        </section>
    }
    .into_any()
}

#[component]
fn Row(
    kind: &'static str,
    #[prop(optional_no_strip)] last: Option<JobView>,
    #[prop(optional_no_strip)] next: Option<chrono::DateTime<chrono::Utc>>,
) -> impl IntoView {
    let history = format!("/o/{}/sync/history", use_organization().code);
    let (when, result) = match last {
        Some(job) => {
            let result = words::result(&job);
            let when = view! {
                <A href=format!("{history}/{}", job.id)>
                    <RelativeTime at=job.started_at />
                </A>
            }
            .into_any();
            (when, result)
        }
        None => ("never".into_any(), String::new()),
    };
    let next = match next {
        Some(at) => view! { <RelativeTime at ahead=true /> }.into_any(),
        None => view! { <span class="muted">"not on a schedule"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{kind}</th>
            <td>{when}</td>
            <td>{result}</td>
            <td>{next}</td>
        </tr>
    }
    .into_any()
}
