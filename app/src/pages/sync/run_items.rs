//! What a run was about: the changes of a write run, and what a read run set aside.

use leptos::prelude::*;
use uuid::Uuid;

use crate::backend::{JobItem, JobItemPage, RejectedPage};
use crate::components::empty_state::EmptyState;
use crate::components::field_value::grouped;
use crate::components::pages::{Page, Pages};
use crate::components::queue_state::QueueState;
use crate::components::record_link::RecordLink;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::paths;
use crate::session::use_organization;

/// The address of a part of a run's items.
fn link(code: &str, job_id: Uuid, page: Page) -> String {
    paths::with_query(&format!("/o/{code}/sync/history/{job_id}"), &page.query().unwrap_or_default())
}

/// The changes, in the order of their commits.
#[component]
pub fn RunItems(items: JobItemPage, page: Page, job_id: Uuid) -> impl IntoView {
    let JobItemPage { items, total } = items;
    let (code, listed) = (use_organization().code, items.len());
    let rows = items.into_iter().map(|item| view! { <Row item /> }).collect_view();
    view! {
        <section aria-labelledby="items-heading">
            <div class="section-head">
                <h2 id="items-heading">{format!("Changes: {}", grouped(&total.to_string()))}</h2>
            </div>
            <TableFrame label="Changes of the run">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Write"</th>
                            <th scope="col">"Status"</th>
                            <th scope="col">"Ended"</th>
                            <th scope="col">"Last error"</th>
                            <th scope="col">"Record"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
        </section>
        <Pages page listed total link=move |page| link(&code, job_id, page) />
    }
    .into_any()
}

#[component]
fn Row(item: JobItem) -> impl IntoView {
    let href = format!("/o/{}/sync/queue/{}", use_organization().code, item.queue_item_id);
    view! {
        <tr>
            <th scope="row">
                <a href=href aria-label=format!("Write of {}", item.pfa_id)>
                    {item.pfa_id.clone()}
                </a>
            </th>
            <td>
                <QueueState status=item.status />
            </td>
            <td>{item.completed_at.map(|at| view! { <RelativeTime at /> })}</td>
            <td>{item.last_error}</td>
            <td>
                <RecordLink pfa_id=item.pfa_id />
            </td>
        </tr>
    }
    .into_any()
}

/// The records that a read run could not use.
#[component]
pub fn Rejected(rejected: RejectedPage, page: Page, job_id: Uuid) -> impl IntoView {
    let RejectedPage { records, total } = rejected;
    if total == 0 {
        return view! {
            <div class="panel">
                <EmptyState title="Nothing was set aside">
                    <p>"Every record that came with this run could be used."</p>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    let (code, listed) = (use_organization().code, records.len());
    let rows = records
        .into_iter()
        .map(|record| {
            let key = record.pfa_id.unwrap_or_else(|| "not readable".to_owned());
            view! {
                <tr>
                    <th scope="row">{key}</th>
                    <td class="number">{record.page}</td>
                    <td>{record.reason}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="rejected-heading">
            <div class="section-head">
                <h2 id="rejected-heading">{format!("Set aside: {}", grouped(&total.to_string()))}</h2>
            </div>
            <p class="muted">"They break the contract. Correct them in PEMS: the next read brings them."</p>
            <TableFrame label="Records that were set aside">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Record"</th>
                            <th scope="col" class="number">
                                "Page"
                            </th>
                            <th scope="col">"What is wrong"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
        </section>
        <Pages page listed total link=move |page| link(&code, job_id, page) />
    }
    .into_any()
}
