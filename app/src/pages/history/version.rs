//! One version: who made it, when, from where, what it changed, and how we know.

use leptos::prelude::*;
use leptos_router::location::Url;
use vanguard_domain::permission::Permission;

use crate::backend::{AttemptView, HistoryEntry, OurWrite};
use crate::components::attempts_table::AttemptsTable;
use crate::components::change_list::{ChangeList, sides};
use crate::components::icon::Glyph;
use crate::components::relative_time::RelativeTime;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::session::{may, use_organization};

/// One version.
#[component]
pub fn Version(pfa_id: String, entry: HistoryEntry, is_newest: bool) -> impl IntoView {
    let HistoryEntry { version, updated_at, updated_by, origin, compared_with, changes, write } = entry;
    let changed = match compared_with {
        None => view! { <p class="muted">"The oldest version that we hold."</p> }.into_any(),
        Some(_) if changes.is_empty() => {
            view! { <p class="muted">"No field that we know changed."</p> }.into_any()
        }
        Some(before) => {
            let unseen = (before + 1 < version).then(|| {
                let text =
                    format!("Since version {before}: PEMS moved on more than once between two of our reads.");
                view! { <p class="muted">{text}</p> }
            });
            let (before, after) = sides(&changes);
            view! {
                {unseen}
                <ChangeList before after />
            }
            .into_any()
        }
    };
    view! {
        <li class="history-version">
            <div class="section-head">
                <h3>{format!("Version {version}")}</h3>
                {is_newest.then(|| view! { <Tag tone=Tone::Neutral glyph=Glyph::Check label="Now" /> })}
                <Origin origin />
                <span>
                    <strong>{updated_by}</strong>
                    " "
                    <RelativeTime at=updated_at />
                </span>
            </div>
            {changed}
            {write.map(|write| view! { <Proof pfa_id=pfa_id.clone() version write /> })}
            {(!is_newest && may(Permission::Sync)).then(|| view! { <RollBack pfa_id version /> })}
        </li>
    }
    .into_any()
}

/// The way back to a version.
#[component]
fn RollBack(pfa_id: String, version: i64) -> impl IntoView {
    let code = use_organization().code;
    let href = format!("/o/{code}/rollbacks/new?record={}&version={version}", Url::escape(&pfa_id));
    view! {
        <div class="button-row">
            <a class="button button-small" href=href aria-label=format!("Roll back to version {version}")>
                "Roll back to this …"
            </a>
        </div>
    }
    .into_any()
}

/// From where a version came.
#[component]
fn Origin(origin: String) -> impl IntoView {
    let (tone, glyph, label) = match origin.as_str() {
        "vanguard" => (Tone::Ok, Glyph::Pencil, "Vanguard"),
        "rollback" => (Tone::Draft, Glyph::ArrowUp, "Rollback"),
        _ => (Tone::Info, Glyph::Plug, "PEMS"),
    };
    view! { <Tag tone glyph label /> }
}

/// Who asked for it, what was sent, and what PEMS answered.
#[component]
fn Proof(pfa_id: String, version: i64, write: OurWrite) -> impl IntoView {
    let OurWrite { author, committed_by, committed_at, reason, attempts, .. } = write;
    let proof = proof(version, &attempts);
    let committed = if author == committed_by {
        format!("Changed and committed by {author} ")
    } else {
        format!("Changed by {author}, committed by {committed_by} ")
    };
    view! {
        <p>
            {committed} <RelativeTime at=committed_at />
            {reason.map(|reason| format!(". Reason: {reason}"))}
        </p>
        <details class="folded">
            <summary>{proof}<span class="visually-hidden">{format!(" ({pfa_id})")}</span></summary>
            <AttemptsTable attempts />
        </details>
    }
    .into_any()
}

/// How we know that PEMS has it.
fn proof(version: i64, attempts: &[AttemptView]) -> String {
    let requests = match attempts.len() {
        1 => "1 request".to_owned(),
        count => format!("{count} requests"),
    };
    let last = attempts.iter().rev().find(|attempt| attempt.new_version.is_some());
    match last.and_then(|attempt| attempt.outcome.as_deref()) {
        Some("confirmed") => format!("PEMS confirmed version {version} ({requests})"),
        Some("settled_applied") => {
            format!("PEMS's answer was lost; read back, it holds version {version} ({requests})")
        }
        _ => format!("PEMS held these values when the record was read back ({requests})"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn attempt(outcome: &str, new_version: Option<i64>) -> AttemptView {
        AttemptView {
            attempt: 1,
            sent_version: 3,
            started_at: DateTime::UNIX_EPOCH,
            finished_at: None,
            outcome: Some(outcome.to_owned()),
            http_status: None,
            response: None,
            new_version,
        }
    }

    #[test]
    fn the_proof_says_whether_pems_answered_or_was_read_back() {
        let lost = [attempt("transient", None), attempt("settled_applied", Some(4))];
        assert_eq!(proof(4, &lost), "PEMS's answer was lost; read back, it holds version 4 (2 requests)");
        assert_eq!(proof(4, &[attempt("confirmed", Some(4))]), "PEMS confirmed version 4 (1 request)");
    }
}
