//! What was decided, how far it is, and what became of each record.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::permission::Permission;
use vanguard_domain::rollback::RollbackStatus;

use super::words;
use crate::backend::{RollbackRecord, RollbackView};
use crate::components::banner::Banner;
use crate::components::field_value::grouped;
use crate::components::icon::Glyph;
use crate::components::progress::Progress;
use crate::components::record_link::RecordLink;
use crate::components::relative_time::RelativeTime;
use crate::components::sync_state::SyncState;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::session::{may, use_organization};

/// Who decided what, and when; nothing while it waits.
#[component]
pub fn Decided(rollback: RollbackView) -> impl IntoView {
    let (Some(who), Some(at)) = (rollback.decided_by, rollback.decided_at) else {
        return ().into_any();
    };
    let (tone, what) = match rollback.status {
        RollbackStatus::Rejected => (Tone::Neutral, " refused it "),
        RollbackStatus::Cancelled => (Tone::Neutral, " cancelled the request "),
        RollbackStatus::Completed => (Tone::Ok, " approved it "),
        RollbackStatus::Partly => (Tone::Warn, " approved it "),
        RollbackStatus::Failed => (Tone::Bad, " approved it "),
        RollbackStatus::Requested | RollbackStatus::Running => (Tone::Info, " approved it "),
    };
    let result = rollback.ended_at.map(|at| {
        let text = format!(
            "{} of {} restored ",
            grouped(&rollback.restored.to_string()),
            words::count(rollback.changes, "record", "records")
        );
        view! { <p>{text} <RelativeTime at /> "."</p> }
    });
    view! {
        <Banner tone>
            <p>
                <strong>{who}</strong>
                {what}
                <RelativeTime at />
                {match rollback.decision_reason {
                    Some(reason) => format!(": {reason}"),
                    None => ".".to_owned(),
                }}
            </p>
            {result}
        </Banner>
    }
    .into_any()
}

/// How far the changes are, while they are on their way or wait for a decision.
#[component]
pub fn Running(rollback: RollbackView) -> impl IntoView {
    if words::waits_for_people(&rollback) {
        let undecided =
            words::count(rollback.undecided, "record waits for a decision", "records wait for a decision");
        let text = format!("{}. {undecided}: the result stands when that is made.", words::result(&rollback));
        return view! {
            <Banner tone=Tone::Warn role="status">
                <p>{text}</p>
            </Banner>
        }
        .into_any();
    }
    (rollback.status == RollbackStatus::Running)
        .then(|| {
            let ended = rollback.changes - rollback.under_way;
            let text =
                format!("{} of {}", grouped(&ended.to_string()), grouped(&rollback.changes.to_string()));
            view! {
                <section class="panel" aria-label="Progress">
                    <Progress label="Restoring in PEMS" text share=share(ended, rollback.changes) />
                </section>
            }
        })
        .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "a share to draw needs three digits")]
fn share(ended: i64, all: i64) -> Option<f64> {
    (all > 0).then(|| ended as f64 / all as f64)
}

/// What became of each record, and the way to take the rollback back.
#[component]
pub fn Records(rollback: RollbackView, records: Vec<RollbackRecord>) -> impl IntoView {
    let again = rollback
        .job_id
        .filter(|_| rollback.ended_at.is_some() && rollback.restored > 0 && may(Permission::Sync));
    let code = use_organization().code;
    view! {
        <section aria-labelledby="records-heading">
            <div class="section-head">
                <h2 id="records-heading">"Records"</h2>
                {again
                    .map(|job| {
                        view! {
                            <A href=format!("/o/{code}/rollbacks/new?job={job}") {..} class="button">
                                "Roll back this rollback …"
                            </A>
                        }
                    })}
            </div>
            <TableFrame label="Records">
                <table class="table rollback-records">
                    <thead>
                        <tr>
                            <th scope="col">"Record"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"What to do"</th>
                        </tr>
                    </thead>
                    <tbody>{records.into_iter().map(|record| view! { <Row record /> }).collect_view()}</tbody>
                </table>
            </TableFrame>
        </section>
    }
    .into_any()
}

#[component]
fn Row(record: RollbackRecord) -> impl IntoView {
    let code = use_organization().code;
    let state = match record.state {
        Some(state) => view! { <SyncState state /> }.into_any(),
        None => view! { <Tag tone=Tone::Neutral glyph=Glyph::Ban label="Not part of it" /> }.into_any(),
    };
    let advice = match (record.state, record.conflict_id) {
        (_, Some(conflict)) => view! {
            "Somebody changed it in PEMS meanwhile. "
            <A href=format!("/o/{code}/conflicts/{conflict}")>"Decide the conflict"</A>
        }
        .into_any(),
        (Some(ModificationState::SyncError), _) => view! {
            {record.error} " " <A href=format!("/o/{code}/sync/dead-letters")>"Retry or discard it"</A>
        }
        .into_any(),
        (None, _) => {
            let rules: Vec<_> = record.refused.into_iter().map(|rule| rule.message).collect();
            let text = if rules.is_empty() {
                "Nothing of it was to be restored.".to_owned()
            } else {
                rules.join(" ")
            };
            view! { <span class="muted">{text}</span> }.into_any()
        }
        _ => record.error.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <RecordLink pfa_id=record.pfa_id />
            </th>
            <td>{state}</td>
            <td>{advice}</td>
        </tr>
    }
    .into_any()
}
