//! Alerts for a channel that was taken out of the settings after they were raised.

use std::time::Duration;

use metrics::counter;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::alert::{ChannelName, store};
use crate::metrics::ALERTS;

const EVERY: Duration = Duration::from_hours(1);
/// Whoever has the channel takes a row within minutes of its being due.
const UNCLAIMED_FOR: Duration = Duration::from_hours(1);

/// Gives them up, now and every hour until `shutdown`. Those of `channels` are sent here, however late.
pub(super) async fn give_up(pool: PgPool, channels: Vec<ChannelName>, shutdown: CancellationToken) {
    loop {
        match store::give_up_unclaimed(&pool, &channels, UNCLAIMED_FOR).await {
            Ok(given_up) => {
                for channel in given_up {
                    tracing::error!(channel, "an alert was given up: no server has this channel any more");
                    counter!(ALERTS, "channel" => channel, "outcome" => "failed").increment(1);
                }
            }
            // Nothing depends on it; the next hour tries again.
            Err(error) => tracing::warn!(%error, "could not look for alerts that nobody sends"),
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
