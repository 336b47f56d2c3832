//! A PFA record as PEMS holds and shows it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::money::Money;

/// Whether the equipment is hired or bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    Rental,
    Purchase,
}

/// Date of responsibility: who carries the cost, overhead or a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dor {
    #[serde(rename = "BEO")]
    Beo,
    #[serde(rename = "PROJECT")]
    Project,
}

/// Every field of the contract, in its order. Empty fields are written as null, never left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    pub pfa_id: String,
    pub organization: String,
    pub description: String,
    pub area_silo: String,
    pub class: String,
    pub category: String,
    pub category_description: String,
    pub source: Source,
    pub dor: Dor,
    pub is_actualized: bool,
    pub is_discontinued: bool,
    pub is_funds_transferable: bool,
    pub original_start: Option<DateTime<Utc>>,
    pub original_end: Option<DateTime<Utc>>,
    pub forecast_start: Option<DateTime<Utc>>,
    pub forecast_end: Option<DateTime<Utc>>,
    pub actual_start: Option<DateTime<Utc>>,
    pub actual_end: Option<DateTime<Utc>>,
    pub monthly_rate: Option<Money>,
    pub purchase_price: Option<Money>,
    pub manufacturer: String,
    pub model: String,
    pub contract: Option<String>,
    pub equipment: Option<String>,
    /// Goes up by one with every change, whoever makes it.
    pub version: u64,
    pub updated_at: DateTime<Utc>,
    pub updated_by: String,
}

impl Record {
    /// A plain rental with nothing decided yet: what a record put by hand starts from.
    pub fn blank(organization: &str, pfa_id: &str, updated_at: DateTime<Utc>) -> Self {
        Self {
            pfa_id: pfa_id.to_owned(),
            organization: organization.to_owned(),
            description: String::new(),
            area_silo: String::new(),
            class: String::new(),
            category: String::new(),
            category_description: String::new(),
            source: Source::Rental,
            dor: Dor::Project,
            is_actualized: false,
            is_discontinued: false,
            is_funds_transferable: false,
            original_start: None,
            original_end: None,
            forecast_start: None,
            forecast_end: None,
            actual_start: None,
            actual_end: None,
            monthly_rate: Money::from_cents(0),
            purchase_price: None,
            manufacturer: String::new(),
            model: String::new(),
            contract: None,
            equipment: None,
            version: 1,
            updated_at,
            updated_by: "pems.import".to_owned(),
        }
    }

    /// A record from JSON that names `pfaId`, `organization` and whatever else differs from [`Record::blank`].
    pub fn from_partial(given: &Value, updated_at: DateTime<Utc>) -> Result<Self, BadRecord> {
        let given = given.as_object().ok_or(BadRecord::NotAnObject)?;
        let organization = text(given, "organization")?;
        let pfa_id = text(given, "pfaId")?;
        let mut whole = serde_json::to_value(Self::blank(organization, pfa_id, updated_at))?;
        if let Some(whole) = whole.as_object_mut() {
            whole.extend(given.clone());
        }
        Ok(serde_json::from_value(whole)?)
    }

    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("a record has string keys and finite numbers only")
    }
}

fn text<'a>(given: &'a Map<String, Value>, key: &'static str) -> Result<&'a str, BadRecord> {
    given.get(key).and_then(Value::as_str).ok_or(BadRecord::Missing(key))
}

/// Why a record put by hand was not taken.
#[derive(Debug, thiserror::Error)]
pub enum BadRecord {
    #[error("a record is a JSON object")]
    NotAnObject,
    #[error("a record needs the string {0}")]
    Missing(&'static str),
    #[error("not a PFA record: {0}")]
    Malformed(#[from] serde_json::Error),
}
