//! The cron schedule: wakes the lanes whether or not anybody notified them.

use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;

use crate::config::Schedule;
use crate::notify::Hub;

/// Wakes the lanes on schedule until `shutdown`.
pub async fn run_schedule(
    schedule: &Schedule,
    hub: &Hub,
    shutdown: CancellationToken,
) -> Result<(), JobSchedulerError> {
    let mut scheduler = JobScheduler::new().await?;
    let wake = hub.wake();
    scheduler.add(Job::new(schedule.with_seconds().as_str(), move |_, _| wake.notify_waiters())?).await?;
    scheduler.start().await?;
    shutdown.cancelled().await;
    scheduler.shutdown().await
}
