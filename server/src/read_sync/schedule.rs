//! When runs begin by themselves. Evaluated in UTC: the scheduler's daylight-saving handling is at fault.

use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use super::ReadSync;
use crate::config::Schedule;

/// Once a minute: time enough for a lease to run out.
const LOOK_FOR_ABANDONED: &str = "30 * * * * *";

impl ReadSync {
    /// Until shutdown, begins runs by `schedule`, if there is one, and takes over those that a dead replica left.
    /// Several replicas may do this: an organisation has one run at a time.
    pub async fn run(self, schedule: Option<Schedule>) -> Result<(), JobSchedulerError> {
        self.resume_abandoned().await;
        let mut scheduler = JobScheduler::new().await?;
        let sync = self.clone();
        let resume = Job::new_async(LOOK_FOR_ABANDONED, move |_, _| {
            let sync = sync.clone();
            Box::pin(async move { sync.resume_abandoned().await })
        })?;
        scheduler.add(resume).await?;
        if let Some(schedule) = schedule {
            let sync = self.clone();
            let begin = Job::new_async(schedule.with_seconds().as_str(), move |_, _| {
                let sync = sync.clone();
                Box::pin(async move { sync.begin_scheduled().await })
            })?;
            scheduler.add(begin).await?;
        }
        scheduler.start().await?;
        self.shutdown.cancelled().await;
        scheduler.shutdown().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_settings_accept_the_scheduler_accepts() {
        for text in ["*/5 * * * *", "0 0 1 1 *", "*/10 * * * * *", " 0  3 * * MON-FRI "] {
            let schedule: Schedule = text.parse().unwrap();
            assert!(Job::new(schedule.with_seconds().as_str(), |_, _| {}).is_ok(), "{text}");
        }
        assert!(Job::new(LOOK_FOR_ABANDONED, |_, _| {}).is_ok());
    }
}
