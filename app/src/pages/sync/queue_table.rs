//! What is on its way to PEMS: in flight and waiting.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::QueueStatus;

use super::work::use_work;
use crate::backend::QueueItemView;
use crate::components::change_list::{ChangeList, fields_of};
use crate::components::empty_state::EmptyState;
use crate::components::field_value::grouped;
use crate::components::loaded::Loaded;
use crate::components::place_inputs::PlaceInputs;
use crate::components::queue_state::QueueState;
use crate::components::record_link::RecordLink;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::server_fns::queue::OpenQueue;
use crate::session::{may, use_organization};

/// The section.
#[component]
pub fn Queue() -> impl IntoView {
    let work = use_work();
    view! {
        <section aria-labelledby="queue-heading">
            <div class="section-head">
                <h2 id="queue-heading">"On the way to PEMS"</h2>
            </div>
            <Loaded resource=work.open what="what waits" let:open>
                <OpenTable open />
            </Loaded>
        </section>
    }
    .into_any()
}

#[component]
fn OpenTable(open: OpenQueue) -> impl IntoView {
    if open.items.is_empty() {
        return view! {
            <div class="panel">
                <EmptyState title="Nothing waits">
                    <p>"Every committed change has reached its end. Commit drafts on the Records page."</p>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    let shown = i64::try_from(open.items.len()).unwrap_or(i64::MAX);
    let rest = open.total - shown;
    view! {
        <TableFrame label="Changes on the way to PEMS">
            <table class="table">
                {(rest > 0)
                    .then(|| {
                        let text = format!("The newest {shown} of {}", grouped(&open.total.to_string()));
                        view! { <caption>{text}</caption> }
                    })}
                <thead>
                    <tr>
                        <th scope="col">"Record"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Change"</th>
                        <th scope="col">"By"</th>
                        <th scope="col">"Queued"</th>
                        <th scope="col" class="number">
                            "Retries"
                        </th>
                        <th scope="col">"Last error"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{open.items.into_iter().map(|item| view! { <Row item /> }).collect_view()}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(item: QueueItemView) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <RecordLink pfa_id=item.pfa_id.clone() />
            </th>
            <td>
                <QueueState status=item.status.clone() />
            </td>
            <td>
                <Change item=item.clone() />
            </td>
            <td>{item.modified_by.clone()}</td>
            <td>
                <RelativeTime at=item.created_at />
            </td>
            <td class="number">{format!("{} / {}", item.retry_count, item.max_retries)}</td>
            <td>{item.last_error.clone()}</td>
            <td>
                <RowActions item />
            </td>
        </tr>
    }
    .into_any()
}

/// What the write changes.
#[component]
pub fn Change(item: QueueItemView) -> impl IntoView {
    let delete = item.operation == "DELETE";
    view! {
        {delete.then_some("Discontinue the record")}
        <ChangeList before=fields_of(&item.before) after=fields_of(&item.payload) />
    }
    .into_any()
}

#[component]
fn RowActions(item: QueueItemView) -> impl IntoView {
    let retry = use_work().retry;
    let status: Option<QueueStatus> = item.status.parse().ok();
    let page = format!("/o/{}/sync", use_organization().code);
    let allowed = may(Permission::Sync);
    let tried_before = item.last_attempt_at.is_some();
    view! {
        <div class="button-row">
            {tried_before
                .then(|| {
                    let href = format!("{page}?attempts={}", item.id);
                    view! {
                        <A href=href scroll=false>
                            "Attempts"
                        </A>
                    }
                })}
            {(allowed && tried_before && status.is_some_and(QueueStatus::may_be_retried))
                .then(|| {
                    view! {
                        <ActionForm action=retry>
                            <PlaceInputs back="sync" />
                            <input type="hidden" name="item_id" value=item.id.to_string() />
                            <button class="button button-small" type="submit">
                                "Retry now"
                            </button>
                        </ActionForm>
                    }
                })}
            {(allowed && status.is_some_and(QueueStatus::may_be_cancelled))
                .then(|| {
                    let href = format!("{page}?ask=cancel&item={}", item.id);
                    view! {
                        <A href=href scroll=false {..} class="button button-small">
                            "Cancel …"
                        </A>
                    }
                })}
        </div>
    }
    .into_any()
}
