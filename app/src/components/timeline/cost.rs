//! What a forecast costs, and would cost with other dates.

use rust_decimal::Decimal;
use vanguard_domain::cost::{Phase, cost};
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, FieldMap, Value};

use super::dates::Dates;
use crate::components::grid::cell::RowView;
use crate::components::grid::cell_text::amount;

/// The cost of a forecast with these dates, in the organisation's currency; `None` if it is not known, or not for the
/// viewer to know.
pub fn forecast_cost(view: &RowView<'_>, dates: Dates) -> Option<Decimal> {
    if !view.permissions.contains(&Permission::ViewFinancials) {
        return None;
    }
    let amounts = [Field::Source, Field::MonthlyRate, Field::PurchasePrice];
    let mut record: FieldMap = amounts.into_iter().map(|field| (field, view.value(field))).collect();
    let (start, end) = Phase::Forecast.fields();
    for (field, date) in [(start, dates.start), (end, dates.end)] {
        record.set(field, date.map_or(Value::Empty, Value::Date));
    }
    cost(&record, Phase::Forecast)
}

/// `Cost 12,345.00 (+1,000.00)`; the difference only where there is one.
pub fn told(before: Option<Decimal>, after: Option<Decimal>) -> Option<String> {
    let after = after?;
    let difference = before.map(|before| after - before).filter(|difference| !difference.is_zero());
    let difference = difference.map_or_else(String::new, |difference| {
        let sign = if difference.is_sign_negative() { "−" } else { "+" };
        format!(" ({sign}{})", amount(difference.abs()))
    });
    Some(format!("Cost {}{difference}", amount(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_told_with_what_it_changes_by() {
        let amount = |cents| Some(Decimal::new(cents, 2));
        assert_eq!(told(amount(100_000), amount(234_567)).as_deref(), Some("Cost 2,345.67 (+1,345.67)"));
        assert_eq!(told(amount(234_567), amount(100_000)).as_deref(), Some("Cost 1,000.00 (−1,345.67)"));
        assert_eq!(told(amount(500), amount(500)).as_deref(), Some("Cost 5.00"));
        assert_eq!(told(None, None), None);
    }
}
