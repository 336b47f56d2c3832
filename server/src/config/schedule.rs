//! When something runs: cron with five or six fields, evaluated in UTC.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SubsecRound, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds};

/// A cron expression. The schedulers' own handling of daylight saving is at fault, so there is no other zone.
#[derive(Clone, PartialEq)]
pub struct Schedule {
    text: String,
    cron: Cron,
}

/// The text is no cron expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no schedule ({0})")]
pub struct InvalidSchedule(String);

impl Schedule {
    /// The next time after `now`; none if there is none any more.
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // The only errors are "no further occurrence within the years that are searched".
        self.cron.find_next_occurrence(&now, false).ok().map(|at| at.trunc_subsecs(0))
    }

    /// As tokio-cron-scheduler wants it: with the seconds in front. Five fields mean second 0.
    pub fn with_seconds(&self) -> String {
        if self.text.split_whitespace().count() == 5 { format!("0 {}", self.text) } else { self.text.clone() }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Schedule {
    type Err = InvalidSchedule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The parser would take nicknames and years as well; other schedulers that read it would not.
        let fields = text.split_whitespace().count();
        if fields != 5 && fields != 6 {
            return Err(InvalidSchedule(format!("it has {fields} fields")));
        }
        let cron = CronParser::builder()
            .seconds(Seconds::Optional)
            .build()
            .parse(text)
            .map_err(|error| InvalidSchedule(error.to_string()))?;
        Ok(Self { text: text.to_owned(), cron })
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schedule({:?})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(schedule: &str, now: &str) -> String {
        let now = now.parse().unwrap();
        schedule.parse::<Schedule>().unwrap().next_after(now).unwrap().to_rfc3339()
    }

    #[test]
    fn five_fields_are_minutes_and_six_begin_with_seconds() {
        assert_eq!(next("*/5 * * * *", "2026-03-29T00:59:30Z"), "2026-03-29T01:00:00+00:00");
        assert_eq!(next("*/10 * * * * *", "2026-03-29T00:59:31.7Z"), "2026-03-29T00:59:40+00:00");
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in
            ["", "* * * *", "61 * * * *", "every minute", "@hourly", "* * * * * * 2026", "* * * * * * * *"]
        {
            assert!(text.parse::<Schedule>().is_err(), "{text:?}");
        }
    }
}
