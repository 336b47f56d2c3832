//! Raising an alert, in the transaction of what went wrong.

use sqlx::PgConnection;
use uuid::Uuid;

use super::incident::Incident;
use super::{ChannelName, store};
use crate::notify::{self, Event, EventKind};

/// Tells administrators, in their inbox and by every channel that is configured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Alerts {
    slack: bool,
    email: bool,
}

impl Alerts {
    /// With these channels. Without one, the inbox is told all the same.
    pub fn by(channels: &[ChannelName]) -> Self {
        Self { slack: channels.contains(&ChannelName::Slack), email: channels.contains(&ChannelName::Email) }
    }

    fn channels(self) -> impl Iterator<Item = ChannelName> {
        ChannelName::ALL.into_iter().filter(move |name| match name {
            ChannelName::Slack => self.slack,
            ChannelName::Email => self.email,
        })
    }

    /// Tells an incident, unless it was told already: one notification for each administrator of the organisation,
    /// one row for each channel.
    pub async fn raise(
        self,
        connection: &mut PgConnection,
        organisation_id: Uuid,
        incident: &Incident,
    ) -> Result<(), sqlx::Error> {
        let code = store::organisation_code(connection, organisation_id).await?;
        let alert = store::NewAlert {
            organisation_id,
            incident: incident.name(organisation_id),
            kind: incident.kind(),
            title: incident.title(),
            body: incident.body(),
            link: Incident::link(&code),
            since: incident.since(),
        };
        if store::notify_administrators(connection, &alert).await? > 0 {
            let event = Event::new(organisation_id, EventKind::Notification, Vec::new());
            notify::publish(connection, &event).await?;
        }
        let channels: Vec<String> = self.channels().map(|name| name.as_str().to_owned()).collect();
        if !channels.is_empty() && store::insert_deliveries(connection, &alert, &channels).await? > 0 {
            tracing::warn!(organisation = code, title = alert.title, "an alert was raised");
            notify::wake_alerts(connection).await?;
        }
        Ok(())
    }
}
