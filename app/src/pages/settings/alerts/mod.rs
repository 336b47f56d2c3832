//! Where alerts go, and what became of them.

pub mod deliveries;
pub mod page;

pub use page::AlertsPage;

use crate::backend::TestAlert;

/// A channel as people read it.
pub fn channel_label(name: &str) -> &str {
    match name {
        "slack" => "Slack",
        "email" => "E-mail",
        other => other,
    }
}

/// What went wrong with a test, in a sentence; none if all of it went out.
pub fn failures(results: &[TestAlert]) -> Option<String> {
    let failed: Vec<String> = results
        .iter()
        .filter_map(|result| Some(format!("{}: {}", channel_label(&result.channel), result.error.as_ref()?)))
        .collect();
    (!failed.is_empty()).then(|| format!("The test did not go out. {}.", failed.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(channel: &str, error: Option<&str>) -> TestAlert {
        TestAlert { channel: channel.to_owned(), error: error.map(str::to_owned) }
    }

    #[test]
    fn only_what_failed_is_told() {
        assert_eq!(failures(&[of("slack", None), of("email", None)]), None);
        assert_eq!(
            failures(&[of("slack", Some("refused: no_service")), of("email", None)]).as_deref(),
            Some("The test did not go out. Slack: refused: no_service.")
        );
    }
}
