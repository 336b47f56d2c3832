//! Changes that failed for good, until somebody decides.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::permission::Permission;

use super::queue_table::Change;
use super::work::use_work;
use crate::backend::{DeadLetterDecision, DeadLetterView};
use crate::components::action_outcome::ActionError;
use crate::components::field_value::grouped;
use crate::components::loaded::Loaded;
use crate::components::place_inputs::PlaceInputs;
use crate::components::record_link::RecordLink;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::server_fns::queue::{Failure, FailureList};
use crate::session::{may, use_organization};

/// The section; nothing while nothing has failed.
#[component]
pub fn DeadLetters() -> impl IntoView {
    let work = use_work();
    view! {
        <ActionError action=work.decide />
        <ActionError action=work.retry />
        <ActionError action=work.cancel />
        <Loaded resource=work.failures what="what failed" let:open>
            <Failures open />
        </Loaded>
    }
    .into_any()
}

#[component]
fn Failures(open: FailureList) -> impl IntoView {
    let FailureList { failures, total } = open;
    let shown = failures.len();
    let is_cut = i64::try_from(shown).is_ok_and(|shown| shown < total);
    let page = format!("/o/{}/sync", use_organization().code);
    let several = shown > 1;
    let allowed = may(Permission::Sync);
    (!failures.is_empty()).then(|| {
        view! {
            <section aria-labelledby="failed-heading">
                <div class="section-head">
                    <h2 id="failed-heading">{format!("Failed: {} to decide", grouped(&total.to_string()))}</h2>
                    {(several && allowed)
                        .then(|| {
                            view! {
                                <div class="button-row">
                                    <A href=format!("{page}?ask=retry-all") scroll=false {..} class="button button-small">
                                        "Retry all …"
                                    </A>
                                    <A
                                        href=format!("{page}?ask=discard-all")
                                        scroll=false
                                        {..}
                                        class="button button-small"
                                    >
                                        "Discard all …"
                                    </A>
                                </div>
                            }
                        })}
                </div>
                {is_cut.then(|| view! { <p class="muted">{format!("The newest {}.", grouped(&shown.to_string()))}</p> })}
                <TableFrame label="Failed changes">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Record"</th>
                                <th scope="col">"Why"</th>
                                <th scope="col">"Change"</th>
                                <th scope="col">"By"</th>
                                <th scope="col">"Failed"</th>
                                <th scope="col">
                                    <span class="visually-hidden">"Actions"</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>{failures.into_iter().map(|failure| view! { <Row failure /> }).collect_view()}</tbody>
                    </table>
                </TableFrame>
            </section>
        }
    })
}

#[component]
fn Row(failure: Failure) -> impl IntoView {
    let Failure { letter, item } = failure;
    view! {
        <tr>
            <th scope="row">
                <RecordLink pfa_id=letter.pfa_id.clone() />
            </th>
            <td>
                {letter.error.clone()} " " <code class="muted">{letter.error_code.clone()}</code>
            </td>
            <td>{item.map(|item| view! { <Change item /> })}</td>
            <td>{letter.modified_by.clone()}</td>
            <td>
                <RelativeTime at=letter.created_at />
            </td>
            <td>
                <RowActions letter />
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn RowActions(letter: DeadLetterView) -> impl IntoView {
    let page = format!("/o/{}/sync", use_organization().code);
    let decide = use_work().decide;
    view! {
        <div class="button-row">
            <A href=format!("{page}?attempts={}", letter.queue_item_id) scroll=false>
                "Attempts"
            </A>
            {may(Permission::Sync)
                .then(|| {
                    view! {
                        <ActionForm action=decide>
                            <DecisionInputs decision=DeadLetterDecision::Reprocess letter_id=letter.id.to_string() />
                            <button class="button button-small" type="submit">
                                "Retry"
                            </button>
                        </ActionForm>
                        <A
                            href=format!("{page}?ask=discard&letter={}", letter.id)
                            scroll=false
                            {..}
                            class="button button-small"
                        >
                            "Discard …"
                        </A>
                    }
                })}
        </div>
    }
    .into_any()
}

/// The hidden inputs of a form that posts to [`decide_dead_letters`](crate::server_fns::queue::decide_dead_letters).
#[component]
pub fn DecisionInputs(
    decision: DeadLetterDecision,
    /// None: all that are open.
    #[prop(optional, into)]
    letter_id: Option<String>,
) -> impl IntoView {
    let decision = match decision {
        DeadLetterDecision::Reprocess => "reprocess",
        DeadLetterDecision::Discard => "discard",
    };
    view! {
        <PlaceInputs back="sync" />
        <input type="hidden" name="decision" value=decision />
        {letter_id.map(|id| view! { <input type="hidden" name="letter_id" value=id /> })}
    }
}
