//! The audit log: who did what, when, with which outcome.

pub mod address;
pub mod chain;
pub mod entry;
pub mod filter;
pub mod list;
pub mod sides;

pub use list::AuditPage;

/// `write.confirmed` as people read it: "Write confirmed".
pub fn event_label(event_type: &str) -> String {
    let text = event_type.replace(['.', '_'], " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::event_label;

    #[test]
    fn events_are_read_as_words() {
        assert_eq!(event_label("write.confirmed"), "Write confirmed");
        assert_eq!(event_label("dead_letter.created"), "Dead letter created");
        assert_eq!(event_label(""), "");
    }
}
