//! What causes, runs and selections are called.

use vanguard_domain::queue::QueueStatus;

use super::address::{Address, List};
use crate::backend::JobView;
use crate::components::field_value::grouped;
use crate::components::icon::Glyph;
use crate::components::tone::Tone;
use crate::server_fns::many_writes::WriteAct;

/// What went wrong, in words; a code that we do not know is shown as it is.
pub fn cause(code: &str) -> String {
    match code {
        "conflict" => "Changed in PEMS meanwhile",
        "locked" => "Locked in PEMS",
        "not_found" => "Not in PEMS",
        "invalid" => "Refused by PEMS",
        "unauthorized" => "User name or password refused",
        "rate_limited" => "Too many requests",
        "transient" => "PEMS not reached",
        "unknown" => "Answer lost",
        other => other,
    }
    .to_owned()
}

/// The statuses that a list can be narrowed to: the word in the address, and on the tab.
pub fn statuses(list: List) -> Vec<(Option<&'static str>, &'static str)> {
    match list {
        List::Queue => vec![
            (None, "All"),
            (Some(QueueStatus::Pending.as_str()), "Waiting"),
            (Some(QueueStatus::Processing.as_str()), "Sending"),
            (Some(QueueStatus::Completed.as_str()), "Completed"),
            (Some(QueueStatus::Failed.as_str()), "Failed"),
            (Some(QueueStatus::Cancelled.as_str()), "Cancelled"),
            (Some(QueueStatus::Superseded.as_str()), "Superseded"),
        ],
        List::DeadLetters => vec![
            (None, "To decide"),
            (Some("reprocessed"), "Retried"),
            (Some("discarded"), "Discarded"),
            (Some("all"), "All"),
        ],
    }
}

/// So many of a list.
pub fn counted(list: List, count: i64) -> String {
    let (one, many) = match list {
        List::Queue => ("write", "writes"),
        List::DeadLetters => ("failed change", "failed changes"),
    };
    format!("{} {}", grouped(&count.to_string()), if count == 1 { one } else { many })
}

/// Which rows the address is about, counted: the exact filter.
pub fn selection(address: &Address, total: i64) -> String {
    let filter = &address.filter;
    let mut parts = Vec::new();
    if let Some(status) = &filter.status {
        let label = statuses(address.list).into_iter().find(|(word, _)| *word == Some(status.as_str()));
        parts.push(format!("status “{}”", label.map_or(status.as_str(), |(_, label)| label)));
    }
    if let Some(code) = &filter.cause {
        parts.push(format!("cause “{}”", cause(code)));
    }
    if let Some(search) = &filter.search {
        parts.push(format!("search “{search}”"));
    }
    let count = counted(address.list, total);
    if parts.is_empty() { format!("All {count}") } else { format!("{count} with {}", parts.join(", ")) }
}

/// The question over an act.
pub const fn question(act: WriteAct, one: bool) -> &'static str {
    match (act, one) {
        (WriteAct::CancelItems, true) => "Take this change back?",
        (WriteAct::CancelItems, false) => "Take these changes back?",
        (WriteAct::RetryItems | WriteAct::RetryLetters, true) => "Retry this change?",
        (WriteAct::RetryItems | WriteAct::RetryLetters, false) => "Retry these changes?",
        (WriteAct::DiscardLetters, true) => "Discard this change?",
        (WriteAct::DiscardLetters, false) => "Discard these changes?",
    }
}

/// What comes of it.
pub const fn consequence(act: WriteAct) -> &'static str {
    match act {
        WriteAct::CancelItems => {
            "What is taken back does not go to PEMS, and its author's edit is discarded. What PEMS holds stays as it is."
        }
        WriteAct::RetryItems => {
            "What waits is tried at once. What failed is checked again first; what still breaks a rule stays as it is."
        }
        WriteAct::RetryLetters => "Each is checked again first; those that still break a rule stay here.",
        WriteAct::DiscardLetters => "What is discarded does not go to PEMS. What PEMS holds stays as it is.",
    }
}

/// On the button that does it.
pub const fn verb(act: WriteAct) -> &'static str {
    match act {
        WriteAct::CancelItems => "Take back",
        WriteAct::RetryItems | WriteAct::RetryLetters => "Retry",
        WriteAct::DiscardLetters => "Discard",
    }
}

/// On the link that asks.
pub const fn asks(act: WriteAct) -> &'static str {
    match act {
        WriteAct::CancelItems => "Cancel",
        WriteAct::RetryItems | WriteAct::RetryLetters => "Retry",
        WriteAct::DiscardLetters => "Discard",
    }
}

/// What was done, counted.
pub fn done(act: WriteAct, count: i64) -> String {
    let changes =
        if count == 1 { "1 change".to_owned() } else { format!("{} changes", grouped(&count.to_string())) };
    match act {
        WriteAct::CancelItems => format!("{changes} taken back."),
        WriteAct::RetryItems | WriteAct::RetryLetters => format!("{changes} on the way to PEMS again."),
        WriteAct::DiscardLetters => format!("{changes} discarded."),
    }
}

/// How a run stands.
pub fn run_state(state: &str) -> (Tone, Glyph, String) {
    match state {
        "running" => (Tone::Info, Glyph::Clock, "Running".to_owned()),
        "completed" => (Tone::Ok, Glyph::Check, "Completed".to_owned()),
        "failed" => (Tone::Bad, Glyph::Cross, "Failed".to_owned()),
        other => (Tone::Neutral, Glyph::Info, other.to_owned()),
    }
}

/// The kind of a run.
pub const fn run_kind(job: &JobView) -> &'static str {
    if is_read(job) { "Read" } else { "Write" }
}

/// Whether the run reads from PEMS.
pub const fn is_read(job: &JobView) -> bool {
    matches!(job.kind.as_bytes(), b"read")
}

/// What started a run.
pub fn trigger(trigger: &str) -> &str {
    match trigger {
        "schedule" => "on schedule",
        "manual" => "asked for",
        "commit" => "commit",
        "resolution" => "conflict decided",
        "reprocess" => "failures retried",
        "rollback" => "rollback",
        "correction" => "failure corrected",
        other => other,
    }
}

/// Who started a run, and how.
pub fn author(job: &JobView) -> String {
    let trigger = trigger(&job.trigger);
    match &job.requested_by {
        Some(user) => format!("{user} ({trigger})"),
        None => trigger.to_owned(),
    }
}

/// What came of a run.
pub fn result(job: &JobView) -> String {
    let mut parts = Vec::new();
    let mut add = |count: i64, what: &str| {
        if count > 0 {
            parts.push(format!("{} {what}", grouped(&count.to_string())));
        }
    };
    if is_read(job) {
        add(i64::from(job.records_rejected), "set aside");
        let read = grouped(&job.records_read.to_string());
        let changed = grouped(&job.records_changed.to_string());
        parts.insert(0, format!("{read} read, {changed} changed"));
    } else {
        add(job.items_in_conflict, "in conflict");
        add(job.items_failed, "failed");
        add(job.items_cancelled, "cancelled");
        let completed = grouped(&job.items_completed.to_string());
        parts.insert(0, format!("{completed} of {} in PEMS", grouped(&job.items.to_string())));
    }
    parts.join(", ")
}

/// How many of a write run's changes have ended.
pub const fn ended(job: &JobView) -> i64 {
    job.items_completed + job.items_failed + job.items_in_conflict + job.items_cancelled
}

/// How long a run took, in milliseconds; `None` while it runs.
#[expect(clippy::cast_precision_loss, reason = "a duration to read needs three digits")]
pub fn took(job: &JobView) -> Option<f64> {
    Some((job.finished_at? - job.started_at).num_milliseconds().max(0) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_fns::queue::Filter;

    #[test]
    fn the_exact_filter_is_named() {
        let filter = Filter {
            status: Some("failed".into()),
            cause: Some("locked".into()),
            search: Some("crane".into()),
        };
        let address = Address::of(List::Queue, filter);
        assert_eq!(
            selection(&address, 1234),
            "1,234 writes with status “Failed”, cause “Locked in PEMS”, search “crane”"
        );
        assert_eq!(selection(&Address::of(List::DeadLetters, Filter::default()), 1), "All 1 failed change");
    }
}
