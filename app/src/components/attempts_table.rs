//! The requests that were made to PEMS for a change, with its answers.

use leptos::prelude::*;
use serde_json::Value as Json;

use super::relative_time::RelativeTime;
use super::table_frame::TableFrame;
use crate::backend::AttemptView;

/// The requests in the order in which they were made, with PEMS's answers.
#[component]
pub fn AttemptsTable(attempts: Vec<AttemptView>) -> impl IntoView {
    if attempts.is_empty() {
        return view! { <p>"Nothing was sent yet."</p> }.into_any();
    }
    view! {
        <TableFrame label="Attempts">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col" class="number">
                            "No."
                        </th>
                        <th scope="col">"Sent"</th>
                        <th scope="col">"Outcome"</th>
                        <th scope="col">"PEMS's answer"</th>
                    </tr>
                </thead>
                <tbody>{attempts.into_iter().map(|attempt| view! { <Row attempt /> }).collect_view()}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(attempt: AttemptView) -> impl IntoView {
    let outcome = attempt.outcome.map_or_else(|| "Under way".to_owned(), |outcome| in_words(&outcome));
    let versions = match attempt.new_version {
        Some(new) => format!("version {} → {new}", attempt.sent_version),
        None => format!("against version {}", attempt.sent_version),
    };
    view! {
        <tr>
            <th scope="row" class="number">
                {attempt.attempt}
            </th>
            <td>
                <RelativeTime at=attempt.started_at />
            </td>
            <td>
                {outcome} " " <span class="muted">{versions}</span>
            </td>
            <td>
                {attempt.http_status.map(|status| format!("{status} "))}
                {attempt.response.map(|response| view! { <Answer response /> })}
            </td>
        </tr>
    }
    .into_any()
}

/// PEMS's message; the whole answer is folded behind it.
#[component]
fn Answer(response: Json) -> impl IntoView {
    let message = response["message"].as_str().map(str::to_owned);
    let whole = response.to_string();
    view! {
        {message}
        <details class="attempt-answer">
            <summary>"Whole answer"</summary>
            <code>{whole}</code>
        </details>
    }
    .into_any()
}

/// An outcome of the attempt row as people read it; one that we do not know is shown as it is.
fn in_words(outcome: &str) -> String {
    match outcome {
        "confirmed" => "Confirmed",
        "conflict" => "Changed in PEMS meanwhile",
        "locked" => "Locked in PEMS",
        "not_found" => "Not in PEMS",
        "invalid" => "Refused",
        "unauthorized" => "User name or password refused",
        "rate_limited" => "Too many requests",
        "transient" => "PEMS not reached",
        "unknown" => "Answer lost",
        "settled_applied" => "Answer lost; found written",
        "settled_not_applied" => "Answer lost; found not written",
        "settled_moved_on" => "Answer lost; record moved on",
        "settled_in_doubt" => "Answer lost; written and taken back, or never written",
        other => other,
    }
    .to_owned()
}
