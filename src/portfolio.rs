//! What all records together cost: by phase, by category, and month by month.
//!
//! Discontinued records are left out: nothing of theirs is rented or bought any more.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::cost::{Phase, cost, rental_cost};
use crate::record::{Field, FieldMap, PURCHASE};

/// The longest span of one record that is spread over months; beyond it a date is a typing error.
const MOST_MONTHS: u32 = 1_200;

/// Costs in the organisation's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Costs {
    pub plan: Decimal,
    pub forecast: Decimal,
    /// The forecast as it would be with the viewer's drafts.
    pub drafted: Decimal,
    pub actual: Decimal,
}

impl AddAssign for Costs {
    fn add_assign(&mut self, other: Self) {
        self.plan += other.plan;
        self.forecast += other.forecast;
        self.drafted += other.drafted;
        self.actual += other.actual;
    }
}

impl Costs {
    /// What a record costs as it is. Nothing if it is discontinued.
    pub fn of_record(record: &FieldMap) -> Self {
        if record.flag(Field::IsDiscontinued) {
            return Self::default();
        }
        Self::of(|figure| known(record, figure))
    }

    /// Of each of them, the same.
    fn of(figure: impl Fn(Figure) -> Decimal) -> Self {
        Self {
            plan: figure(Figure::Plan),
            forecast: figure(Figure::Forecast),
            drafted: figure(Figure::Drafted),
            actual: figure(Figure::Actual),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    Plan,
    Forecast,
    Drafted,
    Actual,
}

impl Figure {
    const fn phase(self) -> Phase {
        match self {
            Self::Plan => Phase::Plan,
            Self::Forecast | Self::Drafted => Phase::Forecast,
            Self::Actual => Phase::Actual,
        }
    }
}

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month(NaiveDate);

impl Month {
    /// The month that `at` is in, in UTC.
    pub fn of(at: DateTime<Utc>) -> Self {
        let day = at.date_naive();
        Self(day.with_day(1).unwrap_or(day))
    }

    fn next(self) -> Option<Self> {
        self.0.checked_add_months(Months::new(1)).map(Self)
    }

    fn start(self) -> DateTime<Utc> {
        self.0.and_time(chrono::NaiveTime::MIN).and_utc()
    }

    /// The first day.
    pub const fn first_day(self) -> NaiveDate {
        self.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%b %Y"))
    }
}

/// All records of an organisation, added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portfolio {
    /// How many records were counted.
    pub records: usize,
    pub total: Costs,
    pub by_category: BTreeMap<String, Costs>,
    /// Rentals day by day, purchases in the month of their start. What has no date is in no month.
    pub by_month: BTreeMap<Month, Costs>,
}

impl Portfolio {
    /// Counts a record: as everybody sees it, and as it would be with the viewer's draft.
    pub fn count(&mut self, record: &FieldMap, drafted: &FieldMap) {
        if record.flag(Field::IsDiscontinued) {
            return;
        }
        // A draft that discontinues the record takes its forecast away.
        let gone = drafted.flag(Field::IsDiscontinued);
        let side = |figure| if figure == Figure::Drafted { drafted } else { record };
        let counts = |figure| !(gone && figure == Figure::Drafted);
        let costs =
            Costs::of(|figure| if counts(figure) { known(side(figure), figure) } else { Decimal::ZERO });
        self.records += 1;
        self.total += costs;
        *self.by_category.entry(record.text(Field::Category).to_owned()).or_default() += costs;
        for figure in [Figure::Plan, Figure::Forecast, Figure::Drafted, Figure::Actual] {
            if !counts(figure) {
                continue;
            }
            for (month, amount) in by_month(side(figure), figure.phase()) {
                let share = Costs::of(|other| if other == figure { amount } else { Decimal::ZERO });
                *self.by_month.entry(month).or_default() += share;
            }
        }
    }
}

/// What is known to be spent; nothing where it is not known.
fn known(record: &FieldMap, figure: Figure) -> Decimal {
    cost(record, figure.phase()).filter(|_| is_dated(record, figure)).unwrap_or_default()
}

/// A purchase is spent once it is there: without an actual start it has cost nothing yet.
fn is_dated(record: &FieldMap, figure: Figure) -> bool {
    figure != Figure::Actual || record.date(Field::ActualStart).is_some()
}

fn by_month(record: &FieldMap, phase: Phase) -> Vec<(Month, Decimal)> {
    let (start, end) = phase.fields();
    let Some(start) = record.date(start) else { return Vec::new() };
    if record.text(Field::Source) == PURCHASE {
        return record
            .money(Field::PurchasePrice)
            .map(|price| (Month::of(start), price))
            .into_iter()
            .collect();
    }
    let (Some(end), Some(rate)) = (record.date(end), record.money(Field::MonthlyRate)) else {
        return Vec::new();
    };
    spread(start, end, rate)
}

/// A rental's cost, by the days in each month. The months add up to the whole: the last one takes what rounding leaves.
fn spread(start: DateTime<Utc>, end: DateTime<Utc>, rate: Decimal) -> Vec<(Month, Decimal)> {
    let Some(mut left) = rental_cost(start, end, rate).filter(|_| start < end) else { return Vec::new() };
    let mut months = Vec::new();
    let (mut month, mut from) = (Month::of(start), start);
    for _ in 0..MOST_MONTHS {
        let Some(next) = month.next().filter(|next| next.start() < end) else { break };
        let Some(amount) = rental_cost(from, next.start(), rate) else { break };
        months.push((month, amount));
        left -= amount;
        (month, from) = (next, next.start());
    }
    months.push((month, left));
    months
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;

    fn record(json: Json) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    fn rental(start: &str, end: &str) -> FieldMap {
        record(json!({
            "source": "Rental", "category": "CRANE", "monthlyRate": "3044.00",
            "originalStart": start, "originalEnd": end, "forecastStart": start, "forecastEnd": end,
        }))
    }

    fn amount(cents: i64) -> Decimal {
        Decimal::new(cents, 2)
    }

    #[test]
    fn a_rental_is_spread_over_its_days() {
        let mut portfolio = Portfolio::default();
        let crane = rental("2026-01-22", "2026-02-06");
        portfolio.count(&crane, &crane);
        assert_eq!(portfolio.total.plan, amount(150_000));
        let months: Vec<_> =
            portfolio.by_month.iter().map(|(month, costs)| (month.to_string(), costs.plan)).collect();
        assert_eq!(months, [("Jan 2026".into(), amount(100_000)), ("Feb 2026".into(), amount(50_000))]);
        assert_eq!(portfolio.by_category["CRANE"].forecast, amount(150_000));
        assert_eq!(portfolio.total.actual, Decimal::ZERO, "it has not begun");
    }

    #[test]
    fn a_draft_shows_in_its_own_figure_alone() {
        let mut portfolio = Portfolio::default();
        portfolio.count(&rental("2026-01-01", "2026-01-11"), &rental("2026-01-01", "2026-01-21"));
        assert_eq!((portfolio.total.forecast, portfolio.total.drafted), (amount(100_000), amount(200_000)));
        let mut gone = rental("2026-01-01", "2026-01-11");
        gone.set(Field::IsDiscontinued, crate::record::Value::Flag(true));
        portfolio.count(&rental("2026-01-01", "2026-01-11"), &gone);
        assert_eq!((portfolio.total.forecast, portfolio.total.drafted), (amount(200_000), amount(200_000)));
    }

    #[test]
    fn a_purchase_costs_its_price_when_it_begins_and_is_spent_once_it_is_there() {
        let mut portfolio = Portfolio::default();
        let bought = record(json!({
            "source": "Purchase", "category": "TRUCK", "purchasePrice": "90000", "originalStart": "2026-03-10",
        }));
        portfolio.count(&bought, &bought);
        assert_eq!(portfolio.total.plan, amount(9_000_000));
        assert_eq!(portfolio.total.actual, Decimal::ZERO);
        assert_eq!(portfolio.by_month.len(), 1);
    }

    #[test]
    fn what_is_discontinued_does_not_count() {
        let mut gone = rental("2026-01-01", "2026-01-11");
        gone.set(Field::IsDiscontinued, crate::record::Value::Flag(true));
        let mut portfolio = Portfolio::default();
        portfolio.count(&gone, &gone);
        assert_eq!(portfolio, Portfolio::default());
    }

    proptest! {
        #[test]
        fn months_and_categories_add_up_to_the_whole(
            rentals in proptest::collection::vec((0_i64..2_000, 1_i64..900, 1_u32..2_000_000, "[A-C]"), 1..20),
        ) {
            let mut portfolio = Portfolio::default();
            for (start, days, cents, category) in rentals {
                let start = DateTime::from_timestamp(1_700_000_000 + start * 86_400, 0).unwrap();
                let end = start + chrono::Duration::days(days);
                let rental = record(json!({
                    "source": "Rental", "category": category, "monthlyRate": Decimal::new(cents.into(), 2).to_string(),
                    "forecastStart": start.to_rfc3339(), "forecastEnd": end.to_rfc3339(),
                }));
                portfolio.count(&rental, &rental);
            }
            let months: Decimal = portfolio.by_month.values().map(|costs| costs.forecast).sum();
            let categories: Decimal = portfolio.by_category.values().map(|costs| costs.forecast).sum();
            prop_assert_eq!(months, portfolio.total.forecast);
            prop_assert_eq!(categories, portfolio.total.forecast);
        }
    }
}
