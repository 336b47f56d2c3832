//! What a record costs. Derived, never written. Source: the PEMS contract.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::record::{Field, FieldMap, PURCHASE};

/// The mean length of a month in days, as PEMS counts it.
pub const DAYS_PER_MONTH: Decimal = Decimal::from_parts(3044, 0, 0, false, 2);

/// Which of a record's three date ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    Plan,
    Forecast,
    Actual,
}

impl Phase {
    /// The start and end field of the phase.
    pub const fn fields(self) -> (Field, Field) {
        match self {
            Self::Plan => (Field::OriginalStart, Field::OriginalEnd),
            Self::Forecast => (Field::ForecastStart, Field::ForecastEnd),
            Self::Actual => (Field::ActualStart, Field::ActualEnd),
        }
    }
}

/// The cost of a phase, in the organisation's currency, rounded to cents. A purchase costs its price; a rental
/// costs days / 30.44 × monthly rate, and is unknown while a date or the rate is.
pub fn cost(record: &FieldMap, phase: Phase) -> Option<Decimal> {
    if record.text(Field::Source) == PURCHASE {
        return record.money(Field::PurchasePrice);
    }
    let (start, end) = phase.fields();
    let rate = record.money(Field::MonthlyRate)?;
    rental_cost(record.date(start)?, record.date(end)?, rate)
}

/// Rental between two instants at a rate per month; `None` only if the amount is beyond what a decimal holds.
pub fn rental_cost(start: DateTime<Utc>, end: DateTime<Utc>, monthly_rate: Decimal) -> Option<Decimal> {
    let seconds = (end - start).num_seconds().max(0);
    let days = Decimal::from(seconds) / Decimal::from(86_400);
    Some((days / DAYS_PER_MONTH).checked_mul(monthly_rate)?.round_dp(2))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(json: serde_json::Value) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_rental_costs_days_by_the_mean_month() {
        let record = record(json!({
            "source": "Rental", "monthlyRate": "3044.00",
            "forecastStart": "2026-01-01", "forecastEnd": "2026-01-11",
        }));
        assert_eq!(cost(&record, Phase::Forecast), Some(Decimal::new(100_000, 2)));
        assert_eq!(cost(&record, Phase::Actual), None, "no actual dates, no actual cost");
    }

    #[test]
    fn an_end_before_the_start_costs_nothing() {
        let record = record(json!({
            "source": "Rental", "monthlyRate": "3044.00",
            "forecastStart": "2026-01-11", "forecastEnd": "2026-01-01",
        }));
        assert_eq!(cost(&record, Phase::Forecast), Some(Decimal::ZERO));
    }

    #[test]
    fn a_purchase_costs_its_price() {
        let record = record(json!({ "source": "Purchase", "purchasePrice": "120000.00" }));
        assert_eq!(cost(&record, Phase::Plan), Some(Decimal::from(120_000)));
    }
}
