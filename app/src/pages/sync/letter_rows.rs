//! The table of failed changes.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::permission::Permission;

use super::acting::use_acting;
use super::address::{Address, Of};
use super::letter_state::LetterState;
use super::row_act::{AfterAsking, AtOnce};
use super::words;
use crate::backend::DeadLetterView;
use crate::components::change_list::{ChangeList, fields_of};
use crate::components::relative_time::RelativeTime;
use crate::components::selection::{Tick, TickAll};
use crate::components::table_frame::TableFrame;
use crate::server_fns::many_writes::WriteAct;
use crate::session::{may, use_organization};

/// The table.
#[component]
pub fn LetterRows(
    letters: Vec<DeadLetterView>,
    listed: Address,
    /// How many there are beyond this page as well.
    total: i64,
    selectable: bool,
) -> impl IntoView {
    let shown = letters.len();
    let tick_all = selectable.then(|| {
        view! {
            <th scope="col" class="tick">
                <TickAll selection=use_acting().selection rows=shown />
            </th>
        }
    });
    let caption = (!selectable).then(|| view! { <caption>{words::selection(&listed, total)}</caption> });
    // Among those that are open, it would say the same in every row.
    let decided = listed.filter.status.is_some();
    let rows = letters
        .into_iter()
        .map(|letter| view! { <Row letter listed=listed.clone() selectable /> })
        .collect_view();
    view! {
        <TableFrame label="Failed changes">
            <table class="table">
                {caption} <thead>
                    <tr>
                        {tick_all} <th scope="col">"Record"</th> <th scope="col">"Why"</th>
                        <th scope="col">"Change"</th> <th scope="col">"By"</th> <th scope="col">"Failed"</th>
                        {decided.then(|| view! { <th scope="col">"Decision"</th> })} <th scope="col">
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
fn Row(letter: DeadLetterView, listed: Address, selectable: bool) -> impl IntoView {
    let href = format!("/o/{}/sync/dead-letters/{}", use_organization().code, letter.id);
    let tick = selectable.then(|| {
        view! {
            <td class="tick">
                <Tick selection=use_acting().selection id=letter.id pfa_id=letter.pfa_id.clone() />
            </td>
        }
    });
    let decision = listed.filter.status.is_some().then(|| {
        view! {
            <td>
                <LetterState letter=letter.clone() />
            </td>
        }
    });
    let key = letter.pfa_id.clone();
    view! {
        <tr>
            {tick} <th scope="row">
                <A href=href>{key}</A>
            </th> <td>
                {words::cause(&letter.error_code)} <span class="row-note-whole">{letter.error.clone()}</span>
            </td> <td>
                <Failed letter=letter.clone() />
            </td> <td>{letter.modified_by.clone()}</td> <td>
                <RelativeTime at=letter.created_at />
            </td> {decision} <td>
                <RowActs letter listed />
            </td>
        </tr>
    }
    .into_any()
}

/// The change that failed.
#[component]
pub fn Failed(letter: DeadLetterView) -> impl IntoView {
    let delete = letter.operation == "DELETE";
    view! {
        {delete.then_some("Discontinue the record")}
        <ChangeList before=fields_of(&letter.before) after=fields_of(&letter.payload) />
    }
    .into_any()
}

#[component]
fn RowActs(letter: DeadLetterView, listed: Address) -> impl IntoView {
    let code = use_organization().code;
    let open = letter.status == "open";
    (open && may(Permission::Sync)).then(|| {
        let ask = listed.asking(WriteAct::DiscardLetters, Of::One(letter.id)).link(&code);
        let edit = format!("/o/{code}/sync/dead-letters/{}#edit", letter.id);
        let lost = "PEMS's answer was lost, so the change may be in PEMS. Retry it: it is read back first.";
        let why_not = letter.answer_is_lost.then(|| lost.to_owned());
        let can_be_edited = letter.operation != "DELETE" && !letter.answer_is_lost;
        view! {
            <div class="button-row">
                <AtOnce
                    act=WriteAct::RetryLetters
                    id=letter.id
                    label="Retry"
                    of=letter.pfa_id.clone()
                    back=listed.place()
                />
                {can_be_edited
                    .then(|| {
                        view! {
                            <a
                                href=edit
                                class="button button-small"
                                aria-label=format!("Edit and retry {}", letter.pfa_id)
                            >
                                "Edit …"
                            </a>
                        }
                    })}
                <AfterAsking label="Discard …" of=letter.pfa_id why_not=why_not href=ask />
            </div>
        }
    })
}
