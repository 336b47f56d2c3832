//! Health in one word and why: a pure function of what is known.

use chrono::{DateTime, Utc};
use vanguard_app::backend::{ApiServerHealth, HealthWord};

/// What health is judged by.
#[derive(Debug, Clone)]
pub(super) struct Signs<'a> {
    pub(super) now: DateTime<Utc>,
    /// Whether this installation and the organisation let writes out.
    pub(super) write_sync_enabled: bool,
    pub(super) servers: &'a [ApiServerHealth],
    /// Open dead letters.
    pub(super) failed: i64,
    /// When the longest-waiting item that is due was queued.
    pub(super) oldest_due_at: Option<DateTime<Utc>>,
    pub(super) last_read_failed: Option<&'a str>,
}

/// The worst that can be said, and the sentence that says it. Empty when all is well.
pub(super) fn judge(signs: &Signs<'_>) -> (HealthWord, String) {
    if signs.servers.is_empty() {
        return (HealthWord::Paused, "No API server is set up for this organisation.".to_owned());
    }
    if let Some(server) = signs.servers.iter().find(|server| server.status == "paused") {
        let why = match server.pause_reason.as_deref() {
            Some("unauthorized") => {
                "PEMS refused our user name or password. An administrator has to correct it."
            }
            _ => "An administrator paused it.",
        };
        return (HealthWord::Paused, format!("{} is paused. {why}", server.name));
    }
    if !signs.write_sync_enabled {
        return (HealthWord::Paused, "Writing to PEMS is switched off in the settings.".to_owned());
    }
    let held_back =
        signs.servers.iter().find(|server| server.breaker_until.is_some_and(|until| until > signs.now));
    if let Some(server) = held_back {
        let why = server.last_error.as_deref().unwrap_or("It does not answer.");
        return (HealthWord::Down, format!("{} cannot be reached; trying again soon. {why}", server.name));
    }
    if signs.failed > 0 {
        let changes = if signs.failed == 1 { "change" } else { "changes" };
        return (HealthWord::Degraded, format!("{} {changes} failed and wait for a decision.", signs.failed));
    }
    let slow = signs.oldest_due_at.is_some_and(|at| (signs.now - at).num_minutes() >= 5);
    if slow {
        return (HealthWord::Degraded, "Changes have been waiting for more than five minutes.".to_owned());
    }
    if let Some(error) = signs.last_read_failed {
        return (HealthWord::Degraded, format!("The last read from PEMS failed: {error}"));
    }
    (HealthWord::Healthy, String::new())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    fn server() -> ApiServerHealth {
        ApiServerHealth {
            id: Uuid::nil(),
            name: "PEMS".into(),
            status: "active".into(),
            pause_reason: None,
            breaker_until: None,
            last_success_at: None,
            last_error: None,
            last_error_at: None,
        }
    }

    fn word(servers: &[ApiServerHealth], failed: i64, waiting: TimeDelta) -> HealthWord {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let signs = Signs {
            now,
            write_sync_enabled: true,
            servers,
            failed,
            oldest_due_at: Some(now - waiting),
            last_read_failed: None,
        };
        judge(&signs).0
    }

    #[test]
    fn an_answering_server_without_failures_is_healthy() {
        assert_eq!(word(&[server()], 0, TimeDelta::seconds(5)), HealthWord::Healthy);
    }

    #[test]
    fn failures_and_long_waits_degrade() {
        assert_eq!(word(&[server()], 1, TimeDelta::seconds(5)), HealthWord::Degraded);
        assert_eq!(word(&[server()], 0, TimeDelta::minutes(6)), HealthWord::Degraded);
    }

    #[test]
    fn a_refused_password_pauses_and_an_open_breaker_is_down() {
        let paused = ApiServerHealth {
            status: "paused".into(),
            pause_reason: Some("unauthorized".into()),
            ..server()
        };
        assert_eq!(word(&[paused], 3, TimeDelta::zero()), HealthWord::Paused);
        let until = DateTime::UNIX_EPOCH + TimeDelta::days(2);
        let broken = ApiServerHealth { breaker_until: Some(until), ..server() };
        assert_eq!(word(&[broken], 3, TimeDelta::zero()), HealthWord::Down);
    }
}
