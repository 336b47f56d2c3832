//! What everything costs: in all, over time, by category.

use leptos::prelude::*;
use rust_decimal::Decimal;
use vanguard_domain::portfolio::{Costs, Portfolio};

use super::periods::periods;
use crate::components::chart::columns::{Column, Columns, Series};
use crate::components::chart::share_bar::ShareBar;
use crate::components::field_value::grouped;
use crate::components::figure::Figure;
use crate::components::table_frame::TableFrame;

/// The figures and charts.
#[component]
pub fn PortfolioCosts(portfolio: Portfolio) -> impl IntoView {
    let drafted = portfolio.total.drafted != portfolio.total.forecast;
    let records = grouped(&portfolio.records.to_string());
    view! {
        <section aria-labelledby="costs-heading">
            <h2 id="costs-heading">"Costs"</h2>
            <dl class="figures-grid panel">
                <Amount label="Plan" amount=portfolio.total.plan />
                <Amount label="Forecast" amount=portfolio.total.forecast against=(portfolio.total.plan, "against the plan") />
                {drafted
                    .then(|| {
                        view! {
                            <Amount
                                label="Forecast with your drafts"
                                amount=portfolio.total.drafted
                                against=(portfolio.total.forecast, "by your drafts")
                            />
                        }
                    })}
                <Amount label="Actual" amount=portfolio.total.actual />
            </dl>
            <p class="field-hint">
                {format!("{records} records, without those that are discontinued. In the organisation's currency.")}
            </p>
            <OverTime portfolio=portfolio.clone() drafted />
            <ByCategory portfolio drafted />
        </section>
    }
    .into_any()
}

/// An amount, and how far it is from another one.
#[component]
fn Amount(
    label: &'static str,
    amount: Decimal,
    /// What it is compared with, and how that is called.
    #[prop(optional)]
    against: Option<(Decimal, &'static str)>,
) -> impl IntoView {
    let more = against.map(|(other, called)| format!("{} {called}", difference(amount, other)));
    view! {
        <Figure label hint=money(amount) more>
            {compact(amount)}
        </Figure>
    }
    .into_any()
}

#[component]
fn OverTime(portfolio: Portfolio, drafted: bool) -> impl IntoView {
    let periods = periods(&portfolio.by_month);
    if periods.is_empty() {
        return ().into_any();
    }
    let mut series = vec![Series::new("Plan", "plan"), Series::new("Forecast", "forecast")];
    if drafted {
        series.push(Series::new("With your drafts", "drafted"));
    }
    series.push(Series::new("Actual", "actual"));
    let columns = periods
        .into_iter()
        .map(|period| Column { name: period.name, values: values(&period.costs, drafted) })
        .collect();
    view! { <Columns title="Costs over time" first="Period" series columns show=money /> }.into_any()
}

#[component]
fn ByCategory(portfolio: Portfolio, drafted: bool) -> impl IntoView {
    let mut rows: Vec<(String, Costs)> = portfolio.by_category.into_iter().collect();
    rows.sort_by_key(|(_, costs)| std::cmp::Reverse(costs.forecast.max(costs.plan)));
    let most = rows.iter().map(|(_, costs)| costs.forecast.max(costs.plan)).max().unwrap_or_default();
    let rows = rows
        .into_iter()
        .map(|(category, costs)| {
            let cells = values(&costs, drafted)
                .into_iter()
                .map(|amount| view! { <td class="number">{money(amount)}</td> })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{category}</th>
                    <td>
                        <ShareBar of=costs.plan most series="plan" />
                        <ShareBar of=costs.forecast most series="forecast" />
                    </td>
                    {cells}
                    <td class="number">{difference(costs.forecast, costs.plan)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h3>"By category"</h3>
        <TableFrame label="Costs by category">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Category"</th>
                        <th scope="col">"Plan and forecast"</th>
                        <th scope="col" class="number">"Plan"</th>
                        <th scope="col" class="number">"Forecast"</th>
                        {drafted.then(|| view! { <th scope="col" class="number">"With your drafts"</th> })}
                        <th scope="col" class="number">"Actual"</th>
                        <th scope="col" class="number">"Forecast against plan"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

/// In the order of the columns.
fn values(costs: &Costs, drafted: bool) -> Vec<Decimal> {
    let mut values = vec![costs.plan, costs.forecast];
    if drafted {
        values.push(costs.drafted);
    }
    values.push(costs.actual);
    values
}

/// To the cent: `1,234,567.00`.
fn money(amount: Decimal) -> String {
    grouped(&format!("{amount:.2}"))
}

/// As a figure that is read at a glance: `12.3 M`.
fn compact(amount: Decimal) -> String {
    for (unit, name) in [(1_000_000_000, "bn"), (1_000_000, "M"), (1_000, "k")] {
        let unit = Decimal::from(unit);
        if amount.abs() >= unit {
            return format!("{} {name}", (amount / unit).round_dp(1));
        }
    }
    money(amount)
}

/// `+4.2 %`; without a share where there is nothing to compare with.
fn difference(amount: Decimal, other: Decimal) -> String {
    let change = amount - other;
    if change.is_zero() {
        return "±0".to_owned();
    }
    let sign = if change > Decimal::ZERO { "+" } else { "−" };
    if other.is_zero() {
        return format!("{sign}{}", compact(change.abs()));
    }
    format!("{sign}{:.1} %", (change.abs() / other.abs() * Decimal::ONE_HUNDRED).round_dp(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_told_at_a_glance_and_to_the_cent() {
        let amount = Decimal::new(1_234_567_890, 2);
        assert_eq!((compact(amount).as_str(), money(amount).as_str()), ("12.3 M", "12,345,678.90"));
        assert_eq!(compact(Decimal::new(95_000, 2)), "950.00");
    }

    #[test]
    fn a_difference_is_a_share_of_what_it_is_compared_with() {
        let amount = |whole: i64| Decimal::from(whole);
        assert_eq!(difference(amount(104), amount(100)), "+4.0 %");
        assert_eq!(difference(amount(50), amount(100)), "−50.0 %");
        assert_eq!(difference(amount(100), amount(100)), "±0");
        assert_eq!(difference(amount(2_000), amount(0)), "+2 k");
    }
}
