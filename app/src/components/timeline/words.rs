//! Dates in words.

use chrono::{DateTime, Utc};
use vanguard_domain::cost::Phase;

use super::dates::Dates;

/// The name of a phase.
pub const fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Plan => "Plan",
        Phase::Forecast => "Forecast",
        Phase::Actual => "Actual",
    }
}

/// `2026-03-01 – 2026-04-14, 44 days`; `None` if neither date is known.
pub fn dates(dates: Dates) -> Option<String> {
    let day = |date: DateTime<Utc>| date.format("%Y-%m-%d").to_string();
    Some(match (dates.start, dates.end) {
        (None, None) => return None,
        (Some(start), None) => format!("from {}, end not known", day(start)),
        (None, Some(end)) => format!("until {}, start not known", day(end)),
        (Some(start), Some(end)) => {
            format!("{} – {}, {}", day(start), day(end), days(dates.length().unwrap_or_default()))
        }
    })
}

/// `Forecast 2026-03-01 – 2026-04-14, 44 days, ends 14 days later than planned`.
pub fn phase(phase: Phase, of: Dates, plan: Dates) -> Option<String> {
    let mut text = format!("{} {}", name(phase), dates(of)?);
    if phase != Phase::Plan
        && let Some(difference) = against_plan(of, plan)
    {
        text.push_str(", ");
        text.push_str(&difference);
    }
    Some(text)
}

/// How the end lies to the planned one.
fn against_plan(of: Dates, plan: Dates) -> Option<String> {
    let late = (of.end?.date_naive() - plan.end?.date_naive()).num_days();
    Some(match late {
        0 => "ends as planned".to_owned(),
        late if late > 0 => format!("ends {} later than planned", days(late)),
        early => format!("ends {} earlier than planned", days(-early)),
    })
}

/// What has been done to a forecast: `moved 3 days later`, `ends 2 days earlier`.
pub fn change(before: Dates, after: Dates) -> String {
    let by = |before: Option<DateTime<Utc>>, after: Option<DateTime<Utc>>| match (before, after) {
        (Some(before), Some(after)) => (after.date_naive() - before.date_naive()).num_days(),
        _ => 0,
    };
    let (start, end) = (by(before.start, after.start), by(before.end, after.end));
    match (start, end) {
        (0, 0) => "as it was".to_owned(),
        (start, end) if start == end || after.end.is_none() => format!("moved {}", direction(start)),
        (0, end) => format!("ends {}", direction(end)),
        (start, 0) => format!("starts {}", direction(start)),
        (start, end) => format!("starts {}, ends {}", direction(start), direction(end)),
    }
}

fn direction(by: i64) -> String {
    if by < 0 { format!("{} earlier", days(-by)) } else { format!("{} later", days(by)) }
}

/// A number of days.
pub fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: &str, end: &str) -> Dates {
        let date =
            |day: &str| day.parse::<chrono::NaiveDate>().ok()?.and_hms_opt(0, 0, 0).map(|day| day.and_utc());
        Dates { start: date(start), end: date(end) }
    }

    #[test]
    fn a_phase_is_told_with_its_days_and_how_it_lies_to_the_plan() {
        let plan = range("2026-03-01", "2026-03-31");
        let told = phase(Phase::Forecast, range("2026-03-01", "2026-04-14"), plan);
        assert_eq!(
            told.as_deref(),
            Some("Forecast 2026-03-01 – 2026-04-14, 44 days, ends 14 days later than planned")
        );
        assert_eq!(phase(Phase::Plan, plan, plan).as_deref(), Some("Plan 2026-03-01 – 2026-03-31, 30 days"));
        let actual = phase(Phase::Actual, range("2026-03-02", ""), plan);
        assert_eq!(actual.as_deref(), Some("Actual from 2026-03-02, end not known"));
        assert_eq!(phase(Phase::Actual, Dates::default(), plan), None);
    }

    #[test]
    fn a_change_is_told_as_what_was_done() {
        let before = range("2026-03-01", "2026-03-31");
        assert_eq!(change(before, range("2026-03-02", "2026-04-01")), "moved 1 day later");
        assert_eq!(change(before, range("2026-03-01", "2026-03-28")), "ends 3 days earlier");
        assert_eq!(change(before, range("2026-02-27", "2026-03-31")), "starts 2 days earlier");
        assert_eq!(change(before, before), "as it was");
    }
}
