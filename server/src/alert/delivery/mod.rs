//! Sending what was raised: each channel in a task of its own, so that none holds up another.
//!
//! ```text
//! pending ─claim→ sending ─→ sent
//!    ↑               ├─────→ failed     refused, or out of retries
//!    └── retry ──────┘                  (or its replica died: claimed anew when the lease is over)
//! ```
//!
//! A replica that dies between the channel's yes and our commit leaves the alert to be sent again: twice is better
//! than never.

mod fate;
mod message;
mod orphans;

pub use message::Message;

use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use vanguard_domain::retry::RetryPolicy;

use super::channel::{Channel, ChannelName, SEND_DEADLINE};
use super::store::{self, Claimed};
use crate::metrics::ALERTS;
use fate::Fate;

/// How long a channel rests when nothing is due soon. NOTIFY wakes it earlier.
const LONGEST_REST: Duration = Duration::from_mins(1);
/// How long it rests at least while something is due that it cannot claim.
const SHORTEST_REST: Duration = Duration::from_millis(200);
/// How long it rests when the database cannot be reached.
const BROKEN_REST: Duration = Duration::from_secs(1);
/// What came of a message is written down before the lease is over, if the database is there at all.
const RECORDING: Duration = Duration::from_secs(30);

/// How alerts are sent.
#[derive(Debug, Clone)]
pub struct DeliverySettings {
    pub retry: RetryPolicy,
    /// How long a replica holds a row: longer than sending and recording take.
    pub lease: Duration,
    /// Where people reach this server.
    pub public_url: Option<String>,
    /// What a user wants mailed is gathered for so long: what he reads meanwhile is not mailed, and much is one mail.
    pub gather: Duration,
}

impl Default for DeliverySettings {
    /// Ten retries from 5 s to 43 min: a channel may be away for over an hour.
    fn default() -> Self {
        Self {
            retry: RetryPolicy { max_retries: 10, base: Duration::from_secs(5) },
            lease: SEND_DEADLINE + RECORDING + Duration::from_secs(20),
            public_url: None,
            gather: Duration::from_mins(1),
        }
    }
}

/// Takes alerts from the database to the channels.
#[derive(Debug, Clone)]
pub struct Delivery {
    pool: PgPool,
    channels: Vec<Arc<dyn Channel>>,
    settings: DeliverySettings,
}

impl Delivery {
    pub fn new(pool: PgPool, channels: Vec<Arc<dyn Channel>>, settings: DeliverySettings) -> Self {
        Self { pool, channels, settings }
    }

    /// Starts a task for each channel. They end after `shutdown`, when what is in flight has been finished.
    pub fn spawn(&self, tasks: &TaskTracker, wake: &Arc<Notify>, shutdown: &CancellationToken) {
        for channel in &self.channels {
            let (delivery, channel) = (self.clone(), Arc::clone(channel));
            let (wake, shutdown) = (Arc::clone(wake), shutdown.clone());
            tasks.spawn(async move { delivery.run(&*channel, &wake, &shutdown).await });
        }
        let names = self.channels.iter().map(|channel| channel.name()).collect();
        tasks.spawn(orphans::give_up(self.pool.clone(), names, shutdown.clone()));
    }

    async fn run(&self, channel: &dyn Channel, wake: &Notify, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            // Registered before looking: a wake-up while looking is not lost.
            let woken = wake.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let rest = match self.drain(channel, shutdown).await {
                Ok(rest) => rest,
                Err(error) => {
                    tracing::warn!(channel = channel.name().as_str(), %error, "alerts could not be read");
                    BROKEN_REST
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = &mut woken => {}
                () = tokio::time::sleep(rest) => {}
            }
        }
    }

    /// Sends whatever is due; answers with how long to rest.
    async fn drain(
        &self,
        channel: &dyn Channel,
        shutdown: &CancellationToken,
    ) -> Result<Duration, sqlx::Error> {
        let is_mail = channel.name() == ChannelName::Email;
        if is_mail {
            store::gather_mail(&self.pool, self.settings.gather).await?;
        }
        while !shutdown.is_cancelled() {
            let token = Uuid::new_v4();
            let claimed = store::claim(&self.pool, channel.name(), token, self.settings.lease).await?;
            let Some(delivery) = claimed else { break };
            let message = Message::of(&delivery, self.settings.public_url.as_deref());
            let result = channel.send(&message).await;
            let fate = Fate::of(&self.settings.retry, delivery.tries, result, rand::random());
            self.record(channel, &delivery, token, &fate).await?;
        }
        let due = store::next_due(&self.pool, channel.name()).await?;
        let longest = if is_mail { self.settings.gather.min(LONGEST_REST) } else { LONGEST_REST };
        Ok(due.unwrap_or(longest).min(longest).max(SHORTEST_REST))
    }

    /// Losing what came of it would send it twice: while the database is away, it is tried again.
    async fn record(
        &self,
        channel: &dyn Channel,
        delivery: &Claimed,
        token: Uuid,
        fate: &Fate,
    ) -> Result<(), sqlx::Error> {
        let give_up = tokio::time::Instant::now() + RECORDING;
        while let Err(error) = self.try_record(delivery.id, token, fate).await {
            if tokio::time::Instant::now() >= give_up {
                return Err(error);
            }
            tracing::warn!(%error, "what came of an alert could not be recorded; trying again");
            tokio::time::sleep(BROKEN_REST).await;
        }
        let (channel, title) = (channel.name().as_str(), &delivery.title);
        counter!(ALERTS, "channel" => channel, "outcome" => fate.word()).increment(1);
        match fate {
            Fate::Sent => tracing::info!(channel, title, "an alert was sent"),
            Fate::Retried(wait, error) => {
                tracing::warn!(channel, title, error, ?wait, "an alert was not sent; trying again");
            }
            Fate::Failed(error) => tracing::error!(channel, title, error, "an alert was given up"),
        }
        Ok(())
    }

    async fn try_record(&self, id: Uuid, token: Uuid, fate: &Fate) -> Result<(), sqlx::Error> {
        match fate {
            Fate::Sent => store::end(&self.pool, id, token, "sent", None).await,
            Fate::Failed(error) => store::end(&self.pool, id, token, "failed", Some(error)).await,
            Fate::Retried(wait, error) => store::retry(&self.pool, id, token, *wait, error).await,
        }
    }
}
