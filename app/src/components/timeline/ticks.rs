//! What the axis says: days, weeks, months, quarters, years.

use chrono::{Datelike, Days, Months, NaiveDate};

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Day,
    /// From Monday on.
    Week,
    Month,
    Quarter,
    Year,
}

/// One stretch on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    pub first: NaiveDate,
    /// The first day of the next one.
    pub next: NaiveDate,
    pub label: String,
}

impl Unit {
    /// The first day of the stretch that holds `day`.
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        let month = |month| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Day => day,
            Self::Week => {
                let since_monday = day.weekday().num_days_from_monday();
                day.checked_sub_days(Days::new(since_monday.into())).unwrap_or(day)
            }
            Self::Month => month(day.month()),
            Self::Quarter => month(day.month0() / 3 * 3 + 1),
            Self::Year => month(1),
        }
    }

    /// The first day of the stretch after the one that begins with `first`; `None` where the calendar ends.
    pub fn next(self, first: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => first.checked_add_days(Days::new(1)),
            Self::Week => first.checked_add_days(Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Quarter => first.checked_add_months(Months::new(3)),
            Self::Year => first.checked_add_months(Months::new(12)),
        }
    }

    /// Where nothing else says which year it is.
    fn long(self, first: NaiveDate) -> String {
        match self {
            Self::Month => first.format("%B %Y").to_string(),
            Self::Quarter => format!("Q{} {}", first.month0() / 3 + 1, first.year()),
            Self::Day | Self::Week | Self::Year => self.short(first),
        }
    }

    /// Below a longer stretch, which says the rest.
    fn short(self, first: NaiveDate) -> String {
        match self {
            Self::Day => first.day().to_string(),
            Self::Week => first.format("%-d %b").to_string(),
            Self::Month => first.format("%b").to_string(),
            Self::Quarter => format!("Q{}", first.month0() / 3 + 1),
            Self::Year => first.year().to_string(),
        }
    }
}

/// The line of wide stretches that cover `from` to `to`.
pub fn wide(unit: Unit, from: NaiveDate, to: NaiveDate) -> Vec<Tick> {
    ticks(unit, from, to, Unit::long)
}

/// The line of narrow ones below it.
pub fn narrow(unit: Unit, from: NaiveDate, to: NaiveDate) -> Vec<Tick> {
    ticks(unit, from, to, Unit::short)
}

fn ticks(unit: Unit, from: NaiveDate, to: NaiveDate, label: fn(Unit, NaiveDate) -> String) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut first = unit.start(from);
    while first < to {
        let Some(next) = unit.next(first) else { break };
        ticks.push(Tick { first, next, label: label(unit, first) });
        first = next;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn the_axis_begins_with_the_stretch_that_the_first_day_is_in() {
        let months = wide(Unit::Month, day("2026-02-27"), day("2026-04-01"));
        assert_eq!(labels(&months), ["February 2026", "March 2026"]);
        assert_eq!(months[0].first, day("2026-02-01"));
        let weeks = narrow(Unit::Week, day("2026-03-01"), day("2026-03-10"));
        assert_eq!(labels(&weeks), ["23 Feb", "2 Mar", "9 Mar"], "weeks begin on Monday");
        let quarters = wide(Unit::Quarter, day("2026-12-31"), day("2027-01-02"));
        assert_eq!(labels(&quarters), ["Q4 2026", "Q1 2027"]);
    }

    #[test]
    fn a_leap_day_is_a_day() {
        let days = narrow(Unit::Day, day("2028-02-28"), day("2028-03-02"));
        assert_eq!(labels(&days), ["28", "29", "1"]);
    }

    proptest! {
        #[test]
        fn stretches_follow_each_other_without_a_gap(from in -40_000_i32..80_000, days in 1_u64..3_000) {
            let from = NaiveDate::from_epoch_days(from).unwrap();
            let to = from + Days::new(days);
            for unit in [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year] {
                let ticks = narrow(unit, from, to);
                prop_assert!(ticks[0].first <= from && ticks.last().unwrap().next >= to);
                prop_assert!(ticks.windows(2).all(|pair| pair[0].next == pair[1].first));
            }
        }
    }
}
