//! A record's dates in one phase, and how they move.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use vanguard_domain::cost::Phase;
use vanguard_domain::record::{Field, FieldMap, Value};

/// When it begins and ends, as far as that is known. It lasts from the start up to the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dates {
    pub start: Option<DateTime<Utc>>,
    pub end: Option<DateTime<Utc>>,
}

/// What of a bar is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grip {
    Whole,
    Start,
    End,
}

/// CSS pixels on both sides of an end that hold it.
const HOLD: f64 = 5.0;

/// What of a bar from `left` to `right` is held at `x`. A narrow one is held in its middle to be moved, and beside it to
/// be stretched.
pub fn grip_at(x: f64, left: f64, right: f64) -> Option<Grip> {
    let inside = HOLD.min((right - left) / 3.0);
    if x < left - HOLD || x > right + HOLD {
        None
    } else if x < left + inside {
        Some(Grip::Start)
    } else if x > right - inside {
        Some(Grip::End)
    } else {
        Some(Grip::Whole)
    }
}

impl Dates {
    /// The dates of a phase in the values that `value` hands out.
    pub fn of(phase: Phase, value: impl Fn(Field) -> Value) -> Self {
        let (start, end) = phase.fields();
        let date = |field| match value(field) {
            Value::Date(date) => Some(date),
            _ => None,
        };
        Self { start: date(start), end: date(end) }
    }

    /// The first day, and the day up to which it lasts.
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        Some((self.start?.date_naive(), self.end?.date_naive()))
    }

    /// How many days it lasts; below zero if the end is before the start.
    pub fn length(self) -> Option<i64> {
        let (start, end) = self.days()?;
        Some((end - start).num_days())
    }

    /// The dates after what is held has been moved by so many days; `None` if they are not there, or leave the calendar.
    #[must_use]
    pub fn moved(self, grip: Grip, days: i64) -> Option<Self> {
        let by = TimeDelta::try_days(days)?;
        let shift = |date: Option<DateTime<Utc>>| date?.checked_add_signed(by);
        match grip {
            Grip::Start => Some(Self { start: Some(shift(self.start)?), end: self.end }),
            Grip::End => Some(Self { start: self.start, end: Some(shift(self.end)?) }),
            Grip::Whole => {
                let moved = Self { start: shift(self.start), end: shift(self.end) };
                (moved.start.is_some() || moved.end.is_some()).then_some(moved)
            }
        }
    }

    /// What a record becomes whose forecast goes from `before` to these dates, in an order in which each step is valid if
    /// the last is: whoever moves ahead moves the end first.
    pub fn changes_from(self, before: Self) -> Vec<(Field, Value)> {
        let (start, end) = Phase::Forecast.fields();
        let value = |date: Option<DateTime<Utc>>| date.map_or(Value::Empty, Value::Date);
        let start_change = (self.start != before.start).then(|| (start, value(self.start)));
        let end_change = (self.end != before.end).then(|| (end, value(self.end)));
        if self.end > before.end {
            end_change.into_iter().chain(start_change).collect()
        } else {
            start_change.into_iter().chain(end_change).collect()
        }
    }

    /// The same as part of a record.
    pub fn fields_changed_from(self, before: Self) -> FieldMap {
        self.changes_from(before).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vanguard_domain::delta::{Operation, applied};
    use vanguard_domain::validation::check_rules;

    use super::*;

    fn dates(start: i64, end: i64) -> Dates {
        let day = |days| Some(DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + days) + TimeDelta::hours(7));
        Dates { start: day(start), end: day(end) }
    }

    #[test]
    fn a_bar_is_held_at_its_ends_and_in_between() {
        assert_eq!(grip_at(100.0, 100.0, 200.0), Some(Grip::Start));
        assert_eq!(grip_at(96.0, 100.0, 200.0), Some(Grip::Start));
        assert_eq!(grip_at(150.0, 100.0, 200.0), Some(Grip::Whole));
        assert_eq!(grip_at(204.0, 100.0, 200.0), Some(Grip::End));
        assert_eq!(grip_at(206.0, 100.0, 200.0), None);
        // Nine pixels: three to move it by.
        assert_eq!(grip_at(104.5, 100.0, 109.0), Some(Grip::Whole));
    }

    #[test]
    fn what_is_not_there_cannot_be_moved() {
        let open = Dates { end: None, ..dates(0, 0) };
        assert_eq!(open.moved(Grip::End, 1), None);
        assert_eq!(open.moved(Grip::Whole, 3).and_then(|moved| moved.start), dates(3, 0).start);
        assert_eq!(Dates::default().moved(Grip::Whole, 1), None);
        assert_eq!(dates(0, 1).moved(Grip::Whole, i64::MAX), None);
    }

    #[test]
    fn stretching_moves_one_end_alone() {
        let moved = dates(0, 10).moved(Grip::End, 4).unwrap();
        assert_eq!(moved, dates(0, 14));
        assert_eq!(moved.changes_from(dates(0, 10)).len(), 1);
        assert_eq!(dates(0, 10).moved(Grip::Start, 4), Some(dates(4, 10)));
    }

    proptest! {
        #[test]
        fn moving_keeps_the_length_and_the_time_of_day(start in 0_i64..900, length in 0_i64..900, by in -900_i64..900) {
            let before = dates(start, start + length);
            let after = before.moved(Grip::Whole, by).unwrap();
            prop_assert_eq!(after.length(), before.length());
            prop_assert_eq!(after, dates(start + by, start + length + by));
            prop_assert_eq!(after.moved(Grip::Whole, -by), Some(before));
        }

        /// The grid's own check takes one field at a time.
        #[test]
        fn a_move_is_valid_at_each_of_its_steps(start in 0_i64..900, length in 0_i64..90, by in -900_i64..900) {
            let before = dates(start, start + length);
            let after = before.moved(Grip::Whole, by).unwrap();
            let mut record = before.fields_changed_from(Dates::default());
            for (field, value) in after.changes_from(before) {
                let step = FieldMap::from_iter([(field, value)]);
                prop_assert!(check_rules(&record, Operation::Update, &step).is_empty());
                record = applied(&record, &step);
            }
        }
    }
}
