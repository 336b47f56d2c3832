//! The table of writes.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::permission::Permission;

use super::acting::use_acting;
use super::address::{Address, Of};
use super::row_act::{AfterAsking, AtOnce};
use super::words;
use crate::backend::QueueItemView;
use crate::components::change_list::{ChangeList, fields_of};
use crate::components::queue_state::QueueState;
use crate::components::relative_time::RelativeTime;
use crate::components::selection::{Tick, TickAll};
use crate::components::table_frame::TableFrame;
use crate::server_fns::many_writes::WriteAct;
use crate::session::{may, use_organization};

/// The table.
#[component]
pub fn QueueRows(
    items: Vec<QueueItemView>,
    listed: Address,
    /// How many there are beyond this page as well.
    total: i64,
    selectable: bool,
) -> impl IntoView {
    let shown = items.len();
    let tick_all = selectable.then(|| {
        view! {
            <th scope="col" class="tick">
                <TickAll selection=use_acting().selection rows=shown />
            </th>
        }
    });
    let caption = words::selection(&listed, total);
    let rows =
        items.into_iter().map(|item| view! { <Row item listed=listed.clone() selectable /> }).collect_view();
    view! {
        <TableFrame label="Writes">
            <table class="table">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        {tick_all} <th scope="col">"Record"</th> <th scope="col">"Status"</th>
                        <th scope="col">"Change"</th> <th scope="col">"By"</th> <th scope="col">"Queued"</th>
                        <th scope="col" class="number">
                            "Retries"
                        </th> <th scope="col">"Last error"</th> <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(item: QueueItemView, listed: Address, selectable: bool) -> impl IntoView {
    let href = format!("/o/{}/sync/queue/{}", use_organization().code, item.id);
    let tick = selectable.then(|| {
        view! {
            <td class="tick">
                <Tick selection=use_acting().selection id=item.id pfa_id=item.pfa_id.clone() />
            </td>
        }
    });
    let cause = item.last_error_code.as_deref().map(words::cause);
    let key = item.pfa_id.clone();
    view! {
        <tr>
            {tick} <th scope="row">
                <A href=href>{key}</A>
            </th> <td>
                <QueueState status=item.status.clone() />
            </td> <td>
                <Change item=item.clone() />
            </td> <td>{item.modified_by.clone()}</td> <td>
                <RelativeTime at=item.created_at />
            </td> <td class="number">{format!("{} / {}", item.retry_count, item.max_retries)}</td> <td>
                {cause} {item.last_error.clone().map(|error| view! { <span class="row-note">{error}</span> })}
            </td> <td>
                <RowActs item listed />
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
fn RowActs(item: QueueItemView, listed: Address) -> impl IntoView {
    let code = use_organization().code;
    let (retry, cancel) = (item.why_not_retried(), item.why_not_cancelled());
    may(Permission::Sync).then(|| {
        let ask = listed.asking(WriteAct::CancelItems, Of::One(item.id)).link(&code);
        view! {
            <div class="button-row">
                <AtOnce
                    act=WriteAct::RetryItems
                    id=item.id
                    label="Retry"
                    of=item.pfa_id.clone()
                    why_not=retry
                    back=listed.place()
                />
                <AfterAsking label="Cancel …" of=item.pfa_id why_not=cancel href=ask />
            </div>
        }
    })
}
