//! What can be wrong, under which name, and how it is told. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Something that administrators have to know. All times are the database's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incident {
    /// PEMS refused the credential of an API server, as it was configured at that time.
    Unauthorized { server_id: Uuid, server: String, configured_at: DateTime<Utc> },
    /// PEMS has not answered for minutes.
    Unreachable {
        server_id: Uuid,
        server: String,
        /// When it last answered as it should; or when it was set up.
        since: DateTime<Utc>,
        error: String,
    },
    /// Failed changes pile up. Told again each day on which more come.
    DeadLetters { open: i64, since: DateTime<Utc>, today: NaiveDate },
    /// Reads from PEMS fail one after the other.
    ReadFailing {
        runs: i64,
        /// When the first of them ended.
        since: DateTime<Utc>,
        /// What people see is as of then; `None` if nothing was ever read.
        last_completed_at: Option<DateTime<Utc>>,
        error: String,
    },
    /// A row of the audit log is not what was written.
    AuditBroken { problem: String },
}

/// Messages of others are not longer in an alert.
const LONGEST_QUOTE: usize = 200;

impl Incident {
    /// The same for the same incident of an organisation, however often it shows itself.
    pub(super) fn name(&self, organisation_id: Uuid) -> String {
        match self {
            Self::Unauthorized { server_id, configured_at, .. } => {
                format!("unauthorized:{server_id}:{}", configured_at.timestamp_micros())
            }
            Self::Unreachable { server_id, since, .. } => {
                format!("unreachable:{server_id}:{}", since.timestamp_micros())
            }
            Self::DeadLetters { today, .. } => format!("dead_letters:{organisation_id}:{today}"),
            Self::ReadFailing { last_completed_at, .. } => {
                let after = last_completed_at.map_or(0, |at| at.timestamp_micros());
                format!("read_failing:{organisation_id}:{after}")
            }
            Self::AuditBroken { problem } => {
                format!("audit_broken:{organisation_id}:{}", quoted(problem))
            }
        }
    }

    /// The kind of notification.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Unauthorized { .. } | Self::Unreachable { .. } => "paused",
            Self::DeadLetters { .. } | Self::ReadFailing { .. } | Self::AuditBroken { .. } => "failure",
        }
    }

    /// What happened.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Unauthorized { server, .. } => {
                format!("{server} is paused: PEMS refused its user name or password")
            }
            Self::Unreachable { server, .. } => format!("{server} does not answer"),
            Self::DeadLetters { open, .. } => format!("{open} failed changes wait for a decision"),
            Self::ReadFailing { runs, .. } => {
                format!("Reading from PEMS failed {runs} times in a row")
            }
            Self::AuditBroken { .. } => "The audit log is not as it was written".to_owned(),
        }
    }

    /// What it means, and what to do.
    pub(super) fn body(&self) -> String {
        match self {
            Self::Unauthorized { .. } => {
                "Nothing is lost: changes wait in the queue. Correct the credential and resume the server."
                    .to_owned()
            }
            Self::Unreachable { error, .. } => format!(
                "Nothing is lost: changes wait in the queue, and go by themselves once PEMS answers. \
                 Ask whoever runs PEMS. The last error was: {}",
                quoted(error)
            ),
            Self::DeadLetters { .. } => {
                "PEMS refused them, or their retries are used up. Read the reasons on the \
                 Sync page, then reprocess or discard them."
                    .to_owned()
            }
            Self::ReadFailing { last_completed_at, error, .. } => {
                let seen = last_completed_at.map_or_else(
                    || "Nothing has been read yet.".to_owned(),
                    |at| format!("People see PEMS as it was on {}.", told(at)),
                );
                format!(
                    "{seen} Remove the cause, then read again from the Sync page. The last error was: {}",
                    quoted(error)
                )
            }
            Self::AuditBroken { problem } => format!(
                "It was changed past Vanguard, or damaged: {}. Keep a copy of the database as it is, and find \
                 out who could write to it. `vanguard-server audit verify` checks it again.",
                quoted(problem)
            ),
        }
    }

    /// Since when it is so; `None`: since now.
    pub(super) const fn since(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Unauthorized { .. } | Self::AuditBroken { .. } => None,
            Self::Unreachable { since, .. }
            | Self::DeadLetters { since, .. }
            | Self::ReadFailing { since, .. } => Some(*since),
        }
    }

    /// The page that shows all of them, in the organisation with this code.
    pub(super) fn link(organisation_code: &str) -> String {
        format!("/o/{organisation_code}/sync")
    }
}

/// A time as alerts tell it: readers are in several time zones.
pub(super) fn told(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// Others' words: one line, not too long.
fn quoted(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn refused(server_id: Uuid, second: i64) -> Incident {
        Incident::Unauthorized { server_id, server: "PEMS".into(), configured_at: at(second) }
    }

    fn failing(runs: i64, last_completed_at: Option<DateTime<Utc>>) -> Incident {
        Incident::ReadFailing { runs, since: at(5), last_completed_at, error: "HTTP 500".into() }
    }

    #[test]
    fn an_incident_keeps_its_name_while_it_lasts_and_the_next_one_has_another() {
        let (rio, server) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(refused(server, 1).name(rio), refused(server, 1).name(rio));
        assert_ne!(refused(server, 1).name(rio), refused(server, 2).name(rio), "it was configured anew");
        assert_eq!(failing(3, Some(at(1))).name(rio), failing(4, Some(at(1))).name(rio));
        assert_ne!(failing(3, Some(at(1))).name(rio), failing(3, Some(at(2))).name(rio), "a run succeeded");
        assert_ne!(failing(3, None).name(rio), failing(3, None).name(server), "another organisation's");
    }

    #[test]
    fn others_words_are_one_line_and_not_too_long() {
        let told = Incident::Unreachable {
            server_id: Uuid::nil(),
            server: "PEMS".into(),
            since: at(0),
            error: format!("down\r\nSubject: {}", "é".repeat(300)),
        };
        let body = told.body();
        assert!(!body.contains(['\r', '\n']) && body.ends_with('…') && body.chars().count() < 400, "{body}");
    }

    #[test]
    fn a_name_fits_its_column_whatever_is_wrong() {
        let broken = Incident::AuditBroken { problem: "x".repeat(1000) };
        assert!(broken.name(Uuid::nil()).chars().count() <= 300);
    }
}
