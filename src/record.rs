//! The PFA record, its values, and the field table.
//!
//! [`Field::spec`] is the one table of the product: grid columns, forms, diffs, validation and the permission to
//! edit are all read off it. A field's JSON name is the one of the PEMS contract.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::permission::Permission;

/// A changeable or locked field of a record. The key (`pfaId`, `organization`) and the version data are not
/// fields: they identify a record and cannot be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Description,
    AreaSilo,
    Class,
    Category,
    CategoryDescription,
    Source,
    Dor,
    IsActualized,
    IsDiscontinued,
    IsFundsTransferable,
    OriginalStart,
    OriginalEnd,
    ForecastStart,
    ForecastEnd,
    ActualStart,
    ActualEnd,
    MonthlyRate,
    PurchasePrice,
    Manufacturer,
    Model,
    Contract,
    Equipment,
}

/// What values a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text of at most `max` characters.
    Text {
        max: usize,
    },
    /// One of these texts, and no other.
    Choice(&'static [&'static str]),
    Flag,
    /// An instant, shown as a day; RFC 3339 in UTC on the wire.
    Date,
    /// An amount with at most two decimals, never below zero, in the organisation's currency.
    Money,
}

/// Who may change a field by an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditRule {
    /// Never written by us.
    ReadOnly,
    Needs(Permission),
}

/// One row of the field table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// The JSON name, as in the PEMS contract.
    pub name: &'static str,
    /// The heading that people see.
    pub label: &'static str,
    pub kind: FieldKind,
    /// Whether the field may be empty (`null`).
    pub nullable: bool,
    pub edit: EditRule,
}

const fn spec(
    name: &'static str,
    label: &'static str,
    kind: FieldKind,
    nullable: bool,
    edit: EditRule,
) -> FieldSpec {
    FieldSpec { name, label, kind, nullable, edit }
}

const TEXT_80: FieldKind = FieldKind::Text { max: 80 };
const TEXT_30: FieldKind = FieldKind::Text { max: 30 };
/// What a planner may change who is not trusted with actuals.
const PLANNING: EditRule = EditRule::Needs(Permission::EditForecast);
const ACTUALS: EditRule = EditRule::Needs(Permission::EditActuals);
/// Nobody may change an amount that they may not see.
const FINANCIALS: EditRule = EditRule::Needs(Permission::ViewFinancials);

/// The two values of [`Field::Source`].
pub const RENTAL: &str = "Rental";
pub const PURCHASE: &str = "Purchase";

impl Field {
    /// Every field, in the order in which grid and forms show them.
    pub const ALL: [Self; 22] = [
        Self::Description,
        Self::AreaSilo,
        Self::Class,
        Self::Category,
        Self::CategoryDescription,
        Self::Source,
        Self::Dor,
        Self::IsActualized,
        Self::IsDiscontinued,
        Self::IsFundsTransferable,
        Self::OriginalStart,
        Self::OriginalEnd,
        Self::ForecastStart,
        Self::ForecastEnd,
        Self::ActualStart,
        Self::ActualEnd,
        Self::MonthlyRate,
        Self::PurchasePrice,
        Self::Manufacturer,
        Self::Model,
        Self::Contract,
        Self::Equipment,
    ];

    /// The field's row of the table.
    pub const fn spec(self) -> FieldSpec {
        use FieldKind::{Choice, Date, Flag, Money};
        match self {
            Self::Description => spec("description", "Description", TEXT_80, false, PLANNING),
            Self::AreaSilo => spec("areaSilo", "Area / silo", TEXT_80, false, PLANNING),
            Self::Class => spec("class", "Class", TEXT_80, false, PLANNING),
            Self::Category => spec("category", "Category", TEXT_80, false, PLANNING),
            Self::CategoryDescription => {
                spec("categoryDescription", "Category description", TEXT_80, false, PLANNING)
            }
            Self::Source => spec("source", "Source", Choice(&[RENTAL, PURCHASE]), false, PLANNING),
            Self::Dor => spec("dor", "DOR", Choice(&["BEO", "PROJECT"]), false, PLANNING),
            Self::IsActualized => spec("isActualized", "Actualised", Flag, false, ACTUALS),
            Self::IsDiscontinued => {
                spec("isDiscontinued", "Discontinued", Flag, false, EditRule::Needs(Permission::Delete))
            }
            Self::IsFundsTransferable => {
                spec("isFundsTransferable", "Funds transferable", Flag, false, PLANNING)
            }
            Self::OriginalStart => spec("originalStart", "Original start", Date, true, EditRule::ReadOnly),
            Self::OriginalEnd => spec("originalEnd", "Original end", Date, true, EditRule::ReadOnly),
            Self::ForecastStart => spec("forecastStart", "Forecast start", Date, true, PLANNING),
            Self::ForecastEnd => spec("forecastEnd", "Forecast end", Date, true, PLANNING),
            Self::ActualStart => spec("actualStart", "Actual start", Date, true, ACTUALS),
            Self::ActualEnd => spec("actualEnd", "Actual end", Date, true, ACTUALS),
            Self::MonthlyRate => spec("monthlyRate", "Monthly rate", Money, true, FINANCIALS),
            Self::PurchasePrice => spec("purchasePrice", "Purchase price", Money, true, FINANCIALS),
            Self::Manufacturer => spec("manufacturer", "Manufacturer", TEXT_80, false, PLANNING),
            Self::Model => spec("model", "Model", TEXT_80, false, PLANNING),
            Self::Contract => spec("contract", "Contract", TEXT_30, true, PLANNING),
            Self::Equipment => spec("equipment", "Equipment", TEXT_30, true, PLANNING),
        }
    }

    /// The JSON name, as in the PEMS contract.
    pub const fn name(self) -> &'static str {
        self.spec().name
    }

    /// The heading that people see.
    pub const fn label(self) -> &'static str {
        self.spec().label
    }

    /// Whether the field is an amount of money, which needs [`Permission::ViewFinancials`] to be seen.
    pub const fn is_money(self) -> bool {
        matches!(self.spec().kind, FieldKind::Money)
    }

    /// Reads what somebody typed, or what JSON held, as a value of this field.
    pub fn parse(self, json: &Json) -> Result<Value, ValueError> {
        let FieldSpec { kind, nullable, .. } = self.spec();
        let value = match (kind, json) {
            (_, Json::Null) => Value::Empty,
            (FieldKind::Date | FieldKind::Money, Json::String(text)) if text.trim().is_empty() => {
                Value::Empty
            }
            (FieldKind::Text { .. }, Json::String(text)) if nullable && text.trim().is_empty() => {
                Value::Empty
            }
            (FieldKind::Text { max }, Json::String(text)) => Value::Text(short_text(text, max)?),
            (FieldKind::Choice(choices), Json::String(text)) if choices.contains(&text.as_str()) => {
                Value::Text(text.clone())
            }
            (FieldKind::Choice(choices), _) => return Err(ValueError::NotAChoice(choices)),
            (FieldKind::Flag, Json::Bool(flag)) => Value::Flag(*flag),
            (FieldKind::Date, Json::String(text)) => Value::Date(parse_date(text)?),
            (FieldKind::Money, Json::String(text)) => Value::Money(parse_money(text)?),
            (FieldKind::Money, Json::Number(number)) => Value::Money(parse_money(&number.to_string())?),
            (FieldKind::Text { .. }, _) => return Err(ValueError::NotText),
            (FieldKind::Flag, _) => return Err(ValueError::NotAFlag),
            (FieldKind::Date, _) => return Err(ValueError::NotADate),
            (FieldKind::Money, _) => return Err(ValueError::NotMoney),
        };
        if value == Value::Empty && !nullable {
            return Err(ValueError::Required);
        }
        Ok(value)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is not in the field table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no field {0:?}")]
pub struct UnknownField(pub String);

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|field| field.name() == name).ok_or_else(|| UnknownField(name.to_owned()))
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

/// The value of a field. Which variant a field takes is fixed by its [`FieldKind`]; any nullable field may be
/// [`Value::Empty`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// `null`: known to be empty.
    Empty,
    Text(String),
    Flag(bool),
    Date(DateTime<Utc>),
    Money(Decimal),
}

impl Value {
    /// The value as our JSON has it: money as a string with two decimals, dates as RFC 3339 in UTC.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Empty => Json::Null,
            Self::Text(text) => Json::String(text.clone()),
            Self::Flag(flag) => Json::Bool(*flag),
            Self::Date(date) => Json::String(date.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Money(amount) => Json::String(format!("{amount:.2}")),
        }
    }
}

/// The value as people read it; empty is an empty text.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Flag(flag) => f.write_str(if *flag { "Yes" } else { "No" }),
            Self::Date(date) => write!(f, "{}", date.format("%Y-%m-%d")),
            Self::Money(amount) => write!(f, "{amount:.2}"),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

/// Why something is not a value of its field. The texts say what would be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    #[error("must not be empty")]
    Required,
    #[error("must be text")]
    NotText,
    #[error("has {length} characters; at most {max} are allowed")]
    TooLong { length: usize, max: usize },
    #[error("must not contain control characters")]
    ControlCharacter,
    #[error("must be one of {}", .0.join(", "))]
    NotAChoice(&'static [&'static str]),
    #[error("must be true or false")]
    NotAFlag,
    #[error("must be a date such as 2026-03-31")]
    NotADate,
    #[error("must be an amount such as 5500.00")]
    NotMoney,
    #[error("has more than two decimals")]
    TooManyDecimals,
    #[error("must not be below zero")]
    Negative,
    #[error("is more than 9,999,999,999.99")]
    TooLarge,
}

impl ValueError {
    /// The stable code that scripts can rely on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::NotText => "notText",
            Self::TooLong { .. } => "tooLong",
            Self::ControlCharacter => "controlCharacter",
            Self::NotAChoice(_) => "notAChoice",
            Self::NotAFlag => "notAFlag",
            Self::NotADate => "notADate",
            Self::NotMoney => "notMoney",
            Self::TooManyDecimals => "tooManyDecimals",
            Self::Negative => "negative",
            Self::TooLarge => "tooLarge",
        }
    }
}

fn short_text(text: &str, max: usize) -> Result<String, ValueError> {
    let length = text.chars().count();
    if length > max {
        return Err(ValueError::TooLong { length, max });
    }
    if text.chars().any(char::is_control) {
        return Err(ValueError::ControlCharacter);
    }
    Ok(text.to_owned())
}

/// A whole day (midnight UTC) or a full RFC 3339 instant, between the years 1900 and 2200.
fn parse_date(text: &str) -> Result<DateTime<Utc>, ValueError> {
    use chrono::Datelike;
    let text = text.trim();
    let date = if let Ok(day) = text.parse::<NaiveDate>() {
        day.and_time(chrono::NaiveTime::MIN).and_utc()
    } else {
        DateTime::parse_from_rfc3339(text).map_err(|_| ValueError::NotADate)?.to_utc()
    };
    if (1900..=2200).contains(&date.year()) { Ok(date) } else { Err(ValueError::NotADate) }
}

fn parse_money(text: &str) -> Result<Decimal, ValueError> {
    let text = text.trim();
    let amount = Decimal::from_str_exact(text)
        .or_else(|_| Decimal::from_scientific(text))
        .map_err(|_| ValueError::NotMoney)?
        .normalize();
    if amount.scale() > 2 {
        return Err(ValueError::TooManyDecimals);
    }
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(ValueError::Negative);
    }
    if amount >= Decimal::from(10_000_000_000_i64) {
        return Err(ValueError::TooLarge);
    }
    Ok(amount)
}

/// Some fields with their values: a whole record, a change, or one side of a conflict. A field that is not in
/// the map is *unknown*, which is not the same as [`Value::Empty`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldMap(BTreeMap<Field, Value>);

impl FieldMap {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn get(&self, field: Field) -> Option<&Value> {
        self.0.get(&field)
    }

    /// The field's value: empty where the map does not hold it.
    pub fn value(&self, field: Field) -> &Value {
        self.get(field).unwrap_or(&Value::Empty)
    }

    pub fn set(&mut self, field: Field, value: Value) {
        self.0.insert(field, value);
    }

    pub fn remove(&mut self, field: Field) -> Option<Value> {
        self.0.remove(&field)
    }

    pub fn contains(&self, field: Field) -> bool {
        self.0.contains_key(&field)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Field, &Value)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }

    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.0.keys().copied()
    }

    /// Takes over every field of `other`, replacing values that are there already.
    pub fn overlay(&mut self, other: &Self) {
        for (field, value) in other.iter() {
            self.set(field, value.clone());
        }
    }

    /// Only those of `fields` that the map holds.
    #[must_use]
    pub fn only(&self, fields: impl IntoIterator<Item = Field>) -> Self {
        fields.into_iter().filter_map(|field| self.get(field).map(|value| (field, value.clone()))).collect()
    }

    /// Each of `fields`: empty where the map does not hold it.
    #[must_use]
    pub fn values_of(&self, fields: impl IntoIterator<Item = Field>) -> Self {
        fields.into_iter().map(|field| (field, self.value(field).clone())).collect()
    }

    /// The day or instant in a date field, if there is one.
    pub fn date(&self, field: Field) -> Option<DateTime<Utc>> {
        match self.get(field) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// The amount in a money field, if there is one.
    pub fn money(&self, field: Field) -> Option<Decimal> {
        match self.get(field) {
            Some(Value::Money(amount)) => Some(*amount),
            _ => None,
        }
    }

    /// The text in a text or choice field; empty if there is none.
    pub fn text(&self, field: Field) -> &str {
        match self.get(field) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether a flag is known to be set.
    pub fn flag(&self, field: Field) -> bool {
        matches!(self.get(field), Some(Value::Flag(true)))
    }

    /// The map as a JSON object.
    pub fn to_json(&self) -> Json {
        Json::Object(self.iter().map(|(field, value)| (field.name().to_owned(), value.to_json())).collect())
    }

    /// Leaves out the amounts of money, for those who may not see them.
    pub fn hide_money(&mut self) {
        for (field, value) in &mut self.0 {
            if field.is_money() {
                *value = Value::Empty;
            }
        }
    }
}

impl FromIterator<(Field, Value)> for FieldMap {
    fn from_iter<I: IntoIterator<Item = (Field, Value)>>(pairs: I) -> Self {
        // Not `collect`: it sorts first, and brings that sort's code along for each kind of iterator.
        let mut fields = BTreeMap::new();
        fields.extend(pairs);
        Self(fields)
    }
}

impl Serialize for FieldMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for FieldMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor;

        impl<'de> Visitor<'de> for MapVisitor {
            type Value = FieldMap;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object whose names are record fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<FieldMap, A::Error> {
                let mut map = FieldMap::new();
                while let Some((field, json)) = access.next_entry::<Field, Json>()? {
                    // A side of a comparison may hold nothing where a record must hold something: PEMS left the field out.
                    let value = match json {
                        Json::Null => Value::Empty,
                        json => field
                            .parse(&json)
                            .map_err(|error| serde::de::Error::custom(format!("{field} {error}")))?,
                    };
                    map.set(field, value);
                }
                Ok(map)
            }
        }

        deserializer.deserialize_map(MapVisitor)
    }
}

/// The longest `pfaId` that PEMS has.
pub const MAX_PFA_ID: usize = 30;

/// A record at one version, as PEMS has it or as we mirror it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PfaRecord {
    /// Key within the organisation, at most [`MAX_PFA_ID`] characters.
    pub pfa_id: String,
    /// Organisation code, at most 15 characters.
    pub organization: String,
    /// Goes up by one with every change in PEMS, whoever makes it; at least 1.
    pub version: i64,
    pub updated_at: DateTime<Utc>,
    /// Who changed it last, as sent in `modifiedBy`.
    pub updated_by: String,
    pub fields: FieldMap,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_side_may_hold_nothing_where_a_record_must_hold_something() {
        let side: FieldMap = serde_json::from_value(json!({ "model": null, "contract": null })).unwrap();
        assert_eq!((side.get(Field::Model), side.len()), (Some(&Value::Empty), 2));
        assert!(Field::Model.parse(&Json::Null).is_err(), "but nobody can enter that");
    }

    #[test]
    fn every_field_is_found_by_its_name() {
        for field in Field::ALL {
            assert_eq!(field.name().parse(), Ok(field));
        }
    }

    #[test]
    fn values_survive_json() {
        let map = FieldMap::from_iter([
            (Field::Description, Value::Text("Crane 50 t".into())),
            (Field::MonthlyRate, Value::Money(Decimal::new(550_010, 2))),
            (Field::ForecastEnd, Field::ForecastEnd.parse(&json!("2026-03-31")).unwrap()),
            (Field::IsActualized, Value::Flag(true)),
            (Field::Contract, Value::Empty),
        ]);
        let text = serde_json::to_string(&map).unwrap();
        assert!(text.contains("\"monthlyRate\":\"5500.10\""), "{text}");
        assert!(text.contains("\"forecastEnd\":\"2026-03-31T00:00:00Z\""), "{text}");
        assert_eq!(serde_json::from_str::<FieldMap>(&text).unwrap(), map);
    }

    #[test]
    fn money_is_read_exactly_from_a_number_and_from_text() {
        let field = Field::MonthlyRate;
        for json in [json!(5500.1), json!("5500.10"), json!("5500.1")] {
            assert_eq!(field.parse(&json), Ok(Value::Money(Decimal::new(55_001, 1))), "{json}");
        }
        assert_eq!(field.parse(&json!(1.005)), Err(ValueError::TooManyDecimals));
        assert_eq!(field.parse(&json!(-1)), Err(ValueError::Negative));
        assert_eq!(field.parse(&json!("1e400")), Err(ValueError::NotMoney));
        assert_eq!(field.parse(&json!("9999999999999")), Err(ValueError::TooLarge));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused_with_what_would_be_right() {
        assert_eq!(Field::Description.parse(&json!(5)), Err(ValueError::NotText));
        assert_eq!(Field::Description.parse(&json!(null)), Err(ValueError::Required));
        assert_eq!(Field::Description.parse(&json!("a\u{0}b")), Err(ValueError::ControlCharacter));
        assert_eq!(
            Field::Model.parse(&json!("x".repeat(81))),
            Err(ValueError::TooLong { length: 81, max: 80 })
        );
        assert_eq!(Field::ForecastEnd.parse(&json!("31-03-2026")), Err(ValueError::NotADate));
        assert_eq!(Field::IsActualized.parse(&json!("true")), Err(ValueError::NotAFlag));
        assert!(matches!(Field::Source.parse(&json!("Lease")), Err(ValueError::NotAChoice(_))));
    }
}
