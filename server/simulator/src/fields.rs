//! The fields that a write may name, each with its type and limit: one table for reading, setting and describing them.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use crate::money::Money;
use crate::record::{Dor, Record, Source};

/// One field: its name on the wire and where it sits in a record.
#[derive(Debug)]
pub(crate) struct Field {
    pub name: &'static str,
    slot: fn(&mut Record) -> Slot<'_>,
}

/// The place of one field in one record, typed.
enum Slot<'a> {
    Text(&'a mut String, usize),
    OptionalText(&'a mut Option<String>, usize),
    Source(&'a mut Source),
    Dor(&'a mut Dor),
    Flag(&'a mut bool),
    Date(&'a mut Option<DateTime<Utc>>),
    Money(&'a mut Option<Money>),
}

/// In the contract's order. `pfaId`, `organization`, `version`, `updatedAt` and `updatedBy` are PEMS's own and missing
/// here on purpose; the original dates are present, so that naming them breaks a rule instead of the format.
pub(crate) static FIELDS: [Field; 22] = [
    Field { name: "description", slot: |r| Slot::Text(&mut r.description, 80) },
    Field { name: "areaSilo", slot: |r| Slot::Text(&mut r.area_silo, 80) },
    Field { name: "class", slot: |r| Slot::Text(&mut r.class, 80) },
    Field { name: "category", slot: |r| Slot::Text(&mut r.category, 80) },
    Field { name: "categoryDescription", slot: |r| Slot::Text(&mut r.category_description, 80) },
    Field { name: "source", slot: |r| Slot::Source(&mut r.source) },
    Field { name: "dor", slot: |r| Slot::Dor(&mut r.dor) },
    Field { name: "isActualized", slot: |r| Slot::Flag(&mut r.is_actualized) },
    Field { name: "isDiscontinued", slot: |r| Slot::Flag(&mut r.is_discontinued) },
    Field { name: "isFundsTransferable", slot: |r| Slot::Flag(&mut r.is_funds_transferable) },
    Field { name: "originalStart", slot: |r| Slot::Date(&mut r.original_start) },
    Field { name: "originalEnd", slot: |r| Slot::Date(&mut r.original_end) },
    Field { name: "forecastStart", slot: |r| Slot::Date(&mut r.forecast_start) },
    Field { name: "forecastEnd", slot: |r| Slot::Date(&mut r.forecast_end) },
    Field { name: "actualStart", slot: |r| Slot::Date(&mut r.actual_start) },
    Field { name: "actualEnd", slot: |r| Slot::Date(&mut r.actual_end) },
    Field { name: "monthlyRate", slot: |r| Slot::Money(&mut r.monthly_rate) },
    Field { name: "purchasePrice", slot: |r| Slot::Money(&mut r.purchase_price) },
    Field { name: "manufacturer", slot: |r| Slot::Text(&mut r.manufacturer, 80) },
    Field { name: "model", slot: |r| Slot::Text(&mut r.model, 80) },
    Field { name: "contract", slot: |r| Slot::OptionalText(&mut r.contract, 30) },
    Field { name: "equipment", slot: |r| Slot::OptionalText(&mut r.equipment, 30) },
];

pub(crate) fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

impl Field {
    pub(crate) fn value(&self, record: &mut Record) -> Value {
        (self.slot)(record).value()
    }

    /// Sets the field; the error says what the field would have taken.
    pub(crate) fn set(&self, record: &mut Record, value: &Value) -> Result<(), String> {
        (self.slot)(record).set(value).map_err(|wanted| format!("{} must be {wanted}", self.name))
    }
}

impl Slot<'_> {
    fn value(self) -> Value {
        match self {
            Self::Text(text, _) => Value::from(text.as_str()),
            Self::OptionalText(text, _) => Value::from(text.as_deref()),
            Self::Source(Source::Rental) => Value::from("Rental"),
            Self::Source(Source::Purchase) => Value::from("Purchase"),
            Self::Dor(Dor::Beo) => Value::from("BEO"),
            Self::Dor(Dor::Project) => Value::from("PROJECT"),
            Self::Flag(flag) => Value::from(*flag),
            Self::Date(date) => Value::from(date.map(|d| d.to_rfc3339_opts(SecondsFormat::AutoSi, true))),
            Self::Money(money) => money.map_or(Value::Null, Money::to_value),
        }
    }

    fn set(self, value: &Value) -> Result<(), String> {
        match self {
            Self::Text(slot, limit) => *slot = text(value, limit)?,
            Self::OptionalText(slot, limit) => {
                *slot = if value.is_null() { None } else { Some(text(value, limit)?) };
            }
            Self::Source(slot) => {
                *slot = match value.as_str() {
                    Some("Rental") => Source::Rental,
                    Some("Purchase") => Source::Purchase,
                    _ => return Err("Rental or Purchase".to_owned()),
                }
            }
            Self::Dor(slot) => {
                *slot = match value.as_str() {
                    Some("BEO") => Dor::Beo,
                    Some("PROJECT") => Dor::Project,
                    _ => return Err("BEO or PROJECT".to_owned()),
                }
            }
            Self::Flag(slot) => *slot = value.as_bool().ok_or("true or false")?,
            Self::Date(slot) => *slot = date(value)?,
            Self::Money(slot) => *slot = money(value)?,
        }
        Ok(())
    }
}

/// Lengths are in characters, as a person counts them.
fn text(value: &Value, limit: usize) -> Result<String, String> {
    match value.as_str() {
        Some(text) if text.chars().count() <= limit => Ok(text.to_owned()),
        _ => Err(format!("text of at most {limit} characters")),
    }
}

fn date(value: &Value) -> Result<Option<DateTime<Utc>>, String> {
    match value {
        Value::Null => Some(None),
        Value::String(text) => DateTime::parse_from_rfc3339(text).ok().map(|date| Some(date.to_utc())),
        _ => None,
    }
    .ok_or_else(|| "an RFC 3339 date or null".to_owned())
}

fn money(value: &Value) -> Result<Option<Money>, String> {
    match value {
        Value::Null => Some(None),
        Value::Number(number) => Money::from_number(number).map(Some),
        _ => None,
    }
    .ok_or_else(|| "an amount with at most two decimals or null".to_owned())
}
