//! Months as a chart shows them: few enough to be told apart, none left out between the first and the last.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use vanguard_domain::portfolio::{Costs, Month};

/// More columns than this cannot be told apart.
const MOST: usize = 36;

/// A column: its name, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub name: String,
    pub costs: Costs,
}

/// Months; quarters where there are too many; years where even those are.
pub fn periods(by_month: &BTreeMap<Month, Costs>) -> Vec<Period> {
    let (Some(first), Some(last)) = (by_month.keys().next(), by_month.keys().next_back()) else {
        return Vec::new();
    };
    let span = |step: u32| number(*last, step) - number(*first, step) + 1;
    let step = [1, 3]
        .into_iter()
        .find(|step| usize::try_from(span(*step)).is_ok_and(|span| span <= MOST))
        .unwrap_or(12);
    let mut sums: BTreeMap<i32, Costs> =
        (number(*first, step)..=number(*last, step)).map(|number| (number, Costs::default())).collect();
    for (month, costs) in by_month {
        if let Some(sum) = sums.get_mut(&number(*month, step)) {
            *sum += *costs;
        }
    }
    sums.into_iter().map(|(number, costs)| Period { name: name(number, step), costs }).collect()
}

/// Counts periods of `step` months from the year 0.
fn number(month: Month, step: u32) -> i32 {
    let day = month.first_day();
    let per_year = i32::try_from(12 / step).unwrap_or(12);
    day.year() * per_year + i32::try_from(day.month0() / step).unwrap_or(0)
}

fn name(number: i32, step: u32) -> String {
    let per_year = i32::try_from(12 / step).unwrap_or(12);
    let (year, within) = (number.div_euclid(per_year), number.rem_euclid(per_year));
    match step {
        1 => {
            let month = u32::try_from(within + 1).unwrap_or(1);
            NaiveDate::from_ymd_opt(year, month, 1)
                .map_or_else(String::new, |day| day.format("%b %Y").to_string())
        }
        3 => format!("Q{} {year}", within + 1),
        _ => year.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use rust_decimal::Decimal;

    use super::*;

    fn months(list: &[(i32, u32)]) -> BTreeMap<Month, Costs> {
        let costs = Costs { plan: Decimal::ONE, ..Costs::default() };
        list.iter()
            .map(|(year, month)| {
                (Month::of(chrono::Utc.with_ymd_and_hms(*year, *month, 9, 0, 0, 0).unwrap()), costs)
            })
            .collect()
    }

    fn told(list: &[(i32, u32)]) -> Vec<(String, Decimal)> {
        periods(&months(list)).into_iter().map(|period| (period.name, period.costs.plan)).collect()
    }

    #[test]
    fn a_month_without_costs_is_a_column_too() {
        let told = told(&[(2025, 12), (2026, 2)]);
        let names: Vec<_> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Dec 2025", "Jan 2026", "Feb 2026"]);
        assert_eq!(told[1].1, Decimal::ZERO);
    }

    #[test]
    fn many_months_become_quarters_and_then_years() {
        let quarters = told(&[(2024, 1), (2024, 2), (2028, 12)]);
        assert_eq!(quarters.len(), 20);
        assert_eq!(quarters[0], ("Q1 2024".to_owned(), Decimal::TWO));
        let years = told(&[(2010, 5), (2030, 1)]);
        assert_eq!((years.len(), years[0].0.as_str()), (21, "2010"));
    }

    #[test]
    fn nothing_dated_has_no_columns() {
        assert!(told(&[]).is_empty());
    }
}
