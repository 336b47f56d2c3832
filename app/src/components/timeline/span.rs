//! The days that the timeline reaches over.

use chrono::{Days, Months, NaiveDate};

use super::ticks::Unit;

/// Ground beyond the first and the last date, in months: there must be somewhere to drag to.
const BEFORE: u32 = 2;
const AFTER: u32 = 12;

/// Farther from today than this, a date is a slip of the pen, and does not stretch the ground for all others.
const MOST_YEARS: u32 = 25;

/// Whole months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub first: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
}

impl Span {
    /// Over today and the dates `first` to `last`, if there are any, with ground beyond.
    pub fn over(first: Option<NaiveDate>, last: Option<NaiveDate>, today: NaiveDate) -> Self {
        let earliest = today.checked_sub_months(Months::new(12 * MOST_YEARS)).unwrap_or(today);
        let latest = today.checked_add_months(Months::new(12 * MOST_YEARS)).unwrap_or(today);
        let first = first.unwrap_or(today).clamp(earliest, today);
        let last = last.unwrap_or(today).clamp(today, latest);
        Self { first: before(first), end: after(last) }
    }

    /// The same, stretched so that `day` and some ground beyond it lie within; the same if that is so, or out of reason.
    #[must_use]
    pub fn with(self, day: NaiveDate, today: NaiveDate) -> Self {
        if today.years_since(day).is_some_and(|years| years >= MOST_YEARS)
            || day.years_since(today).is_some_and(|years| years >= MOST_YEARS)
        {
            return self;
        }
        Self {
            first: if day < self.first { before(day) } else { self.first },
            end: if day >= self.end { after(day) } else { self.end },
        }
    }

    /// How many days.
    pub fn days(self) -> u32 {
        u32::try_from((self.end - self.first).num_days()).unwrap_or_default()
    }
}

fn before(day: NaiveDate) -> NaiveDate {
    Unit::Month.start(day.checked_sub_months(Months::new(BEFORE)).unwrap_or(day))
}

fn after(day: NaiveDate) -> NaiveDate {
    let month = Unit::Month.start(day.checked_add_months(Months::new(AFTER)).unwrap_or(day));
    month.max(day.checked_add_days(Days::new(1)).unwrap_or(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_ground_reaches_over_all_dates_and_today() {
        let today = day("2026-11-21");
        let span = Span::over(Some(day("2025-03-10")), Some(day("2026-08-01")), today);
        assert_eq!((span.first, span.end), (day("2025-01-01"), day("2027-11-01")));
        let empty = Span::over(None, None, today);
        assert!(empty.first < today && today < empty.end);
    }

    #[test]
    fn a_year_by_mistake_does_not_stretch_the_ground() {
        let today = day("2026-11-21");
        let span = Span::over(Some(day("0201-01-01")), Some(day("9999-12-31")), today);
        assert!(span.days() < 60 * 366);
        assert_eq!(span.with(day("9999-12-31"), today), span);
    }

    #[test]
    fn what_is_dragged_beyond_gets_ground_under_it() {
        let today = day("2026-11-21");
        let span = Span::over(None, None, today);
        assert_eq!(span.with(day("2027-01-15"), today), span);
        let wider = span.with(day("2029-01-15"), today);
        assert!(wider.end > day("2029-01-15") && wider.first == span.first);
        assert!(span.with(day("2020-01-15"), today).first < day("2020-01-15"));
    }
}
