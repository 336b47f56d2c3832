//! The ways out: each channel takes a message and says what came of it.

mod email;
mod slack;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::Message;
use crate::config::AlertSettings;
pub use email::{Email, UnusableMailServer};
pub use slack::{Slack, UnusableWebhook};

/// A channel, as settings, database and metrics call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelName {
    Slack,
    Email,
}

impl ChannelName {
    pub const ALL: [Self; 2] = [Self::Slack, Self::Email];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Email => "email",
        }
    }
}

/// Takes messages out of Vanguard.
#[async_trait]
pub trait Channel: Debug + Send + Sync {
    fn name(&self) -> ChannelName;

    /// Sends one message, to the message's own recipient if it has one. No longer than [`SEND_DEADLINE`].
    async fn send(&self, message: &Message) -> Result<(), SendError>;
}

/// For one message altogether.
pub const SEND_DEADLINE: Duration = Duration::from_secs(10);

/// Why a message did not go out. The texts hold neither addresses nor credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The same message will be refused again: the settings have to be corrected.
    #[error("refused: {0}")]
    Refused(String),
    /// Too much at once: again after the wait that was asked for.
    #[error("asked to wait")]
    Busy { retry_after: Option<Duration> },
    /// It may work later.
    #[error("not delivered: {0}")]
    Unavailable(String),
}

/// Why a channel cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum UnusableChannel {
    #[error("SLACK_WEBHOOK_URL cannot be used")]
    Slack(#[from] UnusableWebhook),
    #[error("SMTP_URL cannot be used")]
    Email(#[from] UnusableMailServer),
}

/// Every channel that the settings name.
pub fn configured(settings: &AlertSettings) -> Result<Vec<Arc<dyn Channel>>, UnusableChannel> {
    let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
    if let Some(webhook) = &settings.slack {
        channels.push(Arc::new(Slack::new(webhook)?));
    }
    if let Some(email) = &settings.email {
        channels.push(Arc::new(Email::new(email)?));
    }
    Ok(channels)
}

/// What people or somebody else's server said, fit for a log and a header: one line, not long.
fn in_short(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}
