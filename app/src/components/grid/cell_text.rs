//! Values as the grid shows them, and what people type as values. Neither depends on the reader's locale: server
//! and browser must write the same.

use rust_decimal::Decimal;
use serde_json::Value as Json;
use vanguard_domain::record::{Field, FieldKind, Value};
use vanguard_domain::validation::FieldError;

use crate::components::field_value::grouped;

/// An amount with two decimals and its thousands apart: `1,234,567.80`.
pub fn amount(amount: Decimal) -> String {
    grouped(&format!("{amount:.2}"))
}

/// A count with its thousands apart: `1,234`.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// The value as a cell shows it.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Money(money) => amount(*money),
        other => other.to_string(),
    }
}

/// The value as an editor begins with it.
pub fn editable(value: &Value) -> String {
    value.to_string()
}

/// Reads what somebody typed or pasted into a cell of `field`.
pub fn read(field: Field, typed: &str) -> Result<Value, FieldError> {
    field.parse(&as_json(field, typed)).map_err(|error| FieldError::value(field, &error))
}

/// What was typed in the form that the domain reads. People and spreadsheets write flags in words, choices in any
/// case, and amounts with separators; whatever is none of these goes to the domain as it is, which then says what
/// would be right.
fn as_json(field: Field, typed: &str) -> Json {
    let text = typed.trim();
    let spec = field.spec();
    match spec.kind {
        _ if text.is_empty() && spec.nullable => Json::Null,
        // A required text is not satisfied by blanks.
        FieldKind::Text { .. } if text.is_empty() => Json::Null,
        FieldKind::Flag => match text.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" | "y" | "x" => Json::Bool(true),
            "no" | "false" | "0" | "n" | "" => Json::Bool(false),
            _ => Json::String(text.to_owned()),
        },
        FieldKind::Choice(choices) => {
            let known = choices.iter().find(|choice| choice.eq_ignore_ascii_case(text));
            Json::String(known.map_or_else(|| text.to_owned(), |choice| (*choice).to_owned()))
        }
        FieldKind::Money => Json::String(without_separators(text)),
        FieldKind::Text { .. } | FieldKind::Date => Json::String(text.to_owned()),
    }
}

/// `1,234,567.80` → `1234567.80`; only where every comma stands between groups of three, because `5,5` may well
/// mean five and a half, and guessing with money is not ours to do.
fn without_separators(text: &str) -> String {
    let whole = text.split('.').next().unwrap_or(text);
    let mut groups = whole.split(',');
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    if whole.contains(',') && first && groups.all(|group| group.len() == 3) {
        text.replace(',', "")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Result<Value, String> {
        read(Field::MonthlyRate, text).map_err(|error| error.code)
    }

    #[test]
    fn amounts_are_shown_in_groups_of_three() {
        assert_eq!(amount(Decimal::new(123_456_780, 2)), "1,234,567.80");
        assert_eq!(amount(Decimal::new(5, 0)), "5.00");
        assert_eq!(amount(Decimal::new(100_000, 2)), "1,000.00");
        assert_eq!(count(10_000), "10,000");
        assert_eq!(count(999), "999");
    }

    #[test]
    fn an_amount_from_a_spreadsheet_is_read_and_a_doubtful_one_is_not() {
        assert_eq!(money("1,234,567.80"), Ok(Value::Money(Decimal::new(123_456_780, 2))));
        assert_eq!(money(" 5500 "), Ok(Value::Money(Decimal::new(5500, 0))));
        assert_eq!(money("5,5"), Err("notMoney".into()));
        assert_eq!(money(""), Ok(Value::Empty));
    }

    #[test]
    fn flags_and_choices_are_read_in_words() {
        assert_eq!(read(Field::IsActualized, "Yes"), Ok(Value::Flag(true)));
        assert_eq!(read(Field::IsActualized, "FALSE"), Ok(Value::Flag(false)));
        assert_eq!(read(Field::IsActualized, "maybe").unwrap_err().code, "notAFlag");
        assert_eq!(read(Field::Source, "rental"), Ok(Value::Text("Rental".into())));
        assert_eq!(read(Field::Source, "lease").unwrap_err().code, "notAChoice");
    }

    #[test]
    fn blanks_are_no_value_for_a_required_text() {
        assert_eq!(read(Field::Description, "  ").unwrap_err().code, "required");
        assert_eq!(read(Field::Contract, "  "), Ok(Value::Empty));
    }

    #[test]
    fn what_a_cell_shows_is_read_back_as_the_same_value() {
        for (field, text) in [
            (Field::MonthlyRate, "1,234,567.80"),
            (Field::ForecastEnd, "2026-03-31"),
            (Field::IsActualized, "Yes"),
            (Field::Description, "Crane 50 t"),
        ] {
            let value = read(field, text).unwrap();
            assert_eq!(shown(&value), text);
            assert_eq!(read(field, &editable(&value)), Ok(value));
        }
    }
}
