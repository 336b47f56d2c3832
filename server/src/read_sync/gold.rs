//! Gold: what analysis asks for, derived from a record. Pure.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use vanguard_domain::cost::{Phase, cost};
use vanguard_domain::record::{Field, FieldMap};

/// A record's dimensions and costs, ready to be stored.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GoldRow {
    pub(super) pfa_id: String,
    pub(super) version: i64,
    pub(super) category: String,
    pub(super) class: String,
    pub(super) area_silo: String,
    pub(super) source: String,
    pub(super) dor: String,
    pub(super) is_actualized: bool,
    pub(super) is_discontinued: bool,
    pub(super) forecast_start: Option<DateTime<Utc>>,
    pub(super) forecast_end: Option<DateTime<Utc>>,
    pub(super) plan_cost: Option<Decimal>,
    pub(super) forecast_cost: Option<Decimal>,
    pub(super) actual_cost: Option<Decimal>,
}

/// Derives a row. A dimension that PEMS did not tell is empty.
pub(super) fn derive(pfa_id: &str, version: i64, fields: &FieldMap) -> GoldRow {
    let text = |field| fields.text(field).to_owned();
    GoldRow {
        pfa_id: pfa_id.to_owned(),
        version,
        category: text(Field::Category),
        class: text(Field::Class),
        area_silo: text(Field::AreaSilo),
        source: text(Field::Source),
        dor: text(Field::Dor),
        is_actualized: fields.flag(Field::IsActualized),
        is_discontinued: fields.flag(Field::IsDiscontinued),
        forecast_start: fields.date(Field::ForecastStart),
        forecast_end: fields.date(Field::ForecastEnd),
        plan_cost: cost(fields, Phase::Plan),
        forecast_cost: cost(fields, Phase::Forecast),
        actual_cost: cost(fields, Phase::Actual),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn costs_follow_the_phases_and_what_is_unknown_stays_empty() {
        let fields = serde_json::from_value(json!({
            "source": "Rental", "class": "Crane", "monthlyRate": "3044.00", "isActualized": true,
            "forecastStart": "2026-01-01", "forecastEnd": "2026-01-11",
        }));
        let row = derive("RIO-1", 4, &fields.unwrap());
        assert_eq!(row.forecast_cost, Some(Decimal::from(1000)));
        assert_eq!((row.plan_cost, row.actual_cost), (None, None));
        assert_eq!((row.class.as_str(), row.category.as_str()), ("Crane", ""));
        assert!(row.is_actualized && !row.is_discontinued);
    }
}
