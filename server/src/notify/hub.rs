//! One listening connection per replica, fanned out to its browsers and workers.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use super::{ALERTS_CHANNEL, EVENTS_CHANNEL, Event, QUEUE_CHANNEL};

/// How long to wait before listening again after the connection could not be made.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);
/// A browser that falls this far behind is told to refetch everything.
const BACKLOG: usize = 1024;

/// Where this replica's browsers and workers hear of changes.
#[derive(Debug, Clone)]
pub struct Hub {
    events: broadcast::Sender<Event>,
    wake: Arc<Notify>,
    alerts: Arc<Notify>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { events: broadcast::Sender::new(BACKLOG), wake: Arc::default(), alerts: Arc::default() }
    }
}

impl Hub {
    /// The events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Woken when something was queued, here or in another replica.
    pub fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Woken when an alert was raised, here or in another replica.
    pub fn alerts(&self) -> Arc<Notify> {
        Arc::clone(&self.alerts)
    }

    /// Something may have been announced and missed: everybody looks once.
    fn wake_all(&self) {
        self.wake.notify_waiters();
        self.alerts.notify_waiters();
    }

    /// Listens until `shutdown`, over every loss of the connection.
    pub async fn run(self, pool: PgPool, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let lost = tokio::select! {
                () = shutdown.cancelled() => return,
                lost = self.listen(&pool) => lost,
            };
            tracing::warn!(error = %lost, "the LISTEN connection was lost; listening again");
            self.wake_all();
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(RECONNECT_AFTER) => {}
            }
        }
    }

    /// Returns only when the connection is lost.
    async fn listen(&self, pool: &PgPool) -> sqlx::Error {
        let mut listener = match PgListener::connect_with(pool).await {
            Ok(listener) => listener,
            Err(error) => return error,
        };
        if let Err(error) = listener.listen_all([EVENTS_CHANNEL, QUEUE_CHANNEL, ALERTS_CHANNEL]).await {
            return error;
        }
        self.wake_all();
        loop {
            match listener.try_recv().await {
                Ok(Some(notification)) => self.pass_on(notification.channel(), notification.payload()),
                // The connection was lost and made again.
                Ok(None) => self.wake_all(),
                Err(error) => return error,
            }
        }
    }

    fn pass_on(&self, channel: &str, payload: &str) {
        match channel {
            QUEUE_CHANNEL => self.wake.notify_waiters(),
            ALERTS_CHANNEL => self.alerts.notify_waiters(),
            _ => match serde_json::from_str(payload) {
                // No receiver means that no browser is connected.
                Ok(event) => drop(self.events.send(event)),
                Err(error) => tracing::warn!(%error, payload, "an event could not be read"),
            },
        }
    }
}
