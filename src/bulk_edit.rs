//! One edit of many records: what it makes of each.

use chrono::Duration;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::cost::Phase;
use crate::record::{Field, FieldMap, Value};
use crate::validation::FieldError;

/// The furthest that dates are shifted at once, in days: ten years. More is a typing error.
pub const MOST_DAYS: i32 = 3_653;
/// The most that an amount grows at once, in percent.
pub const MOST_PERCENT: i64 = 1_000;

/// The edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum BulkEdit {
    /// Start and end of a phase, by whole days. A date that is not there stays so.
    Shift { phase: Phase, days: i32 },
    /// An amount, by a share of itself; rounded to cents, halves away from zero.
    Scale { field: Field, percent: Decimal },
    /// The same value for all, in the form of the API's JSON.
    Set { field: Field, value: serde_json::Value },
}

impl BulkEdit {
    /// What is wrong with it, whatever the records are.
    pub fn check(&self) -> Result<(), FieldError> {
        let error = |field: &str, code: &str, message: String| {
            Err(FieldError { field: field.into(), code: code.into(), message })
        };
        match self {
            Self::Shift { days: 0, .. } => {
                error("days", "nothingToChange", "Shift by at least one day.".into())
            }
            Self::Shift { days, .. } if days.abs() > MOST_DAYS => {
                error("days", "outOfRange", format!("Shift by at most {MOST_DAYS} days at once."))
            }
            Self::Scale { field, .. } if !field.is_money() => {
                error("field", "notMoney", format!("{} is not an amount.", field.label()))
            }
            Self::Scale { percent, .. } if percent.is_zero() => {
                error("percent", "nothingToChange", "Change by more or less than 0 %.".into())
            }
            Self::Scale { percent, .. }
                if *percent < -Decimal::ONE_HUNDRED || *percent > Decimal::from(MOST_PERCENT) =>
            {
                error("percent", "outOfRange", format!("Change by −100 % to +{MOST_PERCENT} %."))
            }
            Self::Set { field, value } => match field.parse(value) {
                Ok(_) => Ok(()),
                Err(wrong) => Err(FieldError::value(*field, &wrong)),
            },
            Self::Shift { .. } | Self::Scale { .. } => Ok(()),
        }
    }

    /// The fields of `record` that it changes, with their new values; none if there is nothing to change.
    pub fn of(&self, record: &FieldMap) -> FieldMap {
        let mut changes = FieldMap::new();
        match self {
            Self::Shift { phase, days } => {
                let (start, end) = phase.fields();
                for field in [start, end] {
                    let moved = record
                        .date(field)
                        .and_then(|date| date.checked_add_signed(Duration::days(i64::from(*days))));
                    if let Some(date) = moved {
                        changes.set(field, Value::Date(date));
                    }
                }
            }
            Self::Scale { field, percent } => {
                if let Some(amount) = record.money(*field).and_then(|amount| scaled(amount, *percent)) {
                    changes.set(*field, Value::Money(amount));
                }
            }
            Self::Set { field, value } => {
                if let Ok(value) = field.parse(value) {
                    changes.set(*field, value);
                }
            }
        }
        changes.iter().filter(|(field, value)| record.value(*field) != *value).map(owned).collect()
    }
}

fn owned((field, value): (Field, &Value)) -> (Field, Value) {
    (field, value.clone())
}

fn scaled(amount: Decimal, percent: Decimal) -> Option<Decimal> {
    let factor = Decimal::ONE + percent / Decimal::ONE_HUNDRED;
    Some(amount.checked_mul(factor)?.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn record(json: serde_json::Value) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_shift_moves_both_ends_and_leaves_what_is_empty() {
        let shift = BulkEdit::Shift { phase: Phase::Forecast, days: 14 };
        let both = record(json!({ "forecastStart": "2026-03-01", "forecastEnd": "2026-03-31" }));
        assert_eq!(
            shift.of(&both),
            record(json!({ "forecastStart": "2026-03-15", "forecastEnd": "2026-04-14" }))
        );
        let open = record(json!({ "forecastStart": "2026-03-01", "forecastEnd": null }));
        assert_eq!(shift.of(&open), record(json!({ "forecastStart": "2026-03-15" })));
        assert!(shift.of(&record(json!({ "forecastStart": null, "forecastEnd": null }))).is_empty());
    }

    #[test]
    fn a_share_is_rounded_to_cents() {
        let more = BulkEdit::Scale { field: Field::MonthlyRate, percent: Decimal::from(5) };
        assert_eq!(
            more.of(&record(json!({ "monthlyRate": "1234.50" }))),
            record(json!({ "monthlyRate": "1296.23" }))
        );
        assert!(more.of(&record(json!({ "monthlyRate": null }))).is_empty(), "a purchase has no rate");
        assert!(more.of(&record(json!({ "monthlyRate": "0.00" }))).is_empty(), "nothing grows from nothing");
    }

    #[test]
    fn what_holds_the_value_already_does_not_change() {
        let set = BulkEdit::Set { field: Field::Contract, value: json!("C-1") };
        assert!(set.of(&record(json!({ "contract": "C-1" }))).is_empty());
        assert_eq!(set.of(&record(json!({ "contract": null }))), record(json!({ "contract": "C-1" })));
    }

    #[test]
    fn an_edit_that_makes_no_sense_says_what_would() {
        let code = |edit: BulkEdit| edit.check().err().map(|error| error.code);
        let percent =
            |percent: i64| BulkEdit::Scale { field: Field::MonthlyRate, percent: Decimal::from(percent) };
        assert_eq!(code(percent(5)), None);
        assert_eq!(code(percent(0)).as_deref(), Some("nothingToChange"));
        assert_eq!(code(percent(-101)).as_deref(), Some("outOfRange"));
        let shift = |days| BulkEdit::Shift { phase: Phase::Forecast, days };
        assert_eq!(code(shift(0)).as_deref(), Some("nothingToChange"));
        assert_eq!(code(shift(i32::MIN + 1)).as_deref(), Some("outOfRange"));
        let scale = BulkEdit::Scale { field: Field::Model, percent: Decimal::ONE };
        assert_eq!(code(scale).as_deref(), Some("notMoney"));
        let set = BulkEdit::Set { field: Field::Dor, value: json!("NOBODY") };
        assert_eq!(code(set).as_deref(), Some("notAChoice"));
    }

    proptest! {
        #[test]
        fn shifting_there_and_back_changes_nothing(days in 1_i32..MOST_DAYS) {
            let before = record(json!({ "forecastStart": "2026-03-01", "forecastEnd": "2026-03-31" }));
            let there = BulkEdit::Shift { phase: Phase::Forecast, days }.of(&before);
            let back = BulkEdit::Shift { phase: Phase::Forecast, days: -days }.of(&there);
            prop_assert_eq!(back, before);
        }
    }
}
