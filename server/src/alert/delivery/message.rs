//! What is sent. Pure.

use uuid::Uuid;

use crate::alert::incident::told;
use crate::alert::store::Claimed;

/// One alert, ready to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The same at each try.
    pub id: Uuid,
    /// Where, and what happened: one line.
    pub subject: String,
    /// Since when, what it means, what to do, and the page that shows it.
    pub text: String,
    /// The one user that it is for; none for an alert.
    pub recipient: Option<String>,
}

impl Message {
    /// Shows that a channel works.
    pub fn test() -> Self {
        Self {
            id: Uuid::new_v4(),
            subject: "This is a test".to_owned(),
            text:
                "Somebody wanted to know whether alerts arrive. They reach you here; there is nothing to do."
                    .to_owned(),
            recipient: None,
        }
    }

    /// Without `public_url` only the page's path is known.
    pub(super) fn of(delivery: &Claimed, public_url: Option<&str>) -> Self {
        let mut text = format!("Since {}.\n\n{}\n", told(delivery.began_at), delivery.body);
        match public_url {
            _ if delivery.link.is_empty() => {}
            Some(url) => text = format!("{text}\n{url}{}\n", delivery.link),
            None => text = format!("{text}\nIn Vanguard: {}\n", delivery.link),
        }
        Self {
            id: delivery.id,
            subject: format!("{}: {}", delivery.organisation_code, delivery.title),
            text,
            recipient: delivery.recipient.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_where_what_since_when_and_what_to_do() {
        let delivery = Claimed {
            id: Uuid::nil(),
            tries: 1,
            organisation_code: "RIO".into(),
            title: "PEMS does not answer".into(),
            body: "Ask whoever runs it.".into(),
            link: "/o/RIO/sync".into(),
            began_at: "2026-03-01T09:05:00Z".parse().unwrap(),
            recipient: None,
        };
        let message = Message::of(&delivery, Some("https://pfa.example"));
        assert_eq!(message.subject, "RIO: PEMS does not answer");
        assert_eq!(
            message.text,
            "Since 1 March 2026, 09:05 UTC.\n\nAsk whoever runs it.\n\nhttps://pfa.example/o/RIO/sync\n"
        );
        assert!(Message::of(&delivery, None).text.ends_with("In Vanguard: /o/RIO/sync\n"));
    }
}
